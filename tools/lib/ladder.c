#include "tools/lib/ladder.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/ladder_blanks.h"
#include "tools/lib/ladder_core.h"
#include "tools/lib/ladder_once.h"
#include "tools/lib/run_join.h"

void ladder_put_row(struct ladder *l, int y)
{
    if (!l->sink->row(l->sink->context, l, y))
        l->stopped = true;
    canvas_clear(&l->rows.canvas, y, 1);
}

static void draw_time(struct ladder *l, int y)
{
    char time[VTIME_TEXT_SIZE];

    if (ladder_blanks_hides_time(l->view->blanks, l->now))
        snprintf(time, sizeof(time), "%s", LADDER_BLANK);
    else
        vtime_format(l->layout.scale, l->now, time, sizeof(time));
    canvas_text(&l->rows.canvas, l->layout.time_width - (int)strlen(time), y, time, VTIME_TEXT_SIZE,
                MEANING_TIME);
}

static void draw_row(struct ladder *l, int64_t number)
{
    int y = ladder_rows_y(&l->rows, number);

    ladder_flights_draw(&l->flights, &l->rows, number);
    if (!ladder_rows_are_blind(&l->rows)) {
        if (!l->timed)
            draw_time(l, y);
        for (unsigned i = 0; i < l->layout.count; i++)
            if (!l->layout.bare[i])
                canvas_put_under(&l->rows.canvas, l->layout.x[i], y, 0x2502, MEANING_COLUMN);
    }
    l->timed = true;
    ladder_put_row(l, y);
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
static void draw_fold(struct ladder *l, vtime gap)
{
    struct canvas *canvas = &l->rows.canvas;
    char length[VTIME_TEXT_SIZE];
    int x = l->layout.gutter + 2;

    vtime_format_length(gap, length, sizeof(length));
    if (l->view->blanks != NULL && (l->view->blanks->everywhere & BLANK_TIMES) != 0)
        snprintf(length, sizeof(length), "%s", LADDER_BLANK);
    if (l->layout.count > 1)
        x = (l->layout.x[0] + l->layout.x[1] - (int)strlen(length)) / 2 + 1;
    canvas_text(canvas, x, 0, length, VTIME_TEXT_SIZE, MEANING_IDLE);
    for (unsigned i = 0; i < l->layout.count; i++)
        if (!l->layout.bare[i])
            canvas_put_under(canvas, l->layout.x[i], 0, ':', MEANING_IDLE);
    if (l->layout.count == 0)
        canvas_put(canvas, l->layout.gutter, 0, ':', MEANING_IDLE);
    ladder_put_row(l, 0);
    l->rows.base++;
}

static void settle_sending(struct ladder *l)
{
    struct ladder_sending sending = l->sending;

    if (!sending.any)
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
        draw_fold(l, gap);
    l->now = at;
    l->begun = true;
    l->timed = false;
    memset(l->received, 0, sizeof(l->received));
}

/* Fates and losses follow the frame that they befall, in the same event. */
static bool belongs_to_sending(struct ladder *l, uint32_t index, const struct record *record)
{
    struct ladder_sending *sending = &l->sending;

    if (!sending->any || record->frame != sending->frame || record->event != sending->event)
        return false;
    if (record->kind == RECORD_LOST && run_loss_place(record) == RUN_LOST_ON_WIRE) {
        sending->is_lost = true;
        sending->lost = index;
        return true;
    }
    if (record->kind != RECORD_FATE || sending->fate_count == SENDING_FATES_MAX)
        return false;
    sending->fates[sending->fate_count++] = index;
    sending->copies += run_fate_duplicates(record);
    return true;
}

/* RECORD's frame is on its way already, under the number with which that began. */
static bool is_under_way(const struct ladder *l, const struct record *record)
{
    const struct run_joins *joins = l->view->joins;
    uint32_t first = run_join_first(joins, record->frame);
    struct record tx;

    if (record->kind == RECORD_RX && run_join_next(joins, record->frame) == 0)
        return false;
    if (record->kind != RECORD_RX && (record->kind != RECORD_TX || first == record->frame))
        return false;
    if (l->layout.shape != LADDER_LIST)
        return ladder_flights_find(&l->flights, first) != NULL;
    tx = trace_read(l->view->trace, trace_frame(l->view->trace, first)->record);
    return l->options->shows == NULL || l->options->shows(l->options->context, &tx);
}

static void show_note(struct ladder *l, uint32_t index)
{
    if (l->layout.shape == LADDER_LIST)
        ladder_list_note(l, index);
    else
        ladder_place_note(l, index);
}

/* A node passes on what is under way. True: that is nothing to be told of. */
static bool pass_on(struct ladder *l, const struct record *record)
{
    if (!is_under_way(l, record) ||
        (record->kind == RECORD_TX && ladder_tells_passing(l->view, record->frame)))
        return false;
    if (record->kind == RECORD_TX)
        ladder_follow(l->view, l->tcp, record->frame);
    return true;
}

static void show_record(struct ladder *l, uint32_t index, const struct record *record)
{
    bool list = l->layout.shape == LADDER_LIST;

    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
        if (is_under_way(l, record)) {
            ladder_follow(l->view, l->tcp, record->frame);
            show_note(l, index);
            break;
        }
        l->sending = (struct ladder_sending){
            .any = true, .tx = index, .event = record->event, .frame = record->frame, .copies = 1
        };
        break;
    case RECORD_RX:
        if (!list)
            ladder_place_arrival(l, index, record);
        break;
    default: show_note(l, index);
    }
}

/* Between two rows, with nothing open: a place to stop at, and to go on from. */
static bool may_go_on(struct ladder *l, uint32_t next)
{
    if (l->rows.count > LADDER_ROWS_FULL)
        ladder_flush(l);
    if (l->rows.count == 0 && l->sink->pause != NULL && !l->sink->pause(l->sink->context, l, next))
        l->stopped = true;
    return !l->stopped;
}

/* A frame that is hidden still is one that TCP's readers must have seen. */
static void pass_over(struct ladder *l, const struct record *record)
{
    if (record->kind != RECORD_TX)
        return;
    settle_sending(l);
    ladder_follow(l->view, l->tcp, record->frame);
}

/* What becomes of a frame that nobody wanted to see. */
static bool befalls_hidden(const struct ladder *l, const struct record *record)
{
    const struct ladder_options *options = l->options;

    if (options->shows == NULL || !ladder_befalls_flight(record))
        return false;
    if (l->layout.shape == LADDER_LIST)
        return !options->shows(options->context, record);
    return !(l->sending.any && l->sending.frame == record->frame) &&
           ladder_flights_find(&l->flights, run_join_first(l->view->joins, record->frame)) == NULL;
}

void ladder_take(struct ladder *l, uint32_t index)
{
    struct record record = trace_read(l->view->trace, index);

    if (!ladder_shows(l->view, &record, l->options)) {
        pass_over(l, &record);
        return;
    }
    if (belongs_to_sending(l, index, &record) || ladder_is_told(l->view, index, l->options->why) ||
        befalls_hidden(l, &record))
        return;
    settle_sending(l);
    if (pass_on(l, &record))
        return;
    begin_moment(l, trace_time(l->view->trace, &record));
    if (may_go_on(l, index))
        show_record(l, index, &record);
}

void ladder_finish(struct ladder *l)
{
    settle_sending(l);
    ladder_flush(l);
}

bool ladder_open(struct ladder *l, const struct run_view *view,
                 const struct ladder_options *options, const struct ladder_silences *silences,
                 const struct ladder_sink *sink)
{
    memset(l, 0, sizeof(*l));
    l->view = view;
    l->options = options;
    l->sink = sink;
    return ladder_layout_open(&l->layout, l->view, l->options, silences) &&
           ladder_rows_open(&l->rows, l->layout.width) &&
           ladder_flights_open(&l->flights, l->layout.width) &&
           ladder_tally_open(&l->tally, l->view) &&
           (l->tcp = ladder_open_tcp(view, options->absolute)) != NULL;
}

void ladder_close(struct ladder *l)
{
    ladder_layout_close(&l->layout);
    ladder_rows_close(&l->rows);
    ladder_flights_close(&l->flights);
    ladder_tally_close(&l->tally);
    tcp_view_close(l->tcp);
}

/* ---- To a file ---- */

struct print {
    struct canvas_print how;
    FILE *out;
};

static bool print_row(void *context, const struct ladder *l, int y)
{
    const struct print *print = context;

    canvas_print_row(&l->rows.canvas, y, print->how, print->out);
    return !ferror(print->out);
}

static void print_run(struct ladder *l)
{
    uint32_t count = l->view->trace->records.count;

    ladder_draw_title(l);
    ladder_draw_header(l);
    ladder_choose_forms(l);
    for (uint32_t i = 0; i < count && !l->no_memory && !l->stopped; i++) {
        ladder_tally_add(&l->tally, l->view->trace, i);
        ladder_take(l, i);
    }
    ladder_finish(l);
    ladder_tally_draw(l);
}

bool ladder_print(const struct run_view *view, const struct ladder_options *options, FILE *out)
{
    struct print print = { { options->ascii, options->colour }, out };
    struct ladder_sink sink = { .row = print_row, .context = &print };
    struct ladder l;
    bool done = false;

    if (ladder_open(&l, view, options, NULL, &sink)) {
        print_run(&l);
        done = !l.no_memory && fflush(out) == 0 && !ferror(out);
    }
    ladder_close(&l);
    return done;
}
