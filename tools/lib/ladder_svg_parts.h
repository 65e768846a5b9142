/*
 * ladder_svg_parts.h - what the parts of the drawn ladder share. Used by them
 * alone.
 *
 *   ladder_svg.c         opens and closes, the page and its style
 *   ladder_svg_arrows.c  columns and arrows: what the words lie on
 *   ladder_svg_words.c   words and signs, row by row; the key
 *
 * Cells of the ladder in text are CELL_WIDTH by ROW_HEIGHT here.
 */
#ifndef RUNG_TOOLS_LADDER_SVG_PARTS_H
#define RUNG_TOOLS_LADDER_SVG_PARTS_H

#include "tools/lib/ladder_book.h"
#include "tools/lib/ladder_layout.h"
#include "tools/lib/ladder_svg.h"
#include "tools/lib/ladder_words.h"
#include "tools/lib/svg.h"

enum {
    CELL_WIDTH = 78, /* of the style's font */
    ROW_HEIGHT = 24 * SVG_PX,
    SVG_MARGIN = 16 * SVG_PX,
    TITLE_HEIGHT = 34 * SVG_PX,
    LADDER_SVG_HEADER_MAX = 16, /* rows */
    LADDER_SVG_KEY_ROWS = 3
};

struct ladder_svg {
    const struct run_view *view;
    struct ladder_options options;
    struct ladder_book *book;
    struct ladder_book_column columns[LADDER_COLUMNS_MAX];
    unsigned column_count;
    struct canvas row; /* one, with owners */
    int width;         /* cells */
    int header;        /* rows */
    int64_t top;       /* where the header begins, below the margin */
    int64_t rows, end; /* all of them; those with columns */
    uint32_t *fates;   /* by frame: the record that ended it first, or 0 */
    uint32_t used;     /* meanings of the frames drawn: bits, for the key */
    uint32_t signs;    /* and of the signs */
};

/* The left edge of cell X, and the upper edge of ROW. */
static inline int64_t ladder_svg_x(int64_t x)
{
    return SVG_MARGIN + x * CELL_WIDTH;
}
static inline int64_t ladder_svg_y(const struct ladder_svg *s, int64_t row)
{
    return SVG_MARGIN + s->top + (s->header + 1 + row) * ROW_HEIGHT;
}

/* The middle of a column's line, and of a row. */
static inline int64_t ladder_svg_middle_x(int64_t x)
{
    return ladder_svg_x(x) + CELL_WIDTH / 2;
}
static inline int64_t ladder_svg_middle_y(const struct ladder_svg *s, int64_t row)
{
    return ladder_svg_y(s, row) + ROW_HEIGHT / 2;
}

/* "tcp": the class of what has MEANING. */
const char *ladder_svg_class(enum meaning meaning);

/* An arrow, as a straight line. */
struct ladder_svg_arrow {
    int64_t x1, y1, x2, y2;
    int64_t first;   /* row */
    int cell;        /* of the sender's column */
    int direction;   /* 1 to the right, -1 to the left */
    bool lost, open; /* it ends in a cross; or nowhere */
};

/* The arrow of FRAME up to FATE, the record that ends it, or 0. False: a node
 * has no column, or there is no memory. */
bool ladder_svg_arrow(struct ladder_svg *s, uint32_t frame, uint32_t fate,
                      struct ladder_svg_arrow *arrow);

/* How ARROW slants: tenths of a degree clockwise, as seen from left to right;
 * 0 also if it is too steep to write along it. And how far it has come down
 * when it is BESIDE away from its sender. */
int ladder_svg_slant(const struct ladder_svg_arrow *arrow);
int64_t ladder_svg_drop(const struct ladder_svg_arrow *arrow, int64_t beside);

/* Draws a sign that stands at a column, with its middle at (X, Y). */
void ladder_svg_sign(FILE *out, uint32_t sign, enum meaning meaning, int64_t x, int64_t y);

/* Each: false if there was no memory. */
bool ladder_svg_columns(struct ladder_svg *s, FILE *out);
bool ladder_svg_arrows(struct ladder_svg *s, FILE *out);
bool ladder_svg_rows(struct ladder_svg *s, FILE *out);

void ladder_svg_header(const struct ladder_svg *s, const struct canvas *header, FILE *out);
void ladder_svg_key(const struct ladder_svg *s, FILE *out);

#endif
