#include "tools/lib/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/utf8.h"

/* ---- Opening ---- */

struct attempt *attempt_open(const struct exercise *e)
{
    struct attempt *a = calloc(1, sizeof(*a));

    if (a == NULL)
        return NULL;
    a->exercise = e;
    a->questions = calloc(e->lab->question_count + 1, sizeof(*a->questions));
    a->tasks = calloc(e->lab->task_count + 1, sizeof(*a->tasks));
    if (a->questions != NULL && a->tasks != NULL)
        return a;
    free(a->questions);
    free(a->tasks);
    free(a);
    return NULL;
}

static void free_question(struct attempt_question *q)
{
    for (size_t i = 0; i < q->act_count; i++)
        free(q->acts[i].text);
    free(q->acts);
}

void attempt_close(struct attempt *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->exercise->lab->question_count; i++)
        free_question(&a->questions[i]);
    for (size_t i = 0; i < a->exercise->lab->task_count; i++) {
        free(a->tasks[i].deeds);
        task_result_free(&a->tasks[i].result);
    }
    free(a->questions);
    free(a->tasks);
    free(a);
}

/* ---- Acts ---- */

/* One more act of QUESTION; NULL if it takes none. */
static struct attempt_act *add_act(struct attempt *a, size_t question, enum attempt_act_kind kind,
                                   const char *text)
{
    struct attempt_question *q = &a->questions[question];
    struct attempt_act *grown;
    size_t most = ATTEMPT_ACTS_MAX - (kind != ATTEMPT_PASS); /* there is always a way out */
    char *copy = NULL;

    if (attempt_is_settled(a, question) || q->act_count >= most)
        return NULL;
    grown = realloc(q->acts, (q->act_count + 1) * sizeof(*grown));
    if (grown == NULL)
        return NULL;
    q->acts = grown;
    if (text != NULL && (copy = strdup(text)) == NULL)
        return NULL;
    q->acts[q->act_count] = (struct attempt_act){ .kind = kind, .text = copy };
    return &q->acts[q->act_count++];
}

bool attempt_is_settled(const struct attempt *a, size_t question)
{
    const struct attempt_question *q = &a->questions[question];

    return a->exercise->questions[question].is_void || q->right || q->passed || q->pending;
}

/* What is none could not be written into a file, and read again. */
static bool is_utf8(const char *text)
{
    size_t len = strlen(text), used;
    uint32_t code;

    for (size_t at = 0; at < len; at += used) {
        used = utf8_decode(text + at, len - at, &code);
        if (used == 0)
            return false;
    }
    return true;
}

bool attempt_try(struct attempt *a, size_t question, const char *text,
                 struct exercise_judgement *judgement)
{
    struct attempt_question *q = &a->questions[question];
    struct attempt_act *act;

    if (attempt_is_settled(a, question) || strlen(text) > ATTEMPT_TEXT_MAX || !is_utf8(text))
        return false;
    exercise_judge(a->exercise, question, text, judgement);
    if (judgement->verdict == EXERCISE_UNREADABLE)
        return q->act_count < ATTEMPT_ACTS_MAX - 1;
    act = add_act(a, question, ATTEMPT_TRY, text);
    if (act == NULL)
        return false;
    act->verdict = judgement->verdict;
    q->right = judgement->verdict == EXERCISE_RIGHT;
    q->pending = judgement->verdict == EXERCISE_PENDING;
    q->wrong += !q->right && !q->pending;
    return true;
}

size_t attempt_open_hints(const struct attempt *a, size_t question)
{
    const struct attempt_question *q = &a->questions[question];

    return min_size(q->wrong + q->asked, a->exercise->questions[question].asked->hint_count);
}

const char *attempt_hint(struct attempt *a, size_t question)
{
    const struct lab_question *asked = a->exercise->questions[question].asked;
    size_t open = attempt_is_settled(a, question) ? 0 : attempt_open_hints(a, question);

    if (attempt_is_settled(a, question) || open >= asked->hint_count ||
        add_act(a, question, ATTEMPT_HINT, NULL) == NULL)
        return NULL;
    a->questions[question].asked++;
    return asked->hints[open];
}

bool attempt_pass(struct attempt *a, size_t question)
{
    if (add_act(a, question, ATTEMPT_PASS, NULL) == NULL)
        return false;
    a->questions[question].passed = true;
    return true;
}

/* ---- Tasks ---- */

bool attempt_do(struct attempt *a, size_t task, const struct deed *deeds, size_t count,
                const struct task_limits *limits, char *why, size_t size)
{
    struct attempt_task *t = &a->tasks[task];
    struct task_result result;
    struct deed *kept;

    if (!task_run(a->exercise->lab, task, deeds, count, limits, &result, why, size))
        return false;
    kept = calloc(count + 1, sizeof(*kept));
    ASSERT(kept != NULL);
    for (size_t i = 0; i < count; i++)
        kept[i] = deeds[i];
    free(t->deeds);
    task_result_free(&t->result);
    *t = (struct attempt_task){ .deeds = kept, .deed_count = count, .ran = true, .result = result };
    return true;
}

static bool same_deeds(const struct attempt_task *task, const struct deed *deeds, size_t count)
{
    char one[2 * DEED_TEXT_SIZE], other[2 * DEED_TEXT_SIZE];

    if (!task->ran || task->deed_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        deed_write(&task->deeds[i], one, sizeof(one));
        deed_write(&deeds[i], other, sizeof(other));
        if (task->deeds[i].off != deeds[i].off || strcmp(one, other) != 0)
            return false;
    }
    return true;
}

bool attempt_has_judged(const struct attempt *a, const struct deed *deeds, size_t count)
{
    for (size_t i = 0; i < a->exercise->lab->task_count; i++)
        if (same_deeds(&a->tasks[i], deeds, count))
            return true;
    return false;
}

/* ---- Points ---- */

int64_t attempt_left(const struct attempt *a, size_t question)
{
    const struct attempt_question *q = &a->questions[question];
    const struct lab_question *asked = &a->exercise->lab->questions[question];
    int64_t left = asked->points - asked->penalty * (int64_t)(q->wrong + q->asked);

    return left > 0 ? left : 0;
}

struct attempt_points attempt_question_points(const struct attempt *a, size_t question)
{
    const struct attempt_question *q = &a->questions[question];
    struct attempt_points points = { .of = a->exercise->lab->questions[question].points };

    if (a->exercise->questions[question].is_void)
        return (struct attempt_points){ .of = 0 };
    if (q->right)
        points.got = attempt_left(a, question);
    if (q->pending)
        points.pending = attempt_left(a, question);
    return points;
}

struct attempt_points attempt_task_points(const struct attempt *a, size_t task)
{
    const struct lab_task *asked = &a->exercise->lab->tasks[task];
    struct attempt_points points = { .got = a->tasks[task].ran ? a->tasks[task].result.points : 0 };

    for (size_t i = 0; i < asked->check_count; i++)
        points.of += asked->checks[i].points;
    return points;
}

static void add(struct attempt_points *sum, struct attempt_points points)
{
    sum->got += points.got;
    sum->of += points.of;
    sum->pending += points.pending;
}

struct attempt_points attempt_points(const struct attempt *a)
{
    struct attempt_points sum = { .got = 0 };

    for (size_t i = 0; i < a->exercise->lab->question_count; i++)
        add(&sum, attempt_question_points(a, i));
    for (size_t i = 0; i < a->exercise->lab->task_count; i++)
        add(&sum, attempt_task_points(a, i));
    return sum;
}
