/*
 * ladder_page.h - some rows of a ladder, in memory, with the items on them.
 *
 * A page is a place where a ladder's rows can go (struct ladder_sink): it
 * copies the cells, and keeps whose they are, when each row was, and the
 * marks that were put. Used by the book alone.
 */
#ifndef RUNG_TOOLS_LADDER_PAGE_H
#define RUNG_TOOLS_LADDER_PAGE_H

#include "tools/lib/ladder_book.h"
#include "tools/lib/ladder_core.h"

struct ladder_page_item {
    struct ladder_item item;
    struct ladder_flight arrow; /* `last` is meant for a sending that ends on this page */
    uint32_t copies; /* of a frame, to arrive; 0: this is no sending that flies */
};

struct ladder_page {
    int width;
    int64_t first; /* number of its first row */
    size_t row_count, row_capacity;
    struct cell *cells;
    uint32_t *owners; /* by cell */
    vtime *times;     /* by row */
    size_t item_count, item_capacity;
    struct ladder_page_item *items; /* by record */
    uint32_t until;   /* this record is on the next page */
    bool no_memory;
};

void ladder_page_close(struct ladder_page *page);

/* Empties PAGE: rows from number FIRST on, WIDTH columns, will come. */
void ladder_page_begin(struct ladder_page *page, int64_t first, int width, uint32_t until);

/* A sink that fills PAGE, up to the record where the next one begins. */
struct ladder_sink ladder_page_sink(struct ladder_page *page);

/* Copies row ROW, counted from the page's first, to (X, Y) of CANVAS. */
void ladder_page_copy(const struct ladder_page *page, size_t row, struct canvas *canvas, int x,
                      int y);

#endif
