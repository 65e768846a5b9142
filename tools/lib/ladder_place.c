#include "tools/lib/ladder_core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/run_join.h"
#include "tools/lib/text.h"

enum {
    FORMS_LOOK_AT = 4096, /* frames by which the form of the facts is chosen */
    TEXT_AT = 3,          /* offset of the facts on an arrow: "|- ARP" */
    TEXT_AROUND = 9,      /* cells of an arrow that its facts must leave free */
    HEAD_RIGHT = 0x25b6,
    HEAD_LEFT = 0x25c0,
    LEVEL = 0x2500,
};

static void draw_level(struct ladder *l, const struct ladder_arrow *arrow, int64_t row, int from,
                       int to)
{
    for (int offset = from; offset <= to; offset++)
        canvas_put_under(&l->rows.canvas, ladder_arrow_x(arrow, offset),
                         ladder_rows_y(&l->rows, row), LEVEL, arrow->meaning);
}

/* ---- Frames ---- */

static bool same_bytes(const struct trace *trace, uint32_t a, uint32_t b)
{
    struct span x = trace_frame_bytes(trace, a), y = trace_frame_bytes(trace, b);

    return x.len == y.len && memcmp(x.at, y.at, x.len) == 0;
}

static void put_number(struct ladder *l, int64_t row, uint32_t first, uint32_t last)
{
    char number[32];
    int x = l->layout.time_width + 2 + l->layout.number_width;

    if (first == last)
        snprintf(number, sizeof(number), "%" PRIu32, first);
    else
        snprintf(number, sizeof(number), "%" PRIu32 "-%" PRIu32, first, last);
    canvas_text(&l->rows.canvas, x - (int)strlen(number), ladder_rows_y(&l->rows, row), number,
                (int)strlen(number), MEANING_NUMBER);
}

static int number_room(const struct ladder *l, uint32_t first, uint32_t last)
{
    char number[32];

    (void)l;
    return snprintf(number, sizeof(number), "%" PRIu32 "-%" PRIu32, first, last);
}

/* A frame flooded out of another port of the same node joins its row. */
static bool join_flood(struct ladder *l, struct ladder_start *start, int end, int64_t *row)
{
    struct ladder_spans spans = { .count = 0 };
    const struct ladder_flood *flood = &l->flood;

    if (flood->first == 0 || flood->last + 1 != start->frame ||
        flood->node != l->layout.nodes[start->from] ||
        number_room(l, flood->first, start->frame) > l->layout.number_width + 1 ||
        !same_bytes(l->view->trace, flood->first, start->frame))
        return false;
    ladder_spans_add(&spans, ladder_arrow_x(&start->arrow, 1), ladder_arrow_x(&start->arrow, end));
    if (!ladder_rows_are_free(&l->rows, flood->row, &spans))
        return false;
    ladder_rows_take(&l->rows, flood->row, &spans);
    *row = flood->row;
    start->x = ladder_arrow_x(&start->arrow, 1);
    start->width = 1;
    l->flood.last = start->frame;
    return true;
}

static int64_t take_first_row(struct ladder *l, const struct ladder_start *start, int end)
{
    struct ladder_spans spans = { .count = 0 };
    int number_at = l->layout.time_width + 2;
    int64_t row;

    ladder_spans_add(&spans, number_at, number_at + l->layout.number_width - 1);
    ladder_spans_add(&spans, ladder_arrow_x(&start->arrow, 1), ladder_arrow_x(&start->arrow, end));
    if (l->layout.shape == LADDER_IN_MARGIN)
        ladder_spans_add(&spans, l->layout.margin, l->layout.width - 1);
    row = max_i64(l->last_row[start->from], l->last_sending);
    row = ladder_rows_find(&l->rows, row, &spans);
    l->last_sending = row;
    l->flood =
        (struct ladder_flood){ row, start->frame, start->frame, l->layout.nodes[start->from] };
    return row;
}

/* Writes as much of the facts as fits; what is left goes below, beside the
 * sender: facts are never lost. */
static void put_facts(struct ladder *l, struct ladder_start *start, int64_t row)
{
    const struct ladder_arrow *arrow = &start->arrow;
    int y = ladder_rows_y(&l->rows, row);
    bool margin = l->layout.shape == LADDER_IN_MARGIN;
    int room = margin ? l->layout.width - l->layout.margin : arrow->length - TEXT_AROUND;
    size_t len = canvas_text_break(start->text, room);
    char line[LADDER_TEXT_SIZE];
    int width, x;

    snprintf(line, sizeof(line), " %.*s ", (int)len, start->text);
    width = canvas_text_width(line);
    x = ladder_arrow_x(arrow, TEXT_AT - 1) - (arrow->direction < 0 ? width - 1 : 0);
    if (margin)
        x = l->layout.margin - 1;
    canvas_text(&l->rows.canvas, x, y, line, width, arrow->meaning);
    start->x = x + 1;
    start->width = width - 2;
    len += strspn(start->text + len, " ");
    if (start->text[len] != '\0')
        ladder_place_words(l, start->from, row + 1, start->text + len, arrow->meaning, 0);
}

int64_t ladder_begin_arrow(struct ladder *l, struct ladder_start *start, int end)
{
    int64_t row;

    if (!join_flood(l, start, end, &row)) {
        row = take_first_row(l, start, end);
        l->last_row[start->from] = row;
        put_facts(l, start, row);
    }
    put_number(l, row, l->flood.first, l->flood.last);
    draw_level(l, &start->arrow, row, 1, end - 1);
    return row;
}

/* Columns for the facts on an arrow of LENGTH, or in the margin. */
static int facts_room(const struct ladder *l, int length)
{
    if (l->layout.shape == LADDER_ON_ARROWS)
        return length - TEXT_AROUND;
    return l->layout.width - l->layout.margin;
}

/* Frame NUMBER in full is too long for its arrow, and its like with it; but of
 * segments, which come in all lengths, each is said as well as it can be. */
static bool is_too_long(const struct ladder *l, uint32_t number, const struct ladder_facts *facts)
{
    struct ladder_arrow arrow;

    return ladder_lay_arrow(l, number, &arrow) && !facts->damaged &&
           facts->meaning != MEANING_TCP &&
           canvas_text_width(facts->full) > facts_room(l, arrow.length);
}

/* Twice: whether there are several connections, whose ports are then part of
 * the facts, is only known after the first time. */
void ladder_choose_forms(struct ladder *l)
{
    uint32_t count = (uint32_t)min_i64(l->view->trace->frames.count, FORMS_LOOK_AT);
    struct ladder_facts facts;

    for (uint32_t number = 1; number <= count; number++)
        ladder_facts(l->view, l->tcp, number, &facts);
    tcp_view_restart(l->tcp);
    for (uint32_t number = 1; number <= count && l->layout.shape != LADDER_LIST; number++) {
        ladder_facts(l->view, l->tcp, number, &facts);
        if (is_too_long(l, number, &facts))
            l->brief |= 1u << facts.meaning;
    }
    tcp_view_restart(l->tcp);
}

/* Facts in full where they fit, for this frame and for its like. */
static void choose_words(const struct ladder *l, struct ladder_start *start)
{
    int room = facts_room(l, start->arrow.length);
    bool brief = (l->brief >> start->facts.meaning & 1) != 0;

    start->text = start->facts.full;
    if (start->facts.resends ||
        canvas_text_width(start->text) + (int)strlen(start->facts.since) <= room)
        ladder_facts_add_since(&start->facts);
    if (brief || canvas_text_width(start->text) > room) {
        ladder_facts_in_short(l->view, l->tcp, start->frame, room, &start->facts);
        start->text = start->facts.brief;
    }
}

/* Where the arrow bends: behind its words, and not too early, so that
 * arrows of different words lean at the same place. */
static int choose_bend(const struct ladder *l, const struct ladder_start *start)
{
    const struct ladder_arrow *arrow = &start->arrow;
    int width = canvas_text_width(start->text);
    int bend = arrow->length * 3 / 8;

    if (l->layout.shape == LADDER_ON_ARROWS)
        bend = (int)max_i64(arrow->length * 5 / 8, TEXT_AT + width + 2);
    return (int)max_i64(2, min_i64(bend, arrow->limit - 1));
}

bool ladder_lay_arrow(const struct ladder *l, uint32_t number, struct ladder_arrow *arrow)
{
    const struct trace *trace = l->view->trace;
    const struct trace_frame *frame = trace_frame(trace, number);
    const struct trace_frame *last = trace_frame(trace, run_join_last(l->view->joins, number));
    int from = ladder_column(l, run_frame_from(l->view, frame)->node->id);
    int to = ladder_column(l, run_frame_to(l->view, last)->node->id);

    if (from < 0 || to < 0 || to == from)
        return false;
    memset(arrow, 0, sizeof(*arrow));
    arrow->frame = number;
    arrow->end = ARROW_STAYS;
    arrow->sent = frame->sent;
    arrow->x = l->layout.x[from];
    arrow->direction = to > from ? 1 : -1;
    arrow->length = abs(l->layout.x[to] - arrow->x);
    arrow->limit = arrow->length - 3;
    arrow->from = from;
    arrow->to = to;
    return true;
}

static bool start_arrow(struct ladder *l, const struct ladder_sending *sending,
                        struct ladder_start *start)
{
    struct ladder_arrow *arrow = &start->arrow;

    start->frame = sending->frame;
    ladder_facts(l->view, l->tcp, start->frame, &start->facts);
    if (!ladder_lay_arrow(l, start->frame, arrow))
        return false;
    start->from = arrow->from;
    arrow->copies = sending->copies;
    arrow->meaning = start->facts.meaning;
    choose_words(l, start);
    arrow->bend = choose_bend(l, start);
    return true;
}

/* What is against a captured frame, beside who sent it. */
static void place_breaks(struct ladder *l, const struct ladder_start *start)
{
    char words[LADDER_TEXT_SIZE];

    for (uint32_t i = 0; ladder_break(l->view, start->frame, i, words, sizeof(words)); i++)
        ladder_place_words(l, start->from, l->last_row[start->from] + 1, words, MEANING_WHY, 0);
}

void ladder_place_sending(struct ladder *l, const struct ladder_sending *sending)
{
    struct ladder_start start;

    if (!start_arrow(l, sending, &start))
        return;
    l->rows.canvas.owner = sending->frame;
    if (sending->is_lost) {
        ladder_place_lost(l, &start, sending->lost);
    } else {
        start.arrow.start = ladder_begin_arrow(l, &start, start.arrow.bend);
        if (!ladder_flights_add(&l->flights, &start.arrow))
            l->no_memory = true;
    }
    place_breaks(l, &start);
    l->rows.canvas.owner = 0;
    ladder_put_mark(l, &(struct ladder_mark){ sending->tx, start.arrow.start, start.x, start.width,
                                              &start.arrow });
    for (unsigned i = 0; i < sending->fate_count; i++)
        ladder_place_note(l, sending->fates[i]);
}

/* ---- Arrivals ---- */

/* The row in which ARROW ends, and from which offset its line is level. */
static int64_t take_last_row(struct ladder *l, const struct ladder_arrow *arrow, int *from)
{
    int64_t row = arrow->start;
    struct ladder_spans spans = { .count = 0 };

    /* What takes no time at all stays level, if nothing is in its way. */
    ladder_spans_add(&spans, ladder_arrow_x(arrow, arrow->bend + 1),
                     ladder_arrow_x(arrow, arrow->length - 1));
    *from = arrow->bend;
    if (arrow->sent == l->now && ladder_rows_are_free(&l->rows, row, &spans)) {
        ladder_rows_take(&l->rows, row, &spans);
        return row;
    }
    row = max_i64(max_i64(row + 1, l->rows.base), l->last_row[arrow->to]);
    for (;; row++) {
        *from = ladder_arrow_offset(arrow, row) + 1;
        spans.count = 0;
        ladder_spans_add(&spans, ladder_arrow_x(arrow, *from - 1),
                         ladder_arrow_x(arrow, arrow->length - 1));
        if (ladder_rows_are_free(&l->rows, row, &spans))
            break;
    }
    ladder_rows_take(&l->rows, row, &spans);
    return row;
}

void ladder_place_arrival(struct ladder *l, uint32_t index, const struct record *rx)
{
    uint32_t frame = run_join_first(l->view->joins, rx->frame);
    struct ladder_arrow *arrow = ladder_flights_find(&l->flights, frame);
    uint32_t sign;
    int64_t row;
    int from, head;

    if (arrow == NULL)
        return;
    sign = arrow->direction > 0 ? HEAD_RIGHT : HEAD_LEFT;
    row = take_last_row(l, arrow, &from);
    head = arrow->length - 1;
    l->rows.canvas.owner = frame;
    draw_level(l, arrow, row, from, head - 1);
    if (l->layout.bare[arrow->to])
        sign = LEVEL; /* nobody is seen there: it goes on */
    canvas_put(&l->rows.canvas, ladder_arrow_x(arrow, head), ladder_rows_y(&l->rows, row), sign,
               arrow->meaning);
    l->rows.canvas.owner = 0;
    ladder_put_mark(l, &(struct ladder_mark){ index, row, ladder_arrow_x(arrow, head), 1, NULL });
    l->last_row[arrow->to] = row;
    l->received[arrow->to] = rx->frame;
    if (!ladder_flights_end(&l->flights, arrow, row))
        l->no_memory = true;
}
