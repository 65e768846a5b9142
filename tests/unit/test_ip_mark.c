#include "layers/net/ip.h"

#include <string.h>

#include "tests/support/net.h"
#include "tests/support/suite.h"

#define SENT 8

/* a sends SENT datagrams with TOS at once, over a wire that queues and marks
 * from the second waiting frame on; *MARKED counts those that say so. */
static void send_over_a_busy_wire(uint8_t tos, bool ecn, unsigned *arrived, unsigned *marked)
{
    struct net net;
    struct net_desk desk;

    net_open(&net, 1);
    desk = net_desk(&net, true);
    net.world->mark_congestion = ip_mark_congestion;
    desk.wire->direction[0].config.rate = 1000000;
    desk.wire->direction[0].config.queue = SENT;
    desk.wire->direction[0].config.ecn = ecn;
    desk.a->config.arp.queue = SENT;
    for (unsigned i = 0; i < SENT; i++) {
        struct packet *p = packet_new(net.world, 100);
        struct ip_send send = { .destination = net_ip("10.0.0.9"), .protocol = 253, .tos = tos };

        memset(packet_bytes(p), 0, 100);
        packet_stamp(p, 1, i);
        ip_output(desk.a, p, &send);
    }
    net_run_for(&net, 1 * SECONDS);
    *arrived = tester_count(desk.t);
    *marked = 0;
    for (unsigned i = 0; i < *arrived; i++) {
        struct ipv4_header h;

        /* Reading it also says that its checksum is right. */
        if (tester_read_ipv4(tester_frame(desk.t, i), &h, NULL))
            *marked += (h.tos & IPV4_ECN_MASK) == IPV4_ECN_CE;
    }
    EXPECT_RULE_COUNT(&net, NULL, RULE_LINK_ECN_MARK, *marked);
    net_close(&net);
}

/* RFC 3168 5: a router may set CE in the packet of an ECN-capable sender. */
static void test_long_queue_marks_what_understands_ecn(void)
{
    static const uint8_t capable[] = { IPV4_ECN_ECT0, IPV4_ECN_ECT1, 0xb8 | IPV4_ECN_ECT0 };

    for (size_t i = 0; i < ARRAY_LEN(capable); i++) {
        unsigned arrived, marked;

        send_over_a_busy_wire(capable[i], true, &arrived, &marked);
        EXPECT_EQ(arrived, SENT);
        EXPECT(marked > 0 && marked < SENT); /* the last ones see a short queue */
    }
}

static void test_sender_without_ecn_is_not_marked(void)
{
    unsigned arrived, marked;

    send_over_a_busy_wire(0, true, &arrived, &marked);
    EXPECT_EQ(arrived, SENT);
    EXPECT_EQ(marked, 0);
}

static void test_wire_without_ecn_marks_nobody(void)
{
    unsigned arrived, marked;

    send_over_a_busy_wire(IPV4_ECN_ECT0, false, &arrived, &marked);
    EXPECT_EQ(marked, 0);
}

static void test_frame_that_is_no_ipv4_is_left_alone(void)
{
    struct net net;
    struct packet *p;
    uint8_t before[60];

    net_open(&net, 1);
    for (unsigned len = 0; len <= 60; len += 12) {
        p = packet_new(net.world, len);
        memset(packet_bytes(p), 0x08, len);
        memcpy(before, packet_bytes(p), len);
        EXPECT(!ip_mark_congestion(p));
        EXPECT_BYTES(packet_bytes(p), before, len);
        packet_free(net.world, p);
    }
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_long_queue_marks_what_understands_ecn),
        TEST(test_sender_without_ecn_is_not_marked),
        TEST(test_wire_without_ecn_marks_nobody),
        TEST(test_frame_that_is_no_ipv4_is_left_alone),
    };

    return run_tests("ip_mark", tests, ARRAY_LEN(tests));
}
