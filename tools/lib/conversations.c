#include "tools/lib/conversations.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "layers/wire/arp_message.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/udp_header.h"
#include "sim/capture_link.h"

enum {
    IPV4_IN_SLOT = 12,
    MAC_IN_SLOT = 10,
    IPV6_HEADER = 40,
    IPV6_NEXT = 6,
    PROTOCOL_ICMPV6 = 58,
};

bool conversations_open(struct conversations *all)
{
    memset(all, 0, sizeof(*all));
    for (unsigned i = 0; i < TALK_KINDS; i++)
        if (!flow_table_open(&all->tables[i], sizeof(struct conversation))) {
            while (i-- > 0)
                flow_table_close(&all->tables[i]);
            return false;
        }
    return true;
}

void conversations_close(struct conversations *all)
{
    for (unsigned i = 0; i < TALK_KINDS; i++)
        flow_table_close(&all->tables[i]);
}

/* ---- Whose frame it is ---- */

static void set_ipv4(struct flow_end *end, const uint8_t *address)
{
    memcpy(end->address + IPV4_IN_SLOT, address, 4);
}

static void set_ports(struct flow_key *key, uint16_t from, uint16_t to)
{
    key->end[0].port = from;
    key->end[1].port = to;
}

static enum conversation_kind find_transport(struct flow_key *key, uint8_t protocol,
                                             struct span payload, bool first)
{
    if (protocol == IP_PROTOCOL_UDP) {
        if (first && payload.len >= UDP_HEADER_LEN)
            set_ports(key, get_be16(payload.at), get_be16(payload.at + 2));
        return TALK_UDP;
    }
    if (protocol == IP_PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6)
        return TALK_ICMP;
    set_ports(key, protocol, protocol);
    return TALK_IP;
}

static bool find_ipv4(struct flow_key *key, struct span packet, enum conversation_kind *kind)
{
    size_t header = packet.len < IPV4_HEADER_MIN ? 0 : (size_t)(packet.at[0] & 0xf) * 4;

    if (header < IPV4_HEADER_MIN)
        return false;
    set_ipv4(&key->end[0], packet.at + 12);
    set_ipv4(&key->end[1], packet.at + 16);
    header = min_size(header, packet.len);
    *kind =
        find_transport(key, packet.at[9], (struct span){ packet.at + header, packet.len - header },
                       (get_be16(packet.at + 6) & 0x1fff) == 0);
    return true;
}

static bool find_ipv6(struct flow_key *key, struct span packet, enum conversation_kind *kind)
{
    if (packet.len < IPV6_HEADER)
        return false;
    key->ipv6 = true;
    memcpy(key->end[0].address, packet.at + 8, 16);
    memcpy(key->end[1].address, packet.at + 24, 16);
    *kind =
        find_transport(key, packet.at[IPV6_NEXT],
                       (struct span){ packet.at + IPV6_HEADER, packet.len - IPV6_HEADER }, true);
    return true;
}

static bool find_ethernet(struct flow_key *key, const struct capture_frame *frame)
{
    uint16_t type;

    if (frame->linktype != LINKTYPE_ETHERNET || frame->bytes.len < ETHERNET_HEADER_LEN)
        return false;
    memcpy(key->end[0].address + MAC_IN_SLOT, frame->bytes.at + MAC_LEN, MAC_LEN);
    memcpy(key->end[1].address + MAC_IN_SLOT, frame->bytes.at, MAC_LEN);
    type = get_be16(frame->bytes.at + ETHERNET_HEADER_LEN - 2);
    type = type < 0x600 ? 0 : type; /* a length: IEEE 802.3 */
    set_ports(key, type, type);
    return true;
}

/* False: nobody can say who talks here. */
static bool find_ends(const struct capture_frame *frame, struct flow_key *key,
                      enum conversation_kind *kind)
{
    struct arp_message arp;
    struct span packet, rest;
    uint16_t ethertype = 0;

    memset(key, 0, sizeof(*key));
    *kind = TALK_ETHERNET;
    if (!capture_payload(frame->linktype, frame->bytes, &ethertype, &packet))
        return find_ethernet(key, frame);
    if (ethertype == ETHERTYPE_IPV4 && find_ipv4(key, packet, kind))
        return true;
    if (ethertype == ETHERTYPE_IPV6 && find_ipv6(key, packet, kind))
        return true;
    if (ethertype != ETHERTYPE_ARP || arp_message_parse(&arp, packet, &rest) != RULE_NONE)
        return find_ethernet(key, frame);
    *kind = TALK_ARP;
    put_be32(key->end[0].address + IPV4_IN_SLOT, arp.sender_ip);
    put_be32(key->end[1].address + IPV4_IN_SLOT, arp.target_ip);
    return true;
}

/* ---- Counting ---- */

static void count(struct conversation *c, unsigned side, const struct capture_frame *frame)
{
    if (c->frames[0] + c->frames[1] == 0)
        c->first_ns = c->last_ns = frame->time_ns;
    c->frames[side]++;
    c->bytes[side] += frame->original_len;
    if (frame->time_ns > c->last_ns)
        c->last_ns = frame->time_ns;
}

void conversations_take(struct conversations *all, const struct capture_frame *frame)
{
    enum conversation_kind kind;
    struct flow_slot *slot = NULL;
    struct flow_key key;
    unsigned sender = 0;

    if (find_ends(frame, &key, &kind)) {
        slot = flow_table_find(&all->tables[kind], &key, &sender);
        if (slot == NULL && all->count < CONVERSATIONS_MAX) {
            slot = flow_table_add(&all->tables[kind], &key);
            sender = 0;
            all->count += slot != NULL;
        }
    }
    count(slot != NULL ? flow_slot_flow(slot) : &all->rest, slot != NULL ? sender : 0, frame);
}

/* ---- Names ---- */

const char *conversation_kind_name(enum conversation_kind kind)
{
    static const char *const names[TALK_KINDS] = { "UDP", "ICMP", "ARP", "IP", "Ethernet" };

    return names[kind];
}

size_t conversation_format_end(enum conversation_kind kind, const struct flow_key *key,
                               unsigned side, char *out, size_t size)
{
    const struct flow_end *end = &key->end[side];
    char address[INET6_ADDRSTRLEN];

    if (kind == TALK_ETHERNET)
        return mac_format(mac_get(end->address + MAC_IN_SLOT), out, size);
    inet_ntop(key->ipv6 ? AF_INET6 : AF_INET, end->address + (key->ipv6 ? 0 : IPV4_IN_SLOT),
              address, sizeof(address));
    if (kind != TALK_UDP || end->port == 0)
        return (size_t)snprintf(out, size, "%s", address);
    return (size_t)snprintf(out, size, key->ipv6 ? "[%s]:%u" : "%s:%u", address, end->port);
}
