/*
 * Broadcasts in either form, and the group of all hosts, against RFC 1122
 * 3.2.1.3, 3.2.2, 3.3.6 and 3.3.7, and RFC 1812 4.2.3.1 and 5.2.3.
 */
#include "layers/wire/bytes.h"
#include "tests/support/inbox.h"
#include "tests/unit/fixture_router.h"

#define ALL_HOSTS_MAC "01:00:5e:00:00:01"

/* ---- RFC 1812 5.2.3: routers ---- */

/* Fourth bullet: "also passed to the forwarder". The sender wrote to the
 * router alone, so it means a network which it does not know to be its own. */
static void test_broadcast_for_its_wire_in_a_unicast_frame_is_put_on_it(void)
{
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.h.destination = net_ip("10.0.0.255");
    send(&f, 100);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_DIRECTED_BROADCAST_ROUTER);
    EXPECT_EQ(tester_count(f.u), 0);
    if (EXPECT_EQ(tester_count(f.t), 1) && tester_read_ipv4(tester_last(f.t), &h, NULL)) {
        EXPECT_BYTES(tester_last(f.t)->bytes, MAC_BROADCAST.at, MAC_LEN);
        EXPECT_EQ(h.destination, net_ip("10.0.0.255"));
        EXPECT_EQ(h.source, net_ip("10.0.0.9"));
        EXPECT_EQ(h.ttl, 9);
    }
    net_close(&f.net);
}

/* 5.3.4: everybody on that wire has heard it already. */
static void test_broadcast_for_its_wire_in_a_broadcast_frame_stays(void)
{
    struct fixture f;

    open(&f);
    f.t->peer = MAC_BROADCAST;
    f.h.destination = net_ip("10.0.0.255");
    send(&f, 100);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER);
    EXPECT_NOT_SAW(&f.net, &f.r->node, RULE_IP_FORWARD_GROUP_FRAME); /* no copy made */
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

/* 5.3.5.2: the switch is about forwarding, not about receiving. */
static void test_switched_off_broadcast_for_its_wire_is_only_received(void)
{
    struct fixture f;

    open(&f);
    f.r->config.ip.directed_broadcast = 0;
    f.h.destination = net_ip("10.0.0.255");
    send(&f, 100);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_DIRECTED_BROADCAST_OFF);
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

/* 5.3.5.1, whatever frame it came in. */
static void test_limited_broadcast_in_a_unicast_frame_is_not_forwarded(void)
{
    struct fixture f;

    open(&f);
    net_gateway(f.r, "10.0.1.9");
    f.h.destination = IPV4_BROADCAST;
    send(&f, 100);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER);
    EXPECT_EQ(tester_count(f.t) + tester_count(f.u), 0);
    net_close(&f.net);
}

/* 4.2.3.1 (2): of each network that the router has an interface to. */
static void test_old_broadcast_for_another_of_its_networks_is_discarded(void)
{
    struct fixture f;

    open(&f);
    f.h.destination = net_ip("10.0.1.0");
    send(&f, 100);
    expect_lost(&f, RULE_IP_DESTINATION_OLD_BROADCAST);
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

/* ---- RFC 1122 3.3.6: the form with zeros, at a host ---- */

static struct net net;
static struct net_desk desk;

static void begin(void)
{
    net_open(&net, 1);
    desk = net_desk(&net, true);
}

static void send_to(const char *source, const char *destination, uint8_t protocol)
{
    static const uint8_t udp[16] = { 0x13, 0x88, 0, 99, 0, 16 };
    struct ipv4_header h;

    memset(&h, 0, sizeof(h));
    h.protocol = protocol;
    h.source = net_ip(source);
    h.destination = net_ip(destination);
    tester_send_ipv4(desk.t, &h, (struct span){ udp, sizeof(udp) });
    net_run_for(&net, 10 * MS);
}

/* 3.2.2 MUST NOT, and the frame is unicast, so that only the address tells. */
static void test_old_broadcast_in_a_unicast_frame_causes_no_error(void)
{
    static const struct { const char *label, *destination; } rows[] = {
        { "this wire", "10.0.0.0" }, { "0.0.0.0", "0.0.0.0" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin();
        desk.t->peer = desk.a->interfaces[0].mac;
        send_to("10.0.0.9", rows[i].destination, PROTOCOL_TEST);
        EXPECT_EQ_ROW(rows[i].label, tester_count(desk.t), 0);
        EXPECT_SAW(&net, &desk.a->node, RULE_IP_FOR_ALL);
        EXPECT_SAW(&net, &desk.a->node, RULE_ICMP_QUIET_ABOUT_BROADCAST);
        send_to("10.0.0.9", rows[i].destination, IP_PROTOCOL_UDP);
        EXPECT_EQ_ROW(rows[i].label, tester_count(desk.t), 0);
        EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET_GROUP);
        net_close(&net);
    }
}

/* 3.2.1.3: a host number of all zeros is no host's. */
static void test_old_broadcast_as_source_is_discarded(void)
{
    begin();
    send_to("10.0.0.0", "10.0.0.1", PROTOCOL_TEST);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_SOURCE_BROADCAST);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

static void test_either_form_is_known_as_broadcast(void)
{
    begin();
    EXPECT(ip_is_broadcast(desk.a, net_ip("10.0.0.0")));
    EXPECT(ip_is_broadcast(desk.a, net_ip("10.0.0.255")));
    EXPECT(ip_is_broadcast(desk.a, net_ip("0.0.0.0")));
    EXPECT(!ip_is_broadcast(desk.a, net_ip("10.0.1.0")));
    EXPECT(!ip_is_broadcast(desk.a, net_ip("10.0.0.1")));
    net_close(&net);
}

/* ---- RFC 1122 3.3.7: a member of all hosts as long as it lives ---- */

static void test_datagram_for_all_hosts_is_delivered(void)
{
    static struct inbox inbox;
    struct udp_shot shot = { .destination = net_ip("224.0.0.1"), .source_port = 5000,
                             .destination_port = 9 };

    begin();
    EXPECT(inbox_open(&inbox, desk.a, 9) != NULL);
    shot.data = bytes_of("all");
    desk.t->peer = net_mac(ALL_HOSTS_MAC);
    tester_send_udp(desk.t, &shot);
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(inbox.count, 1);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_FOR_ALL_HOSTS);
    net_close(&net);
}

/* 3.2.2 MUST NOT; 3.2.2.6: an echo may be discarded, too. */
static void test_datagram_for_all_hosts_causes_no_answer(void)
{
    static const uint8_t echo[16] = { ICMP_ECHO_REQUEST, 0, 0xf7, 0xff };
    struct ipv4_header h;

    begin();
    desk.t->peer = net_mac(ALL_HOSTS_MAC);
    send_to("10.0.0.9", "224.0.0.1", PROTOCOL_TEST);
    send_to("10.0.0.9", "224.0.0.1", IP_PROTOCOL_UDP);
    memset(&h, 0, sizeof(h));
    h.protocol = IP_PROTOCOL_ICMP;
    h.destination = net_ip("224.0.0.1");
    tester_send_ipv4(desk.t, &h, (struct span){ echo, sizeof(echo) });
    net_run_for(&net, 10 * MS);
    EXPECT_SAW(&net, &desk.a->node, RULE_ICMP_QUIET_ABOUT_BROADCAST);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET_GROUP);
    EXPECT_SAW(&net, &desk.a->node, RULE_ICMP_ECHO_BROADCAST);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

static void test_datagram_for_another_group_is_discarded(void)
{
    begin();
    send_to("10.0.0.9", "224.0.0.2", PROTOCOL_TEST);
    EXPECT_SAW(&net, &desk.a->node, RULE_IP_DESTINATION_MULTICAST);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

/* RFC 1812 5.2.3: 224.0.0.1 is one of those that are never forwarded. */
static void test_datagram_for_all_hosts_is_not_forwarded(void)
{
    struct fixture f;

    open(&f);
    net_gateway(f.r, "10.0.1.9");
    f.t->peer = net_mac(ALL_HOSTS_MAC);
    f.h.destination = net_ip("224.0.0.1");
    send(&f, 100);
    EXPECT_SAW(&f.net, &f.r->node, RULE_IP_FOR_ALL_HOSTS);
    EXPECT_EQ(tester_count(f.t) + tester_count(f.u), 0);
    net_close(&f.net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_broadcast_for_its_wire_in_a_unicast_frame_is_put_on_it),
        TEST(test_broadcast_for_its_wire_in_a_broadcast_frame_stays),
        TEST(test_switched_off_broadcast_for_its_wire_is_only_received),
        TEST(test_limited_broadcast_in_a_unicast_frame_is_not_forwarded),
        TEST(test_old_broadcast_for_another_of_its_networks_is_discarded),
        TEST(test_old_broadcast_in_a_unicast_frame_causes_no_error),
        TEST(test_old_broadcast_as_source_is_discarded),
        TEST(test_either_form_is_known_as_broadcast),
        TEST(test_datagram_for_all_hosts_is_delivered),
        TEST(test_datagram_for_all_hosts_causes_no_answer),
        TEST(test_datagram_for_another_group_is_discarded),
        TEST(test_datagram_for_all_hosts_is_not_forwarded),
    };

    return run_tests("broadcasts", tests, ARRAY_LEN(tests));
}
