#include "layers/tcp/cc.h"

/*
 * The answer of 1988 (in 4.3BSD-Tahoe): slow start, congestion avoidance, and
 * fast retransmit. Each loss, however it was noticed, starts the window again
 * from one segment; it doubles each round trip up to half of where it failed,
 * and gropes on from there.
 *
 * No RFC describes Tahoe. It is RFC 5681 without fast recovery (3.2, steps 3
 * to 6), as a timeout would have it.
 */

static void third_duplicate_ack(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    if (!cc_congestion_met(cc))
        return;
    cc->ssthresh = cc_half_of_flight(cc, flight);
    cc->cwnd = cc->mss;
    CC_WHY(cc, RULE_CC_TAHOE_LOSS, cc->cwnd, cc->ssthresh);
}

/* Tahoe has no fast recovery; a lab may give it one all the same. Slow start
 * goes on: only what loss recovery has inflated cwnd by is taken off. */
static void recovery_ended(struct cc *cc, uint32_t flight, vtime now)
{
    (void)flight;
    (void)now;
    if (cc->cwnd > cc->ssthresh)
        cc->cwnd = cc->ssthresh;
}

const struct cc_ops cc_tahoe = {
    .name = "tahoe",
    .fast_recovery = false,
    .ack_received = cc_ack_received,
    .third_duplicate_ack = third_duplicate_ack,
    .recovery_ended = recovery_ended,
    .timeout = cc_timed_out,
    .congestion_marked = cc_halve_for_mark,
    .idle = cc_restart_window,
};
