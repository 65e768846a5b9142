/*
 * What the literature says that TCP achieves, and what it does here: average
 * windows, fairness, congestion collapse. The figures are printed beside each
 * other. All in virtual time: the same on every machine. `--long` adds the
 * rows that take minutes.
 */
#include <stdio.h>
#include <string.h>

#include "layers/tcp/tcp.h"
#include "tests/support/bulk.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static bool long_rows;

static bool within(double got, double low, double high)
{
    return got >= low && got <= high;
}

/* ---- The average window under one loss in every 1/p segments ---- */

struct window_row {
    const char *label;
    enum tcp_cc_choice cc;
    bool sack;
    uint32_t every; /* 1/p */
    double want;    /* segments */
    bool is_long;
};

/* RFC 9438 5.1, Table 1 (as in RFC 8312 5.1): RTT 0.1 s, CUBIC with C = 0.4. Its
 * Reno column is 1.2/sqrt(p). */
static const struct window_row window_rows[] = {
    { "reno    1e-2", TCP_CC_RENO, true, 100, 12, false },
    { "reno    1e-3", TCP_CC_RENO, true, 1000, 38, false },
    { "reno    1e-4", TCP_CC_RENO, true, 10000, 120, false },
    { "reno    1e-5", TCP_CC_RENO, true, 100000, 379, true },
    { "newreno 1e-3, no SACK", TCP_CC_NEWRENO, false, 1000, 38, false },
    { "newreno 1e-3", TCP_CC_NEWRENO, true, 1000, 38, false },
    { "newreno 1e-4", TCP_CC_NEWRENO, true, 10000, 120, false },
    { "cubic   1e-2", TCP_CC_CUBIC, true, 100, 12, false },
    { "cubic   1e-3", TCP_CC_CUBIC, true, 1000, 38, false },
    { "cubic   1e-4", TCP_CC_CUBIC, true, 10000, 187, false },
    { "cubic   1e-5", TCP_CC_CUBIC, true, 100000, 1054, false },
    { "cubic   1e-6", TCP_CC_CUBIC, true, 1000000, 5926, true },
};

enum { MSS = 200, SEGMENTS_ENOUGH = 40000, CYCLES_ENOUGH = 3 };

/* So many losses are waited for before and while it is measured. */
static uint32_t cycles_of(const struct window_row *row)
{
    uint32_t cycles = SEGMENTS_ENOUGH / row->every;

    return cycles > CYCLES_ENOUGH ? cycles : CYCLES_ENOUGH;
}

/* No rate and no queue, so that the RTT is 0.1 s and nothing is lost but what
 * shall be; an ACK for each segment; slow start ends about where it should. */
static struct bulk_config window_config(const struct window_row *row)
{
    struct bulk_config config = bulk_defaults();

    config.rate = 0;
    config.delay = 50 * MS;
    config.drop_every = row->every;
    config.tcp.cc = row->cc;
    config.tcp.sack = row->sack;
    config.tcp.mss = MSS;
    config.tcp.rcvbuf = config.tcp.sndbuf = 8 << 20;
    config.tcp.delayed_ack = 0;
    config.tcp.initial_ssthresh = (int64_t)(row->want * MSS);
    return config;
}

/* Segments delivered in a round trip, over whole cycles from loss to loss;
 * the first cycles, which remember how it began, are left out. */
static double average_window(const struct window_row *row)
{
    struct bulk_config config = window_config(row);
    uint32_t span = cycles_of(row) * row->every;
    struct bulk bulk;
    double segments, round_trips;
    uint64_t before;
    vtime from;

    bulk_open(&bulk, &config);
    bulk_run_segments(&bulk, span);
    before = bulk_delivered(&bulk);
    from = bulk.world->now;
    bulk_run_segments(&bulk, 2 * span);
    segments = (double)(bulk_delivered(&bulk) - before) / MSS;
    round_trips = (double)(bulk.world->now - from) / (double)(2 * config.delay);
    bulk_close(&bulk);
    return segments / round_trips;
}

static void test_average_window_under_periodic_loss_is_as_published(void)
{
    puts("\n  average window, segments    published     here");
    for (size_t i = 0; i < ARRAY_LEN(window_rows); i++) {
        const struct window_row *row = &window_rows[i];
        double window;

        if (row->is_long && !long_rows)
            continue;
        window = average_window(row);
        printf("  %-26s  %9.0f  %7.1f\n", row->label, row->want, window);
        EXPECT_ROW(row->label, within(window, 0.85 * row->want, 1.15 * row->want));
    }
}

/* ---- Selective acknowledgements spare the network ---- */

/* Slow start overfills the queue, and every third segment of a window is lost:
 * each goes again once, and one at the end of each recovery asks (RFC 6675 4). */
static void test_a_window_full_of_holes_is_repaired_by_as_many_segments(void)
{
    static const enum tcp_cc_choice choices[] = { TCP_CC_NEWRENO, TCP_CC_CUBIC };

    puts("\n  queue overrun                   lost   resent");
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        struct bulk_config config = bulk_defaults();
        struct tcp_status status;
        struct bulk bulk;
        uint32_t lost;

        config.tcp.cc = choices[i];
        config.tcp.rcvbuf = config.tcp.sndbuf = 256 * 1024;
        bulk_open(&bulk, &config);
        bulk_run_until(&bulk, 20 * SECONDS);
        tcp_status(bulk.flows[0].source, &status);
        lost = link_from(bulk.a->node.ports)->queue_lost_count;
        printf("  %-26s  %8u  %7u\n", status.cc, lost, status.retransmissions);
        bulk_close(&bulk);
        EXPECT(lost > 50);
        EXPECT_EQ(status.timeouts, 0);
        EXPECT(status.retransmissions >= lost);
        EXPECT(status.retransmissions <= lost + status.fast_retransmits);
    }
}

/* ---- Fairness ---- */

/* Jain's index of the bytes that two flows of CC deliver in two minutes, half a
 * minute after the first began and 25 s after the second. */
static double jain_of_two(enum tcp_cc_choice cc, uint32_t queue)
{
    struct bulk_config config = bulk_defaults();
    double x, y, jain;
    struct bulk bulk;

    config.flows = 2;
    config.between = 5 * SECONDS;
    config.queue = queue;
    config.tcp.cc = cc;
    config.tcp.rcvbuf = config.tcp.sndbuf = 1 << 20;
    bulk_open(&bulk, &config);
    bulk_run_until(&bulk, 30 * SECONDS);
    x = -(double)bulk.flows[0].delivered;
    y = -(double)bulk.flows[1].delivered;
    bulk_run_until(&bulk, 150 * SECONDS);
    x += (double)bulk.flows[0].delivered;
    y += (double)bulk.flows[1].delivered;
    bulk_close(&bulk);
    jain = (x + y) * (x + y) / (2 * (x * x + y * y));
    printf("  %-26s  %9.2f  %7.2f  %.4f\n", "", x * 8 / 120e6, y * 8 / 120e6, jain);
    return jain;
}

static void test_two_equal_reno_flows_share_a_bottleneck_evenly(void)
{
    puts("\n  two flows of reno, 10 Mbit/s    first   second  Jain's index");
    EXPECT(jain_of_two(TCP_CC_RENO, 25) > 0.95);
    EXPECT(jain_of_two(TCP_CC_RENO, 100) > 0.95);
}

static void test_two_equal_flows_with_a_long_queue_share_evenly(void)
{
    puts("\n  two flows of newreno, cubic     first   second  Jain's index");
    EXPECT(jain_of_two(TCP_CC_NEWRENO, 100) > 0.95);
    EXPECT(jain_of_two(TCP_CC_CUBIC, 100) > 0.95);
}

/* ---- Congestion collapse ---- */

static const unsigned crowds[] = { 1, 2, 4, 8, 16, 32, 64, 128, 250 };

/* What of 1 Mbit/s arrives as new data, when so many flows, of 64 KiB windows,
 * offer what they can for two minutes. */
static double goodput_of_crowd(enum tcp_cc_choice cc, unsigned flows)
{
    struct bulk_config config = bulk_defaults();
    struct bulk bulk;
    double bits;

    config.flows = flows;
    config.between = 50 * MS;
    config.rate = 1000000;
    config.delay = 20 * MS;
    config.tcp.cc = cc;
    bulk_open(&bulk, &config);
    bulk_run_until(&bulk, 120 * SECONDS);
    bits = (double)bulk_delivered(&bulk) * 8;
    bulk_close(&bulk);
    return bits / 120e6;
}

static void test_goodput_without_congestion_control_falls_as_load_rises(void)
{
    double before = 1, goodput = 1;

    puts("\n  congestion control: none       flows  goodput of 1 Mbit/s");
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++, before = goodput) {
        goodput = goodput_of_crowd(TCP_CC_NONE, crowds[i]);
        printf("  %-26s  %8u  %7.3f\n", "", crowds[i], goodput);
        EXPECT(goodput <= before + 0.01);
    }
    EXPECT(goodput < 0.65);
}

static void test_goodput_of_newreno_stays_up_as_load_rises(void)
{
    puts("\n  congestion control: newreno    flows  goodput of 1 Mbit/s");
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++) {
        double goodput = goodput_of_crowd(TCP_CC_NEWRENO, crowds[i]);

        printf("  %-26s  %8u  %7.3f\n", "", crowds[i], goodput);
        EXPECT(goodput > 0.85);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_average_window_under_periodic_loss_is_as_published),
        TEST(test_a_window_full_of_holes_is_repaired_by_as_many_segments),
        TEST(test_two_equal_reno_flows_share_a_bottleneck_evenly),
        TEST(test_two_equal_flows_with_a_long_queue_share_evenly),
        TEST(test_goodput_without_congestion_control_falls_as_load_rises),
        TEST(test_goodput_of_newreno_stays_up_as_load_rises),
    };

    long_rows = argc > 1 && strcmp(argv[1], "--long") == 0;
    return run_tests("tcp numbers", tests, ARRAY_LEN(tests));
}
