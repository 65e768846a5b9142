/*
 * markdown.h - a lab's short texts as lines of plain text.
 *
 *   # Two ways         ->  Two ways
 *   **b** is in        ->  b is in LISTEN, and
 *   `LISTEN`, and          waits.
 *   waits.
 *
 *   - one [line](x)    ->  - one line (x)
 *
 * Paragraphs and items are broken anew at WIDTH; headings, and code (between
 * ``` or indented by four blanks) are lines as they are. Emphasis and code in a line lose
 * their marks, since nothing may hang on them. What is no Markdown of this kind is text.
 */
#ifndef RUNG_TOOLS_MARKDOWN_H
#define RUNG_TOOLS_MARKDOWN_H

#include "sim/base.h"

#include <stdio.h>

enum markdown_kind { MARKDOWN_TEXT, MARKDOWN_HEADING, MARKDOWN_CODE };

/* Calls LINE for each line of TEXT, UTF-8, at most WIDTH columns (at least 10)
 * but for code; "" between paragraphs. It may hold what must not reach a terminal. */
void markdown_lines(const char *text, int width,
                    void (*line)(void *context, const char *line, enum markdown_kind kind),
                    void *context);

/* The same to OUT, fit for a terminal. */
void markdown_print(const char *text, int width, FILE *out);

#endif
