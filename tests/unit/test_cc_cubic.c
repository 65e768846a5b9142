/*
 * CUBIC against RFC 9438: values worked out from its formulas, and a second
 * implementation of them, in floating point and in the RFC's own units.
 */
#include <stdio.h>

#include "tests/unit/fixture_cc.h"

/* ---- The RFC's formulas once more: segments and seconds ---- */

struct reference {
    double cwnd, w_max, cwnd_prior, k, w_est, c, beta;
};

/* By Newton's method. */
static double cube_root(double x)
{
    double root = x > 1 ? x : 1;

    for (unsigned i = 0; x > 0 && i < 200; i++)
        root -= (root * root * root - x) / (3 * root * root);
    return x > 0 ? root : 0;
}

static double reference_curve(const struct reference *r, double t)
{
    return r->c * (t - r->k) * (t - r->k) * (t - r->k) + r->w_max;
}

static void reference_begin(struct reference *r)
{
    if (r->w_max < r->cwnd)
        r->w_max = r->cwnd;
    r->k = cube_root((r->w_max - r->cwnd) / r->c);
    r->w_est = r->cwnd;
}

static void reference_ack(struct reference *r, double t, double rtt)
{
    double alpha = r->w_est < r->cwnd_prior ? 3 * (1 - r->beta) / (1 + r->beta) : 1;
    double target = reference_curve(r, t + rtt);

    r->w_est += alpha / r->cwnd;
    if (reference_curve(r, t) < r->w_est) {
        r->cwnd = r->w_est > r->cwnd ? r->w_est : r->cwnd;
        return;
    }
    if (target < r->cwnd)
        target = r->cwnd;
    if (target > 1.5 * r->cwnd)
        target = 1.5 * r->cwnd;
    r->cwnd += (target - r->cwnd) / r->cwnd;
}

static bool is_near(double got, double want, double tolerance)
{
    return got - want <= tolerance && want - got <= tolerance;
}

struct path {
    const char *label;
    uint32_t window; /* segments, at the loss */
    vtime rtt;
    int64_t c, beta; /* per mille */
    vtime duration;
};

/* From a loss on, for as long as PATH says: at each ACK the same window as
 * the RFC's, to within two bytes and a millionth. */
static void compare_along(const struct path *path)
{
    struct sender s = sender_in_avoidance(&cc_cubic, path->window);
    struct reference r = { .w_max = path->window, .cwnd_prior = path->window,
                           .c = (double)path->c / 1000, .beta = (double)path->beta / 1000 };
    vtime start;

    s.rtt = path->rtt;
    s.cc.cubic_c = path->c;
    s.cc.cubic_beta = path->beta;
    sender_lose(&s, s.cc.cwnd);
    sender_recover(&s, s.cc.cwnd);
    r.cwnd = (double)s.cc.cwnd / MSS;
    reference_begin(&r);
    for (start = s.now; s.now < start + path->duration;) {
        sender_ack(&s, MSS);
        reference_ack(&r, (double)(s.now - start) / (double)SECONDS,
                      (double)s.rtt / (double)SECONDS);
        if (!EXPECT_ROW(path->label, is_near(s.cc.cwnd, r.cwnd * MSS, 2 + r.cwnd * MSS / 1e6))) {
            printf("    at %.3f s: %u, the formulas give %.3f\n",
                   (double)(s.now - start) / (double)SECONDS, s.cc.cwnd, r.cwnd * MSS);
            return;
        }
        s.now += s.rtt * MSS / s.cc.cwnd / US * US; /* whole us: no rounding of t */
    }
}

static void test_window_is_that_of_the_formulas(void)
{
    static const struct path rows[] = {
        { "concave, then convex", 1000, 100 * MS, 400, 700, 20 * SECONDS },
        { "a large window", 20000, 100 * MS, 400, 700, 2 * SECONDS },
        { "a long RTT", 500, 600 * MS, 400, 700, 60 * SECONDS },
        { "friendly to Reno", 20, 10 * MS, 400, 700, 20 * SECONDS },
        { "friendly, then not", 60, 50 * MS, 400, 700, 20 * SECONDS },
        { "C = 4", 200, 100 * MS, 4000, 700, 10 * SECONDS },
        { "C = 0.04", 200, 100 * MS, 40, 700, 20 * SECONDS },
        { "beta = 0.5", 200, 100 * MS, 400, 500, 20 * SECONDS },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        compare_along(&rows[i]);
}

/* ---- Values worked out by hand ---- */

/* Figure 2: K = cubic root of (W_max - cwnd_epoch) / C. */
static void test_k_is_the_time_back_to_w_max(void)
{
    static const struct {
        const char *label;
        uint32_t window;
        int64_t c, beta;
        double k; /* s */
    } rows[] = {
        { "1000 segments", 1000, 400, 700, 9.0856 },   /* 300 / 0.4 = 750 */
        { "100 segments", 100, 400, 700, 4.2172 },     /* 75 */
        { "C = 0.3: 1000", 1000, 300, 700, 10.0 },     /* 1000 */
        { "beta = 0.2: 1000", 1000, 800, 200, 10.0 },  /* 1000 */
        { "C = 10: 8 s^3", 800, 10000, 900, 2.0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sender s = sender_in_avoidance(&cc_cubic, rows[i].window);

        s.cc.cubic_c = rows[i].c;
        s.cc.cubic_beta = rows[i].beta;
        sender_lose(&s, s.cc.cwnd);
        sender_ack(&s, MSS);
        EXPECT_ROW(rows[i].label, is_near((double)s.cc.cubic.k / 1e6, rows[i].k, 0.0001));
        EXPECT_EQ_ROW(rows[i].label, s.cc.cubic.w_max, rows[i].window * MSS);
    }
}

/* At t = K the window is W_max again, and flat: it goes up by C * RTT^3. */
static void test_window_is_w_max_at_k(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 1000);
    vtime start = s.now, k;

    s.cc.cubic_c = 300;
    sender_lose(&s, s.cc.cwnd);
    EXPECT_EQ(s.cc.cwnd, 700 * MSS);
    k = 10 * SECONDS;
    while (s.now < start + k)
        sender_round(&s);
    EXPECT(is_near(s.cc.cwnd, 1000 * MSS, 1));
    while (s.now < start + k + 10 * SECONDS)
        sender_round(&s);
    EXPECT(is_near(s.cc.cwnd, 1300 * MSS, 10 * MSS)); /* as far above as it was below */
}

/* Figure 5, and RFC 5681's loss window. */
static void test_congestion_shrinks_by_beta(void)
{
    static const struct {
        const char *label;
        void (*meet)(struct sender *s, uint32_t flight);
        uint32_t window, flight, cwnd, ssthresh;
    } rows[] = {
        { "loss", sender_lose, 100, 100 * MSS, 70 * MSS, 70 * MSS },
        { "loss, less in flight", sender_lose, 100, 50 * MSS, 35 * MSS, 35 * MSS },
        { "loss, two segments at least", sender_lose, 2, 2 * MSS, 2 * MSS, 2 * MSS },
        { "mark", sender_mark, 100, 100 * MSS, 70 * MSS, 70 * MSS },
        { "mark, one segment at least", sender_mark, 2, 2 * MSS, 1400, 2 * MSS },
        { "mark, one segment", sender_mark, 1, MSS, MSS, 2 * MSS },
        { "mark, more in flight than allowed", sender_mark, 10, 100 * MSS, 10 * MSS, 70 * MSS },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sender s = sender_in_avoidance(&cc_cubic, rows[i].window);

        rows[i].meet(&s, rows[i].flight);
        EXPECT_EQ_ROW(rows[i].label, s.cc.cwnd, rows[i].cwnd);
        EXPECT_EQ_ROW(rows[i].label, s.cc.ssthresh, rows[i].ssthresh);
        EXPECT_EQ_ROW(rows[i].label, s.cc.cubic.cwnd_prior, rows[i].window * MSS);
        EXPECT_EQ_ROW(rows[i].label, s.cc.cubic.w_max, rows[i].window * MSS);
    }
}

/* 4.7: W_max = cwnd * (1 + beta) / 2 if cwnd did not reach it again. */
static void test_fast_convergence_gives_way(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 1000);

    sender_lose(&s, s.cc.cwnd);
    EXPECT_EQ(s.cc.cubic.w_max, 1000 * MSS);
    s.cc.cwnd = 800 * MSS;
    sender_lose(&s, s.cc.cwnd);
    EXPECT_EQ(s.cc.cubic.w_max, 680 * MSS);
    EXPECT_EQ(s.cc.cubic.cwnd_prior, 800 * MSS);
    EXPECT_EQ(s.cc.cwnd, 560 * MSS);
    s.cc.cwnd = 680 * MSS;
    sender_lose(&s, s.cc.cwnd); /* as far as W_max: no new flow */
    EXPECT_EQ(s.cc.cubic.w_max, 680 * MSS);
}

/* Figure 4: alpha = 3 * 0.3 / 1.7 = 0.529 segments an RTT, up to the old
 * window, then 1. */
static void test_reno_friendly_window_grows_by_alpha(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 100);
    uint32_t before;

    s.rtt = 1 * MS;
    sender_lose(&s, s.cc.cwnd);
    before = s.cc.cwnd;
    for (unsigned round = 0; round < 10; round++)
        sender_round(&s);
    EXPECT(is_near(s.cc.cwnd - before, 5294, 100));
    while (s.cc.cwnd < 100 * MSS)
        sender_round(&s);
    before = s.cc.cwnd;
    for (unsigned round = 0; round < 10; round++)
        sender_round(&s);
    EXPECT(is_near(s.cc.cwnd - before, 10000, 200));
}

/* 4.2: the target is never more than 1.5 cwnd, so that half a window an RTT is
 * the most: 1.5^5 = 7.6 in five. */
static void test_curve_is_never_quicker_than_half_a_window_a_round(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 10);

    sender_round(&s);
    s.cc.cubic.elapsed = 1000 * SECONDS;
    s.cc.cwnd = 10 * MSS;
    for (unsigned round = 0; round < 5; round++)
        sender_round(&s);
    EXPECT(s.cc.cwnd > 40 * MSS && s.cc.cwnd < 90 * MSS);
}

/* 4.8: slow start to beta * flight; then K = 0 and W_max = W_est = cwnd. */
static void test_timeout_forgets_w_max(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 100);

    sender_time_out(&s, s.cc.cwnd, false);
    EXPECT_EQ(s.cc.cwnd, MSS);
    EXPECT_EQ(s.cc.ssthresh, 70 * MSS);
    EXPECT_EQ(s.cc.cubic.cwnd_prior, 100 * MSS);
    for (unsigned i = 0; i < 69; i++)
        sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cwnd, 70 * MSS);
    EXPECT(!s.cc.cubic.started);
    sender_ack(&s, MSS);
    EXPECT(s.cc.cubic.started);
    EXPECT_EQ(s.cc.cubic.k, 0);
    EXPECT_EQ(s.cc.cubic.w_max, 70 * MSS);
}

/* 4.10: after a slow start without a loss, K = 0 and W_max = cwnd_prior = cwnd. */
static void test_slow_start_without_a_loss_leaves_no_goal(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 50);

    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cubic.k, 0);
    EXPECT_EQ(s.cc.cubic.w_max, 50 * MSS);
    EXPECT_EQ(s.cc.cubic.cwnd_prior, 50 * MSS);
}

/* 5.8: an hour with little to send moves the curve by nothing. */
static void test_time_without_a_full_window_does_not_count(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 1000);
    vtime before;
    uint32_t window;

    sender_lose(&s, s.cc.cwnd);
    for (unsigned round = 0; round < 10; round++)
        sender_round(&s);
    before = s.cc.cubic.elapsed;
    EXPECT(is_near((double)before, 1e9, 1e6));
    window = s.cc.cwnd;
    for (unsigned minute = 0; minute < 60; minute++) {
        s.now += MINUTES;
        sender_ack_as(&s, MSS, 2 * MSS, false);
    }
    s.now += MINUTES;
    sender_ack(&s, MSS); /* full again; the minute before was not */
    EXPECT_EQ(s.cc.cubic.elapsed, before);
    EXPECT(s.cc.cwnd < window + MSS);
    s.now += MS;
    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cubic.elapsed, before + MS);
}

/* After an idle time the curve begins anew, toward the same W_max. */
static void test_idle_time_begins_a_new_stage(void)
{
    struct sender s = sender_in_avoidance(&cc_cubic, 1000);

    sender_lose(&s, s.cc.cwnd);
    sender_round(&s);
    s.cc.initial_window = 10 * MSS;
    s.cc.ops->idle(&s.cc);
    EXPECT_EQ(s.cc.cwnd, 10 * MSS);
    s.now += HOURS;
    while (cc_in_slow_start(&s.cc))
        sender_ack(&s, MSS);
    sender_ack(&s, MSS);
    EXPECT_EQ(s.cc.cubic.elapsed, 0);
    EXPECT_EQ(s.cc.cubic.w_max, 1000 * MSS);
    EXPECT(is_near((double)s.cc.cubic.k / 1e6, 9.0856, 0.001));
}

/* HyStart++ ends slow start without a loss: W_max is where it did. */
static void test_hystart_exit_starts_the_curve(void)
{
    struct sender s = sender_new(&cc_cubic, 10);

    s.cc.hystart.on = true;
    for (unsigned round = 0; round < 40 && cc_in_slow_start(&s.cc); round++) {
        if (round == 2)
            s.rtt = 150 * MS;
        sender_round(&s);
    }
    EXPECT(!cc_in_slow_start(&s.cc));
    sender_round(&s);
    EXPECT(s.cc.cubic.started);
    EXPECT_EQ(s.cc.cubic.k, 0);
    EXPECT_EQ(s.cc.cubic.w_max, s.cc.ssthresh);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_window_is_that_of_the_formulas),
        TEST(test_k_is_the_time_back_to_w_max),
        TEST(test_window_is_w_max_at_k),
        TEST(test_congestion_shrinks_by_beta),
        TEST(test_fast_convergence_gives_way),
        TEST(test_reno_friendly_window_grows_by_alpha),
        TEST(test_curve_is_never_quicker_than_half_a_window_a_round),
        TEST(test_timeout_forgets_w_max),
        TEST(test_slow_start_without_a_loss_leaves_no_goal),
        TEST(test_time_without_a_full_window_does_not_count),
        TEST(test_idle_time_begins_a_new_stage),
        TEST(test_hystart_exit_starts_the_curve),
    };

    return run_tests("cc_cubic", tests, ARRAY_LEN(tests));
}
