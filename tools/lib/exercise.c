#include "tools/lib/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/lab_memory.h"
#include "tools/lib/text.h"

/* ---- Answers ---- */

bool exercise_make_void(struct exercise_question *q, const char *why)
{
    q->is_void = true;
    snprintf(q->why, sizeof(q->why), "%s", why);
    return false;
}

bool exercise_evaluate(struct exercise *e, uint32_t events, uint32_t frame, uint32_t seen,
                       const char *text, enum value_type *type, int64_t *value)
{
    struct expression_scene scene = simulation_scene(&e->simulation, frame);
    struct expression expression; /* a fresh one: the world may have gone back */
    char why[EXERCISE_WHY_SIZE];
    size_t column;

    scene.moments = e->moments;
    scene.seen = seen;
    world_seek(&e->simulation.history, events);
    if (!expression_parse(text, e->lab, &expression, why, sizeof(why), &column))
        return false;
    *type = expression_type(&expression);
    return expression_evaluate_in(&expression, &scene, value);
}

/* TEXT at the moment at which the answer to Q holds. Its type in *TYPE. */
static bool evaluate(struct exercise *e, const struct exercise_question *q, const char *text,
                     enum value_type *type, int64_t *value)
{
    uint32_t frame = q->evaluated.frame != 0 ? q->evaluated.frame : q->gate.frame;

    return exercise_evaluate(e, q->evaluated.event, frame, UINT32_MAX, text, type, value);
}

static bool compute_value(struct exercise *e, struct exercise_question *q)
{
    if (!evaluate(e, q, q->asked->answer, &q->type, &q->right))
        return exercise_make_void(q, _("its answer cannot be computed in this run"));
    if (q->asked->within != NULL)
        answer_read_span(q->type, q->asked->within, q->right, &q->within, q->why, sizeof(q->why));
    for (size_t i = 0; i < q->asked->mistake_count; i++)
        q->mistakes[i].computed = evaluate(e, q, q->asked->mistakes[i].answer, &q->mistakes[i].type,
                                           &q->mistakes[i].value);
    return true;
}

static bool compute_choices(struct exercise *e, struct exercise_question *q)
{
    for (size_t i = 0; i < q->asked->choice_count; i++) {
        enum value_type type;
        int64_t value;

        if (!evaluate(e, q, q->asked->choices[i].right, &type, &value))
            return exercise_make_void(
                q, _("whether a choice is right cannot be computed in this run"));
        q->chosen[i] = value != 0;
    }
    return true;
}

/* ---- Items in order ---- */

static bool compute_order(struct exercise *e, struct exercise_question *q)
{
    for (size_t i = 0; i < q->asked->item_count; i++) {
        q->happens[i] = exercise_resolve(e, &q->asked->items[i].moment);
        if (!q->happens[i].comes)
            return exercise_make_void(q, _("one of its items never happens in this run"));
    }
    return true;
}

/* ---- Questions ---- */

static void open_question(struct exercise *e, struct exercise_question *q,
                          const struct lab_question *asked)
{
    q->asked = asked;
    q->gate = exercise_resolve(e, &asked->gate.moment);
    q->evaluated =
        asked->evaluate.kind == LAB_MOMENT_NONE ? q->gate : exercise_resolve(e, &asked->evaluate);
    if (!q->gate.comes)
        exercise_make_void(q, _("its moment never comes in this run"));
    else if (!q->evaluated.comes)
        exercise_make_void(q, _("the moment of its answer never comes in this run"));
    else if (asked->answer != NULL)
        compute_value(e, q);
    else if (asked->choice_count > 0)
        compute_choices(e, q);
    else if (asked->item_count > 0)
        compute_order(e, q);
    if (!q->is_void)
        exercise_tell_question(e, q);
}

/* ---- Gates ---- */

uint32_t exercise_seen(const struct lab_gate *gate, const struct exercise_moment *moment)
{
    return gate->before ? moment->before : moment->event;
}

static void add_gate(struct exercise *e, bool is_page, size_t index, const struct lab_gate *gate,
                     const struct exercise_moment *moment)
{
    e->gates[e->gate_count++] = (struct exercise_gate){
        .is_page = is_page, .index = index, .shown = exercise_seen(gate, moment), .moment = *moment
    };
}

/* By what may be seen; then a page before a question, then as in the lab. */
static int compare_gates(const void *left, const void *right)
{
    const struct exercise_gate *a = left, *b = right;

    if (a->shown != b->shown)
        return a->shown < b->shown ? -1 : 1;
    if (a->is_page != b->is_page)
        return a->is_page ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool open_gates(struct exercise *e)
{
    const struct lab *lab = e->lab;

    e->gates = calloc(lab->page_count + lab->question_count + 1, sizeof(*e->gates));
    if (e->gates == NULL)
        return false;
    for (size_t i = 0; i < lab->page_count; i++) {
        struct exercise_moment moment = exercise_resolve(e, &lab->pages[i].gate.moment);

        if (moment.comes)
            add_gate(e, true, i, &lab->pages[i].gate, &moment);
    }
    for (size_t i = 0; i < lab->question_count; i++)
        if (!e->questions[i].is_void)
            add_gate(e, false, i, &lab->questions[i].gate, &e->questions[i].gate);
    qsort(e->gates, e->gate_count, sizeof(*e->gates), compare_gates);
    return true;
}

/* ---- The whole ---- */

static bool run(struct exercise *e, const struct exercise_options *options, char *why, size_t size)
{
    struct simulation_options how = { .keep_history = true, .trace_limit = options->trace_limit };
    char at[40];

    snprintf(why, size, "%s", _("out of memory"));
    if (!simulation_open(&e->simulation, e->lab, &how))
        return false;
    simulation_run(&e->simulation, options->progress);
    e->hash = trace_hash(&e->simulation.trace);
    if (!e->simulation.overflowed && !e->simulation.world->stuck)
        return true;
    unit_format_time(e->simulation.world->now, at, sizeof(at));
    snprintf(why, size, _("the run does not end: stopped at %s"), at);
    return false;
}

struct exercise *exercise_open(const struct lab *lab, const struct exercise_options *options,
                               char *why, size_t size)
{
    static const struct exercise_options NONE = { .trace_limit = 0 };
    struct exercise *e = calloc(1, sizeof(*e));

    snprintf(why, size, "%s", _("out of memory"));
    if (e == NULL)
        return NULL;
    e->lab = lab;
    e->questions = calloc(lab->question_count + 1, sizeof(*e->questions));
    if (e->questions == NULL || !run(e, options != NULL ? options : &NONE, why, size) ||
        !exercise_name_moments(e)) {
        exercise_close(e);
        return NULL;
    }
    e->texts = lab_memory_new();
    for (size_t i = 0; i < lab->question_count; i++)
        open_question(e, &e->questions[i], &lab->questions[i]);
    exercise_shuffle(e, options != NULL && options->student != NULL ? options->student : "");
    exercise_tell_pages(e);
    exercise_tell_tasks(e);
    if (open_gates(e)) {
        world_seek(&e->simulation.history, e->simulation.trace.events.count);
        return e;
    }
    exercise_close(e);
    return NULL;
}

void exercise_close(struct exercise *e)
{
    if (e == NULL)
        return;
    if (e->simulation.lab != NULL)
        simulation_close(&e->simulation);
    lab_memory_free(e->texts);
    free(e->gaps);
    free(e->moments);
    free(e->questions);
    free(e->gates);
    free(e);
}

size_t exercise_find(const struct exercise *e, const char *name)
{
    for (size_t i = 0; i < e->lab->question_count; i++)
        if (strcmp(e->lab->questions[i].name, name) == 0)
            return i;
    return LAB_NONE;
}
