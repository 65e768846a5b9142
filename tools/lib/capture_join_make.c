#include <stdlib.h>

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_join_parts.h"

/* ---- One segment ---- */

static size_t put_stamps(const struct joiner *j, const struct talk_segment *s, uint8_t *out)
{
    bool first = (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

    out[0] = out[1] = TCP_OPTION_NOP;
    out[2] = TCP_OPTION_TIMESTAMPS;
    out[3] = 10;
    put_be32(out + 4, j->end[s->side].stamp);
    put_be32(out + 8, first ? 0 : j->end[!s->side].stamp);
    return JOIN_TIMESTAMPS_LEN;
}

static void put_options(const struct joiner *j, struct talk_segment *s)
{
    const struct talk_join *join = &j->talk->join;
    uint8_t *out = s->options;
    size_t len = 0;

    if ((s->flags & TCP_SYN) != 0) {
        out[0] = TCP_OPTION_MSS;
        out[1] = 4;
        put_be16(out + 2, join->mss[s->side]);
        out[4] = out[5] = TCP_OPTION_NOP;
        out[6] = join->sack ? TCP_OPTION_SACK_PERMITTED : TCP_OPTION_NOP;
        out[7] = join->sack ? 2 : TCP_OPTION_NOP;
        len = 8;
    }
    if ((s->flags & TCP_SYN) != 0 && join->scale[s->side] >= 0) {
        out[len] = TCP_OPTION_NOP;
        out[len + 1] = TCP_OPTION_WINDOW_SCALE;
        out[len + 2] = 3;
        out[len + 3] = (uint8_t)join->scale[s->side];
        len += 4;
    }
    if (join->timestamps)
        len += put_stamps(j, s, out + len);
    s->options_len = (uint8_t)len;
}

/* What had come before SIDE first said how much more it would take, had room as well. */
static uint32_t least_room(const struct joiner *j, unsigned side)
{
    const struct beginning *b = &j->end[side], *other = &j->end[!side];
    uint32_t scale = (uint32_t)(j->talk->join.scale[side] > 0 ? j->talk->join.scale[side] : 0);
    uint32_t least = (uint32_t)b->window << scale;

    if (!b->speaks)
        return UINT16_MAX;
    for (uint32_t i = 0; i < b->said_at; i++) {
        const struct talk_segment *s = &j->talk->segments[i];
        uint32_t sent = s->seq + s->len - other->base;

        if (s->side != side && join_counts(s) && s->len > 0 && sent <= JOIN_FLIGHT_MOST &&
            sent > least)
            least = sent;
    }
    return least;
}

static uint16_t window_field(const struct joiner *j, unsigned side, bool syn)
{
    int scale = j->talk->join.scale[side];
    uint32_t window = j->end[side].room;

    if (!syn && scale > 0)
        window = (window >> scale) + ((window & ((1u << scale) - 1)) != 0);
    return (uint16_t)(window < UINT16_MAX ? window : UINT16_MAX);
}

static struct talk_segment *make_up(struct joiner *j, unsigned side, vtime at, uint8_t flags)
{
    struct talk_segment *s = capture_list_add(&j->made, sizeof(*s));

    if (s == NULL) {
        j->no_memory = true;
        return NULL;
    }
    s->at = at;
    s->side = (uint8_t)side;
    s->flags = flags;
    s->made_up = true;
    s->seq = j->end[side].base - ((flags & TCP_SYN) != 0);
    s->ack = (flags & TCP_ACK) != 0 ? j->end[!side].base : 0;
    s->window = window_field(j, side, (flags & TCP_SYN) != 0);
    s->frame = j->made.count; /* its place among those of the same time; later 0 */
    put_options(j, s);
    return s;
}

/* ---- All that must have been ---- */

static void shake_hands(struct joiner *j)
{
    const struct beginning *end = j->end;
    bool ecn = j->talk->join.ecn;

    make_up(j, TALK_CLIENT, 0, TCP_SYN | (ecn ? TCP_ECE | TCP_CWR : 0));
    if (j->talk->join.half)
        return;
    make_up(j, TALK_SERVER, end[TALK_SERVER].rtt, TCP_SYN | TCP_ACK | (ecn ? TCP_ECE : 0));
    make_up(j, TALK_CLIENT, end[0].rtt + end[1].rtt, TCP_ACK);
}

/* Numbers FROM to TO of SIDE's, as text and perhaps its FIN, acknowledging ACK. */
static void make_text(struct joiner *j, unsigned side, uint32_t from, uint32_t to, vtime at,
                      uint32_t ack)
{
    const struct beginning *b = &j->end[side];
    uint32_t most = b->full;
    bool fin = b->fin && seq_le(from, b->fin_at) && b->fin_at + 1 == to;

    if (most < JOIN_MSS_LEAST)
        most = JOIN_MSS_LEAST;
    for (; seq_lt(from, to) && !j->no_memory;) {
        uint32_t left = to - from - fin, len = left < most ? left : most;
        bool last = len == left;
        struct talk_segment *s = make_up(j, side, at, TCP_ACK | (fin && last ? TCP_FIN : 0));

        if (s == NULL)
            return;
        s->seq = from;
        s->len = len;
        s->ack = ack;
        from += len + (fin && last);
    }
}

/* Had been acknowledged when the capture began. */
static void make_done(struct joiner *j, unsigned side)
{
    const struct beginning *b = &j->end[side], *other = &j->end[!side];
    vtime at = side == TALK_CLIENT ? j->lead / 2 : j->lead * 3 / 4;
    struct talk_segment *ack;

    if (!seq_gt(b->done, b->base))
        return;
    make_text(j, side, b->base, b->done, at, side == TALK_CLIENT ? other->base : other->done);
    ack = make_up(j, !side, at + other->rtt, TCP_ACK);
    if (ack == NULL)
        return;
    ack->seq = side == TALK_CLIENT ? other->base : other->done;
    ack->ack = b->done;
}

/* Was under way when the capture began: it had passed a round trip before its ACK did. */
static void make_flight(struct joiner *j, unsigned side)
{
    const struct beginning *b = &j->end[side];
    vtime rtt = j->end[!side].rtt;
    uint32_t from = b->done, ack = j->end[!side].done;

    for (uint32_t i = 0; i < j->talk->count && seq_lt(from, b->to); i++) {
        const struct talk_segment *s = &j->talk->segments[i];
        uint32_t to = s->ack;

        if (s->side == side || !join_counts(s) || (s->flags & TCP_ACK) == 0 || !seq_gt(to, from))
            continue;
        if (seq_gt(to, b->to))
            to = b->to;
        make_text(j, side, from, to, j->lead + (s->at < rtt ? s->at - rtt : 0), ack);
        from = to;
    }
    make_text(j, side, from, b->to, j->lead, ack);
}

/* ---- Putting it in front ---- */

static int compare_times(const void *a, const void *b)
{
    const struct talk_segment *one = a, *other = b;

    if (one->at != other->at)
        return one->at < other->at ? -1 : 1;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

static vtime later(vtime at, vtime by)
{
    return at < VTIME_MAX - by ? at + by : VTIME_MAX;
}

static bool put_in_front(struct joiner *j)
{
    struct capture_talk *talk = j->talk;
    uint32_t before = j->made.count;
    struct talk_segment *made = j->made.items;
    struct talk_segment *all = calloc((size_t)before + talk->count, sizeof(*all));

    if (all == NULL)
        return false;
    qsort(made, before, sizeof(*made), compare_times);
    for (uint32_t i = 0; i < before; i++) {
        all[i] = made[i];
        all[i].frame = 0;
    }
    for (uint32_t i = 0; i < talk->count; i++) {
        all[before + i] = talk->segments[i];
        all[before + i].at = later(all[before + i].at, j->lead);
    }
    free(talk->segments);
    talk->segments = all;
    talk->count += before;
    talk->before = before;
    talk->until = later(talk->until, j->lead);
    return true;
}

bool join_make(struct joiner *j)
{
    bool done;

    for (unsigned side = 0; side < 2; side++)
        j->end[side].room = least_room(j, side);
    shake_hands(j);
    for (unsigned side = 0; side < 2; side++) {
        make_done(j, side);
        make_flight(j, side);
    }
    done = !j->no_memory && put_in_front(j);
    free(j->made.items);
    return done;
}
