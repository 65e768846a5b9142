/*
 * picture.h - the ladder of one run, to be drawn from any row on.
 *
 *   row   0.000 ms  1 |-- SYN seq=0 ... --\      |    an item: what the cursor
 *        10.000 ms    |                    \---->|    can stand on; each has a
 *                     : 59.8 s                   :    record and a row
 *
 * Rows count from 0; time never runs backwards as they rise. An item's record
 * is the one that it shows.
 */
#ifndef RUNG_TIMELINE_PICTURE_H
#define RUNG_TIMELINE_PICTURE_H

#include "tools/lib/canvas.h"
#include "tools/lib/run_view.h"

#define PICTURE_NONE UINT32_MAX

struct picture;

/* Lays out the ladder of VIEW, which must outlive it, WIDTH columns wide.
 * NULL: no memory. */
struct picture *picture_open(const struct run_view *view, int width);
void picture_close(struct picture *picture);

/* Draws the names of the columns, and addresses where ROWS allow, at (x, y);
 * returns how many rows it took. 0 where the shape has no columns. */
int picture_header(const struct picture *picture, struct canvas *canvas, int x, int y, int rows);

int64_t picture_rows(const struct picture *picture);

/* Draws COUNT rows from ROW on at (x, y); there may be fewer. */
void picture_draw(const struct picture *picture, struct canvas *canvas, int x, int y, int64_t row,
                  int count);

/* ---- Items, in the order of their records ---- */

uint32_t picture_items(const struct picture *picture);
uint32_t picture_record(const struct picture *picture, uint32_t item);
int64_t picture_row(const struct picture *picture, uint32_t item);
/* The last item whose record is not behind RECORD, or PICTURE_NONE. */
uint32_t picture_find(const struct picture *picture, uint32_t record);
/* The first item whose row is ROW or below, or PICTURE_NONE. */
uint32_t picture_find_row(const struct picture *picture, int64_t row);
/* What ITEM says, in one line. */
void picture_words(const struct picture *picture, uint32_t item, char *out, size_t size);

#endif
