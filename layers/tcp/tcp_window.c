#include "layers/tcp/tcb.h"

/* Both windows: RFC 9293 3.8.6, RFC 7323 2. */

/* ---- The peer's ---- */

/* WL1 and WL2 keep old segments from updating the window. One that acknowledges
 * more than any before is not old, although its text may be: its window counts
 * from the SND.UNA that it moves. */
static bool is_newer(const struct tcb *t, const struct tcp_segment *seg)
{
    return seq_lt(t->snd.wl1, seg->seq) || seq_lt(t->snd.wl2, seg->ack) ||
           (t->snd.wl1 == seg->seq && t->snd.wl2 == seg->ack);
}

void tcp_update_send_window(struct tcb *t, const struct tcp_segment *seg)
{
    uint32_t scale = (seg->flags & TCP_SYN) != 0 ? 0 : t->snd.scale;
    uint32_t wnd = seg->wnd << scale;

    if (!is_newer(t, seg)) {
        TCP_WHY(t, RULE_TCP_OLD_WINDOW, seg->wnd, 0);
        return;
    }
    if (seq_lt(seg->ack + wnd, t->snd.una + t->snd.wnd) && t->snd.wl2 == seg->ack)
        TCP_WHY(t, RULE_TCP_WINDOW_SHRUNK, t->snd.wnd, wnd);
    if (wnd == 0 && t->snd.wnd != 0)
        TCP_WHY(t, RULE_TCP_ZERO_WINDOW, 0, 0);
    else if (wnd != 0 && t->snd.wnd == 0)
        TCP_WHY(t, RULE_TCP_WINDOW_OPENED, wnd, 0);
    t->snd.wnd = wnd;
    t->snd.wl1 = seq_max(t->snd.wl1, seg->seq);
    t->snd.wl2 = seg->ack;
    if (wnd > t->snd.max_wnd)
        t->snd.max_wnd = wnd;
}

/* ---- Our own ---- */

/* Where the right edge could be: free room in the buffer, as far as the window
 * field can say it. */
static uint32_t window_possible(const struct tcb *t)
{
    uint32_t unread = t->rcv.nxt - t->rcv.read;
    uint32_t room = t->rcv.size > unread ? t->rcv.size - unread : 0;
    uint32_t most = (uint32_t)UINT16_MAX << t->rcv.scale;

    return room < most ? room : most;
}

/* 64 KiB of buffer are one byte more than 16 bits can promise. A child of a listener
 * has no buffer of its own yet. */
uint32_t tcp_accepted_window(const struct tcb *t)
{
    uint32_t unread = (uint32_t)tcp_available(t);
    uint32_t room = t->rcv.size > unread ? t->rcv.size - unread : 0;
    uint32_t promised = tcp_receive_window(t);

    if (tcp_config(t)->whole_buffer == 0 || (t->state == STATE_TCP_SYN_RECEIVED && t->passive))
        return promised;
    return room > promised ? room : promised;
}

/* What is worth telling: MUST-39, RFC 9293 3.8.6.2.2, with Fr = 1/2. */
static uint32_t worth_opening(const struct tcb *t)
{
    uint32_t half = t->rcv.size / 2 > 0 ? t->rcv.size / 2 : 1;
    uint32_t mss = t->cc.mss > t->rcv.mss ? t->cc.mss : t->rcv.mss;

    if (tcp_config(t)->sws_avoidance == 0)
        return 1;
    return half < mss ? half : mss;
}

/* What of a promise the peer can read: the field has no room for less than one
 * unit of the scale (RFC 7323 2.4). */
static uint32_t as_told(const struct tcb *t, uint32_t window)
{
    return window & ~((UINT32_C(1) << t->rcv.scale) - 1);
}

uint32_t tcp_offer_window(struct tcb *t)
{
    uint32_t promised = tcp_receive_window(t);
    uint32_t possible = as_told(t, window_possible(t));
    uint32_t told = as_told(t, promised);

    if (possible > promised && possible - told >= worth_opening(t)) {
        if (told == 0)
            TCP_WHY(t, RULE_TCP_WINDOW_REOPENED, possible, 0);
        t->rcv.adv = t->rcv.nxt + possible;
        return possible;
    }
    if (possible > promised)
        TCP_WHY(t, RULE_TCP_WINDOW_HELD, possible - told, worth_opening(t));
    return promised; /* the right edge never moves left (SHLD-14) */
}

/* A receiver in no hurry: two segments, and a quarter of a large buffer. */
static bool opens_a_quarter(const struct tcb *t, uint32_t opens)
{
    uint32_t size = t->rcv.size;

    if (opens >= size / 2 + (size & 1))
        return true;
    return opens >= 2 * t->cc.mss &&
           (opens >= size / 4 || window_possible(t) <= size / 8 || size <= 8 * t->cc.mss);
}

/* Every ACK carries the window anyway; one of its own is worth sending when
 * the window opens by two segments, half of the buffer, or from nothing. */
bool tcp_window_update_due(const struct tcb *t)
{
    uint32_t promised = tcp_receive_window(t);
    uint32_t possible = as_told(t, window_possible(t));
    uint32_t told = as_told(t, promised);
    uint32_t opens = possible > promised ? possible - told : 0;

    if (!tcp_may_receive(t->state) || opens == 0)
        return false;
    if (tcp_config(t)->sws_avoidance == 0)
        return told < t->rcv.mss || told == 0;
    if (tcp_config(t)->window_updates == TCP_UPDATE_QUARTER)
        return opens_a_quarter(t, opens);
    if (told < t->rcv.mss || told == 0)
        return opens >= worth_opening(t);
    return opens >= 2 * t->cc.mss || opens >= t->rcv.size / 2 + (t->rcv.size & 1);
}
