#include "layers/tcp/tcb.h"

/*
 * RACK-TLP, RFC 8985: losses by time. A segment is lost if one that was sent
 * later has arrived, and a reordering window has passed since. Its names are
 * the RFC's. The scan of the queue is the RFC's plain one: it looks at every
 * segment that is outstanding.
 */

/* ---- Step 2 and 3: what was delivered, and in which order ---- */

static bool sent_after(vtime t1, seq32 seq1, vtime t2, seq32 seq2)
{
    return t1 > t2 || (t1 == t2 && seq_gt(seq1, seq2));
}

/* The ACK acknowledges an earlier sending: it echoes an older time. */
static bool is_echo_of_earlier(const struct tcb *t, vtime xmit_ts)
{
    return t->rack.has_echo && seq_lt(t->rack.echo, (uint32_t)(xmit_ts / MS) + t->ts_offset);
}

static void delivered(struct tcb *t, vtime xmit_ts, seq32 end_seq, bool retransmitted)
{
    vtime rtt = tcp_now(t) - xmit_ts;

    if (retransmitted && (rtt < t->rtt.min || is_echo_of_earlier(t, xmit_ts)))
        return;
    if (xmit_ts >= t->rack.newest) { /* an ACK tells of what it acknowledges in any order */
        t->rack.newest = xmit_ts;
        t->rack.rtt = max_i64(rtt, 1);
    }
    if (sent_after(xmit_ts, end_seq, t->rack.xmit_ts, t->rack.end_seq)) {
        t->rack.xmit_ts = xmit_ts;
        t->rack.end_seq = end_seq;
    }
}

/* RACK.fack is that of the ACK before: what one ACK tells of counts as in order,
 * in whatever order it tells (the RFC goes through it from the left). */
static void detect_reordering(struct tcb *t, seq32 end_seq, bool retransmitted)
{
    if (retransmitted || t->rack.reordering_seen || seq_ge(end_seq, t->rack.fack))
        return;
    TCP_WHY(t, RULE_TCP_RACK_REORDERING, end_seq - t->iss, t->rack.fack - t->iss);
    t->rack.reordering_seen = true;
}

static void raise_fack(struct tcb *t)
{
    t->rack.fack = seq_max(t->rack.fack, t->snd.una);
    if (t->queue.sacked > 0)
        t->rack.fack = seq_max(t->rack.fack, t->queue.highest_sacked);
}

void tcp_rack_sacked(struct tcb *t, const struct tcp_sent *sent)
{
    if (!tcp_uses_rack(t))
        return;
    delivered(t, sent->at, sent->seq + sent->len, sent->times > 1);
    detect_reordering(t, sent->seq + sent->len, sent->times > 1);
}

void tcp_rack_ack(struct tcb *t, const struct tcp_acked *acked)
{
    if (acked->once)
        detect_reordering(t, acked->once_end, false);
    raise_fack(t);
    if (acked->newest_sent_at > 0)
        delivered(t, acked->newest_sent_at, acked->newest_end, acked->newest_resent);
}

/* ---- Step 4: the reordering window ---- */

void tcp_rack_dsack(struct tcb *t)
{
    enum { RECOVERIES = 16 };

    if (t->rack.has_dsack_round && seq_ge(t->snd.una, t->rack.dsack_round))
        t->rack.has_dsack_round = false;
    if (t->rack.has_dsack_round)
        return;
    t->rack.has_dsack_round = true;
    t->rack.dsack_round = t->snd.nxt;
    t->rack.reo_wnd_mult++;
    t->rack.reo_wnd_persist = RECOVERIES;
}

void tcp_rack_recovery_ended(struct tcb *t)
{
    if (t->rack.reo_wnd_persist > 0 && --t->rack.reo_wnd_persist == 0)
        t->rack.reo_wnd_mult = 0;
}

static vtime reordering_window(const struct tcb *t)
{
    if (!t->rack.reordering_seen &&
        (t->repair != TCP_REPAIR_NONE || t->queue.reported >= tcp_config(t)->duplicate_acks))
        return 0;
    return min_i64((vtime)(t->rack.reo_wnd_mult + 1) * t->rtt.min / 4, t->rtt.srtt);
}

/* ---- Step 5: losses ---- */

bool tcp_rack_detect(struct tcb *t)
{
    struct tcp_queue *q = &t->queue;
    vtime window = reordering_window(t);
    vtime timeout = 0;
    bool lost = false;

    for (uint32_t n = q->first; n != q->end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(q, n);
        vtime remaining = sent->at + t->rack.rtt + window - tcp_now(t);

        if (sent->sacked || (sent->lost && !sent->resent) ||
            !sent_after(t->rack.xmit_ts, t->rack.end_seq, sent->at, sent->seq + sent->len))
            continue;
        if (remaining > 0) {
            timeout = max_i64(timeout, remaining);
            continue;
        }
        tcp_queue_lose(q, n);
        lost = true;
    }
    if (lost)
        TCP_WHY(t, RULE_TCP_RACK_LOST, t->rack.rtt, window);
    if (timeout > 0)
        tcp_timer_set(t, TCP_REORDER, timeout);
    else
        tcp_timer_stop(t, TCP_REORDER);
    return lost;
}

/* 6.3: the first one, and others only if their time is over, too. Until RACK
 * has seen a delivery, the round trip of the handshake has to do. */
void tcp_rack_timeout(struct tcb *t)
{
    struct tcp_queue *q = &t->queue;
    vtime rtt = t->rack.rtt > 0 ? t->rack.rtt : t->rtt.latest;
    vtime patience = rtt + reordering_window(t);

    for (uint32_t n = q->first; n != q->end; n++)
        if (n == q->first || tcp_queue_at(q, n)->at + patience <= tcp_now(t))
            tcp_queue_lose(q, n);
}

void tcp_rack_reorder_timeout(struct tcb *t)
{
    if (tcp_rack_detect(t))
        tcp_loss_found(t);
}

/* ---- TLP: section 7 ---- */

static vtime probe_timeout(const struct tcb *t)
{
    const vtime max_ack_delay = 200 * MS;
    const vtime least = 2 * TCP_CLOCK_GRANULARITY;
    vtime pto = t->rtt.srtt > 0 ? max_i64(2 * t->rtt.srtt, least) : SECONDS;

    if (t->rtt.srtt > 0 && t->queue.end - t->queue.first == 1)
        pto += max_ack_delay;
    return pto;
}

void tcp_tail_schedule(struct tcb *t)
{
    bool wanted = tcp_uses_rack(t) && tcp_config(t)->tail_probe != 0 &&
                  t->repair == TCP_REPAIR_NONE && t->queue.reported == 0 &&
                  !tcp_queue_is_empty(&t->queue) && tcp_is_synchronized(t->state);
    vtime rto_due = event_due(&t->host->node.world->queue, &t->timers[TCP_REXMT]);

    if (!wanted) {
        tcp_timer_stop(t, TCP_TAIL);
    } else if (t->tail_restart && !t->rack.tail_outstanding) {
        vtime after = min_i64(probe_timeout(t), max_i64(rto_due - tcp_now(t), 0));

        tcp_timer_set(t, TCP_TAIL, after);
        if (tcp_now(t) + after == rto_due) /* then the probe goes first */
            tcp_timer_set(t, TCP_REXMT, after);
    }
    t->tail_restart = false;
}

void tcp_tail_timeout(struct tcb *t)
{
    t->tail_due = !t->rack.tail_outstanding && t->rack.tail_measured;
    tcp_timer_set(t, TCP_REXMT, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)));
}

void tcp_tail_sent(struct tcb *t, bool again)
{
    t->rack.tail_outstanding = true;
    t->rack.tail_is_retransmission = again;
    t->rack.tail_end = t->snd.nxt;
    t->rack.tail_measured = false;
    t->tail_restart = false;
}

/* 7.4.2: a probe that repaired a loss by itself must not go unpunished. */
static void react_to_repaired_loss(struct tcb *t)
{
    TCP_WHY(t, RULE_TCP_TAIL_REPAIRED, 0, 0);
    t->cc.ops->third_duplicate_ack(&t->cc, tcp_flight(t), tcp_now(t));
    tcp_tell_of_reduction(t);
    t->cc.ops->recovery_ended(&t->cc, tcp_flight(t), tcp_now(t));
}

void tcp_tail_acked(struct tcb *t, const struct tcp_segment *seg, bool dsack, bool advanced)
{
    bool duplicate = !advanced && seg->len == 0 && seg->option.sack_count == 0;

    if (dsack && tcp_uses_rack(t))
        tcp_rack_dsack(t);
    if (!t->rack.tail_outstanding || seq_lt(seg->ack, t->rack.tail_end))
        return;
    if (!t->rack.tail_is_retransmission || dsack) {
        t->rack.tail_outstanding = false;
    } else if (seq_gt(seg->ack, t->rack.tail_end)) {
        t->rack.tail_outstanding = false;
        react_to_repaired_loss(t);
    } else if (duplicate) {
        t->rack.tail_outstanding = false;
    }
}
