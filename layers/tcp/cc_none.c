#include "layers/tcp/cc.h"

/*
 * TCP as it was before 1988: the receiver's window alone says how much may be
 * in flight, and a network that loses packets gets as many as before. What
 * came of it is the reason for all the other files of this family.
 */

static void open_wide(struct cc *cc)
{
    cc->cwnd = CC_WINDOW_MAX;
    cc->ssthresh = CC_WINDOW_MAX;
}

static void established(struct cc *cc)
{
    open_wide(cc);
    CC_WHY(cc, RULE_CC_NONE, cc->cwnd, 0);
}

static void ack_received(struct cc *cc, const struct cc_ack *ack)
{
    (void)ack;
    open_wide(cc);
}

static void congestion(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    open_wide(cc);
    CC_WHY(cc, RULE_CC_NONE_CONGESTION, flight, 0);
}

static void recovery_ended(struct cc *cc, uint32_t flight, vtime now)
{
    (void)flight;
    (void)now;
    open_wide(cc);
}

static void timeout(struct cc *cc, uint32_t flight, bool again, vtime now)
{
    (void)again;
    congestion(cc, flight, now);
}

const struct cc_ops cc_none = {
    .name = "none",
    .fast_recovery = true, /* there is no slow start to fall back to */
    .established = established,
    .ack_received = ack_received,
    .third_duplicate_ack = congestion,
    .recovery_ended = recovery_ended,
    .timeout = timeout,
    .congestion_marked = congestion,
    .idle = open_wide,
};
