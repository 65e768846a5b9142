#include "layers/tcp/tcb.h"

/*
 * What to send now. Called once, when work on a connection is over; sends
 * until something holds it back, and notes what (t->limit).
 *
 *   1. a segment that recovery wants to go at once
 *   2. segments believed lost, as far as the congestion window lets them
 *   3. probes that a timer has asked for
 *   4. new text and FIN, as far as both windows, Nagle and the silly window
 *      syndrome let them
 *   5. an ACK, if none of these carried it
 */

/* ---- The two windows ---- */

uint32_t tcp_unsent(const struct tcb *t)
{
    return seq_gt(t->snd.end, t->snd.nxt) ? t->snd.end - t->snd.nxt : 0;
}

/* Without SACK, fast recovery counts departures by inflating cwnd instead. */
uint32_t tcp_in_network(const struct tcb *t)
{
    uint32_t flight = tcp_flight(t);

    if (t->repair == TCP_REPAIR_RECOVERY && tcp_recovery(t) != TCP_RECOVERY_SACK)
        return flight;
    return tcp_queue_pipe(&t->queue, flight);
}

/* RFC 3042: two segments more than cwnd, one for each of the first duplicate
 * ACKs. With SACK the pipe has shrunk by what they report already. */
static uint32_t limited_transmit(const struct tcb *t)
{
    uint32_t duplicates = t->duplicate_acks < 2 ? t->duplicate_acks : 2;

    if (tcp_config(t)->limited_transmit == 0 || t->repair != TCP_REPAIR_NONE || t->sack ||
        !t->cc.ops->fast_recovery)
        return 0;
    return duplicates * t->cc.mss;
}

static uint32_t room_in_cwnd(const struct tcb *t)
{
    uint64_t window = (uint64_t)t->cc.cwnd + limited_transmit(t);
    uint32_t used = tcp_in_network(t);

    if (t->ecn_pause)
        return 0;
    if (tcp_recovery(t) == TCP_RECOVERY_STOP_AND_WAIT)
        return tcp_flight(t) > 0 ? 0 : t->cc.mss;
    if (tcp_recovery(t) == TCP_RECOVERY_GO_BACK_N && t->cc.ops == &cc_none)
        window = UINT32_MAX;
    return window > used ? (uint32_t)min_i64((int64_t)(window - used), UINT32_MAX) : 0;
}

static uint32_t room_in_peer_window(const struct tcb *t)
{
    uint32_t flight = tcp_flight(t);

    if (tcp_has_bug(t, BUG_WINDOW_IGNORED))
        return UINT16_MAX;
    return t->snd.wnd > flight ? t->snd.wnd - flight : 0;
}

/* ---- 1, 2: again ---- */

static uint8_t flags_for(const struct tcb *t, seq32 seq, uint32_t text_len)
{
    seq32 end = seq + text_len;
    uint8_t flags = TCP_ACK;

    if (text_len > 0 && (end == t->snd.end || (t->snd.has_push && seq_lt(seq, t->snd.push) &&
                                               seq_ge(end, t->snd.push))))
        flags |= TCP_PSH; /* MUST-60, MUST-61 */
    return flags;
}

static uint8_t flags_of_syn(const struct tcb *t)
{
    return t->state == STATE_TCP_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK;
}

static void send_again(struct tcb *t, struct tcp_sent *sent)
{
    uint32_t text_len = sent->len - sent->syn - sent->fin;
    uint32_t mss = tcp_effective_mss(t);
    uint32_t nth;

    if (text_len > mss) { /* the path has become narrower */
        uint32_t number = tcp_queue_find(&t->queue, sent->seq);

        tcp_queue_split(&t->queue, &tcp_of(t->host)->memory, number, mss);
        sent = tcp_queue_at(&t->queue, number);
        text_len = mss;
    }
    nth = sent->times;
    t->count.retransmissions++;
    t->count.bytes_retransmitted += text_len;
    tcp_queue_sent_again(&t->queue, sent, tcp_now(t));
    t->prr.out += text_len;
    if (sent->syn)
        tcp_transmit(t, t->iss, 0, flags_of_syn(t), nth);
    else
        tcp_transmit(t, sent->seq, text_len,
                     (uint8_t)(flags_for(t, sent->seq, text_len) | (sent->fin ? TCP_FIN : 0)), nth);
}

static void resend_at_once(struct tcb *t)
{
    if (!t->retransmit_next || tcp_queue_is_empty(&t->queue))
        return;
    t->retransmit_next = false;
    tcp_queue_lose(&t->queue, t->queue.first);
    send_again(t, tcp_queue_at(&t->queue, t->queue.first));
}

/* In a window that shrank only what still lies in it goes again; but the oldest
 * always does, to probe (3.8.6: SHLD-16, MUST-35). */
static bool is_beyond_window(const struct tcb *t, const struct tcp_sent *sent)
{
    return sent->seq != t->snd.una && seq_ge(sent->seq, t->snd.una + t->snd.wnd) &&
           !tcp_has_bug(t, BUG_WINDOW_IGNORED);
}

static bool resend_lost(struct tcb *t)
{
    struct tcp_sent *lost = tcp_queue_next_lost(&t->queue);
    bool alone = lost != NULL && tcp_in_network(t) == 0;

    if (lost == NULL)
        return false;
    if (is_beyond_window(t, lost)) {
        t->limit = TCP_LIMIT_PEER_WINDOW;
        return false;
    }
    if (!alone && room_in_cwnd(t) < lost->len) {
        t->limit = TCP_LIMIT_CWND;
        return false;
    }
    send_again(t, lost);
    return true;
}

/* ---- 3, 4: probes and new text ---- */

/* PUSHed: the user has nothing to add at once (no TCP_SEND_MORE), or cannot. */
static bool is_pushed(const struct tcb *t)
{
    return t->closing || t->snd.blocked || (t->snd.has_push && t->snd.push == t->snd.end);
}

/* "SND.NXT = SND.UNA", Nagle's condition; Minshall's (RFC 9293 A.3) lets a small
 * segment follow full ones. */
static bool nothing_holds_small_ones(const struct tcb *t)
{
    return tcp_flight(t) == 0 ||
           (tcp_config(t)->minshall != 0 && seq_le(t->snd.small, t->snd.una));
}

/* RFC 9293 3.8.6.2.1, with Fs = 1/2, and Nagle's condition in brackets; the rest that
 * a FIN goes with is excused from it, for nothing will come to fill it up. */
static bool is_worth_sending(struct tcb *t, uint32_t usable, bool nagle)
{
    uint32_t unsent = tcp_unsent(t);
    uint32_t sendable = unsent < usable ? unsent : usable;
    bool idle = nothing_holds_small_ones(t);

    if (sendable >= t->cc.mss)
        return true;
    if (t->corked && !t->closing && unsent < t->cc.mss) { /* else a window holds it */
        t->limit = TCP_LIMIT_CORK;
        return false;
    }
    if (unsent <= usable)
        t->limit = is_pushed(t) ? TCP_LIMIT_NAGLE : TCP_LIMIT_NOTHING_TO_SEND;
    else
        t->limit = TCP_LIMIT_SILLY_WINDOW;
    if (tcp_config(t)->sws_avoidance == 0 && !nagle)
        return sendable > 0;
    if (unsent <= usable && is_pushed(t) && (idle || !nagle || t->closing))
        return true;
    if (sendable > 0 && sendable >= (t->snd.max_wnd + 1) / 2 && (idle || !nagle))
        return true;
    return tcp_config(t)->sws_avoidance == 0 && sendable > 0 && idle;
}

/* How much new text may go; 0: none, and t->limit says why. */
static uint32_t new_text(struct tcb *t)
{
    uint32_t unsent = tcp_unsent(t);
    uint32_t peer = room_in_peer_window(t);
    uint32_t cwnd = room_in_cwnd(t);
    uint32_t usable = peer < cwnd ? peer : cwnd;

    if (unsent == 0) {
        t->limit = TCP_LIMIT_NOTHING_TO_SEND;
        return 0;
    }
    if (!is_worth_sending(t, usable, t->nagle)) {
        if (t->limit == TCP_LIMIT_SILLY_WINDOW && (cwnd < peer || peer == 0))
            t->limit = cwnd < peer ? TCP_LIMIT_CWND : TCP_LIMIT_PEER_WINDOW;
        if (t->limit == TCP_LIMIT_CWND && tcp_recovery(t) == TCP_RECOVERY_STOP_AND_WAIT)
            t->limit = TCP_LIMIT_STOP_AND_WAIT;
        if (t->limit == TCP_LIMIT_NAGLE)
            TCP_WHY(t, RULE_TCP_NAGLE, unsent, tcp_flight(t));
        return 0;
    }
    if (unsent < usable)
        usable = unsent;
    return usable < t->cc.mss ? usable : t->cc.mss;
}

/* A FIN needs no room in the peer's buffer, so its window does not hold it. */
static bool fin_goes_with(const struct tcb *t, uint32_t text)
{
    return t->closing && !t->fin_sent && t->snd.nxt + text == t->snd.end;
}

/* After a silence the old cwnd says nothing of the network: RFC 5681 4.1. */
static void restart_after_idle(struct tcb *t)
{
    vtime silence = tcp_now(t) - t->last_sent;

    if (tcp_config(t)->restart_after_idle == 0 || tcp_flight(t) > 0 ||
        t->count.bytes_sent == 0 || silence <= tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)))
        return;
    TCP_WHY(t, RULE_TCP_IDLE_RESTART, silence, t->cc.cwnd);
    t->cc.ops->idle(&t->cc);
}

static void send_new(struct tcb *t, uint32_t text, bool fin)
{
    seq32 seq = t->snd.nxt;
    struct tcp_sent *sent = tcp_queue_add(&t->queue, &tcp_of(t->host)->memory, seq,
                                          text + (fin ? 1 : 0), tcp_now(t));
    uint8_t flags = (uint8_t)(flags_for(t, seq, text) | (fin ? TCP_FIN : 0));

    if (t->duplicate_acks > 0 && t->repair == TCP_REPAIR_NONE && tcp_flight(t) + text > t->cc.cwnd)
        t->limited_sent += text;
    sent->fin = fin;
    t->count.bytes_sent += text;
    t->prr.out += text;
    t->snd.nxt += sent->len;
    if (text > 0 && text < t->cc.mss)
        t->snd.small = t->snd.nxt;
    t->snd.max_sent = seq_max(t->snd.max_sent, t->snd.nxt);
    t->tail_restart = true;
    if (t->waiting_since < 0)
        t->waiting_since = tcp_now(t);
    tcp_transmit(t, seq, text, flags, 0);
    if (!fin)
        return;
    t->fin_sent = true;
    if (t->state == STATE_TCP_CLOSE_WAIT)
        tcp_go(t, TCP_CLOSE);
}

/* RFC 9293 3.8.6.1: a byte of new text, although the window is closed; it does
 * not count as sent. Where the window is only silly, what fits goes after all. */
static void probe_window(struct tcb *t)
{
    uint32_t room = room_in_peer_window(t);
    uint32_t text = tcp_unsent(t) < t->cc.mss ? tcp_unsent(t) : t->cc.mss;

    if (room > 0) {
        if (room < text || is_pushed(t))
            TCP_WHY(t, RULE_TCP_SWS_OVERRIDE, room, text);
        else
            TCP_WHY(t, RULE_TCP_PUSH_OVERRIDE, text, 0);
        send_new(t, room < text ? room : text, false);
        return;
    }
    TCP_WHY(t, RULE_TCP_WINDOW_PROBE, t->persists_in_row, 0);
    if (tcp_config(t)->window_probe == TCP_PROBE_EMPTY) {
        tcp_transmit(t, t->snd.una - 1, 0, TCP_ACK, t->persists_in_row);
        return;
    }
    tcp_transmit(t, t->snd.nxt, 1, flags_for(t, t->snd.nxt, 1), t->persists_in_row);
    t->snd.max_sent = seq_max(t->snd.max_sent, t->snd.nxt + 1);
}

/* A tail loss probe: new text if there is some, else the last segment again. */
static void probe_tail(struct tcb *t)
{
    uint32_t text = tcp_unsent(t) < t->cc.mss ? tcp_unsent(t) : t->cc.mss;
    bool is_new = text > 0 && text <= room_in_peer_window(t);

    TCP_WHY(t, RULE_TCP_TAIL_PROBE, is_new, 0);
    if (is_new)
        send_new(t, text, false);
    else
        send_again(t, tcp_queue_at(&t->queue, t->queue.end - 1));
    tcp_tail_sent(t, !is_new);
}

static void send_probes(struct tcb *t)
{
    if (t->persist_due && tcp_unsent(t) > 0 && tcp_flight(t) == 0)
        probe_window(t);
    t->persist_due = false;
    if (t->tail_due && !tcp_queue_is_empty(&t->queue))
        probe_tail(t);
    t->tail_due = false;
}

/* A keep-alive, also where nothing can be sent any more: in FIN-WAIT-2 the peer
 * is waited for, and 3.8.4 makes no difference between states. */
static void probe_peer(struct tcb *t)
{
    if (!t->keep_due)
        return;
    t->keep_due = false;
    TCP_WHY(t, RULE_TCP_KEEPALIVE_PROBE, t->keeps_in_row, tcp_keepalive_probes(t));
    tcp_transmit(t, t->snd.nxt - 1, 0, TCP_ACK, t->keeps_in_row);
}

static bool send_next(struct tcb *t)
{
    uint32_t text;
    bool fin;

    text = new_text(t);
    if (text > 0) /* a segment, which the restart window lets through, too */
        restart_after_idle(t);
    fin = fin_goes_with(t, text);
    if (text == 0 && !fin)
        return false;
    send_new(t, text, fin);
    return true;
}

/* RFC 6675 4, NextSeg rule (3): nothing is marked lost and nothing new may go,
 * but holes below what was reported are worth a guess. */
static bool send_guess(struct tcb *t)
{
    struct tcp_queue *q = &t->queue;
    uint32_t n;

    if (t->repair != TCP_REPAIR_RECOVERY || tcp_recovery(t) != TCP_RECOVERY_SACK ||
        q->sacked == 0 || room_in_cwnd(t) < t->cc.mss)
        return false;
    n = tcp_queue_unsacked(q, q->first);
    while (n != q->end && tcp_queue_at(q, n)->times > 1)
        n = tcp_queue_unsacked(q, n + 1);
    if (n == q->end || seq_ge(tcp_queue_at(q, n)->seq, q->highest_sacked) ||
        is_beyond_window(t, tcp_queue_at(q, n)))
        return false;
    TCP_WHY(t, RULE_TCP_SACK_GUESS, tcp_queue_at(q, n)->seq - t->iss, 0);
    tcp_queue_lose(q, n);
    send_again(t, tcp_queue_at(q, n));
    return true;
}

/* RFC 6675 4, NextSeg rule (4): nothing above them was reported, so nothing tells
 * that the last segments are lost. Once in a recovery, the very last one asks. */
static void send_rescue(struct tcb *t)
{
    struct tcp_queue *q = &t->queue;
    uint32_t n = q->end;

    if (t->repair != TCP_REPAIR_RECOVERY || tcp_recovery(t) != TCP_RECOVERY_SACK ||
        tcp_uses_rack(t) || !seq_gt(t->snd.una, t->rescue) || room_in_cwnd(t) < t->cc.mss)
        return;
    while (n != q->first && tcp_queue_at(q, n - 1)->sacked)
        n--;
    if (n == q->first || is_beyond_window(t, tcp_queue_at(q, n - 1)))
        return;
    t->rescue = t->recover;
    TCP_WHY(t, RULE_TCP_SACK_RESCUE, tcp_queue_at(q, n - 1)->seq - t->iss, 0);
    send_again(t, tcp_queue_at(q, n - 1));
}

/* ---- All of it ---- */

static void send_syn(struct tcb *t)
{
    struct tcp_sent *sent;

    if (t->snd.nxt != t->iss)
        return;
    sent = tcp_queue_add(&t->queue, &tcp_of(t->host)->memory, t->iss, 1, tcp_now(t));
    sent->syn = true;
    t->snd.nxt = t->snd.max_sent = t->iss + 1;
    t->waiting_since = tcp_now(t);
    tcp_transmit(t, t->iss, 0, flags_of_syn(t), 0);
}

static bool may_send_text(const struct tcb *t)
{
    return t->state == STATE_TCP_ESTABLISHED || t->state == STATE_TCP_CLOSE_WAIT ||
           t->state == STATE_TCP_FIN_WAIT_1 || t->state == STATE_TCP_CLOSING ||
           t->state == STATE_TCP_LAST_ACK;
}

static void send_text(struct tcb *t)
{
    uint32_t mss = tcp_effective_mss(t);
    uint32_t sent = t->count.segments_sent;

    if (mss != t->cc.mss)
        cc_mss_changed(&t->cc, mss);
    t->limit = TCP_LIMIT_NOTHING_TO_SEND;
    resend_at_once(t);
    while (resend_lost(t))
        continue;
    send_probes(t);
    if (tcp_queue_next_lost(&t->queue) == NULL)
        while (send_next(t))
            continue;
    while (send_guess(t))
        continue;
    send_rescue(t);
    if (sent != t->count.segments_sent || t->limit == TCP_LIMIT_CWND)
        tcp_loss_note_use(t);
}

void tcp_output(struct tcb *t)
{
    switch (t->state) {
    case STATE_TCP_CLOSED:
    case STATE_TCP_LISTEN:
        return;
    case STATE_TCP_SYN_SENT:
    case STATE_TCP_SYN_RECEIVED:
        send_syn(t);
        resend_lost(t);
        if (t->state == STATE_TCP_SYN_SENT)
            t->ack_now = false;
        break;
    default:
        break;
    }
    if (may_send_text(t))
        send_text(t);
    probe_peer(t);
    if (t->state != STATE_TCP_CLOSED && (t->ack_now || tcp_window_update_due(t)))
        tcp_send_ack(t);
    tcp_timers_after_output(t);
}
