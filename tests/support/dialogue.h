/*
 * dialogue.h - a quiz held with a list of lines, for tests.
 */
#ifndef RUNG_TESTS_SUPPORT_DIALOGUE_H
#define RUNG_TESTS_SUPPORT_DIALOGUE_H

#include "tools/lib/quiz.h"

struct dialogue {
    struct lab *lab;
    struct exercise *e;
    struct attempt *a;
    enum quiz_end end;
    char *said;     /* all words of the last dialogue_hold */
    unsigned keeps; /* how often something was done */
};

/* Opens the lab TEXT, or the bundled one called NAME. False, and a failed
 * expectation, if it is not sound; then nothing is to be closed. */
bool dialogue_open_text(struct dialogue *d, const char *text);
bool dialogue_open(struct dialogue *d, const char *name);
void dialogue_close(struct dialogue *d);

/* Goes on with the attempt, LINES ("1\n?\n") being what is typed; NARRATE: in
 * sentences. Returns d->said. */
const char *dialogue_hold(struct dialogue *d, const char *lines, bool narrate);

/* The same with lines from INPUT. */
const char *dialogue_hold_with(struct dialogue *d, struct quiz_input input, bool narrate);

#endif
