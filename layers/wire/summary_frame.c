#include "layers/wire/bytes.h"
#include "layers/wire/name.h"
#include "layers/wire/summary_parts.h"

enum { SNAP_SAP = 0xaa };

struct frame_name {
    uint32_t number;
    const char *name;
};

static const char *find(const struct frame_name *rows, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].number == number)
            return rows[i].name;
    return NULL;
}

/* SNAP: LLC aa aa 03, then who numbers (3 bytes) and the number (2). */
static const char *snap_name(const uint8_t *at)
{
    static const struct frame_name cisco[] = {
        { 0x010b, "PVST+" }, { 0x0111, "UDLD" }, { 0x2000, "CDP" },
        { 0x2003, "VTP" },   { 0x2004, "DTP" },
    };
    uint32_t organisation = get_be32(at + 2) & 0xffffff;
    uint16_t number = get_be16(at + 6);
    const char *name = NULL;

    if (organisation == 0x00000c)
        name = find(cisco, ARRAY_LEN(cisco), number);
    else if (organisation == 0)
        name = ethertype_name(number);
    return name != NULL ? name : "SNAP";
}

/* The two service access points that begin an LLC header. */
static const char *llc_name(struct span llc)
{
    static const struct frame_name rows[] = {
        { 0x4242, "STP" },    { 0xe0e0, "IPX" },   { 0xf0f0, "NetBIOS" },
        { 0xfefe, "IS-IS" },  { 0xffff, "IPX" },   { 0x0606, "IP over LLC" },
    };
    const char *name;

    if (llc.len < 2)
        return "802.3";
    if (llc.at[0] == SNAP_SAP && llc.at[1] == SNAP_SAP && llc.len >= SNAP_LEN)
        return snap_name(llc.at);
    name = find(rows, ARRAY_LEN(rows), get_be16(llc.at));
    return name != NULL ? name : "LLC";
}

static const char *type_name(uint16_t ethertype, struct span payload)
{
    const char *name;

    if (ethertype < ETHERTYPE_FIRST)
        return llc_name(payload);
    name = ethertype_name(ethertype);
    return name != NULL ? name : "Ethernet";
}

const char *summary_frame_name(const struct dissection *d)
{
    const char *name = "Ethernet";

    for (size_t i = 0; i < d->count; i++) {
        const struct layer *layer = &d->layers[i];

        if (layer->kind == LAYER_IPV4)
            return "IP";
        if (layer->kind == LAYER_VLAN && layer->parsed)
            name = type_name(layer->as.vlan.ethertype, layer->payload);
        else if (layer->kind == LAYER_ETHERNET && layer->parsed)
            name = type_name(layer->as.ethernet.ethertype, layer->payload);
    }
    return name;
}

/*
 * Shorter than the rule book's sentences, which would fill the line; and the
 * rule book lies above this folder.
 */
const char *summary_fault(rule_id rule)
{
    static const struct frame_name rows[] = {
        { RULE_ETHERNET_TRUNCATED, "header cut short" },
        { RULE_VLAN_TRUNCATED, "tag cut short" },
        { RULE_ARP_TRUNCATED, "cut short" },
        { RULE_ARP_BAD_HARDWARE_TYPE, "hardware type is not Ethernet" },
        { RULE_ARP_BAD_HARDWARE_LENGTH, "bad hardware address length" },
        { RULE_ARP_BAD_PROTOCOL_TYPE, "protocol type is not IPv4" },
        { RULE_ARP_BAD_PROTOCOL_LENGTH, "bad protocol address length" },
        { RULE_IP_TRUNCATED, "IP header cut short" },
        { RULE_IP_BAD_VERSION, "IP version is not 4" },
        { RULE_IP_BAD_HEADER_LENGTH, "bad IP header length" },
        { RULE_IP_HEADER_CUT, "IP header cut short" },
        { RULE_IP_BAD_CHECKSUM, "bad IP header checksum" },
        { RULE_IP_BAD_TOTAL_LENGTH, "bad IP total length" },
        { RULE_IP_DATAGRAM_CUT, "IP datagram cut short" },
        { RULE_IP_OPTION_BAD_LENGTH, "bad IP option length" },
        { RULE_IP_OPTION_CUT, "IP option cut short" },
        { RULE_IP_OPTION_BAD_POINTER, "bad IP option pointer" },
        { RULE_IPV6_TRUNCATED, "IPv6 header cut short" },
        { RULE_IPV6_BAD_VERSION, "IP version is not 6" },
        { RULE_IPV6_CUT, "IPv6 packet cut short" },
        { RULE_IPV6_EXTENSION_CUT, "IPv6 extension header cut short" },
        { RULE_ICMP_TRUNCATED, "ICMP header cut short" },
        { RULE_ICMP_BAD_CHECKSUM, "bad ICMP checksum" },
        { RULE_UDP_TRUNCATED, "UDP header cut short" },
        { RULE_UDP_BAD_LENGTH, "bad UDP length" },
        { RULE_UDP_CUT, "UDP datagram cut short" },
        { RULE_UDP_BAD_CHECKSUM, "bad UDP checksum" },
        { RULE_TCP_TRUNCATED, "TCP header cut short" },
        { RULE_TCP_BAD_DATA_OFFSET, "bad TCP data offset" },
        { RULE_TCP_HEADER_CUT, "TCP header cut short" },
        { RULE_TCP_BAD_CHECKSUM, "bad TCP checksum" },
        { RULE_TCP_OPTION_BAD_LENGTH, "bad TCP option length" },
        { RULE_TCP_OPTION_CUT, "TCP option cut short" },
    };

    return find(rows, ARRAY_LEN(rows), rule);
}
