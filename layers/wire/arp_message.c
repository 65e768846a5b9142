#include "layers/wire/arp_message.h"

#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/span.h"

/* The questions of RFC 826, "Packet Reception", in its order. */
static rule_id check_spaces(const uint8_t *at)
{
    if (get_be16(at) != ARP_HARDWARE_ETHERNET)
        return RULE_ARP_BAD_HARDWARE_TYPE;
    if (at[4] != MAC_LEN)
        return RULE_ARP_BAD_HARDWARE_LENGTH;
    if (get_be16(at + 2) != ETHERTYPE_IPV4)
        return RULE_ARP_BAD_PROTOCOL_TYPE;
    if (at[5] != IPV4_LEN)
        return RULE_ARP_BAD_PROTOCOL_LENGTH;
    return RULE_NONE;
}

rule_id arp_message_parse(struct arp_message *m, struct span in, struct span *payload)
{
    rule_id rule;

    *payload = span_empty(in);
    if (in.len < ARP_MESSAGE_LEN)
        return RULE_ARP_TRUNCATED;
    rule = check_spaces(in.at);
    if (rule != RULE_NONE)
        return rule;
    m->opcode = get_be16(in.at + 6);
    m->sender_mac = mac_get(in.at + 8);
    m->sender_ip = get_be32(in.at + 14);
    m->target_mac = mac_get(in.at + 18);
    m->target_ip = get_be32(in.at + 24);
    *payload = span_after(in, ARP_MESSAGE_LEN);
    return RULE_NONE;
}

size_t arp_message_emit(const struct arp_message *m, uint8_t *out)
{
    put_be16(out, ARP_HARDWARE_ETHERNET);
    put_be16(out + 2, ETHERTYPE_IPV4);
    out[4] = MAC_LEN;
    out[5] = IPV4_LEN;
    put_be16(out + 6, m->opcode);
    mac_put(out + 8, m->sender_mac);
    put_be32(out + 14, m->sender_ip);
    mac_put(out + 18, m->target_mac);
    put_be32(out + 24, m->target_ip);
    return ARP_MESSAGE_LEN;
}
