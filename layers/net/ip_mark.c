#include "layers/net/ip.h"

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ethernet_header.h"

#define IPV4_TOS_WORD 0 /* version, IHL and TOS: the first 16 bits */
#define IPV4_CHECKSUM_WORD 10

bool ip_mark_congestion(struct packet *frame)
{
    struct ethernet_header ethernet;
    struct ipv4_header h;
    struct span datagram, payload;
    uint8_t *bytes;
    uint16_t old;

    /* A frame that is damaged already keeps the bytes it has. */
    if (frame->damaged ||
        ethernet_header_parse(&ethernet, packet_span(frame), &datagram) != RULE_NONE ||
        ethernet.ethertype != ETHERTYPE_IPV4 ||
        ipv4_header_parse(&h, datagram, &payload) != RULE_NONE ||
        (h.tos & IPV4_ECN_MASK) == 0)
        return false;
    bytes = packet_bytes(frame) + (frame->len - datagram.len);
    old = get_be16(bytes + IPV4_TOS_WORD);
    put_be16(bytes + IPV4_TOS_WORD, old | IPV4_ECN_CE);
    put_be16(bytes + IPV4_CHECKSUM_WORD,
             checksum_update(get_be16(bytes + IPV4_CHECKSUM_WORD), old, old | IPV4_ECN_CE));
    return true;
}
