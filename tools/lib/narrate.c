#include "tools/lib/narrate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/ladder_once.h"
#include "tools/lib/narrate_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/* ---- Lines ---- */

static void put_line(struct narrator *n, const char *format, va_list arguments)
{
    char line[NARRATE_LINE_SIZE];

    if (n->quiet)
        return;
    vsnprintf(line, sizeof(line), format, arguments);
    utf8_print_clean(n->out, line, false);
    fputc('\n', n->out);
}

void narrate_bare(struct narrator *n, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_line(n, format, arguments);
    va_end(arguments);
}

void narrate_line(struct narrator *n, const char *format, ...)
{
    char time[VTIME_TEXT_SIZE];
    va_list arguments;

    vtime_format_plain(n->now, time, sizeof(time));
    if (!n->quiet)
        fprintf(n->out, "%s: ", time);
    va_start(arguments, format);
    put_line(n, format, arguments);
    va_end(arguments);
}

/* ---- Silence ---- */

/* Who has waited for the timer that ends a silence: the first that runs out in
 * the event of RECORD. */
static bool put_waiting(const struct narrator *n, const struct record *record, char *out,
                        size_t size)
{
    const struct trace *trace = n->view->trace;
    uint32_t i = trace_event(trace, record->event)->first_record;
    char who[NARRATE_NAME_SIZE];

    for (; i < trace->records.count; i++) {
        struct record timer = trace_read(trace, i);

        if (timer.event != record->event)
            return false;
        if (timer.kind != RECORD_TIMER || timer.b != TIMER_FIRED || timer.node == NODE_NONE)
            continue;
        narrate_who(n, &timer, who, sizeof(who));
        if (timer.what == TIMER_TCP_TIME_WAIT)
            snprintf(out, size, _("; %s waits in %s"), who, state_name(STATE_TCP_TIME_WAIT));
        else
            snprintf(out, size, _("; %s waits for its %s timer"), who,
                     timer_name(timer.what)->name);
        return true;
    }
    return false;
}

static void tell_silence(struct narrator *n, const struct record *next, vtime gap)
{
    char length[VTIME_TEXT_SIZE], waiting[2 * NARRATE_NAME_SIZE] = "";

    vtime_format_length(gap, length, sizeof(length));
    if (!put_waiting(n, next, waiting, sizeof(waiting)) && n->flying > 0)
        snprintf(waiting, sizeof(waiting), _("; %" PRIu32 " frame%s on %s way"), n->flying,
                 n->flying == 1 ? _(" is") : _("s are"), n->flying == 1 ? _("its") : _("their"));
    narrate_line(n, _("Nothing happens for %s%s."), length, waiting);
}

void narrate_go_to(struct narrator *n, const struct record *record)
{
    vtime at = trace_time(n->view->trace, record);

    if (n->begun && at - n->now > n->fold)
        tell_silence(n, record, at - n->now);
    n->now = at;
    n->begun = true;
}

/* ---- Going through ---- */

/* A window that closes or opens, or what holds a sender back. */
static bool is_value(const struct record *record)
{
    if (record->kind != RECORD_VALUE)
        return false;
    return record->what == VARIABLE_TCP_LIMIT ||
           (record->what == VARIABLE_TCP_SND_WND && (record->a == 0 || record->b == 0));
}

/* An arrival is told where its event has more to tell. */
static bool has_consequence(const struct narrator *n, uint32_t index, const struct record *rx)
{
    const struct trace *trace = n->view->trace;

    for (uint32_t i = index + 1; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != rx->event)
            break;
        if (is_value(&record) ||
            (ladder_shows(n->view, &record, &n->ladder) && record.kind != RECORD_RX &&
             !ladder_is_told(n->view, i, n->options->why)))
            return true;
    }
    return false;
}

static bool was_told(const struct narrator *n, uint32_t event)
{
    return n->options->continues && event <= n->options->from;
}

static void take_arrival(struct narrator *n, uint32_t index, const struct record *rx)
{
    /* Where a part has ended in between, its sending did not tell of it. */
    if (has_consequence(n, index, rx) ||
        was_told(n, trace_frame(n->view->trace, rx->frame)->event)) {
        narrate_go_to(n, rx);
        narrate_line(n, _("Frame %" PRIu32 " reaches %s."), rx->frame,
                     run_node(n->view, rx->node)->name);
    }
    n->flying--;
}

static void take(struct narrator *n, uint32_t index)
{
    struct record record = trace_read(n->view->trace, index);

    n->quiet = was_told(n, record.event);
    if (is_value(&record)) {
        narrate_value(n, &record);
        return;
    }
    if (!ladder_shows(n->view, &record, &n->ladder) || narrate_is_told_by_sending(n, &record) ||
        ladder_is_told(n->view, index, n->options->why))
        return;
    if (record.kind == RECORD_RX) {
        take_arrival(n, index, &record);
        return;
    }
    narrate_go_to(n, &record);
    if (record.kind == RECORD_TX)
        narrate_sending(n, index, &record);
    else
        narrate_record(n, index, &record);
}

/* ---- All of it ---- */

bool narrate(const struct run_view *view, const struct narrate_options *options, FILE *out)
{
    struct run_view unnamed = *view; /* a sentence names its connection itself */
    struct narrator n = { .view = &unnamed,
                          .several = view->several_connections,
                          .options = options,
                          .ladder = { .why = options->why, .absolute = options->absolute },
                          .out = out };
    bool done = false;

    unnamed.several_connections = false;
    if (narrate_open(&n)) {
        n.quiet = options->continues;
        if (view->title != NULL && view->title[0] != '\0')
            narrate_bare(&n, "%s", view->title);
        narrate_places(&n);
        for (uint32_t i = 0; i < view->trace->records.count && !ferror(out); i++)
            take(&n, i);
        n.quiet = options->goes_on;
        narrate_end(&n);
        done = fflush(out) == 0 && !ferror(out);
    }
    narrate_close(&n);
    return done;
}
