#include "layers/tcp/cc.h"

/*
 * Reno (RFC 5681) and NewReno (RFC 6582). Duplicate ACKs show that segments
 * still arrive: the path is not empty, and half the window will do. Only a
 * timeout, which shows nothing, starts again from one segment.
 *
 * The two differ in when fast recovery is over, which is for loss recovery to
 * say (tcp_loss.c), and in the window that they leave it with.
 */

static void third_duplicate_ack(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    if (!cc_congestion_met(cc))
        return;
    cc->ssthresh = cc_half_of_flight(cc, flight);
    cc->cwnd = cc->ssthresh;
    CC_WHY(cc, RULE_CC_HALVED, cc->cwnd, flight);
}

/* RFC 5681 3.2 step 6. */
static void reno_recovery_ended(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    cc->cwnd = cc->ssthresh;
    CC_WHY(cc, RULE_CC_DEFLATED, cc->cwnd, flight);
}

static void newreno_recovery_ended(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    cc_deflate(cc, flight);
}

const struct cc_ops cc_reno = {
    .name = "reno",
    .fast_recovery = true,
    .ack_received = cc_ack_received,
    .third_duplicate_ack = third_duplicate_ack,
    .recovery_ended = reno_recovery_ended,
    .timeout = cc_timed_out,
    .congestion_marked = cc_halve_for_mark,
    .idle = cc_restart_window,
};

const struct cc_ops cc_newreno = {
    .name = "newreno",
    .fast_recovery = true,
    .ack_received = cc_ack_received,
    .third_duplicate_ack = third_duplicate_ack,
    .recovery_ended = newreno_recovery_ended,
    .timeout = cc_timed_out,
    .congestion_marked = cc_halve_for_mark,
    .idle = cc_restart_window,
};
