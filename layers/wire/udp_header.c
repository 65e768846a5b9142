#include "layers/wire/udp_header.h"

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/pseudo_header.h"
#include "layers/wire/span.h"

rule_id udp_header_parse(struct udp_header *h, struct span in, struct span *payload)
{
    *payload = span_empty(in);
    if (in.len < UDP_HEADER_LEN)
        return RULE_UDP_TRUNCATED;
    h->source_port = get_be16(in.at);
    h->destination_port = get_be16(in.at + 2);
    h->length = get_be16(in.at + 4);
    h->checksum = get_be16(in.at + UDP_CHECKSUM_AT);
    if (h->length < UDP_HEADER_LEN)
        return RULE_UDP_BAD_LENGTH;
    *payload = span_after(span_first(in, h->length), UDP_HEADER_LEN);
    return h->length > in.len ? RULE_UDP_CUT : RULE_NONE;
}

size_t udp_header_emit(const struct udp_header *h, uint8_t *out)
{
    put_be16(out, h->source_port);
    put_be16(out + 2, h->destination_port);
    put_be16(out + 4, h->length);
    put_be16(out + UDP_CHECKSUM_AT, h->checksum);
    return UDP_HEADER_LEN;
}

uint16_t udp_checksum(ipv4 source, ipv4 destination, struct span datagram)
{
    struct checksum_sum sum = { 0 };
    uint16_t computed;

    ASSERT(datagram.len >= UDP_HEADER_LEN && datagram.len <= UINT16_MAX);
    pseudo_header_add(&sum, source, destination, IP_PROTOCOL_UDP, datagram.len);
    checksum_add(&sum, span_first(datagram, UDP_CHECKSUM_AT));
    checksum_add(&sum, span_after(datagram, UDP_CHECKSUM_AT + 2));
    computed = checksum_fold(&sum);
    return computed == 0 ? 0xffff : computed;
}

bool udp_checksum_ok(ipv4 source, ipv4 destination, struct span datagram)
{
    struct checksum_sum sum = { 0 };

    if (datagram.len < UDP_HEADER_LEN || datagram.len > UINT16_MAX)
        return false;
    if (get_be16(datagram.at + UDP_CHECKSUM_AT) == 0)
        return true;
    pseudo_header_add(&sum, source, destination, IP_PROTOCOL_UDP, datagram.len);
    checksum_add(&sum, datagram);
    return checksum_fold(&sum) == 0;
}
