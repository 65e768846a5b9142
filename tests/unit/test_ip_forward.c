/*
 * Routers: what is passed on, cut, answered, and what is not (RFC 1812 5.2,
 * 5.3).
 */
#include "tests/unit/fixture_router.h"

/* RFC 1812 5.3.1, 4.2.2.5; RFC 1624: only TTL and checksum change. */
static void test_datagram_is_passed_on_with_ttl_one_less(void)
{
    struct fixture f;
    struct ipv4_header h;
    struct span payload;

    open(&f);
    f.h.reserved_flag = true; /* RFC 1812 5.2.5: passed through */
    f.h.tos = 0x47;
    send(&f, 100);
    if (tester_read_ipv4(tester_last(f.u), &h, &payload)) {
        EXPECT_EQ(h.ttl, 9);
        EXPECT_EQ(h.tos, 0x47);
        EXPECT_EQ(h.reserved_flag, 1);
        EXPECT_EQ(h.identification, 9);
        EXPECT_EQ(h.source, net_ip("10.0.0.9"));
        EXPECT_EQ(payload.len, 100);
        EXPECT_BYTES(payload.at, f.data, 100);
    }
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_FORWARD_TTL, 1);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_CHECKSUM_UPDATED, 1);
    EXPECT_EQ(f.r->counters.ip_forwarded, 1);
    net_close(&f.net);
}

/* RFC 1624: over a thousand headers, through the carries of the sum. */
static void test_incremental_checksum_is_always_right(void)
{
    struct fixture f;
    unsigned wrong = 0;

    open(&f);
    for (unsigned id = 0; id < 65536; id += 61) {
        struct ipv4_header h;
        struct span payload;

        f.h.identification = (uint16_t)id;
        tester_clear(f.u);
        send(&f, 8);
        if (tester_last(f.u) == NULL ||
            ipv4_header_parse(&h, (struct span){ tester_last(f.u)->bytes + 14, 28 },
                              &payload) != RULE_NONE)
            wrong++;
    }
    EXPECT_EQ(wrong, 0);
    net_close(&f.net);
}

/* RFC 1812 5.3.1: not a moment earlier than at zero. */
static void test_ttl_two_passes(void)
{
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.h.ttl = 2;
    send(&f, 8);
    if (tester_read_ipv4(tester_last(f.u), &h, NULL))
        EXPECT_EQ(h.ttl, 1);
    net_close(&f.net);
}

/* RFC 1812 5.2.7.3. */
static void test_ttl_one_expires(void)
{
    struct fixture f;

    open(&f);
    f.h.ttl = 1;
    send(&f, 8);
    expect_lost(&f, RULE_IP_TTL_EXPIRED);
    expect_error(&f, ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_IN_TRANSIT, 0);
    net_close(&f.net);
}

/* RFC 1812 4.2.2.9: TTL is looked at only when forwarding. */
static void test_ttl_one_for_the_router_itself_is_received(void)
{
    struct fixture f;

    open(&f);
    f.h.ttl = 1;
    f.h.destination = net_ip("10.0.1.254"); /* weak host model, 3.3.4.2 */
    send(&f, 8);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_PROTOCOL_UNREACHABLE, 1);
    net_close(&f.net);
}

/* RFC 1812 4.3.3.1: code 0. */
static void test_no_route_is_net_unreachable(void)
{
    struct fixture f;

    open(&f);
    f.h.destination = net_ip("192.0.2.7");
    send(&f, 8);
    expect_lost(&f, RULE_IP_NET_UNREACHABLE);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_NET, 0);
    net_close(&f.net);
}

/* RFC 1812 4.3.3.1: code 1, when ARP has given up. */
static void test_silent_neighbour_is_host_unreachable(void)
{
    struct fixture f;

    open(&f);
    f.u->answers_arp = false;
    send(&f, 8);
    net_run_for(&f.net, 60 * SECONDS);
    tester_clear(f.u); /* ARP requests */
    expect_lost(&f, RULE_IP_HOST_UNREACHABLE);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, 0);
    net_close(&f.net);
}

/* ---- Smaller MTU ---- */

/* RFC 791 3.2: the textbook's table again, at a router. */
static void test_smaller_mtu_cuts_into_fragments(void)
{
    static const unsigned offsets[] = { 0, 480, 960 }, lens[] = { 480, 480, 240 };
    struct fixture f;

    open(&f);
    f.r->interfaces[1].mtu = 500;
    send(&f, 1200);
    EXPECT_EQ(tester_count(f.u), 3);
    for (unsigned i = 0; i < 3; i++) {
        struct ipv4_header h;
        struct span payload;

        if (!tester_read_ipv4(tester_frame(f.u, i), &h, &payload))
            break;
        EXPECT_EQ(h.fragment_offset, offsets[i]);
        EXPECT_EQ(h.more_fragments, i < 2);
        EXPECT_EQ(h.identification, 9);
        EXPECT_EQ(h.ttl, 9);
        if (EXPECT_EQ(payload.len, lens[i]))
            EXPECT_BYTES(payload.at, f.data + offsets[i], payload.len);
    }
    net_close(&f.net);
}

/* A fragment is cut again: offsets go on, "more" stays set. */
static void test_fragment_is_cut_again(void)
{
    static const unsigned offsets[] = { 1600, 2080, 2560 };
    struct fixture f;

    open(&f);
    f.r->interfaces[1].mtu = 500;
    f.h.fragment_offset = 1600;
    f.h.more_fragments = true;
    f.h.reserved_flag = true; /* RFC 1812 5.2.5: copied into each */
    send(&f, 1200);
    EXPECT_EQ(tester_count(f.u), 3);
    for (unsigned i = 0; i < 3; i++) {
        struct ipv4_header h;

        if (!tester_read_ipv4(tester_frame(f.u, i), &h, NULL))
            break;
        EXPECT_EQ(h.fragment_offset, offsets[i]);
        EXPECT_EQ(h.more_fragments, 1);
        EXPECT_EQ(h.reserved_flag, 1);
    }
    net_close(&f.net);
}

/* RFC 1191 4: the MTU of the next hop in the message. */
static void test_dont_fragment_is_answered_with_the_mtu(void)
{
    struct fixture f;

    open(&f);
    f.r->interfaces[1].mtu = 500;
    f.h.dont_fragment = true;
    send(&f, 481);
    expect_lost(&f, RULE_IP_DF_SET);
    expect_error(&f, ICMP_UNREACHABLE, ICMP_UNREACHABLE_FRAGMENTATION_NEEDED, 500);
    net_close(&f.net);
}

static void test_dont_fragment_that_fits_passes(void)
{
    struct fixture f;
    struct ipv4_header h;

    open(&f);
    f.r->interfaces[1].mtu = 500;
    f.h.dont_fragment = true;
    send(&f, 480);
    if (tester_read_ipv4(tester_last(f.u), &h, NULL))
        EXPECT_EQ(h.dont_fragment, 1);
    net_close(&f.net);
}

/* ---- What is not passed on ---- */

/* RFC 1812 5.3.5.1: heard here, not passed on. */
static void test_limited_broadcast_stays_on_its_wire(void)
{
    struct fixture f;

    open(&f);
    f.h.destination = IPV4_BROADCAST;
    f.t->peer = MAC_BROADCAST;
    send(&f, 8);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER, 1);
    EXPECT_EQ(tester_count(f.u), 0);
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

static void test_martians_are_not_forwarded(void)
{
    static const struct {
        const char *label, *source, *destination;
        unsigned rule;
    } rows[] = {
        { "from loopback (RFC 1812 5.3.7)", "127.0.0.1", "10.0.1.9", RULE_IP_SOURCE_LOOPBACK },
        { "from network 0 (RFC 1812 5.3.7)", "0.0.0.5", "10.0.1.9", RULE_IP_SOURCE_ZERO },
        { "from a group (RFC 1812 5.3.7)", "224.1.1.1", "10.0.1.9", RULE_IP_SOURCE_MULTICAST },
        { "from everybody (RFC 1812 5.3.7)", "10.0.0.255", "10.0.1.9",
          RULE_IP_SOURCE_BROADCAST },
        { "from class E (RFC 1812 5.3.7)", "241.0.0.1", "10.0.1.9", RULE_IP_SOURCE_CLASS_E },
        { "to loopback (RFC 1812 5.3.7)", "10.0.0.9", "127.0.0.1",
          RULE_IP_DESTINATION_LOOPBACK },
        { "to network 0 (RFC 1812 5.3.7)", "10.0.0.9", "0.0.0.9", RULE_IP_DESTINATION_ZERO },
        { "to class E (RFC 1812 5.3.7)", "10.0.0.9", "241.0.0.1",
          RULE_IP_DESTINATION_CLASS_E },
        { "to an old broadcast (RFC 1812 4.2.3.1)", "10.0.0.9", "10.0.0.0",
          RULE_IP_DESTINATION_OLD_BROADCAST },
        { "to 0.0.0.0 (RFC 1812 4.2.3.1)", "10.0.0.9", "0.0.0.0",
          RULE_IP_DESTINATION_OLD_BROADCAST },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;

        open(&f);
        f.h.source = net_ip(rows[i].source);
        f.h.destination = net_ip(rows[i].destination);
        send(&f, 8);
        EXPECT_EQ_ROW(rows[i].label, net_count_rule(&f.net, &f.r->node, rows[i].rule), 1);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.u), 0);
        EXPECT_EQ_ROW(rows[i].label, tester_count(f.t), 0);
        net_close(&f.net);
    }
}

/* RFC 1812 5.3.4. */
static void test_unicast_in_a_broadcast_frame_is_not_forwarded(void)
{
    struct fixture f;

    open(&f);
    f.t->peer = MAC_BROADCAST;
    send(&f, 8);
    expect_lost(&f, RULE_IP_UNICAST_IN_BROADCAST);
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

/* RFC 1812 5.2.3 and 5.3.5.2: received and passed on, as a broadcast. */
static void test_directed_broadcast_is_forwarded_and_received(void)
{
    struct fixture f;
    struct ethernet_header ethernet;
    struct ipv4_header h;
    struct span payload;

    open(&f);
    f.h.destination = net_ip("10.0.1.255");
    send(&f, 8);
    EXPECT_RULE_COUNT(&f.net, &f.r->node, RULE_IP_FOR_ALL_ROUTER, 1);
    if (tester_read_ipv4(tester_last(f.u), &h, NULL)) {
        ethernet_header_parse(&ethernet,
                              (struct span){ tester_last(f.u)->bytes, tester_last(f.u)->len },
                              &payload);
        EXPECT(mac_is_broadcast(ethernet.destination));
        EXPECT_EQ(h.ttl, 9);
    }
    EXPECT_EQ(tester_count(f.t), 0);
    net_close(&f.net);
}

static void test_directed_broadcast_can_be_switched_off(void)
{
    struct fixture f;

    open(&f);
    f.r->config.ip.directed_broadcast = 0;
    f.h.destination = net_ip("10.0.1.255");
    send(&f, 8);
    expect_lost(&f, RULE_IP_DIRECTED_BROADCAST_OFF);
    net_close(&f.net);
}

/* RFC 1812 5.3.4: not what came as a broadcast frame. */
static void test_directed_broadcast_in_a_broadcast_frame_stays(void)
{
    struct fixture f;

    open(&f);
    f.t->peer = MAC_BROADCAST;
    f.h.destination = net_ip("10.0.1.255");
    send(&f, 8);
    expect_lost(&f, RULE_IP_FORWARD_GROUP_FRAME);
    net_close(&f.net);
}

/* RFC 1122 3.2.1.3: a host is no router. */
static void test_host_does_not_forward(void)
{
    struct net net;
    struct net_desk desk;
    struct ipv4_header h = { .protocol = PROTOCOL_TEST, .destination = net_ip("10.0.0.77") };
    uint8_t data[8] = { 0 };

    net_open(&net, 1);
    desk = net_desk(&net, true);
    tester_send_ipv4(desk.t, &h, (struct span){ data, sizeof(data) });
    net_run_for(&net, 10 * MS);
    EXPECT_RULE_COUNT(&net, &desk.a->node, RULE_IP_NOT_OURS, 1);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_datagram_is_passed_on_with_ttl_one_less),
        TEST(test_incremental_checksum_is_always_right),
        TEST(test_ttl_two_passes),
        TEST(test_ttl_one_expires),
        TEST(test_ttl_one_for_the_router_itself_is_received),
        TEST(test_no_route_is_net_unreachable),
        TEST(test_silent_neighbour_is_host_unreachable),
        TEST(test_smaller_mtu_cuts_into_fragments),
        TEST(test_fragment_is_cut_again),
        TEST(test_dont_fragment_is_answered_with_the_mtu),
        TEST(test_dont_fragment_that_fits_passes),
        TEST(test_limited_broadcast_stays_on_its_wire),
        TEST(test_martians_are_not_forwarded),
        TEST(test_unicast_in_a_broadcast_frame_is_not_forwarded),
        TEST(test_directed_broadcast_is_forwarded_and_received),
        TEST(test_directed_broadcast_can_be_switched_off),
        TEST(test_directed_broadcast_in_a_broadcast_frame_stays),
        TEST(test_host_does_not_forward),
    };

    return run_tests("ip_forward", tests, ARRAY_LEN(tests));
}
