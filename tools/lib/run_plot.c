#include "tools/lib/run_plot.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

/* The buckets while they are filled. */
struct filler {
    struct run_plot *plot;
    const struct trace *trace;
    const struct curve_end *end;
    int bucket;  /* the one being filled; -1: before the first */
    vtime until; /* the next one begins then */
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

/* ---- Filling ---- */

/* When bucket I begins. */
static vtime begin_of(const struct run_plot *plot, int i)
{
    vtime length = plot->to - plot->from;

    return plot->from + length / PLOT_BUCKETS * i + length % PLOT_BUCKETS * i / PLOT_BUCKETS;
}

/* Into the bucket in hand, of each curve in SET. */
static void put_heights(struct filler *f, const struct curve_heights *heights, unsigned set)
{
    for (int curve = 0; set != 0 && f->bucket >= 0; curve++, set >>= 1)
        if (set & 1)
            put(&f->plot->buckets[curve][f->bucket], heights->at[curve]);
}

/* On to the bucket of time AT. A curve goes on at its height: each bucket
 * begins with what HEIGHTS were before. */
static void enter(struct filler *f, vtime at, const struct curve_heights *heights)
{
    while (at >= f->until) {
        f->bucket++;
        f->until = f->bucket + 1 < PLOT_BUCKETS ? begin_of(f->plot, f->bucket + 1) : VTIME_NEVER;
        put_heights(f, heights, heights->known);
    }
}

static vtime time_of(const struct filler *f, uint32_t event)
{
    return event == 0 ? 0 : trace_event(f->trace, event)->at;
}

/* When chunk I has its first value; VTIME_NEVER: it has none. */
static vtime chunk_begins(const struct filler *f, size_t i)
{
    if (i < f->end->chunk_count)
        return time_of(f, f->end->chunks[i].event);
    return f->end->open > 0 ? time_of(f, f->end->begun) : VTIME_NEVER;
}

/* The last chunk that begins before FROM, or the first of all. */
static size_t find_chunk(const struct filler *f, vtime from)
{
    size_t low = 0, high = f->end->chunk_count;

    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;

        if (chunk_begins(f, middle) < from)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* All of CHUNK lies in one bucket. */
static void put_chunk(struct filler *f, const struct curve_chunk *chunk)
{
    for (int curve = 0; curve < PLOT_CURVES && f->bucket >= 0; curve++) {
        struct plot_bucket *bucket = &f->plot->buckets[curve][f->bucket];

        if ((chunk->set >> curve & 1) == 0)
            continue;
        put(bucket, chunk->low[curve]);
        put(bucket, chunk->high[curve]);
        bucket->last = chunk->after.at[curve];
    }
}

/* Value by value. False: time is over. */
static bool put_values(struct filler *f, struct curve_reader *reader)
{
    uint32_t event = 0;

    while (curve_reader_next(reader)) {
        if (reader->event != event) {
            vtime at = time_of(f, reader->event);

            if (at > f->plot->to)
                return false;
            enter(f, at, &reader->heights);
            event = reader->event;
        }
        put_heights(f, &reader->heights, curve_reader_take(reader));
    }
    return true;
}

/* All that the curves were in front of chunk I. */
static const struct curve_heights *heights_before(const struct filler *f, size_t i)
{
    static const struct curve_heights nothing;

    return i > 0 ? &f->end->chunks[i - 1].after : &nothing;
}

static void fill(struct filler *f)
{
    const struct curve_heights *heights = NULL;
    struct curve_reader reader;
    bool more = true;

    for (size_t i = find_chunk(f, f->plot->from); i <= f->end->chunk_count && more; i++) {
        vtime begins = chunk_begins(f, i), next;

        heights = heights_before(f, i);
        if (begins > f->plot->to)
            break;
        enter(f, begins, heights);
        next = i < f->end->chunk_count ? chunk_begins(f, i + 1) : VTIME_NEVER;
        if (next < f->until && next <= f->plot->to) {
            put_chunk(f, &f->end->chunks[i]);
            heights = &f->end->chunks[i].after;
        } else {
            curve_reader_open(&reader, f->end, i);
            more = put_values(f, &reader);
            heights = &reader.heights;
        }
    }
    enter(f, begin_of(f->plot, PLOT_BUCKETS - 1), heights);
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

static void draw_curves(struct run_plot *plot, const struct trace *trace,
                        const struct curve_end *end)
{
    struct filler f = { plot, trace, end, -1, plot->from };

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
                   uint32_t subject, vtime from, vtime to)
{
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
