#include "tools/lib/run_plot.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

/* The buckets while they are filled. */
struct filler {
    struct run_plot *plot;
    const struct trace *trace;
    const struct curve_end *end;
    int bucket;                           /* the one being filled; -1: before the first */
    struct plot_bucket open[PLOT_CURVES]; /* that one, of each curve */
    uint32_t until; /* the next one begins with this event; EVENT_NEVER: there is none */
    uint32_t after; /* events from here on are not shown */
};

#define EVENT_NEVER UINT32_MAX

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

/* ---- Filling ---- */

/* When bucket I begins: all plots of this time have edges out of the same row of
 * PLOT_BUCKETS. */
static vtime begin_of(const struct run_plot *plot, int i)
{
    vtime length = plot->to - plot->from;

    i = i * PLOT_BUCKETS / plot->count;
    return plot->from + length / PLOT_BUCKETS * i + length % PLOT_BUCKETS * i / PLOT_BUCKETS;
}

/* The first event that is not before TIME; 0 is set-up, at time 0. */
static uint32_t first_event(const struct trace *trace, vtime time)
{
    return time <= 0 ? 0 : trace_events_until(trace, time - 1) + 1;
}

/* Into the open bucket, of each curve in SET. */
static void put_heights(struct filler *f, const struct curve_heights *heights, unsigned set)
{
    for (int curve = 0; set != 0; curve++, set >>= 1)
        if (set & 1)
            put(&f->open[curve], heights->at[curve]);
}

static void close_bucket(const struct filler *f)
{
    for (int curve = 0; curve < PLOT_CURVES && f->bucket >= 0; curve++)
        f->plot->buckets[curve][f->bucket] = f->open[curve];
}

/* A curve goes on at its height: each bucket begins with what HEIGHTS were before. */
static void next_bucket(struct filler *f, const struct curve_heights *heights)
{
    close_bucket(f);
    memset(f->open, 0, sizeof(f->open));
    f->bucket++;
    f->until = f->bucket + 1 < f->plot->count
                   ? first_event(f->trace, begin_of(f->plot, f->bucket + 1))
                   : EVENT_NEVER;
    put_heights(f, heights, heights->known);
}

/* On to the bucket of EVENT. */
static void enter(struct filler *f, uint32_t event, const struct curve_heights *heights)
{
    while (event >= f->until)
        next_bucket(f, heights);
}

/* The event of chunk I's first value; EVENT_NEVER: it has none. */
static uint32_t chunk_begins(const struct curve_end *end, size_t i)
{
    if (i < end->chunk_count)
        return end->chunks[i].event;
    return end->open > 0 ? end->begun : EVENT_NEVER;
}

/* The last chunk that begins before EVENT, or the first of all. */
static size_t find_chunk(const struct curve_end *end, uint32_t event)
{
    size_t low = 0, high = end->chunk_count;

    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;

        if (chunk_begins(end, middle) < event)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* All of CHUNK lies in one bucket. */
static void put_chunk(struct filler *f, const struct curve_chunk *chunk)
{
    for (int curve = 0; curve < PLOT_CURVES; curve++) {
        if ((chunk->set >> curve & 1) == 0)
            continue;
        put(&f->open[curve], chunk->low[curve]);
        put(&f->open[curve], chunk->high[curve]);
        f->open[curve].last = chunk->after.at[curve];
    }
}

/* Value by value. False: time is over. */
static bool put_values(struct filler *f, struct curve_reader *reader)
{
    while (curve_reader_next(reader)) {
        if (reader->event >= f->after)
            return false;
        enter(f, reader->event, &reader->heights);
        put_heights(f, &reader->heights, curve_reader_take(reader));
    }
    return true;
}

/* All that the curves were in front of chunk I. */
static const struct curve_heights *heights_before(const struct curve_end *end, size_t i)
{
    static const struct curve_heights nothing;

    return i > 0 ? &end->chunks[i - 1].after : &nothing;
}

static void fill(struct filler *f)
{
    const struct curve_heights *heights = NULL;
    const struct curve_end *end = f->end;
    struct curve_reader reader;
    bool more = true;

    for (size_t i = find_chunk(end, f->until); i <= end->chunk_count && more; i++) {
        uint32_t begins = chunk_begins(end, i), next;

        heights = heights_before(end, i);
        if (begins >= f->after)
            break;
        enter(f, begins, heights);
        next = i < end->chunk_count ? chunk_begins(end, i + 1) : EVENT_NEVER;
        if (next < f->until && next < f->after) {
            put_chunk(f, &end->chunks[i]);
            heights = &end->chunks[i].after;
        } else {
            curve_reader_open(&reader, end, i);
            more = put_values(f, &reader);
            heights = &reader.heights;
        }
    }
    while (f->bucket + 1 < f->plot->count)
        next_bucket(f, heights);
    close_bucket(f);
}

static void find_highest(struct run_plot *plot)
{
    for (int curve = 0; curve < PLOT_CURVES; curve++)
        for (int i = 0; i < plot->count; i++) {
            const struct plot_bucket *bucket = &plot->buckets[curve][i];

            if (!bucket->known)
                continue;
            plot->any = true;
            if (bucket->high > plot->highest[curve])
                plot->highest[curve] = bucket->high;
        }
}

static void draw_curves(struct run_plot *plot, const struct trace *trace,
                        const struct curve_end *end)
{
    struct filler f = {
        .plot = plot,
        .trace = trace,
        .end = end,
        .bucket = -1,
        .until = first_event(trace, plot->from),
        .after = plot->to < 0 ? 0 : trace_events_until(trace, plot->to) + 1,
    };

    if (end != NULL)
        fill(&f);
    find_highest(plot);
}

/* Nobody has collected the curves of VIEW. */
static bool collect_and_draw(struct run_plot *plot, const struct run_view *view, uint16_t node,
                             uint32_t subject)
{
    struct run_curves *curves = run_curves_of(view->trace);
    bool good = curves != NULL;

    if (good)
        draw_curves(plot, view->trace, run_curves_end(curves, node, subject));
    else
        run_plot_close(plot);
    run_curves_free(curves);
    return good;
}

bool run_plot_open(struct run_plot *plot, const struct run_view *view, uint16_t node,
                   uint32_t subject, vtime from, vtime to, int buckets)
{
    ASSERT(from < to && buckets > 0 && buckets <= PLOT_BUCKETS);
    memset(plot, 0, sizeof(*plot));
    plot->from = from;
    plot->to = to;
    plot->count = buckets;
    for (int curve = 0; curve < PLOT_CURVES; curve++) {
        plot->buckets[curve] = calloc((size_t)buckets, sizeof(struct plot_bucket));
        if (plot->buckets[curve] == NULL) {
            run_plot_close(plot);
            return false;
        }
    }
    if (view->curves == NULL)
        return collect_and_draw(plot, view, node, subject);
    draw_curves(plot, view->trace, run_curves_end(view->curves, node, subject));
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

    for (int i = a; i <= b && i < plot->count; i++) {
        const struct plot_bucket *bucket = &plot->buckets[curve][i];

        if (!bucket->known)
            continue;
        put(&sum, bucket->low);
        put(&sum, bucket->high);
        sum.last = bucket->last;
    }
    return sum;
}

bool run_plot_heights(const struct run_view *view, uint16_t node, uint32_t subject, uint32_t event,
                      struct curve_heights *heights)
{
    struct run_curves *own = view->curves == NULL ? run_curves_of(view->trace) : NULL;
    const struct run_curves *curves = view->curves != NULL ? view->curves : own;
    const struct curve_end *end = curves != NULL ? run_curves_end(curves, node, subject) : NULL;
    struct curve_reader reader;

    memset(heights, 0, sizeof(*heights));
    if (end != NULL) {
        curve_reader_open(&reader, end, find_chunk(end, event + 1));
        *heights = reader.heights;
        while (curve_reader_next(&reader) && reader.event <= event) {
            curve_reader_take(&reader);
            *heights = reader.heights;
        }
    }
    run_curves_free(own);
    return curves != NULL;
}
