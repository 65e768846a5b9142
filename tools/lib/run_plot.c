#include "tools/lib/run_plot.h"

#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/tcp/cc.h"
#include "tools/lib/text.h"

/* The curves while the trace is read. */
struct reader {
    struct run_plot *plot;
    int64_t value[PLOT_CURVES];
    bool known[PLOT_CURVES];
    int bucket; /* the one being filled; -1: before the first */
    uint32_t una, nxt, iss;
    bool has_una, has_iss;
};

const char *plot_curve_name(enum plot_curve curve)
{
    static const char *const names[] = {
        [PLOT_CWND] = N_("cwnd"),     [PLOT_SSTHRESH] = N_("ssthresh"),
        [PLOT_FLIGHT] = N_("flight"), [PLOT_SRTT] = N_("SRTT"),
        [PLOT_RTO] = N_("RTO"),       [PLOT_SENT] = N_("SND.NXT"),
        [PLOT_ACKED] = N_("SND.UNA"),
    };

    return _(names[curve]);
}

static void put(struct plot_bucket *bucket, int64_t value)
{
    if (!bucket->known || value < bucket->low)
        bucket->low = value;
    if (!bucket->known || value > bucket->high)
        bucket->high = value;
    bucket->last = value;
    bucket->known = true;
}

static void set(struct reader *reader, enum plot_curve curve, int64_t value)
{
    reader->value[curve] = value;
    reader->known[curve] = true;
    if (reader->bucket >= 0)
        put(&reader->plot->buckets[curve][reader->bucket], value);
}

/* A curve goes on at its height: each bucket begins with the value before. */
static void enter_bucket(struct reader *reader, int bucket)
{
    while (reader->bucket < bucket) {
        reader->bucket++;
        for (int curve = 0; curve < PLOT_CURVES; curve++)
            if (reader->known[curve])
                put(&reader->plot->buckets[curve][reader->bucket], reader->value[curve]);
    }
}

/* SND.NXT begins behind the SYN, which has the ISS. */
static void take_number(struct reader *reader, bool is_una, uint32_t number)
{
    if (!is_una && !reader->has_iss) {
        reader->iss = number - 1;
        reader->has_iss = true;
        if (!reader->has_una)
            reader->una = reader->iss;
    }
    if (is_una) {
        reader->una = number;
        reader->has_una = true;
    } else {
        reader->nxt = number;
    }
    if (!reader->has_iss)
        return;
    /* An ACK of a probe moves SND.UNA a record before SND.NXT follows. */
    if ((int32_t)(reader->nxt - reader->una) < 0)
        return;
    set(reader, PLOT_FLIGHT, reader->nxt - reader->una);
    set(reader, PLOT_SENT, reader->nxt - reader->iss);
    set(reader, PLOT_ACKED, reader->una - reader->iss);
}

static void take_value(struct reader *reader, const struct record *record)
{
    switch (record->what) {
    case VARIABLE_TCP_CWND: set(reader, PLOT_CWND, record->b); break;
    case VARIABLE_TCP_SSTHRESH:
        if (record->b < CC_WINDOW_MAX) /* else: as high as can be */
            set(reader, PLOT_SSTHRESH, record->b);
        break;
    case VARIABLE_TCP_SRTT: set(reader, PLOT_SRTT, record->b); break;
    case VARIABLE_TCP_RTO: set(reader, PLOT_RTO, record->b); break;
    case VARIABLE_TCP_SND_UNA:
    case VARIABLE_TCP_SND_NXT:
        take_number(reader, record->what == VARIABLE_TCP_SND_UNA, (uint32_t)record->b);
        break;
    default: break;
    }
}

static int bucket_at(const struct run_plot *plot, vtime at)
{
    double part = (double)(at - plot->from) / (double)(plot->to - plot->from);

    if (at < plot->from)
        return -1;
    return at >= plot->to ? PLOT_BUCKETS - 1 : (int)(part * PLOT_BUCKETS);
}

static void read_trace(struct reader *reader, const struct run_view *view, uint16_t node,
                       uint32_t subject)
{
    const struct trace *trace = view->trace;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        vtime at;

        if (record.kind != RECORD_VALUE || record.node != node || record.subject != subject)
            continue;
        at = trace_time(trace, &record);
        if (at > reader->plot->to)
            break;
        enter_bucket(reader, bucket_at(reader->plot, at));
        take_value(reader, &record);
    }
    enter_bucket(reader, PLOT_BUCKETS - 1);
}

static void find_highest(struct run_plot *plot)
{
    for (int curve = 0; curve < PLOT_CURVES; curve++)
        for (int i = 0; i < PLOT_BUCKETS; i++) {
            const struct plot_bucket *bucket = &plot->buckets[curve][i];

            if (!bucket->known)
                continue;
            plot->any = true;
            if (bucket->high > plot->highest[curve])
                plot->highest[curve] = bucket->high;
        }
}

bool run_plot_open(struct run_plot *plot, const struct run_view *view, uint16_t node,
                   uint32_t subject, vtime from, vtime to)
{
    struct reader reader = { .plot = plot, .bucket = -1 };

    ASSERT(from < to);
    memset(plot, 0, sizeof(*plot));
    plot->from = from;
    plot->to = to;
    for (int curve = 0; curve < PLOT_CURVES; curve++) {
        plot->buckets[curve] = calloc(PLOT_BUCKETS, sizeof(struct plot_bucket));
        if (plot->buckets[curve] == NULL) {
            run_plot_close(plot);
            return false;
        }
    }
    read_trace(&reader, view, node, subject);
    find_highest(plot);
    return true;
}

void run_plot_close(struct run_plot *plot)
{
    for (int curve = 0; curve < PLOT_CURVES; curve++)
        free(plot->buckets[curve]);
    memset(plot, 0, sizeof(*plot));
}

struct plot_bucket run_plot_span(const struct run_plot *plot, enum plot_curve curve, int a, int b)
{
    struct plot_bucket sum = { .known = false };

    for (int i = a; i <= b && i < PLOT_BUCKETS; i++) {
        const struct plot_bucket *bucket = &plot->buckets[curve][i];

        if (!bucket->known)
            continue;
        put(&sum, bucket->low);
        put(&sum, bucket->high);
        sum.last = bucket->last;
    }
    return sum;
}
