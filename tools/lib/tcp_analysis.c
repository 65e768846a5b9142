#include "tools/lib/tcp_analysis.h"

#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/tcp_header.h"
#include "sim/vtime.h"

enum { FAST_DUPLICATES = 2, SCALE_MAX = 14, UNACKED_ROOM = 2 };

#define FAST_WITHIN (20 * MS)
#define REORDERED_WITHIN (3 * MS) /* where the handshake gives no RTT */
#define IN_FLIGHT_LIMIT 2000000000u

#define NO_ACK_FLAGS (TCP_SYN | TCP_FIN | TCP_RST)

const char *tcp_flag_name(unsigned index)
{
    static const char *const names[TCP_FLAG_COUNT] = {
        "retransmission",
        "fast_retransmission",
        "spurious_retransmission",
        "out_of_order",
        "duplicate_ack",
        "lost_segment",
        "ack_lost_segment",
        "zero_window",
        "window_full",
        "window_update",
        "keep_alive",
        "keep_alive_ack",
        "zero_window_probe",
        "zero_window_probe_ack",
        "reused_ports",
    };

    ASSERT(index < TCP_FLAG_COUNT);
    return names[index];
}

void tcp_analysis_init(struct tcp_analysis *a)
{
    memset(a, 0, sizeof(*a));
    for (int i = 0; i < 2; i++) {
        a->sender[i].scale = TCP_SCALE_UNKNOWN;
        a->sender[i].window = UINT32_MAX; /* none was told: not the one that comes */
        a->sender[i].in_flight_valid = true;
    }
}

void tcp_analysis_free(struct tcp_analysis *a)
{
    free(a->sender[0].unacked);
    free(a->sender[1].unacked);
}

bool tcp_begins_anew(const struct tcp_analysis *a, unsigned sender, const struct tcp_seen *seen)
{
    const struct tcp_sender *from = &a->sender[sender];

    return (seen->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && from->based &&
           seen->sequence != from->base;
}

/* Times of a damaged capture may lie farther apart than 64 bits hold: they wrap. */
static int64_t between(int64_t earlier, int64_t later)
{
    return (int64_t)((uint64_t)later - (uint64_t)earlier);
}

/* ---- Numbers and windows ---- */

/* Without a SYN the first number seen counts as 1: one before it was the SYN's,
 * for all anybody knows. */
static void note_bases(struct tcp_sender *from, struct tcp_sender *to, const struct tcp_seen *s)
{
    if (!from->based) {
        from->base = (s->flags & TCP_SYN) != 0 ? s->sequence : s->sequence - 1;
        from->based = true;
    }
    if (!to->based && (s->flags & TCP_ACK) != 0) {
        to->base = s->acknowledgment - 1;
        to->based = true;
    }
}

/* RFC 7323 2.2: both sides must have offered it. */
static void note_scale(struct tcp_sender *from, struct tcp_sender *to, const struct tcp_seen *s)
{
    if (s->scale >= 0)
        from->scale = s->scale < SCALE_MAX ? s->scale : SCALE_MAX;
    if ((s->flags & TCP_SYN) == 0)
        return;
    if (from->scale == TCP_SCALE_UNKNOWN)
        from->scale = to->scale = TCP_SCALE_NONE;
    else if ((s->flags & TCP_ACK) != 0 && to->scale == TCP_SCALE_NONE)
        from->scale = TCP_SCALE_NONE;
}

/* The window in a segment with SYN is never scaled (RFC 7323 2.2). */
static uint32_t window_of(const struct tcp_sender *from, const struct tcp_seen *s)
{
    bool scaled = from->scale > 0 && (s->flags & TCP_SYN) == 0;

    return scaled ? (uint32_t)s->window << from->scale : s->window;
}

/* What FROM last offered, in bytes. */
static uint32_t offered(const struct tcp_sender *from)
{
    return from->scale > 0 && !from->said_syn_ack ? from->window << from->scale : from->window;
}

/* From the SYN to the first ACK that is no SYN: what the whole handshake took, and
 * at either end's capture, one round trip. */
static void note_handshake(struct tcp_analysis *a, const struct tcp_seen *s)
{
    if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
        a->syn_seen = true;
        a->syn_time_ns = s->time_ns;
    }
    if (a->syn_seen && a->first_rtt_ns == 0 && (s->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK)
        a->first_rtt_ns = between(a->syn_time_ns, s->time_ns);
}

/* ---- Before the question what was sent before ---- */

/* An empty segment that repeats what FROM has said, but for its window. */
static bool is_empty_repeat(const struct tcp_sender *from, const struct tcp_seen *s)
{
    return s->len == 0 && s->sequence == from->next && (s->flags & NO_ACK_FLAGS) == 0;
}

static unsigned place_in_order(struct tcp_sender *from, const struct tcp_seen *s)
{
    unsigned flags = 0;

    if (s->window == 0 && (s->flags & NO_ACK_FLAGS) == 0)
        flags |= TCP_IS_ZERO_WINDOW;
    if (from->next != 0 && seq_gt(s->sequence, from->next) && (s->flags & TCP_RST) == 0) {
        flags |= TCP_IS_AFTER_GAP;
        from->in_flight_valid = false;
    }
    if (s->len <= 1 && s->sequence == from->next - 1 && (s->flags & NO_ACK_FLAGS) == 0)
        flags |= TCP_IS_KEEP_ALIVE;
    return flags;
}

static unsigned compare_windows(const struct tcp_sender *from, const struct tcp_sender *to,
                                const struct tcp_seen *s)
{
    unsigned flags = 0;

    if (is_empty_repeat(from, s) && s->window != 0 && s->window != from->window &&
        s->acknowledgment == from->ack)
        flags |= TCP_IS_WINDOW_UPDATE;
    if (s->len > 0 && to->scale != TCP_SCALE_UNKNOWN && (s->flags & NO_ACK_FLAGS) == 0 &&
        s->sequence + s->len == to->ack + offered(to))
        flags |= TCP_IS_WINDOW_FULL;
    return flags;
}

/* The answers to keep-alives and probes, and duplicate ACKs. */
static unsigned judge_ack(struct tcp_sender *from, struct tcp_sender *to, const struct tcp_seen *s,
                          struct tcp_facts *facts)
{
    bool repeats = s->acknowledgment == from->ack;

    if (!is_empty_repeat(from, s) || s->window != from->window)
        return 0;
    if (s->window != 0 && repeats && (to->last_flags & TCP_IS_KEEP_ALIVE) != 0)
        return TCP_IS_KEEP_ALIVE_ACK;
    if (s->window == 0 && repeats && (to->last_flags & TCP_IS_PROBE) != 0)
        return TCP_IS_PROBE_ACK;
    if (s->window == 0 || !repeats)
        return 0;
    from->unseen_told = false;
    facts->duplicate = ++from->duplicates;
    return TCP_IS_DUPLICATE_ACK;
}

/* Beyond NEXT it is told once, and not where duplicate ACKs have told of a loss. */
static unsigned judge_acked(struct tcp_sender *to, const struct tcp_seen *s)
{
    bool gap = to->contiguous != to->next, told = to->unseen_told || to->duplicates > 0;

    if (to->contiguous == 0 || !seq_gt(s->acknowledgment, to->contiguous) ||
        (s->flags & TCP_ACK) == 0)
        return 0;
    to->contiguous = to->next;
    if (gap)
        return TCP_ACKS_UNSEEN;
    to->unseen_told = true;
    to->duplicates = 0;
    return told ? 0 : TCP_ACKS_UNSEEN;
}

/* ---- What was sent before ---- */

/* A SYN or FIN takes a number (RFC 9293 3.4). */
static uint32_t end_of(const struct tcp_seen *s)
{
    return s->sequence + s->len + ((s->flags & (TCP_SYN | TCP_FIN)) != 0);
}

/* Captures of several interfaces may go back in time: then nobody knows. */
static bool is_within(int64_t earlier, int64_t later, int64_t limit)
{
    return later >= earlier && (uint64_t)later - (uint64_t)earlier < (uint64_t)limit;
}

static unsigned judge_sent_before(const struct tcp_analysis *a, const struct tcp_sender *from,
                                  const struct tcp_sender *to, const struct tcp_seen *s)
{
    int64_t soon = a->first_rtt_ns != 0 ? a->first_rtt_ns : REORDERED_WITHIN;
    bool below = from->next != 0 && seq_lt(s->sequence, from->next);

    /* More than the byte of a probe that may have gone before it. */
    if (s->len > 1 && from->next - 1 == s->sequence)
        below = false;
    if (s->len > 0 && to->ack != 0 && seq_le(s->sequence + s->len, to->ack))
        return TCP_IS_SPURIOUS;
    if (!below)
        return 0;
    if ((to->duplicates >= FAST_DUPLICATES || to->unseen_told) && to->ack == s->sequence &&
        is_within(to->ack_time_ns, s->time_ns, FAST_WITHIN))
        return TCP_IS_FAST_RETRANSMISSION;
    if (is_within(from->next_time_ns, s->time_ns, soon) && from->next != end_of(s))
        return TCP_IS_OUT_OF_ORDER;
    return TCP_IS_RETRANSMISSION;
}

/* ---- The list of what is not acknowledged ---- */

/* False if there is no memory: then the list is as full as can be. */
static bool make_room(struct tcp_sender *from)
{
    uint32_t room = from->unacked_room == 0 ? UNACKED_ROOM : from->unacked_room * 2;
    struct tcp_unacked *list;

    if (from->unacked_count < from->unacked_room)
        return true;
    if (from->unacked_count == TCP_UNACKED_MAX)
        return false;
    room = room < TCP_UNACKED_MAX ? room : TCP_UNACKED_MAX;
    list = realloc(from->unacked, room * sizeof(*list));
    if (list == NULL)
        return false;
    from->unacked = list;
    from->unacked_room = room;
    return true;
}

static void stretch(struct tcp_sender *from, uint32_t first, uint32_t end, bool only)
{
    from->lowest = only ? first : seq_min(from->lowest, first);
    from->highest = only ? end : seq_max(from->highest, end);
}

static void list_segment(struct tcp_sender *from, const struct tcp_seen *s, uint32_t end)
{
    if (!make_room(from))
        return;
    stretch(from, s->sequence, end, from->unacked_count == 0);
    if (end != s->sequence + s->len)
        from->control_end = end;
    from->unacked[from->unacked_count++] =
        (struct tcp_unacked){ s->sequence, end, s->frame, s->time_ns };
}

/* Takes what S acknowledges off the list. Of several segments that end
 * where it points, the oldest is the one that RTT is counted from. */
static void drop_acked(struct tcp_sender *to, const struct tcp_seen *s, struct tcp_facts *facts)
{
    uint32_t ack = s->acknowledgment, kept = 0;

    if (to->unacked_count == 0 || seq_lt(ack, to->lowest))
        return;
    for (uint32_t i = 0; i < to->unacked_count; i++) {
        struct tcp_unacked u = to->unacked[i];

        if (u.end == ack && facts->acked_frame != 0)
            facts->acked_again = true;
        if (u.end == ack && facts->acked_frame == 0) {
            facts->acked_frame = u.frame;
            facts->rtt_ns = between(u.time_ns, s->time_ns);
        }
        if (seq_le(u.end, ack))
            continue;
        if (seq_gt(ack, u.first))
            u.first = ack;
        stretch(to, u.first, u.end, kept == 0);
        to->unacked[kept++] = u;
    }
    to->unacked_count = kept;
}

static void find_resent(const struct tcp_sender *from, const struct tcp_seen *s,
                        struct tcp_facts *facts)
{
    for (uint32_t i = from->unacked_count; i > 0; i--) {
        const struct tcp_unacked *u = &from->unacked[i - 1];

        if (!seq_le(u->first, s->sequence) || !seq_lt(s->sequence, u->end))
            continue;
        facts->resent_frame = u->frame;
        facts->resent_ns = between(u->time_ns, s->time_ns);
        return;
    }
}

/* The number that a SYN or FIN takes is no byte. */
static uint32_t bytes_in_flight(const struct tcp_sender *from, const struct tcp_sender *to,
                                const struct tcp_seen *s)
{
    uint32_t bytes =
        from->highest - from->lowest - (from->highest == from->control_end) - to->sacked;

    if (s->len == 0 || !from->in_flight_valid || from->unacked_count == 0)
        return 0;
    return bytes < IN_FLIGHT_LIMIT ? bytes : 0;
}

/* ---- A segment ---- */

/* Notes what S said, for the next. */
static void remember(const struct tcp_analysis *a, struct tcp_sender *from,
                     const struct tcp_seen *s, unsigned flags)
{
    bool counts = s->len > 0 || (s->flags & (TCP_SYN | TCP_FIN)) != 0;
    uint32_t end = end_of(s);
    bool probe = (flags & TCP_IS_PROBE) != 0;

    if (counts && !a->unlisted)
        list_segment(from, s, end);
    if (!probe && (from->next == 0 || seq_gt(end, from->next))) {
        from->next = end;
        from->next_time_ns = s->time_ns;
    }
    if (!probe && (from->contiguous == 0 || s->sequence == from->contiguous))
        from->contiguous = from->next;
    from->window = s->window;
    from->ack = s->acknowledgment;
    from->sacked = s->sacked;
    from->ack_time_ns = s->time_ns;
    from->last_flags = flags;
    from->said_syn_ack = (s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
}

static void analyse_whole(struct tcp_analysis *a, struct tcp_sender *from, struct tcp_sender *to,
                          const struct tcp_seen *s, struct tcp_facts *facts)
{
    bool probe = s->len == 1 && s->sequence == from->next && to->window == 0;

    if ((s->flags & TCP_ACK) != 0)
        to->in_flight_valid = true;
    if (probe) {
        facts->flags |= TCP_IS_PROBE;
    } else {
        facts->flags |= place_in_order(from, s) | compare_windows(from, to, s);
        facts->flags |= judge_ack(from, to, s, facts);
    }
    if (s->acknowledgment != from->ack) {
        from->duplicates = 0;
        from->unseen_told = false;
    }
    facts->flags |= judge_acked(to, s);
    if ((s->len > 0 || (s->flags & (TCP_SYN | TCP_FIN)) != 0) &&
        (facts->flags & TCP_IS_KEEP_ALIVE) == 0)
        facts->flags |= judge_sent_before(a, from, to, s);
    if ((facts->flags & TCP_IS_RETRANSMISSION) != 0)
        find_resent(from, s, facts);
    remember(a, from, s, facts->flags);
    drop_acked(to, s, facts);
    facts->in_flight = bytes_in_flight(from, to, s);
}

void tcp_analyse(struct tcp_analysis *a, unsigned sender, const struct tcp_seen *seen, bool reused,
                 struct tcp_facts *facts)
{
    struct tcp_sender *from = &a->sender[sender & 1], *to = &a->sender[!(sender & 1)];
    bool syn_ack = (seen->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);

    memset(facts, 0, sizeof(*facts));
    facts->sequence = seen->sequence;
    facts->acknowledgment = seen->acknowledgment;
    facts->window = window_of(from, seen);
    facts->scale = from->scale;
    if (!seen->whole)
        return;
    if (reused)
        facts->flags |= TCP_REUSES_PORTS;
    if (syn_ack && from->based && seen->sequence != from->base) {
        facts->flags |= TCP_REUSES_PORTS;
        from->based = false; /* what it sent before was of another connection */
    }
    /* A SYN once more: a RST in answer to the first may have spoilt NEXT. */
    if ((seen->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && from->based)
        from->next = from->contiguous;
    note_bases(from, to, seen);
    facts->sequence -= from->base;
    if ((seen->flags & TCP_ACK) != 0)
        facts->acknowledgment -= to->base;
    analyse_whole(a, from, to, seen, facts);
    note_handshake(a, seen);
    note_scale(from, to, seen);
}
