#include "tools/lib/tcp_infer.h"

#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"

enum { WSCALE_MAX = 14 }; /* RFC 7323 2.3 */

void tcp_infer_begin(struct tcp_inference *c)
{
    memset(c, 0, sizeof(*c));
    c->end[0].state = c->end[1].state = STATE_TCP_CLOSED;
}

static bool is_set(const struct tcp_header *h, unsigned flags)
{
    return (h->flags & flags) == flags;
}

bool tcp_infer_is_new(const struct tcp_inference *c, int sender, const struct tcp_header *h)
{
    const struct tcp_inferred *from = &c->end[sender], *to = &c->end[!sender];

    if (!is_set(h, TCP_SYN) || is_set(h, TCP_ACK))
        return false;
    if (from->sent)
        return from->iss != h->sequence;
    /* The other end was in the middle of something else. */
    return to->middle;
}

uint32_t tcp_infer_flight(const struct tcp_inferred *end)
{
    return end->sent && seq_gt(end->nxt, end->una) ? end->nxt - end->una : 0;
}

static bool go(struct tcp_inference *c, int side, enum tcp_event event,
               const struct tcp_infer_sink *sink)
{
    const struct tcp_arrow *arrow = tcp_arrow_find(c->end[side].state, event);

    if (arrow == NULL)
        return false;
    c->end[side].state = arrow->to;
    if (sink != NULL)
        sink->arrow(sink->context, side, arrow);
    return true;
}

/* ---- What the sender must have done ---- */

static void read_options(struct tcp_inferred *end, const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option)) {
        if (option.kind == TCP_OPTION_WINDOW_SCALE && option.data.len >= 1) {
            end->scale_given = true;
            end->scale_agreed = is_set(h, TCP_ACK);
            end->scale = option.data.at[0] < WSCALE_MAX ? option.data.at[0] : WSCALE_MAX;
        }
        if (option.kind == TCP_OPTION_MSS && option.data.len >= 2) {
            end->mss_given = true;
            end->mss = get_be16(option.data.at);
        }
    }
}

/* The first numbered segment of END gives it its numbers. */
static void number(struct tcp_inferred *end, const struct tcp_header *h)
{
    if (end->sent || is_set(h, TCP_RST))
        return;
    end->sent = true;
    end->iss = is_set(h, TCP_SYN) ? h->sequence : h->sequence - 1;
    end->nxt = h->sequence;
    if (!end->acked || !seq_gt(end->una, end->iss))
        end->una = h->sequence;
}

/* Seen from its middle on: nobody opened it under our eyes. */
static void begin_in_the_middle(struct tcp_inference *c, int sender, const struct tcp_header *h)
{
    struct tcp_inferred *from = &c->end[sender], *to = &c->end[!sender];

    if (from->sent || from->state != STATE_TCP_CLOSED || (h->flags & (TCP_SYN | TCP_RST)) != 0)
        return;
    from->middle = true;
    from->state = STATE_TCP_ESTABLISHED;
    if (!to->sent && to->state == STATE_TCP_CLOSED) {
        to->middle = true;
        to->state = STATE_TCP_ESTABLISHED;
    }
}

static void sends_syn(struct tcp_inference *c, int sender, const struct tcp_header *h,
                      const struct tcp_infer_sink *sink)
{
    struct tcp_inferred *from = &c->end[sender];

    if (!is_set(h, TCP_SYN))
        return;
    if (!from->sent)
        read_options(from, h);
    from->opened = true;
    if (!is_set(h, TCP_ACK)) {
        if (!from->sent)
            go(c, sender, TCP_ACTIVE_OPEN, sink);
        return;
    }
    if (from->state == STATE_TCP_CLOSED && !from->sent) {
        from->passive = true;
        go(c, sender, TCP_PASSIVE_OPEN, sink);
    }
    if (from->state == STATE_TCP_LISTEN || from->state == STATE_TCP_SYN_SENT)
        go(c, sender, TCP_RCV_SYN, sink);
}

/* Its ACK shows what it has read: the peer's SYN, the peer's FIN. */
static void sends_ack(struct tcp_inference *c, int sender, const struct tcp_header *h,
                      const struct tcp_infer_sink *sink)
{
    struct tcp_inferred *from = &c->end[sender], *to = &c->end[!sender];

    if (!is_set(h, TCP_ACK) || is_set(h, TCP_RST))
        return;
    if (from->state == STATE_TCP_SYN_SENT && !is_set(h, TCP_SYN))
        go(c, sender, TCP_RCV_SYN_ACK, sink);
    if (to->fin_sent && !from->fin_taken && seq_gt(h->acknowledgment, to->fin)) {
        go(c, sender, TCP_RCV_FIN, sink);
        from->fin_taken = true;
    }
    from->acked = true;
    from->rcv_nxt = h->acknowledgment;
}

static void note_window(struct tcp_inferred *from, const struct tcp_inferred *to,
                        const struct tcp_header *h)
{
    bool offered = to->scale_given || (!to->opened && from->scale_agreed);
    bool scaled = from->scale_given && offered && !is_set(h, TCP_SYN);

    if (!is_set(h, TCP_RST))
        from->window = scaled ? (uint32_t)h->window << from->scale : h->window;
}

static void note_numbers(struct tcp_inferred *from, const struct tcp_header *h, uint32_t len,
                         vtime at)
{
    uint32_t end = h->sequence + len + is_set(h, TCP_SYN) + is_set(h, TCP_FIN);

    if (end == h->sequence || is_set(h, TCP_RST))
        return;
    if (seq_gt(end, from->nxt)) {
        if (!from->timing) {
            from->timing = true;
            from->timed = end;
            from->timed_at = at;
        }
        from->nxt = end;
    } else {
        from->timing = false; /* sent again: whose ACK would it be? (RFC 6298 3) */
    }
}

static void sends_rst(struct tcp_inference *c, int sender, const struct tcp_header *h,
                      const struct tcp_infer_sink *sink)
{
    struct tcp_inferred *from = &c->end[sender];

    /* With another number it answers for a connection that is not there, or it
     * is somebody else's. */
    if (from->sent && h->sequence == from->nxt && from->state != STATE_TCP_LISTEN)
        go(c, sender, TCP_ABORT, sink);
}

void tcp_infer_sent(struct tcp_inference *c, int sender, const struct tcp_header *h, uint32_t len,
                    vtime at, const struct tcp_infer_sink *sink)
{
    struct tcp_inferred *from = &c->end[sender];

    if (is_set(h, TCP_RST)) {
        sends_rst(c, sender, h, sink);
        return;
    }
    begin_in_the_middle(c, sender, h);
    sends_syn(c, sender, h, sink);
    number(from, h);
    sends_ack(c, sender, h, sink);
    note_window(from, &c->end[!sender], h);
    note_numbers(from, h, len, at);
    if (!is_set(h, TCP_FIN) || from->fin_sent)
        return;
    from->fin_sent = true;
    from->fin = h->sequence + len + is_set(h, TCP_SYN);
    if (from->state != STATE_TCP_SYN_SENT) /* there CLOSE sends nothing */
        go(c, sender, TCP_CLOSE, sink);
}

/* ---- What the segment does to its receiver ---- */

/* Exactly the next number, or it is none to heed (RFC 9293 3.10.7.4; in
 * SYN-SENT 3.10.7.3: an acceptable ACK). */
static bool is_good_reset(const struct tcp_inferred *from, const struct tcp_inferred *to,
                          const struct tcp_header *h)
{
    if (to->state == STATE_TCP_SYN_SENT)
        return is_set(h, TCP_ACK) && h->acknowledgment == to->nxt;
    return (to->acked && h->sequence == to->rcv_nxt) || (from->sent && h->sequence == from->nxt);
}

static void reset_arrives(struct tcp_inference *c, int sender, const struct tcp_header *h,
                          const struct tcp_infer_sink *sink)
{
    const struct tcp_inferred *to = &c->end[!sender];
    bool back = to->state == STATE_TCP_SYN_RECEIVED && to->passive;

    if (is_good_reset(&c->end[sender], to, h))
        go(c, !sender, back ? TCP_BACK_TO_LISTEN : TCP_RCV_RST, sink);
}

static void measure(struct tcp_inferred *to, const struct tcp_header *h, vtime at)
{
    if (!to->timing || seq_lt(h->acknowledgment, to->timed))
        return;
    to->timing = false;
    to->rtt = at - to->timed_at;
}

void tcp_infer_arrives(struct tcp_inference *c, int sender, const struct tcp_header *h, vtime at,
                       const struct tcp_infer_sink *sink)
{
    struct tcp_inferred *from = &c->end[sender], *to = &c->end[!sender];

    if (is_set(h, TCP_RST)) {
        reset_arrives(c, sender, h, sink);
        return;
    }
    if (!is_set(h, TCP_ACK) || (to->sent && seq_gt(h->acknowledgment, to->nxt) && !to->middle))
        return;
    measure(to, h, at);
    if (!to->sent || seq_gt(h->acknowledgment, to->una))
        to->una = h->acknowledgment;
    if (to->state == STATE_TCP_SYN_RECEIVED && to->sent && h->acknowledgment != to->iss)
        go(c, !sender, TCP_RCV_ACK_OF_SYN, sink);
    if (!to->fin_sent || !seq_gt(h->acknowledgment, to->fin))
        return;
    /* It was sent behind a FIN that must have come first. */
    if (from->fin_sent && !to->fin_taken && seq_gt(h->sequence, from->fin) &&
        go(c, !sender, TCP_RCV_FIN, sink))
        to->fin_taken = true;
    go(c, !sender, TCP_RCV_ACK_OF_FIN, sink);
}
