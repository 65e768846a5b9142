/*
 * text.h - a line of text written piece by piece into bounded room.
 *
 * Counts on when the room is used up, so that the length at the end is what
 * snprintf would have returned. The room is terminated from the beginning.
 */
#ifndef RUNG_LAYERS_WIRE_TEXT_H
#define RUNG_LAYERS_WIRE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_PIECE_SIZE 80 /* the longest piece that text_format can add */

struct text {
    char *out;
    size_t size;
    size_t len; /* as it would be in endless room */
};

/* An empty text in OUT, which may be NULL if SIZE is 0. */
struct text text_begin(char *out, size_t size);

void text_char(struct text *t, char c);
void text_put(struct text *t, const char *string);

/* Adds NUMBER in decimal: lines of a million frames are mostly numbers, and printf
 * takes its time. */
void text_number(struct text *t, uint64_t number);

/* Adds a formatted piece of less than TEXT_PIECE_SIZE bytes. */
__attribute__((format(printf, 2, 3))) void text_format(struct text *t, const char *format, ...);

#endif
