/*
 * quiz_answers.h - lines for a quiz, from a file instead of a person.
 *
 *   # anna, Tuesday
 *   state-of-b: SYN-RECEIVED
 *   ack-of-syn-ack: 0          wrong; the next line of this name is the next try
 *   ack-of-syn-ack: ?          a hint
 *   ack-of-syn-ack: 1
 *   when-b: pass
 *   doubt: drop 3              a deed of a task
 *
 * Lines of one name are used in their order; names in the order of the run.
 */
#ifndef RUNG_TOOLS_QUIZ_ANSWERS_H
#define RUNG_TOOLS_QUIZ_ANSWERS_H

#include "tools/lib/quiz.h"

struct quiz_answers;

/* Reads the LEN bytes at TEXT, which errors call NAME: answers to what LAB asks.
 * NULL, and errors in D, if a line is none. LAB must outlive the result. */
struct quiz_answers *quiz_answers_parse(const char *text, size_t len, const char *name,
                                        const struct lab *lab, struct diagnostics *d);
/* The same of the file at PATH, "-" for standard input. */
struct quiz_answers *quiz_answers_load(const char *path, const struct lab *lab,
                                       struct diagnostics *d);
void quiz_answers_free(struct quiz_answers *answers); /* or NULL */

/* For quiz_input; CONTEXT is a struct quiz_answers. */
enum quiz_read quiz_answers_read(void *context, const char *name, char *line, size_t size);

#endif
