/*
 * The arithmetic of RFC 6298 2 and 5.
 */
#include "layers/tcp/tcp_rtt.h"

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* Low limits, to see the bare arithmetic; and those of the RFC. */
static const struct tcp_rtt_limits bare = { 1 * SECONDS, 1, HOURS, MS, 0 };
static const struct tcp_rtt_limits usual = { 1 * SECONDS, 1 * SECONDS, 60 * SECONDS, MS, 0 };

static struct tcp_rtt rtt;

static void begin_measured(struct tcp_rtt_limits limits, vtime r)
{
    tcp_rtt_begin(&rtt, limits);
    tcp_rtt_sample(&rtt, limits, r);
}

static void test_before_a_first_sample_the_rto_is_the_initial_one(void)
{
    tcp_rtt_begin(&rtt, usual); /* (2.1) */
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 1 * SECONDS);
    EXPECT_EQ(rtt.srtt, 0);
}

static void test_first_sample_sets_srtt_and_half_of_it_as_rttvar(void)
{
    begin_measured(bare, 100 * MS); /* (2.2) */
    EXPECT_EQ(rtt.srtt, 100 * MS);
    EXPECT_EQ(rtt.rttvar, 50 * MS);
    EXPECT_EQ(rtt.rto, 300 * MS);
}

static void test_later_samples_take_an_eighth_and_a_quarter(void)
{
    begin_measured(bare, 100 * MS);
    tcp_rtt_sample(&rtt, bare, 140 * MS); /* (2.3): RTTVAR by the SRTT before */
    EXPECT_EQ(rtt.rttvar, 47500 * US);
    EXPECT_EQ(rtt.srtt, 105 * MS);
    EXPECT_EQ(rtt.rto, 295 * MS);
    tcp_rtt_sample(&rtt, bare, 65 * MS); /* a smaller one varies as much */
    EXPECT_EQ(rtt.rttvar, 45625 * US);
    EXPECT_EQ(rtt.srtt, 100 * MS);
}

static void test_rtt_that_never_varies_leaves_the_clock_granularity(void)
{
    begin_measured(bare, 100 * MS);
    for (unsigned i = 0; i < 200; i++)
        tcp_rtt_sample(&rtt, bare, 100 * MS);
    EXPECT_EQ(rtt.rto, 100 * MS + TCP_CLOCK_GRANULARITY);
}

static void test_rto_keeps_within_its_limits(void)
{
    begin_measured(usual, 10 * MS); /* (2.4) */
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 1 * SECONDS);
    begin_measured(usual, 50 * SECONDS); /* (2.5) */
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 60 * SECONDS);
}

static void test_each_back_off_doubles_up_to_the_limit(void)
{
    static const int seconds[] = { 2, 4, 8, 16, 32, 60, 60 };

    begin_measured(usual, 10 * MS);
    for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
        tcp_rtt_back_off(&rtt); /* (5.5) */
        EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), seconds[i] * SECONDS);
    }
    for (unsigned i = 0; i < 1000; i++)
        tcp_rtt_back_off(&rtt);
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 60 * SECONDS);
}

static void test_back_off_stays_until_a_sample_ends_it(void)
{
    begin_measured(usual, 10 * MS);
    tcp_rtt_back_off(&rtt);
    tcp_rtt_back_off(&rtt);
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 4 * SECONDS);
    tcp_rtt_sample(&rtt, usual, 10 * MS);
    EXPECT_EQ(tcp_rtt_timeout(&rtt, usual), 1 * SECONDS);
}

static void test_latest_and_smallest_samples_are_known(void)
{
    begin_measured(bare, 30 * MS);
    tcp_rtt_sample(&rtt, bare, 20 * MS);
    tcp_rtt_sample(&rtt, bare, 25 * MS);
    EXPECT_EQ(rtt.latest, 25 * MS);
    EXPECT_EQ(rtt.min, 20 * MS);
}

static void test_sample_of_zero_still_counts_as_a_measurement(void)
{
    begin_measured(bare, 0);
    EXPECT(rtt.srtt > 0);
    EXPECT(tcp_rtt_timeout(&rtt, bare) >= TCP_CLOCK_GRANULARITY);
}

/* The formulas once more, in floating point: the integers may lose a
 * nanosecond a step, which the eighths and quarters forget. */
static void test_random_samples_agree_with_the_formulas(void)
{
    double srtt = 0, rttvar = 0;

    tcp_rtt_begin(&rtt, bare);
    for (unsigned i = 0; i < 10000; i++) {
        vtime r = (vtime)(hash_mix(i) % (500 * MS));
        double off = srtt > (double)r ? srtt - (double)r : (double)r - srtt;

        rttvar = i == 0 ? (double)r / 2 : 0.75 * rttvar + 0.25 * off;
        srtt = i == 0 ? (double)r : 0.875 * srtt + 0.125 * (double)r;
        tcp_rtt_sample(&rtt, bare, r);
        if (!EXPECT((double)rtt.srtt > srtt - 20 && (double)rtt.srtt < srtt + 20) ||
            !EXPECT((double)rtt.rttvar > rttvar - 20 && (double)rtt.rttvar < rttvar + 20))
            return;
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_before_a_first_sample_the_rto_is_the_initial_one),
        TEST(test_first_sample_sets_srtt_and_half_of_it_as_rttvar),
        TEST(test_later_samples_take_an_eighth_and_a_quarter),
        TEST(test_rtt_that_never_varies_leaves_the_clock_granularity),
        TEST(test_rto_keeps_within_its_limits),
        TEST(test_each_back_off_doubles_up_to_the_limit),
        TEST(test_back_off_stays_until_a_sample_ends_it),
        TEST(test_latest_and_smallest_samples_are_known),
        TEST(test_sample_of_zero_still_counts_as_a_measurement),
        TEST(test_random_samples_agree_with_the_formulas),
    };

    return run_tests("tcp-rtt", tests, ARRAY_LEN(tests));
}
