/*
 * Pieces of IPv4 datagrams: do they fit together? What is captured twice has the same
 * place, length and bytes, and is no piece of its own.
 */
#include <string.h>

#include "layers/wire/checksum.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/udp_header.h"
#include "sim/vtime.h"
#include "tools/lib/capture_rules_parts.h"

#define REASSEMBLY_TIMEOUT (60 * SECONDS) /* RFC 1122 3.3.2: 60 to 120 s */
#define ID_LIFETIME (120 * SECONDS)       /* RFC 6864 1: an MDL is taken as two minutes */

static uint64_t last_frame(const struct fragment_datagram *d)
{
    return d->count > 0 ? d->pieces[d->count - 1].frame : 0;
}

static void tell_missing(struct capture_rules *rules, const struct fragment_datagram *d)
{
    if (d->used && !d->whole && d->count > 0)
        rules_report(rules, last_frame(d), RULE_SEEN_FRAGMENT_MISSING, d->pieces[0].frame, d->here,
                     0);
}

static bool is_of(const struct fragment_datagram *d, const struct ipv4_header *ip)
{
    return d->used && d->source == ip->source && d->destination == ip->destination &&
           d->identification == ip->identification && d->protocol == ip->protocol;
}

static void begin(const struct capture_rules *rules, struct fragment_datagram *d,
                  const struct ipv4_header *ip)
{
    memset(d, 0, offsetof(struct fragment_datagram, pieces));
    d->used = true;
    d->source = ip->source;
    d->destination = ip->destination;
    d->identification = ip->identification;
    d->protocol = ip->protocol;
    d->first_ns = rules->now_ns;
}

/* The datagram of IP, or the oldest one's place: whether that is ever completed, nobody knows. */
static struct fragment_datagram *find(struct capture_rules *rules, const struct ipv4_header *ip)
{
    struct fragment_datagram *oldest = &rules->datagrams[0];

    for (unsigned i = 0; i < DATAGRAMS; i++) {
        struct fragment_datagram *d = &rules->datagrams[i];

        if (is_of(d, ip))
            return d;
        if (!d->used || (oldest->used && d->first_ns < oldest->first_ns))
            oldest = d;
    }
    begin(rules, oldest, ip);
    return oldest;
}

static const struct fragment_piece *find_copy(const struct fragment_datagram *d,
                                              const struct fragment_piece *piece)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->pieces[i].from == piece->from && d->pieces[i].len == piece->len &&
            d->pieces[i].sum == piece->sum)
            return &d->pieces[i];
    return NULL;
}

/* The piece that NEW lies on, and by how much. */
static const struct fragment_piece *find_overlap(const struct fragment_datagram *d,
                                                 const struct fragment_piece *new, uint32_t *bytes)
{
    *bytes = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        const struct fragment_piece *old = &d->pieces[i];
        uint32_t low = new->from > old->from ? new->from : old->from;
        uint32_t high = new->from + new->len < old->from + old->len ? new->from + new->len
                                                                    : old->from + old->len;

        *bytes = high > low ? high - low : 0;
        if (*bytes > 0)
            return old;
    }
    return NULL;
}

static void judge_length(struct capture_rules *rules, const struct rules_frame *frame,
                         const struct ipv4_header *ip, struct span payload, uint32_t len)
{
    uint32_t end = (uint32_t)ip->fragment_offset + len + (uint32_t)ipv4_header_length(ip);
    uint32_t wanted = ip->protocol == IP_PROTOCOL_UDP ? UDP_HEADER_LEN : 0;

    if (ip->protocol == IP_PROTOCOL_TCP) {
        wanted = TCP_HEADER_MIN;
        if (payload.len > 12 && (uint32_t)(payload.at[12] >> 4) * 4 > wanted)
            wanted = (uint32_t)(payload.at[12] >> 4) * 4;
    }
    if (ip->more_fragments && len % 8 != 0)
        rules_report(rules, frame->number, RULE_SEEN_FRAGMENT_ODD, 0, len, 0);
    if (end > IPV4_DATAGRAM_MAX)
        rules_report(rules, frame->number, RULE_SEEN_FRAGMENT_TOO_LONG, 0, end, 0);
    if (ip->fragment_offset == 0 && len < wanted)
        rules_report(rules, frame->number, RULE_SEEN_FRAGMENT_TINY, 0, len, 0);
}

/* An identification that is heard of again. False: the datagram is a new one, of before none. */
static void renew(struct capture_rules *rules, const struct rules_frame *frame,
                  struct fragment_datagram *d, const struct ipv4_header *ip)
{
    bool late = rules_passed(rules, d->first_ns, d->whole ? ID_LIFETIME : REASSEMBLY_TIMEOUT);

    if (!d->whole && !late)
        return;
    if (late)
        tell_missing(rules, d);
    else
        rules_report(rules, frame->number, RULE_SEEN_FRAGMENT_ID_AGAIN, last_frame(d),
                     ip->identification, 0);
    begin(rules, d, ip);
}

void rules_fragment(struct capture_rules *rules, const struct rules_frame *frame,
                    const struct ipv4_header *ip, struct span payload, uint32_t len)
{
    struct fragment_datagram *d = find(rules, ip);
    struct fragment_piece piece = {
        .frame = frame->number, .from = ip->fragment_offset, .len = len, .sum = checksum(payload)
    };
    const struct fragment_piece *under;
    uint32_t overlap;

    if (d->count == PIECES || find_copy(d, &piece) != NULL)
        return;
    renew(rules, frame, d, ip);
    judge_length(rules, frame, ip, payload, len);
    under = find_overlap(d, &piece, &overlap);
    if (under != NULL)
        rules_report(rules, frame->number, RULE_SEEN_FRAGMENT_OVERLAP, under->frame, overlap, 0);
    d->pieces[d->count++] = piece;
    d->here += len - (overlap < len ? overlap : len);
    if (!ip->more_fragments)
        d->total = piece.from + len;
    d->whole = (d->total != 0 && d->here >= d->total) || d->count == PIECES;
}

void rules_fragments_finish(struct capture_rules *rules)
{
    for (unsigned i = 0; i < DATAGRAMS; i++)
        tell_missing(rules, &rules->datagrams[i]);
}
