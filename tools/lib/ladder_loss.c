/*
 * Arrows that end in an x.
 *
 *   |-- UDP 5000 > 7 len=8 --\              |   the cause fits behind the x
 *   |                         \-x the wire is cut
 *
 *   |-- UDP 49152 > 5000 len=1472 --x       |   it does not: below
 *   |    the wire lost the frame (by chance)|
 *
 *   |-\     |  UDP 5000 > 7 len=8               in the margin
 *   |  \-x  |  x the wire is cut
 */
#include <inttypes.h>
#include <stdio.h>

#include "layers/rule.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/text.h"

enum {
    TEXT_AT = 3,     /* offset of the facts on an arrow */
    X_BEHIND = 2,    /* cells from the lean to the x: "\-x" */
    CAUSE_BEHIND = 4 /* and to its words: "\-x cause" */
};

/* The x of the loss that is being placed. */
static void draw_x(struct ladder *l, const struct ladder_arrow *arrow, int64_t row, int offset)
{
    int x = ladder_arrow_x(arrow, offset);

    canvas_put(&l->rows.canvas, x, ladder_rows_y(&l->rows, row), 'x', MEANING_LOST);
    ladder_put_mark(l, &(struct ladder_mark){ l->lost, row, x, 1, NULL });
}

/* TEXT in the cells from OFFSET on, towards the receiver, read as usual. */
static void draw_cause(struct ladder *l, const struct ladder_arrow *arrow, int64_t row, int offset,
                       const char *text)
{
    int width = canvas_text_width(text);
    int x = ladder_arrow_x(arrow, offset) - (arrow->direction < 0 ? width - 1 : 0);

    canvas_text(&l->rows.canvas, x, ladder_rows_y(&l->rows, row), text, width, MEANING_LOST);
}

static void keep_ended(struct ladder *l, struct ladder_arrow *arrow, int64_t end)
{
    arrow->end = end;
    if (!ladder_flights_add_ended(&l->flights, arrow))
        l->no_memory = true;
}

/* The first row below START's where the arrow's end and WIDTH more fit. */
static int64_t take_end_row(struct ladder *l, const struct ladder_arrow *arrow, int width)
{
    int64_t row = max_i64(arrow->start + 1, l->rows.base);
    struct ladder_spans spans;

    for (;; row++) {
        int offset = ladder_arrow_offset(arrow, row);

        spans.count = 0;
        ladder_spans_add(&spans, ladder_arrow_x(arrow, offset),
                         ladder_arrow_x(arrow, offset + X_BEHIND + width));
        if (ladder_rows_are_free(&l->rows, row, &spans))
            break;
    }
    ladder_rows_take(&l->rows, row, &spans);
    return row;
}

static void draw_end(struct ladder *l, const struct ladder_arrow *arrow, int64_t row)
{
    int offset = ladder_arrow_offset(arrow, row);

    canvas_put(&l->rows.canvas, ladder_arrow_x(arrow, offset + 1), ladder_rows_y(&l->rows, row),
               0x2500, arrow->meaning);
    draw_x(l, arrow, row, offset + X_BEHIND);
}

static void lose_slanting(struct ladder *l, struct ladder_start *start, const char *cause)
{
    struct ladder_arrow *arrow = &start->arrow;
    int64_t row;

    arrow->start = ladder_begin_arrow(l, start, arrow->bend);
    row = take_end_row(l, arrow, CAUSE_BEHIND - X_BEHIND + canvas_text_width(cause));
    draw_end(l, arrow, row);
    draw_cause(l, arrow, row, ladder_arrow_offset(arrow, row) + CAUSE_BEHIND, cause);
    keep_ended(l, arrow, row);
}

static void lose_into_margin(struct ladder *l, struct ladder_start *start, const char *cause)
{
    struct ladder_arrow *arrow = &start->arrow;
    char text[LADDER_TEXT_SIZE + 2];
    int64_t row;

    arrow->start = ladder_begin_arrow(l, start, arrow->bend);
    row = take_end_row(l, arrow, 0);
    draw_end(l, arrow, row);
    keep_ended(l, arrow, row);
    snprintf(text, sizeof(text), "x %s", cause);
    ladder_place_words(l, start->from, row, text, MEANING_LOST, 0);
}

/* Cause in the row below, under the x as far as there is room. */
static void put_below(struct ladder *l, const struct ladder_arrow *arrow, int from, int64_t row,
                      int offset, const char *cause)
{
    int width = canvas_text_width(cause);
    struct ladder_spans spans = { .count = 0 };

    if (width + 4 > arrow->length) {
        ladder_place_words(l, from, row, cause, MEANING_LOST, 0);
        return;
    }
    offset = (int)min_i64(offset, arrow->length - 2 - width);
    ladder_spans_add(&spans, ladder_arrow_x(arrow, offset),
                     ladder_arrow_x(arrow, offset + width - 1));
    row = ladder_clear_row(l, row, spans.at[0].low, spans.at[0].high);
    row = ladder_rows_find(&l->rows, row, &spans);
    draw_cause(l, arrow, row, offset, cause);
    l->last_row[from] = row;
}

static void lose_level(struct ladder *l, struct ladder_start *start, const char *cause)
{
    struct ladder_arrow *arrow = &start->arrow;
    int end = TEXT_AT + canvas_text_width(start->text) + 3;

    end = (int)max_i64(end, arrow->length / 2);
    end = (int)min_i64(end, arrow->length - 2);
    arrow->start = ladder_begin_arrow(l, start, end);
    draw_x(l, arrow, arrow->start, end);
    put_below(l, arrow, start->from, arrow->start + 1, end, cause);
}

void ladder_place_lost(struct ladder *l, struct ladder_start *start, uint32_t index)
{
    struct record lost = trace_read(l->view->trace, index);
    struct ladder_arrow *arrow = &start->arrow;
    char cause[LADDER_TEXT_SIZE];
    int bend, width;

    rule_sentence(lost.rule, lost.a, lost.b, cause, sizeof(cause));
    l->lost = index;
    if (l->layout.shape == LADDER_IN_MARGIN) {
        lose_into_margin(l, start, cause);
        return;
    }
    width = canvas_text_width(cause);
    bend = TEXT_AT + canvas_text_width(start->text) + 2;
    bend = (int)max_i64(bend, arrow->length * 3 / 8);
    bend = (int)max_i64(TEXT_AT + canvas_text_width(start->text) + 2,
                        min_i64(bend, arrow->length - CAUSE_BEHIND - width - 3));
    if (bend + 1 + CAUSE_BEHIND + width < arrow->length - 1) {
        arrow->bend = bend;
        lose_slanting(l, start, cause);
    } else {
        lose_level(l, start, cause);
    }
}

void ladder_place_cut(struct ladder *l, struct ladder_arrow *arrow, uint32_t index)
{
    struct record lost = trace_read(l->view->trace, index);
    int from = ladder_column(l, lost.node);
    char cause[LADDER_TEXT_SIZE], text[2 * LADDER_TEXT_SIZE];
    int64_t row = take_end_row(l, arrow, 0);

    rule_sentence(lost.rule, lost.a, lost.b, cause, sizeof(cause));
    if (lost.frame == arrow->frame)
        snprintf(text, sizeof(text), _("frame %" PRIu32 ": %s"), lost.frame, cause);
    else /* further on its way, where its number is another */
        snprintf(text, sizeof(text), "%s: %s", l->view->world->links[lost.what]->name, cause);
    l->lost = index;
    l->rows.canvas.owner = arrow->frame;
    draw_end(l, arrow, row);
    if (from < 0)
        from = 0;
    if (l->layout.shape == LADDER_IN_MARGIN)
        ladder_place_words(l, from, row, text, MEANING_LOST, 0);
    else
        put_below(l, arrow, from, row + 1, ladder_arrow_offset(arrow, row), text);
    l->rows.canvas.owner = 0;
    if (!ladder_flights_end(&l->flights, arrow, row))
        l->no_memory = true;
}
