/*
 * utf8.h - characters out of bytes that nobody has vouched for.
 *
 * RFC 3629: the shortest form only, no surrogates, nothing past U+10FFFF.
 * Called by whatever shows or checks foreign text: diagnostics, lab files.
 */
#ifndef RUNG_TOOLS_UTF8_H
#define RUNG_TOOLS_UTF8_H

#include "sim/base.h"

#include <stdio.h>

/* Decodes the character at AT, of which LEN bytes are there, into *CODE and
 * returns its length in bytes; 0 if LEN is 0 or these bytes are no character. */
size_t utf8_decode(const char *at, size_t len, uint32_t *code);

/* Writes CODE, a character, to OUT (5 bytes) with a zero behind it; returns its
 * length in bytes. */
size_t utf8_encode(uint32_t code, char *out);

/* Whether CODE may reach a terminal: no control character and none that
 * changes the direction of the text around it. Tab and line feed may not. */
bool utf8_is_printable(uint32_t code);

/* Columns that CODE takes on a terminal, by wcwidth; -1 where the locale
 * cannot print it. */
int utf8_width(uint32_t code);

/* Prints TEXT to OUT with a "?" for each byte or character that must not reach
 * a terminal; line ends stay if LINES. */
void utf8_print_clean(FILE *out, const char *text, bool lines);

#endif
