#include "layers/tcp/tcb.h"

/* The fifth step of 3.10.7.4: the ACK field. */

/* ---- SYN-RECEIVED ---- */

static enum tcp_verdict syn_received(struct tcb *t, const struct tcp_segment *seg)
{
    if (!seq_gt(seg->ack, t->snd.una) || !seq_le(seg->ack, t->snd.max_sent)) {
        tcp_reset_answer(t->host, seg, RULE_TCP_SYN_RECEIVED_BAD_ACK);
        return TCP_DONE;
    }
    if (t->passive && !tcp_listen_completed(t))
        return TCP_DONE;
    t->snd.wnd = seg->wnd << ((seg->flags & TCP_SYN) != 0 ? 0 : t->snd.scale);
    if (t->snd.wnd > t->snd.max_wnd)
        t->snd.max_wnd = t->snd.wnd;
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    tcp_go(t, TCP_RCV_ACK_OF_SYN);
    return TCP_NEXT_STEP;
}

/* ---- Round trips ---- */

/* RFC 7323 4: the echoed timestamp dates even what was sent twice. */
static vtime echoed_rtt(const struct tcb *t, const struct tcp_segment *seg)
{
    uint32_t ago = tcp_timestamp(t) - seg->option.tsecr;

    if (!t->timestamps || !seg->option.has_timestamps || seg->option.tsecr == 0 ||
        ago > INT32_MAX)
        return -1;
    return max_i64((vtime)ago * MS, TCP_CLOCK_GRANULARITY);
}

static void measure(struct tcb *t, const struct tcp_segment *seg, const struct tcp_acked *acked)
{
    vtime rtt = echoed_rtt(t, seg);

    if (rtt < 0 && acked->syn && t->passive && tcp_config(t)->measure_syn_ack == 0)
        return;
    if (rtt < 0 && acked->resent && !tcp_has_bug(t, BUG_NO_KARN)) {
        TCP_WHY(t, RULE_TCP_KARN, 0, 0);
        return;
    }
    if (rtt < 0 && acked->resent)
        rtt = tcp_now(t) - acked->newest_sent_at;
    else if (rtt < 0 && acked->sent_at >= 0)
        rtt = tcp_now(t) - acked->sent_at;
    if (rtt < 0)
        return;
    if (t->rtt.srtt == 0)
        TCP_WHY(t, RULE_TCP_RTT_FIRST, rtt, 0);
    else
        TCP_WHY(t, RULE_TCP_RTT_SAMPLE, rtt, t->rtt.srtt);
    tcp_rtt_sample(&t->rtt, tcp_rto_limits(t), rtt);
    t->rack.tail_measured = true;
}

/* ---- ECN (RFC 3168 6.1.2) ---- */

/* The peer echoes a mark: as if a segment were lost, once in each window: only if
 * something is acknowledged that was sent after the last time. An idle sender,
 * whose keep-alives are answered by echoes, would else be held back for ever. */
static void react_to_mark(struct tcb *t, const struct tcp_segment *seg, uint32_t flight)
{
    if (!t->ecn || (seg->flags & (TCP_ECE | TCP_SYN)) != TCP_ECE ||
        seq_le(t->snd.una, t->ecn_recover) || t->repair != TCP_REPAIR_NONE)
        return;
    TCP_WHY(t, RULE_TCP_ECN_REDUCED, t->cc.cwnd, 0);
    if (t->cc.cwnd <= t->cc.mss && t->cc.ops != &cc_none) {
        TCP_WHY(t, RULE_TCP_ECN_PAUSE, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)), 0);
        t->ecn_pause = true;
        tcp_timer_set(t, TCP_REXMT, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)));
    }
    t->cc.ops->congestion_marked(&t->cc, flight, tcp_now(t));
    tcp_tell_of_reduction(t);
}

/* What the network and the peer's sender tell the receiver. */
static void note_marks(struct tcb *t, const struct tcp_segment *seg)
{
    if (!t->ecn)
        return;
    if ((seg->flags & TCP_CWR) != 0 && t->ecn_echo) {
        TCP_WHY(t, RULE_TCP_ECN_ECHO_ENDS, 0, 0);
        t->ecn_echo = false;
    }
    if (seg->ecn == IPV4_ECN_CE && seg->text.len > 0) {
        TCP_WHY(t, RULE_TCP_ECN_MARKED, 0, 0);
        t->ecn_echo = true;
    }
}

/* ---- What is acknowledged ---- */

static bool fin_is_acked(const struct tcb *t)
{
    return t->fin_sent && t->snd.una == t->snd.end + 1;
}

/* Marks in sequence space come along: left behind by 2^31 bytes, they would seem
 * to lie ahead. What is less than SND.UNA stays so. */
static void drag_marks(struct tcb *t)
{
    t->snd.small = seq_max(t->snd.small, t->snd.una);
    t->recover = seq_max(t->recover, t->snd.una - 1);
    t->ecn_recover = seq_max(t->ecn_recover, t->snd.una - 1);
    if (seq_gt(t->snd.una, t->lost_edge)) {
        t->lost_edge = t->snd.una;
        t->lost_edge_above = t->queue.sacked;
    }
}

static void advance_una(struct tcb *t, const struct tcp_segment *seg, struct tcp_acked *acked)
{
    uint32_t bytes = seg->ack - t->snd.una;

    tcp_queue_acked(&t->queue, seg->ack, acked);
    acked->bytes = bytes; /* a probe that was taken stands in no queue */
    t->count.bytes_acked += bytes - (acked->syn ? 1 : 0) - (acked->fin ? 1 : 0);
    t->snd.una = seg->ack;
    if (seq_gt(seg->ack, t->snd.nxt))
        t->snd.nxt = seg->ack;
    drag_marks(t);
    if (t->snd.urgent && seq_ge(seg->ack, t->snd.up))
        t->snd.urgent = false;
    t->tail_restart = true;
    t->timeouts_in_row = 0;
    t->told_r1 = false;
    t->waiting_since = tcp_queue_is_empty(&t->queue) ? -1 : tcp_now(t);
    if (t->snd.blocked && tcp_send_room(t) > 0) {
        t->snd.blocked = false;
        t->news |= TCP_NEWS_WRITABLE;
    }
}

/* RFC 5681 2, the definition of a duplicate acknowledgment. */
static bool is_duplicate(const struct tcb *t, const struct tcp_segment *seg)
{
    return t->snd.nxt != t->snd.una && seg->len == 0 && seg->ack == t->snd.una &&
           seg->wnd << t->snd.scale == t->snd.wnd;
}

static void process_ack(struct tcb *t, const struct tcp_segment *seg)
{
    struct tcp_acked acked = { .sent_at = -1 };
    uint32_t flight = tcp_flight(t);
    bool duplicate = is_duplicate(t, seg);
    bool dsack = false;
    uint32_t sacked;

    if (seq_gt(seg->ack, t->snd.una))
        advance_una(t, seg, &acked);
    t->rack.has_echo = t->timestamps && seg->option.has_timestamps;
    t->rack.echo = seg->option.tsecr;
    t->rack.newest = 0;
    sacked = tcp_sack_read(t, seg, &dsack);
    if (acked.bytes > 0)
        measure(t, seg, &acked);
    if (seq_ge(seg->ack, t->snd.una))
        tcp_update_send_window(t, seg);
    if (t->snd.wnd == 0 || tcp_flight(t) > t->snd.wnd)
        t->timeouts_in_row = 0; /* alive, only full: MUST-37, SHLD-17 */
    acked.marked = t->ecn && (seg->flags & TCP_ECE) != 0;
    react_to_mark(t, seg, flight);
    tcp_tail_acked(t, seg, dsack, acked.bytes > 0);
    if (!acked.syn) /* the handshake does not open the window: RFC 5681 3.1 */
        tcp_loss_ack(t, &acked, sacked, duplicate, flight);
    if (acked.bytes > 0)
        tcp_retransmit_timer_restart(t);
    t->persists_in_row = t->snd.wnd > 0 ? 0 : t->persists_in_row;
    if (t->snd.wnd == 0 && tcp_config(t)->window_probe == TCP_PROBE_EMPTY)
        tcp_timer_stop(t, TCP_PERSIST); /* begins anew: from this answer on */
    t->probes_unanswered = 0;
}

/* The ACK of our FIN moves the connection on. */
static enum tcp_verdict process_fin_ack(struct tcb *t)
{
    bool acked = fin_is_acked(t);

    switch (t->state) {
    case STATE_TCP_FIN_WAIT_1:
        if (acked)
            tcp_go(t, TCP_RCV_ACK_OF_FIN);
        return TCP_NEXT_STEP;
    case STATE_TCP_CLOSING: /* "otherwise, ignore the segment" */
        if (acked)
            tcp_go(t, TCP_RCV_ACK_OF_FIN);
        return acked ? TCP_NEXT_STEP : TCP_DONE;
    case STATE_TCP_LAST_ACK:
        if (acked)
            tcp_go(t, TCP_RCV_ACK_OF_FIN);
        return acked ? TCP_DONE : TCP_NEXT_STEP;
    default:
        return TCP_NEXT_STEP;
    }
}

/* RFC 5961 5.2, and "acks something not yet sent". */
static bool ack_is_acceptable(struct tcb *t, const struct tcp_segment *seg)
{
    if (seq_gt(seg->ack, t->snd.max_sent)) {
        TCP_WHY(t, RULE_TCP_ACK_OF_UNSENT, seg->ack - t->snd.max_sent, 0);
        t->ack_now = true;
        return false;
    }
    if (seq_lt(seg->ack, t->snd.una - t->snd.max_wnd)) {
        tcp_challenge(t, RULE_TCP_CHALLENGE_ACK);
        return false;
    }
    return true;
}

enum tcp_verdict tcp_check_ack(struct tcb *t, const struct tcp_segment *seg)
{
    bool opens = t->state == STATE_TCP_SYN_RECEIVED;

    if ((seg->flags & TCP_ACK) == 0) {
        TCP_WHY(t, RULE_TCP_NO_ACK_BIT, 0, 0);
        return TCP_DONE;
    }
    if (opens && syn_received(t, seg) == TCP_DONE)
        return TCP_DONE;
    if (!ack_is_acceptable(t, seg))
        return TCP_DONE;
    if (opens)
        tcp_established(t);
    note_marks(t, seg);
    if (tcp_config(t)->cautious_timestamps != 0 && seq_ge(seg->ack, t->snd.una))
        tcp_remember_timestamp(t, seg);
    process_ack(t, seg);
    return process_fin_ack(t);
}
