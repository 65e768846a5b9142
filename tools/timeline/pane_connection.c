/*
 * pane_connection.c - one end of a connection: where it is in the state
 * diagram and by which arrow it came there; its TCB, with what changed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/tcp/cc.h"
#include "layers/tcp/tcp.h"
#include "layers/tcp/tcp_fsm.h"
#include "sim/world.h"
#include "tools/lib/fsm.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"

enum {
    LOOK_BACK = 20000, /* records, for the last change of state */
    MAP_WIDTH = 34,
    TCB_WIDTH = 36,
    ROW_SIZE = 120,
    VALUE_COLUMN = 10
};

/* ---- The state diagram ---- */

/* The figure's places in little room: rows and columns of the names. */
static const struct {
    int state, x, y;
} map[] = {
    { STATE_TCP_CLOSED, 14, 0 },      { STATE_TCP_LISTEN, 3, 1 },
    { STATE_TCP_SYN_SENT, 22, 1 },    { STATE_TCP_SYN_RECEIVED, 3, 2 },
    { STATE_TCP_ESTABLISHED, 12, 3 }, { STATE_TCP_FIN_WAIT_1, 1, 4 },
    { STATE_TCP_CLOSE_WAIT, 22, 4 },  { STATE_TCP_FIN_WAIT_2, 1, 5 },
    { STATE_TCP_CLOSING, 13, 5 },     { STATE_TCP_LAST_ACK, 23, 5 },
    { STATE_TCP_TIME_WAIT, 12, 6 },
};

enum { MAP_ROWS = 7 };

static void draw_map(struct sheet *sheet, int left, int y, int state)
{
    for (size_t i = 0; i < ARRAY_LEN(map); i++) {
        bool here = map[i].state == state;
        int x = left + map[i].x;

        if (here) {
            sheet_text(sheet, x - 1, y + map[i].y, MEANING_CHANGED, "[");
            x += sheet_text(sheet, x, y + map[i].y, MEANING_STATE, state_name(state));
            sheet_text(sheet, x, y + map[i].y, MEANING_CHANGED, "]");
        } else {
            sheet_text(sheet, x, y + map[i].y, MEANING_DETAIL, state_name(map[i].state));
        }
    }
}

static const struct tcp_arrow *find_arrow(const struct record *record)
{
    const struct tcp_arrow *arrow;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        if (arrow->from == record->a && arrow->to == record->b && arrow->rule == record->rule)
            return arrow;
    return NULL;
}

/* Figure 5, with the state and the arrow taken last emphasised. */
static void draw_figure(struct sheet *sheet, int left, int y, int state,
                        const struct tcp_arrow *taken)
{
    const struct tcp_arrow *arrow;
    struct canvas figure, alone;
    int x, row, length;

    if (!canvas_open(&figure, FSM_COLUMNS, FSM_ROWS))
        return;
    fsm_draw_states(&figure);
    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        if (arrow->in_figure)
            fsm_draw_arrow(&figure, arrow);
    fsm_state_place(state, &x, &row, &length);
    canvas_put(&figure, x - 1, row, '[', MEANING_CHANGED);
    canvas_put(&figure, x + length, row, ']', MEANING_CHANGED);
    canvas_emphasise(&figure, x, row, length, EMPHASIS_MARKED);
    if (taken != NULL && canvas_open(&alone, FSM_COLUMNS, FSM_ROWS)) {
        fsm_draw_arrow(&alone, taken);
        for (int i = 0; i < FSM_COLUMNS * FSM_ROWS; i++)
            if (alone.cells[i].character != CANVAS_EMPTY)
                figure.cells[i].emphasis |= EMPHASIS_MARKED;
        canvas_close(&alone);
    }
    sheet_text(sheet, 0, y + FSM_ROWS - 1, MEANING_PLAIN, "");
    canvas_copy(&sheet->canvas, left, y, &figure, 0, 0, FSM_COLUMNS, FSM_ROWS);
    canvas_close(&figure);
}

/* The last change of state of this connection up to the moment. */
static bool last_change(const struct moment *moment, struct record *found)
{
    const struct trace *trace = moment->view->trace;
    uint32_t i = trace_event_end(trace, moment->event);

    for (unsigned looked = 0; i-- > 0 && looked < LOOK_BACK; looked++) {
        *found = trace_read(trace, i);
        if (found->kind == RECORD_STATE && found->what == MACHINE_TCP &&
            found->node == moment->node && found->subject == moment->subject)
            return true;
    }
    return false;
}

/* Says which arrow was taken last, and tells it; NULL: none that is known. */
static const struct tcp_arrow *write_arrow(const struct moment *moment, struct sheet *sheet, int *y)
{
    const struct tcp_arrow *taken;
    struct record change;
    char line[ROW_SIZE];

    if (!last_change(moment, &change))
        return NULL;
    taken = find_arrow(&change);
    if (taken == NULL)
        return NULL;
    snprintf(line, sizeof(line), "%s -> %s: %s%s%s", state_name(taken->from), state_name(taken->to),
             _(taken->cause), taken->action[0] != '\0' ? " / " : "", _(taken->action));
    *y = sheet_wrap(sheet, 0, *y, change.event == moment->event ? MEANING_CHANGED : MEANING_STATE,
                    line);
    return taken;
}

/* ---- The TCB ---- */

enum form { FORM_NUMBER, FORM_RAW, FORM_SEND, FORM_RECEIVE, FORM_TIME };

/* Sequence numbers count from their ISN, as in the ladder. */
static void format_value(const struct tcp_status *s, enum form form, int64_t value, char *out,
                         size_t size)
{
    switch (form) {
    case FORM_SEND: snprintf(out, size, "%" PRIu32, (uint32_t)value - s->iss); return;
    case FORM_RECEIVE: snprintf(out, size, "%" PRIu32, (uint32_t)value - s->irs); return;
    case FORM_TIME: moment_time(value, out, size); return;
    case FORM_RAW: snprintf(out, size, "%" PRIu32, (uint32_t)value); return;
    case FORM_NUMBER: break;
    }
    if (value >= CC_WINDOW_MAX)
        snprintf(out, size, "%s", _("as high as can be"));
    else
        snprintf(out, size, "%" PRId64, value);
}

/* "SND.UNA    1 -> 1001", in a row or half of one. */
static void write_row(const struct moment *moment, const struct tcp_status *s, struct sheet *sheet,
                      int x, int y, const char *name, uint16_t variable, enum form form,
                      int64_t value)
{
    char now[40], before[40], line[ROW_SIZE];
    int64_t old;

    format_value(s, form, value, now, sizeof(now));
    sheet_text(sheet, x, y, MEANING_LABEL, name);
    if (variable != VARIABLE_NONE && moment_changed(moment, variable, &old)) {
        bool fresh = old == 0 && (form != FORM_NUMBER || variable == VARIABLE_TCP_SSTHRESH);

        format_value(s, form, old, before, sizeof(before));
        if (fresh)
            snprintf(line, sizeof(line), "*%s", now);
        else
            snprintf(line, sizeof(line), "*%s -> %s", before, now);
        sheet_text(sheet, x + VALUE_COLUMN - 1, y, MEANING_CHANGED, line);
    } else {
        sheet_text(sheet, x + VALUE_COLUMN, y, MEANING_VALUE, now);
    }
}

struct row {
    const char *name;
    uint16_t variable;
    enum form form;
    int64_t value;
};

static int write_rows(const struct moment *moment, const struct tcp_status *s, struct sheet *sheet,
                      int y, int columns, const struct row *rows, size_t count)
{
    int width = sheet->width / columns;

    for (size_t i = 0; i < count; i++)
        write_row(moment, s, sheet, (int)(i % (size_t)columns) * width,
                  y + (int)(i / (size_t)columns), rows[i].name, rows[i].variable, rows[i].form,
                  rows[i].value);
    return y + (int)((count + (size_t)columns - 1) / (size_t)columns);
}

static int write_timers(const struct moment *moment, const struct tcp_status *s,
                        struct sheet *sheet, int y)
{
    bool any = false;

    for (size_t i = 0; i < TCP_STATUS_TIMERS; i++) {
        char in[40];

        if (s->timers[i].due == VTIME_NEVER)
            continue;
        moment_time(s->timers[i].due - moment->now, in, sizeof(in));
        sheet_text(sheet, 0, y, MEANING_LABEL, any ? "" : _("timers"));
        sheet_say(sheet, VALUE_COLUMN, y++, MEANING_VALUE, _("%s in %s"),
                  timer_name(s->timers[i].name)->name, in);
        any = true;
    }
    return y;
}

static const char *trouble_words(const struct tcp_status *s)
{
    switch (s->trouble) {
    case TCP_TROUBLE_NONE: return NULL;
    case TCP_TROUBLE_DISORDER: return _("disorder: duplicate ACKs, or SACK shows a hole");
    case TCP_TROUBLE_MARKED: return _("window reduced for a congestion mark (ECN)");
    case TCP_TROUBLE_RECOVERY: return _("fast recovery");
    case TCP_TROUBLE_LOSS: return _("after a timeout");
    }
    return NULL;
}

static int write_tcb(const struct moment *moment, const struct tcp_status *s, struct sheet *sheet,
                     int y, int columns)
{
    const struct row rows[] = {
        { "SND.UNA", VARIABLE_TCP_SND_UNA, FORM_SEND, s->snd.una },
        { "RCV.NXT", VARIABLE_TCP_RCV_NXT, FORM_RECEIVE, s->rcv.nxt },
        { "SND.NXT", VARIABLE_TCP_SND_NXT, FORM_SEND, s->snd.nxt },
        { "RCV.WND", VARIABLE_TCP_RCV_WND, FORM_NUMBER, s->receive_window },
        { "SND.WND", VARIABLE_TCP_SND_WND, FORM_NUMBER, s->send_window },
        { "flight", VARIABLE_NONE, FORM_NUMBER, s->in_flight },
        { "cwnd", VARIABLE_TCP_CWND, FORM_NUMBER, s->cwnd },
        { "ssthresh", VARIABLE_TCP_SSTHRESH, FORM_NUMBER, s->ssthresh },
        { "SRTT", VARIABLE_TCP_SRTT, FORM_TIME, s->srtt },
        { "RTO", VARIABLE_TCP_RTO, FORM_TIME, s->rto },
        { "ISS", VARIABLE_NONE, FORM_RAW, s->iss },
        { "IRS", VARIABLE_NONE, FORM_RAW, s->irs },
    };
    const char *trouble = trouble_words(s);

    y = write_rows(moment, s, sheet, y, columns, rows, ARRAY_LEN(rows));
    if (s->cc[0] != '\0')
        sheet_say(sheet, 0, y++, MEANING_LABEL, "%-*s%s, mss %" PRIu32, VALUE_COLUMN, "cc", s->cc,
                  s->mss);
    if (trouble != NULL)
        y = sheet_wrap(sheet, 0, y, MEANING_LOST, trouble);
    return write_timers(moment, s, sheet, y);
}

static int write_listener(const struct tcp_status *s, struct sheet *sheet, int y)
{
    sheet_say(sheet, 0, y++, MEANING_VALUE, _("SYN queue     %u of %u (half open)"), s->syn_queue,
              s->syn_queue_limit);
    sheet_say(sheet, 0, y++, MEANING_VALUE, _("accept queue  %u of %u (wait for accept)"),
              s->accept_queue, s->accept_queue_limit);
    return y;
}

/* What a capture tells of it; COLUMNS 0: in few words, for the diagram is beside it. */
static int write_inferred(const struct moment *moment, const struct tcp_status *s,
                          struct sheet *sheet, int y, int columns)
{
    const struct row rows[] = {
        { "SND.UNA", VARIABLE_TCP_SND_UNA, FORM_SEND, s->snd.una },
        { "RCV.NXT", VARIABLE_TCP_RCV_NXT, FORM_RECEIVE, s->rcv.nxt },
        { "SND.NXT", VARIABLE_TCP_SND_NXT, FORM_SEND, s->snd.nxt },
        { "RCV.WND", VARIABLE_TCP_RCV_WND, FORM_NUMBER, s->receive_window },
        { "flight", VARIABLE_NONE, FORM_NUMBER, s->in_flight },
        { "SND.WND", VARIABLE_NONE, FORM_NUMBER, s->send_window },
        { "ISS", VARIABLE_NONE, FORM_RAW, s->iss },
        { "IRS", VARIABLE_NONE, FORM_RAW, s->irs },
    };

    y = sheet_wrap(sheet, 0, y, MEANING_WHY,
                   columns > 0 ? _("seen from a capture: inferred from the segments up to here")
                               : _("a capture: inferred"));
    y = write_rows(moment, s, sheet, y, columns > 0 ? columns : 1, rows, ARRAY_LEN(rows));
    if (s->srtt > 0)
        write_row(moment, s, sheet, 0, y++, _("last RTT"), VARIABLE_NONE, FORM_TIME, s->srtt);
    if (s->mss > 0)
        sheet_say(sheet, 0, y++, MEANING_LABEL, "%-*s%" PRIu32, VALUE_COLUMN, _("peer mss"),
                  s->mss);
    return sheet_wrap(sheet, 0, y, MEANING_DETAIL,
                      columns > 0 ? _("Nobody can know its cwnd, ssthresh, RTO, timers, buffers.")
                                  : _("cwnd, RTO ...: unknown"));
}

static int write_rest(const struct moment *moment, const struct tcb *t,
                      const struct tcp_status *status, struct sheet *sheet, int y, int columns)
{
    if (moment->view->capture != NULL)
        return write_inferred(moment, status, sheet, y, columns);
    if (t == NULL)
        return sheet_wrap(sheet, 0, y, MEANING_PLAIN,
                          columns > 0 ? _("CLOSED: at this moment it has no TCB (RFC 9293, 3.3.2)")
                                      : _("no TCB (RFC 9293, 3.3.2)"));
    if (status->state == STATE_TCP_LISTEN)
        return write_listener(status, sheet, y);
    return write_tcb(moment, status, sheet, y, columns > 0 ? columns : 1);
}

/* The diagram beside the TCB, as large as there is room for it; else above. */
static void write_body(const struct moment *moment, const struct tcb *t,
                       const struct tcp_status *status, const struct tcp_arrow *taken,
                       struct sheet *sheet, int y)
{
    int map_left = sheet->width - MAP_WIDTH, figure_left = sheet->width - FSM_COLUMNS;

    if (figure_left >= TCB_WIDTH && sheet->height >= FSM_ROWS) {
        write_rest(moment, t, status, sheet, y, 0);
        draw_figure(sheet, figure_left, y, status->state, taken);
    } else if (figure_left >= 0 && sheet->height >= FSM_ROWS) {
        draw_figure(sheet, 0, write_rest(moment, t, status, sheet, y, 2), status->state, taken);
    } else if (map_left >= TCB_WIDTH) {
        write_rest(moment, t, status, sheet, y, 0);
        draw_map(sheet, map_left, y, status->state);
    } else {
        draw_map(sheet, 0, y, status->state);
        write_rest(moment, t, status, sheet, y + MAP_ROWS, sheet->width >= 64 ? 2 : 1);
    }
}

void pane_connection_write(const struct moment *moment, const struct pane_state *state,
                           struct sheet *sheet)
{
    char name[RUN_CONNECTION_NAME_SIZE];
    struct tcp_status status = { .state = STATE_TCP_CLOSED };
    const struct tcb *t = moment_connection(moment, &status);
    const struct tcp_arrow *taken;
    int y = 0;

    (void)state;
    moment_connection_name(moment, name, sizeof(name));
    if (name[0] == '\0') {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN, _("no connection here yet"));
        return;
    }
    sheet_text(sheet, 0, y++, MEANING_NODE, name);
    moment_inferred(moment, &status, NULL);
    taken = write_arrow(moment, sheet, &y);
    write_body(moment, t, &status, taken, sheet, y);
}
