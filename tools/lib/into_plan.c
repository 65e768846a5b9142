#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_list.h"
#include "tools/lib/into_parts.h"

enum { STAMPS_LEN = 12, LOOK_AHEAD = 4096, LOOK_BACK = 4096, SEGMENT_LEAST = 536, ISLANDS = 256 };

/* An ACK may be captured before what it acknowledges, by so much. */
#define SOON (2 * MS)

/* What has been seen of the talk so far. */
struct planner {
    struct into_run *run;
    const struct capture_talk *talk;
    struct capture_list frames; /* struct into_frame */
    bool no_memory;
    uint32_t next; /* segment of the talk */
    bool begun;
    uint32_t top;   /* behind the highest number of the fed side */
    uint32_t whole; /* behind the last number up to which all was fed; what was beyond it: */
    struct {
        uint32_t first, end;
    } islands[ISLANDS];
    uint32_t island_count;
    /* Of the peer: what the fed side could know; and all that passed. */
    uint32_t known; /* segments of the talk */
    bool peer_sent, peer_acked;
    uint32_t peer_seq, peer_ack;
    vtime peer_seq_at, peer_ack_at;
    uint32_t last_ack; /* of the peer's, at the end */
    uint16_t window;   /* that the fed side offered last */
    uint32_t ack;
    bool stamped; /* and its last timestamp, with what that echoed */
    uint32_t stamp, echo;
};

static uint32_t end_of(const struct talk_segment *s)
{
    return s->seq + s->len + ((s->flags & TCP_SYN) != 0) + ((s->flags & TCP_FIN) != 0);
}

/* The highest number of the fed side that the peer ever acknowledged. */
static void find_last_ack(struct planner *p)
{
    bool any = false;

    for (uint32_t i = 0; i < p->talk->count; i++) {
        const struct talk_segment *s = &p->talk->segments[i];

        if (s->side == p->run->as || s->stray || s->twice ||
            (s->flags & (TCP_RST | TCP_ACK)) != TCP_ACK || (any && !seq_gt(s->ack, p->last_ack)))
            continue;
        any = true;
        p->last_ack = s->ack;
    }
}

/* ---- One frame ---- */

static bool has_option(const struct talk_segment *s, uint8_t kind)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option))
        if (option.kind == kind)
            return true;
    return false;
}

/* The value of the timestamp, or of its echo. False: there is none. */
static bool stamp_of(const struct talk_segment *s, bool echo, uint32_t *value)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_TIMESTAMPS) {
            *value = get_be32(option.data.at + (echo ? 4 : 0));
            return true;
        }
    return false;
}

static void echo_of(struct into_frame *f, const struct talk_segment *s)
{
    f->echoes = true;
    f->echo_seq = end_of(s);
    f->echo_ack = s->ack;
}

/* Which segment of the peer's had the timestamp that F echoes; if that was before the capture,
 * the last one before. */
static void find_echo(const struct planner *p, struct into_frame *f)
{
    uint32_t echo, value;

    if (!stamp_of(&f->s, true, &echo) || echo == 0)
        return;
    for (uint32_t i = p->next; i > 0 && p->next - i < LOOK_BACK; i--) {
        const struct talk_segment *s = &p->talk->segments[i - 1];

        if (s->side == p->run->as || !stamp_of(s, false, &value) || value != echo)
            continue;
        echo_of(f, s);
        return;
    }
    for (uint32_t i = p->talk->before; i > 0 && !f->echoes; i--)
        if (p->talk->segments[i - 1].side != p->run->as)
            echo_of(f, &p->talk->segments[i - 1]);
}

/* The fed side knows what S, of the peer, says. */
static void learn(struct planner *p, const struct talk_segment *s)
{
    if ((s->flags & TCP_RST) == 0 && (!p->peer_sent || seq_gt(end_of(s), p->peer_seq))) {
        p->peer_sent = true;
        p->peer_seq = end_of(s);
        p->peer_seq_at = s->at;
    }
    if ((s->flags & (TCP_RST | TCP_ACK)) == TCP_ACK &&
        (!p->peer_acked || seq_gt(s->ack, p->peer_ack))) {
        p->peer_acked = true;
        p->peer_ack = s->ack;
        p->peer_ack_at = s->at;
    }
}

/* What can have reached it before it sent what passed at AT. */
static void learn_until(struct planner *p, vtime at)
{
    vtime rtt = p->talk->end[p->run->as].rtt, until = at - (rtt - rtt / 8 - (rtt == 1));

    for (; p->known < p->next && p->talk->segments[p->known].at <= until; p->known++) {
        const struct talk_segment *s = &p->talk->segments[p->known];

        if (s->side != p->run->as && !s->stray && !s->twice)
            learn(p, s);
    }
}

/* What the peer had done when it was sent. A SYN waits for nobody, but that one which answers;
 * what has no ACK cannot say what it has seen: a RST has seen all. */
static void find_needs(const struct planner *p, struct into_frame *f)
{
    bool acks = (f->s.flags & TCP_ACK) != 0;

    if (!acks && (f->s.flags & TCP_RST) == 0)
        return;
    f->needs_seq = acks || p->peer_sent;
    f->need_seq = acks ? f->s.ack : p->peer_seq;
    f->needs_ack = p->peer_acked;
    f->need_ack = p->peer_ack;
    f->need_at = f->s.at;
    if (p->peer_sent && seq_ge(p->peer_seq, f->need_seq))
        f->need_at = p->peer_seq_at;
    if (p->peer_acked && (f->need_at == f->s.at || p->peer_ack_at > f->need_at))
        f->need_at = p->peer_ack_at;
}

/* Numbers FIRST to END are fed. Of too many islands some are forgotten, and fed again. */
static void cover(struct planner *p, uint32_t first, uint32_t end)
{
    bool grown = true;

    if (!p->begun)
        p->whole = end;
    if (p->island_count < ISLANDS && seq_gt(first, p->whole)) {
        p->islands[p->island_count].first = first;
        p->islands[p->island_count++].end = end;
        return;
    }
    if (seq_le(first, p->whole) && seq_gt(end, p->whole))
        p->whole = end;
    while (grown) {
        grown = false;
        for (uint32_t i = 0; i < p->island_count; i++) {
            if (seq_gt(p->islands[i].first, p->whole))
                continue;
            if (seq_gt(p->islands[i].end, p->whole))
                p->whole = p->islands[i].end;
            p->islands[i--] = p->islands[--p->island_count];
            grown = true;
        }
    }
}

/* Where what is missing behind p->whole ends, at LIMIT at the latest. */
static uint32_t end_of_hole(const struct planner *p, uint32_t limit)
{
    for (uint32_t i = 0; i < p->island_count; i++)
        if (seq_lt(p->islands[i].first, limit))
            limit = p->islands[i].first;
    return limit;
}

/* Overwrites the option of KIND by NOPs. */
static void strip(struct talk_segment *s, uint8_t kind)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option))
        if (option.kind == kind)
            memset(s->options + (option.data.at - s->options) - 2, TCP_OPTION_NOP,
                   option.data.len + 2);
}

/* A SYN offers no more than the real peer took: what follows was sent on those terms. */
static void limit_offers(const struct planner *p, struct talk_segment *s)
{
    const struct talk_end *peer = &p->talk->end[!p->run->as];

    if ((s->flags & TCP_SYN) == 0 || !peer->opened)
        return;
    if (peer->scale < 0)
        strip(s, TCP_OPTION_WINDOW_SCALE);
    if (!peer->timestamps)
        strip(s, TCP_OPTION_TIMESTAMPS);
    if (!peer->sack)
        strip(s, TCP_OPTION_SACK_PERMITTED);
    if (!peer->ecn)
        s->flags &= (uint8_t) ~(TCP_ECE | TCP_CWR);
}

static void add(struct planner *p, const struct talk_segment *s, uint32_t segment)
{
    struct into_frame *f = capture_list_add(&p->frames, sizeof(*f));

    if (f == NULL) {
        p->no_memory = true;
        return;
    }
    f->s = *s;
    f->segment = segment;
    limit_offers(p, &f->s);
    if ((s->flags & TCP_SYN) != 0)
        p->run->fed_scaled = has_option(&f->s, TCP_OPTION_WINDOW_SCALE);
    learn_until(p, s->at);
    find_needs(p, f);
    find_echo(p, f);
}

/* A network card may have cut S into what the wire takes. */
static void add_in_parts(struct planner *p, const struct talk_segment *s, uint32_t segment)
{
    struct talk_segment part = *s;
    uint32_t left = s->len;

    while (left > INTO_TEXT_MAX && !p->no_memory) {
        part.len = INTO_TEXT_MAX;
        part.captured = (uint32_t)min_size(part.captured, INTO_TEXT_MAX);
        part.flags = s->flags & (uint8_t) ~(TCP_FIN | TCP_PSH);
        add(p, &part, segment);
        part.flags = s->flags & (uint8_t)~TCP_SYN;
        left -= INTO_TEXT_MAX;
        part.seq += INTO_TEXT_MAX + (uint32_t)((s->flags & TCP_SYN) != 0);
        part.bytes += part.captured;
        part.captured = s->captured > s->len - left ? s->captured - (s->len - left) : 0;
        part.len = left;
    }
    add(p, &part, segment);
}

/* ---- What the capture lacks ---- */

/* Where timestamps are agreed on, a segment without one is dropped (RFC 7323 3.2). */
static void put_stamps(const struct planner *p, struct talk_segment *s)
{
    if (!p->stamped)
        return;
    s->options[0] = s->options[1] = TCP_OPTION_NOP;
    s->options[2] = TCP_OPTION_TIMESTAMPS;
    s->options[3] = 10;
    put_be32(s->options + 4, p->stamp);
    put_be32(s->options + 8, p->echo);
    s->options_len = STAMPS_LEN;
}

static void keep_stamps(struct planner *p, const struct talk_segment *s)
{
    if ((s->flags & TCP_SYN) != 0 || !stamp_of(s, false, &p->stamp))
        return;
    stamp_of(s, true, &p->echo);
    p->stamped = true;
}

/* Numbers FIRST to END, at AT. */
static void make_up(struct planner *p, uint32_t first, uint32_t end, vtime at, bool fin)
{
    const struct talk_end *fed = &p->talk->end[p->run->as];
    uint32_t most = fed->longest > SEGMENT_LEAST ? fed->longest : SEGMENT_LEAST, at_number = first;

    while (seq_lt(at_number, end) && !p->no_memory) {
        uint32_t left = end - at_number;
        struct talk_segment s = { .at = at,
                                  .seq = at_number,
                                  .ack = p->ack,
                                  .len = fin           ? 0
                                         : left < most ? left
                                                       : most,
                                  .window = p->window,
                                  .side = (uint8_t)p->run->as,
                                  .flags = fin ? TCP_ACK | TCP_FIN : TCP_ACK };

        put_stamps(p, &s);
        add_in_parts(p, &s, UINT32_MAX);
        at_number += fin ? 1 : s.len;
    }
    cover(p, first, end);
    if (seq_gt(end, p->top))
        p->top = end;
}

/* A segment that comes later has number p->top. */
static bool comes_later(const struct planner *p)
{
    for (uint32_t i = p->next; i < p->talk->count && i - p->next < LOOK_AHEAD; i++) {
        const struct talk_segment *s = &p->talk->segments[i];

        if (s->side == p->run->as && !s->stray && !s->twice && !s->lost && seq_le(s->seq, p->top) &&
            seq_gt(end_of(s), p->top))
            return true;
    }
    return false;
}

/* The same, but only captured after the ACK of it. */
static bool comes_soon(const struct planner *p, vtime at)
{
    for (uint32_t i = p->next; i < p->talk->count && p->talk->segments[i].at <= at + SOON; i++) {
        const struct talk_segment *s = &p->talk->segments[i];

        if (s->side == p->run->as && !s->stray && !s->twice && !s->lost && seq_le(s->seq, p->top) &&
            seq_gt(end_of(s), p->top))
            return true;
    }
    return false;
}

/* One number more than all that was ever sent may well be a FIN. */
static bool is_fin(const struct planner *p, uint32_t ack)
{
    const struct talk_end *fed = &p->talk->end[p->run->as];

    return !fed->fin && ack - p->top == 1 && ack == p->last_ack;
}

static void fill_gap(struct planner *p, const struct talk_segment *s)
{
    if (!p->begun || !seq_gt(s->seq, p->top) || (s->flags & TCP_RST) != 0 ||
        s->seq - p->top > TALK_JUMP_MAX || comes_later(p) || seq_lt(p->last_ack, s->seq))
        return;
    make_up(p, p->top, s->seq, s->at, false);
}

static void fed_segment(struct planner *p, const struct talk_segment *s)
{
    if (!s->stray)
        fill_gap(p, s);
    if (!s->lost)
        add_in_parts(p, s, p->next);
    if (s->stray || (s->flags & TCP_RST) != 0)
        return;
    if (!s->lost)
        cover(p, s->seq, end_of(s));
    if (!p->begun || seq_gt(end_of(s), p->top))
        p->top = end_of(s);
    p->begun = true;
    if ((s->flags & TCP_SYN) == 0)
        p->window = s->window;
    if ((s->flags & TCP_ACK) != 0)
        p->ack = s->ack;
    keep_stamps(p, s);
}

/* It acknowledges what was not captured: by then it had come. */
static void fill_before(struct planner *p, const struct talk_segment *s)
{
    if (!p->begun || s->ack - p->whole > TALK_JUMP_MAX || comes_soon(p, s->at))
        return;
    while (seq_gt(s->ack, p->whole) && !p->no_memory) {
        uint32_t end = end_of_hole(p, s->ack);

        make_up(p, p->whole, end, s->at, is_fin(p, end));
    }
}

bool into_plan(struct into_run *run)
{
    struct planner p = { .run = run, .talk = run->talk };

    find_last_ack(&p);
    for (; p.next < p.talk->count && !p.no_memory; p.next++) {
        const struct talk_segment *s = &p.talk->segments[p.next];

        if (s->twice)
            continue;
        if (s->side == run->as)
            fed_segment(&p, s);
        else if (!s->stray && (s->flags & (TCP_RST | TCP_ACK)) == TCP_ACK)
            fill_before(&p, s);
    }
    run->frames = p.frames.items;
    run->frame_count = p.frames.count;
    run->deeds = capture_talk_deeds(run->talk, !run->as, TALK_BY_WRITE, &run->deed_count);
    return !p.no_memory && run->deeds != NULL;
}

void into_plan_free(struct into_run *run)
{
    free(run->frames);
    free(run->deeds);
}
