#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

#include "layers/names.h"
#include "layers/tcp/cc.h"
#include "sim/hash.h"
#include "tools/lib/run_plot.h"

enum { ENDS = 3, EVENTS = 6000 };

static struct trace trace;
static struct run_view view;
static uint64_t luck;

static uint64_t draw(uint64_t below)
{
    luck = hash_mix(luck);
    return luck % below;
}

/* ---- A trace of connections that behave in no sensible way ---- */

static void add_value(uint32_t event, unsigned end, uint16_t variable, int64_t value)
{
    struct record record = { .event = event,
                             .kind = RECORD_VALUE,
                             .node = (uint16_t)(end % 2),
                             .subject = 1 + end / 2,
                             .what = variable,
                             .b = value };

    trace_add(&trace, &record);
}

/* End 0 changes in nearly every event, the others now and then. */
static void add_event(uint32_t event, uint32_t *next)
{
    static const uint16_t others[] = { VARIABLE_TCP_CWND, VARIABLE_TCP_SSTHRESH, VARIABLE_TCP_SRTT,
                                       VARIABLE_TCP_RTO, VARIABLE_TCP_RCV_NXT };
    unsigned end = draw(10) < 8 ? 0 : (unsigned)draw(ENDS);

    for (unsigned i = 0; i < draw(4); i++)
        add_value(event, end, others[draw(ARRAY_LEN(others))],
                  (int64_t)draw(draw(50) == 0 ? UINT64_MAX / 2 : CC_WINDOW_MAX + 1));
    if (draw(3) != 0)
        next[end] += (uint32_t)(draw(100) == 0 ? draw(UINT32_MAX) : 1000);
    if (draw(2) == 0)
        add_value(event, end, VARIABLE_TCP_SND_NXT, next[end]);
    if (draw(2) == 0)
        add_value(event, end, VARIABLE_TCP_SND_UNA, (uint32_t)(next[end] - draw(3) * 1000));
}

static void begin(uint64_t seed)
{
    uint32_t next[ENDS] = { UINT32_MAX - 5000, 1, 77 };
    vtime at = 0;

    luck = seed;
    ASSERT(trace_open(&trace));
    trace_fold_behind(&trace, 0);
    add_value(0, 0, VARIABLE_TCP_CWND, 4380); /* by set-up */
    for (uint32_t event = 1; event <= EVENTS; event++) {
        at += (vtime)draw(draw(20) == 0 ? 50 * MS : MS);
        trace_begin_event(&trace, at, 0);
        add_event(event, next);
    }
    memset(&view, 0, sizeof(view));
    view.trace = &trace;
}

/* ---- The same curves, read record by record ---- */

static enum curve_variable variable_of(const struct record *record)
{
    switch (record->what) {
    case VARIABLE_TCP_SND_UNA: return CURVE_SND_UNA;
    case VARIABLE_TCP_SND_NXT: return CURVE_SND_NXT;
    case VARIABLE_TCP_CWND: return CURVE_CWND;
    case VARIABLE_TCP_SSTHRESH: return record->b < CC_WINDOW_MAX ? CURVE_SSTHRESH : CURVE_VARIABLES;
    case VARIABLE_TCP_SRTT: return CURVE_SRTT;
    case VARIABLE_TCP_RTO: return CURVE_RTO;
    default: return CURVE_VARIABLES;
    }
}

/* What CURVE of end END is in bucket I of PLOT, from FIRST to LAST + 1 ns. */
static struct plot_bucket look_up(unsigned end, enum plot_curve curve, vtime first, vtime last)
{
    struct curve_heights heights = { .known = 0 };
    struct plot_bucket bucket = { .known = false };

    for (uint32_t i = 0; i < trace.records.count; i++) {
        struct record record = trace_read(&trace, i);
        vtime at = trace_time(&trace, &record);
        enum curve_variable variable = variable_of(&record);
        unsigned set;

        if (record.node != end % 2 || record.subject != 1 + end / 2 || variable == CURVE_VARIABLES)
            continue;
        if (at > last)
            break;
        set = curve_heights_set(&heights, variable, record.b) >> curve & 1;
        if ((heights.known >> curve & 1) == 0)
            continue;
        if (at < first || !bucket.known)
            bucket.low = bucket.high = heights.at[curve];
        if (set != 0 && heights.at[curve] < bucket.low)
            bucket.low = heights.at[curve];
        if (set != 0 && heights.at[curve] > bucket.high)
            bucket.high = heights.at[curve];
        bucket.last = heights.at[curve];
        bucket.known = true;
    }
    return bucket;
}

static bool same(const struct plot_bucket *a, const struct plot_bucket *b)
{
    return a->known == b->known &&
           (!a->known || (a->low == b->low && a->high == b->high && a->last == b->last));
}

/* When bucket I of PLOT begins; of the finest plot some edges are left out. */
static vtime begin_of(const struct run_plot *plot, int i)
{
    return plot->from + (plot->to - plot->from) * (i * PLOT_BUCKETS / plot->count) / PLOT_BUCKETS;
}

/* Bucket I of PLOT, which is of END. */
static bool bucket_is_right(const struct run_plot *plot, unsigned end, int i)
{
    vtime first = begin_of(plot, i);
    vtime last = i == plot->count - 1 ? plot->to : begin_of(plot, i + 1) - 1;
    enum plot_curve curve = (enum plot_curve)draw(PLOT_CURVES);
    struct plot_bucket wanted = look_up(end, curve, first, last);

    return EXPECT(same(&plot->buckets[curve][i], &wanted));
}

/* Some buckets of the plot of END between FROM and TO, against the trace. */
static bool plot_is_right(unsigned end, vtime from, vtime to)
{
    static const int counts[] = { PLOT_BUCKETS, PLOT_BUCKETS, 1, 83, 302, 1023 };
    int count = counts[draw(ARRAY_LEN(counts))];
    struct run_plot plot;
    bool right;

    if (!EXPECT(run_plot_open(&plot, &view, (uint16_t)(end % 2), 1 + end / 2, from, to, count)))
        return false;
    right = bucket_is_right(&plot, end, count - 1);
    for (int i = 0; i < count && right; i += i < 20 ? 1 : 1 + (int)draw(80))
        right = bucket_is_right(&plot, end, i);
    run_plot_close(&plot);
    return right;
}

/* What the curves of END are when EVENT has happened, against the trace. */
static bool heights_are_right(unsigned end, uint32_t event)
{
    struct curve_heights wanted = { .known = 0 }, got;

    for (uint32_t i = 0; i < trace.records.count; i++) {
        struct record record = trace_read(&trace, i);
        enum curve_variable variable = variable_of(&record);

        if (record.event <= event && record.node == end % 2 && record.subject == 1 + end / 2 &&
            variable != CURVE_VARIABLES)
            curve_heights_set(&wanted, variable, record.b);
    }
    return EXPECT(run_plot_heights(&view, (uint16_t)(end % 2), 1 + end / 2, event, &got)) &&
           EXPECT_EQ(got.known, wanted.known) &&
           EXPECT(memcmp(got.at, wanted.at, sizeof(got.at)) == 0);
}

static vtime end_of_run(void)
{
    return trace_event(&trace, trace.events.count)->at;
}

static void test_any_part_of_any_curve_is_as_the_trace_has_it(void)
{
    static struct run_curves *curves;
    vtime end;

    begin(1);
    curves = run_curves_of(&trace);
    ASSERT(curves != NULL);
    EXPECT(run_curves_end(curves, 0, 1)->chunk_count > 10); /* else nothing is shown here */
    view.curves = curves;
    end = end_of_run();
    for (unsigned i = 0; i < ENDS; i++) {
        plot_is_right(i, 0, end);
        plot_is_right(i, 0, 2 * end);
        /* Several chunks go into one bucket. */
        plot_is_right(i, 0, 60 * end);
        plot_is_right(i, end / 3, 400 * end);
        plot_is_right(i, 0, 3000 * end);
        plot_is_right(i, end, end + 1);
        plot_is_right(i, 0, 1);
        for (unsigned n = 0; n < 6; n++) {
            vtime from = (vtime)draw((uint64_t)end), length = end >> draw(30);

            plot_is_right(i, from, from + 1 + length);
        }
    }
    run_curves_free(curves);
    trace_close(&trace);
}

static void test_heights_at_any_event_are_as_the_trace_has_them(void)
{
    static struct run_curves *curves;

    begin(3);
    curves = run_curves_of(&trace);
    ASSERT(curves != NULL);
    for (unsigned end = 0; end < ENDS; end++) {
        view.curves = curves;
        heights_are_right(end, 0);
        heights_are_right(end, EVENTS);
        for (unsigned n = 0; n < 20; n++)
            heights_are_right(end, (uint32_t)draw(EVENTS));
        view.curves = NULL; /* then they are collected for it */
        heights_are_right(end, (uint32_t)draw(EVENTS));
    }
    run_curves_free(curves);
    trace_close(&trace);
}

/* Collected while the run goes on, or when it is over, or by the plot itself. */
static void test_curves_followed_step_by_step_are_those_read_at_the_end(void)
{
    struct run_curves *curves = run_curves_new(), *whole;
    struct trace_position end;
    uint32_t all;

    begin(2);
    ASSERT(curves != NULL);
    all = trace.records.count;
    end = trace_position(&trace);
    for (uint32_t count = 0; count < all; count += (uint32_t)draw(600)) {
        trace.records.count = count; /* as it was then */
        EXPECT(run_curves_follow(curves, &trace));
    }
    trace.records.count = all;
    EXPECT(run_curves_follow(curves, &trace));
    run_curves_finish(curves);
    whole = run_curves_of(&trace);
    ASSERT(whole != NULL);
    EXPECT_EQ(run_curves_size(curves), run_curves_size(whole));
    for (unsigned i = 0; i < ENDS; i++) {
        const struct curve_end *one = run_curves_end(curves, (uint16_t)(i % 2), 1 + i / 2);
        const struct curve_end *other = run_curves_end(whole, (uint16_t)(i % 2), 1 + i / 2);

        ASSERT(one != NULL && other != NULL);
        EXPECT_EQ(one->used, other->used);
        EXPECT(memcmp(one->bytes, other->bytes, one->used) == 0);
    }
    EXPECT(trace_position(&trace).hash == end.hash);
    run_curves_free(curves);
    run_curves_free(whole);
    trace_close(&trace);
}

static void test_a_thousand_ends_are_found_again(void)
{
    struct run_curves *curves;

    ASSERT(trace_open(&trace));
    trace_begin_event(&trace, MS, 0);
    for (unsigned end = 0; end < 1000; end++)
        add_value(1, end, VARIABLE_TCP_CWND, 1000 + end);
    curves = run_curves_of(&trace);
    ASSERT(curves != NULL);
    for (unsigned end = 0; end < 1000; end++)
        EXPECT_EQ(run_curves_end(curves, (uint16_t)(end % 2), 1 + end / 2)->now.at[PLOT_CWND],
                  1000 + end);
    EXPECT(run_curves_end(curves, 0, 501) == NULL);
    EXPECT(run_curves_end(curves, 2, 1) == NULL);
    run_curves_free(curves);
    trace_close(&trace);
}

/* The bytes of a run are those of its values: 2 to 4 each. */
static void test_steady_values_take_few_bytes(void)
{
    struct run_curves *curves;

    ASSERT(trace_open(&trace));
    for (uint32_t event = 1; event <= 10000; event++) {
        trace_begin_event(&trace, event * MS, 0);
        add_value(event, 0, VARIABLE_TCP_SND_NXT, event * 1460);
    }
    curves = run_curves_of(&trace);
    ASSERT(curves != NULL);
    EXPECT(run_curves_end(curves, 0, 1)->used < 10000 * 5 / 2);
    EXPECT(run_curves_size(curves) < 10000 * 3);
    run_curves_free(curves);
    trace_close(&trace);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_any_part_of_any_curve_is_as_the_trace_has_it),
        TEST(test_heights_at_any_event_are_as_the_trace_has_them),
        TEST(test_curves_followed_step_by_step_are_those_read_at_the_end),
        TEST(test_a_thousand_ends_are_found_again),
        TEST(test_steady_values_take_few_bytes),
    };

    return run_tests("run_curves", tests, ARRAY_LEN(tests));
}
