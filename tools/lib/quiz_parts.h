/*
 * quiz_parts.h - what the parts of the quiz share. Used by them alone.
 *
 *   quiz.c        goes from gate to gate; the run in between
 *   quiz_ask.c    one question
 *   quiz_task.c   one task
 *   quiz_sheet.c  the points at the end
 *   quiz_line.c   lines in, words out
 */
#ifndef RUNG_TOOLS_QUIZ_PARTS_H
#define RUNG_TOOLS_QUIZ_PARTS_H

#include "tools/lib/ladder_stream.h"
#include "tools/lib/quiz.h"
#include "tools/lib/run_view.h"

enum { QUIZ_LINE_SIZE = ATTEMPT_TEXT_MAX + 1 };

struct quiz {
    struct exercise *e;
    struct attempt *a;
    const struct quiz_options *o;
    FILE *out;
    struct run_view view; /* of the exercise's run */
    const char **commands;
    struct ladder_stream *ladder; /* or NULL: it is narrated */
    uint32_t told;                /* events, by the narrator */
    bool told_any;
    char line[QUIZ_LINE_SIZE]; /* what was read last */
    bool left;                 /* somebody said goodbye */
    bool gap;                  /* the line above is empty */
};

/* ---- quiz_line.c ---- */

/* Columns of a text. */
int quiz_width(const struct quiz *q);

/* Words as they are, without what must not reach a terminal; and a lab's text. */
void quiz_say(struct quiz *q, const char *format, ...) __attribute__((format(printf, 2, 3)));
void quiz_text(struct quiz *q, const char *markdown);

/* "No. " and a lab's words, broken into lines. */
void quiz_tell(struct quiz *q, const char *before, const char *markdown);

/* The same of words that are no lab's. */
void quiz_wrap(struct quiz *q, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An empty line, unless there is one. */
void quiz_gap(struct quiz *q);

/* Asks for a line for NAME: q->line, without blanks at its ends. */
enum quiz_word quiz_listen(struct quiz *q, const char *name);

/* What ends a sentence that ends in WHY: "", if that asks. */
const char *quiz_stop(const char *why);

/* "3 points", "1 point". */
const char *quiz_points(int64_t points, char *out, size_t size);

/* Something was done to the attempt. */
void quiz_changed(struct quiz *q);

/* The texts of LAB's script, for its view; the caller's to free. */
const char **quiz_commands(const struct lab *lab);

/* ---- The parts ---- */

/* Asks question INDEX until it is settled, or somebody leaves. */
void quiz_ask(struct quiz *q, size_t index);
void quiz_task(struct quiz *q, size_t index);
void quiz_sheet(struct quiz *q);

#endif
