#include <string.h>

#include "tools/lib/quiz_parts.h"
#include "tools/lib/text.h"

/* How question INDEX went: "right at try 2", with its hints. */
static void format_state(const struct quiz *q, size_t index, char *out, size_t size)
{
    const struct attempt_question *a = &q->a->questions[index];
    int len;

    if (q->e->questions[index].is_void)
        len = snprintf(out, size, _("not asked: %s"), q->e->questions[index].why);
    else if (a->right && a->wrong == 0)
        len = snprintf(out, size, "%s", _("right"));
    else if (a->right)
        len = snprintf(out, size, _("right at try %zu"), a->wrong + 1);
    else if (a->passed)
        len = snprintf(out, size, "%s", _("passed"));
    else if (a->pending)
        len = snprintf(out, size, "%s", _("a teacher will read it"));
    else
        len = snprintf(out, size, "%s", _("not answered"));
    if (a->asked > 0 && len >= 0 && (size_t)len < size)
        snprintf(out + len, size - (size_t)len,
                 a->asked == 1 ? _(", %zu hint asked for") : _(", %zu hints asked for"), a->asked);
}

static void tell_line(struct quiz *q, const char *name, struct attempt_points points,
                      const char *state)
{
    quiz_say(q, _("  %s: %lld of %lld, %s\n"), name, (long long)points.got, (long long)points.of,
             state);
}

static const char *task_state(const struct quiz *q, size_t index)
{
    const struct attempt_task *task = &q->a->tasks[index];

    if (!task->ran)
        return _("not tried");
    return task->result.points == task->result.of ? _("done") : _("not all checks hold");
}

static void tell_sum(struct quiz *q)
{
    struct attempt_points sum = attempt_points(q->a);
    char of[40];

    quiz_say(q, _("Together %lld of %s"), (long long)sum.got, quiz_points(sum.of, of, sizeof(of)));
    if (sum.pending > 0)
        quiz_say(q, _(", and up to %lld more when a teacher has read the texts"),
                 (long long)sum.pending);
    quiz_say(q, ".\n");
}

void quiz_sheet(struct quiz *q)
{
    const struct lab *lab = q->e->lab;
    char state[EXERCISE_WHY_SIZE + 100];

    quiz_gap(q);
    if (q->o->student != NULL)
        quiz_say(q, _("Your sheet, %s:\n"), q->o->student);
    else
        quiz_say(q, _("Your sheet:\n"));
    for (size_t i = 0; i < lab->question_count; i++) {
        format_state(q, i, state, sizeof(state));
        tell_line(q, lab->questions[i].name, attempt_question_points(q->a, i), state);
    }
    for (size_t i = 0; i < lab->task_count; i++)
        tell_line(q, lab->tasks[i].name, attempt_task_points(q->a, i), task_state(q, i));
    tell_sum(q);
}
