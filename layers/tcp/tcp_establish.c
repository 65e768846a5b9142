#include "layers/tcp/tcb.h"

static const struct cc_ops *const algorithms[] = {
    [TCP_CC_NONE] = &cc_none,       [TCP_CC_TAHOE] = &cc_tahoe, [TCP_CC_RENO] = &cc_reno,
    [TCP_CC_NEWRENO] = &cc_newreno, [TCP_CC_CUBIC] = &cc_cubic,
};

/* min(10 SMSS, max(2 SMSS, 14600 bytes)): RFC 6928 2, equation (1). */
static uint32_t initial_window(const struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);
    uint32_t mss = t->cc.mss;
    int64_t window;

    if (tcp_has_bug(t, BUG_NO_SLOW_START))
        return CC_WINDOW_MAX;
    window = config->initial_window > 0 ? config->initial_window * mss
                                        : min_i64(10 * (int64_t)mss, max_i64(2 * mss, 14600));
    return (uint32_t)min_i64(window, CC_WINDOW_MAX);
}

void tcp_cc_begin(struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    t->cc.ops = algorithms[config->cc];
    t->cc.node = &t->host->node;
    t->cc.subject = t->number;
    t->cc.mss = tcp_effective_mss(t);
    t->cc.initial_window = initial_window(t);
    t->cc.cwnd = t->cc.initial_window;
    t->cc.ssthresh = config->initial_ssthresh > 0 ? (uint32_t)config->initial_ssthresh
                                                  : CC_WINDOW_MAX;
    t->cc.cubic_c = config->cubic_c;
    t->cc.cubic_beta = config->cubic_beta;
    t->cc.hystart.on = config->hystart != 0;
    t->cc.abc_limit = (uint32_t)config->abc_limit;
    t->cc.full_ack_ssthresh = config->full_ack == TCP_FULL_ACK_SSTHRESH;
    t->cc.bug_not_halved = tcp_has_bug(t, BUG_CWND_NOT_HALVED);
    if (t->cc.ops->established != NULL)
        t->cc.ops->established(&t->cc);
}

/* A lost SYN tells of a network in trouble: RFC 5681 3.1, RFC 6298 (5.7). */
static void begin_carefully(struct tcb *t)
{
    const vtime rto_after_lost_syn = 3 * SECONDS;

    TCP_WHY(t, RULE_TCP_SYN_WAS_LOST, t->cc.mss, 0);
    if (t->cc.ops != &cc_none)
        t->cc.cwnd = t->cc.mss;
    if (t->rtt.srtt == 0 && t->rtt.rto < rto_after_lost_syn)
        t->rtt.rto = rto_after_lost_syn;
    t->rtt.backoff = 0;
}

void tcp_established(struct tcb *t)
{
    t->repair = TCP_REPAIR_NONE; /* of a SYN that was lost */
    t->recover = t->iss;
    t->lost_edge = t->iss;
    t->ecn_recover = t->iss;
    t->rack.fack = t->iss;
    t->rcv.mss = 0;
    t->quick_acks = (uint32_t)tcp_config(t)->quick_acks;
    t->timeouts_in_row = 0;
    if (t->count.timeouts > 0)
        begin_carefully(t);
    else if (t->cc.ops != &cc_none)
        TCP_WHY(t, RULE_TCP_INITIAL_WINDOW, t->cc.cwnd, rule_parts(t->cc.mss, 0, 0));
    tcp_text_advance(t);
    tcp_keepalive_restart(t);
    if (t->closing && t->state == STATE_TCP_ESTABLISHED)
        tcp_go(t, TCP_CLOSE);
}
