#include "tests/support/arp_desk.h"

#include <string.h>

void arp_desk_open(struct arp_desk *d, void (*configure)(struct arp_config *config))
{
    struct net_desk desk;

    net_open(&d->net, 7);
    if (configure != NULL)
        configure(&d->net.config.arp);
    desk = net_desk(&d->net, false);
    d->a = desk.a;
    d->t = desk.t;
    d->eth = &d->a->interfaces[0];
}

void arp_desk_close(struct arp_desk *d)
{
    net_close(&d->net);
}

void arp_desk_say_as(struct arp_desk *d, uint16_t opcode, const char *mac, const char *sender,
                     const char *target, struct mac to)
{
    struct arp_message m;

    m.opcode = opcode;
    m.sender_mac = net_mac(mac);
    m.sender_ip = net_ip(sender);
    m.target_mac = MAC_NONE;
    m.target_ip = net_ip(target);
    tester_send_arp(d->t, &m, to);
    net_run_for(&d->net, 5 * MS);
}

void arp_desk_say(struct arp_desk *d, uint16_t opcode, const char *sender, const char *target,
                  struct mac to)
{
    char mac[MAC_TEXT_SIZE];

    mac_format(d->t->mac, mac, sizeof(mac));
    arp_desk_say_as(d, opcode, mac, sender, target, to);
}

void arp_desk_datagram(struct arp_desk *d, const char *to, size_t len, uint16_t nth)
{
    struct packet *p = packet_new(d->net.world, len);
    struct ipv4_header h;

    memset(&h, 0, sizeof(h));
    h.total_length = (uint16_t)len;
    h.identification = nth;
    h.ttl = 64;
    h.protocol = IP_PROTOCOL_UDP;
    h.source = net_ip(A_IP);
    h.destination = net_ip(to);
    memset(packet_bytes(p), 0, len);
    ipv4_header_emit(&h, packet_bytes(p));
    packet_mark(p, PACKET_NETWORK);
    packet_stamp(p, nth, 0);
    arp_send(d->eth, p, net_ip(to));
    net_run_for(&d->net, 2 * MS);
}

bool arp_desk_entry(const struct arp_desk *d, const char *address, struct arp_view *view)
{
    for (unsigned i = 0; arp_entry(d->eth, i, view); i++)
        if (view->address == net_ip(address))
            return true;
    return false;
}

enum state_id arp_desk_state(const struct arp_desk *d, const char *address)
{
    struct arp_view view;

    return arp_desk_entry(d, address, &view) ? view.state : STATE_NONE;
}

unsigned arp_desk_entries(const struct arp_desk *d)
{
    struct arp_view view;
    unsigned count = 0;

    while (arp_entry(d->eth, count, &view))
        count++;
    return count;
}

void arp_desk_resolve(struct arp_desk *d)
{
    arp_desk_datagram(d, T_IP, 60, 1);
    arp_desk_say(d, ARP_REPLY, T_IP, A_IP, d->eth->mac);
    EXPECT_EQ(arp_desk_state(d, T_IP), STATE_ARP_REACHABLE);
    tester_clear(d->t);
    net_mark(&d->net);
}

unsigned arp_desk_heard(const struct arp_desk *d, uint16_t ethertype)
{
    unsigned count = 0;

    for (const struct tester_frame *frame = d->t->first; frame != NULL; frame = frame->next) {
        struct ethernet_header h;
        struct span payload;

        if (ethernet_header_parse(&h, (struct span){ frame->bytes, frame->len }, &payload) ==
                RULE_NONE &&
            h.ethertype == ethertype)
            count++;
    }
    return count;
}
