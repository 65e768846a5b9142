/*
 * A segment on its connection: may it be sent by what both ends have said?
 *
 * Where something of a connection was not captured (GAPS) only that is judged which
 * one end says about itself. In the order of the capture an end's word stands before what
 * the other makes of it, wherever the capture was made.
 */
#include "layers/tcp/tcp_seq.h"
#include "layers/wire/tcp_header.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"
#include "tools/lib/capture_segment.h"

enum {
    HAS_NEXT = 1 << 0,
    HAS_ACK = 1 << 1,
    HAS_EDGE = 1 << 2,
    HAS_LAST_EDGE = 1 << 3,
    HAS_FIN = 1 << 4,
    HAS_RST = 1 << 5,
    HAS_STAMP = 1 << 6,
    OFFERS_STAMPS = 1 << 7, /* in its SYN */
    SENT_SYN = 1 << 8,
    HALF_OPEN = 1 << 9, /* its SYN counts as half of a connection */
    GAPS = 1 << 10,     /* something of the connection is not in the capture */
    TOLD_UNHEARD = 1 << 11,
    HAS_UNSENT = 1 << 12,
    OPEN = HAS_NEXT | HAS_ACK | HAS_EDGE | HAS_LAST_EDGE,
};

#define UNHEARD_AFTER (1 * SECONDS)

/* One segment, and who says it to whom. */
struct said {
    struct capture_rules *rules;
    struct tcp_rules_end *from, *to;
    struct tcp_rules_rare *from_rare, *to_rare;
    const struct tcp_analysis *state;
    const struct tcp_seen *seen;
    const struct capture_segment *segment;
    unsigned sender, flags;
    uint32_t end; /* behind its last number */
};

static void tell(const struct said *s, rule_id rule, uint64_t other, int64_t a)
{
    rules_report(s->rules, s->seen->frame, rule, other, a, 0);
}

static bool knows(const struct tcp_rules_end *end, uint32_t what)
{
    return (end->knows & what) == what;
}

static bool has_flag(const struct said *s, uint8_t flag)
{
    return (s->seen->flags & flag) != 0;
}

/* Nothing of the connection is missing, as far as one can see. */
static bool is_complete(const struct said *s)
{
    return ((s->from->knows | s->to->knows) & GAPS) == 0;
}

static bool scale_is_known(const struct said *s, unsigned side)
{
    return s->state->sender[side].scale != TCP_SCALE_UNKNOWN;
}

/* ---- Windows and acknowledgements ---- */

static void judge_window(const struct said *s)
{
    const struct tcp_rules_end *to = s->to;
    bool probe = s->seen->len == 1 && s->seen->sequence == to->edge;
    uint32_t data_end = s->seen->sequence + s->seen->len;

    if (s->seen->len == 0 || !knows(to, HAS_EDGE) || !scale_is_known(s, !s->sender) || probe ||
        has_flag(s, TCP_SYN | TCP_RST))
        return;
    if (is_complete(s) && seq_gt(data_end, to->edge))
        tell(s, RULE_SEEN_TCP_BEYOND_WINDOW, 0, data_end - to->edge);
}

/* By less than a unit of its scale a window shrinks in the rounding (RFC 7323 2.4). */
static void judge_shrinking(const struct said *s, uint32_t edge)
{
    int8_t scale = s->state->sender[s->sender].scale;
    uint32_t unit = scale > 0 ? 1u << scale : 1;

    if (!knows(s->from, HAS_LAST_EDGE | HAS_ACK) || !scale_is_known(s, s->sender))
        return;
    if (seq_gt(s->seen->acknowledgment, s->from->ack) && seq_lt(edge, s->from->last_edge) &&
        s->from->last_edge - edge >= unit)
        tell(s, RULE_SEEN_TCP_SHRUNK_WINDOW, 0, s->from->last_edge - edge);
}

static void judge_ack(const struct said *s)
{
    const struct tcp_rules_end *from = s->from, *to = s->to;
    uint32_t ack = s->seen->acknowledgment;

    if (!has_flag(s, TCP_ACK) || has_flag(s, TCP_RST))
        return;
    if (has_flag(s, TCP_SYN)) {
        if (knows(to, SENT_SYN | HAS_NEXT) && is_complete(s) &&
            (seq_gt(ack, to->next) || seq_le(ack, s->state->sender[!s->sender].base)))
            tell(s, RULE_SEEN_TCP_ACK_OF_SYN, 0, 0);
        return;
    }
    if (knows(from, HAS_EDGE) && scale_is_known(s, s->sender) && is_complete(s) &&
        seq_gt(ack, from->edge + 1))
        tell(s, RULE_SEEN_TCP_ACK_BEYOND, 0, ack - from->edge);
    else if (knows(to, HAS_NEXT) && seq_gt(ack, to->next) && is_complete(s) &&
             !knows(to, HAS_UNSENT)) {
        s->to->knows |= HAS_UNSENT;
        s->to_rare->unsent = ack;
        s->to_rare->unsent_frame = s->seen->frame;
    }
}

/* What was acknowledged too early is sent now: it was not lost by the capture. */
static void judge_unsent(const struct said *s)
{
    struct tcp_rules_end *from = s->from;

    if (!knows(from, HAS_UNSENT | HAS_NEXT) || s->seen->len == 0 || s->seen->sequence != from->next)
        return;
    if (seq_lt(from->next, s->from_rare->unsent))
        rules_report(s->rules, s->from_rare->unsent_frame, RULE_SEEN_TCP_ACK_UNSENT, s->seen->frame,
                     s->from_rare->unsent - from->next, 0);
    from->knows &= ~(uint32_t)HAS_UNSENT;
}

/* ---- Resets ---- */

/* In SYN-SENT a RST must acknowledge the SYN. */
static void judge_refusal(const struct said *s)
{
    uint32_t base = s->state->sender[!s->sender].base;

    if (!knows(s->to, SENT_SYN | HAS_NEXT) || knows(s->to, HAS_ACK))
        return;
    if (!has_flag(s, TCP_ACK) || seq_le(s->seen->acknowledgment, base) ||
        seq_gt(s->seen->acknowledgment, s->to->next))
        tell(s, RULE_SEEN_TCP_RST_TO_SYN, 0, 0);
}

/* What is on its way may be taken before the RST is: any number from the last
 * acknowledged to the last sent may be the one that is expected then. */
static void judge_reset(const struct said *s)
{
    const struct tcp_rules_end *from = s->from, *to = s->to;
    uint32_t number = s->seen->sequence;

    if (!has_flag(s, TCP_RST) || !is_complete(s) || knows(from, HAS_RST))
        return;
    if (!knows(from, HAS_NEXT)) {
        judge_refusal(s);
        return;
    }
    if (!knows(to, HAS_ACK | HAS_EDGE) || (seq_ge(number, to->ack) && seq_le(number, from->next)))
        return;
    if (seq_lt(number, to->ack) || seq_ge(number, to->edge))
        tell(s, RULE_SEEN_TCP_RST_OUTSIDE, 0, 0);
    else
        tell(s, RULE_SEEN_TCP_RST_NOT_EXACT, 0, number - from->next);
}

/* New data, by which no old segment can be meant that was captured late. */
static bool is_new_data(const struct said *s)
{
    return s->seen->len > 0 && knows(s->from, HAS_NEXT) &&
           seq_ge(s->seen->sequence, s->from->next) && !has_flag(s, TCP_SYN | TCP_RST);
}

/* Clocks of damaged captures wrap. */
static int64_t ns_after(const struct said *s, int64_t earlier)
{
    return s->seen->time_ns > earlier ? (int64_t)((uint64_t)s->seen->time_ns - (uint64_t)earlier)
                                      : 0;
}

static void judge_after_end(const struct said *s)
{
    struct tcp_rules_end *from = s->from, *to = s->to;
    uint32_t data_end = s->seen->sequence + s->seen->len;

    if (knows(from, HAS_FIN) && s->seen->len > 0 && seq_gt(data_end, s->from_rare->fin) &&
        !has_flag(s, TCP_SYN | TCP_RST) && (s->flags & TCP_IS_KEEP_ALIVE) == 0)
        tell(s, RULE_SEEN_TCP_AFTER_FIN, s->from_rare->fin_frame, data_end - s->from_rare->fin);
    if (!is_new_data(s))
        return;
    if (knows(from, HAS_RST))
        tell(s, RULE_SEEN_TCP_AFTER_RST, s->from_rare->rst_frame, 0);
    if (knows(to, HAS_RST) && !knows(from, TOLD_UNHEARD) &&
        ns_after(s, s->to_rare->rst_ns) > UNHEARD_AFTER) {
        from->knows |= TOLD_UNHEARD;
        tell(s, RULE_SEEN_TCP_RST_UNHEARD, s->to_rare->rst_frame, ns_after(s, s->to_rare->rst_ns));
    }
}

/* ---- Timestamps ---- */

static void judge_stamps(const struct said *s)
{
    const struct capture_segment *segment = s->segment;
    struct tcp_rules_end *from = s->from;

    if (!segment->options_read || has_flag(s, TCP_RST))
        return;
    if (!segment->has_stamp) {
        if (knows(from, OFFERS_STAMPS) && knows(s->to, OFFERS_STAMPS) && !has_flag(s, TCP_SYN))
            tell(s, RULE_SEEN_TCP_STAMP_MISSING, 0, 0);
        return;
    }
    if (knows(from, HAS_STAMP) && is_new_data(s) && seq_lt(segment->stamp, from->stamp))
        tell(s, RULE_SEEN_TCP_STAMP_BACK, 0, from->stamp - segment->stamp);
    if (!knows(from, HAS_STAMP) || seq_gt(segment->stamp, from->stamp))
        from->stamp = segment->stamp;
    from->knows |= HAS_STAMP | (has_flag(s, TCP_SYN) ? OFFERS_STAMPS : 0u);
}

/* ---- What is known from now on ---- */

static void note_window(const struct said *s)
{
    struct tcp_rules_end *from = s->from;
    int8_t scale = s->state->sender[s->sender].scale;
    uint32_t window = s->seen->window, edge;

    if (!has_flag(s, TCP_ACK) || has_flag(s, TCP_RST))
        return;
    if (scale > 0 && !has_flag(s, TCP_SYN))
        window <<= scale;
    edge = s->seen->acknowledgment + window;
    if (!has_flag(s, TCP_SYN)) {
        judge_shrinking(s, edge);
        if (!knows(from, HAS_ACK) || seq_ge(s->seen->acknowledgment, from->ack)) {
            from->last_edge = edge;
            from->knows |= HAS_LAST_EDGE;
        }
    }
    from->edge = knows(from, HAS_EDGE) ? seq_max(from->edge, edge) : edge;
    from->ack = knows(from, HAS_ACK) ? seq_max(from->ack, s->seen->acknowledgment)
                                     : s->seen->acknowledgment;
    from->knows |= HAS_EDGE | HAS_ACK;
}

/* The window of a SYN counts from what the other has yet to say. */
static void note_numbers(const struct said *s)
{
    struct tcp_rules_end *from = s->from;

    if (!has_flag(s, TCP_RST)) {
        from->next = knows(from, HAS_NEXT) ? seq_max(from->next, s->end) : s->end;
        from->knows |= HAS_NEXT;
    }
    if (has_flag(s, TCP_SYN))
        from->knows |= SENT_SYN;
    if (has_flag(s, TCP_SYN) && !has_flag(s, TCP_ACK)) { /* tries again what was refused */
        from->knows &= ~(uint32_t)HAS_RST;
        s->to->knows &= ~(uint32_t)HAS_RST;
    }
    if (has_flag(s, TCP_FIN) && !has_flag(s, TCP_RST | TCP_SYN)) {
        s->from_rare->fin = s->end - 1;
        s->from_rare->fin_frame = knows(from, HAS_FIN) ? s->from_rare->fin_frame : s->seen->frame;
        from->knows |= HAS_FIN;
    }
    if (has_flag(s, TCP_RST)) {
        s->from_rare->rst_frame = s->seen->frame;
        s->from_rare->rst_ns = s->seen->time_ns;
        from->knows |= HAS_RST;
    }
}

/* Half of a connection is there from its SYN on until its second ACK, or a RST. */
static void note_opening(const struct said *s)
{
    struct tcp_rules_end *from = s->from, *to = s->to;

    if (has_flag(s, TCP_SYN) && !has_flag(s, TCP_ACK) && !knows(from, SENT_SYN)) {
        from->knows |= HALF_OPEN;
        rules_syn(s->rules, &s->segment->key, s->seen->frame);
    } else if (knows(from, HALF_OPEN) && (has_flag(s, TCP_RST) || has_flag(s, TCP_ACK))) {
        from->knows &= ~(uint32_t)HALF_OPEN;
        rules_syn_done(s->rules, &s->segment->key.end[1]);
    } else if (knows(to, HALF_OPEN) && has_flag(s, TCP_RST)) {
        to->knows &= ~(uint32_t)HALF_OPEN;
        rules_syn_done(s->rules, &s->segment->key.end[0]);
    }
}

/* What nearly all segments are: nothing is against it, and it opens and ends nothing. */
static bool is_plain(const struct said *s)
{
    struct tcp_rules_end *from = s->from, *to = s->to;
    const struct tcp_seen *seen = s->seen;
    int8_t scale = s->state->sender[s->sender].scale;
    uint32_t edge = seen->acknowledgment + ((uint32_t)seen->window << (scale > 0 ? scale : 0));

    if (((from->knows | to->knows) & (HAS_FIN | HAS_RST | HALF_OPEN | HAS_UNSENT)) != 0 ||
        !knows(from, OPEN) || !knows(to, OPEN) || s->flags != 0 ||
        (seen->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK)) != TCP_ACK)
        return false;
    if (seq_gt(s->end, to->edge) || seq_gt(seen->acknowledgment, to->next) ||
        seq_lt(seen->acknowledgment, from->ack) || seq_lt(edge, from->last_edge))
        return false;
    if (s->segment->has_stamp ? seq_lt(s->segment->stamp, from->stamp) || !knows(from, HAS_STAMP)
                              : knows(from, OFFERS_STAMPS))
        return false;
    from->stamp = s->segment->has_stamp ? s->segment->stamp : from->stamp;
    from->next = seq_max(from->next, s->end);
    from->ack = seen->acknowledgment;
    from->last_edge = edge;
    from->edge = seq_max(from->edge, edge);
    return true;
}

void capture_rules_segment(struct capture_rules *rules, struct tcp_rules *tcp,
                           struct tcp_rules_rare rare[2], unsigned sender,
                           const struct capture_segment *segment, const struct tcp_facts *facts,
                           const struct tcp_analysis *state)
{
    const struct tcp_seen *seen = &segment->seen;
    struct said s = { .rules = rules,
                      .from = &tcp->end[sender],
                      .to = &tcp->end[!sender],
                      .from_rare = &rare[sender],
                      .to_rare = &rare[!sender],
                      .state = state,
                      .seen = seen,
                      .segment = segment,
                      .sender = sender,
                      .flags = facts->flags,
                      .end =
                          seen->sequence + seen->len + ((seen->flags & (TCP_SYN | TCP_FIN)) != 0) };

    if (!seen->whole || is_plain(&s))
        return;
    if ((facts->flags & TCP_IS_AFTER_GAP) != 0)
        s.from->knows |= GAPS;
    note_opening(&s);
    judge_reset(&s);
    judge_unsent(&s);
    judge_ack(&s);
    judge_window(&s);
    judge_after_end(&s);
    judge_stamps(&s);
    note_numbers(&s);
    note_window(&s);
    if ((facts->flags & TCP_ACKS_UNSEEN) != 0 && knows(s.from, HAS_ACK) && !knows(s.to, HAS_UNSENT))
        s.to->knows |= GAPS;
}

void capture_rules_reopened(struct capture_rules *rules, const struct capture_segment *segment)
{
    rules_report(rules, segment->seen.frame, RULE_SEEN_TCP_SYN_IN_OPEN, 0, 0, 0);
}
