/*
 * fixture_router.h - for the tests of routers: a tester on each of two wires.
 *
 *   t 10.0.0.9 --- lan0 10.0.0.254  r  lan1 10.0.1.254 --- u 10.0.1.9
 */
#ifndef RUNG_TESTS_UNIT_FIXTURE_ROUTER_H
#define RUNG_TESTS_UNIT_FIXTURE_ROUTER_H

#include <string.h>

#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "layers/wire/icmp_message.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_TEST = 253 };

struct fixture {
    struct net net;
    struct host *r;
    struct tester *t, *u;
    struct ipv4_header h;
    uint8_t data[1480];
};

static inline void open(struct fixture *f)
{
    static const char *const lans[] = { "10.0.0.254/24", "10.0.1.254/24" };

    memset(f, 0, sizeof(*f));
    net_open(&f->net, 1);
    f->r = net_router(&f->net, "r", lans, 2);
    f->t = net_tester(&f->net, "t", "10.0.0.9");
    f->u = net_tester(&f->net, "u", "10.0.1.9");
    f->t->answers_arp = f->u->answers_arp = true;
    f->t->peer = f->r->interfaces[0].mac;
    net_wire(&f->net, net_port(f->r, 0), &f->t->node.ports[0], 1 * MS);
    net_wire(&f->net, net_port(f->r, 1), &f->u->node.ports[0], 1 * MS);
    net_start(&f->net);
    f->h.identification = 9;
    f->h.protocol = PROTOCOL_TEST;
    f->h.ttl = 10;
    f->h.destination = net_ip("10.0.1.9");
    for (size_t i = 0; i < sizeof(f->data); i++)
        f->data[i] = (uint8_t)(i * 3 + 1);
}

static inline void send(struct fixture *f, size_t len)
{
    net_mark(&f->net);
    tester_send_ipv4(f->t, &f->h, (struct span){ f->data, len });
    net_run_for(&f->net, 20 * MS);
}

static inline void expect_error(struct fixture *f, int type, int code, uint32_t rest)
{
    struct ipv4_header h;
    struct icmp_message m;
    struct span payload, quote;

    if (!EXPECT_EQ(tester_count(f->t), 1) ||
        !tester_read_ipv4(tester_last(f->t), &h, &payload) ||
        !EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE))
        return;
    EXPECT_EQ(m.type, type);
    EXPECT_EQ(m.code, code);
    EXPECT_EQ(m.rest, rest);
    EXPECT(icmp_checksum_ok(payload));
    EXPECT_EQ(h.source, net_ip("10.0.0.254")); /* RFC 1812 4.3.2.4 */
    EXPECT_EQ(h.tos, 0xc0);                    /* RFC 1812 4.3.2.5 */
    EXPECT_EQ(tester_count(f->u), 0);
}

static inline void expect_lost(struct fixture *f, unsigned rule)
{
    EXPECT_RULE_COUNT(&f->net, &f->r->node, rule, 1);
    EXPECT_EQ(tester_count(f->u), 0);
}

#endif
