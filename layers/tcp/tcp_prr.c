#include "layers/tcp/tcb.h"

/*
 * Proportional Rate Reduction, RFC 6937: in fast recovery cwnd comes down to
 * ssthresh step by step, by as many segments for one that has arrived as the
 * whole window is to shrink. So sending goes on all the time, where RFC 6675
 * is silent for half of a window. Its names are the RFC's.
 *
 * cwnd is pipe + sndcnt, that is: sndcnt is the room that tcp_output finds.
 */

bool tcp_uses_prr(const struct tcb *t)
{
    return tcp_config(t)->prr != TCP_PRR_OFF && tcp_recovery(t) == TCP_RECOVERY_SACK &&
           t->cc.ops->fast_recovery;
}

void tcp_prr_begin(struct tcb *t, uint32_t flight)
{
    t->prr.delivered = t->prr.out = 0;
    t->prr.recover_fs = flight > 0 ? flight : 1;
    tcp_queue_lose(&t->queue, t->queue.first);
}

/* CEIL(prr_delivered * ssthresh / RecoverFS), in whole segments as in the
 * examples of section 3.1. */
static uint64_t in_proportion(const struct tcb *t)
{
    uint64_t product = (uint64_t)t->prr.delivered * t->cc.ssthresh;
    uint64_t unit = (uint64_t)t->prr.recover_fs * t->cc.mss;

    return (product + unit - 1) / unit * t->cc.mss;
}

/* The reduction bound: how fast it may go when less is in the network than
 * ssthresh wants. The cautious one, Linux's, lies between the two of the RFC: a
 * segment more than has arrived only while nothing tells of further losses. */
static uint64_t bound(const struct tcb *t, uint32_t delivered, bool safe)
{
    uint64_t banked = t->prr.delivered > t->prr.out ? t->prr.delivered - t->prr.out : 0;
    int64_t kind = tcp_config(t)->prr;

    if (kind == TCP_PRR_CRB)
        return banked;
    if (banked < delivered)
        banked = delivered;
    return banked + (kind == TCP_PRR_SSRB || safe ? t->cc.mss : 0);
}

void tcp_prr_ack(struct tcb *t, uint32_t delivered, bool safe)
{
    uint32_t pipe = tcp_in_network(t);
    uint64_t count;

    t->prr.delivered += delivered;
    if (pipe > t->cc.ssthresh) {
        count = in_proportion(t);
        count = count > t->prr.out ? count - t->prr.out : 0;
    } else {
        count = bound(t, delivered, safe);
        if (count > t->cc.ssthresh - pipe)
            count = t->cc.ssthresh - pipe;
    }
    if (t->prr.out == 0 && count < t->cc.mss) /* the fast retransmit always goes */
        count = t->cc.mss;
    t->cc.cwnd = (uint32_t)min_i64((int64_t)(pipe + count), CC_WINDOW_MAX);
    TCP_WHY(t, RULE_TCP_PRR, count, pipe);
}
