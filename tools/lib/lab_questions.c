#include "tools/lib/lab_reader.h"

#include <string.h>

#include "tools/lib/lab_question_parts.h"
#include "tools/lib/text.h"

#define KEEP(field) lab_read_keep, offsetof(struct lab_question_nodes, field)

static const struct lab_key QUESTION_KEYS[] = {
    { "question", "ack-of-syn", "its name: letters, digits and -", NULL, 0 },
    { "before", "{ frame: \"tcp\", nth: 2 }", "asked just before this moment, of what it brings",
      NULL, 0 },
    { "after", "{ state: a ESTABLISHED }", "asked when this has happened", NULL, 0 },
    { "ask", "Which ACK number does it carry?",
      "the question itself; {EXPRESSION} is a value of the run", NULL, 0 },
    { "kind", "number", "number, state, field, choice, choices, order or text", KEEP(kind) },
    { "answer", "frame.tcp.ack", "the right answer, an expression at that moment", KEEP(answer) },
    { "within", "1ms", "of kind number: how far off is near enough; or 1%", KEEP(within) },
    { "field", "tcp.ack", "of kind field: which field of the frame", KEEP(field) },
    { "evaluate", "end", "the moment at which answers hold, if another", KEEP(evaluate) },
    { "choices", "[{ text: It is lost., right: yes }]", "of kind choice and choices",
      KEEP(choices) },
    { "shuffle", "no", "choices in the order of the file; else each student has another",
      KEEP(shuffle) },
    { "items", "[{ text: The SYN., frame: \"tcp\" }]", "of kind order: each with its moment",
      KEEP(items) },
    { "mistakes", "[{ answer: frame.tcp.ack - 1, say: ... }]",
      "wrong answers that are typical, and what is said to them", KEEP(mistakes) },
    { "hints", "[ Look at frame 1. ]", "one more opens after each wrong try, or when asked for",
      KEEP(hints) },
    { "explain", "A SYN takes one number.", "shown in the end", KEEP(explain) },
    { "points", "2", "what it is worth; 2 if left out", KEEP(points) },
    { "penalty", "1", "lost by each wrong try and each hint asked for; 1 if left out",
      KEEP(penalty) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_question_keys = {
    "question", "an entry of questions:", QUESTION_KEYS, false, NULL, 0
};

static const char *const KINDS[LAB_ASK_KINDS] = {
    [LAB_ASK_NUMBER] = "number", [LAB_ASK_STATE] = "state",     [LAB_ASK_FIELD] = "field",
    [LAB_ASK_CHOICE] = "choice", [LAB_ASK_CHOICES] = "choices", [LAB_ASK_ORDER] = "order",
    [LAB_ASK_TEXT] = "text",
};

const char *lab_question_kind_name(enum lab_question_kind kind)
{
    return KINDS[kind];
}

/* ---- the kind ---- */

/* False after an error: what the question is to have is not known then. */
static bool read_kind(struct lab_reader *r, const struct yaml_node *value,
                      struct lab_question *question)
{
    static const struct lab_key KEY = { "kind", "number", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    if (text == NULL)
        return false;
    nearest_begin(&near, text);
    for (size_t i = 0; i < LAB_ASK_KINDS; i++) {
        if (strcmp(KINDS[i], text) == 0) {
            question->kind = (enum lab_question_kind)i;
            return true;
        }
        nearest_offer(&near, KINDS[i]);
    }
    nearest_clause(&near, clause, sizeof clause);
    lab_error(r, value->mark, _("unknown kind \"%.40s\"%s"), text,
              clause[0] != '\0' ? clause
                                : _(": write number, state, field, choice, choices, order "
                                    "or text"));
    return false;
}

/* ---- numbers ---- */

static void read_points(struct lab_reader *r, const struct lab_question_nodes *nodes,
                        struct lab_question *question)
{
    if (nodes->points != NULL)
        lab_read_count(r, nodes->points, "points", 0, LAB_POINTS_MAX, &question->points);
    if (nodes->penalty != NULL)
        lab_read_count(r, nodes->penalty, "penalty", 0, LAB_POINTS_MAX, &question->penalty);
}

/* ---- the whole ---- */

static void read_question(struct lab_reader *r, const struct yaml_node *entry,
                          struct lab_question *question)
{
    struct lab_question_nodes nodes = { .kind = NULL };
    static const struct lab_key EVALUATE = { "evaluate", "end", "", NULL, 0 };
    static const struct lab_key EXPLAIN = { "explain", "A SYN takes one number.", "", NULL, 0 };
    const char *ask;

    *question = (struct lab_question){
        .name = "", .mark = entry->mark, .ask = "", .points = 2, .penalty = 1
    };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("a question needs a map: write - { question: ack, before: "
                    "end, ask: ..., answer: ... }"));
        return;
    }
    lab_read_map(r, entry, "question", &lab_question_keys, &nodes);
    lab_read_gate(r, entry, "question", &question->gate);
    ask = lab_read_needed(r, entry, "ask", "Which ACK number does it carry?");
    question->ask = ask != NULL ? ask : "";
    if (nodes.evaluate != NULL)
        lab_read_moment(r, &EVALUATE, nodes.evaluate, &question->evaluate);
    if (nodes.explain != NULL)
        question->explain = lab_scalar(r, &EXPLAIN, nodes.explain);
    question->hints = lab_read_texts(r, nodes.hints, "hints", &question->hint_count);
    read_points(r, &nodes, question);
    if (nodes.kind == NULL || read_kind(r, nodes.kind, question)) {
        lab_read_question_kind(r, entry, &nodes, question);
        lab_check_question_texts(r, entry, question);
    }
    question->name = lab_read_title(r, entry, "question", lab_asked_name);
}

void lab_read_questions(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(r, r->questions, "questions",
                                               "[{ question: ack, before: end, ask: ..., "
                                               "answer: ... }]",
                                               LAB_QUESTIONS_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->questions = lab_memory_take(r->memory, list->count, sizeof *lab->questions);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next) {
        read_question(r, entry, &lab->questions[lab->question_count]);
        lab->question_count++;
    }
}
