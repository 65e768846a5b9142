#include "layers/tcp/cc.h"

/* The equations of RFC 5681 and what goes with them. */

static uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}
static uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* ---- Growing ---- */

void cc_grow(struct cc *cc, uint32_t bytes)
{
    cc->cwnd = (uint32_t)min_i64((int64_t)cc->cwnd + bytes, CC_WINDOW_MAX);
}

/* A window that is not used says nothing about the network: were it to grow
 * all the same, it would allow a burst that nothing has ever tested. */
bool cc_was_full(struct cc *cc, const struct cc_ack *ack, rule_id rule)
{
    if (!ack->limited)
        CC_WHY(cc, rule, cc->cwnd, ack->flight);
    return ack->limited;
}

/* RFC 5681 3.1: one segment. RFC 3465 2.2 and 2.3 allow more (L), but not after a
 * timeout, when the ACK of a segment that was sent again may cover a flood. */
static int64_t most_of_one_ack(const struct cc *cc, const struct cc_ack *ack)
{
    bool more = cc->abc_limit > 1 && !ack->after_timeout;

    return (int64_t)cc->mss * (more ? cc->abc_limit : 1);
}

void cc_slow_start(struct cc *cc, const struct cc_ack *ack)
{
    int64_t most;

    cc->acked = 0;
    if (cc_hystart_rules(cc)) {
        cc_hystart_ack(cc, ack);
        return;
    }
    if (!cc_was_full(cc, ack, RULE_CC_NOT_LIMITED))
        return;
    /* A generous L must not carry cwnd past ssthresh. */
    most = min_i64(most_of_one_ack(cc, ack), max_i64(cc->ssthresh - cc->cwnd, cc->mss));
    cc_grow(cc, (uint32_t)min_i64(ack->bytes, most));
    CC_WHY(cc, RULE_CC_SLOW_START, cc->cwnd, ack->bytes);
}

/* Counting bytes, not ACKs, grows the window equally fast however many ACKs
 * the receiver makes of the same bytes. */
void cc_congestion_avoidance(struct cc *cc, const struct cc_ack *ack)
{
    if (!cc_was_full(cc, ack, RULE_CC_NOT_LIMITED))
        return;
    /* An ACK never counts for more than one window: one SMSS an RTT at most. */
    cc->acked += min_u32(ack->bytes, cc->cwnd);
    if (cc->acked < cc->cwnd) {
        CC_WHY(cc, RULE_CC_AVOIDANCE_COUNT, cc->acked, cc->cwnd);
        return;
    }
    cc->acked -= cc->cwnd;
    cc_grow(cc, cc->mss);
    CC_WHY(cc, RULE_CC_AVOIDANCE, cc->cwnd, cc->mss);
}

void cc_ack_received(struct cc *cc, const struct cc_ack *ack)
{
    if (cc_in_slow_start(cc))
        cc_slow_start(cc, ack);
    else
        cc_congestion_avoidance(cc, ack);
}

/* ---- Shrinking ---- */

uint32_t cc_half_of_flight(const struct cc *cc, uint32_t flight)
{
    return min_u32(max_u32(flight / 2, 2 * cc->mss), CC_WINDOW_MAX);
}

bool cc_congestion_met(struct cc *cc)
{
    cc->acked = 0;
    cc->hystart.done = true;
    if (!cc->bug_not_halved)
        return true;
    cc->ssthresh = cc->cwnd;
    CC_WHY(cc, RULE_CC_BUG_NOT_HALVED, cc->cwnd, 0);
    return false;
}

void cc_loss_window(struct cc *cc, uint32_t ssthresh, bool again)
{
    cc->cwnd = cc->mss;
    if (again) {
        CC_WHY(cc, RULE_CC_TIMEOUT_AGAIN, cc->cwnd, cc->ssthresh);
        return;
    }
    cc->ssthresh = ssthresh;
    CC_WHY(cc, RULE_CC_TIMEOUT, cc->cwnd, cc->ssthresh);
}

void cc_timed_out(struct cc *cc, uint32_t flight, bool again, vtime now)
{
    (void)now;
    if (cc_congestion_met(cc))
        cc_loss_window(cc, cc_half_of_flight(cc, flight), again);
}

void cc_halve_for_mark(struct cc *cc, uint32_t flight, vtime now)
{
    (void)now;
    if (!cc_congestion_met(cc))
        return;
    cc->ssthresh = cc_half_of_flight(cc, flight);
    /* A mark never grows the window, even if more is in flight than it allows. */
    cc->cwnd = min_u32(cc->cwnd, max_u32(flight / 2, cc->mss));
    CC_WHY(cc, RULE_CC_MARKED, cc->cwnd, cc->ssthresh);
}

/* ---- Going on ---- */

/* If less than ssthresh is in flight by now, a window of ssthresh would let all
 * the rest go at once. Slow start fills the gap. */
void cc_deflate(struct cc *cc, uint32_t flight)
{
    uint64_t in_use = (uint64_t)max_u32(flight, cc->mss) + cc->mss;

    if (cc->bug_not_halved || cc->full_ack_ssthresh || in_use >= cc->ssthresh) {
        cc->cwnd = cc->ssthresh;
        CC_WHY(cc, RULE_CC_RECOVERED, cc->cwnd, flight);
    } else {
        cc->cwnd = (uint32_t)in_use;
        CC_WHY(cc, RULE_CC_RECOVERED_LOW, cc->cwnd, cc->ssthresh);
    }
}

void cc_restart_window(struct cc *cc)
{
    uint32_t old = cc->cwnd;

    cc->acked = 0;
    cc->cwnd = min_u32(max_u32(cc->initial_window, cc->mss), cc->cwnd);
    if (cc->cwnd < old)
        CC_WHY(cc, RULE_CC_RESTART, cc->cwnd, old);
}

void cc_mss_changed(struct cc *cc, uint32_t mss)
{
    uint64_t scaled = (uint64_t)cc->cwnd * mss / cc->mss;

    if (mss < cc->mss && cc->ops != &cc_none) {
        cc->cwnd = max_u32((uint32_t)scaled, mss);
        cc->acked = 0;
        /* The curve belongs to the window as it was: a new one from here. */
        cc->cubic.started = false;
        CC_WHY(cc, RULE_CC_MSS_CHANGED, cc->cwnd, mss);
    }
    cc->mss = mss;
    /* Larger ones, which a shorter path may allow: one at least must go. */
    cc->cwnd = max_u32(cc->cwnd, mss);
    cc->ssthresh = max_u32(cc->ssthresh, mss);
}
