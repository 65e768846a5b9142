#include "layers/wire/ipv4_header.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/span.h"

enum {
    VERSION_4 = 4,
    WORD_LEN = 4,
    OFFSET_UNIT = 8,
    FLAG_RESERVED = 0x8000,
    FLAG_DONT_FRAGMENT = 0x4000,
    FLAG_MORE_FRAGMENTS = 0x2000,
    OFFSET_MASK = 0x1fff,
};

static void read_fields(struct ipv4_header *h, const uint8_t *at)
{
    uint16_t flags_offset = get_be16(at + 6);

    h->tos = at[1];
    h->total_length = get_be16(at + 2);
    h->identification = get_be16(at + 4);
    h->reserved_flag = (flags_offset & FLAG_RESERVED) != 0;
    h->dont_fragment = (flags_offset & FLAG_DONT_FRAGMENT) != 0;
    h->more_fragments = (flags_offset & FLAG_MORE_FRAGMENTS) != 0;
    h->fragment_offset = (uint16_t)((flags_offset & OFFSET_MASK) * OFFSET_UNIT);
    h->ttl = at[8];
    h->protocol = at[9];
    h->checksum = get_be16(at + IPV4_CHECKSUM_AT);
    h->source = get_be32(at + 12);
    h->destination = get_be32(at + 16);
    h->options = (struct span){ at + IPV4_HEADER_MIN, 0 };
}

/*
 * RFC 1812 5.2.2 wants the checksum looked at before the version: a flipped
 * bit in the version is more likely than another version. Only a header
 * length that leaves nothing to sum up comes first.
 */
static rule_id check_header(const struct ipv4_header *h, struct span header,
                            size_t there)
{
    if (checksum(header) != 0)
        return RULE_IP_BAD_CHECKSUM;
    if (header.at[0] >> 4 != VERSION_4)
        return RULE_IP_BAD_VERSION;
    if (h->total_length < header.len)
        return RULE_IP_BAD_TOTAL_LENGTH;
    if (h->total_length > there)
        return RULE_IP_DATAGRAM_CUT;
    return RULE_NONE;
}

rule_id ipv4_header_parse(struct ipv4_header *h, struct span in, struct span *payload)
{
    size_t header_len;

    *payload = span_empty(in);
    if (in.len < IPV4_HEADER_MIN)
        return RULE_IP_TRUNCATED;
    read_fields(h, in.at);
    header_len = (size_t)(in.at[0] & 0xf) * WORD_LEN;
    if (header_len < IPV4_HEADER_MIN)
        return in.at[0] >> 4 == VERSION_4 ? RULE_IP_BAD_HEADER_LENGTH
                                          : RULE_IP_BAD_VERSION;
    if (header_len > in.len)
        return RULE_IP_HEADER_CUT;
    h->options.len = header_len - IPV4_HEADER_MIN;
    if (h->total_length >= header_len)
        *payload = span_after(span_first(in, h->total_length), header_len);
    return check_header(h, span_first(in, header_len), in.len);
}

size_t ipv4_header_length(const struct ipv4_header *h)
{
    size_t words = (h->options.len + WORD_LEN - 1) / WORD_LEN;

    return IPV4_HEADER_MIN + words * WORD_LEN;
}

static uint16_t flags_and_offset(const struct ipv4_header *h)
{
    unsigned word = h->fragment_offset / OFFSET_UNIT;

    ASSERT(h->fragment_offset % OFFSET_UNIT == 0);
    if (h->reserved_flag)
        word |= FLAG_RESERVED;
    if (h->dont_fragment)
        word |= FLAG_DONT_FRAGMENT;
    if (h->more_fragments)
        word |= FLAG_MORE_FRAGMENTS;
    return (uint16_t)word;
}

static void emit_options(struct span options, uint8_t *out, size_t room)
{
    if (room == 0)
        return;
    memset(out, 0, room);
    memcpy(out, options.at, options.len);
}

size_t ipv4_header_emit(const struct ipv4_header *h, uint8_t *out)
{
    size_t len = ipv4_header_length(h);

    ASSERT(h->options.len <= IPV4_OPTIONS_MAX);
    out[0] = (uint8_t)(VERSION_4 << 4 | len / WORD_LEN);
    out[1] = h->tos;
    put_be16(out + 2, h->total_length);
    put_be16(out + 4, h->identification);
    put_be16(out + 6, flags_and_offset(h));
    out[8] = h->ttl;
    out[9] = h->protocol;
    put_be16(out + IPV4_CHECKSUM_AT, 0);
    put_be32(out + 12, h->source);
    put_be32(out + 16, h->destination);
    emit_options(h->options, out + IPV4_HEADER_MIN, len - IPV4_HEADER_MIN);
    put_be16(out + IPV4_CHECKSUM_AT, checksum((struct span){ out, len }));
    return len;
}
