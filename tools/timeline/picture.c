#include "tools/timeline/picture.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/ladder_book.h"
#include "tools/lib/run_join.h"
#include "tools/lib/utf8.h"
#include "tools/lib/vtime_text.h"

enum { HEADER_ROWS_MAX = 8, PROGRESS_RECORDS = 1 << 16 };

struct picture {
    struct ladder_book *book;
    struct run_view view;    /* with the nodes that are hidden here */
    struct run_joins *joins; /* where frames pass them; or NULL */
    const struct hiding *hiding;
    uint64_t version; /* of what was hidden when it was laid out */
    int width;
    vtime last;                /* that its unit of time suits */
    struct canvas header, row; /* row: one, for its text */
    int header_rows;
};

/* ---- Opening ---- */

static bool shows(void *context, const struct record *record)
{
    const struct picture *p = context;

    if (record->kind != RECORD_TX || record->frame == 0)
        return true;
    return hide_shows_frame(p->hiding, p->view.trace, record->frame);
}

/* A view of our own: hosts are hidden here, and nowhere else. */
static bool copy_view(struct picture *p, const struct run_view *view)
{
    uint32_t count = view->world->node_count;
    bool passes = false;

    p->view = *view;
    p->view.nodes = malloc((count + 1) * sizeof(*p->view.nodes));
    if (p->view.nodes == NULL)
        return false;
    memcpy(p->view.nodes, view->nodes, count * sizeof(*p->view.nodes));
    for (uint32_t i = 0; i < count; i++) {
        bool hidden = hide_hides_node(p->hiding, (uint16_t)i);

        /* Frames pass through what has several wires: they stay to be seen. */
        if (run_node(view, i)->port_count > 1)
            p->view.nodes[i].passes |= hidden;
        else
            p->view.nodes[i].hidden |= hidden;
        passes |= p->view.nodes[i].passes;
    }
    p->joins = passes ? run_joins_open(&p->view) : NULL;
    p->view.joins = p->joins;
    return p->joins != NULL || !passes;
}

static bool begin_book(struct picture *p)
{
    struct ladder_options options = { .width = p->width, .last = p->last };

    if (hide_anything(p->hiding)) {
        options.shows = shows;
        options.context = p;
    }
    p->book = ladder_book_begin(&p->view, &options);
    return p->book != NULL;
}

/* The book is done. */
static bool end_book(struct picture *p)
{
    if (!canvas_open(&p->header, ladder_book_width(p->book), HEADER_ROWS_MAX) ||
        !canvas_open(&p->row, ladder_book_width(p->book), 1))
        return false;
    p->header_rows = ladder_book_header(p->book, &p->header, 0, 0);
    return true;
}

struct picture *picture_begin(const struct run_view *view, int width, vtime last,
                              const struct hiding *hiding)
{
    struct picture *p = calloc(1, sizeof(*p));

    if (p == NULL)
        return NULL;
    p->hiding = hiding;
    p->version = hiding->version;
    p->width = width;
    p->last = last;
    if (copy_view(p, view) && begin_book(p))
        return p;
    picture_close(p);
    return NULL;
}

bool picture_go_on(struct picture *p, uint32_t records)
{
    if (picture_is_done(p))
        return true;
    return ladder_book_go_on(p->book, records) && (!picture_is_done(p) || end_book(p));
}

bool picture_is_done(const struct picture *p)
{
    return ladder_book_is_done(p->book);
}

uint32_t picture_laid(const struct picture *p)
{
    return ladder_book_laid(p->book);
}

struct picture *picture_open(const struct run_view *view, int width, vtime last,
                             const struct hiding *hiding, picture_progress *progress)
{
    struct picture *p = picture_begin(view, width, last, hiding);

    while (p != NULL && !picture_is_done(p)) {
        if (!picture_go_on(p, PROGRESS_RECORDS)) {
            picture_close(p);
            return NULL;
        }
        if (progress != NULL)
            progress(picture_laid(p), view->trace->records.count);
    }
    return p;
}

void picture_close(struct picture *p)
{
    if (p == NULL)
        return;
    ladder_book_close(p->book);
    canvas_close(&p->header);
    canvas_close(&p->row);
    run_joins_close(p->joins);
    free(p->view.nodes);
    free(p);
}

bool picture_is_current(const struct picture *p, int width, vtime last)
{
    return p->width == width && vtime_scale_for(p->last).unit == vtime_scale_for(last).unit &&
           p->version == p->hiding->version;
}

/* ---- Rows ---- */

int picture_header(struct picture *p, struct canvas *canvas, int x, int y, int rows)
{
    if (rows > p->header_rows)
        rows = p->header_rows;
    if (rows > HEADER_ROWS_MAX)
        rows = HEADER_ROWS_MAX;
    if (canvas != NULL)
        canvas_copy(canvas, x, y, &p->header, 0, 0, p->header.width, rows);
    return rows;
}

int picture_narrowest(const struct picture *picture)
{
    return ladder_book_narrowest(picture->book);
}

size_t picture_size(const struct picture *picture)
{
    return ladder_book_size(picture->book);
}

int64_t picture_rows(struct picture *p)
{
    return ladder_book_rows(p->book);
}

void picture_draw(struct picture *p, struct canvas *canvas, int x, int y, int width, int64_t row,
                  int count)
{
    for (int i = 0; i < count; i++)
        if (ladder_book_row(p->book, row + i, &p->row, 0, 0))
            canvas_copy(canvas, x, y + i, &p->row, 0, 0, width, 1);
}

void picture_text(struct picture *p, int64_t row, char *out, size_t size)
{
    size_t used = 0;
    char bytes[5];

    out[0] = '\0';
    if (!ladder_book_row(p->book, row, &p->row, 0, 0))
        return;
    for (int x = 0; x < p->row.width; x++) {
        uint32_t character = canvas_cell(&p->row, x, 0)->character;
        size_t len;

        if (character == CANVAS_WIDE)
            continue;
        if (character == CANVAS_EMPTY)
            character = ' ';
        len = utf8_encode(character, bytes);
        if (used + len >= size || (used == 0 && character == ' '))
            continue;
        memcpy(out + used, bytes, len + 1);
        used += len;
    }
    while (used > 0 && out[used - 1] == ' ')
        out[--used] = '\0';
}

/* ---- Items ---- */

static struct ladder_item item_at(struct picture *p, uint32_t index)
{
    struct ladder_item item = { .record = 0 };

    (void)ladder_book_item(p->book, index, &item);
    return item;
}

static uint32_t number(int64_t index)
{
    return index < 0 ? PICTURE_NONE : (uint32_t)index;
}

uint32_t picture_items(struct picture *p)
{
    return (uint32_t)ladder_book_items(p->book);
}

uint32_t picture_record(struct picture *p, uint32_t item)
{
    return item_at(p, item).record;
}

int64_t picture_row(struct picture *p, uint32_t item)
{
    return item_at(p, item).row;
}

int picture_place(struct picture *p, uint32_t item, int *x)
{
    struct ladder_item at = item_at(p, item);

    *x = at.x;
    return at.width;
}

uint32_t picture_find(struct picture *p, uint32_t record)
{
    return number(ladder_book_item_at(p->book, record));
}

uint32_t picture_find_row(struct picture *p, int64_t row)
{
    return number(ladder_book_item_on_row(p->book, row));
}
