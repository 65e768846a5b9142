#include "layers/tcp/tcb.h"

/* Steps one, two, four, six and eight of 3.10.7.4; the fifth is tcp_ack.c, the
 * seventh tcp_text.c. */

/* ---- First: the sequence number ---- */

/* Table 6 of RFC 9293. A reset is judged by its number alone, whatever text
 * explains it (3.5.3). */
static bool is_acceptable(const struct tcb *t, const struct tcp_segment *seg)
{
    uint32_t window = tcp_accepted_window(t);
    uint32_t len = (seg->flags & TCP_RST) != 0 ? 0 : seg->len;

    if (len == 0)
        return window == 0 ? seg->seq == t->rcv.nxt : seq_in(seg->seq, t->rcv.nxt, window);
    if (window == 0)
        return false;
    return seq_in(seg->seq, t->rcv.nxt, window) ||
           seq_in(seg->seq + len - 1, t->rcv.nxt, window);
}

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* RFC 7323 5.5: a TS.Recent that is 24 days old says nothing any more. */
static bool ts_recent_is_valid(const struct tcb *t)
{
    return tcp_now(t) - t->ts_recent_at < (vtime)24 * DAY_MS * MS;
}

/* RFC 7323 5.3, R1 and R2. */
static bool fails_paws(const struct tcb *t, const struct tcp_segment *seg)
{
    return t->timestamps && seg->option.has_timestamps && (seg->flags & TCP_RST) == 0 &&
           seq_lt(seg->option.tsval, t->ts_recent) && ts_recent_is_valid(t);
}

/* RFC 7323 3.2: agreed upon, timestamps stand in every segment but resets. The
 * SYN of a peer that has restarted may know nothing of that. */
static bool lacks_timestamp(const struct tcb *t, const struct tcp_segment *seg)
{
    return t->timestamps && !seg->option.has_timestamps && tcp_config(t)->need_timestamps != 0 &&
           (seg->flags & (TCP_RST | TCP_SYN)) == 0;
}

/* RFC 7323 4.3 (2): only a segment that brings the left edge forward, so that
 * a delayed ACK echoes the oldest of what it acknowledges. */
void tcp_remember_timestamp(struct tcb *t, const struct tcp_segment *seg)
{
    if (!t->timestamps || !seg->option.has_timestamps || seq_gt(seg->seq, t->rcv.acked))
        return;
    if (seq_ge(seg->option.tsval, t->ts_recent) || !ts_recent_is_valid(t)) {
        t->ts_recent = seg->option.tsval;
        t->ts_recent_at = tcp_now(t);
    }
}

/* The peer's FIN again: our ACK was lost, and the wait begins anew. */
static void time_wait_again(struct tcb *t)
{
    TCP_WHY(t, RULE_TCP_TIME_WAIT_FIN, 0, 0);
    tcp_timer_set(t, TCP_2MSL, 2 * tcp_config(t)->msl);
}

static enum tcp_verdict unacceptable(struct tcb *t, const struct tcp_segment *seg, rule_id why)
{
    if ((seg->flags & TCP_RST) != 0) {
        TCP_WHY(t, RULE_TCP_RST_OUTSIDE, seg->seq, t->rcv.nxt);
        return TCP_DONE;
    }
    TCP_WHY(t, why, seg->seq, rule_parts(t->rcv.nxt, 0, 0));
    /* An ACK for an ACK may meet one that is as unwelcome: two ends whose windows
     * are used up, and a loss, would go on for ever, and faster with each copy
     * that a wire makes. */
    if (seg->len == 0 && !tcp_may_challenge(t))
        return TCP_DONE;
    tcp_text_note_old(t, seg);
    t->ack_now = true;
    if (t->state == STATE_TCP_TIME_WAIT && (seg->flags & TCP_FIN) != 0 &&
        seg->seq + seg->len == t->rcv.nxt)
        time_wait_again(t);
    return TCP_DONE;
}

/* Our SYN,ACK was lost. The acknowledgment that is due goes as SYN,ACK, for a
 * peer in SYN-SENT drops a bare one (3.10.7.3). Text may make such a SYN reach
 * into the window, which makes it no other SYN. */
static bool is_syn_again(const struct tcb *t, const struct tcp_segment *seg)
{
    return t->state == STATE_TCP_SYN_RECEIVED && seg->seq == t->irs &&
           (seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* A window of zero lets nothing in, yet ACKs, URGs and RSTs count (MUST-66): the
 * text is not kept, the rest is processed. */
static bool is_probe_of_closed_window(const struct tcb *t, const struct tcp_segment *seg)
{
    return tcp_accepted_window(t) == 0 && seg->seq == t->rcv.nxt &&
           (seg->flags & (TCP_ACK | TCP_SYN)) == TCP_ACK;
}

/* Who has filled our window, and lost some of it on the way, sends ACKs with the
 * number at its edge. Table 6 keeps them out; then an end that is answered each
 * time gives up for want of an answer, as its ACKs may be kept out there, too.
 * So what holds where the window is closed holds at its edge as well: one of the
 * cures that RFC 9293, appendix A.2, leaves to the implementer. */
static bool is_ack_at_the_edge(const struct tcb *t, const struct tcp_segment *seg)
{
    return seg->len == 0 && seg->seq == t->rcv.nxt + tcp_accepted_window(t) &&
           (seg->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
}

/*
 * Both ends have probed a closed window, and each has taken the other's byte but
 * not counted its own as sent: so each ACK lies one to the left of what the other
 * expects, and none would ever be read (RFC 9293, appendix A.2, "simultaneous
 * window probes").
 */
static bool is_ack_of_a_probe(const struct tcb *t, const struct tcp_segment *seg)
{
    return t->snd.max_sent != t->snd.nxt && seg->ack == t->snd.max_sent && seg->len == 0 &&
           seg->seq == t->rcv.nxt - 1 && (seg->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
}

/*
 * RFC 6191 2: is SEG, for a connection in TIME-WAIT, the SYN of a new one? A
 * larger timestamp shows that it is no old duplicate, or else a number above
 * that of the FIN.
 */
static bool begins_anew(const struct tcb *t, const struct tcp_segment *seg)
{
    bool stamped = seg->option.has_timestamps && tcp_config(t)->timestamps != 0;
    bool above = seq_ge(seg->seq, t->rcv.nxt);

    if (t->state != STATE_TCP_TIME_WAIT || (seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    if (!stamped)
        return above;
    return !t->timestamps || seq_gt(seg->option.tsval, t->ts_recent) ||
           (seg->option.tsval == t->ts_recent && above);
}

/* TIME-WAIT expects nothing but the FIN again; other than by an ACK the peer would
 * not learn where it stands. */
static bool is_stray(const struct tcb *t, const struct tcp_segment *seg)
{
    if (tcp_config(t)->answer_strays == 0 || t->state != STATE_TCP_TIME_WAIT ||
        (seg->flags & (TCP_ACK | TCP_RST)) != TCP_ACK)
        return false;
    return seg->len > 0 || seg->seq != t->rcv.nxt || seg->ack != t->snd.nxt;
}

static bool makes_way(struct tcb *t, const struct tcp_segment *seg)
{
    struct tcb *listener;

    if (!begins_anew(t, seg))
        return false;
    listener = tcp_lookup_listener(t->host, &t->local);
    if (listener == NULL)
        return false;
    tcp_enter(listener);
    tcp_listen_syn(listener, seg, t);
    tcp_leave(listener);
    return true;
}

enum tcp_verdict tcp_check_sequence(struct tcb *t, const struct tcp_segment *seg)
{
    if (makes_way(t, seg))
        return TCP_DONE;
    if (lacks_timestamp(t, seg)) {
        TCP_WHY(t, RULE_TCP_NO_TIMESTAMP, 0, 0);
        return TCP_DONE;
    }
    if (fails_paws(t, seg))
        return unacceptable(t, seg, RULE_TCP_PAWS);
    if (is_syn_again(t, seg)) {
        TCP_WHY(t, RULE_TCP_SYN_AGAIN, 0, 0);
        tcp_queue_lose_all(&t->queue);
        return TCP_DONE;
    }
    if (is_acceptable(t, seg)) {
        t->ack_now = t->ack_now || is_stray(t, seg);
        tcp_route_learn(t, seg->ip);
        return TCP_NEXT_STEP;
    }
    if (is_ack_at_the_edge(t, seg))
        return TCP_NEXT_STEP;
    if (is_ack_of_a_probe(t, seg)) {
        t->ack_now = true;
        return TCP_NEXT_STEP;
    }
    if (is_probe_of_closed_window(t, seg)) {
        TCP_WHY(t, RULE_TCP_WINDOW_CLOSED, seg->len, 0);
        t->ack_now = true;
        return TCP_NEXT_STEP;
    }
    /* Simultaneous open: the peer's SYN,ACK repeats the SYN that is known, but
     * its ACK is news (3.5, Figure 7). */
    if (t->state == STATE_TCP_SYN_RECEIVED && !t->passive && seg->seq == t->irs &&
        (seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK)) {
        t->ack_now = t->ack_now || tcp_config(t)->answer_strays != 0;
        return TCP_NEXT_STEP;
    }
    return unacceptable(t, seg, RULE_TCP_UNACCEPTABLE);
}

/* ---- Second: RST ---- */

static void reset_by_peer(struct tcb *t)
{
    if (t->state == STATE_TCP_SYN_RECEIVED && t->passive) {
        t->ended_by = RULE_TCP_ENDED_RESET;
        tcp_go(t, TCP_BACK_TO_LISTEN);
        return;
    }
    t->ended_by = t->state == STATE_TCP_SYN_RECEIVED ? RULE_TCP_ENDED_REFUSED
                                                     : RULE_TCP_ENDED_RESET;
    tcp_go(t, TCP_RCV_RST);
}

enum tcp_verdict tcp_check_reset(struct tcb *t, const struct tcp_segment *seg)
{
    if ((seg->flags & TCP_RST) == 0)
        return TCP_NEXT_STEP;
    if (t->state == STATE_TCP_TIME_WAIT) {
        /* RFC 1337, fix F1: else an old duplicate would end TIME-WAIT early. */
        TCP_WHY(t, RULE_TCP_TIME_WAIT_RST, 0, 0);
        return TCP_DONE;
    }
    if (seg->seq == t->rcv.nxt || tcp_config(t)->insecure_rst != 0)
        reset_by_peer(t);
    else
        tcp_challenge(t, RULE_TCP_CHALLENGE_RST);
    return TCP_DONE;
}

/* ---- Fourth: SYN ---- */

enum tcp_verdict tcp_check_syn(struct tcb *t, const struct tcp_segment *seg)
{
    if ((seg->flags & TCP_SYN) == 0) {
        if (tcp_config(t)->cautious_timestamps == 0)
            tcp_remember_timestamp(t, seg);
        return TCP_NEXT_STEP;
    }
    if (t->state == STATE_TCP_SYN_RECEIVED) {
        if (t->passive) {
            t->ended_by = RULE_TCP_ENDED_RESET;
            tcp_go(t, TCP_BACK_TO_LISTEN);
            return TCP_DONE;
        }
        if (seg->seq == t->irs)
            return TCP_NEXT_STEP;
    }
    /* What RFC 1337 says of resets holds for an old SYN: it ends no TIME-WAIT. */
    if (tcp_config(t)->insecure_syn != 0 && t->state != STATE_TCP_TIME_WAIT) {
        if (tcp_config(t)->reset_with_ack != 0)
            tcp_reset_peer(t, RULE_TCP_SYN_IN_WINDOW);
        else
            tcp_reset_answer(t->host, seg, RULE_TCP_SYN_IN_WINDOW);
        reset_by_peer(t);
        return TCP_DONE;
    }
    tcp_challenge(t, RULE_TCP_CHALLENGE_SYN);
    return TCP_DONE;
}

/* ---- Sixth: URG ---- */

enum tcp_verdict tcp_check_urgent(struct tcb *t, const struct tcp_segment *seg)
{
    seq32 up = seg->seq + seg->up;

    if ((seg->flags & TCP_URG) == 0 || !tcp_may_receive(t->state) || seq_le(up, t->rcv.up))
        return TCP_NEXT_STEP;
    t->rcv.up = up;
    TCP_WHY(t, RULE_TCP_URGENT, up - t->rcv.read, 0);
    if (seq_gt(up, t->rcv.read)) { /* MUST-32: also if it only advances */
        t->rcv.urgent = true;
        t->news |= TCP_NEWS_URGENT;
    }
    return TCP_NEXT_STEP;
}

/* ---- Eighth: FIN ---- */

/* The peer has finished before, and numbers that lie behind its end come to
 * nothing. They are acknowledged, without going over them. */
static void fin_behind_the_end(struct tcb *t)
{
    t->ack_now = true;
    if (t->state == STATE_TCP_TIME_WAIT)
        time_wait_again(t);
    else
        TCP_WHY(t, RULE_TCP_FIN_AGAIN, 0, 0);
}

/* The text step has moved RCV.NXT up to the FIN, if nothing is missing. */
enum tcp_verdict tcp_check_fin(struct tcb *t, const struct tcp_segment *seg)
{
    if (t->rcv.at_end && (seg->flags & TCP_FIN) != 0) {
        fin_behind_the_end(t);
        return TCP_DONE;
    }
    if (!t->rcv.has_fin || t->rcv.at_end || t->rcv.nxt != t->rcv.fin ||
        !(tcp_may_receive(t->state) || t->state == STATE_TCP_SYN_RECEIVED))
        return TCP_DONE;
    t->rcv.nxt++;
    t->rcv.at_end = true;
    t->ack_now = true;
    t->news |= TCP_NEWS_READABLE;
    if (seq_lt(t->rcv.adv, t->rcv.nxt))
        t->rcv.adv = t->rcv.nxt;
    tcp_go(t, TCP_RCV_FIN);
    return TCP_DONE;
}
