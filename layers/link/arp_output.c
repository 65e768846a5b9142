/*
 * What ARP says: "Packet Generation" of RFC 826, and announcements.
 */
#include "layers/host.h"
#include "layers/link/arp_cache.h"
#include "layers/rule.h"
#include "layers/wire/ethernet_header.h"
#include "sim/hash.h"

bool arp_is_group(const struct interface *interface, ipv4 address)
{
    ipv4 hosts = ~ipv4_mask(interface->prefix_len);

    if (address == IPV4_BROADCAST || ipv4_is_multicast(address))
        return true;
    /* On a wire with no more than two addresses there is no broadcast one. */
    return interface->prefix_len <= 30 && (address & hosts) == hosts &&
           ipv4_same_network(address, interface->address, interface->prefix_len);
}

/*
 * Asks for TARGET_IP. The target's MAC address is what is not known: zero,
 * as RFC 5227 wants it for announcements; RFC 826 leaves it open.
 */
static void send_request(struct interface *interface, ipv4 target_ip, struct mac to)
{
    struct host *host = interface->host;
    struct packet *p = packet_new(host->node.world, ARP_MESSAGE_LEN);
    uint64_t what = hash_add(hash_add(ETHERTYPE_ARP, interface->address), target_ip);
    struct arp_message m;

    /* Without packet memory nobody is asked; the timer tries again. */
    if (p == NULL)
        return;
    m.opcode = ARP_REQUEST;
    m.sender_mac = interface->mac;
    m.sender_ip = interface->address;
    m.target_mac = MAC_NONE;
    m.target_ip = target_ip;
    arp_message_emit(&m, packet_bytes(p));
    packet_mark(p, PACKET_NETWORK);
    packet_stamp(p, what, host_sending(host, what));
    interface->device->send(interface, p, to, ETHERTYPE_ARP);
}

void arp_ask(struct arp_neighbour *n, bool poll)
{
    struct host *host = n->interface->host;
    struct world *world = host->node.world;

    n->tries++;
    n->asked = world->now;
    n->was_asked = true;
    WHY(&host->node, poll ? RULE_ARP_POLLS : RULE_ARP_ASKS, n->address, n->tries);
    send_request(n->interface, n->address, poll ? n->mac : MAC_BROADCAST);
    node_timer_set(&host->node, &n->retry, n->address,
                   world->now + host->config.arp.retry_interval);
}

void arp_announce(struct interface *interface)
{
    WHY(&interface->host->node, RULE_ARP_ANNOUNCES, interface->address,
        mac_to_int64(interface->mac));
    send_request(interface, interface->address, MAC_BROADCAST);
}

/* The format allows the packet's buffer to be used again (RFC 826, "Why is it
 * done this way??"). Ethernet's padding of the request is cut off. */
void arp_reply(struct interface *interface, struct packet *p, const struct arp_message *m)
{
    struct arp_message reply;

    WHY(&interface->host->node, RULE_ARP_ANSWERS, m->sender_ip, mac_to_int64(m->sender_mac));
    reply.opcode = ARP_REPLY;
    reply.sender_mac = interface->mac;
    reply.sender_ip = interface->address;
    reply.target_mac = m->sender_mac;
    reply.target_ip = m->sender_ip;
    packet_trim(p, ARP_MESSAGE_LEN);
    arp_message_emit(&reply, packet_bytes(p));
    packet_derive(p, p, ARP_REPLY);
    interface->device->send(interface, p, m->sender_mac, ETHERTYPE_ARP);
}
