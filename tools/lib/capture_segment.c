#include "tools/lib/capture_segment.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/span.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tcp_option.h"
#include "sim/capture_link.h"

enum {
    IPV6_HEADER = 40,
    IPV6_HOP_BY_HOP = 0,
    IPV6_ROUTING = 43,
    IPV6_FRAGMENT = 44,
    IPV6_DESTINATION = 60,
    IPV6_HEADERS_MAX = 8,
    IPV4_IN_SLOT = 12,
    STAMPS_LEN = 12,
};

#define STAMPS_ONLY 0x0101080au /* NOP, NOP, timestamps of 10 bytes */

/* ---- Fragments ---- */

/* Fewer bytes than the header may take are never copied beyond: what is needed
 * of a segment is its header and its length. */
enum { FRONT_ROOM = IPV4_HEADER_MAX + TCP_HEADER_MAX, BLOCKS = IPV4_DATAGRAM_MAX / 8 + 1 };

struct datagram {
    ipv4 source, destination;
    uint16_t identification;
    uint64_t heard;                 /* when it was begun; 0: free */
    uint32_t total;                 /* bytes of data; 0: the last has not come */
    uint32_t blocks;                /* of 8 bytes that are here */
    uint32_t front_len;             /* bytes of DATA, without a gap */
    uint8_t front[FRONT_ROOM];      /* the first of its data */
    uint8_t have[(BLOCKS + 7) / 8]; /* bit n: the n-th 8 bytes */
};

struct capture_fragments {
    uint64_t clock;
    struct datagram datagrams[CAPTURE_FRAGMENTS_MAX];
};

struct capture_fragments *capture_fragments_open(void)
{
    return calloc(1, sizeof(struct capture_fragments));
}

void capture_fragments_close(struct capture_fragments *fragments)
{
    free(fragments);
}

static struct datagram *find_datagram(struct capture_fragments *all, const struct ipv4_header *ip)
{
    struct datagram *oldest = &all->datagrams[0];

    for (unsigned i = 0; i < CAPTURE_FRAGMENTS_MAX; i++) {
        struct datagram *d = &all->datagrams[i];

        if (d->heard != 0 && d->source == ip->source && d->destination == ip->destination &&
            d->identification == ip->identification)
            return d;
        if (d->heard < oldest->heard)
            oldest = d;
    }
    memset(oldest, 0, sizeof(*oldest));
    oldest->heard = ++all->clock;
    oldest->source = ip->source;
    oldest->destination = ip->destination;
    oldest->identification = ip->identification;
    return oldest;
}

/* Notes the bytes FROM to FROM + LEN; the end of a datagram may lie within 8. */
static void note_blocks(struct datagram *d, uint32_t from, uint32_t len)
{
    for (uint32_t block = from / 8; block < (from + len + 7) / 8 && block < BLOCKS; block++) {
        uint8_t bit = (uint8_t)(1u << block % 8);

        d->blocks += (d->have[block / 8] & bit) == 0;
        d->have[block / 8] |= bit;
    }
}

void capture_fragments_forget(struct capture_fragments *all)
{
    memset(all, 0, sizeof(*all));
}

bool capture_fragments_wait(const struct capture_fragments *all)
{
    for (unsigned i = 0; i < CAPTURE_FRAGMENTS_MAX; i++)
        if (all->datagrams[i].heard != 0)
            return true;
    return false;
}

size_t capture_fragments_size(void)
{
    return sizeof(struct capture_fragments);
}

bool capture_fragments_take(struct capture_fragments *all, const struct ipv4_header *ip,
                            struct span in, uint32_t len, struct span *out, uint32_t *total)
{
    struct datagram *d = find_datagram(all, ip);
    uint32_t from = ip->fragment_offset;
    uint32_t put = from < FRONT_ROOM ? (uint32_t)min_size(FRONT_ROOM - from, in.len) : 0;

    if (put > 0)
        memcpy(d->front + from, in.at, put);
    if (put > 0 && from + put > d->front_len)
        d->front_len = from + put;
    note_blocks(d, from, len);
    if (!ip->more_fragments)
        d->total = from + len;
    if (d->total == 0 || d->blocks < (d->total + 7) / 8)
        return false;
    *out = (struct span){ d->front, min_size(d->front_len, d->total) };
    *total = d->total;
    d->heard = 0;
    return true;
}

/* ---- TCP ---- */

enum { SACK_BLOCK = 8 }; /* bytes */

/* Timestamps, the window scale, and what the SACK blocks cover. */
static void read_options(struct span options, struct capture_segment *segment)
{
    struct tcp_seen *seen = &segment->seen;
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, options);
    while (tcp_option_next(&reader, &option)) {
        if (option.kind == TCP_OPTION_TIMESTAMPS && segment->options_read) {
            segment->has_stamp = true;
            segment->stamp = get_be32(option.data.at);
        }
        if (option.kind == TCP_OPTION_WINDOW_SCALE && (seen->flags & TCP_SYN) != 0)
            seen->scale = (int8_t)(option.data.at[0] < 14 ? option.data.at[0] : 14);
        for (size_t i = 0; option.kind == TCP_OPTION_SACK && i + SACK_BLOCK <= option.data.len;
             i += SACK_BLOCK)
            seen->sacked += get_be32(option.data.at + i + 4) - get_be32(option.data.at + i);
    }
}

/* Nearly all options are two NOPs and timestamps: these are looked for first. */
static void read_options_fast(struct capture_segment *segment)
{
    struct span options = segment->options;

    if (options.len == STAMPS_LEN && get_be32(options.at) == STAMPS_ONLY) {
        segment->has_stamp = segment->options_read;
        segment->stamp = get_be32(options.at + 4);
    } else if (options.len > 0) {
        read_options(options, segment);
    }
}

/* IN is what was captured of a segment that had LEN bytes. */
static bool read_tcp(struct span in, uint32_t len, struct capture_segment *segment)
{
    struct tcp_seen *seen = &segment->seen;
    struct tcp_header h;
    uint32_t header_len;

    if (tcp_header_parse(&h, in, &segment->payload) == RULE_TCP_TRUNCATED)
        return false;
    header_len = (uint32_t)(in.at[12] >> 4) * 4;
    segment->key.end[0].port = h.source_port;
    segment->key.end[1].port = h.destination_port;
    seen->sequence = h.sequence;
    seen->acknowledgment = h.acknowledgment;
    seen->flags = h.flags;
    seen->window = h.window;
    seen->whole = header_len >= TCP_HEADER_MIN && header_len <= len;
    seen->len = seen->whole ? len - header_len : 0;
    segment->urgent = h.urgent_pointer;
    segment->options_len = (uint8_t)(header_len < TCP_HEADER_MIN ? 0 : header_len - TCP_HEADER_MIN);
    segment->options = span_first(span_after(in, TCP_HEADER_MIN), segment->options_len);
    seen->scale = -1;
    seen->sacked = 0;
    segment->has_stamp = false;
    segment->options_read = seen->whole && header_len <= in.len;
    read_options_fast(segment);
    return true;
}

/* ---- IP ---- */

static void set_ipv4(struct flow_end *end, const uint8_t *address)
{
    memset(end->address, 0, sizeof(end->address));
    memcpy(end->address + IPV4_IN_SLOT, address, 4);
}

/* MISSING: bytes at the end that the snapshot length cut. */
static bool read_ipv4(struct capture_fragments *all, struct span in, size_t missing,
                      struct capture_segment *segment)
{
    struct ipv4_header ip;
    struct span payload;
    rule_id rule = ipv4_header_parse(&ip, in, &payload);
    uint32_t header_len, len;

    if ((rule != RULE_NONE && rule != RULE_IP_BAD_CHECKSUM && rule != RULE_IP_DATAGRAM_CUT &&
         rule != RULE_IP_BAD_TOTAL_LENGTH) ||
        ip.protocol != IP_PROTOCOL_TCP || in.at[0] >> 4 != 4)
        return false;
    header_len = (uint32_t)ipv4_header_length(&ip);
    /* What was cut before it was captured is not in the original length either. */
    len = (uint32_t)min_size(ip.total_length, in.len + missing);
    if (ip.total_length == 0) { /* filled in by the network card, which sends several of it */
        len = (uint32_t)(in.len + missing);
        payload = span_after(in, header_len);
    }
    if (len < header_len)
        return false;
    set_ipv4(&segment->key.end[0], in.at + 12);
    set_ipv4(&segment->key.end[1], in.at + 16);
    segment->identification = ip.identification;
    segment->beyond = !ipv4_header_is_fragment(&ip) && ip.total_length > len
                          ? (uint32_t)(ip.total_length - len)
                          : 0;
    len -= header_len;
    if (ipv4_header_is_fragment(&ip) &&
        !capture_fragments_take(all, &ip, payload, len, &payload, &len))
        return false;
    return read_tcp(payload, len, segment);
}

/* Passes over the extension headers. */
static bool find_ipv6_tcp(struct span *in, uint32_t *len, uint8_t next)
{
    for (int i = 0; i < IPV6_HEADERS_MAX && next != IP_PROTOCOL_TCP; i++) {
        uint32_t header = in->len < 8 ? 0 : (uint32_t)(in->at[1] + 1) * 8;

        if (next != IPV6_HOP_BY_HOP && next != IPV6_ROUTING && next != IPV6_DESTINATION)
            return false;
        if (header == 0 || header > in->len || header > *len)
            return false;
        next = in->at[0];
        *in = span_after(*in, header);
        *len -= header;
    }
    return next == IP_PROTOCOL_TCP;
}

static bool read_ipv6(struct span in, struct capture_segment *segment)
{
    struct span payload;
    uint32_t len;

    if (in.len < IPV6_HEADER || in.at[0] >> 4 != 6)
        return false;
    segment->key.ipv6 = true;
    memcpy(segment->key.end[0].address, in.at + 8, 16);
    memcpy(segment->key.end[1].address, in.at + 24, 16);
    len = get_be16(in.at + 4);
    payload = span_first(span_after(in, IPV6_HEADER), len);
    return find_ipv6_tcp(&payload, &len, in.at[6]) && read_tcp(payload, len, segment);
}

bool capture_segment_read(struct capture_fragments *fragments, const struct capture_frame *frame,
                          struct capture_segment *segment)
{
    size_t missing =
        frame->original_len > frame->bytes.len ? frame->original_len - frame->bytes.len : 0;
    struct span packet;
    uint16_t ethertype;

    segment->key.ipv6 = false;
    segment->identification = 0;
    segment->beyond = 0;
    segment->seen.time_ns = frame->time_ns;
    segment->seen.frame = frame->number;
    if (!capture_payload(frame->linktype, frame->bytes, &ethertype, &packet))
        return false;
    if (ethertype == ETHERTYPE_IPV4)
        return read_ipv4(fragments, packet, missing, segment);
    return ethertype == ETHERTYPE_IPV6 && read_ipv6(packet, segment);
}
