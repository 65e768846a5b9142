/*
 * exercise_check.h - tries all that a lab asks, before a class does.
 *
 * Every moment comes, every answer can be computed and is taken when typed,
 * every mistake differs from it and from the other mistakes, choices have one
 * that is right and one that is not, each with other words, no header that is shown
 * for a field answers a later question, items happen one after another, each
 * task's solution earns all its points and nothing done does not, and there are
 * points to be had. Of a lab that varies, for a number of students, and of any
 * under other seeds: then its own checks are tried, too, and those that hold in
 * the lab as it stands must hold.
 */
#ifndef RUNG_TOOLS_EXERCISE_CHECK_H
#define RUNG_TOOLS_EXERCISE_CHECK_H

#include <stdio.h>

#include "tools/lib/lab.h"

/* Adds to D what is wrong with the questions, pages and tasks of LAB, at its
 * place in the file. WHOSE, if not NULL, is said behind each error: "student
 * anna". A lab that asks nothing is not run. True: nothing is wrong. */
bool exercise_check(const struct lab *lab, const char *whose, struct diagnostics *d);

/* The same of the variant of STUDENT, and the lab's own checks. */
bool exercise_check_student(const struct lab *lab, const char *student, struct diagnostics *d);

/* That for COUNT made-up students, called 1, 2 ..., if the lab varies; stops
 * after the first that has errors. */
bool exercise_check_variants(const struct lab *lab, unsigned count, struct diagnostics *d);

/* That under the seeds 1 to COUNT, of a lab that varies each with the student of
 * that name. */
bool exercise_check_seeds(const struct lab *lab, unsigned count, struct diagnostics *d);

/* Prints what is no error, but good to know: each of its own checks that does not
 * hold, and each question to which more than one value is right: "rtt: 80.102 ms,
 * also 80.03 ms to 80.18 ms; rounded: 80 ms". Runs LAB. */
void exercise_print_notes(const struct lab *lab, FILE *out);

/* What questions and tasks are worth together. */
int64_t exercise_points(const struct lab *lab);

#endif
