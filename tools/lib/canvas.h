/*
 * canvas.h - a grid of characters whose style is a meaning, not a colour.
 *
 *        x ->
 *   y  +-----------------------+
 *   |  | a         b           |   a cell: one character, one meaning;
 *   v  | |-- ARP ->|           |   0 is a cell that nothing is drawn in,
 *      +-----------------------+   and differs from a space
 *
 * The ladder draws here, the timeline will; this file knows nothing of
 * either. Everything is clipped: drawing outside is no error. Characters are
 * drawn in Unicode; canvas_print replaces what has no place in an ASCII
 * terminal, so that whoever draws need not know which one it will be.
 *
 * A character that takes two columns owns the cell to its right, which then
 * holds CANVAS_WIDE. Control characters, and such as change the direction of
 * the text around them, become '?': text from labs and captures is
 * nobody's that we know.
 */
#ifndef RUNG_TOOLS_CANVAS_H
#define RUNG_TOOLS_CANVAS_H

#include "sim/base.h"

#include <stdio.h>

enum meaning {
    MEANING_PLAIN,
    MEANING_TITLE,
    MEANING_NODE,   /* its name */
    MEANING_DETAIL, /* its address; what is said beside */
    MEANING_TIME,
    MEANING_NUMBER, /* of a frame */
    MEANING_COLUMN, /* a node's line */
    MEANING_ARP,
    MEANING_IP,
    MEANING_ICMP,
    MEANING_UDP,
    MEANING_TCP,
    MEANING_OTHER, /* a frame of some other protocol */
    MEANING_LOST,
    MEANING_FATE, /* what a wire did to a frame that still arrives */
    MEANING_STATE,
    MEANING_APP,
    MEANING_WHY,
    MEANING_IDLE, /* time in which nothing happens */
    /* Of panes and bars beside a ladder. */
    MEANING_BORDER,
    MEANING_LABEL,   /* the name of a field or variable */
    MEANING_VALUE,
    MEANING_CHANGED, /* a value that this event changed */
    MEANING_KEY,     /* one that can be pressed now */
    MEANING_ERROR,
    MEANING_CITATION, /* an RFC's section */
    MEANING_ACKED,    /* of the byte stream: acknowledged */
    MEANING_FLIGHT,   /* sent, not acknowledged */
    MEANING_USABLE,   /* may be sent now */
    MEANING_BLOCKED,  /* may not */
    MEANING_CURVE_1, MEANING_CURVE_2, MEANING_CURVE_3, MEANING_CURVE_4,
    MEANING_COUNT
};

/* What is true of a cell besides its meaning. */
enum emphasis {
    EMPHASIS_SELECTED = 1, /* the cursor is on it */
    EMPHASIS_MARKED = 2,   /* a match of the search, a difference of two futures */
    EMPHASIS_FUTURE = 4,   /* it has not happened yet at the cursor's moment */
};

enum { CANVAS_EMPTY = 0, CANVAS_WIDE = 0x110000 }; /* past Unicode */

struct cell {
    uint32_t character;
    uint8_t meaning;
    uint8_t emphasis; /* enum emphasis; canvas_print_row does not show it */
};

struct canvas {
    struct cell *cells;
    int width, height;
    uint32_t *owners; /* by cell, whose it is; NULL: nobody asks */
    uint32_t owner;   /* of what is drawn next; 0: nobody */
};

/* How a canvas is printed. */
struct canvas_print {
    bool ascii;  /* nothing but ASCII */
    bool colour; /* meanings as colours */
};

/* An empty canvas of at least 1 x 1. False if there is no memory. */
bool canvas_open(struct canvas *canvas, int width, int height);
void canvas_close(struct canvas *canvas);

/* From now on each cell knows whose it is: the number that canvas->owner was
 * when it was drawn, say that of a frame. False if there is no memory. */
bool canvas_own(struct canvas *canvas);

/* Empties COUNT rows from Y on. */
void canvas_clear(struct canvas *canvas, int y, int count);

/* The cell at (x, y), or NULL outside. */
struct cell *canvas_cell(const struct canvas *canvas, int x, int y);

/* Draws one character; canvas_put_under only where nothing is drawn yet. */
void canvas_put(struct canvas *canvas, int x, int y, uint32_t character, enum meaning meaning);
void canvas_put_under(struct canvas *canvas, int x, int y, uint32_t character,
                      enum meaning meaning);

/* Draws TEXT (UTF-8) from (x, y) to the right, at most LIMIT columns of it;
 * returns how many columns it took. */
int canvas_text(struct canvas *canvas, int x, int y, const char *text, int limit,
                enum meaning meaning);

/* A straight line of CHARACTER from (x, y), LENGTH cells to the right, or
 * downwards; under what is drawn already. */
void canvas_line(struct canvas *canvas, int x, int y, int length, uint32_t character,
                 enum meaning meaning);
void canvas_column(struct canvas *canvas, int x, int y, int length, uint32_t character,
                   enum meaning meaning);

/* Adds EMPHASIS to LENGTH cells from (x, y) on; an empty one becomes a space. */
void canvas_emphasise(struct canvas *canvas, int x, int y, int length, enum emphasis emphasis);

/* Copies the cells of WIDTH x HEIGHT at (from_x, from_y) to (x, y) of CANVAS,
 * also the empty ones. */
void canvas_copy(struct canvas *canvas, int x, int y, const struct canvas *from, int from_x,
                 int from_y, int width, int height);

/* What stands for CHARACTER, one that a canvas is drawn with, in ASCII. */
uint32_t canvas_ascii(uint32_t character);

/* Columns that TEXT (UTF-8) takes. */
int canvas_text_width(const char *text);

/*
 * Bytes of the longest beginning of TEXT that takes at most COLUMNS columns
 * and ends at a space or at its end; where the first word is longer, the
 * word is cut. At least one character if TEXT is not empty.
 */
size_t canvas_text_break(const char *text, int columns);

/* Prints row Y without the empty cells at its end, and a line feed. */
void canvas_print_row(const struct canvas *canvas, int y, struct canvas_print how, FILE *out);

#endif
