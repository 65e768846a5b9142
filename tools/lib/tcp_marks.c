#include "tools/lib/tcp_marks.h"

#include "tools/lib/tcp_analysis.h"

/* ---- What was sent before ---- */

static void add_gap(struct tcp_said *said, seq32 from, seq32 to)
{
    if (said->gap_count < TCP_GAPS_MAX)
        said->gaps[said->gap_count++] = (struct tcp_gap){ from, to };
}

static void drop_gap(struct tcp_said *said, unsigned i)
{
    said->gaps[i] = said->gaps[--said->gap_count];
}

/* Takes FROM to TO out of the gaps; returns how many bytes of it were one. */
static uint32_t fill_gaps(struct tcp_said *said, seq32 from, seq32 to)
{
    uint32_t filled = 0;

    for (unsigned i = said->gap_count; i-- > 0;) {
        struct tcp_gap gap = said->gaps[i];
        seq32 low = seq_max(gap.from, from), high = seq_min(gap.to, to);

        if (seq_ge(low, high))
            continue;
        filled += high - low;
        drop_gap(said, i);
        if (seq_lt(gap.from, low))
            add_gap(said, gap.from, low);
        if (seq_lt(high, gap.to))
            add_gap(said, high, gap.to);
    }
    return filled;
}

/* Numbers that the segment takes: data, SYN and FIN. */
static uint32_t numbers_of(const struct tcp_segment *s)
{
    return s->len + ((s->header->flags & TCP_SYN) != 0) + ((s->header->flags & TCP_FIN) != 0);
}

/* Of a simultaneous open: the SYN once more, but now it acknowledges. */
static bool is_first_syn_ack(const struct tcp_said *said, const struct tcp_segment *s)
{
    return (s->header->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && !said->acked;
}

static void mark_sent_before(struct tcp_said *said, struct tcp_segment *s)
{
    seq32 from = s->header->sequence, to = from + numbers_of(s);

    if (from == to || (said->has_sent && is_first_syn_ack(said, s)))
        return;
    if (!said->has_sent || seq_ge(from, said->next)) {
        if (said->has_sent && seq_gt(from, said->next))
            add_gap(said, said->next, from);
        said->next = to;
        said->has_sent = true;
        return;
    }
    if (fill_gaps(said, from, to) == seq_min(to, said->next) - from)
        s->marks |= TCP_IS_OUT_OF_ORDER;
    else
        s->marks |= TCP_IS_RETRANSMISSION;
    said->next = seq_max(said->next, to);
}

/* ---- Marks ---- */

static bool is_bare_ack(const struct tcp_segment *s)
{
    return numbers_of(s) == 0 && (s->header->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
}

static void mark_ack(struct tcp_said *from, const struct tcp_said *to, struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;
    bool same_ack = from->acked && h->acknowledgment == from->ack;
    bool same_window = s->window == from->window;
    bool awaited = to->has_sent && seq_gt(to->next, h->acknowledgment);

    if (s->window == 0 && (h->flags & (TCP_SYN | TCP_RST | TCP_FIN)) == 0)
        s->marks |= TCP_IS_ZERO_WINDOW;
    if (!same_ack)
        from->duplicates = 0;
    if (!is_bare_ack(s) || !same_ack)
        return;
    if (!same_window && s->window > from->window)
        s->marks |= TCP_IS_WINDOW_UPDATE;
    if (same_window && s->window == 0 && to->probes) {
        s->marks |= TCP_IS_PROBE_ACK;
        return;
    }
    if (same_window && awaited && (s->marks & TCP_IS_KEEP_ALIVE) == 0) {
        s->marks |= TCP_IS_DUPLICATE_ACK;
        s->duplicates = ++from->duplicates;
    }
}

/* One number before what is next, no news: is somebody there? */
static bool is_keep_alive(const struct tcp_said *from, const struct tcp_segment *s)
{
    return s->len <= 1 && (s->header->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 &&
           from->has_sent && s->header->sequence == from->next - 1 && from->gap_count == 0;
}

/* The byte that the last probe carried, alone once more: the news that the
 * window is open has not come through, or this would be more than a byte. */
static bool is_probe_again(const struct tcp_said *from, const struct tcp_said *to,
                           const struct tcp_segment *s)
{
    return from->probes && s->len == 1 && s->header->sequence == from->probe &&
           seq_le(to->ack, from->probe) && from->next == from->probe;
}

/* Its byte does not count as sent: it goes again with those behind it, which is
 * no retransmission. Once it is acknowledged it was sent, see take_probed. */
static bool is_new_probe(const struct tcp_said *from, const struct tcp_segment *s)
{
    return (s->marks & TCP_IS_PROBE) != 0 && s->len == 1 && from->has_sent &&
           s->header->sequence == from->next;
}

static void take_probed(struct tcp_said *to, seq32 ack)
{
    if (to->probes && to->has_sent && to->next == to->probe && ack == to->probe + 1)
        to->next = ack;
}

static void mark_data(struct tcp_said *from, const struct tcp_said *to, struct tcp_segment *s)
{
    bool shut = to->acked && to->window == 0;
    bool keep_alive = is_keep_alive(from, s);
    bool numbered = numbers_of(s) > 0;

    if ((shut && (s->len == 1 || (keep_alive && s->len == 0))) || is_probe_again(from, to, s))
        s->marks |= TCP_IS_PROBE;
    else if (keep_alive && (s->len == 0 || (to->acked && seq_ge(to->ack, from->next))))
        s->marks |= TCP_IS_KEEP_ALIVE;
    if (numbered || (s->marks & TCP_IS_PROBE) != 0) {
        from->probes = (s->marks & TCP_IS_PROBE) != 0;
        from->probe = s->header->sequence;
    }
    if ((s->marks & TCP_IS_KEEP_ALIVE) == 0 && !is_new_probe(from, s))
        mark_sent_before(from, s);
}

bool tcp_said_has_no_number(const struct tcp_said *from, const struct tcp_header *h)
{
    return (h->flags & (TCP_RST | TCP_ACK)) == (TCP_RST | TCP_ACK) && h->sequence == 0 &&
           !(from->has_sent && from->next == 0);
}

void tcp_marks_take(struct tcp_said *from, struct tcp_said *to, struct tcp_segment *s)
{
    const struct tcp_header *h = s->header;

    mark_data(from, to, s);
    if ((h->flags & TCP_ACK) != 0) {
        take_probed(to, h->acknowledgment);
        mark_ack(from, to, s);
    }
    if ((h->flags & TCP_RST) != 0)
        return;
    s->window_told = !from->acked || s->window != from->window || is_bare_ack(s);
    from->acked = from->acked || (h->flags & TCP_ACK) != 0;
    from->ack = h->acknowledgment;
    from->window = s->window;
}
