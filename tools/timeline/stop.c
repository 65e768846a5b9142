#include "tools/timeline/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/filter.h"
#include "tools/lib/expression.h"
#include "tools/lib/text.h"

enum { BACK_CHUNK = 256 }; /* events looked at first, on the way back */

/* ---- Reading ---- */

/* What was wrong with a text, read one way. */
struct misreading {
    char why[FILTER_ERROR_BYTES];
    size_t column;
};

static bool read_expression(struct stop *stop, const struct lab *lab, struct misreading *wrong)
{
    stop->expression = lab == NULL ? NULL : malloc(sizeof(*stop->expression));
    if (stop->expression == NULL)
        return false;
    if (expression_parse(stop->text, lab, stop->expression, wrong->why, sizeof(wrong->why),
                         &wrong->column))
        return true;
    free(stop->expression);
    stop->expression = NULL;
    return false;
}

static bool read_filter(struct stop *stop, struct misreading *wrong)
{
    stop->filter =
        filter_compile(stop->text, FILTER_ETHERNET, wrong->why, sizeof(wrong->why), &wrong->column);
    return stop->filter != NULL;
}

/* Of two errors the one further to the right is told: up to there, it was
 * what the writer meant. A name with a point in it is no filter's. */
static bool reads(struct stop *stop, const struct lab *lab, char *why, size_t size, size_t *column)
{
    struct misreading condition = { .column = 0 }, filter = { .column = 0 };
    const struct misreading *worse = &filter;

    if (read_expression(stop, lab, &condition) || read_filter(stop, &filter))
        return true;
    *column = 0;
    if (condition.why[0] != '\0' && condition.column == 0 && filter.column == 0) {
        snprintf(why, size, "%s",
                 _("neither a filter (tcp port 80) nor a condition (a.tcp.cwnd > 4000)"));
        return false;
    }
    if (condition.why[0] != '\0' && condition.column >= filter.column)
        worse = &condition;
    snprintf(why, size, "%s", worse->why);
    *column = worse->column;
    return false;
}

static void stop_free(struct stop *stop)
{
    filter_free(stop->filter);
    free(stop->expression);
    free(stop);
}

bool stop_add(struct stop_list *list, const struct session *session, const char *text, char *why,
              size_t size, size_t *column)
{
    struct stop *stop;

    *column = 0;
    snprintf(why, size, _("%d breakpoints are the most"), STOPS_MAX);
    if (list->count == STOPS_MAX || (stop = calloc(1, sizeof(*stop))) == NULL)
        return false;
    snprintf(stop->text, sizeof(stop->text), "%s", text);
    if (!reads(stop, session_run(session, SESSION_ORIGINAL)->lab, why, size, column)) {
        stop_free(stop);
        return false;
    }
    list->at[list->count++] = stop;
    return true;
}

void stop_remove(struct stop_list *list, size_t index)
{
    if (index >= list->count)
        return;
    stop_free(list->at[index]);
    list->count--;
    memmove(list->at + index, list->at + index + 1, (list->count - index) * sizeof(list->at[0]));
}

void stop_clear(struct stop_list *list)
{
    while (list->count > 0)
        stop_remove(list, list->count - 1);
}

/* ---- Filters: the frames are all there, whatever the world is at ---- */

static bool find_frame(const struct stop *stop, const struct trace *trace, uint32_t record,
                       bool back, struct stop_hit *hit)
{
    uint32_t number = trace_frames_before(trace, record + 1); /* of MOMENT_BEFORE: none */

    if (back && number > 0 && trace_frame(trace, number)->record == record)
        number--;
    for (number += !back; number > 0 && number <= trace->frames.count;
         number = back ? number - 1 : number + 1) {
        const struct trace_frame *frame = trace_frame(trace, number);

        if (!filter_matches(stop->filter, trace_frame_bytes(trace, number),
                            run_frame_length(trace, number)))
            continue;
        *hit = (struct stop_hit){ frame->event, frame->record, stop };
        return true;
    }
    return false;
}

/* ---- Conditions: the world is walked ---- */

struct stroll {
    struct session *session;
    enum session_side side;
    const struct run_view *view;
    struct expression expression;
};

static bool holds_at(struct stroll *stroll, uint32_t event)
{
    int64_t value;

    session_go(stroll->session, stroll->side, event);
    return expression_evaluate(&stroll->expression, stroll->view->world, stroll->view->trace,
                               &value) &&
           value != 0;
}

/* The first event after FROM, or if LAST the last one, up to TO that makes it
 * true; 0: none. */
static uint32_t becomes_true(struct stroll *stroll, const struct stop *stop, uint32_t from,
                             uint32_t to, bool last)
{
    uint32_t found = 0;
    bool was;

    stroll->expression = *stop->expression; /* it counts from the beginning */
    was = holds_at(stroll, from);
    for (uint32_t event = from + 1; event <= to; event++) {
        bool is = holds_at(stroll, event);

        if (is && !was) {
            found = event;
            if (!last)
                return found;
        }
        was = is;
    }
    return found;
}

static uint32_t became_true(struct stroll *stroll, const struct stop *stop, uint32_t before)
{
    uint32_t to = before > 0 ? before - 1 : 0, chunk = BACK_CHUNK;

    while (to > 0) {
        uint32_t from = to > chunk ? to - chunk : 0;
        uint32_t found = becomes_true(stroll, stop, from, to, true);

        if (found > 0)
            return found;
        to = from;
        chunk *= 2;
    }
    return 0;
}

/* What shows best that EVENT made a condition true: a state, a value; else its
 * first record, or the last before it. */
static uint32_t telling_record(const struct trace *trace, uint32_t event)
{
    uint32_t first = trace_event_begin(trace, event), end = trace_event_end(trace, event);

    for (uint32_t i = first; i < end; i++) {
        uint8_t kind = trace_read(trace, i).kind;

        if (kind == RECORD_STATE || kind == RECORD_VALUE)
            return i;
    }
    if (first < end)
        return first;
    return first > 0 ? first - 1 : MOMENT_BEFORE;
}

static bool find_event(const struct stop *stop, struct stroll *stroll, uint32_t event, bool back,
                       struct stop_hit *hit)
{
    const struct trace *trace = stroll->view->trace;
    uint32_t found = back ? became_true(stroll, stop, event)
                          : becomes_true(stroll, stop, event, trace->events.count, false);

    if (found == 0)
        return false;
    *hit = (struct stop_hit){ found, telling_record(trace, found), stop };
    return true;
}

/* ---- Both ---- */

/* A is nearer to where the search began than B. */
static bool is_nearer(const struct stop_hit *a, const struct stop_hit *b, bool back)
{
    if (a->event != b->event)
        return back ? a->event > b->event : a->event < b->event;
    return back ? a->record > b->record : a->record < b->record;
}

bool stop_find(const struct stop_list *list, struct session *session, enum session_side side,
               uint32_t event, uint32_t record, bool back, struct stop_hit *hit)
{
    struct stroll stroll = { session, side, session_run(session, side)->view, { .count = 0 } };
    bool found = false;

    for (size_t i = 0; i < list->count; i++) {
        const struct stop *stop = list->at[i];
        struct stop_hit one;

        if (stop->filter != NULL ? !find_frame(stop, stroll.view->trace, record, back, &one)
                                 : !find_event(stop, &stroll, event, back, &one))
            continue;
        if (!found || is_nearer(&one, hit, back))
            *hit = one;
        found = true;
    }
    return found;
}
