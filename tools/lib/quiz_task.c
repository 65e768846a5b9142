#include <stdlib.h>
#include <string.h>

#include "tools/lib/ladder_stream.h"
#include "tools/lib/narrate.h"
#include "tools/lib/quiz_parts.h"
#include "tools/lib/text.h"

/* What a student has in mind for a task, and what is yet to be run of it. */
struct plan {
    struct quiz *q;
    size_t task;
    struct deed deeds[DEEDS_MAX];
    size_t count;
    bool fresh; /* it has been changed since it was run */
    size_t hints;
    bool over;
};

/* ---- Deeds ---- */

static void list_deeds(const struct plan *p)
{
    char text[DEED_TEXT_SIZE + 200];

    if (p->count == 0)
        quiz_say(p->q, _("Nothing is to be done yet.\n"));
    for (size_t i = 0; i < p->count; i++) {
        deed_write(&p->deeds[i], text, sizeof(text));
        quiz_say(p->q, "%zu. %s\n", i + 1, text);
    }
}

static void take_deed(struct plan *p)
{
    char why[300], text[DEED_TEXT_SIZE + 200];
    size_t column = 0;
    struct deed deed;

    if (p->count == DEEDS_MAX) {
        quiz_say(p->q, _("These are %d deeds: write done or clear.\n"), DEEDS_MAX);
        return;
    }
    if (!deed_parse(p->q->line, p->q->e->lab, &deed, why, sizeof(why), &column)) {
        quiz_wrap(p->q, _("That is no deed, from character %zu on: %s%s"), column + 1, why,
                  quiz_stop(why));
        return;
    }
    p->deeds[p->count++] = deed;
    p->fresh = true;
    deed_write(&deed, text, sizeof(text));
    quiz_say(p->q, "%zu. %s\n", p->count, text);
}

/* ---- The run that they make ---- */

static void show_run(struct quiz *q, const struct run_view *view)
{
    const struct narrate_options sentences = { .absolute = q->o->ladder.absolute };
    struct ladder_stream *s;

    quiz_gap(q);
    if (q->o->narrate) {
        narrate(view, &sentences, q->out);
        q->gap = false;
        return;
    }
    s = ladder_stream_open(view, &q->o->ladder, q->o->most, q->out);
    if (s != NULL)
        ladder_stream_to(s, UINT32_MAX);
    ladder_stream_close(s);
    q->gap = false;
}

static void look(void *context, const struct simulation *s)
{
    const char **commands = quiz_commands(s->lab);
    struct run_view view;

    if (commands != NULL && run_view_open(&view, s->world, &s->trace, NULL)) {
        view.commands = commands;
        view.command_count = (uint32_t)s->lab->command_count;
        show_run(context, &view);
        run_view_close(&view);
    }
    free(commands);
}

static void tell_checks(struct quiz *q, size_t task)
{
    const struct lab_task *asked = &q->e->lab->tasks[task];
    const struct task_result *result = &q->a->tasks[task].result;
    char points[40], of[40];

    quiz_gap(q);
    for (size_t i = 0; i < result->count; i++) {
        const struct task_check *check = &result->checks[i];

        quiz_say(
            q, check->held ? _("check %zu: holds  %s (%s)\n") : _("check %zu: FAILED %s (%s)\n"),
            i + 1, asked->checks[i].expression, quiz_points(check->of, points, sizeof(points)));
        if (!check->held && asked->checks[i].hint != NULL)
            quiz_tell(q, _("Hint: "), asked->checks[i].hint);
    }
    quiz_say(q, _("%lld of %s.\n"), (long long)result->points,
             quiz_points(result->of, of, sizeof(of)));
}

static void run_plan(struct plan *p)
{
    struct task_limits limits = { .look = look, .context = p->q };
    char why[300];

    p->fresh = false; /* tried, even if it makes no run */
    if (!attempt_do(p->q->a, p->task, p->deeds, p->count, &limits, why, sizeof(why))) {
        quiz_wrap(p->q, _("That makes no run: %s%s"), why, quiz_stop(why));
        return;
    }
    tell_checks(p->q, p->task);
    quiz_changed(p->q);
    p->over = p->q->a->tasks[p->task].result.points == p->q->a->tasks[p->task].result.of;
    if (!p->over)
        quiz_say(p->q, _("Add deeds, or clear them; pass leaves the task as it is.\n"));
}

/* ---- The dialogue ---- */

static void take_hint(struct plan *p)
{
    const struct lab_task *asked = &p->q->e->tasks[p->task];
    char before[60];

    if (p->hints == asked->hint_count) {
        quiz_say(p->q, _("There are no more hints.\n"));
        return;
    }
    p->hints++;
    snprintf(before, sizeof(before), _("Hint %zu of %zu: "), p->hints, asked->hint_count);
    quiz_tell(p->q, before, asked->hints[p->hints - 1]);
}

static void help(struct quiz *q)
{
    quiz_say(q, _("A deed is a line such as\n"
                  "  drop 7                lose frame 7\n"
                  "  delay 7 50ms          let it arrive later\n"
                  "  duplicate 7           let it arrive twice\n"
                  "  corrupt 7 bit 304     flip one of its bits\n"
                  "  at 1.2s a: send 8kB   a command for host a, then\n"
                  "Frames count as in the run with the deeds before.\n"
                  "done   run the lab with these deeds, and look\n"
                  "list, undo, clear   the deeds: all of them, without the last, none\n"
                  "?      a hint, for nothing\n"
                  "pass   leave this task; what was run last counts\n"
                  "quit   leave; what you have run is kept\n"));
}

static void take_line(struct plan *p)
{
    const char *line = p->q->line;

    if (strcmp(line, "done") == 0) {
        run_plan(p);
    } else if (strcmp(line, "list") == 0) {
        list_deeds(p);
    } else if (strcmp(line, "clear") == 0 || strcmp(line, "undo") == 0) {
        p->count = line[0] == 'c' || p->count == 0 ? 0 : p->count - 1;
        p->fresh = true;
        list_deeds(p);
    } else {
        take_deed(p);
    }
}

/* Deeds that were not run count for nothing: whoever leaves them is asked once. */
static void leave(struct plan *p)
{
    p->over = !p->fresh;
    p->fresh = false;
    if (!p->over)
        quiz_say(p->q, _("These deeds have not been run: write done, or pass again.\n"));
}

/* No line will come: a list of answers needs no `done`. */
static void end_of_lines(struct plan *p)
{
    p->q->left = !p->q->o->input.end_settles;
    if (p->fresh && !p->q->left)
        run_plan(p);
    p->over = true;
}

static void listen(struct plan *p)
{
    switch (quiz_listen(p->q, p->q->e->lab->tasks[p->task].name)) {
    case QUIZ_ANSWER: take_line(p); break;
    case QUIZ_HINT: take_hint(p); break;
    case QUIZ_PASS: leave(p); break;
    case QUIZ_HELP: help(p->q); break;
    case QUIZ_NONE: break;
    case QUIZ_QUIT: p->q->left = true; break;
    case QUIZ_END: end_of_lines(p); break;
    }
}

void quiz_task(struct quiz *q, size_t index)
{
    const struct lab *lab = q->e->lab;
    struct plan *p = calloc(1, sizeof(*p));
    char points[40];

    ASSERT(p != NULL);
    p->q = q;
    p->task = index;
    quiz_gap(q);
    quiz_say(q, _("Task %zu of %zu, %s: %s\n"), index + 1, lab->task_count,
             quiz_points(attempt_task_points(q->a, index).of, points, sizeof(points)),
             lab->tasks[index].name);
    quiz_text(q, q->e->tasks[index].ask);
    quiz_say(q, _("Write one deed a line (drop 7), then done; or ?, pass, quit, help.\n"));
    while (!p->over && !q->left && !ferror(q->out))
        listen(p);
    free(p);
}
