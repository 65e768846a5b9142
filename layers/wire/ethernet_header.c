#include "layers/wire/ethernet_header.h"

#include "layers/wire/bytes.h"
#include "layers/wire/span.h"

rule_id ethernet_header_parse(struct ethernet_header *h, struct span in,
                              struct span *payload)
{
    *payload = span_empty(in);
    if (in.len < ETHERNET_HEADER_LEN)
        return RULE_ETHERNET_TRUNCATED;
    h->destination = mac_get(in.at);
    h->source = mac_get(in.at + 6);
    h->ethertype = get_be16(in.at + 12);
    h->tagged = h->ethertype == ETHERTYPE_VLAN;
    h->tci = 0;
    if (h->tagged) {
        if (in.len < ETHERNET_HEADER_LEN + VLAN_TAG_LEN)
            return RULE_VLAN_TRUNCATED;
        h->tci = get_be16(in.at + 14);
        h->ethertype = get_be16(in.at + 16);
    }
    *payload = span_after(in, ethernet_header_length(h));
    return RULE_NONE;
}

size_t ethernet_header_length(const struct ethernet_header *h)
{
    return ETHERNET_HEADER_LEN + (h->tagged ? VLAN_TAG_LEN : 0);
}

size_t ethernet_header_emit(const struct ethernet_header *h, uint8_t *out)
{
    mac_put(out, h->destination);
    mac_put(out + 6, h->source);
    if (h->tagged) {
        put_be16(out + 12, ETHERTYPE_VLAN);
        put_be16(out + 14, h->tci);
        put_be16(out + 16, h->ethertype);
    } else {
        put_be16(out + 12, h->ethertype);
    }
    return ethernet_header_length(h);
}

rule_id vlan_tag_parse(struct vlan_tag *tag, struct span in, struct span *payload)
{
    *payload = span_empty(in);
    if (in.len < VLAN_TAG_LEN)
        return RULE_VLAN_TRUNCATED;
    tag->tci = get_be16(in.at);
    tag->ethertype = get_be16(in.at + 2);
    *payload = span_after(in, VLAN_TAG_LEN);
    return RULE_NONE;
}

size_t vlan_tag_emit(const struct vlan_tag *tag, uint8_t *out)
{
    put_be16(out, tag->tci);
    put_be16(out + 2, tag->ethertype);
    return VLAN_TAG_LEN;
}
