/*
 * What the words of a drawn ladder lie on: the columns, and the arrows.
 */
#include <stdlib.h>

#include "tools/lib/ladder_svg_parts.h"

enum {
    STEEP = 60,    /* thousandths: words do not follow a steeper arrow */
    OPEN_PART = 8, /* of 10: an arrow that nothing ends goes so far */
};

/* ---- Columns ---- */

static void put_columns(const struct ladder_svg *s, FILE *out, const char *class, int64_t from,
                        int64_t to)
{
    for (unsigned i = 0; i < s->column_count && from < to; i++) {
        int64_t x = ladder_svg_middle_x(s->columns[i].x);

        svg_line(out, class, x, ladder_svg_y(s, from), x, ladder_svg_y(s, to), NULL);
    }
}

static bool is_fold(const struct ladder_svg *s)
{
    const struct cell *cell = canvas_cell(&s->row, s->columns[0].x, 0);

    return cell->meaning == MEANING_IDLE && cell->character == ':';
}

/* A folded silence is a dotted piece of every column. */
bool ladder_svg_columns(struct ladder_svg *s, FILE *out)
{
    int64_t from = 0;

    for (int64_t row = 0; row < s->end; row++) {
        if (!ladder_book_row(s->book, row, &s->row, 0, 0))
            return false;
        if (!is_fold(s))
            continue;
        put_columns(s, out, "column", from, row);
        put_columns(s, out, "idle", row, row + 1);
        from = row + 1;
    }
    put_columns(s, out, "column", from, s->end);
    return true;
}

/* ---- Where arrows run ---- */

static int column_of(const struct ladder_svg *s, uint16_t node)
{
    for (unsigned i = 0; i < s->column_count; i++)
        if (s->columns[i].node == node)
            return s->columns[i].x;
    return -1;
}

bool ladder_svg_arrow(struct ladder_svg *s, uint32_t frame, uint32_t fate,
                      struct ladder_svg_arrow *arrow)
{
    const struct trace_frame *sent = trace_frame(s->view->trace, frame);
    int to = column_of(s, run_frame_to(s->view, sent)->node->id);
    struct ladder_flight flight;
    struct ladder_item item;

    if (to < 0 || !ladder_book_arrow(s->book, frame, &flight))
        return false;
    *arrow = (struct ladder_svg_arrow){ .first = flight.first, .cell = flight.x };
    arrow->direction = flight.direction;
    arrow->x1 = ladder_svg_middle_x(flight.x);
    arrow->y1 = ladder_svg_middle_y(s, flight.first);
    arrow->x2 = ladder_svg_middle_x(to);
    arrow->y2 = ladder_svg_y(s, s->end);
    arrow->open = fate == 0;
    if (fate == 0) {
        arrow->x2 = arrow->x1 + (arrow->x2 - arrow->x1) * OPEN_PART / 10;
        return true;
    }
    if (!ladder_book_item(s->book, ladder_book_item_at(s->book, fate), &item) ||
        item.record != fate)
        return false;
    arrow->y2 = ladder_svg_middle_y(s, item.row);
    arrow->lost = trace_read(s->view->trace, fate).kind == RECORD_LOST;
    if (arrow->lost)
        arrow->x2 = ladder_svg_middle_x(item.x);
    return true;
}

int ladder_svg_slant(const struct ladder_svg_arrow *arrow)
{
    int64_t width = arrow->x2 - arrow->x1, down = arrow->y2 - arrow->y1;
    double slope;

    if (width == 0 || llabs(down) * 1000 > llabs(width) * STEEP)
        return 0;
    slope = (double)down / (double)width;
    return (int)(573.0 * (slope - slope * slope * slope / 3)); /* the arc tangent */
}

int64_t ladder_svg_drop(const struct ladder_svg_arrow *arrow, int64_t beside)
{
    int64_t width = llabs(arrow->x2 - arrow->x1);

    if (ladder_svg_slant(arrow) == 0 || width == 0)
        return 0;
    return (arrow->y2 - arrow->y1) * beside / width;
}

/* ---- Arrows ---- */

/* What the frame of ARROW is: all of its line says so. */
static bool meaning_of(struct ladder_svg *s, const struct ladder_svg_arrow *arrow,
                       enum meaning *meaning)
{
    const struct cell *cell;

    if (!ladder_book_row(s->book, arrow->first, &s->row, 0, 0))
        return false;
    cell = canvas_cell(&s->row, arrow->cell + arrow->direction, 0);
    *meaning = cell != NULL ? (enum meaning)cell->meaning : MEANING_OTHER;
    return true;
}

/* The arrow of FRAME up to its FATE, a record; 0: nothing has ended it. */
static bool put_arrow(struct ladder_svg *s, FILE *out, uint32_t frame, uint32_t fate)
{
    struct ladder_svg_arrow arrow;
    enum meaning meaning;
    const char *class;
    char head[40];

    if (!ladder_svg_arrow(s, frame, fate, &arrow))
        return true; /* a frame of a node that has no column */
    if (!meaning_of(s, &arrow, &meaning))
        return false;
    class = ladder_svg_class(meaning);
    snprintf(head, sizeof(head), "url(#head-%s)", class);
    svg_line(out, class, arrow.x1, arrow.y1, arrow.x2, arrow.y2,
             arrow.lost || arrow.open ? NULL : head);
    if (arrow.lost)
        ladder_svg_sign(out, 'x', MEANING_LOST, arrow.x2, arrow.y2);
    s->signs |= arrow.lost ? 1u << MEANING_LOST : 0;
    s->used |= 1u << meaning;
    return true;
}

bool ladder_svg_arrows(struct ladder_svg *s, FILE *out)
{
    int64_t items = s->column_count > 0 ? ladder_book_items(s->book) : 0;

    for (int64_t i = 0; i < items; i++) {
        struct ladder_item item;
        struct record record;
        uint32_t fate = 0;

        if (!ladder_book_item(s->book, i, &item))
            return false;
        record = trace_read(s->view->trace, item.record);
        if (record.kind == RECORD_RX ||
            (record.kind == RECORD_LOST && run_loss_place(&record) == RUN_LOST_ON_WIRE))
            fate = item.record;
        else if (record.kind != RECORD_TX || s->fates[record.frame] != 0)
            continue;
        if (!put_arrow(s, out, record.frame, fate))
            return false;
    }
    return true;
}
