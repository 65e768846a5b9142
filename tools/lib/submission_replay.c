#include <string.h>

#include "tools/lib/submission.h"
#include "tools/lib/text.h"

/* ---- Questions ---- */

static void cannot(struct diagnostics *d, struct mark mark, const struct attempt *a,
                   size_t question)
{
    if (attempt_is_settled(a, question))
        diagnostic_error(d, mark, _("this question was settled before: nothing may follow"));
    else
        diagnostic_error(d, mark, _("this cannot be done: no more hints, or too many acts"));
}

static void replay_act(const struct submission_act *act, size_t question, struct attempt *a,
                       struct diagnostics *d)
{
    struct exercise_judgement judgement = { .verdict = EXERCISE_WRONG };
    bool done = false;

    switch (act->kind) {
    case ATTEMPT_TRY: done = attempt_try(a, question, act->text, &judgement); break;
    case ATTEMPT_HINT: done = attempt_hint(a, question) != NULL; break;
    case ATTEMPT_PASS: done = attempt_pass(a, question); break;
    }
    if (!done)
        cannot(d, act->mark, a, question);
    else if (judgement.verdict == EXERCISE_UNREADABLE)
        diagnostic_error(d, act->mark, _("no answer: %s"), judgement.why);
}

static void replay_answer(const struct submission_answer *answer, struct attempt *a,
                          struct diagnostics *d)
{
    size_t question = exercise_find(a->exercise, answer->question);

    if (question == LAB_NONE) {
        diagnostic_error(d, answer->mark, _("this lab has no question \"%s\""), answer->question);
        return;
    }
    for (size_t i = 0; i < answer->act_count; i++)
        replay_act(&answer->acts[i], question, a, d);
}

/* ---- Tasks ---- */

static void replay_task(const struct submission_task *task, struct attempt *a,
                        const struct task_limits *limits, struct diagnostics *d)
{
    const struct lab *lab = a->exercise->lab;
    struct deed deeds[DEEDS_MAX];
    char why[300];
    size_t index = 0, column = 0;

    while (index < lab->task_count && strcmp(lab->tasks[index].name, task->task) != 0)
        index++;
    if (index == lab->task_count) {
        diagnostic_error(d, task->mark, _("this lab has no task \"%s\""), task->task);
        return;
    }
    for (size_t i = 0; i < task->deed_count; i++)
        if (!deed_parse(task->deeds[i].text, lab, &deeds[i], why, sizeof(why), &column)) {
            const struct submission_deed *deed = &task->deeds[i];

            diagnostic_error(d, lab_mark_within(deed->mark, deed->text, column), "%s", why);
            return;
        }
    if (!attempt_do(a, index, deeds, task->deed_count, limits, why, sizeof(why)))
        diagnostic_error(d, task->mark, "%s", why);
}

bool submission_replay_answers(const struct submission *s, struct attempt *a, struct diagnostics *d)
{
    size_t before = d->total;

    for (size_t i = 0; i < s->answer_count; i++)
        replay_answer(&s->answers[i], a, d);
    return d->total == before;
}

bool submission_replay_tasks(const struct submission *s, struct attempt *a,
                             const struct task_limits *limits, struct diagnostics *d)
{
    size_t before = d->total;

    for (size_t i = 0; i < s->task_count; i++)
        replay_task(&s->tasks[i], a, limits, d);
    return d->total == before;
}

bool submission_replay(const struct submission *s, struct attempt *a,
                       const struct task_limits *limits, struct diagnostics *d)
{
    bool answered = submission_replay_answers(s, a, d);

    return submission_replay_tasks(s, a, limits, d) && answered;
}
