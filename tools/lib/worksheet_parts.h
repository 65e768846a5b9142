/*
 * worksheet_parts.h - what worksheet.c and worksheet_questions.c share. Private
 * to them.
 */
#ifndef RUNG_TOOLS_WORKSHEET_PARTS_H
#define RUNG_TOOLS_WORKSHEET_PARTS_H

#include "tools/lib/worksheet.h"

enum { WORKSHEET_WIDTH = 80 };

struct worksheet {
    struct exercise *e;
    const struct worksheet_options *options;
    FILE *out;
};

/* A heading, of LEVEL 1 or 2. */
void worksheet_heading(const struct worksheet *w, int level, const char *text);

/* TEXT, Markdown of the lab, behind BEFORE, which may be "". */
void worksheet_text(const struct worksheet *w, const char *before, const char *text);

/* Lines as they are: a block of code in Markdown. */
void worksheet_code_begin(const struct worksheet *w);
void worksheet_code_end(const struct worksheet *w);

/* All questions, then all tasks; with their answers, if it is the key. */
void worksheet_questions(const struct worksheet *w);

#endif
