/*
 * sheet.h - what a pane writes on: as wide as the pane, as long as needed.
 *
 *   +-- pane ----------+   rows above `top` are scrolled away,
 *   | row `top`        |   rows below the pane's height as well;
 *   | [item]           |   items are what Up and Down stop at: a field,
 *   |                  |   a connection, a line of a table
 *   +------------------+
 *
 * A sheet owns its cells and is used again for each drawing. Rows beyond
 * SHEET_ROWS_MAX are refused silently: what is drawn there is clipped.
 */
#ifndef RUNG_TIMELINE_SHEET_H
#define RUNG_TIMELINE_SHEET_H

#include "tools/lib/canvas.h"

enum { SHEET_ROWS_MAX = 400, SHEET_ITEMS_MAX = 400 };

struct sheet_item {
    int x, y, width;
    int height; /* rows that are to be seen when it is selected */
    int64_t what; /* the pane's own number for it */
};

struct sheet {
    struct canvas canvas; /* width x SHEET_ROWS_MAX */
    int width, height;    /* of the pane */
    int rows;             /* written so far */
    bool focused;         /* the pane has the keys: show the selected item */
    int selected;         /* index of an item; a pane may not have that many */
    struct sheet_item items[SHEET_ITEMS_MAX];
    int item_count;
};

/* False: no memory. */
bool sheet_open(struct sheet *sheet, int width, int height);
void sheet_close(struct sheet *sheet);
/* Empty, for the next drawing, perhaps in another size. False: no memory. */
bool sheet_begin(struct sheet *sheet, int width, int height);

/* Writes TEXT from column X of row Y on, and counts the row; returns the
 * columns it took. sheet_say: the same from a format. */
int sheet_text(struct sheet *sheet, int x, int y, enum meaning meaning, const char *text);
int sheet_say(struct sheet *sheet, int x, int y, enum meaning meaning, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Writes TEXT from column X of row Y on, broken at spaces where the sheet
 * ends and indented by X; returns the row behind it. */
int sheet_wrap(struct sheet *sheet, int x, int y, enum meaning meaning, const char *text);

/* WIDTH cells at (X, Y) are an item; true if it is the one selected, which is
 * emphasised when the sheet is shown. WHAT: sheet_selected tells it again. */
bool sheet_item(struct sheet *sheet, int x, int y, int width, int64_t what);
/* The item added last reaches down to the row before Y: what explains it. */
void sheet_item_ends(struct sheet *sheet, int y);
/* `what` of the selected item, or -1 if the pane has no items. */
int64_t sheet_selected(const struct sheet *sheet);

#endif
