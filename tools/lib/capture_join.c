#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_join_parts.h"

/*
 * A connection that began before the capture did gets its beginning in front: the least that
 * must have happened, so that both ends stand where the first frames show them.
 *
 *   first numbers, first ACKs   both ends' ISNs; what was sent before and is not seen
 *   options of segments         timestamps, SACK
 *   the longest segment         MSS
 *   text against windows        the least scale in which it fits
 */

enum {
    OLD_MOST = 1 << 17,    /* how far below the first numbers old text may come again */
    INITIAL_SEGMENTS = 10, /* RFC 6928 2 */
    WINDOW_MOST = 1000,    /* segments; a host's setting */
    SCALE_MOST = 14,       /* RFC 7323 2.3 */
    MSS_USUAL = 1460,      /* Ethernet's 1500 without the headers of IPv4 and TCP */
};

#define LEAD SECONDS /* at least, from the made-up SYN to the capture's first frame */
#define RTT_MOST (10 * MINUTES)
#define STAMP_REACH (1 << 20)

/* ---- Looking ---- */

static void look_at_options(struct joiner *j, const struct talk_segment *s)
{
    struct beginning *b = &j->end[s->side];
    struct tcp_option_reader reader;
    struct tcp_option option;
    uint32_t value;

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option)) {
        j->talk->join.sack = j->talk->join.sack || option.kind == TCP_OPTION_SACK ||
                             option.kind == TCP_OPTION_SACK_PERMITTED;
        if (option.kind != TCP_OPTION_TIMESTAMPS)
            continue;
        value = get_be32(option.data.at);
        if (!b->stamped || (seq_lt(value, b->stamp) && b->stamp - value < STAMP_REACH))
            b->stamp = value;
        b->stamped = j->talk->join.timestamps = true;
        if (!j->end[!s->side].stamped && j->end[!s->side].stamp == 0)
            j->end[!s->side].stamp = get_be32(option.data.at + 4);
    }
}

static void look_at_numbers(struct joiner *j, const struct talk_segment *s, uint32_t index)
{
    struct beginning *b = &j->end[s->side], *other = &j->end[!s->side];

    if (!b->speaks) {
        b->first = b->low = s->seq;
        b->window = s->window;
        b->said_at = index;
    }
    b->speaks = true;
    b->filled = b->filled || (seq_le(s->seq, b->first) &&
                              seq_gt(s->seq + s->len + ((s->flags & TCP_FIN) != 0), b->first));
    if (seq_lt(s->seq, b->low) && b->first - s->seq <= OLD_MOST)
        b->low = s->seq;
    if ((s->flags & TCP_FIN) != 0 && !b->fin) {
        b->fin = true;
        b->fin_at = s->seq + s->len;
    }
    if ((s->flags & TCP_ACK) == 0)
        return;
    if (!other->acked) {
        other->ack = s->ack;
        other->acked_first = !other->speaks;
    }
    other->acked = true;
}

/* The first that is seen of it is a keep-alive: one number back, and nothing is in it. */
static bool keeps_alive(const struct beginning *b)
{
    return !b->filled && b->ack == b->first + 1;
}

/* How much of its text had been sent before, and how much of that acknowledged. */
static void bound(struct beginning *b)
{
    if (!b->speaks) {
        b->base = b->done = b->to = b->ack;
        return;
    }
    if (!b->acked || (uint32_t)(b->first - b->ack) + JOIN_FLIGHT_MOST > 2 * JOIN_FLIGHT_MOST ||
        (!b->acked_first && seq_ge(b->ack, b->first) && !keeps_alive(b))) {
        b->base = b->done = b->to = b->low;
        return;
    }
    b->base = seq_lt(b->ack, b->low) ? b->ack : b->low;
    b->done = b->ack;
    b->to = seq_gt(b->first, b->ack) ? b->first : b->ack;
}

static void look(struct joiner *j)
{
    const struct capture_talk *talk = j->talk;

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (!join_counts(s))
            continue;
        look_at_options(j, s);
        look_at_numbers(j, s, i);
        j->talk->join.ecn = j->talk->join.ecn || (s->flags & (TCP_ECE | TCP_CWR)) != 0;
    }
    for (unsigned side = 0; side < 2; side++)
        bound(&j->end[side]);
}

/* ---- Segment size ---- */

/* The longest text of SIDE that a wire carried: network cards hand over more at once, in
 * lengths that vary. */
static uint32_t largest_segment(const struct capture_talk *talk, unsigned side)
{
    uint32_t longest = talk->end[side].longest, exactly = 0, above = 0;
    uint32_t usual = MSS_USUAL - (talk->join.timestamps ? JOIN_TIMESTAMPS_LEN : 0);

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->side != side || !join_counts(s))
            continue;
        above += s->len > usual;
        exactly += s->len == longest;
    }
    return longest > usual && (exactly < 2 || exactly * 2 < above) ? usual : longest;
}

/* What SIDE's SYN must have announced: the other's segments are no longer. */
static uint16_t announced_mss(const struct joiner *j, unsigned side)
{
    uint32_t mss = j->end[!side].full + (j->talk->join.timestamps ? JOIN_TIMESTAMPS_LEN : 0);

    if (mss < JOIN_MSS_LEAST) /* it says nothing: all of them were short */
        return MSS_USUAL;
    return (uint16_t)(mss < UINT16_MAX ? mss : UINT16_MAX);
}

/* Segments of SIDE's under way before anything was acknowledged that was seen to pass: so many
 * its congestion window allowed. 0: new connections begin with as many. */
static uint32_t window_at_first(const struct joiner *j, unsigned side)
{
    const struct beginning *b = &j->end[side];
    uint32_t acked = b->done, most = 0, full = b->full;

    for (uint32_t i = 0; i < j->talk->count && !seq_gt(acked, b->first); i++) {
        const struct talk_segment *s = &j->talk->segments[i];

        if (!join_counts(s))
            continue;
        if (s->side != side && (s->flags & TCP_ACK) != 0 && seq_gt(s->ack, acked))
            acked = s->ack;
        else if (s->side == side && s->len > 0 && seq_gt(s->seq + s->len, acked + most))
            most = s->seq + s->len - acked;
    }
    if (most > JOIN_FLIGHT_MOST || full == 0 || most <= INITIAL_SEGMENTS * full)
        return 0;
    return (most + full - 1) / full < WINDOW_MOST ? (most + full - 1) / full : WINDOW_MOST;
}

/* ---- Window scale ---- */

/* The least scale of SIDE's windows in which all fits that the other sent into them; a probe of
 * one byte may stand outside. */
static int least_scale(const struct capture_talk *talk, unsigned side)
{
    uint32_t edge = 0;
    bool edged = false;
    int scale = 0;

    for (int pass = 0; pass <= SCALE_MOST && scale == pass; pass++, edged = false)
        for (uint32_t i = 0; i < talk->count && scale == pass; i++) {
            const struct talk_segment *s = &talk->segments[i];
            uint32_t right = s->ack + ((uint32_t)s->window << pass);

            if (!join_counts(s) || (s->flags & (TCP_SYN | TCP_ACK)) != TCP_ACK)
                continue;
            if (s->side == side && (!edged || seq_gt(right, edge))) {
                edge = right;
                edged = true;
            } else if (s->side != side && edged && s->len > 1 && seq_gt(s->seq + s->len, edge)) {
                scale++;
            }
        }
    return scale > SCALE_MOST ? 0 : scale; /* no scale explains it: something else is wrong */
}

static void find_scales(struct capture_talk *talk)
{
    struct talk_join *join = &talk->join;

    for (unsigned side = 0; side < 2; side++) {
        join->least_scale[side] = (int8_t)least_scale(talk, side);
        join->scale[side] = join->least_scale[side];
    }
    if (join->half && talk->end[TALK_SERVER].scale >= 0)
        join->scale[TALK_SERVER] = talk->end[TALK_SERVER].scale;
    else if (join->half || join->least_scale[0] + join->least_scale[1] == 0)
        join->scale[0] = join->scale[1] = -1;
}

/* ---- The whole ---- */

/* Room for four round trips or more. Times of a capture may be anything. */
static void choose_lead(struct joiner *j)
{
    vtime round;

    for (unsigned side = 0; side < 2; side++) {
        vtime rtt = j->talk->end[side].rtt;

        j->end[side].rtt = rtt < RTT_MOST ? rtt : RTT_MOST;
    }
    round = j->end[0].rtt + j->end[1].rtt;
    j->lead = j->end[TALK_SERVER].rtt;
    if (!j->talk->join.half)
        j->lead = 8 * round < LEAD ? LEAD : (8 * round / SECONDS + 1) * SECONDS;
}

/* The SYN,ACK says which number the SYN had. */
static void begin_at_syn_ack(struct joiner *j)
{
    struct beginning *client = &j->end[TALK_CLIENT], *server = &j->end[TALK_SERVER];

    server->base = server->done = server->to = j->talk->end[TALK_SERVER].iss + 1;
    client->base = client->done = client->to = client->acked ? client->ack : client->base;
}

static void assume(struct joiner *j)
{
    struct talk_join *join = &j->talk->join;

    join->joined = true;
    join->half = j->talk->end[TALK_SERVER].opened;
    if (join->half)
        begin_at_syn_ack(j);
    choose_lead(j);
    find_scales(j->talk);
    for (unsigned side = 0; side < 2; side++)
        j->end[side].full = largest_segment(j->talk, side);
    for (unsigned side = 0; side < 2; side++) {
        join->mss[side] = announced_mss(j, side);
        join->sent[side] = j->end[side].to - j->end[side].base;
        join->window[side] = join->half ? 0 : window_at_first(j, side);
    }
}

bool capture_talk_join(struct capture_talk *talk)
{
    struct joiner j = { .talk = talk };

    if (talk->end[TALK_CLIENT].opened)
        return true;
    look(&j);
    if (!j.end[0].speaks && !j.end[1].speaks)
        return true; /* nothing but RSTs: nobody can know more */
    assume(&j);
    return join_make(&j) && capture_talk_number(talk);
}
