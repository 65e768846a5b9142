#include "tools/lib/lab_question_parts.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

/* ---- answers and mistakes ---- */

static const struct lab_key MISTAKE_KEYS[] = {
    { "answer", "frame.tcp.ack - 1", "an expression, as of the question", NULL, 0 },
    { "say", "A SYN takes a number, too.", "what is said to whoever answers so", NULL, 0 },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_mistake_keys = {
    "mistake", "an entry of a question's mistakes:", MISTAKE_KEYS, false, NULL, 0
};

static void ask_answer(struct lab_reader *r, const char *text, struct mark mark)
{
    lab_ask(r, r->hooks->check_answer, text, mark);
}

static void read_mistake(struct lab_reader *r, const struct yaml_node *entry,
                         struct lab_mistake *mistake)
{
    const char *answer, *say;

    *mistake = (struct lab_mistake){ .answer = "", .mark = entry->mark, .say = "" };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark, _("a mistake needs a map: write - { answer: 0, say: ... }"));
        return;
    }
    lab_read_map(r, entry, "mistake", &lab_mistake_keys, mistake);
    answer = lab_read_needed(r, entry, "answer", "frame.tcp.ack - 1");
    say = lab_read_needed(r, entry, "say", "A SYN takes a number, too.");
    mistake->say = say != NULL ? say : "";
    if (answer == NULL)
        return;
    mistake->answer = answer;
    mistake->mark = yaml_map_get(entry, "answer")->mark;
    ask_answer(r, answer, mistake->mark);
}

static void read_mistakes(struct lab_reader *r, const struct yaml_node *value,
                          struct lab_question *question)
{
    const struct yaml_node *list =
        lab_list_of(r, value, "mistakes", "[{ answer: 0, say: ... }]", LAB_MISTAKES_MAX);

    if (list == NULL)
        return;
    question->mistakes = lab_memory_take(r->memory, list->count, sizeof *question->mistakes);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_mistake(r, entry, &question->mistakes[question->mistake_count++]);
}

static void read_answer(struct lab_reader *r, const struct yaml_node *entry,
                        struct lab_question *question)
{
    const char *answer = lab_read_needed(
        r, entry, "answer", question->kind == LAB_ASK_STATE ? "a.tcp.state" : "frame.tcp.ack");

    question->answer = "";
    if (answer == NULL)
        return;
    question->answer = answer;
    question->answer_mark = yaml_map_get(entry, "answer")->mark;
    ask_answer(r, answer, question->answer_mark);
}

/* How far from the answer, which has been read, is near enough. */
static void read_within(struct lab_reader *r, const struct yaml_node *value,
                        struct lab_question *question)
{
    static const struct lab_key KEY = { "within", "1ms", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);
    char why[300], not_read[300];
    size_t column;

    if (text == NULL || question->answer[0] == '\0' || r->hooks->check_within == NULL ||
        !r->hooks->check_answer(r->hooks->ctx, r->lab, question->answer, not_read, sizeof not_read,
                                &column))
        return;
    if (!r->hooks->check_within(r->hooks->ctx, r->lab, question->answer, text, why, sizeof why)) {
        lab_error(r, value->mark, "%s", why);
        return;
    }
    question->within = text;
    question->within_mark = value->mark;
}

/* `field: tcp.ack` is short for `answer: frame.tcp.ack`. */
static void read_field(struct lab_reader *r, const struct yaml_node *entry,
                       struct lab_question *question)
{
    const char *field = lab_read_needed(r, entry, "field", "tcp.ack");
    size_t size = field != NULL ? strlen(field) + sizeof "frame." : 1;
    char *answer = lab_memory_take(r->memory, size, 1), why[300] = "";
    size_t column = 0;

    question->answer = answer;
    if (field == NULL)
        return;
    if (strncmp(field, "frame.", strlen("frame.")) == 0) {
        lab_error(r, yaml_map_get(entry, "field")->mark,
                  _("the frame is meant anyway: write %.60s"), field + strlen("frame."));
        return;
    }
    snprintf(answer, size, "frame.%s", field);
    question->field = field;
    question->answer_mark = yaml_map_get(entry, "field")->mark;
    if (r->hooks->check_answer != NULL &&
        !r->hooks->check_answer(r->hooks->ctx, r->lab, answer, why, sizeof why, &column))
        lab_error(r, question->answer_mark, "%s", why);
}

/* ---- choices ---- */

static const struct lab_key CHOICE_KEYS[] = {
    { "text", "It is lost.", "what can be chosen", NULL, 0 },
    { "right", "wire.lost > 0", "yes, or a condition under which it is right; no if left out", NULL,
      0 },
    { "say", "Look at frame 4.", "said to whoever chose it wrongly, or left it out", NULL, 0 },
    { "keep", "yes", "it stands where it is, when the others are shuffled", NULL, 0 },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_choice_keys = {
    "choice", "an entry of a question's choices:", CHOICE_KEYS, false, NULL, 0
};

static void read_right(struct lab_reader *r, const struct yaml_node *value,
                       struct lab_choice *choice)
{
    static const struct lab_key KEY = { "right", "yes", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);
    char why[UNIT_WHY_SIZE];
    int64_t on;

    if (text == NULL)
        return;
    choice->right_mark = value->mark;
    choice->right = text;
    if (unit_parse_switch(text, &on, why, sizeof why))
        choice->right = on ? "1" : "0";
    else
        ask_answer(r, text, value->mark);
}

/* yes or no, if VALUE is there. */
static void read_switch(struct lab_reader *r, const struct lab_key *key,
                        const struct yaml_node *value, bool *into)
{
    int64_t on = *into;

    if (value != NULL)
        lab_read_switch(r, key, value, &on);
    *into = on != 0;
}

static void read_choice(struct lab_reader *r, const struct yaml_node *entry,
                        struct lab_choice *choice)
{
    static const struct lab_key SAY = { "say", "Look at frame 4.", "", NULL, 0 };
    static const struct lab_key KEEP = { "keep", "yes", "", NULL, 0 };
    const struct yaml_node *right, *say;
    const char *text;

    *choice = (struct lab_choice){
        .text = "", .mark = entry->mark, .right = "0", .right_mark = entry->mark
    };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("a choice needs a map: write - { text: It is lost., "
                    "right: yes }"));
        return;
    }
    lab_read_map(r, entry, "choice", &lab_choice_keys, choice);
    text = lab_read_needed(r, entry, "text", "It is lost.");
    choice->text = text != NULL ? text : "";
    right = yaml_map_get(entry, "right");
    say = yaml_map_get(entry, "say");
    if (right != NULL)
        read_right(r, right, choice);
    if (say != NULL)
        choice->say = lab_scalar(r, &SAY, say);
    read_switch(r, &KEEP, yaml_map_get(entry, "keep"), &choice->keep);
}

static void read_choices(struct lab_reader *r, const struct yaml_node *entry,
                         const struct lab_question_nodes *nodes, struct lab_question *question)
{
    static const struct lab_key SHUFFLE = { "shuffle", "no", "", NULL, 0 };
    bool shuffled = true;
    const struct yaml_node *list = lab_list_of(
        r, nodes->choices, "choices", "[{ text: It is lost., right: yes }]", LAB_MISTAKES_MAX);

    if (list != NULL) {
        question->choices = lab_memory_take(r->memory, list->count, sizeof *question->choices);
        for (const struct yaml_node *item = list->first; item != NULL; item = item->next)
            read_choice(r, item, &question->choices[question->choice_count++]);
    }
    read_switch(r, &SHUFFLE, nodes->shuffle, &shuffled);
    question->ordered = !shuffled;
    if (question->choice_count < 2)
        lab_error(r, list != NULL ? list->mark : entry->mark,
                  _("%zu choices: write at least two under choices:"), question->choice_count);
}

/* ---- items to be put in order ---- */

struct item_draft {
    struct lab_moment_nodes moment;
    const char *text;
};

static const struct lab_key ITEM_KEYS[] = {
    { "text", "b answers.", "what happens, in words", lab_read_text,
      offsetof(struct item_draft, text) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_item_keys = {
    "item",           "an entry of a question's items:",  ITEM_KEYS, false,
    &lab_moment_keys, offsetof(struct item_draft, moment)
};

static void read_item(struct lab_reader *r, const struct yaml_node *entry, struct lab_item *item)
{
    struct item_draft draft = { .text = NULL };

    *item = (struct lab_item){ .text = "", .mark = entry->mark };
    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark,
                  _("an item needs a map: write - { text: The SYN., frame: "
                    "\"tcp\" }"));
        return;
    }
    lab_read_map(r, entry, "item", &lab_item_keys, &draft);
    lab_read_needed(r, entry, "text", "b answers.");
    item->text = draft.text != NULL ? draft.text : "";
    lab_read_moment_nodes(r, &draft.moment, entry->mark, &item->moment);
}

static void read_items(struct lab_reader *r, const struct yaml_node *entry,
                       const struct yaml_node *value, struct lab_question *question)
{
    const struct yaml_node *list =
        lab_list_of(r, value, "items", "[{ text: The SYN., frame: \"tcp\" }]", LAB_MISTAKES_MAX);

    if (list != NULL) {
        question->items = lab_memory_take(r->memory, list->count, sizeof *question->items);
        for (const struct yaml_node *item = list->first; item != NULL; item = item->next)
            read_item(r, item, &question->items[question->item_count++]);
    }
    if (question->item_count < 2)
        lab_error(r, list != NULL ? list->mark : entry->mark,
                  _("%zu items: write at least two under items:"), question->item_count);
}

/* ---- what goes with which kind ---- */

#define BIT(kind) (1u << LAB_ASK_##kind)
#define COMPUTED (BIT(NUMBER) | BIT(STATE) | BIT(FIELD))

static void refuse(struct lab_reader *r, const struct yaml_node *value, unsigned kinds,
                   const struct lab_question *question)
{
    if (value != NULL && (kinds >> question->kind & 1) == 0)
        lab_error(r, value->key->mark, _("\"%s\" does not go with kind: %s: remove one"),
                  value->key->text, lab_question_kind_name(question->kind));
}

void lab_read_question_kind(struct lab_reader *r, const struct yaml_node *entry,
                            const struct lab_question_nodes *nodes, struct lab_question *question)
{
    refuse(r, nodes->answer, BIT(NUMBER) | BIT(STATE), question);
    refuse(r, nodes->within, BIT(NUMBER), question);
    refuse(r, nodes->field, BIT(FIELD), question);
    refuse(r, nodes->mistakes, COMPUTED, question);
    refuse(r, nodes->choices, BIT(CHOICE) | BIT(CHOICES), question);
    refuse(r, nodes->shuffle, BIT(CHOICE) | BIT(CHOICES), question);
    refuse(r, nodes->items, BIT(ORDER), question);
    refuse(r, nodes->evaluate, COMPUTED | BIT(CHOICE) | BIT(CHOICES), question);
    if ((COMPUTED >> question->kind & 1) != 0)
        read_mistakes(r, nodes->mistakes, question);
    if (question->kind == LAB_ASK_NUMBER || question->kind == LAB_ASK_STATE)
        read_answer(r, entry, question);
    if (question->kind == LAB_ASK_NUMBER && nodes->within != NULL)
        read_within(r, nodes->within, question);
    else if (question->kind == LAB_ASK_FIELD)
        read_field(r, entry, question);
    else if (question->kind == LAB_ASK_CHOICE || question->kind == LAB_ASK_CHOICES)
        read_choices(r, entry, nodes, question);
    else if (question->kind == LAB_ASK_ORDER)
        read_items(r, entry, nodes->items, question);
}
