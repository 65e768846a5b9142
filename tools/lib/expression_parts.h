/*
 * expression_parts.h - what the files of expression.h share. Private to them.
 */
#ifndef RUNG_TOOLS_EXPRESSION_PARTS_H
#define RUNG_TOOLS_EXPRESSION_PARTS_H

#include "tools/lib/expression.h"

/* WHAT of count(WHAT), but for words of the ladder: a kind of record, a rule, or
 * an application event. */
bool expression_find_count(const char *word, struct expression_count *count);

#endif
