#include "layers/tcp/cc.h"

/*
 * HyStart++ (RFC 9406): slow start that listens. Doubling each round trip
 * overshoots by as much as the path holds, and loses that much. But before a
 * queue overflows it fills, and delay tells: when a round's smallest RTT has
 * risen, the window grows a quarter as fast (conservative slow start, CSS).
 * Either the delay falls again, and it was a false alarm; or after five rounds
 * it is believed, and congestion avoidance begins without a loss.
 *
 * Names are the RFC's, the constants those of its 4.3.
 */

#define MIN_RTT_THRESH (4 * MS)
#define MAX_RTT_THRESH (16 * MS)

enum {
    MIN_RTT_DIVISOR = 8,
    N_RTT_SAMPLE = 8,
    CSS_GROWTH_DIVISOR = 4,
    CSS_ROUNDS = 5,
    L = 8, /* this sender does not pace */
};

static void begin_round(struct cc_hystart *h, seq32 nxt)
{
    h->last_round_min_rtt = h->round_open ? h->current_round_min_rtt : VTIME_NEVER;
    h->current_round_min_rtt = VTIME_NEVER;
    h->rtt_sample_count = 0;
    h->window_end = nxt;
    h->round_open = true;
}

/* No more than would get cwnd to ssthresh, if a lab has set that low, or than
 * plain slow start allows. */
static uint32_t growth(const struct cc *cc, uint32_t acked)
{
    uint64_t wanted = acked < (uint64_t)L * cc->mss ? acked : (uint64_t)L * cc->mss;
    uint64_t room = cc->ssthresh - cc->cwnd;

    if (cc->hystart.in_css)
        wanted /= CSS_GROWTH_DIVISOR;
    if (room < cc->mss)
        room = cc->mss;
    return (uint32_t)(wanted < room ? wanted : room);
}

static bool delay_has_risen(const struct cc_hystart *h)
{
    vtime threshold;

    if (h->rtt_sample_count < N_RTT_SAMPLE || h->last_round_min_rtt == VTIME_NEVER)
        return false;
    threshold = max_i64(MIN_RTT_THRESH,
                        min_i64(h->last_round_min_rtt / MIN_RTT_DIVISOR, MAX_RTT_THRESH));
    return h->current_round_min_rtt >= h->last_round_min_rtt + threshold;
}

static void enter_css(struct cc *cc)
{
    struct cc_hystart *h = &cc->hystart;

    h->in_css = true;
    h->css_rounds = 0;
    h->css_baseline_min_rtt = h->current_round_min_rtt;
    CC_WHY(cc, RULE_CC_HYSTART_CSS, h->current_round_min_rtt, h->last_round_min_rtt);
}

static void resume_slow_start(struct cc *cc)
{
    struct cc_hystart *h = &cc->hystart;

    CC_WHY(cc, RULE_CC_HYSTART_RESUME, h->current_round_min_rtt, h->css_baseline_min_rtt);
    h->in_css = false;
    h->css_baseline_min_rtt = VTIME_NEVER;
}

static void measure(struct cc *cc, vtime rtt)
{
    struct cc_hystart *h = &cc->hystart;

    if (rtt == 0)
        return;
    h->current_round_min_rtt = min_i64(h->current_round_min_rtt, rtt);
    h->rtt_sample_count++;
    if (!h->in_css) {
        if (delay_has_risen(h))
            enter_css(cc);
    } else if (h->rtt_sample_count >= N_RTT_SAMPLE &&
               h->current_round_min_rtt < h->css_baseline_min_rtt) {
        resume_slow_start(cc);
    }
}

/* The round in which CSS began counts as one, however little of it was left. */
static void end_round(struct cc *cc, seq32 nxt)
{
    struct cc_hystart *h = &cc->hystart;

    begin_round(h, nxt);
    if (!h->in_css || ++h->css_rounds < CSS_ROUNDS)
        return;
    h->done = true;
    cc->ssthresh = cc->cwnd;
    CC_WHY(cc, RULE_CC_HYSTART_DONE, cc->ssthresh, CSS_ROUNDS);
}

static void grow(struct cc *cc, const struct cc_ack *ack)
{
    if (!cc_was_full(cc, ack, RULE_CC_NOT_LIMITED))
        return;
    cc_grow(cc, growth(cc, ack->bytes));
    if (cc->hystart.in_css)
        CC_WHY(cc, RULE_CC_HYSTART_CSS_GROWTH, cc->cwnd, ack->bytes);
    else
        CC_WHY(cc, RULE_CC_HYSTART_GROWTH, cc->cwnd, ack->bytes);
}

void cc_hystart_ack(struct cc *cc, const struct cc_ack *ack)
{
    if (!cc->hystart.round_open)
        begin_round(&cc->hystart, ack->nxt);
    grow(cc, ack);
    measure(cc, ack->rtt);
    if (seq_ge(ack->una, cc->hystart.window_end))
        end_round(cc, ack->nxt);
}
