/*
 * ladder_book.h - the ladder of ladder.h, to be opened at any row.
 *
 *   row     0  .. |   page    |   page    |   page    | .. the last words
 *   record  0  .. |  ~1,000   |           |           |
 *                 ^           ^           ^
 *                 checkpoints: from here the same rows come out again
 *
 * Opening goes through the run once, as ladder_print does, and keeps a
 * checkpoint now and then. A row is made when somebody looks at it, with all
 * of its page; a few pages are kept. So a run of millions of frames costs
 * some bytes a frame, and any place of it is near.
 *
 * Items are what a cursor can stand on: whatever a record has put into a
 * row, in the order of the trace: a frame put on a wire, its arrival, a loss,
 * a state, a command, a reason. Rows, items and records count from 0; x and
 * columns are those of a ladder that begins at the left edge.
 *
 * Nothing here looks at the world but at its names: it may be taken to any
 * moment. View, world and trace must outlive the book, and stay as they are.
 */
#ifndef RUNG_TOOLS_LADDER_BOOK_H
#define RUNG_TOOLS_LADDER_BOOK_H

#include "tools/lib/ladder.h"

struct ladder_book;

struct ladder_item {
    uint32_t record; /* index */
    uint32_t frame;  /* that the record is about; 0: none */
    int64_t row;
    int x, width;    /* of its words, or of its sign */
};

/* The arrow of a frame, which may be as long as the whole run. */
struct ladder_flight {
    int64_t first, last; /* rows: in which it begins; and ends, or -1: never */
    int x, direction;    /* of the sender's column; 1 to the right, -1 to the left */
    int bend, limit;     /* cells from there in the first row; and at most */
};

/* Goes through the run of VIEW; OPTIONS are copied. NULL: no memory. */
struct ladder_book *ladder_book_open(const struct run_view *view,
                                     const struct ladder_options *options);
void ladder_book_close(struct ladder_book *book); /* or NULL */

/*
 * The same bit by bit: begun (NULL: no memory), then taken on by about RECORDS records
 * at a time (false: no memory) until it is done; before, nothing else may be asked of it
 * but how many are laid out. In the end it does not differ from one that is opened at once.
 */
struct ladder_book *ladder_book_begin(const struct run_view *view,
                                      const struct ladder_options *options);
bool ladder_book_go_on(struct ladder_book *book, uint32_t records);
bool ladder_book_is_done(const struct ladder_book *book);
uint32_t ladder_book_laid(const struct ladder_book *book);

/* Columns of a row, and bytes that the book takes but for its pages. */
int ladder_book_width(const struct ladder_book *book);
size_t ladder_book_size(const struct ladder_book *book);

/* The width from which on its ladder has columns; 0: at none. */
int ladder_book_narrowest(const struct ladder_book *book);

/* Where the columns stand, from left to right: writes at most LIMIT of them,
 * and returns how many there are. None: it is a list. */
struct ladder_book_column {
    uint16_t node;
    int x;
};
unsigned ladder_book_columns(const struct ladder_book *book, struct ladder_book_column *columns,
                             unsigned limit);

/* Draws what stands over the columns, names and addresses, with its upper
 * left corner at (X, Y); returns the rows that it takes, drawn or clipped. */
int ladder_book_header(const struct ladder_book *book, struct canvas *canvas, int x, int y);

/* All rows below the header; the last words are the last of them. */
int64_t ladder_book_rows(const struct ladder_book *book);

/*
 * Draws row ROW from (X, Y) to the right: every cell of it, also the empty
 * ones. If CANVAS keeps owners (canvas_own), a cell's owner is the number of
 * the frame that it belongs to, or 0. False: there is no such row, or no
 * memory to make it.
 */
bool ladder_book_row(struct ladder_book *book, int64_t row, struct canvas *canvas, int x, int y);

/* When ROW is: the moment it belongs to, or the one before a silence. And the
 * last row of a moment that is not after TIME (0, if there is none). */
vtime ladder_book_time(struct ladder_book *book, int64_t row);
int64_t ladder_book_row_at(struct ladder_book *book, vtime time);

int64_t ladder_book_items(const struct ladder_book *book);
/* False: there is no item INDEX, or no memory. */
bool ladder_book_item(struct ladder_book *book, int64_t index, struct ladder_item *item);

/* The last item whose record is not after RECORD; one on ROW, or else on the
 * nearest row above that has any. -1: there is none. */
int64_t ladder_book_item_at(struct ladder_book *book, uint32_t record);
int64_t ladder_book_item_on_row(struct ladder_book *book, int64_t row);

/* Where FRAME's arrow runs. False: it has none, or there was no memory. */
bool ladder_book_arrow(struct ladder_book *book, uint32_t frame,
                       struct ladder_flight *arrow);

/* The cell of ARROW in ROW, between its first and its last: there it leans. */
static inline int ladder_book_arrow_x(const struct ladder_flight *arrow, int64_t row)
{
    int64_t offset = arrow->bend + (row - arrow->first);

    return arrow->x + arrow->direction * (int)(offset < arrow->limit ? offset : arrow->limit);
}

#endif
