#include "tools/lib/quiz.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/narrate.h"
#include "tools/lib/quiz_parts.h"
#include "tools/lib/run_prefix.h"
#include "tools/lib/text.h"

/* Most runs are told in milliseconds: so is a part of one that has hardly begun. */
#define TIMES_LAST (99 * MS)

const char **quiz_commands(const struct lab *lab)
{
    const char **texts = calloc(lab->command_count + 1, sizeof(*texts));

    for (size_t i = 0; texts != NULL && i < lab->command_count; i++)
        texts[i] = lab->commands[i].text;
    return texts;
}

/* ---- The run ---- */

static void narrate_to(struct quiz *q, uint32_t events)
{
    const struct narrate_options options = { .absolute = q->o->ladder.absolute,
                                             .continues = q->told_any,
                                             .goes_on = events < q->view.trace->events.count,
                                             .from = q->told };
    struct run_prefix known;

    if (q->told_any && events <= q->told)
        return;
    run_prefix_take(&known, &q->view, events);
    narrate(&known.view, &options, q->out);
    q->gap = false;
    q->told = events;
    q->told_any = true;
}

/* Shows what happens in the first EVENTS events and was not shown before. */
static void show_to(struct quiz *q, uint32_t events)
{
    quiz_gap(q);
    if (q->ladder != NULL) {
        ladder_stream_to(q->ladder, events);
        q->gap = !ladder_stream_said(q->ladder);
    } else {
        narrate_to(q, events);
    }
}

/* ---- Gates ---- */

static void show_page(struct quiz *q, size_t index)
{
    const struct lab_page *page = &q->e->pages[index];

    quiz_gap(q);
    quiz_text(q, page->text);
    if (!q->o->input.pauses)
        return;
    quiz_say(q, _("(Enter goes on.) "));
    switch (quiz_listen(q, page->name)) {
    case QUIZ_QUIT:
    case QUIZ_END: q->left = true; break;
    case QUIZ_NONE: break;
    default: quiz_say(q, _("Nothing was asked here; the question comes.\n")); break;
    }
}

/* What was settled on another day. */
static void remind(struct quiz *q, size_t index)
{
    struct attempt_points points = attempt_question_points(q->a, index);

    quiz_gap(q);
    quiz_say(q, _("Question %s was settled before: %lld of %lld points.\n"),
             q->e->questions[index].asked->name, (long long)points.got, (long long)points.of);
}

static void pass_gate(struct quiz *q, const struct exercise_gate *gate)
{
    show_to(q, gate->shown);
    if (gate->is_page) {
        show_page(q, gate->index);
    } else if (attempt_is_settled(q->a, gate->index)) {
        remind(q, gate->index);
    } else {
        quiz_ask(q, gate->index);
    }
}

static bool is_done(const struct quiz *q, size_t task)
{
    const struct attempt_task *t = &q->a->tasks[task];

    return t->ran && t->result.points == t->result.of;
}

static void go_through(struct quiz *q)
{
    const struct exercise *e = q->e;

    for (size_t i = 0; i < e->gate_count && !q->left && !ferror(q->out); i++)
        pass_gate(q, &e->gates[i]);
    if (!q->left)
        show_to(q, e->simulation.trace.events.count);
    for (size_t i = 0; i < e->lab->task_count && !q->left && !ferror(q->out); i++)
        if (!is_done(q, i))
            quiz_task(q, i);
}

/* ---- The whole ---- */

static void introduce(struct quiz *q)
{
    const struct lab *lab = q->e->lab;
    struct attempt_points points = attempt_points(q->a);
    char of[40];

    if (lab->title[0] != '\0')
        quiz_say(q, "%s\n\n", lab->title);
    if (lab->about[0] != '\0') {
        quiz_text(q, lab->about);
        quiz_gap(q);
    }
    quiz_say(q, _("Questions: %zu. Tasks: %zu. Together %s. help explains.\n"), lab->question_count,
             lab->task_count, quiz_points(points.of, of, sizeof(of)));
}

static bool open(struct quiz *q)
{
    struct ladder_options ladder = q->o->ladder;
    struct simulation *s = &q->e->simulation;

    ladder.last = max_i64(ladder.last, TIMES_LAST);
    q->commands = quiz_commands(q->e->lab);
    if (q->commands == NULL || !run_view_open(&q->view, s->world, &s->trace, NULL))
        return false;
    q->view.commands = q->commands;
    q->view.command_count = (uint32_t)q->e->lab->command_count;
    if (!q->o->narrate)
        q->ladder = ladder_stream_open(&q->view, &ladder, q->o->most, q->out);
    return q->o->narrate || q->ladder != NULL;
}

enum quiz_end quiz_run(struct exercise *e, struct attempt *a, const struct quiz_options *options)
{
    struct quiz q = { .e = e, .a = a, .o = options, .out = options->out };
    bool opened = open(&q);

    if (opened) {
        introduce(&q);
        go_through(&q);
        quiz_sheet(&q);
    }
    ladder_stream_close(q.ladder);
    if (q.view.nodes != NULL)
        run_view_close(&q.view);
    free(q.commands);
    if (!opened || fflush(q.out) != 0 || ferror(q.out))
        return QUIZ_FAILED;
    return q.left ? QUIZ_LEFT : QUIZ_DONE;
}
