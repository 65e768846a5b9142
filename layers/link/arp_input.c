/*
 * "Packet Reception" of RFC 826, question by question, between two checks
 * that later RFCs put before it: a sender that cannot be (RFC 1812 3.3.2), and
 * one that has our address (RFC 5227 2.4).
 */
#include "layers/host.h"
#include "layers/link/arp_cache.h"
#include "layers/rule.h"

static bool is_own_mac(const struct host *host, struct mac mac)
{
    for (unsigned i = 0; i < host->interface_count; i++)
        if (mac_equal(host->interfaces[i].mac, mac))
            return true;
    return false;
}

/*
 * RFC 5227 2.4 (c): a host with a configured address keeps it. It says so
 * once, and then for ten seconds no more.
 */
static void defend(struct interface *interface, const struct arp_message *m)
{
    struct arp_cache *cache = interface->arp;
    struct node *node = &interface->host->node;
    vtime now = node->world->now;

    if (cache->has_defended && now - cache->defended < ARP_DEFEND_INTERVAL) {
        WHY(node, RULE_ARP_DEFENDED_ALREADY, interface->address, ARP_DEFEND_INTERVAL);
        return;
    }
    cache->defended = now;
    cache->has_defended = true;
    WHY(node, RULE_ARP_DEFENDS, interface->address, mac_to_int64(m->sender_mac));
    arp_announce(interface);
}

/* An address that no host can have: nothing is to be learnt under it. */
static bool is_no_host(const struct interface *interface, ipv4 address)
{
    return arp_is_group(interface, address) || ipv4_is_class_e(address) ||
           ipv4_is_loopback(address) || address >> 24 == 0;
}

/* The rule for which the sender of M is not listened to, or RULE_NONE. */
static rule_id suspect(const struct interface *interface, const struct arp_message *m)
{
    if (mac_is_group(m->sender_mac))
        return RULE_ARP_GROUP_SENDER;
    if (is_own_mac(interface->host, m->sender_mac))
        return RULE_ARP_OWN_MESSAGE;
    if (m->sender_ip == IPV4_ANY)
        return RULE_NONE;
    if (m->sender_ip == interface->address)
        return RULE_ARP_CONFLICT;
    if (is_no_host(interface, m->sender_ip))
        return RULE_ARP_BAD_SENDER;
    return RULE_NONE;
}

/* Merge_flag: is the sender in the table already? Then it is updated. */
static bool merge(struct interface *interface, const struct arp_message *m)
{
    struct node *node = &interface->host->node;
    struct arp_neighbour *n = arp_cache_find(interface->arp, m->sender_ip);
    int64_t mac = mac_to_int64(m->sender_mac);
    bool awaited, moved;

    if (n == NULL)
        return false;
    awaited = n->state == STATE_ARP_INCOMPLETE || n->state == STATE_ARP_PROBE;
    moved = !mac_equal(n->mac, MAC_NONE) && !mac_equal(n->mac, m->sender_mac);
    if (m->opcode == ARP_REPLY && awaited)
        WHY(node, RULE_ARP_ANSWER_TAKEN, m->sender_ip, mac);
    else if (m->opcode == ARP_REPLY)
        WHY(node, RULE_ARP_UNASKED, m->sender_ip, mac);
    if (moved)
        WHY(node, RULE_ARP_MOVED, m->sender_ip, mac);
    else if (m->opcode != ARP_REPLY)
        WHY(node, RULE_ARP_UPDATES, m->sender_ip, mac);
    arp_confirm(n, m->sender_mac, RULE_ARP_ENTRY_CONFIRMED);
    return true;
}

static void add(struct interface *interface, const struct arp_message *m)
{
    struct node *node = &interface->host->node;
    struct arp_neighbour *n;

    if (m->opcode == ARP_REPLY)
        WHY(node, RULE_ARP_UNASKED, m->sender_ip, mac_to_int64(m->sender_mac));
    n = arp_cache_add(interface->arp, m->sender_ip);
    if (n == NULL) {
        WHY(node, RULE_ARP_NOT_ADDED, m->sender_ip, interface->arp->pool.live);
        return;
    }
    WHY(node, RULE_ARP_ADDS, m->sender_ip, mac_to_int64(m->sender_mac));
    arp_confirm(n, m->sender_mac, RULE_ARP_ENTRY_LEARNT);
}

/* From "Merge_flag := false" on. Takes P, which M was read from. */
static void receive(struct interface *interface, struct packet *p, const struct arp_message *m)
{
    struct node *node = &interface->host->node;
    bool probe = m->sender_ip == IPV4_ANY;
    bool merged = !probe && merge(interface, m);

    if (probe)
        WHY(node, RULE_ARP_PROBE, m->target_ip, 0);
    if (m->target_ip != interface->address || interface->address == IPV4_ANY) {
        WHY(node, RULE_ARP_NOT_TARGET, m->target_ip, 0);
        packet_free(node->world, p);
        return;
    }
    if (!merged && !probe)
        add(interface, m);
    if (m->opcode == ARP_REQUEST)
        arp_reply(interface, p, m);
    else if (m->opcode == ARP_REPLY)
        packet_free(node->world, p);
    else
        packet_drop_with(p, node, RULE_ARP_UNKNOWN_OPCODE, m->opcode, 0);
}

void arp_input(struct interface *interface, struct packet *p)
{
    struct node *node = &interface->host->node;
    struct arp_message m;
    struct span padding;
    rule_id refused = arp_message_parse(&m, packet_span(p), &padding);

    if (refused != RULE_NONE) {
        packet_drop(p, node, refused);
        return;
    }
    refused = suspect(interface, &m);
    if (refused == RULE_NONE) {
        receive(interface, p, &m);
        return;
    }
    packet_drop_with(p, node, refused, m.sender_ip, mac_to_int64(m.sender_mac));
    if (refused == RULE_ARP_CONFLICT)
        defend(interface, &m);
}
