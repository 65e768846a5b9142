/*
 * What a host sends: source, route, header, to itself, to everybody
 * (RFC 791 3.1, RFC 1122 3.2.1, 3.3.1, 3.3.4.3, 3.3.6).
 */
#include "layers/net/ip.h"

#include <string.h>

#include "layers/net/route.h"
#include "layers/rule.h"
#include "layers/wire/icmp_message.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { PROTOCOL_TEST = 253 };

static struct {
    unsigned count, errors;
    struct ipv4_header ip;
    struct icmp_report report;
} caught;

static void catch_datagram(struct interface *interface, struct packet *p,
                           const struct ipv4_header *ip)
{
    caught.count++;
    caught.ip = *ip;
    packet_free(interface->host->node.world, p);
}

static void catch_error(struct host *host, const struct icmp_report *report)
{
    (void)host;
    caught.errors++;
    caught.report = *report;
}

static const struct transport_ops catcher = {
    .name = "catcher",
    .protocol = PROTOCOL_TEST,
    .input = catch_datagram,
    .error = catch_error,
};

struct fixture {
    struct net net;
    struct net_desk desk;
    struct host *a;
    struct ip_send send;
    size_t len;
};

static void open(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    memset(&caught, 0, sizeof(caught));
    net_open(&f->net, 1);
    f->net.config.ip.first_id = 65535;
    f->desk = net_desk(&f->net, true);
    f->a = f->desk.a;
    f->len = 40;
    f->send.protocol = PROTOCOL_TEST;
    f->send.destination = net_ip("10.0.0.9");
    host_add_transport(f->a, &catcher);
}

static bool send(struct fixture *f)
{
    struct packet *p = packet_new(f->net.world, f->len);
    bool sent;

    memset(packet_bytes(p), 0x5a, f->len);
    packet_stamp(p, 1, 0);
    net_mark(&f->net);
    sent = ip_output(f->a, p, &f->send);
    net_run_for(&f->net, 10 * MS);
    return sent;
}

static bool read_last(struct fixture *f, struct ipv4_header *h)
{
    return tester_read_ipv4(tester_last(f->desk.t), h, NULL);
}

/* RFC 791 3.1: the fields by default. */
static void test_header_has_the_defaults(void)
{
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    EXPECT(send(&f));
    if (read_last(&f, &h)) {
        EXPECT_EQ(h.tos, 0); /* RFC 1122 3.2.1.6 */
        EXPECT_EQ(h.total_length, 60);
        EXPECT_EQ(h.ttl, 64); /* RFC 1122 3.2.1.7 */
        EXPECT_EQ(h.reserved_flag, 0); /* RFC 1812 4.2.2.3 */
        EXPECT_EQ(h.dont_fragment, 0);
        EXPECT_EQ(h.fragment_offset, 0);
        EXPECT_EQ(h.source, net_ip("10.0.0.1"));
        EXPECT_EQ(h.destination, net_ip("10.0.0.9"));
        EXPECT_EQ(h.options.len, 0);
    }
    EXPECT_EQ(rule_part(net_last_rule(&f.net, &f.a->node, RULE_IP_HEADER_ON)->a, 1), 65535);
    net_close(&f.net);
}

/* RFC 1122 3.4: the transport can set them. */
static void test_transport_sets_what_it_wants(void)
{
    static const uint8_t options[] = { 148, 4, 0, 0 };
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.send.ttl = 3;
    f.send.tos = 0x10;
    f.send.dont_fragment = true;
    f.send.options = (struct span){ options, sizeof(options) };
    EXPECT(send(&f));
    if (read_last(&f, &h)) {
        EXPECT_EQ(h.ttl, 3);
        EXPECT_EQ(h.tos, 0x10);
        EXPECT_EQ(h.dont_fragment, 1);
        EXPECT_EQ(h.options.len, 4);
        EXPECT_BYTES(h.options.at, options, 4);
        EXPECT_EQ(h.total_length, 64);
    }
    net_close(&f.net);
}

/* RFC 6864 4.3: no repetition within a datagram's lifetime; ours counts. */
static void test_identification_counts_and_wraps(void)
{
    static const uint16_t want[] = { 65535, 0, 1 };
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    for (unsigned i = 0; i < 3; i++) {
        send(&f);
        if (read_last(&f, &h))
            EXPECT_EQ(h.identification, want[i]);
    }
    net_close(&f.net);
}

static uint16_t drawn_identification(uint64_t seed)
{
    struct net net;
    struct net_pair pair;
    struct packet *p;
    struct ip_send send = { .destination = net_ip("10.0.0.1"), .protocol = PROTOCOL_TEST };

    memset(&caught, 0, sizeof(caught));
    net_open(&net, seed);
    pair = net_pair(&net, 1 * MS);
    host_add_transport(pair.a, &catcher);
    p = packet_new(net.world, 8);
    memset(packet_bytes(p), 0, 8);
    packet_stamp(p, 1, 0);
    ip_output(pair.a, p, &send);
    net_close(&net);
    EXPECT_EQ(caught.count, 1);
    return caught.ip.identification;
}

static void test_identification_is_drawn_from_the_seed(void)
{
    EXPECT_EQ(drawn_identification(7), drawn_identification(7));
    EXPECT(drawn_identification(7) != drawn_identification(8));
}

static void test_bad_requests_are_refused_with_a_reason(void)
{
    static const struct {
        const char *label, *source, *destination;
        unsigned options_len, rule;
        size_t len;
    } rows[] = {
        { "to network 0 (RFC 1122 3.2.1.3)", "0.0.0.0", "0.0.0.0", 0, RULE_IP_BAD_DESTINATION,
          8 },
        { "to class E", "0.0.0.0", "240.0.0.1", 0, RULE_IP_BAD_DESTINATION, 8 },
        { "to a group", "0.0.0.0", "224.0.0.1", 0, RULE_IP_MULTICAST_NOT_SENT, 8 },
        { "from a foreign address (RFC 1122 3.2.1.3)", "10.0.0.3", "10.0.0.9", 0,
          RULE_IP_BAD_SOURCE, 8 },
        { "from a broadcast address (RFC 1122 3.2.1.3)", "10.0.0.255", "10.0.0.9", 0,
          RULE_IP_BAD_SOURCE, 8 },
        { "from loopback to a wire (RFC 1122 3.2.1.3 (g))", "127.0.0.1", "10.0.0.9", 0,
          RULE_IP_BAD_SOURCE, 8 },
        { "odd options (RFC 791 3.1)", "0.0.0.0", "10.0.0.9", 3, RULE_IP_BAD_OPTIONS, 8 },
        { "44 bytes of options (RFC 791 3.1)", "0.0.0.0", "10.0.0.9", 44, RULE_IP_BAD_OPTIONS,
          8 },
        { "too long (RFC 791 3.1)", "0.0.0.0", "10.0.0.9", 4, RULE_IP_TOO_LONG, 65512 },
        { "no route (RFC 1122 3.3.1.2)", "0.0.0.0", "192.0.2.1", 0, RULE_IP_NO_ROUTE, 8 },
    };
    static const uint8_t options[44] = { 1 };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        f.send.source = net_ip(rows[i].source);
        f.send.destination = net_ip(rows[i].destination);
        f.send.options = (struct span){ options, rows[i].options_len };
        f.len = rows[i].len;
        EXPECT_ROW(rows[i].label, !send(&f));
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, net_count_sent(&f.net, &f.a->node), 0);
        EXPECT_EQ_ROW(rows[i].label, f.a->counters.ip_dropped, 1);
        net_close(&f.net);
    }
}

/* RFC 1122 3.3.1.1 and 3.3.1.2, and the reasons that are given. */
static void test_next_hop_is_chosen_by_the_route(void)
{
    static const struct {
        const char *destination, *next_hop;
        unsigned rule;
    } rows[] = {
        { "10.0.0.9", "10.0.0.9", RULE_ROUTE_ON_LINK },
        { "192.0.2.7", "10.0.0.253", RULE_ROUTE_HOST },
        { "192.0.2.8", "10.0.0.252", RULE_ROUTE_PREFIX },
        { "8.8.8.8", "10.0.0.254", RULE_ROUTE_DEFAULT },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct arp_message m;

        open(&f);
        f.desk.t->answers_arp = false;
        net_gateway(f.a, "10.0.0.254");
        EXPECT(route_add(f.a, net_ip("192.0.2.0"), 24, net_ip("10.0.0.252"), NULL));
        EXPECT(route_add(f.a, net_ip("192.0.2.7"), 32, net_ip("10.0.0.253"), NULL));
        f.send.destination = net_ip(rows[i].destination);
        EXPECT(send(&f));
        EXPECT_EQ_ROW(rows[i].destination, net_count_rule(&f.net, &f.a->node, rows[i].rule), 1);
        if (tester_read_arp(tester_last(f.desk.t), NULL, &m))
            EXPECT_EQ_ROW(rows[i].destination, m.target_ip, net_ip(rows[i].next_hop));
        net_close(&f.net);
    }
}

/* ---- To everybody ---- */

static void expect_broadcast(const char *destination, unsigned rule)
{
    struct fixture f;
    struct ethernet_header ethernet;
    struct ipv4_header h;
    struct span payload;

    open(&f);
    f.send.destination = net_ip(destination);
    EXPECT(send(&f));
    EXPECT_RULE_COUNT(&f.net, &f.a->node, rule, 1);
    if (EXPECT_EQ(tester_count(f.desk.t), 1) && read_last(&f, &h)) {
        EXPECT_EQ(h.destination, net_ip(destination));
        EXPECT_EQ(h.source, net_ip("10.0.0.1"));
        ethernet_header_parse(&ethernet,
                              (struct span){ tester_last(f.desk.t)->bytes,
                                             tester_last(f.desk.t)->len },
                              &payload);
        EXPECT(mac_is_broadcast(ethernet.destination));
    }
    /* It is not delivered to its sender. */
    EXPECT_EQ(caught.count, 0);
    net_close(&f.net);
}

/* RFC 1122 3.3.6. */
static void test_limited_broadcast_needs_no_route_and_no_arp(void)
{
    expect_broadcast("255.255.255.255", RULE_IP_LIMITED_BROADCAST);
}

/* RFC 1122 3.3.1.1. */
static void test_directed_broadcast_is_a_link_layer_broadcast(void)
{
    expect_broadcast("10.0.0.255", RULE_IP_DIRECTED_BROADCAST);
}

/* ---- To itself ---- */

static void expect_loop(const char *destination, const char *source)
{
    struct fixture f;

    open(&f);
    f.send.destination = net_ip(destination);
    f.len = 30000;
    EXPECT(send(&f));
    EXPECT_EQ(caught.count, 1);
    EXPECT_EQ(caught.ip.source, net_ip(source));
    EXPECT_EQ(caught.ip.destination, net_ip(destination));
    EXPECT_EQ(caught.ip.total_length, 30020);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_IP_TO_SELF, 1);
    EXPECT_EQ(net_count_sent(&f.net, &f.a->node), 0);
    net_close(&f.net);
}

/* RFC 1122 3.2.1.3 (g): never outside the host. */
static void test_loopback_address_stays_inside(void)
{
    expect_loop("127.0.0.1", "127.0.0.1");
    expect_loop("127.200.3.4", "127.200.3.4");
}

static void test_own_address_stays_inside(void)
{
    expect_loop("10.0.0.1", "10.0.0.1");
}

static void test_datagram_to_self_arrives_as_an_event_of_its_own(void)
{
    struct fixture f;
    struct packet *p;

    open(&f);
    f.send.destination = net_ip("127.0.0.1");
    p = packet_new(f.net.world, 8);
    memset(packet_bytes(p), 0, 8);
    packet_stamp(p, 1, 0);
    EXPECT(ip_output(f.a, p, &f.send));
    EXPECT_EQ(caught.count, 0);
    EXPECT(world_step(f.net.world));
    EXPECT_EQ(caught.count, 1);
    EXPECT_EQ(f.net.world->now, 0);
    net_close(&f.net);
}

/* ---- Several interfaces (RFC 1122 3.3.4.3) ---- */

static void test_source_is_the_address_of_the_way_out(void)
{
    static const char *const lans[] = { "10.0.0.254/24", "192.0.2.1/24" };
    struct net net;
    struct host *r;
    struct tester *t;
    struct packet *p;
    struct ipv4_header h;
    struct ip_send send = { .destination = net_ip("192.0.2.9"), .protocol = PROTOCOL_TEST };

    net_open(&net, 1);
    r = net_router(&net, "r", lans, 2);
    t = net_tester(&net, "t", "192.0.2.9");
    t->answers_arp = true;
    net_wire(&net, net_port(r, 1), &t->node.ports[0], 1 * MS);
    net_start(&net);
    p = packet_new(net.world, 8);
    memset(packet_bytes(p), 0, 8);
    packet_stamp(p, 1, 0);
    EXPECT(ip_output(r, p, &send));
    net_run_for(&net, 10 * MS);
    if (tester_read_ipv4(tester_last(t), &h, NULL))
        EXPECT_EQ(h.source, net_ip("192.0.2.1"));
    EXPECT_RULE_COUNT(&net, &r->node, RULE_IP_SOURCE_CHOSEN, 1);
    net_close(&net);
}

/* ---- Nobody answers ---- */

static void test_silent_next_hop_is_told_to_the_transport(void)
{
    struct fixture f;

    open(&f);
    f.desk.t->answers_arp = false;
    EXPECT(send(&f));
    net_run_for(&f.net, 60 * SECONDS);
    EXPECT_RULE_COUNT(&f.net, &f.a->node, RULE_IP_HOST_UNREACHABLE, 1);
    EXPECT_EQ(caught.errors, 1);
    EXPECT_EQ(caught.report.type, ICMP_UNREACHABLE);
    EXPECT_EQ(caught.report.code, ICMP_UNREACHABLE_HOST);
    EXPECT_EQ(caught.report.quoted.destination, net_ip("10.0.0.9"));
    EXPECT_EQ(caught.report.quoted_transport.len, 40);
    net_close(&f.net);
}

static void test_own_and_broadcast_addresses_are_known(void)
{
    struct fixture f;

    open(&f);
    EXPECT(ip_is_own(f.a, net_ip("10.0.0.1")));
    EXPECT(ip_is_own(f.a, net_ip("127.0.0.1")));
    EXPECT(!ip_is_own(f.a, net_ip("10.0.0.2")));
    EXPECT(!ip_is_own(f.a, 0));
    EXPECT(ip_is_broadcast(f.a, net_ip("10.0.0.255")));
    EXPECT(ip_is_broadcast(f.a, IPV4_BROADCAST));
    EXPECT(!ip_is_broadcast(f.a, net_ip("10.0.1.255")));
    EXPECT_EQ(ip_source_for(f.a, net_ip("10.0.0.7")), net_ip("10.0.0.1"));
    EXPECT_EQ(ip_source_for(f.a, net_ip("127.0.0.1")), net_ip("127.0.0.1"));
    EXPECT_EQ(ip_source_for(f.a, IPV4_BROADCAST), net_ip("10.0.0.1"));
    f.a->interfaces[0].prefix_len = 31;
    EXPECT(!ip_is_broadcast(f.a, net_ip("10.0.0.1")));
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_header_has_the_defaults),
        TEST(test_transport_sets_what_it_wants),
        TEST(test_identification_counts_and_wraps),
        TEST(test_identification_is_drawn_from_the_seed),
        TEST(test_bad_requests_are_refused_with_a_reason),
        TEST(test_next_hop_is_chosen_by_the_route),
        TEST(test_limited_broadcast_needs_no_route_and_no_arp),
        TEST(test_directed_broadcast_is_a_link_layer_broadcast),
        TEST(test_loopback_address_stays_inside),
        TEST(test_own_address_stays_inside),
        TEST(test_datagram_to_self_arrives_as_an_event_of_its_own),
        TEST(test_source_is_the_address_of_the_way_out),
        TEST(test_silent_next_hop_is_told_to_the_transport),
        TEST(test_own_and_broadcast_addresses_are_known),
    };

    return run_tests("ip_output", tests, ARRAY_LEN(tests));
}
