/*
 * HyStart++ (RFC 9406): when slow start listens to delay.
 */
#include "tests/unit/fixture_cc.h"

static const struct cc_ops *const users[] = { &cc_tahoe, &cc_reno, &cc_newreno, &cc_cubic };

static struct sender listening(const struct cc_ops *ops, uint32_t segments)
{
    struct sender s = sender_new(ops, segments);

    s.cc.hystart.on = true;
    return s;
}

/* A round trip in which each segment is measured to take RTT. */
static void round_with(struct sender *s, vtime rtt)
{
    s->rtt = rtt;
    sender_round(s);
}

/* Two rounds of 100 ms, then 113 ms: 12.5 ms more make the alarm. It comes in
 * the second round from then on at the latest, for a round that has begun
 * before has seen the shorter delay. */
static struct sender in_css(const struct cc_ops *ops)
{
    struct sender s = listening(ops, 10);

    round_with(&s, 100 * MS);
    round_with(&s, 100 * MS);
    EXPECT(!s.cc.hystart.in_css);
    s.rtt = 113 * MS;
    for (unsigned i = 0; i < 100 && !s.cc.hystart.in_css; i++)
        sender_ack(&s, MSS);
    EXPECT(s.cc.hystart.in_css);
    return s;
}

static void test_steady_delay_is_slow_start(void)
{
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        struct sender s = listening(users[i], 10);

        for (uint32_t want = 20; want <= 640; want *= 2) {
            round_with(&s, 100 * MS);
            EXPECT_EQ_ROW(users[i]->name, s.cc.cwnd, want * MSS);
        }
    }
}

/* L = 8 segments, where plain slow start takes one. */
static void test_one_ack_grows_by_eight_segments_at_most(void)
{
    static const uint32_t rows[][2] = {
        { 1, 1 }, { MSS, MSS }, { 2 * MSS, 2 * MSS }, { 8 * MSS, 8 * MSS }, { 9 * MSS, 8 * MSS },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sender s = listening(&cc_reno, 10);

        sender_ack(&s, rows[i][0]);
        EXPECT_EQ(s.cc.cwnd, 10 * MSS + rows[i][1]);
    }
}

static void test_growth_ends_at_a_threshold_that_is_set(void)
{
    struct sender s = listening(&cc_reno, 10);

    s.cc.ssthresh = 13 * MSS;
    sender_ack(&s, 8 * MSS);
    EXPECT_EQ(s.cc.cwnd, 13 * MSS);
}

/* RttThresh = max(4 ms, min(lastRoundMinRTT / 8, 16 ms)). */
static void test_threshold_is_an_eighth_within_bounds(void)
{
    static const struct {
        const char *label;
        vtime last, current;
        bool alarm;
    } rows[] = {
        { "an eighth, just not", 80 * MS, 90 * MS - 1, false },
        { "an eighth", 80 * MS, 90 * MS, true },
        { "4 ms at least, just not", 8 * MS, 12 * MS - 1, false },
        { "4 ms at least", 8 * MS, 12 * MS, true },
        { "16 ms at most, just not", 400 * MS, 416 * MS - 1, false },
        { "16 ms at most", 400 * MS, 416 * MS, true },
        { "shorter than before", 100 * MS, 50 * MS, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sender s = listening(&cc_reno, 10);

        round_with(&s, rows[i].last);
        round_with(&s, rows[i].current);
        EXPECT_ROW(rows[i].label, s.cc.hystart.in_css == rows[i].alarm);
    }
}

static void test_seven_samples_are_too_few(void)
{
    struct sender s = listening(&cc_reno, 10);

    round_with(&s, 100 * MS);
    s.rtt = 200 * MS;
    for (unsigned i = 0; i < 7; i++)
        sender_ack(&s, MSS);
    EXPECT(!s.cc.hystart.in_css);
    sender_ack(&s, MSS);
    EXPECT(s.cc.hystart.in_css);
}

static void test_ack_without_a_sample_does_not_count(void)
{
    struct sender s = listening(&cc_reno, 10);

    round_with(&s, 100 * MS);
    s.rtt = 0;
    for (unsigned i = 0; i < 12; i++)
        sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.hystart.rtt_sample_count, 0);
    EXPECT(!s.cc.hystart.in_css);
}

static void test_first_round_raises_no_alarm(void)
{
    struct sender s = listening(&cc_reno, 100);

    s.rtt = 10 * MS;
    for (unsigned i = 0; i < 50; i++)
        sender_ack(&s, MSS);
    s.rtt = 500 * MS;
    for (unsigned i = 0; i < 49; i++)
        sender_ack(&s, MSS);
    EXPECT(!s.cc.hystart.in_css);
}

/* CSS_GROWTH_DIVISOR = 4. */
static void test_css_grows_a_quarter_as_fast(void)
{
    struct sender s = in_css(&cc_reno);
    uint32_t before = s.cc.cwnd;

    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, before + MSS / 4);
    sender_ack(&s, 100 * MSS);
    EXPECT_EQ(s.cc.cwnd, before + MSS / 4 + 8 * MSS / 4);
}

/* The round of the alarm is the first of the five. */
static void test_delay_that_stays_ends_slow_start(void)
{
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        struct sender s = in_css(users[i]);
        unsigned rounds = 0;
        uint32_t window;

        while (s.cc.ssthresh == CC_WINDOW_MAX && rounds < 100) {
            seq32 end = s.cc.hystart.window_end;

            window = s.cc.cwnd;
            while (s.cc.ssthresh == CC_WINDOW_MAX && s.cc.hystart.window_end == end)
                sender_ack(&s, MSS);
            rounds++;
            /* All but the first, which was over in part, grew it by a quarter. */
            EXPECT_ROW(users[i]->name, rounds == 1 || s.cc.cwnd >= window + window / 5);
        }
        EXPECT_EQ_ROW(users[i]->name, rounds, 5);
        EXPECT_EQ_ROW(users[i]->name, s.cc.ssthresh, s.cc.cwnd);
        EXPECT_ROW(users[i]->name, !cc_in_slow_start(&s.cc));
        /* Avoidance follows, and adds about a segment in a round. */
        window = s.cc.cwnd;
        sender_round(&s);
        EXPECT_ROW(users[i]->name, s.cc.cwnd <= window + 2 * MSS);
    }
}

static void test_delay_that_falls_resumes_slow_start(void)
{
    struct sender s = in_css(&cc_reno);
    uint32_t before;

    round_with(&s, 113 * MS);
    EXPECT(s.cc.hystart.in_css);
    round_with(&s, 113 * MS - 1);
    EXPECT(!s.cc.hystart.in_css);
    EXPECT_EQ(s.cc.ssthresh, CC_WINDOW_MAX);
    before = s.cc.cwnd;
    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, before + MSS);
}

/* And can be alarmed again: five new rounds. */
static void test_second_alarm_counts_from_the_start(void)
{
    struct sender s = in_css(&cc_reno);

    round_with(&s, 113 * MS);
    round_with(&s, 100 * MS);
    EXPECT(!s.cc.hystart.in_css);
    round_with(&s, 200 * MS);
    EXPECT(s.cc.hystart.in_css);
    EXPECT(s.cc.hystart.css_rounds <= 1);
}

static void test_congestion_ends_it_for_good(void)
{
    for (unsigned how = 0; how < 3; how++) {
        struct sender s = listening(&cc_reno, 10);
        uint32_t window;

        if (how == 0)
            sender_lose(&s, 10 * MSS);
        else if (how == 1)
            sender_time_out(&s, 10 * MSS, false);
        else
            sender_mark(&s, 10 * MSS);
        EXPECT(!cc_hystart_rules(&s.cc));
        s.cc.cwnd = MSS;
        window = s.cc.cwnd;
        sender_ack(&s, 8 * MSS); /* plain slow start: one segment an ACK */
        EXPECT_EQ(s.cc.cwnd, window + MSS);
    }
}

/* What is measured while the application has little to send still counts. */
static void test_window_that_is_not_full_is_measured(void)
{
    struct sender s = listening(&cc_reno, 10);

    for (unsigned i = 0; i < 9; i++)
        sender_ack_as(&s, MSS, 20 * MSS, false);
    EXPECT_EQ(s.cc.hystart.rtt_sample_count, 9);
    EXPECT_EQ(s.cc.cwnd, 10 * MSS);
}

static void test_without_hystart_delay_is_not_heard(void)
{
    struct sender s = sender_new(&cc_reno, 10);

    round_with(&s, 100 * MS);
    for (unsigned i = 0; i < 4; i++)
        round_with(&s, 500 * MS);
    EXPECT_EQ(s.cc.cwnd, 320 * MSS);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_steady_delay_is_slow_start),
        TEST(test_one_ack_grows_by_eight_segments_at_most),
        TEST(test_growth_ends_at_a_threshold_that_is_set),
        TEST(test_threshold_is_an_eighth_within_bounds),
        TEST(test_seven_samples_are_too_few),
        TEST(test_ack_without_a_sample_does_not_count),
        TEST(test_first_round_raises_no_alarm),
        TEST(test_css_grows_a_quarter_as_fast),
        TEST(test_delay_that_stays_ends_slow_start),
        TEST(test_delay_that_falls_resumes_slow_start),
        TEST(test_second_alarm_counts_from_the_start),
        TEST(test_congestion_ends_it_for_good),
        TEST(test_window_that_is_not_full_is_measured),
        TEST(test_without_hystart_delay_is_not_heard),
    };

    return run_tests("cc_hystart", tests, ARRAY_LEN(tests));
}
