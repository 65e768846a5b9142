/*
 * exercise_parts.h - what exercise.c, exercise_moments.c, exercise_judge.c and
 * exercise_tell.c share. Private to them.
 */
#ifndef RUNG_TOOLS_EXERCISE_PARTS_H
#define RUNG_TOOLS_EXERCISE_PARTS_H

#include "tools/lib/exercise.h"

/* Fewer than, equal to or more than 0, as A comes before B. */
int exercise_moment_compare(const struct exercise_moment *a, const struct exercise_moment *b);

/* The expression TEXT when EVENTS have happened; "frame." is FRAME, and of named
 * moments those up to event SEEN may be looked at. False: it cannot be computed then. */
bool exercise_evaluate(struct exercise *e, uint32_t events, uint32_t frame, uint32_t seen,
                       const char *text, enum value_type *type, int64_t *value);

/* Where the moments with a name lie: e->moments. False: no memory. */
bool exercise_name_moments(struct exercise *e);

/* Page, question and task INDEX with the values of the run in their texts. The
 * question's moments are known; if what it asks has a gap, it becomes void. */
void exercise_tell_pages(struct exercise *e);
void exercise_tell_question(struct exercise *e, struct exercise_question *q);
void exercise_tell_tasks(struct exercise *e);

/* What may be seen at GATE, of MOMENT. */
uint32_t exercise_seen(const struct lab_gate *gate, const struct exercise_moment *moment);

/* Q cannot be asked, and why; returns false. */
bool exercise_make_void(struct exercise_question *q, const char *why);

/* Most places that an answer lists. */
struct exercise_picks {
    size_t at[LAB_MISTAKES_MAX]; /* from 0 */
    size_t count;
};

#endif
