/*
 * picture.h - the ladder of one side: a book of its rows, and what is hidden.
 *
 *   row   0.000 ms  1 |-- SYN seq=0 ... --\      |    an item: what the cursor
 *        10.000 ms    |                    \---->|    can stand on; each has a
 *                     : 59.8 s                   :    record and a row
 *
 * A thin layer over tools/lib/ladder_book.h, which makes rows when somebody
 * looks at them: so nothing here is const.
 */
#ifndef RUNG_TIMELINE_PICTURE_H
#define RUNG_TIMELINE_PICTURE_H

#include "tools/lib/canvas.h"
#include "tools/lib/run_view.h"
#include "tools/timeline/hide.h"

#define PICTURE_NONE UINT32_MAX

struct picture;

/* Told now and then how many of a run's records are laid out, of how many. */
typedef void picture_progress(uint32_t done, uint32_t of);

/* Lays out the ladder of VIEW, WIDTH columns wide, without what HIDING hides
 * now; both must outlive it. LAST: time of the last event of all that is shown
 * beside it. PROGRESS may be NULL. NULL: no memory. */
struct picture *picture_open(const struct run_view *view, int width, vtime last,
                             const struct hiding *hiding, picture_progress *progress);
void picture_close(struct picture *picture);

/* The same bit by bit: begun, then taken on by about RECORDS records (false: no
 * memory) until all are laid out. Before, nothing else may be asked of it but how many
 * they are, whether it is current and, once it is not 0, from which width on there are
 * columns. */
struct picture *picture_begin(const struct run_view *view, int width, vtime last,
                              const struct hiding *hiding);
bool picture_go_on(struct picture *picture, uint32_t records);
bool picture_is_done(const struct picture *picture);
uint32_t picture_laid(const struct picture *picture);

/* It is laid out for this width, for times such as LAST, and for what is hidden
 * now. */
bool picture_is_current(const struct picture *picture, int width, vtime last);

/* Draws names and addresses of the columns at (x, y), as many of its rows as
 * there are ROWS, unless CANVAS is NULL; returns how many that is. */
int picture_header(struct picture *picture, struct canvas *canvas, int x, int y, int rows);

int64_t picture_rows(struct picture *picture);

/* The width from which on there are columns; 0: at none. */
int picture_narrowest(const struct picture *picture);

/* Bytes of memory that the ladder takes, but for the pages last looked at. */
size_t picture_size(const struct picture *picture);

/* Draws COUNT rows from ROW on at (x, y), WIDTH columns of each; there may be
 * fewer. */
void picture_draw(struct picture *picture, struct canvas *canvas, int x, int y, int width,
                  int64_t row, int count);

/* Writes row ROW as text, without the spaces around it. */
void picture_text(struct picture *picture, int64_t row, char *out, size_t size);

/* ---- Items, in the order of their records ---- */

uint32_t picture_items(struct picture *picture);
uint32_t picture_record(struct picture *picture, uint32_t item);
int64_t picture_row(struct picture *picture, uint32_t item);
/* Its words, or its sign, in that row: columns from *X on; returns how many. */
int picture_place(struct picture *picture, uint32_t item, int *x);
/* The last item whose record is not behind RECORD, or PICTURE_NONE. */
uint32_t picture_find(struct picture *picture, uint32_t record);
/* The last item on ROW or above, or PICTURE_NONE. */
uint32_t picture_find_row(struct picture *picture, int64_t row);

#endif
