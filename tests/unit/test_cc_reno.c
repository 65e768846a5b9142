/*
 * none, Tahoe, Reno and NewReno: exact windows, as RFC 5681 and RFC 6582
 * compute them.
 */
#include "tests/unit/fixture_cc.h"

static const struct cc_ops *const windowed[] = { &cc_tahoe, &cc_reno, &cc_newreno, &cc_cubic };
static const struct cc_ops *const renos[] = { &cc_tahoe, &cc_reno, &cc_newreno };

/* ---- Growing ---- */

static void test_slow_start_doubles_each_round_trip(void)
{
    for (size_t i = 0; i < ARRAY_LEN(windowed); i++) {
        struct sender s = sender_new(windowed[i], 1);

        for (uint32_t want = 2; want <= 1024; want *= 2) {
            sender_round(&s);
            EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, want * MSS);
        }
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.ssthresh, CC_WINDOW_MAX);
    }
}

/* Equation (2): min(N, SMSS). */
static void test_slow_start_counts_bytes_not_acks(void)
{
    static const struct {
        const char *label;
        uint32_t bytes, want;
    } rows[] = {
        { "a piece of a segment", 1, 10 * MSS + 1 },
        { "half a segment", MSS / 2, 10 * MSS + MSS / 2 },
        { "a segment", MSS, 11 * MSS },
        { "a delayed ACK for two", 2 * MSS, 11 * MSS },
        { "a stretched ACK", 10 * MSS, 11 * MSS },
    };

    for (size_t a = 0; a < ARRAY_LEN(windowed); a++)
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            struct sender s = sender_new(windowed[a], 10);

            sender_ack(&s, rows[i].bytes);
            EXPECT_EQ_ROW(rows[i].label, s.cc.cwnd, rows[i].want);
        }
}

static void test_slow_start_ends_at_ssthresh(void)
{
    for (size_t i = 0; i < ARRAY_LEN(renos); i++) {
        static const uint32_t want[] = { 2000, 4000, 8000, 9000, 10000 };
        struct sender s = sender_new(renos[i], 1);

        s.cc.ssthresh = 8 * MSS;
        for (size_t round = 0; round < ARRAY_LEN(want); round++) {
            sender_round(&s);
            EXPECT_EQ_ROW(renos[i]->name, s.cc.cwnd, want[round]);
        }
    }
}

static void test_avoidance_adds_one_segment_each_round_trip(void)
{
    for (size_t i = 0; i < ARRAY_LEN(renos); i++) {
        struct sender s = sender_in_avoidance(renos[i], 10);

        for (uint32_t want = 11; want <= 50; want++) {
            sender_round(&s);
            EXPECT_EQ_ROW(renos[i]->name, s.cc.cwnd, want * MSS);
        }
    }
}

/* Delayed ACKs are half as many, divided ones ten times: the window is the same. */
static void test_avoidance_counts_bytes_not_acks(void)
{
    static const uint32_t sizes[] = { 2 * MSS, MSS, MSS / 10, 10 * MSS };

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct sender s = sender_in_avoidance(&cc_reno, 10);

        for (uint32_t acked = sizes[i]; acked < 10 * MSS; acked += sizes[i])
            sender_ack(&s, sizes[i]);
        EXPECT_EQ(s.cc.cwnd, 10 * MSS); /* not before the whole window is */
        sender_ack(&s, sizes[i]);
        EXPECT_EQ(s.cc.cwnd, 11 * MSS);
    }
}

static void test_one_ack_counts_for_one_window_at_most(void)
{
    struct sender s = sender_in_avoidance(&cc_reno, 10);

    sender_ack(&s, 1000 * MSS);
    EXPECT_EQ(s.cc.cwnd, 11 * MSS);
    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, 11 * MSS);
}

static void test_window_that_is_not_full_does_not_grow(void)
{
    for (size_t i = 0; i < ARRAY_LEN(windowed); i++) {
        struct sender slow = sender_new(windowed[i], 10);
        struct sender avoiding = sender_in_avoidance(windowed[i], 10);

        for (unsigned acks = 0; acks < 100; acks++) {
            sender_ack_as(&slow, MSS, 2 * MSS, false);
            sender_ack_as(&avoiding, MSS, 2 * MSS, false);
        }
        EXPECT_EQ_ROW(windowed[i]->name, slow.cc.cwnd, 10 * MSS);
        EXPECT_EQ_ROW(windowed[i]->name, avoiding.cc.cwnd, 10 * MSS);
    }
}

/* ---- Losses ---- */

struct loss {
    const char *label;
    const struct cc_ops *ops;
    uint32_t flight;
    uint32_t ssthresh, cwnd; /* then */
    uint32_t left;           /* in flight when recovery is over */
    uint32_t after;          /* cwnd then */
};

static void test_third_duplicate_ack_shrinks_the_window(void)
{
    static const struct loss rows[] = {
        { "tahoe", &cc_tahoe, 20000, 10000, 1000, 10000, 1000 },
        { "tahoe, little in flight", &cc_tahoe, 3000, 2000, 1000, 2000, 1000 },
        { "reno", &cc_reno, 20000, 10000, 10000, 10000, 10000 },
        { "reno, an odd flight", &cc_reno, 15001, 7500, 7500, 7000, 7500 },
        { "reno, little in flight", &cc_reno, 3000, 2000, 2000, 0, 2000 },
        { "reno, little left", &cc_reno, 20000, 10000, 10000, 3000, 10000 },
        { "newreno", &cc_newreno, 20000, 10000, 10000, 10000, 10000 },
        { "newreno, a segment less left", &cc_newreno, 20000, 10000, 10000, 9000, 10000 },
        { "newreno, little left", &cc_newreno, 20000, 10000, 10000, 3000, 4000 },
        { "newreno, nothing left", &cc_newreno, 20000, 10000, 10000, 0, 2000 },
        { "newreno, little in flight", &cc_newreno, 3000, 2000, 2000, 0, 2000 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sender s = sender_in_avoidance(rows[i].ops, 20);

        sender_lose(&s, rows[i].flight);
        EXPECT_EQ_ROW(rows[i].label, s.cc.ssthresh, rows[i].ssthresh);
        EXPECT_EQ_ROW(rows[i].label, s.cc.cwnd, rows[i].cwnd);
        sender_recover(&s, rows[i].left);
        EXPECT_EQ_ROW(rows[i].label, s.cc.ssthresh, rows[i].ssthresh);
        EXPECT_EQ_ROW(rows[i].label, s.cc.cwnd, rows[i].after);
    }
}

/* What loss recovery has inflated cwnd by is gone when recovery is. */
static void test_inflated_window_is_deflated(void)
{
    static const struct cc_ops *const ops[] = { &cc_reno, &cc_newreno, &cc_cubic };

    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        struct sender s = sender_in_avoidance(ops[i], 20);

        sender_lose(&s, 20 * MSS);
        s.cc.cwnd += 19 * MSS;
        sender_recover(&s, s.cc.ssthresh);
        EXPECT_EQ_ROW(ops[i]->name, s.cc.cwnd, s.cc.ssthresh);
    }
}

/* After the same loss: Tahoe climbs from one segment, Reno goes on from half. */
static void test_window_after_a_loss_tahoe_and_reno(void)
{
    static const uint32_t tahoe_want[] = { 2000, 4000, 8000, 9000, 10000, 11000 };
    static const uint32_t reno_want[] = { 9000, 10000, 11000, 12000, 13000, 14000 };
    struct sender tahoe = sender_in_avoidance(&cc_tahoe, 16);
    struct sender reno = sender_in_avoidance(&cc_reno, 16);

    sender_lose(&tahoe, 16 * MSS);
    sender_lose(&reno, 16 * MSS);
    sender_recover(&reno, 8 * MSS);
    for (size_t round = 0; round < ARRAY_LEN(tahoe_want); round++) {
        sender_round(&tahoe);
        sender_round(&reno);
        EXPECT_EQ(tahoe.cc.cwnd, tahoe_want[round]);
        EXPECT_EQ(reno.cc.cwnd, reno_want[round]);
    }
}

static void test_only_tahoe_does_without_fast_recovery(void)
{
    EXPECT(!cc_tahoe.fast_recovery);
    EXPECT(cc_none.fast_recovery && cc_reno.fast_recovery && cc_newreno.fast_recovery &&
           cc_cubic.fast_recovery);
}

/* Tahoe in fast recovery, if a lab will have it so: slow start goes on. */
static void test_tahoe_stays_in_slow_start_when_recovery_ends(void)
{
    struct sender s = sender_in_avoidance(&cc_tahoe, 20);

    sender_lose(&s, 20 * MSS);
    s.cc.cwnd += 30 * MSS;
    sender_recover(&s, 20 * MSS);
    EXPECT_EQ(s.cc.cwnd, 10 * MSS);
}

static void test_counted_bytes_are_void_after_a_loss(void)
{
    struct sender s = sender_in_avoidance(&cc_reno, 20);

    for (unsigned i = 0; i < 19; i++)
        sender_ack(&s, MSS);
    sender_lose(&s, 20 * MSS);
    sender_recover(&s, 10 * MSS);
    for (unsigned i = 0; i < 9; i++)
        sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, 10 * MSS);
    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, 11 * MSS);
}

/* ---- Timeouts, marks, idle times, smaller segments ---- */

static void test_timeout_starts_again_from_one_segment(void)
{
    for (size_t i = 0; i < ARRAY_LEN(renos); i++) {
        static const uint32_t want[] = { 2000, 4000, 8000, 9000 };
        struct sender s = sender_in_avoidance(renos[i], 20);

        sender_time_out(&s, 16 * MSS, false);
        EXPECT_EQ_ROW(renos[i]->name, s.cc.cwnd, MSS);
        EXPECT_EQ_ROW(renos[i]->name, s.cc.ssthresh, 8 * MSS);
        for (size_t round = 0; round < ARRAY_LEN(want); round++) {
            sender_round(&s);
            EXPECT_EQ_ROW(renos[i]->name, s.cc.cwnd, want[round]);
        }
    }
}

static void test_second_timeout_leaves_ssthresh_alone(void)
{
    for (size_t i = 0; i < ARRAY_LEN(windowed); i++) {
        struct sender s = sender_in_avoidance(windowed[i], 20);
        uint32_t ssthresh;

        sender_time_out(&s, 20 * MSS, false);
        ssthresh = s.cc.ssthresh;
        sender_time_out(&s, MSS, true);
        sender_time_out(&s, MSS, true);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, MSS);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.ssthresh, ssthresh);
    }
}

static void test_mark_halves_down_to_one_segment(void)
{
    static const struct {
        const char *label;
        uint32_t cwnd, flight, want_cwnd, want_ssthresh;
    } rows[] = {
        { "a full window", 20000, 20000, 10000, 10000 },
        { "four segments", 4000, 4000, 2000, 2000 },
        { "two segments", 2000, 2000, 1000, 2000 },
        { "one segment", 1000, 1000, 1000, 2000 },
        { "more in flight than allowed", 3000, 20000, 3000, 10000 },
    };

    for (size_t a = 0; a < ARRAY_LEN(renos); a++)
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            struct sender s = sender_in_avoidance(renos[a], 1);

            s.cc.cwnd = rows[i].cwnd;
            sender_mark(&s, rows[i].flight);
            EXPECT_EQ_ROW(rows[i].label, s.cc.cwnd, rows[i].want_cwnd);
            EXPECT_EQ_ROW(rows[i].label, s.cc.ssthresh, rows[i].want_ssthresh);
        }
}

static void test_idle_connection_restarts_from_the_initial_window(void)
{
    for (size_t i = 0; i < ARRAY_LEN(windowed); i++) {
        struct sender s = sender_new(windowed[i], 10);

        s.cc.cwnd = 64 * MSS;
        s.cc.ssthresh = 32 * MSS;
        s.cc.ops->idle(&s.cc);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, 10 * MSS);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.ssthresh, 32 * MSS);
        s.cc.cwnd = 3 * MSS;
        s.cc.ops->idle(&s.cc);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, 3 * MSS);
    }
}

static void test_smaller_segments_shrink_the_window_by_their_ratio(void)
{
    struct sender s = sender_new(&cc_reno, 10);

    cc_mss_changed(&s.cc, 500);
    EXPECT_EQ(s.cc.mss, 500);
    EXPECT_EQ(s.cc.cwnd, 5000);
    cc_mss_changed(&s.cc, 1000); /* bytes that were allowed stay so */
    EXPECT_EQ(s.cc.cwnd, 5000);
    cc_mss_changed(&s.cc, 9000); /* but a segment must go */
    EXPECT_EQ(s.cc.cwnd, 9000);
}

/* ---- Without congestion control, and with a broken one ---- */

static void test_none_keeps_its_window_whatever_happens(void)
{
    struct sender s = sender_new(&cc_none, 10);

    EXPECT_EQ(s.cc.cwnd, CC_WINDOW_MAX);
    sender_ack(&s, MSS);
    sender_lose(&s, 20 * MSS);
    EXPECT_EQ(s.cc.cwnd, CC_WINDOW_MAX);
    s.cc.cwnd += 20 * MSS; /* inflated */
    sender_recover(&s, 0);
    EXPECT_EQ(s.cc.cwnd, CC_WINDOW_MAX);
    sender_time_out(&s, 20 * MSS, false);
    sender_time_out(&s, 20 * MSS, true);
    sender_mark(&s, 20 * MSS);
    s.cc.ops->idle(&s.cc);
    cc_mss_changed(&s.cc, 500);
    EXPECT_EQ(s.cc.cwnd, CC_WINDOW_MAX);
}

static void test_fault_not_halved_keeps_the_window(void)
{
    for (size_t i = 0; i < ARRAY_LEN(windowed); i++) {
        struct sender s = sender_in_avoidance(windowed[i], 20);

        s.cc.bug_not_halved = true;
        sender_lose(&s, 20 * MSS);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, 20 * MSS);
        sender_recover(&s, 0);
        sender_mark(&s, 20 * MSS);
        sender_time_out(&s, 20 * MSS, false);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.cwnd, 20 * MSS);
        EXPECT_EQ_ROW(windowed[i]->name, s.cc.ssthresh, 20 * MSS);
        sender_round(&s);
        EXPECT_ROW(windowed[i]->name, s.cc.cwnd > 20 * MSS);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_slow_start_doubles_each_round_trip),
        TEST(test_slow_start_counts_bytes_not_acks),
        TEST(test_slow_start_ends_at_ssthresh),
        TEST(test_avoidance_adds_one_segment_each_round_trip),
        TEST(test_avoidance_counts_bytes_not_acks),
        TEST(test_one_ack_counts_for_one_window_at_most),
        TEST(test_window_that_is_not_full_does_not_grow),
        TEST(test_third_duplicate_ack_shrinks_the_window),
        TEST(test_inflated_window_is_deflated),
        TEST(test_window_after_a_loss_tahoe_and_reno),
        TEST(test_only_tahoe_does_without_fast_recovery),
        TEST(test_tahoe_stays_in_slow_start_when_recovery_ends),
        TEST(test_counted_bytes_are_void_after_a_loss),
        TEST(test_timeout_starts_again_from_one_segment),
        TEST(test_second_timeout_leaves_ssthresh_alone),
        TEST(test_mark_halves_down_to_one_segment),
        TEST(test_idle_connection_restarts_from_the_initial_window),
        TEST(test_smaller_segments_shrink_the_window_by_their_ratio),
        TEST(test_none_keeps_its_window_whatever_happens),
        TEST(test_fault_not_halved_keeps_the_window),
    };

    return run_tests("cc_reno", tests, ARRAY_LEN(tests));
}
