/*
 * UDP against what test_udp_conformance.c and test_udp_application.c leave
 * out: port 0, everybody, and the limit on what is told (RFC 1122 3.2.2).
 */
#include <string.h>

#include "tests/support/inbox.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_desk desk;

static void begin(void)
{
    net_open(&net, 1);
    desk = net_desk(&net, true);
}

static void shoot(const char *destination, uint16_t port, size_t len)
{
    static const uint8_t data[3000];
    struct udp_shot shot = { .destination = net_ip(destination), .source_port = 5000,
                             .destination_port = port, .data = { data, len } };

    tester_send_udp(desk.t, &shot);
    net_run_for(&net, 10 * MS);
}

/* RFC 768 leaves port 0 to senders that want no answer; nobody can be bound
 * to it, so that it is a closed port. */
static void test_datagram_to_port_zero_finds_nobody(void)
{
    static struct inbox inbox;

    begin();
    EXPECT(inbox_open(&inbox, desk.a, 9) != NULL);
    shoot("10.0.0.1", 0, 4);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET);
    EXPECT_EQ(inbox.count, 0);
    EXPECT_EQ(tester_count(desk.t), 1);
    net_close(&net);
}

/* The whole remembers what its fragments were sent to. */
static void test_fragmented_broadcast_to_a_closed_port_is_not_answered(void)
{
    static const uint8_t udp[32] = { 0x13, 0x88, 0, 99, 0, 32 };
    struct ipv4_header h;

    for (unsigned unicast = 0; unicast < 2; unicast++) {
        begin();
        if (unicast == 1)
            desk.t->peer = desk.a->interfaces[0].mac;
        memset(&h, 0, sizeof(h));
        h.protocol = IP_PROTOCOL_UDP;
        h.destination = net_ip("10.0.0.255");
        h.more_fragments = true;
        tester_send_ipv4(desk.t, &h, (struct span){ udp, 16 });
        h.more_fragments = false;
        h.fragment_offset = 16;
        tester_send_ipv4(desk.t, &h, (struct span){ udp + 16, 16 });
        net_run_for(&net, 10 * MS);
        EXPECT_EQ(desk.a->counters.reassembled, 1);
        EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET_GROUP);
        EXPECT_EQ(tester_count(desk.t), 0);
        net_close(&net);
    }
}

/* RFC 1122 4.1.3.5: who is bound to one address hears what was sent to it,
 * and a broadcast was not. */
static void test_broadcast_goes_to_the_socket_of_any_address(void)
{
    static struct inbox any, one;

    begin();
    EXPECT(inbox_open(&any, desk.a, 9) != NULL);
    EXPECT(inbox_open_at(&one, desk.a, "10.0.0.1", 9) != NULL);
    shoot("10.0.0.255", 9, 4);
    EXPECT_EQ(any.count, 1);
    EXPECT_EQ(one.count, 0);
    shoot("10.0.0.1", 9, 4);
    EXPECT_EQ(any.count, 1);
    EXPECT_EQ(one.count, 1);
    net_close(&net);
}

/* RFC 1812 4.3.2.8: what is not told is dropped all the same. */
static void test_port_unreachable_is_rate_limited(void)
{
    begin();
    desk.a->config.icmp.error_rate = 1;
    desk.a->config.icmp.error_burst = 2;
    for (unsigned i = 0; i < 5; i++)
        shoot("10.0.0.1", 99, 4);
    EXPECT_RULE_COUNT(&net, &desk.a->node, RULE_UDP_NO_SOCKET, 5);
    EXPECT_RULE_COUNT(&net, &desk.a->node, RULE_ICMP_RATE_LIMITED, 3);
    EXPECT_EQ(tester_count(desk.t), 2);
    net_run_for(&net, 1 * SECONDS);
    shoot("10.0.0.1", 99, 4);
    EXPECT_EQ(tester_count(desk.t), 3);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_datagram_to_port_zero_finds_nobody),
        TEST(test_fragmented_broadcast_to_a_closed_port_is_not_answered),
        TEST(test_broadcast_goes_to_the_socket_of_any_address),
        TEST(test_port_unreachable_is_rate_limited),
    };

    return run_tests("udp_corners", tests, ARRAY_LEN(tests));
}
