#include "tools/timeline/obey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/timeline/layout.h"
#include "tools/timeline/rest.h"

enum { LOG_COUNT_MAX = 1000000, SUBJECT_SCAN_MAX = 5000 }; /* records looked at for a connection */

/* ---- The moment ---- */

/* The node that the record under the cursor is about, or the last before it
 * that is about a host. */
static uint16_t node_here(const struct run_view *view, uint32_t at)
{
    uint16_t first = run_first_end(view);

    for (uint32_t i = 0; at != MOMENT_BEFORE && i < SUBJECT_SCAN_MAX; i++, at--) {
        struct record record = trace_read(view->trace, at);

        if (record.node != NODE_NONE && run_node_is_end(run_node(view, record.node)))
            return record.node;
        if (at == 0)
            break;
    }
    return first != NODE_NONE ? first : 0;
}

/* The connection that NODE is busy with in the event of record AT; 0: none. */
static uint32_t subject_of_event(const struct run_view *view, uint32_t at, uint16_t node)
{
    const struct trace *trace = view->trace;
    uint32_t event = trace_read(trace, at).event;

    for (uint32_t i = at; i < trace->records.count && i - at < SUBJECT_SCAN_MAX; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != event)
            break;
        if (record.node == node && record.subject != 0 && run_connection_of(view, &record))
            return record.subject;
    }
    return 0;
}

/* The connection that NODE is busy with, or was last; 0: none. */
static uint32_t subject_here(const struct run_view *view, uint32_t at, uint16_t node)
{
    uint32_t now = at != MOMENT_BEFORE ? subject_of_event(view, at, node) : 0;

    if (now != 0)
        return now;
    for (uint32_t i = 0; at != MOMENT_BEFORE && i < SUBJECT_SCAN_MAX; i++, at--) {
        struct record record = trace_read(view->trace, at);

        if (record.node == node && record.subject != 0 && run_connection_of(view, &record))
            return record.subject;
        if (at == 0)
            break;
    }
    return 0;
}

static void fill_moment(struct ui *ui)
{
    const struct run_view *view = ui_run(ui)->view;
    const struct cursor *cursor = &ui->cursors[ui->side];
    struct moment *moment = &ui->moment;

    *moment = (struct moment){ .plot = &ui->plot,
                               .view = view,
                               .event = cursor->event,
                               .record = cursor->record,
                               .ascii = ui->ascii };
    if (cursor->event > 0)
        moment->now = trace_event(view->trace, cursor->event)->at;
    if (cursor->record != MOMENT_BEFORE) {
        moment->frame = trace_read(view->trace, cursor->record).frame;
        if (moment->frame == 0)
            moment->frame = trace_frames_before(view->trace, cursor->record + 1);
    }
    moment->node = ui->host != NODE_NONE ? ui->host : node_here(view, cursor->record);
    moment->subject = subject_here(view, cursor->record, moment->node);
}

void cursor_set(struct ui *ui, uint32_t event, uint32_t record)
{
    const struct session_run *run = ui_run(ui);
    struct cursor *cursor = &ui->cursors[ui->side];

    cursor->event = event < run->events ? event : run->events;
    cursor->record = record == MOMENT_BEFORE || record < run->records ? record : run->records - 1;
    if (run->records == 0)
        cursor->record = MOMENT_BEFORE;
    session_go(ui->session, ui->side, cursor->event);
    fill_moment(ui);
}

void cursor_to_record(struct ui *ui, uint32_t record)
{
    const struct session_run *run = ui_run(ui);

    if (record == MOMENT_BEFORE || run->records == 0) {
        cursor_set(ui, 0, MOMENT_BEFORE);
        return;
    }
    if (record >= run->records)
        record = run->records - 1;
    cursor_set(ui, trace_read(run->view->trace, record).event, record);
}

/* ---- Ladders ---- */

vtime ui_last_time(const struct ui *ui)
{
    const struct session_run *one = session_run(ui->session, SESSION_ORIGINAL);
    const struct session_run *other = session_run(ui->session, SESSION_OTHER);

    return other != NULL && other->end > one->end ? other->end : one->end;
}

int ui_ladder_width(const struct ui *ui, enum session_side side)
{
    int width = layout_ladder_width(ui, side);

    if (width > 0)
        return width;
    return ui->widths[side] > 0 ? ui->widths[side] : LADDER_WIDTH_DEFAULT;
}

static bool lay_out_side(struct ui *ui, enum session_side side)
{
    const struct session_run *run = session_run(ui->session, side);
    vtime last = ui_last_time(ui);

    /* Again, if it turned out to want another width than one that nobody knows. */
    for (unsigned tries = 0; run != NULL && tries < 2; tries++) {
        int width = ui_ladder_width(ui, side);
        struct picture *before = ui->pictures[side];

        ui->widths[side] = width;
        if (before != NULL && picture_is_current(before, width, last))
            break;
        ui->pictures[side] = picture_open(run->whole, width, last, &ui->hiding, ui->laying_out);
        picture_close(before);
        if (ui->pictures[side] == NULL)
            return false;
    }
    return true;
}

bool ui_lay_out(struct ui *ui)
{
    return lay_out_side(ui, SESSION_ORIGINAL) && lay_out_side(ui, SESSION_OTHER);
}

bool ui_attach(struct ui *ui, struct session *session)
{
    ui->session = session;
    ui->side = SESSION_ORIGINAL;
    ui->overlay = session_about(session)[0] != '\0' ? OVERLAY_ABOUT : OVERLAY_NONE;
    cursor_set(ui, 0, MOMENT_BEFORE);
    return ui_lay_out(ui);
}

void ui_follow(struct ui *ui, enum session_side side)
{
    struct cursor at = ui->cursors[ui->side];
    bool whole = true;

    picture_close(ui->pictures[SESSION_OTHER]);
    ui->pictures[SESSION_OTHER] = NULL;
    plot_cache_close(&ui->plot); /* the new run may stand where the old one stood */
    ui->has_other = session_run(ui->session, SESSION_OTHER) != NULL;
    ui->side = ui->has_other ? side : SESSION_ORIGINAL;
    ui->differs = session_first_difference(ui->session, &ui->difference);
    for (int i = 0; i <= (ui->has_other ? SESSION_OTHER : SESSION_ORIGINAL); i++)
        whole = futures_look(ui->session, (enum session_side)i, &ui->facts[i]) && whole;
    cursor_set(ui, at.event, at.record);
    if (!ui_lay_out(ui) || !whole)
        ui_refuse(ui, 0, "%s", _("out of memory"));
}

/* ---- Orders ---- */

static void choose_host(struct ui *ui, const char *name)
{
    const struct world *world = ui->moment.view->world;
    uint32_t count = world->node_count, from = ui->moment.node;

    for (uint32_t i = 1; i <= count; i++) {
        const struct node *node = world->nodes[(from + i) % count];

        if (name[0] != '\0' ? strcmp(node->name, name) != 0 : !run_node_is_end(node))
            continue;
        ui->host = node->id;
        fill_moment(ui);
        ui_say(ui, _("the panes show %s"), node->name);
        return;
    }
    if (rest_brings_more(ui)) {
        choose_host(ui, name);
        return;
    }
    if (session_is_part(ui->session)) /* that is told */
        return;
    ui_refuse(ui, 0, _("there is no host \"%s\""), name);
}

/* The same moment in the other future. */
static void change_side(struct ui *ui)
{
    struct cursor at = ui->cursors[ui->side];
    enum session_side side = ui->side == SESSION_ORIGINAL ? SESSION_OTHER : SESSION_ORIGINAL;
    uint32_t record;

    if (session_run(ui->session, side) == NULL) {
        ui_refuse(ui, 0, "%s", _("there is but one future: d drops a frame"));
        return;
    }
    record = record_at(session_run(ui->session, side), ui->moment.now, at.record);
    ui->side = side;
    cursor_to_record(ui, record);
    ui_say(ui, "%s", side == SESSION_ORIGINAL ? _("in the original") : _("in the other future"));
}

/* Steps in a row are one line of the log: "step 3". */
static void note(struct ui *ui, const struct order *order)
{
    char text[ORDER_TEXT_SIZE], why[200];
    char *last = ui->log_count > 0 ? ui->log[ui->log_count - 1] : NULL;
    struct order before = { .verb = ORDER_NONE };
    size_t column;

    order_format(order, text, sizeof(text));
    if (last != NULL && (order->verb == ORDER_STEP || order->verb == ORDER_BACK) &&
        order->argument[0] == '\0' && order_read(last, &before, why, sizeof(why), &column) &&
        before.verb == order->verb) {
        long count = before.argument[0] == '\0' ? 1 : strtol(before.argument, NULL, 10);

        snprintf(last, ORDER_TEXT_SIZE, "%.40s %ld", text, count < LOG_COUNT_MAX ? count + 1 : 2);
        return;
    }
    ui_log(ui, "%s", text);
}

/* What changes the run, asks about it or goes to its end is about the whole run. */
static bool needs_whole(const struct ui *ui, enum verb verb)
{
    switch (verb) {
    case ORDER_END: return true;
    case ORDER_TELL:
    case ORDER_AT:
    case ORDER_DROP:
    case ORDER_DELAY:
    case ORDER_CORRUPT:
    case ORDER_DUPLICATE:
    case ORDER_UNDO:
    case ORDER_REDO:
    case ORDER_SAVE:
    case ORDER_SAVE_OVER:
    case ORDER_QUESTIONS: return session_kind(ui->session) == SESSION_LAB;
    default: return false;
    }
}

void ui_obey(struct ui *ui, const struct order *order)
{
    if (order->verb == ORDER_NONE || ui->session == NULL)
        return;
    if (session_is_part(ui->session) && needs_whole(ui, order->verb) && !rest_finish(ui))
        return;
    if (obey_deed(ui, order) || obey_gate(ui, order)) /* say what they did by themselves */
        return;
    if (ui->overlay == OVERLAY_GATE) /* a command was typed over it */
        ui->overlay = OVERLAY_NONE;
    if (order->verb == ORDER_HOST)
        choose_host(ui, order->argument);
    else if (order->verb == ORDER_OTHER)
        change_side(ui);
    else if (!obey_move(ui, order))
        obey_find(ui, order);
    if (!ui->message.is_error && order->verb != ORDER_POINT && order->verb != ORDER_TICK)
        note(ui, order);
}

void ui_press(struct ui *ui, struct press press)
{
    struct order order;

    ui_update(ui, press, &order);
    if (!ui_lay_out(ui))
        ui_refuse(ui, 0, "%s", _("out of memory"));
    ui_obey(ui, &order);
    ui->prompt.sent = false;
}
