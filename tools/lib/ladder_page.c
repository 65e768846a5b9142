#include "tools/lib/ladder_page.h"

#include <stdlib.h>
#include <string.h>

void ladder_page_close(struct ladder_page *page)
{
    free(page->cells);
    free(page->owners);
    free(page->times);
    free(page->items);
    memset(page, 0, sizeof(*page));
}

void ladder_page_begin(struct ladder_page *page, int64_t first, int width, uint32_t until)
{
    ASSERT(page->row_capacity == 0 || page->width == width);
    page->width = width;
    page->first = first;
    page->until = until;
    page->row_count = page->item_count = 0;
    page->no_memory = false;
}

/* ---- Filling ---- */

/* *AT has place for COUNT entries of SIZE bytes; false if it stays as it was. */
static bool resize(void *at, size_t count, size_t size)
{
    void *old, *more;

    memcpy(&old, at, sizeof(old));
    more = realloc(old, count * size);
    if (more == NULL)
        return false;
    memcpy(at, &more, sizeof(more));
    return true;
}

static bool make_row(struct ladder_page *page)
{
    size_t wanted = page->row_capacity == 0 ? 64 : page->row_capacity * 2;
    size_t cells = wanted * (size_t)page->width;

    if (page->row_count < page->row_capacity)
        return true;
    if (!resize(&page->cells, cells, sizeof(page->cells[0])) ||
        !resize(&page->owners, cells, sizeof(page->owners[0])) ||
        !resize(&page->times, wanted, sizeof(page->times[0])))
        return false;
    page->row_capacity = wanted;
    return true;
}

static bool take_row(void *context, const struct ladder *l, int y)
{
    const struct canvas *canvas = &l->rows.canvas;
    struct ladder_page *page = context;
    size_t width = (size_t)page->width, from = (size_t)y * width, to;

    if (page->no_memory || !make_row(page)) {
        page->no_memory = true;
        return false;
    }
    to = page->row_count * width;
    memcpy(page->cells + to, canvas->cells + from, width * sizeof(page->cells[0]));
    if (canvas->owners != NULL)
        memcpy(page->owners + to, canvas->owners + from, width * sizeof(page->owners[0]));
    else
        memset(page->owners + to, 0, width * sizeof(page->owners[0]));
    page->times[page->row_count++] = l->now;
    return true;
}

static struct ladder_page_item page_item(const struct ladder *l, const struct ladder_mark *mark)
{
    const struct ladder_arrow *arrow = mark->arrow;
    struct ladder_page_item item = {
        .item = { mark->record, trace_read(l->view->trace, mark->record).frame, mark->row, mark->x,
                  mark->width },
    };

    if (arrow == NULL)
        return item;
    item.arrow = (struct ladder_flight){ arrow->start, arrow->end, arrow->x, arrow->direction,
                                         arrow->bend, arrow->limit };
    item.copies = arrow->copies;
    return item;
}

/* Items of one frame and its fates may come in another order than records. */
static void take_mark(void *context, const struct ladder *l, const struct ladder_mark *mark)
{
    struct ladder_page *page = context;
    size_t wanted = page->item_capacity == 0 ? 64 : page->item_capacity * 2, at;

    if (page->item_count == page->item_capacity) {
        if (!resize(&page->items, wanted, sizeof(page->items[0]))) {
            page->no_memory = true;
            return;
        }
        page->item_capacity = wanted;
    }
    for (at = page->item_count++; at > 0; at--) {
        if (page->items[at - 1].item.record < mark->record)
            break;
        page->items[at] = page->items[at - 1];
    }
    page->items[at] = page_item(l, mark);
}

static bool goes_on(void *context, const struct ladder *l, uint32_t next)
{
    const struct ladder_page *page = context;

    (void)l;
    return next != page->until;
}

struct ladder_sink ladder_page_sink(struct ladder_page *page)
{
    return (struct ladder_sink){ take_row, take_mark, goes_on, page };
}

/* ---- Reading ---- */

void ladder_page_copy(const struct ladder_page *page, size_t row, struct canvas *canvas, int x,
                      int y)
{
    size_t from = row * (size_t)page->width;

    for (int i = 0; i < page->width; i++) {
        struct cell *cell = canvas_cell(canvas, x + i, y);

        if (cell == NULL)
            continue;
        *cell = page->cells[from + (size_t)i];
        if (canvas->owners != NULL)
            canvas->owners[cell - canvas->cells] = page->owners[from + (size_t)i];
    }
}
