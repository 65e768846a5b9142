/*
 * fixture_reassembly.h - for the tests of reassembly: a tester sends the
 * fragments, a transport of the test's own catches what comes out.
 */
#ifndef RUNG_TESTS_UNIT_FIXTURE_REASSEMBLY_H
#define RUNG_TESTS_UNIT_FIXTURE_REASSEMBLY_H

#include <string.h>

#include "layers/net/ip.h"
#include "layers/net/reassembly.h"
#include "layers/wire/icmp_message.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_TEST = 253, OTHER_PROTOCOL = 254 };

static struct {
    unsigned count;
    size_t len;
    uint8_t bytes[65536];
    struct ipv4_header ip;
} caught;

static inline void catch_datagram(struct interface *interface, struct packet *p,
                                  const struct ipv4_header *ip)
{
    caught.count++;
    caught.len = p->len;
    caught.ip = *ip;
    memcpy(caught.bytes, packet_bytes(p), p->len);
    packet_free(interface->host->node.world, p);
}

static const struct transport_ops catcher = {
    .name = "catcher", .protocol = PROTOCOL_TEST, .input = catch_datagram,
};
static const struct transport_ops other_catcher = {
    .name = "other", .protocol = OTHER_PROTOCOL, .input = catch_datagram,
};

struct fixture {
    struct net net;
    struct net_desk desk;
    struct host *a;
    uint16_t id;
    uint8_t tos, protocol;
    const char *source, *destination;
};

static inline void open_config(struct fixture *f, int64_t memory)
{
    memset(f, 0, sizeof(*f));
    memset(&caught, 0, sizeof(caught));
    net_open(&f->net, 1);
    if (memory != 0)
        f->net.config.ip.reassembly_memory = memory;
    f->desk = net_desk(&f->net, true);
    f->a = f->desk.a;
    host_add_transport(f->a, &catcher);
    host_add_transport(f->a, &other_catcher);
    f->id = 42;
    f->protocol = PROTOCOL_TEST;
    f->source = "10.0.0.9";
    f->destination = "10.0.0.1";
}

static inline void open(struct fixture *f)
{
    open_config(f, 0);
}

static inline uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 13 + (i >> 8) + 1);
}

/* A fragment with bytes FIRST to FIRST + LEN - 1; SPOIL is added to each. */
static inline void send_spoilt(struct fixture *f, unsigned first, size_t len, bool more,
                               uint8_t spoil)
{
    struct ipv4_header h;
    uint8_t data[2000];

    memset(&h, 0, sizeof(h));
    h.tos = f->tos;
    h.identification = f->id;
    h.protocol = f->protocol;
    h.source = net_ip(f->source);
    h.destination = net_ip(f->destination);
    h.fragment_offset = (uint16_t)first;
    h.more_fragments = more;
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(pattern(first + i) + spoil);
    tester_send_ipv4(f->desk.t, &h, (struct span){ data, len });
    net_run_for(&f->net, 2 * MS);
}

static inline void send(struct fixture *f, unsigned first, size_t len, bool more)
{
    send_spoilt(f, first, len, more, 0);
}

static inline void expect_caught(size_t len)
{
    if (!EXPECT_EQ(caught.count, 1) || !EXPECT_EQ(caught.len, len))
        return;
    for (size_t i = 0; i < len; i++)
        if (!EXPECT_EQ(caught.bytes[i], pattern(i)))
            return;
    EXPECT_EQ(caught.ip.total_length, 20 + len);
    EXPECT_EQ(caught.ip.more_fragments, 0);
    EXPECT_EQ(caught.ip.fragment_offset, 0);
}

static inline void expect_nothing_held(struct fixture *f)
{
    struct reassembly_view view;

    EXPECT(!reassembly_entry(f->a, 0, &view));
    EXPECT_EQ(world_live_packets(f->net.world), 0);
}

#endif
