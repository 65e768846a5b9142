/*
 * A hub repeats what it hears to every other port, whatever it is.
 */
#include <string.h>

#include "sim/fault.h"
#include "tests/support/star.h"
#include "tests/support/suite.h"

static void test_frame_is_repeated_to_all_other_ports(void)
{
    struct star s;

    star_open(&s, 4, true);
    star_send(&s, 1, s.t[0]->mac, 100);
    EXPECT_EQ(star_heard(&s), 0xd);
    EXPECT_RULE_COUNT(&s.net, s.middle, RULE_HUB_REPEATS, 1);
    star_send(&s, 0, s.t[1]->mac, 100); /* it has learnt nothing */
    EXPECT_EQ(star_heard(&s), 0xe);
    star_close(&s);
}

static void test_repeated_frame_has_the_same_bytes_everywhere(void)
{
    struct star s;

    star_open(&s, 3, true);
    star_send(&s, 0, MAC_BROADCAST, 1514);
    for (unsigned i = 1; i < 3; i++) {
        const struct tester_frame *frame = tester_last(s.t[i]);

        if (!EXPECT(frame != NULL) || !EXPECT_EQ(frame->len, 1514))
            continue;
        EXPECT_BYTES(frame->bytes, MAC_BROADCAST.at, MAC_LEN);
        EXPECT_EQ(frame->bytes[1513], 1513 & 0xff);
        EXPECT_EQ(frame->at, 2 * MS);
    }
    star_close(&s);
}

/* A repeater knows no frames: too short ones are repeated like others. */
static void test_runt_is_repeated(void)
{
    struct star s;

    star_open(&s, 3, true);
    star_send(&s, 0, MAC_BROADCAST, 20);
    EXPECT_EQ(star_heard(&s), 0x6);
    star_close(&s);
}

static void damage_what_leaves(struct star *s, unsigned tester)
{
    struct fault *fault = world_add_fault(s->net.world);

    fault->kind = FAULT_KIND_CORRUPT;
    fault->from = s->t[tester]->node.id;
    fault->to = NODE_NONE;
    fault->link = LINK_NONE;
    fault->damage.bit = 300;
}

static void test_damaged_frame_is_repeated_damaged(void)
{
    struct star s;

    star_open(&s, 3, true);
    damage_what_leaves(&s, 0);
    star_send(&s, 0, MAC_BROADCAST, 100);
    for (unsigned i = 1; i < 3; i++)
        if (EXPECT(tester_last(s.t[i]) != NULL))
            EXPECT(tester_last(s.t[i])->damaged);
    EXPECT_EQ(star_heard(&s), 0x6);
    star_close(&s);
}

/* The frame keeps the check that it was sent with: a host behind notices. */
static void test_damaged_frame_dies_at_the_host_behind_the_hub(void)
{
    struct tester *t;
    struct node *hub;
    struct host *a;
    struct net net;
    struct fault *fault;

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    t = net_tester(&net, "t", "10.0.0.9");
    hub = net_hub(&net, "h", 2);
    net_wire(&net, &t->node.ports[0], &hub->ports[0], 1 * MS);
    net_wire(&net, &hub->ports[1], net_port(a, 0), 1 * MS);
    fault = world_add_fault(net.world);
    fault->kind = FAULT_KIND_CORRUPT;
    fault->from = t->node.id;
    fault->to = NODE_NONE;
    fault->link = LINK_NONE;
    fault->damage.bit = 300;
    net_start(&net);
    tester_send_data(t, MAC_BROADCAST, 0x88b5, (struct span){ NULL, 0 });
    net_run(&net);
    EXPECT_NOT_SAW(&net, hub, RULE_ETHERNET_BAD_FCS);
    EXPECT_RULE_COUNT(&net, &a->node, RULE_ETHERNET_BAD_FCS, 1);
    net_close(&net);
}

static void test_wire_that_is_down_gets_no_copy(void)
{
    struct star s;

    star_open(&s, 3, true);
    link_set_up(s.wire[2], false);
    star_send(&s, 0, MAC_BROADCAST, 100);
    EXPECT_EQ(star_heard(&s), 0x2);
    EXPECT_EQ(net_count(&s.net, s.middle, RECORD_LOST, 0), 0);
    star_close(&s);
}

static void test_hub_with_one_station_repeats_to_nobody(void)
{
    struct star s;

    star_open(&s, 1, true);
    star_send(&s, 0, MAC_BROADCAST, 100);
    EXPECT_EQ(star_heard(&s), 0);
    EXPECT_EQ(world_live_packets(s.net.world), 0);
    star_close(&s);
}

/* Hosts on a hub hear all and take what is theirs. */
static void test_third_host_on_a_hub_ignores_what_is_for_others(void)
{
    static const uint8_t payload[8] = { 0x12, 0x34, 0x56, 0x78, 0, 8, 0, 0 };
    struct ipv4_header h = { 0 };
    struct host *a, *c;
    struct tester *t;
    struct node *hub;
    struct net net;

    net_open(&net, 1);
    a = net_host(&net, "a", "10.0.0.1/24");
    c = net_host(&net, "c", "10.0.0.3/24");
    t = net_tester(&net, "t", "10.0.0.9");
    hub = net_hub(&net, "h", 3);
    net_wire(&net, net_port(a, 0), &hub->ports[0], 1 * MS);
    net_wire(&net, net_port(c, 0), &hub->ports[1], 1 * MS);
    net_wire(&net, &t->node.ports[0], &hub->ports[2], 1 * MS);
    t->peer = a->interfaces[0].mac;
    t->answers_arp = true;
    net_start(&net);
    h.protocol = IP_PROTOCOL_UDP;
    h.destination = net_ip("10.0.0.1");
    tester_send_ipv4(t, &h, (struct span){ payload, sizeof(payload) });
    net_run_for(&net, 4 * MS);
    EXPECT_RULE_COUNT(&net, &c->node, RULE_ETHERNET_NOT_FOR_US, 1);
    EXPECT_SAW(&net, &a->node, RULE_ETHERNET_HEADER_OFF);
    EXPECT_EQ(net_count(&net, &c->node, RECORD_LOST, 0), 0);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_frame_is_repeated_to_all_other_ports),
        TEST(test_repeated_frame_has_the_same_bytes_everywhere),
        TEST(test_runt_is_repeated),
        TEST(test_damaged_frame_is_repeated_damaged),
        TEST(test_damaged_frame_dies_at_the_host_behind_the_hub),
        TEST(test_wire_that_is_down_gets_no_copy),
        TEST(test_hub_with_one_station_repeats_to_nobody),
        TEST(test_third_host_on_a_hub_ignores_what_is_for_others),
    };
    return run_tests("hub", tests, ARRAY_LEN(tests));
}
