#include "layers/wire/tcp_header.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/pseudo_header.h"
#include "layers/wire/span.h"

enum { WORD_LEN = 4 };

static void read_fields(struct tcp_header *h, const uint8_t *at)
{
    h->source_port = get_be16(at);
    h->destination_port = get_be16(at + 2);
    h->sequence = get_be32(at + 4);
    h->acknowledgment = get_be32(at + 8);
    h->reserved = at[12] & 0xf;
    h->flags = at[13];
    h->window = get_be16(at + 14);
    h->checksum = get_be16(at + TCP_CHECKSUM_AT);
    h->urgent_pointer = get_be16(at + 18);
    h->options = (struct span){ at + TCP_HEADER_MIN, 0 };
}

rule_id tcp_header_parse(struct tcp_header *h, struct span in, struct span *payload)
{
    size_t header_len;

    *payload = span_empty(in);
    if (in.len < TCP_HEADER_MIN)
        return RULE_TCP_TRUNCATED;
    read_fields(h, in.at);
    header_len = (size_t)(in.at[12] >> 4) * WORD_LEN;
    if (header_len < TCP_HEADER_MIN)
        return RULE_TCP_BAD_DATA_OFFSET;
    if (header_len > in.len)
        return RULE_TCP_HEADER_CUT;
    h->options.len = header_len - TCP_HEADER_MIN;
    *payload = span_after(in, header_len);
    return RULE_NONE;
}

size_t tcp_header_length(const struct tcp_header *h)
{
    size_t words = (h->options.len + WORD_LEN - 1) / WORD_LEN;

    return TCP_HEADER_MIN + words * WORD_LEN;
}

size_t tcp_header_emit(const struct tcp_header *h, uint8_t *out)
{
    size_t len = tcp_header_length(h);

    ASSERT(h->options.len <= TCP_OPTIONS_MAX && h->reserved <= 0xf);
    put_be16(out, h->source_port);
    put_be16(out + 2, h->destination_port);
    put_be32(out + 4, h->sequence);
    put_be32(out + 8, h->acknowledgment);
    out[12] = (uint8_t)(len / WORD_LEN << 4 | h->reserved);
    out[13] = h->flags;
    put_be16(out + 14, h->window);
    put_be16(out + TCP_CHECKSUM_AT, h->checksum);
    put_be16(out + 18, h->urgent_pointer);
    if (len > TCP_HEADER_MIN) {
        memset(out + TCP_HEADER_MIN, 0, len - TCP_HEADER_MIN);
        memcpy(out + TCP_HEADER_MIN, h->options.at, h->options.len);
    }
    return len;
}

uint16_t tcp_checksum(ipv4 source, ipv4 destination, struct span segment)
{
    struct checksum_sum sum = { 0 };

    ASSERT(segment.len >= TCP_HEADER_MIN && segment.len <= UINT16_MAX);
    pseudo_header_add(&sum, source, destination, IP_PROTOCOL_TCP, segment.len);
    /* What stands in the field itself does not count: its complement takes it
     * out; before a segment that may be of odd length. */
    checksum_add_word(&sum, (uint16_t)~get_be16(segment.at + TCP_CHECKSUM_AT));
    checksum_add(&sum, segment);
    return checksum_fold(&sum);
}

bool tcp_checksum_ok(ipv4 source, ipv4 destination, struct span segment)
{
    struct checksum_sum sum = { 0 };

    if (segment.len < TCP_HEADER_MIN || segment.len > UINT16_MAX)
        return false;
    pseudo_header_add(&sum, source, destination, IP_PROTOCOL_TCP, segment.len);
    checksum_add(&sum, segment);
    return checksum_fold(&sum) == 0;
}
