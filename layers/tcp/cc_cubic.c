#include "layers/tcp/cc.h"
#include "layers/tcp/cc_curve.h"

/*
 * CUBIC (RFC 9438). The window follows a cubic curve of the time since the
 * last loss, not of the ACKs since: fast towards W_max, where the loss was,
 * flat about it, then faster and faster away. Where Reno would be quicker (a
 * small window, a short round trip), it does as Reno does.
 *
 * Left out: the undoing of reductions that turn out to have been spurious
 * (4.9, a MAY). What was lost by mistake is won back along the curve.
 */

static uint32_t max_u32(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* C of Figure 1 as cc_curve.h wants it. */
static uint64_t slope(const struct cc *cc) { return (uint64_t)cc->cubic_c * cc->mss; }

/* W_cubic(T) of Figure 1, T in ns; in 65536ths of a byte. */
static uint64_t w_cubic(const struct cc *cc, vtime t)
{
    int64_t w_max = (int64_t)cc->cubic.w_max << FINE_BITS;
    int64_t window = w_max + curve_rise(slope(cc), t / US - cc->cubic.k);

    return (uint64_t)min_i64(max_i64(window, 0), (int64_t)CC_WINDOW_MAX << FINE_BITS);
}

static uint32_t whole(uint64_t fine) { return (uint32_t)(fine >> FINE_BITS); }

/* ---- Growing ---- */

/* A congestion avoidance stage begins. W_max below cwnd is no goal: after a
 * timeout (4.8) or a slow start without loss (4.10) there is none, and the
 * curve begins with its flat part, here. */
static void begin_stage(struct cc *cc, vtime now)
{
    struct cc_cubic *c = &cc->cubic;

    c->started = true;
    c->paused = false;
    c->elapsed = 0;
    c->last_ack = now;
    c->w_est = (uint64_t)cc->cwnd << FINE_BITS;
    c->fraction = 0;
    if (c->cwnd_prior == 0)
        c->cwnd_prior = cc->cwnd;
    if (c->w_max > cc->cwnd) {
        c->k = curve_time(slope(cc), c->w_max - cc->cwnd);
        CC_WHY(cc, RULE_CC_CUBIC_STAGE, c->w_max, c->k * US);
    } else {
        c->w_max = cc->cwnd;
        c->k = 0;
        CC_WHY(cc, RULE_CC_CUBIC_STAGE_NO_GOAL, cc->cwnd, 0);
    }
}

/* t of Figure 1 goes on only between two ACKs of a full window: while the
 * application has nothing to send, the curve must not run away (5.8). */
static void count_time(struct cc_cubic *c, const struct cc_ack *ack)
{
    if (!c->paused && ack->limited)
        c->elapsed += ack->now - c->last_ack;
    c->last_ack = ack->now;
    c->paused = !ack->limited;
}

/* Figure 4: W_est, what Reno's window would be. alpha makes up for beta, which
 * gives up less at a loss than Reno; from the old window on, there is nothing
 * to make up for, and alpha is 1. */
static void grow_reno_estimate(struct cc *cc, uint32_t bytes)
{
    struct cc_cubic *c = &cc->cubic;
    uint64_t acked = bytes < cc->cwnd ? bytes : cc->cwnd;
    uint64_t numerator = 1, denominator = 1;

    if (whole(c->w_est) < c->cwnd_prior) {
        numerator = 3 * (uint64_t)(1000 - cc->cubic_beta);
        denominator = (uint64_t)(1000 + cc->cubic_beta);
    }
    c->w_est += mul_div(numerator * cc->mss * acked, 1 << FINE_BITS, denominator * cc->cwnd);
    c->w_est = (uint64_t)min_i64((int64_t)c->w_est, (int64_t)CC_WINDOW_MAX << FINE_BITS);
}

/* W_cubic(t + RTT), but no step back and none quicker than slow start (4.2). */
static uint64_t target(const struct cc *cc, vtime rtt)
{
    uint64_t cwnd = (uint64_t)cc->cwnd << FINE_BITS;
    uint64_t window = w_cubic(cc, cc->cubic.elapsed + rtt);

    if (window < cwnd)
        return cwnd;
    return window > cwnd + cwnd / 2 ? cwnd + cwnd / 2 : window;
}

/* 4.4 and 4.5: (target - cwnd) / cwnd of a segment for each ACK. One ACK for
 * two segments thus gets half of the way in an RTT; the next target, which
 * goes by the clock, is all the higher. */
static void follow_curve(struct cc *cc, const struct cc_ack *ack)
{
    uint64_t goal = target(cc, ack->srtt);
    uint64_t gap = goal - ((uint64_t)cc->cwnd << FINE_BITS);
    uint64_t step = mul_div(gap, cc->mss, cc->cwnd) + cc->cubic.fraction;
    bool concave = cc->cwnd < cc->cubic.w_max;

    cc_grow(cc, whole(step));
    cc->cubic.fraction = (uint32_t)(step & ((1 << FINE_BITS) - 1));
    if (concave)
        CC_WHY(cc, RULE_CC_CUBIC_CONCAVE, cc->cwnd, whole(goal));
    else
        CC_WHY(cc, RULE_CC_CUBIC_CONVEX, cc->cwnd, whole(goal));
}

static void avoid_congestion(struct cc *cc, const struct cc_ack *ack)
{
    struct cc_cubic *c = &cc->cubic;
    uint64_t curve;

    if (!c->started)
        begin_stage(cc, ack->now);
    count_time(c, ack);
    if (!cc_was_full(cc, ack, RULE_CC_CUBIC_NOT_LIMITED))
        return;
    grow_reno_estimate(cc, ack->bytes);
    curve = w_cubic(cc, c->elapsed);
    if (curve >= c->w_est) {
        follow_curve(cc, ack);
        return;
    }
    /* 4.3 says cwnd = W_est, and means it to grow: the curve, which looks an
     * RTT ahead, may have taken it further already. */
    cc->cwnd = max_u32(cc->cwnd, whole(c->w_est));
    CC_WHY(cc, RULE_CC_CUBIC_RENO_FRIENDLY, cc->cwnd, whole(curve));
}

/* 4.10 has slow start also where cwnd equals ssthresh, but HyStart++ leaves it
 * by making them equal (RFC 9406 4.2); RFC 5681 3.1 allows either. */
static void ack_received(struct cc *cc, const struct cc_ack *ack)
{
    if (cc_in_slow_start(cc))
        cc_slow_start(cc, ack);
    else
        avoid_congestion(cc, ack);
}

/* ---- Shrinking ---- */

/* FLIGHT * beta, 4.6; at least LOWEST. */
static uint32_t reduced(const struct cc *cc, uint32_t flight, uint32_t lowest)
{
    uint64_t rest = (uint64_t)flight * (uint64_t)cc->cubic_beta / 1000;

    return (uint32_t)min_i64(max_i64((int64_t)rest, lowest), CC_WINDOW_MAX);
}

/* 4.7: a window that did not get as far as the last time has met new flows. It
 * aims lower than it could, and gives them room. */
static void remember_window(struct cc *cc)
{
    struct cc_cubic *c = &cc->cubic;

    c->cwnd_prior = cc->cwnd;
    if (cc->cwnd >= c->w_max) {
        c->w_max = cc->cwnd;
        return;
    }
    c->w_max = (uint32_t)mul_div(cc->cwnd, (uint64_t)(1000 + cc->cubic_beta), 2000);
    CC_WHY(cc, RULE_CC_CUBIC_FAST_CONVERGENCE, c->w_max, cc->cwnd);
}

/* The curve ends, and the next begins below the window that was too much.
 * False: this host does not slow down (a bug of its own). */
static bool reduce_ssthresh(struct cc *cc, uint32_t flight)
{
    cc->cubic.started = false;
    if (!cc_congestion_met(cc))
        return false;
    remember_window(cc);
    cc->ssthresh = reduced(cc, flight, 2 * cc->mss);
    return true;
}

static void third_duplicate_ack(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    if (!reduce_ssthresh(cc, flight))
        return;
    cc->cwnd = cc->ssthresh;
    CC_WHY(cc, RULE_CC_CUBIC_LOSS, cc->cwnd, flight);
}

static void recovery_ended(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    cc_deflate(cc, flight);
}

/* 4.8. K = 0 and W_max = cwnd come with the next stage. */
static void timeout(struct cc *cc, uint32_t flight, bool again, vtime now)
{
    (void)now;
    cc->cubic.started = false;
    if (!cc_congestion_met(cc))
        return;
    if (!again) {
        cc->cubic.cwnd_prior = cc->cwnd;
        cc->cubic.w_max = 0;
        CC_WHY(cc, RULE_CC_CUBIC_TIMEOUT, reduced(cc, flight, 2 * cc->mss), flight);
    }
    cc_loss_window(cc, reduced(cc, flight, 2 * cc->mss), again);
}

/* As for a loss, but cwnd may go down to 1 SMSS (Figure 5), and never up. */
static void congestion_marked(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    if (!reduce_ssthresh(cc, flight))
        return;
    cc->cwnd = (uint32_t)min_i64(cc->cwnd, reduced(cc, flight, cc->mss));
    CC_WHY(cc, RULE_CC_CUBIC_MARKED, cc->cwnd, flight);
}

/* Idle time is no time of the curve (5.8): it begins anew from the restart
 * window, toward the same W_max. */
static void idle(struct cc *cc)
{
    cc->cubic.started = false;
    cc_restart_window(cc);
}

const struct cc_ops cc_cubic = {
    .name = "cubic",
    .fast_recovery = true,
    .ack_received = ack_received,
    .third_duplicate_ack = third_duplicate_ack,
    .recovery_ended = recovery_ended,
    .timeout = timeout,
    .congestion_marked = congestion_marked,
    .idle = idle,
};
