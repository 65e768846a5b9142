/*
 * quiz.h - a lab's questions and tasks as a dialogue, line by line.
 *
 *   ... rows of the ladder, as far as they may be seen ...
 *
 *   Question 1 of 4, 2 points: ack-of-syn
 *   The SYN had seq=0. Which number stands behind ack=?
 *   Write a number such as 1460; or ?, pass, quit, help.
 *   > 0
 *   No. A SYN takes one number of its own.
 *
 * A function of (exercise, lines in, words out): no cursor moves, nothing depends
 * on colour, so that a plain terminal, a screen reader, a pipe and a file of
 * answers all do. Of the run nothing is written that lies behind an unsettled
 * question (run_prefix.h). Points are attempt.h's.
 */
#ifndef RUNG_TOOLS_QUIZ_H
#define RUNG_TOOLS_QUIZ_H

#include <stdio.h>

#include "tools/lib/attempt.h"
#include "tools/lib/ladder.h"

enum quiz_read { QUIZ_READ_LINE, QUIZ_READ_TOO_LONG, QUIZ_READ_END };

struct quiz_input {
    /* The next line for the page, question or task NAME, without its end, into LINE. */
    enum quiz_read (*read)(void *context, const char *name, char *line, size_t size);
    void *context;
    bool echo;        /* nobody sees what is read: it is written */
    bool pauses;      /* somebody is reading: pages wait for a line */
    bool end_settles; /* QUIZ_READ_END gives up what it was read for; else it is goodbye */
};

struct quiz_options {
    struct quiz_input input;
    FILE *out;
    const char *student; /* or NULL */
    bool narrate;        /* sentences in place of the ladder */
    struct ladder_options ladder;
    size_t most; /* rows of a part of the ladder; 0: any number */
    /* Something was done to the attempt; or NULL. */
    void (*changed)(void *context);
    void *context;
};

/* What a line means that was typed to a question, besides an answer. */
enum quiz_word { QUIZ_ANSWER, QUIZ_HINT, QUIZ_PASS, QUIZ_QUIT, QUIZ_HELP, QUIZ_NONE, QUIZ_END };

/* LINE has no blanks at its ends. Never QUIZ_END: that is no line. */
enum quiz_word quiz_word(const char *line);

enum quiz_end {
    QUIZ_DONE,   /* all is settled, the sheet is written */
    QUIZ_LEFT,   /* somebody said goodbye; the sheet is written, too */
    QUIZ_FAILED, /* no memory, or the words could not be written: errno */
};

/* Asks what A, an attempt at E, has not settled. */
enum quiz_end quiz_run(struct exercise *e, struct attempt *a, const struct quiz_options *options);

#endif
