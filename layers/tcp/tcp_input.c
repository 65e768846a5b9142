#include "layers/tcp/tcb.h"

/*
 * RFC 9293 3.10.7, SEGMENT ARRIVES. This file is its table of contents: the
 * states that come before a connection exists are 3.10.7.1 to .3; for all
 * others (.4) eight steps are taken in their order, until one of them is done
 * with the segment. The steps only set facts; tcp_leave sends.
 */

/* ---- 3.10.7.1: CLOSED ---- */

void tcp_closed_arrives(struct host *host, const struct tcp_segment *seg)
{
    if ((seg->flags & TCP_RST) != 0) {
        WHY(&host->node, RULE_TCP_RST_TO_NOBODY, seg->destination.port, 0);
        return;
    }
    if (host->config.tcp.blackhole == 2 ||
        (host->config.tcp.blackhole == 1 && (seg->flags & TCP_SYN) != 0)) {
        WHY(&host->node, RULE_TCP_BLACKHOLE, seg->destination.port, 0);
        return;
    }
    tcp_reset_answer(host, seg, RULE_TCP_NO_CONNECTION);
}

/* ---- 3.10.7.2: LISTEN ---- */

void tcp_listen_syn(struct tcb *listener, const struct tcp_segment *seg, struct tcb *former)
{
    struct tcb *t = tcp_listen_spawn(listener, seg);

    if (t == NULL)
        return;
    tcp_enter(t);
    t->irs = seg->seq;
    t->rcv.nxt = t->rcv.read = t->rcv.acked = t->rcv.up = seg->seq + 1;
    t->rcv.adv = t->rcv.nxt + (uint32_t)min_i64(t->rcv.size, UINT16_MAX);
    t->iss = tcp_choose_iss(t);
    if (former != NULL)
        tcp_succeed(t, former);
    t->snd.una = t->snd.nxt = t->snd.max_sent = t->snd.small = t->iss;
    t->snd.end = t->snd.up = t->iss + 1;
    t->snd.wnd = t->snd.max_wnd = seg->wnd;
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    tcp_route_learn(t, seg->ip);
    tcp_options_agree(t, seg);
    tcp_link(t);
    tcp_go(t, TCP_RCV_SYN);
    tcp_text_keep(t, seg);
    tcp_leave(t);
}

void tcp_listen_arrives(struct tcb *t, const struct tcp_segment *seg)
{
    if ((seg->flags & TCP_RST) != 0) {
        TCP_WHY(t, RULE_TCP_LISTEN_RST, 0, 0);
        return;
    }
    if ((seg->flags & TCP_ACK) != 0) {
        tcp_reset_answer(t->host, seg, RULE_TCP_LISTEN_ACK);
        return;
    }
    if ((seg->flags & TCP_SYN) != 0)
        tcp_listen_syn(t, seg, NULL);
    else
        TCP_WHY(t, RULE_TCP_LISTEN_OTHER, 0, 0);
}

/* ---- 3.10.7.3: SYN-SENT ---- */

static bool acks_our_syn(const struct tcb *t, const struct tcp_segment *seg)
{
    return seq_gt(seg->ack, t->iss) && seq_le(seg->ack, t->snd.max_sent);
}

static void syn_sent_refused(struct tcb *t, bool acked)
{
    if (!acked) {
        TCP_WHY(t, RULE_TCP_SYN_SENT_BLIND_RST, 0, 0);
        return;
    }
    t->ended_by = RULE_TCP_ENDED_REFUSED;
    tcp_go(t, TCP_RCV_RST);
}

static void syn_sent_answered(struct tcb *t, const struct tcp_segment *seg)
{
    struct tcp_acked acked;

    t->snd.una = seg->ack;
    t->waiting_since = -1;
    tcp_queue_acked(&t->queue, seg->ack, &acked);
    if (acked.sent_at >= 0 && !acked.resent) {
        tcp_rtt_sample(&t->rtt, tcp_rto_limits(t), tcp_now(t) - acked.sent_at);
        t->rack.tail_measured = true;
    }
    t->snd.wnd = t->snd.max_wnd = seg->wnd; /* of a SYN: never scaled */
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    tcp_retransmit_timer_restart(t);
    tcp_go(t, TCP_RCV_SYN_ACK);
    tcp_established(t);
    t->ack_now = true;
    if (tcp_check_urgent(t, seg) == TCP_NEXT_STEP &&
        tcp_process_text(t, seg) == TCP_NEXT_STEP)
        tcp_check_fin(t, seg);
}

/* Simultaneous open: our SYN goes out again, as SYN,ACK (MUST-10). */
static void syn_sent_crossed(struct tcb *t, const struct tcp_segment *seg)
{
    t->snd.wnd = t->snd.max_wnd = seg->wnd;
    t->snd.wl1 = seg->seq;
    t->snd.wl2 = seg->ack;
    tcp_go(t, TCP_RCV_SYN);
    tcp_queue_lose_all(&t->queue);
    tcp_text_keep(t, seg);
}

void tcp_syn_sent_arrives(struct tcb *t, const struct tcp_segment *seg)
{
    bool acked = (seg->flags & TCP_ACK) != 0;

    if (acked && !acks_our_syn(t, seg)) {
        if ((seg->flags & TCP_RST) == 0)
            tcp_reset_answer(t->host, seg, RULE_TCP_SYN_SENT_BAD_ACK);
        else
            TCP_WHY(t, RULE_TCP_SYN_SENT_BLIND_RST, 0, 0);
        return;
    }
    if ((seg->flags & TCP_RST) != 0) {
        syn_sent_refused(t, acked);
        return;
    }
    if ((seg->flags & TCP_SYN) == 0) {
        TCP_WHY(t, RULE_TCP_SYN_SENT_OTHER, 0, 0);
        return;
    }
    t->irs = seg->seq;
    t->rcv.nxt = t->rcv.read = t->rcv.acked = t->rcv.up = seg->seq + 1;
    t->rcv.adv = t->rcv.nxt + (uint32_t)min_i64(t->rcv.size, UINT16_MAX);
    tcp_options_agree(t, seg);
    if (acked)
        syn_sent_answered(t, seg);
    else
        syn_sent_crossed(t, seg);
}

/* ---- 3.10.7.4: all other states ---- */

typedef enum tcp_verdict tcp_step(struct tcb *t, const struct tcp_segment *seg);

/* The third step, security, has nothing to check: no compartments exist here. */
static tcp_step *const steps[] = {
    tcp_check_sequence, /* first */
    tcp_check_reset,    /* second */
    tcp_check_syn,      /* fourth */
    tcp_check_ack,      /* fifth */
    tcp_check_urgent,   /* sixth */
    tcp_process_text,   /* seventh */
    tcp_check_fin,      /* eighth */
};

void tcp_segment_arrives(struct tcb *t, const struct tcp_segment *seg)
{
    if (t->state == STATE_TCP_LISTEN) {
        tcp_listen_arrives(t, seg);
        return;
    }
    t->last_heard = tcp_now(t);
    if (t->state == STATE_TCP_SYN_SENT) {
        tcp_syn_sent_arrives(t, seg);
        return;
    }
    /* Also a segment out of the window shows that the peer is there. */
    tcp_keepalive_restart(t);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i](t, seg) == TCP_DONE)
            break;
}
