#include "tools/lib/ladder.h"

#include <inttypes.h>
#include <string.h>

#include "layers/rule.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/ladder_once.h"
#include "tools/lib/text.h"

enum { HEADER_ROWS = 8 };

static void draw_row(struct ladder *l, int64_t number)
{
    int y = ladder_rows_y(&l->rows, number);
    char time[VTIME_TEXT_SIZE];

    if (!l->timed) {
        vtime_format(l->layout.scale, l->now, time, sizeof(time));
        canvas_text(&l->rows.canvas, l->layout.time_width - (int)strlen(time), y, time,
                    VTIME_TEXT_SIZE, MEANING_TIME);
        l->timed = true;
    }
    ladder_flights_draw(&l->flights, &l->rows, number);
    for (unsigned i = 0; i < l->layout.count; i++)
        canvas_put_under(&l->rows.canvas, l->layout.x[i], y, 0x2502, MEANING_COLUMN);
    canvas_print_row(&l->rows.canvas, y, l->how, l->out);
}

void ladder_flush(struct ladder *l)
{
    for (int y = 0; y < l->rows.count; y++)
        draw_row(l, l->rows.base + y);
    ladder_rows_advance(&l->rows);
    ladder_flights_advance(&l->flights);
    memset(&l->flood, 0, sizeof(l->flood));
}

/* A silence: every column pauses, and one line says for how long. */
static void print_fold(struct ladder *l, vtime gap)
{
    struct canvas *canvas = &l->rows.canvas;
    char length[VTIME_TEXT_SIZE];
    int x = l->layout.gutter + 2;

    vtime_format_length(gap, length, sizeof(length));
    if (l->layout.count > 1)
        x = (l->layout.x[0] + l->layout.x[1] - (int)strlen(length)) / 2 + 1;
    canvas_text(canvas, x, 0, length, VTIME_TEXT_SIZE, MEANING_IDLE);
    for (unsigned i = 0; i < l->layout.count; i++)
        canvas_put_under(canvas, l->layout.x[i], 0, ':', MEANING_IDLE);
    if (l->layout.count == 0)
        canvas_put(canvas, l->layout.gutter, 0, ':', MEANING_IDLE);
    canvas_print_row(canvas, 0, l->how, l->out);
    canvas_clear(canvas, 0, 1);
}

static void settle_sending(struct ladder *l)
{
    struct ladder_sending sending = l->sending;

    if (sending.tx == NULL)
        return;
    memset(&l->sending, 0, sizeof(l->sending));
    if (l->layout.shape == LADDER_LIST)
        ladder_list_sending(l, &sending);
    else
        ladder_place_sending(l, &sending);
}

static void begin_moment(struct ladder *l, vtime at)
{
    vtime gap = at - l->now;

    if (l->begun && gap == 0)
        return;
    ladder_flush(l);
    if (gap > l->layout.fold && l->flights.live == 0 && l->begun)
        print_fold(l, gap);
    l->now = at;
    l->begun = true;
    l->timed = false;
    memset(l->received, 0, sizeof(l->received));
}

/* Fates and losses follow the frame that they befall, in the same event. */
static bool belongs_to_sending(struct ladder *l, const struct record *record)
{
    struct ladder_sending *sending = &l->sending;

    if (sending->tx == NULL || record->frame != sending->tx->frame)
        return false;
    if (record->event != sending->tx->event)
        return false;
    if (record->kind == RECORD_LOST && run_loss_place(record) == RUN_LOST_ON_WIRE) {
        sending->lost = record;
        return true;
    }
    if (record->kind != RECORD_FATE || sending->fate_count == SENDING_FATES_MAX)
        return false;
    sending->fates[sending->fate_count++] = record;
    sending->copies += run_fate_duplicates(record);
    return true;
}

static void show_record(struct ladder *l, const struct record *record)
{
    bool list = l->layout.shape == LADDER_LIST;

    if (l->rows.count > LADDER_ROWS_FULL)
        ladder_flush(l);
    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
        l->sending.tx = record;
        l->sending.copies = 1;
        break;
    case RECORD_RX:
        if (!list)
            ladder_place_arrival(l, record);
        break;
    default:
        if (list)
            ladder_list_note(l, record);
        else
            ladder_place_note(l, record);
    }
}

static void take_record(struct ladder *l, const struct record *record)
{
    ladder_tally_add(&l->tally, record);
    if (!ladder_shows(l->view, record, l->options->why) || belongs_to_sending(l, record))
        return;
    if (ladder_is_told(l->view, record))
        return;
    settle_sending(l);
    begin_moment(l, trace_time(l->view->trace, record));
    show_record(l, record);
}

/* Where a label of WIDTH columns stands at column I. */
static int label_x(const struct ladder_layout *layout, unsigned i, int width)
{
    int x = layout->x[i] - width / 2;

    if (layout->shape == LADDER_ON_ARROWS && i == 0)
        x = layout->x[i];
    else if (layout->shape == LADDER_ON_ARROWS && i + 1 == layout->count)
        x = layout->x[i] - width + 1;
    if (x + width > layout->width)
        x = layout->width - width;
    return x < 0 ? 0 : x;
}

/* Puts LABEL into the first line of the header, from Y on, with room for it. */
static int put_label(struct ladder *l, unsigned column, int y, const char *label,
                     enum meaning meaning)
{
    int width = canvas_text_width(label);
    int x = label_x(&l->layout, column, width);
    struct ladder_spans spans = { .count = 0 };

    ladder_spans_add(&spans, x - 1, x + width);
    while (y + 1 < HEADER_ROWS && !ladder_rows_are_free(&l->rows, y, &spans))
        y++;
    ladder_rows_take(&l->rows, y, &spans);
    canvas_text(&l->rows.canvas, x, y, label, width, meaning);
    return y + 1;
}

static void put_addresses(struct ladder *l, unsigned column, int y)
{
    const struct node *node = run_node(l->view, l->layout.nodes[column]);
    char address[64];

    for (unsigned port = 0; port < node->port_count && y < HEADER_ROWS; port++)
        if (run_address_format(l->view, node->id, port, address, sizeof(address)) > 0)
            y = put_label(l, column, y, address, MEANING_DETAIL);
}

static void print_header(struct ladder *l)
{
    int names = 1;

    if (l->view->title != NULL && l->view->title[0] != '\0') {
        canvas_text(&l->rows.canvas, 0, 0, l->view->title, l->layout.width, MEANING_TITLE);
        canvas_print_row(&l->rows.canvas, 0, l->how, l->out);
        canvas_clear(&l->rows.canvas, 0, 1);
        putc('\n', l->out);
    }
    for (unsigned i = 0; i < l->layout.count; i++)
        names = (int)max_i64(names, put_label(l, i, 0, run_node(l->view, l->layout.nodes[i])->name,
                                              MEANING_NODE));
    for (unsigned i = 0; i < l->layout.count; i++)
        put_addresses(l, i, names);
    for (int y = 0; y < l->rows.count; y++)
        canvas_print_row(&l->rows.canvas, y, l->how, l->out);
    ladder_rows_advance(&l->rows);
    l->rows.base = 0;
}

static bool open_ladder(struct ladder *l)
{
    return ladder_layout_open(&l->layout, l->view, l->options) &&
           ladder_rows_open(&l->rows, l->layout.width) &&
           ladder_flights_open(&l->flights, l->layout.width) &&
           ladder_tally_open(&l->tally, l->view) &&
           (l->tcp = tcp_view_open(l->options->absolute)) != NULL;
}

static void close_ladder(struct ladder *l)
{
    ladder_layout_close(&l->layout);
    ladder_rows_close(&l->rows);
    ladder_flights_close(&l->flights);
    ladder_tally_close(&l->tally);
    tcp_view_close(l->tcp);
}

static void print_run(struct ladder *l)
{
    const struct trace *trace = l->view->trace;

    print_header(l);
    ladder_choose_forms(l);
    for (uint32_t i = 0; i < trace->records.count && !l->no_memory && !ferror(l->out); i++)
        take_record(l, trace_record(trace, i));
    settle_sending(l);
    ladder_flush(l);
    ladder_tally_print(l);
}

bool ladder_print(const struct run_view *view, const struct ladder_options *options, FILE *out)
{
    struct ladder l;
    bool done = false;

    memset(&l, 0, sizeof(l));
    l.view = view;
    l.options = options;
    l.how = (struct canvas_print){ options->ascii, options->colour };
    l.out = out;
    if (open_ladder(&l)) {
        print_run(&l);
        done = !l.no_memory && fflush(out) == 0 && !ferror(out);
    }
    close_ladder(&l);
    return done;
}
