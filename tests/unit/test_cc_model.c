/*
 * Congestion control in a closed loop, against the response functions that the
 * RFCs print: of 1/p segments one is lost, an RTT is 0.1 s, each segment is
 * acknowledged. The window must come out on average as RFC 9438 5.1, Table 1
 * has it (RFC 8312's table is the same): Reno's 1.2/sqrt(p), and CUBIC's, which
 * leaves Reno's at small p.
 *
 * CUBIC comes to rest slowly, for its curve is flat where it does: after 3,000
 * losses it is within 1 per cent of the table's 187, after 30 within 7.
 */
#include <stdio.h>

#include "tests/unit/fixture_cc.h"

enum {
    WARM_UP = 30, /* losses before anything is measured */
    MEASURED = 100,
    TOLERANCE = 15, /* per cent */
};

/* One segment after another is acknowledged, as fast as the window lets them
 * go; the last one is lost, and repaired in no time. Returns the time taken. */
static vtime lose_one_in(struct sender *s, uint32_t segments)
{
    vtime start = s->now;

    for (uint32_t i = 1; i < segments; i++) {
        s->now += s->rtt * MSS / s->cc.cwnd;
        sender_ack(s, MSS);
    }
    sender_lose(s, s->cc.cwnd);
    sender_recover(s, s->cc.cwnd);
    return s->now - start;
}

/* Segments in flight on average: segments sent over RTTs taken. */
static double average_window(const struct cc_ops *ops, uint32_t segments, vtime rtt)
{
    struct sender s = sender_new(ops, 10);
    vtime taken = 0;

    s.rtt = rtt;
    for (unsigned i = 0; i < WARM_UP; i++)
        lose_one_in(&s, segments);
    for (unsigned i = 0; i < MEASURED; i++)
        taken += lose_one_in(&s, segments);
    return (double)segments * MEASURED / ((double)taken / (double)rtt);
}

struct row {
    const char *label;
    const struct cc_ops *ops;
    uint32_t segments; /* 1/p */
    vtime rtt;
    double want;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double got = average_window(rows[i].ops, rows[i].segments, rows[i].rtt);
        double off = (got - rows[i].want) / rows[i].want * 100;

        printf("    %s: %.1f segments, the RFC has %.0f (%+.1f %%)\n", rows[i].label, got,
               rows[i].want, off);
        EXPECT_ROW(rows[i].label, off < TOLERANCE && off > -TOLERANCE);
    }
}

static void test_reno_window_goes_with_the_root_of_loss(void)
{
    static const struct row rows[] = {
        { "reno, p = 1e-2", &cc_reno, 100, 100 * MS, 12 },
        { "reno, p = 1e-3", &cc_reno, 1000, 100 * MS, 38 },
        { "reno, p = 1e-4", &cc_reno, 10000, 100 * MS, 120 },
        { "newreno, p = 1e-2", &cc_newreno, 100, 100 * MS, 12 },
        { "newreno, p = 1e-3", &cc_newreno, 1000, 100 * MS, 38 },
        { "newreno, p = 1e-4", &cc_newreno, 10000, 100 * MS, 120 },
    };

    check_rows(rows, ARRAY_LEN(rows));
}

static void test_cubic_window_follows_the_table(void)
{
    static const struct row rows[] = {
        { "cubic, p = 1e-2", &cc_cubic, 100, 100 * MS, 12 },
        { "cubic, p = 1e-3", &cc_cubic, 1000, 100 * MS, 38 },
        { "cubic, p = 1e-4", &cc_cubic, 10000, 100 * MS, 187 },
        { "cubic, p = 1e-5", &cc_cubic, 100000, 100 * MS, 1054 },
    };

    check_rows(rows, ARRAY_LEN(rows));
}

/* Table 2: at a tenth of the RTT, CUBIC is Reno. */
static void test_cubic_with_a_short_rtt_is_friendly_to_reno(void)
{
    static const struct row rows[] = {
        { "cubic, 10 ms, p = 1e-3", &cc_cubic, 1000, 10 * MS, 38 },
        { "cubic, 10 ms, p = 1e-4", &cc_cubic, 10000, 10 * MS, 120 },
        { "cubic, 10 ms, p = 1e-5", &cc_cubic, 100000, 10 * MS, 379 },
    };

    check_rows(rows, ARRAY_LEN(rows));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_reno_window_goes_with_the_root_of_loss),
        TEST(test_cubic_window_follows_the_table),
        TEST(test_cubic_with_a_short_rtt_is_friendly_to_reno),
    };

    return run_tests("cc_model", tests, ARRAY_LEN(tests));
}
