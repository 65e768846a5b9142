#include "tools/lib/exercise_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "tools/lib/exercise_header.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/task.h"
#include "tools/lib/text.h"
#include "tools/lib/variant.h"

struct checker {
    const struct lab *lab;
    const char *whose;
    const char *how;  /* options of rung run that show this run, with a blank before each */
    const bool *held; /* of the lab's own checks, without student or seed; or NULL */
    struct exercise *e;
    bool told_route; /* see tell_route */
    struct diagnostics *d;
};

static void tell(struct checker *c, struct mark mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(struct checker *c, struct mark mark, const char *format, ...)
{
    char text[500];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (c->whose != NULL)
        diagnostic_error(c->d, mark, _("%s (%s)"), text, c->whose);
    else
        diagnostic_error(c->d, mark, "%s", text);
}

/* ---- Moments ---- */

static bool is_no_way(rule_id rule)
{
    return rule == RULE_IP_NO_ROUTE || rule == RULE_IP_NET_UNREACHABLE ||
           rule == RULE_APP_CANNOT_CONNECT;
}

/* Where hosts do not reach one another no moment comes, and it is not the moments
 * that are wrong: tells so once, at the host that knows no way. */
static void tell_route(struct checker *c)
{
    const struct trace *trace = &c->e->simulation.trace;
    char why[300];

    for (uint32_t i = 0; !c->told_route && i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (!is_no_way(record.rule) || record.node >= c->lab->node_count)
            continue;
        rule_sentence(record.rule, record.a, record.b, why, sizeof(why));
        tell(c, c->lab->nodes[record.node].mark,
             _("%s has no way to go, is a gateway or a route missing? %s"),
             c->lab->nodes[record.node].name, why);
        c->told_route = true;
    }
}

static bool check_moment(struct checker *c, const struct lab_moment *moment,
                         const struct exercise_moment *found)
{
    if (!found->comes)
        tell(c, moment->mark, _("this moment never comes in this run: look at rung run %s%s"),
             c->lab->source->name, c->how);
    if (!found->comes)
        tell_route(c);
    return found->comes;
}

static void check_named(struct checker *c)
{
    for (size_t i = 0; i < c->lab->moment_count; i++) {
        const struct exercise_moment found = { .comes = c->e->moments[i].comes };

        check_moment(c, &c->lab->moments[i].moment, &found);
    }
}

static void check_pages(struct checker *c)
{
    for (size_t i = 0; i < c->lab->page_count; i++) {
        const struct lab_moment *moment = &c->lab->pages[i].gate.moment;
        struct exercise_moment found = exercise_resolve(c->e, moment);

        check_moment(c, moment, &found);
    }
}

/* ---- Values in texts ---- */

static void check_gap(struct checker *c, const struct exercise_gap *gap)
{
    const struct lab_text_place *place = c->lab->texts;

    while (place != NULL && place->text != gap->text)
        place = place->next;
    if (place != NULL)
        tell(c, lab_mark_of_piece(place->mark, gap->text, gap->at, gap->len, 0),
             _("this cannot be computed where it is read: no such field at this moment, or a "
               "division by zero"));
}

/* ---- Answers and mistakes ---- */

/* What is typed is taken for what it is, by those who judge. */
static void check_typed(struct checker *c, size_t index, const char *text, struct mark mark,
                        enum exercise_verdict wanted)
{
    struct exercise_judgement j;

    exercise_judge(c->e, index, text, &j);
    if (j.verdict == wanted)
        return;
    if (j.verdict == EXERCISE_UNREADABLE)
        tell(c, mark, _("nobody can type this: %s: %s"), text, j.why);
    else
        tell(c, mark, _("typed as %s, this is taken for something else"), text);
}

/* A size or an address may be given as a plain number; a time may not, since nobody
 * means nanoseconds, nor may a state. 0 is as good as 0s. */
static bool is_of_type(const struct exercise_question *q, const struct exercise_mistake *mistake)
{
    static const bool has_own_form[] = {
        [VALUE_TIME] = true, [VALUE_STATE] = true, [VALUE_HEX16] = false
    };

    if (q->type == mistake->type || (mistake->value == 0 && q->type == VALUE_TIME))
        return true;
    return !has_own_form[q->type] && !has_own_form[mistake->type];
}

static void check_mistake(struct checker *c, size_t index, size_t number)
{
    const struct exercise_question *q = &c->e->questions[index];
    const struct lab_mistake *mistake = &q->asked->mistakes[number];
    char text[EXERCISE_ANSWER_SIZE];

    if (!q->mistakes[number].computed) {
        tell(c, mistake->mark,
             _("this mistake cannot be computed here: no such field, or a "
               "division by zero"));
        return;
    }
    if (!is_of_type(q, &q->mistakes[number])) {
        tell(c, mistake->mark, _("this is %s, but the answer is %s"),
             answer_wanted(q->mistakes[number].type), answer_wanted(q->type));
        return;
    }
    exercise_mistake_text(c->e, index, number, text, sizeof(text));
    if (answer_same(q->type, q->right, q->mistakes[number].value)) {
        tell(c, mistake->mark, _("this mistake is the right answer here: %s"), text);
        return;
    }
    for (size_t i = 0; i < number; i++)
        if (q->mistakes[i].computed &&
            answer_same(q->type, q->mistakes[i].value, q->mistakes[number].value)) {
            tell(c, mistake->mark, _("this is the same as mistake %zu here: %s"), i + 1, text);
            return;
        }
    check_typed(c, index, text, mistake->mark, EXERCISE_MISTAKE);
}

static void check_value(struct checker *c, size_t index)
{
    const struct exercise_question *q = &c->e->questions[index];
    char text[EXERCISE_ANSWER_SIZE];

    if (q->asked->kind == LAB_ASK_STATE && q->type != VALUE_STATE) {
        tell(c, q->asked->answer_mark, _("this is no state: write for example a.tcp.state"));
        return;
    }
    exercise_right_text(c->e, index, text, sizeof(text));
    check_typed(c, index, text, q->asked->answer_mark, EXERCISE_RIGHT);
    for (size_t i = 0; i < q->asked->mistake_count; i++)
        check_mistake(c, index, i);
}

/* ---- Choices and items ---- */

/* Choice I of the question reads like none before it, and whoever chooses it is told
 * what it says. */
static void check_choice(struct checker *c, size_t index, size_t i)
{
    const struct exercise_question *q = &c->e->questions[index];
    const struct lab_choice *choice = &q->asked->choices[i];
    char place[EXERCISE_ANSWER_SIZE] = "";

    for (size_t n = 0; n < i; n++)
        if (strcmp(q->asked->choices[n].text, choice->text) == 0) {
            tell(c, choice->mark, _("this reads the same as choice %zu here: %s"), n + 1,
                 choice->text);
            return;
        }
    for (size_t at = 0; at < q->asked->choice_count; at++)
        if (q->shown[at] == i)
            snprintf(place, sizeof(place), "%zu", at + 1);
    if (q->asked->kind == LAB_ASK_CHOICE)
        check_typed(c, index, place, choice->mark,
                    q->chosen[i]          ? EXERCISE_RIGHT
                    : choice->say != NULL ? EXERCISE_MISTAKE
                                          : EXERCISE_WRONG);
}

static void check_choices(struct checker *c, size_t index)
{
    const struct exercise_question *q = &c->e->questions[index];
    char text[EXERCISE_ANSWER_SIZE];
    size_t right = 0;

    for (size_t i = 0; i < q->asked->choice_count; i++)
        right += q->chosen[i];
    if (right == 0)
        tell(c, q->asked->mark, _("none of the choices is right here: write right: yes at one"));
    else if (right == q->asked->choice_count && q->asked->kind == LAB_ASK_CHOICE)
        tell(c, q->asked->mark, _("every choice is right here: then nothing is asked"));
    else if (right > 1 && q->asked->kind == LAB_ASK_CHOICE)
        tell(c, q->asked->mark, _("%zu choices are right here: write kind: choices"), right);
    if (right == 0)
        return;
    for (size_t i = 0; i < q->asked->choice_count; i++)
        check_choice(c, index, i);
    exercise_right_text(c->e, index, text, sizeof(text));
    check_typed(c, index, text, q->asked->mark, EXERCISE_RIGHT);
}

/* Two items of one moment could stand either way: what is asked of them? */
static void check_item(struct checker *c, const struct exercise_question *q, size_t item)
{
    for (size_t i = 0; i < item; i++)
        if (exercise_moment_compare(&q->happens[i], &q->happens[item]) == 0) {
            tell(c, q->asked->items[item].mark, _("this happens at the same moment as item %zu"),
                 i + 1);
            return;
        }
}

static void check_order(struct checker *c, size_t index)
{
    const struct exercise_question *q = &c->e->questions[index];
    char text[EXERCISE_ANSWER_SIZE];

    for (size_t i = 0; i < q->asked->item_count; i++)
        check_item(c, q, i);
    exercise_right_text(c->e, index, text, sizeof(text));
    check_typed(c, index, text, q->asked->mark, EXERCISE_RIGHT);
}

/* ---- Questions ---- */

/* Why question Q is void, at the place that makes it so. */
static void tell_void(struct checker *c, const struct exercise_question *q)
{
    const struct lab_question *asked = q->asked;

    if (!check_moment(c, &asked->gate.moment, &q->gate))
        return;
    if (!q->evaluated.comes) {
        check_moment(c, &asked->evaluate, &q->evaluated);
        return;
    }
    for (size_t i = 0; i < asked->item_count; i++)
        if (!q->happens[i].comes) {
            tell(c, asked->items[i].mark, _("this never happens in this run"));
            return;
        }
    if (q->has_gap)
        return; /* told where the gap is */
    if (asked->answer != NULL)
        tell(c, asked->answer_mark,
             _("this cannot be computed here: no such field at this moment, or a division by "
               "zero"));
    else
        tell(c, asked->mark, "%s", q->why);
}

static void check_question(struct checker *c, size_t index)
{
    const struct exercise_question *q = &c->e->questions[index];

    if (q->is_void)
        tell_void(c, q);
    else if (q->asked->answer != NULL)
        check_value(c, index);
    else if (q->asked->kind == LAB_ASK_ORDER)
        check_order(c, index);
    else if (q->asked->kind != LAB_ASK_TEXT)
        check_choices(c, index);
}

/* ---- Headers that tell too much ---- */

/* The field that the question INDEX asks of FRAME, which it does not show; or NULL. */
static const char *field_asked(const struct checker *c, size_t index, uint32_t frame)
{
    const struct exercise_question *q = &c->e->questions[index];
    struct expression expression;
    char why[EXERCISE_WHY_SIZE];
    size_t column;

    if (q->is_void || q->asked->answer == NULL || !q->asked->gate.before ||
        q->gate.frame != frame || exercise_frame(c->e, index) != frame ||
        !expression_parse(q->asked->answer, c->lab, &expression, why, sizeof(why), &column) ||
        expression.count != 1 || expression.steps[0].op != OP_FRAME)
        return NULL;
    return frame_fact_word(&expression.steps[0].fact);
}

/* The header shown for the field question of gate AT, and what comes behind it. */
static void check_header(struct checker *c, size_t at)
{
    size_t index = c->e->gates[at].index;
    struct exercise_field fields[EXERCISE_FIELDS_MAX];
    size_t count = exercise_header(c->e, index, fields);

    for (size_t g = at + 1; g < c->e->gate_count; g++) {
        const struct exercise_gate *gate = &c->e->gates[g];
        const char *asked =
            gate->is_page ? NULL : field_asked(c, gate->index, exercise_frame(c->e, index));

        for (size_t i = 0; asked != NULL && i < count; i++)
            if (!fields[i].is_blank && strcmp(fields[i].name, asked) == 0)
                tell(c, c->lab->questions[gate->index].answer_mark,
                     _("the header that is shown for %s tells this already: ask this first"),
                     c->lab->questions[index].name);
    }
}

static void check_headers(struct checker *c)
{
    for (size_t i = 0; i < c->e->gate_count; i++) {
        const struct exercise_gate *gate = &c->e->gates[i];

        if (!gate->is_page && c->lab->questions[gate->index].kind == LAB_ASK_FIELD)
            check_header(c, i);
    }
}

/* ---- Tasks ---- */

static void check_solution(struct checker *c, size_t index)
{
    const struct lab_task *task = &c->lab->tasks[index];
    struct deed deeds[LAB_SOLUTION_MAX];
    size_t count = task_solution(c->lab, index, deeds);
    struct task_result result;
    char why[300];

    if (!task_run(c->lab, index, deeds, count, NULL, &result, why, sizeof(why))) {
        tell(c, task->solution[0].mark, _("this solution makes no run: %s"), why);
        return;
    }
    for (size_t i = 0; i < result.count; i++)
        if (!result.checks[i].held)
            tell(c, task->checks[i].mark, _("this does not hold with the task's own solution"));
    task_result_free(&result);
}

/* A task that is done before anything is done asks for nothing. */
static void check_nothing_done(struct checker *c, size_t index)
{
    struct task_result result;
    bool done = true;
    char why[300];

    if (!task_run(c->lab, index, NULL, 0, NULL, &result, why, sizeof(why)))
        return;
    for (size_t i = 0; i < result.count; i++)
        done = done && result.checks[i].held;
    task_result_free(&result);
    if (done)
        tell(c, c->lab->tasks[index].mark,
             _("all its checks hold before anything is done: add "
               "one such as deeds == 1"));
}

static void check_task(struct checker *c, size_t index)
{
    const struct lab_task *task = &c->lab->tasks[index];

    if (task->solution_count == 0) {
        tell(c, task->mark, _("this task cannot be tried: write its solution: [drop 7]"));
        return;
    }
    check_solution(c, index);
    check_nothing_done(c, index);
}

/* ---- The whole ---- */

int64_t exercise_points(const struct lab *lab)
{
    int64_t points = 0;

    for (size_t i = 0; i < lab->question_count; i++)
        points += lab->questions[i].points;
    for (size_t i = 0; i < lab->task_count; i++)
        for (size_t n = 0; n < lab->tasks[i].check_count; n++)
            points += lab->tasks[i].checks[n].points;
    return points;
}

/* What is asked in the run of C->e. */
static void check_asked(struct checker *c)
{
    check_named(c);
    check_pages(c);
    for (size_t i = 0; i < c->e->gap_count; i++)
        check_gap(c, &c->e->gaps[i]);
    for (size_t i = 0; i < c->lab->question_count; i++)
        check_question(c, i);
    check_headers(c);
    for (size_t i = 0; i < c->lab->task_count; i++)
        check_task(c, i);
}

/* The lab's own checks, those that hold without this student or seed. */
static void check_own(struct checker *c)
{
    for (size_t i = 0; c->held != NULL && i < c->lab->check_count; i++)
        if (c->held[i] && !c->e->simulation.checks[i].held)
            tell(c, c->lab->checks[i].mark, _("this check does not hold here"));
}

static bool check(const struct lab *lab, const char *whose, const char *how, const bool *held,
                  struct diagnostics *d)
{
    struct checker c = { .lab = lab, .whose = whose, .how = how, .held = held, .d = d };
    size_t before = d->total, asked = lab->question_count + lab->task_count;
    char why[EXERCISE_WHY_SIZE];

    if (lab->page_count + asked == 0 && (held == NULL || lab->check_count == 0))
        return true;
    c.e = exercise_open(lab, NULL, why, sizeof(why));
    if (c.e == NULL) {
        tell(&c, (struct mark){ lab->source, 0, 0, 0 }, "%s", why);
        return false;
    }
    check_asked(&c);
    check_own(&c);
    if (asked > 0 && exercise_points(lab) == 0)
        tell(&c, (struct mark){ lab->source, 0, 0, 0 },
             _("its questions are worth 0 points: write points: at one"));
    exercise_close(c.e);
    return d->total == before;
}

bool exercise_check(const struct lab *lab, const char *whose, struct diagnostics *d)
{
    return check(lab, whose, "", NULL, d);
}

/* ---- Students and seeds ---- */

enum { WHOSE_SIZE = VARIANT_STUDENT_MAX + 60 };

/* Which of its own checks hold in LAB as it stands; the caller's to free. */
static bool *held_in(const struct lab *lab)
{
    const struct simulation_options options = { .untraced = false };
    bool *held = calloc(lab->check_count + 1, sizeof(*held));
    struct simulation s;

    ASSERT(held != NULL);
    if (lab->check_count == 0 || !simulation_open(&s, lab, &options))
        return held;
    simulation_run(&s, NULL);
    for (size_t i = 0; i < lab->check_count; i++)
        held[i] = s.checks[i].held;
    simulation_close(&s);
    return held;
}

/* The lab of STUDENT (NULL: anybody's), with SEED, if that is not NULL. */
static bool check_one(const struct lab *lab, const char *student, const uint64_t *seed,
                      const bool *held, struct diagnostics *d)
{
    struct lab *own =
        student != NULL ? variant_lab(lab, student, &simulation_hooks, NULL, d) : NULL;
    char whose[WHOSE_SIZE] = "", how[WHOSE_SIZE] = "";
    struct lab seeded;
    bool sound;

    if (student != NULL && own == NULL)
        return false;
    seeded = own != NULL ? *own : *lab;
    if (seed != NULL) {
        seeded.seed = *seed;
        snprintf(whose, sizeof(whose),
                 student != NULL ? _("seed %" PRIu64 ", ") : _("seed %" PRIu64), *seed);
        snprintf(how, sizeof(how), " --seed %" PRIu64, *seed);
    }
    if (student != NULL) {
        snprintf(whose + strlen(whose), sizeof(whose) - strlen(whose), _("student %s"), student);
        snprintf(how + strlen(how), sizeof(how) - strlen(how), " --student %s", student);
    }
    sound = check(&seeded, whose, how, held, d);
    lab_free(own);
    return sound;
}

bool exercise_check_student(const struct lab *lab, const char *student, struct diagnostics *d)
{
    bool *held = held_in(lab);
    bool sound = check_one(lab, student, NULL, held, d);

    free(held);
    return sound;
}

static bool check_many(const struct lab *lab, unsigned count, bool seeds, struct diagnostics *d)
{
    bool *held = held_in(lab), sound = true;
    char student[24];

    for (uint64_t i = 1; sound && i <= count; i++) {
        snprintf(student, sizeof(student), "%" PRIu64, i);
        sound = check_one(lab, lab->vary_count > 0 ? student : NULL, seeds ? &i : NULL, held, d);
    }
    free(held);
    return sound;
}

bool exercise_check_variants(const struct lab *lab, unsigned count, struct diagnostics *d)
{
    return lab->vary_count == 0 || check_many(lab, count, false, d);
}

bool exercise_check_seeds(const struct lab *lab, unsigned count, struct diagnostics *d)
{
    return check_many(lab, count, true, d);
}
