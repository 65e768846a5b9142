/*
 * ladder_rows.h - the rows of one moment, until they are printed.
 *
 * Things that happen at one moment share a row where they do not collide.
 * Each takes spans of cells; a row in which all of them are free is theirs.
 * Rows are numbered from the first of the run, so that an arrow knows where
 * it is whatever has been printed. Used by the ladder alone.
 */
#ifndef RUNG_TOOLS_LADDER_ROWS_H
#define RUNG_TOOLS_LADDER_ROWS_H

#include "tools/lib/canvas.h"

enum { LADDER_ROWS_MAX = 192, LADDER_ROWS_FULL = 96, LADDER_SPANS_MAX = 4 };

struct ladder_rows {
    struct canvas canvas;
    bool *taken;  /* by cell */
    int64_t base; /* number of the canvas's first row */
    int count;    /* rows in use */
};

/* Cells from `low` to `high`, both inclusive, of one row. */
struct ladder_span {
    int low, high;
};

struct ladder_spans {
    struct ladder_span at[LADDER_SPANS_MAX];
    unsigned count;
};

bool ladder_rows_open(struct ladder_rows *rows, int width);
void ladder_rows_close(struct ladder_rows *rows);

/* BLIND: rows are found and counted as ever, but nothing is drawn in them. */
void ladder_rows_set_blind(struct ladder_rows *rows, bool blind);

static inline bool ladder_rows_are_blind(const struct ladder_rows *rows)
{
    return rows->canvas.height == 0;
}

/* Adds the cells between A and B, in either order. */
void ladder_spans_add(struct ladder_spans *spans, int a, int b);

/* All SPANS are free in row NUMBER; a row below the last one is. */
bool ladder_rows_are_free(const struct ladder_rows *rows, int64_t number,
                          const struct ladder_spans *spans);

/* Takes SPANS in row NUMBER, which comes into being with all above it. */
void ladder_rows_take(struct ladder_rows *rows, int64_t number, const struct ladder_spans *spans);

/* The first row from NUMBER on where SPANS are free; takes them. */
int64_t ladder_rows_find(struct ladder_rows *rows, int64_t number,
                         const struct ladder_spans *spans);

/* Forgets all rows; the next one has the number after the last. */
void ladder_rows_advance(struct ladder_rows *rows);

static inline int ladder_rows_y(const struct ladder_rows *rows, int64_t number)
{
    return (int)(number - rows->base);
}

#endif
