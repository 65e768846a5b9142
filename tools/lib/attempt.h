/*
 * attempt.h - what one student did with a lab's questions, and the points.
 *
 *   try "100"   wrong: -1, the next hint opens
 *   hint        asked for: -1, the next hint opens
 *   try "101"   right: what is left of the question's points
 *   pass        gives up: no points, the answer is shown
 *
 * All arithmetic of points is here. What was done is kept as a list of acts for
 * each question, so that a submission can be written, and played again: the
 * same acts on the same exercise always give the same points.
 *
 * A question is settled when it was answered rightly, passed, or, being a text,
 * answered at all; nothing can be done to it then. A void one is settled from
 * the start and worth nothing.
 */
#ifndef RUNG_TOOLS_ATTEMPT_H
#define RUNG_TOOLS_ATTEMPT_H

#include "tools/lib/exercise.h"
#include "tools/lib/task.h"

enum {
    ATTEMPT_ACTS_MAX = 100,  /* of a question, the last of them a pass */
    ATTEMPT_TEXT_MAX = 2000, /* bytes of a try */
};

enum attempt_act_kind { ATTEMPT_TRY, ATTEMPT_HINT, ATTEMPT_PASS };

struct attempt_act {
    enum attempt_act_kind kind;
    char *text;                    /* of a try; else NULL */
    enum exercise_verdict verdict; /* of a try */
};

struct attempt_question {
    struct attempt_act *acts;
    size_t act_count;
    size_t wrong; /* tries that were */
    size_t asked; /* hints asked for */
    bool right, passed, pending;
};

struct attempt_task {
    struct deed *deeds; /* as they were last tried */
    size_t deed_count;
    bool ran;                  /* then: */
    struct task_result result; /* what they came to */
};

struct attempt {
    const struct exercise *exercise;
    struct attempt_question *questions; /* as many as the lab has */
    struct attempt_task *tasks;
};

/* A fresh attempt at E, which must outlive it. NULL: no memory. */
struct attempt *attempt_open(const struct exercise *e);
void attempt_close(struct attempt *a);

/* ---- Questions ---- */

bool attempt_is_settled(const struct attempt *a, size_t question);

/* Judges TEXT, and counts it unless it is unreadable. False, and nothing done,
 * if the question is settled, has seen ATTEMPT_ACTS_MAX - 1 acts, or TEXT is longer
 * than ATTEMPT_TEXT_MAX or no UTF-8. */
bool attempt_try(struct attempt *a, size_t question, const char *text,
                 struct exercise_judgement *judgement);

/* Opens the next hint and returns it; NULL if there is none, or it is settled. */
const char *attempt_hint(struct attempt *a, size_t question);

/* Gives up. False if it is settled. */
bool attempt_pass(struct attempt *a, size_t question);

/* How many of its hints are open: hints[0] up to that. */
size_t attempt_open_hints(const struct attempt *a, size_t question);

/* ---- Tasks ---- */

/* Runs the lab with COUNT DEEDS for task number TASK, and keeps both. False: WHY
 * says why they make no run; what was kept before stays. */
bool attempt_do(struct attempt *a, size_t task, const struct deed *deeds, size_t count,
                const struct task_limits *limits, char *why, size_t size);

/* Some task was judged with just these DEEDS. */
bool attempt_has_judged(const struct attempt *a, const struct deed *deeds, size_t count);

/* ---- Points ---- */

struct attempt_points {
    int64_t got, of;
    int64_t pending; /* of OF: a teacher has to read the text first */
};

struct attempt_points attempt_question_points(const struct attempt *a, size_t question);
struct attempt_points attempt_task_points(const struct attempt *a, size_t task);
struct attempt_points attempt_points(const struct attempt *a);

/* What question's next right try would earn. */
int64_t attempt_left(const struct attempt *a, size_t question);

#endif
