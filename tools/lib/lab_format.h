/*
 * lab_format.h - a lab file laid out anew: `rung fmt`.
 *
 *   script:                        script:
 *   -   {at: 0s,b: listen 80}  ->    - { at: 0s, b: listen 80 }
 *
 * Only blanks and line ends change: two columns a level, a blank inside braces
 * and behind commas, one empty line above each part of the file, none twice, no
 * blanks at the end of a line. Order, quotes, comments, columns that somebody
 * has aligned and the breaks of long lines are the author's. What comes out is read
 * again, and given away only if it means the same.
 */
#ifndef RUNG_TOOLS_LAB_FORMAT_H
#define RUNG_TOOLS_LAB_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/lib/diagnostic.h"

/* LEN bytes at TEXT, which errors call NAME, laid out anew; terminated, and the caller's
 * to free. NULL: D says what is no YAML, or that the layout would change what it
 * means. */
char *lab_format(const char *text, size_t len, const char *name, struct diagnostics *d);

#endif
