/*
 * hand_in.h - submissions, made as a student's Rung makes them, and spoilt.
 */
#ifndef RUNG_TESTS_SUPPORT_HAND_IN_H
#define RUNG_TESTS_SUPPORT_HAND_IN_H

#include "tools/lib/attempt.h"

/* Reads TEXT, which must be a sound lab, with hooks. The caller's to free. */
struct lab *hand_in_lab(const char *text);

/*
 * What STUDENT ("": nobody) of LAB, called NAME, hands in who has done ACTS
 * (with CONTEXT) to a fresh attempt at their variant. The points of it go to
 * *POINTS unless that is NULL. The text is the caller's to free.
 */
char *hand_in(const struct lab *lab, const char *name, const char *student,
              void (*acts)(void *context, struct attempt *a), void *context,
              struct attempt_points *points);

/* Acts: every right answer (texts: a sentence), every solution. */
void hand_in_all_right(void *context, struct attempt *a);
/* Nothing. */
void hand_in_nothing(void *context, struct attempt *a);

/* TEXT with the first OLD in it become NEW; TEXT is freed. It must be there. */
char *hand_in_replace(char *text, const char *old, const char *new);
/* The digit behind the first KEY in TEXT becomes another one. */
void hand_in_spoil_hash(char *text, const char *key);

#endif
