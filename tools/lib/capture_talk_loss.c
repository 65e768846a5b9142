#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/capture_talk.h"

/* What was sent again had been lost behind the capture point, unless something of the
 * receiver's shows it before the second copy can have been answered. */

enum { LOOK_BACK = 4096, LOOK_AHEAD = 4096 }; /* segments */

static uint32_t end_of(const struct talk_segment *s)
{
    return s->seq + s->len + ((s->flags & TCP_SYN) != 0) + ((s->flags & TCP_FIN) != 0);
}

static bool counts(const struct talk_segment *s)
{
    return !s->stray && !s->twice && (s->flags & TCP_RST) == 0;
}

/* The last segment before AGAIN that held all of it; -1: none. */
static int64_t find_first_copy(const struct capture_talk *talk, uint32_t again)
{
    const struct talk_segment *second = &talk->segments[again];

    for (uint32_t i = again; i > 0 && again - i < LOOK_BACK; i--) {
        const struct talk_segment *first = &talk->segments[i - 1];

        if (first->side == second->side && counts(first) && end_of(first) != first->seq &&
            (second->flags & ~first->flags & (TCP_SYN | TCP_FIN)) == 0 &&
            seq_le(first->seq, second->seq) && seq_ge(end_of(first), end_of(second)))
            return (int64_t)i - 1;
    }
    return -1;
}

static bool sacks(const struct talk_segment *s, uint32_t first, uint32_t end)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    while (tcp_option_next(&reader, &option))
        for (size_t at = 0; option.kind == TCP_OPTION_SACK && at + 8 <= option.data.len; at += 8)
            if (seq_le(get_be32(option.data.at + at), first) &&
                seq_ge(get_be32(option.data.at + at + 4), end))
                return true;
    return false;
}

/* S, of the other side, shows that it has FIRST; or that there was no room for it. */
static bool shows(const struct capture_talk *talk, const struct talk_segment *s,
                  const struct talk_segment *first)
{
    uint32_t end = end_of(first);

    if (s->side == first->side || !counts(s) || (s->flags & TCP_ACK) == 0)
        return false;
    return seq_ge(s->ack, end) || sacks(s, first->seq, end) ||
           (first->len > 0 && s->ack == first->seq && capture_talk_window(talk, s) < first->len);
}

static bool was_lost(const struct capture_talk *talk, uint32_t first, uint32_t again)
{
    const struct talk_segment *copy = &talk->segments[first];
    vtime rtt = talk->end[!copy->side].rtt, until = talk->segments[again].at + rtt - rtt / 8;

    for (uint32_t i = first + 1; i < talk->count && i - first < LOOK_AHEAD; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (i > again && s->at >= until)
            break;
        if (shows(talk, s, copy))
            return false;
    }
    return true;
}

/* Of what was under way when the capture began nobody saw anything arrive, if it was never
 * acknowledged. */
static void lose_before(struct capture_talk *talk)
{
    uint32_t acked[2] = { talk->end[0].iss, talk->end[1].iss };

    for (uint32_t i = talk->before; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (counts(s) && (s->flags & TCP_ACK) != 0 && seq_gt(s->ack, acked[!s->side]))
            acked[!s->side] = s->ack;
    }
    for (uint32_t i = 0; i < talk->before; i++) {
        struct talk_segment *s = &talk->segments[i];

        s->lost = s->lost || (s->len > 0 && seq_gt(end_of(s), acked[s->side]));
    }
}

void capture_talk_lose(struct capture_talk *talk)
{
    lose_before(talk);
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];
        int64_t first = s->resent && counts(s) ? find_first_copy(talk, i) : -1;

        if (first < 0 || talk->segments[first].lost || !was_lost(talk, (uint32_t)first, i))
            continue;
        talk->segments[first].lost = true;
        talk->lost++;
    }
}
