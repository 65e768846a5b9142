/*
 * exercise_parts.h - what exercise.c, exercise_moments.c and exercise_judge.c
 * share. Private to them.
 */
#ifndef RUNG_TOOLS_EXERCISE_PARTS_H
#define RUNG_TOOLS_EXERCISE_PARTS_H

#include "tools/lib/exercise.h"

/* Fewer than, equal to or more than 0, as A comes before B. */
int exercise_moment_compare(const struct exercise_moment *a, const struct exercise_moment *b);

/* Most places that an answer lists. */
struct exercise_picks {
    size_t at[LAB_MISTAKES_MAX]; /* from 0 */
    size_t count;
};

#endif
