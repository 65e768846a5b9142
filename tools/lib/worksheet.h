/*
 * worksheet.h - a lab's questions on paper: the ladder with blanks, and the key.
 *
 *   Three segments to begin
 *   Name: ____________   Student: anna   Variant: 3f21
 *        2  |  /- SYN ACK seq=0 ack=____ win=65535 -|
 *   1. (2 points) Which number stands behind ack= ... ?   Answer: __________
 *
 * What is blank follows from the questions. Of a question's own frame the
 * fields that its answer names; or all that is said of the moment, if one is to
 * say what happens. Whatever happens after its gate, and tells the answer in
 * other words (the same number in a later segment, the same state, the same
 * time), is blank, too. What can be worked out from what is left is the exercise.
 *
 * A sheet has none of these, which would tell: counts at the end of the ladder,
 * checks (of tasks, too), hints, pages but those at the start, what the variant
 * sets, void questions. The key has all but hints and pages, and no blanks.
 */
#ifndef RUNG_TOOLS_WORKSHEET_H
#define RUNG_TOOLS_WORKSHEET_H

#include "tools/lib/exercise.h"
#include "tools/lib/run_view.h"
#include "tools/lib/variant.h"

#include <stdio.h>

enum worksheet_format { WORKSHEET_TEXT, WORKSHEET_MARKDOWN, WORKSHEET_SVG };

struct worksheet_options {
    enum worksheet_format format; /* SVG: of the ladder only */
    bool key, ascii;
    unsigned blank;                /* fields blank everywhere: BLANK bits of ladder_blanks.h */
    const struct variant *variant; /* or NULL: nobody's */
    const char *name;              /* of the lab */
};

enum { WORKSHEET_WHY_SIZE = 256 };

/* Writes the sheet of E to OUT. False: WHY (WORKSHEET_WHY_SIZE bytes) says why
 * there is none, or OUT took no more. */
bool worksheet_write(struct exercise *e, const struct worksheet_options *options, FILE *out,
                     char *why);

struct ladder_blanks;

/* What the questions of E leave blank in VIEW, its run, besides EVERYWHERE. False: no
 * memory. BLANKS are to be closed in any case. */
bool worksheet_blanks(struct exercise *e, const struct run_view *view, unsigned everywhere,
                      struct ladder_blanks *blanks);

#endif
