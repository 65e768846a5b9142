/*
 * obey_move.c - the cursor, from here to there.
 */
#include "tools/timeline/obey.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "layers/units.h"
#include "tools/lib/text.h"
#include "tools/timeline/rest.h"
#include "tools/timeline/view.h"

static struct picture *picture_here(const struct ui *ui)
{
    return ui->pictures[ui->side];
}

static uint32_t item_here(const struct ui *ui)
{
    uint32_t record = ui->cursors[ui->side].record;

    return record == MOMENT_BEFORE ? PICTURE_NONE : picture_find(picture_here(ui), record);
}

static void to_item(struct ui *ui, uint32_t item)
{
    cursor_to_record(ui, picture_record(picture_here(ui), item));
}

/* The item after the cursor, or the one that it stands on or behind, minus
 * one where it stands on one. False: there is none. */
static bool next_item(const struct ui *ui, bool back, uint32_t *item)
{
    struct picture *picture = picture_here(ui);
    uint32_t here = item_here(ui);

    if (!back) {
        *item = here == PICTURE_NONE ? 0 : here + 1;
        return *item < picture_items(picture);
    }
    if (here == PICTURE_NONE)
        return false;
    if (picture_record(picture, here) == ui->cursors[ui->side].record) {
        if (here == 0)
            return false;
        here--;
    }
    *item = here;
    return true;
}

/* All has happened, and the cursor is on the last row: what the layers say behind
 * it has none. */
static void to_end(struct ui *ui)
{
    uint32_t items = picture_items(picture_here(ui));

    if (items == 0 && ui_run(ui)->events == 0) /* a gate hides all of it */
        cursor_set(ui, 0, MOMENT_BEFORE);
    else
        cursor_set(ui, UINT32_MAX,
                   items > 0 ? picture_record(picture_here(ui), items - 1) : UINT32_MAX - 1);
}

static void at_an_end(struct ui *ui, bool back)
{
    ui->playing = false;
    if (!back && session_is_part(ui->session)) /* a message tells why there is no more */
        return;
    if (back)
        cursor_set(ui, 0, MOMENT_BEFORE);
    else
        to_end(ui);
    if (!back && ui_meet_gate(ui))
        return;
    ui_say(ui, "%s", back ? _("this is the beginning") : _("this is the end: Home, or Left"));
}

static void step(struct ui *ui, const char *times, bool back)
{
    long count = times[0] == '\0' ? 1 : strtol(times, NULL, 10);
    uint32_t item;

    for (; count > 0; count--) {
        if (!next_item(ui, back, &item) &&
            (back || !rest_brings_more(ui) || !next_item(ui, back, &item))) {
            at_an_end(ui, back);
            return;
        }
        to_item(ui, item);
    }
}

/* To the next item that puts a frame on a wire. */
static void to_frame(struct ui *ui, bool back)
{
    const struct trace *trace = ui->moment.view->trace;
    struct picture *picture = picture_here(ui);
    uint32_t item;

    for (bool more = next_item(ui, back, &item); more;) {
        if (trace_read(trace, picture_record(picture, item)).kind == RECORD_TX) {
            to_item(ui, item);
            return;
        }
        if (back ? item == 0 : item + 1 == picture_items(picture))
            break;
        item = back ? item - 1 : item + 1;
    }
    if (!back && rest_brings_more(ui))
        to_frame(ui, back);
    else if (!back && (ui_run(ui)->limited || ui_run(ui)->part))
        at_an_end(ui, false);
    else
        ui_say(ui, "%s", back ? _("no frame before this") : _("no frame after this"));
}

/* The record that stands for EVENT: its first, or else the last before it. */
static uint32_t record_of_event(const struct trace *trace, uint32_t event)
{
    uint32_t first = trace_event_begin(trace, event);

    if (event > 0 && first < trace_event_end(trace, event))
        return first;
    return first > 0 ? first - 1 : MOMENT_BEFORE;
}

static void to_event(struct ui *ui, uint32_t event)
{
    const struct session_run *run = ui_run(ui);

    if (event > run->events)
        event = run->events;
    cursor_set(ui, event, record_of_event(run->view->trace, event));
}

static void by_event(struct ui *ui, bool back)
{
    uint32_t event = ui->cursors[ui->side].event;

    if (!back && event == ui_run(ui)->events && rest_brings_more(ui))
        by_event(ui, back);
    else if (back ? event == 0 : event == ui_run(ui)->events)
        at_an_end(ui, back);
    else
        to_event(ui, back ? event - 1 : event + 1);
}

/* The first record of those that built the frame of RECORD, one that is put on a
 * wire: what the event said since the frame before. RECORD: there is none. */
static uint32_t first_of_building(const struct trace *trace, uint32_t record)
{
    uint32_t event = trace_read(trace, record).event, first = record;

    while (first > 0) {
        struct record before = trace_read(trace, first - 1);

        if (before.event != event || before.kind == RECORD_TX || before.kind == RECORD_RX)
            break;
        first--;
    }
    return first;
}

/* From a frame's row back to where its sender began to build it; from there `i`
 * comes to the frame again, and then goes on. */
static bool to_building(struct ui *ui, uint32_t record)
{
    const struct trace *trace = ui->moment.view->trace;
    uint32_t first;

    if (record == MOMENT_BEFORE || trace_read(trace, record).kind != RECORD_TX ||
        ui->built == record)
        return false;
    first = first_of_building(trace, record);
    if (first == record)
        return false;
    ui->built = record;
    cursor_to_record(ui, first);
    ui_say(ui, _("how frame %" PRIu32 " was built: i steps on, up to it"),
           trace_read(trace, record).frame);
    return true;
}

static void into(struct ui *ui)
{
    uint32_t record = ui->cursors[ui->side].record;
    uint32_t event = ui->cursors[ui->side].event;

    ui_show(ui, (int)(pane_find("layers") - panes) + 1);
    if (to_building(ui, record))
        return;
    record = record == MOMENT_BEFORE ? 0 : record + 1;
    if (record >= ui_run(ui)->records && !(rest_brings_more(ui) && record < ui_run(ui)->records)) {
        at_an_end(ui, false);
        return;
    }
    cursor_to_record(ui, record);
    if (ui->cursors[ui->side].event != event)
        ui_say(ui, "%s", _("the next event"));
}

static void page(struct ui *ui, bool back)
{
    struct picture *picture = picture_here(ui);
    uint32_t here = item_here(ui), item;
    int64_t rows = layout_ladder_rows(ui) - 2, row;

    row = here == PICTURE_NONE ? 0 : picture_row(picture, here);
    row = back ? row - rows : row + rows;
    if (row >= picture_rows(picture) && session_is_part(ui->session)) {
        if (rest_brings_more(ui))
            page(ui, back);
        return;
    }
    item = picture_find_row(picture, row);
    if (row < 0 || (!back && (item == here || item == PICTURE_NONE)))
        at_an_end(ui, row < 0);
    else if (item != PICTURE_NONE)
        to_item(ui, item);
}

/* ---- go ---- */

uint32_t record_at(const struct session_run *run, vtime time, uint32_t near)
{
    const struct trace *trace = run->view->trace;
    struct record record;

    if (near == MOMENT_BEFORE)
        return near;
    if (near < run->records) {
        record = trace_read(trace, near);
        if (trace_time(trace, &record) == time)
            return near;
    }
    return record_of_event(trace, trace_events_until(trace, time));
}

static void go_to_number(struct ui *ui, const char *what, bool frame)
{
    const struct session_run *run = ui_run(ui);
    int64_t number, most = frame ? run->frames : run->events;
    char why[UNIT_WHY_SIZE];

    if (!unit_parse_count(what, frame ? 1 : 0, most, &number, why, sizeof(why)))
        ui_refuse(ui, 6, "%s", why);
    else if (frame)
        cursor_to_record(ui, trace_frame(run->view->trace, (uint32_t)number)->record);
    else
        to_event(ui, (uint32_t)number);
}

/* Whether record INDEX says that NODE came into STATE. */
static bool comes_into(const struct run_view *view, uint32_t index, const char *node,
                       const char *state)
{
    struct record record = trace_read(view->trace, index);

    return record.kind == RECORD_STATE && record.node != NODE_NONE &&
           strcmp(run_node(view, record.node)->name, node) == 0 &&
           strcasecmp(state_name((int)record.b), state) == 0;
}

/* "a ESTABLISHED": the next time, or else the first. */
static bool go_to_state(struct ui *ui, const char *text)
{
    const struct session_run *run = ui_run(ui);
    size_t len = strcspn(text, " ");
    char node[ORDER_TARGET_SIZE];
    const char *state = text + len + strspn(text + len, " ");
    uint32_t from = ui->cursors[ui->side].record + 1; /* before: 0 */

    if (len >= sizeof(node) || state[0] == '\0')
        return false;
    memcpy(node, text, len);
    node[len] = '\0';
    for (uint32_t i = 0; i < run->records; i++) {
        uint32_t record = (uint32_t)(((uint64_t)from + i) % run->records);

        if (!comes_into(run->view, record, node, state))
            continue;
        if (record < from)
            ui_say(ui, "%s", _("not after this: from the beginning"));
        cursor_to_record(ui, record);
        return true;
    }
    return false;
}

/* TEXT names a moment that may be behind the part that is shown. */
static bool is_beyond(const struct session_run *part, const char *text)
{
    char why[UNIT_WHY_SIZE];
    vtime time;

    if (strncmp(text, "event ", 6) == 0)
        return strtoull(text + 6, NULL, 10) > part->events;
    if (strncmp(text, "frame ", 6) == 0)
        return strtoull(text + 6, NULL, 10) > part->frames;
    return !unit_parse_time(text, &time, why, sizeof(why)) || time >= part->end;
}

static void go(struct ui *ui, const char *text)
{
    char why[UNIT_WHY_SIZE];
    vtime time;

    if (session_is_part(ui->session) && is_beyond(ui_run(ui), text) && !rest_finish(ui))
        return;
    if (strncmp(text, "event ", 6) == 0)
        go_to_number(ui, text + 6, false);
    else if (strncmp(text, "frame ", 6) == 0)
        go_to_number(ui, text + 6, true);
    else if (unit_parse_time(text, &time, why, sizeof(why)))
        to_event(ui, trace_events_until(ui_run(ui)->view->trace, time));
    else if (go_to_state(ui, text))
        return;
    else if (text[0] >= '0' && text[0] <= '9')
        ui_refuse(ui, 0, "%s", why);
    else
        ui_refuse(ui, 0, _("never: \"%s\"; write 1.5s, event 40, frame 12 or a ESTABLISHED"), text);
}

/* A click: the item on that row of the ladder, in either future. */
static void point(struct ui *ui, const char *place)
{
    enum session_side side;
    uint32_t item;
    int64_t row;
    int x, y;

    if (sscanf(place, "%d %d", &x, &y) != 2 || !view_row_at(ui, x, y, &side, &row))
        return;
    ui->side = side;
    item = picture_find_row(picture_here(ui), row);
    if (item != PICTURE_NONE)
        to_item(ui, item);
    else
        cursor_to_record(ui, ui->cursors[side].record);
}

bool obey_move(struct ui *ui, const struct order *order)
{
    bool back = strcmp(order->argument, "back") == 0;

    switch (order->verb) {
    case ORDER_POINT: point(ui, order->argument); return true;
    case ORDER_TICK: step(ui, "", false); return true;
    case ORDER_STEP: step(ui, order->argument, false); return true;
    case ORDER_BACK: step(ui, order->argument, true); return true;
    case ORDER_EVENT: by_event(ui, back); return true;
    case ORDER_INTO: into(ui); return true;
    case ORDER_DOWN: to_frame(ui, false); return true;
    case ORDER_UP: to_frame(ui, true); return true;
    case ORDER_PAGE: page(ui, back); return true;
    case ORDER_HOME: cursor_set(ui, 0, MOMENT_BEFORE); return true;
    case ORDER_END:
        to_end(ui);
        if (ui_run(ui)->limited)
            ui_say(ui, "%s", _("something waits for you here: Right opens it"));
        return true;
    case ORDER_GO: go(ui, order->argument); return true;
    default: return false;
    }
}
