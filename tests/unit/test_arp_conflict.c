/*
 * Probes, announcements and two hosts with one address (RFC 5227).
 */
#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

/* RFC 5227 2.5 MUST: a probe for our address is answered as RFC 826 says. */
static void test_probe_for_us_is_answered(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, "0.0.0.0", A_IP, MAC_BROADCAST);
    if (EXPECT_EQ(tester_count(d.t), 1) && tester_read_arp(tester_frame(d.t, 0), &h, &m)) {
        EXPECT(mac_equal(h.destination, d.t->mac));
        EXPECT_EQ(m.opcode, ARP_REPLY);
        EXPECT_EQ(m.sender_ip, net_ip(A_IP));
        EXPECT_EQ(m.target_ip, IPV4_ANY);
    }
    arp_desk_close(&d);
}

/* RFC 5227 1.1: a probe must not pollute caches. */
static void test_probe_teaches_nothing(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, "0.0.0.0", A_IP, MAC_BROADCAST);
    arp_desk_say(&d, ARP_REQUEST, "0.0.0.0", OTHER_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_PROBE, 2);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ARP_CONFLICT);
    arp_desk_close(&d);
}

/* RFC 5227 2.3: an announcement makes stale entries right. */
static void test_announcement_updates_an_existing_entry(void)
{
    struct arp_view view;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, T_IP, T_IP, MAC_BROADCAST);
    if (EXPECT(arp_desk_entry(&d, T_IP, &view)))
        EXPECT(mac_equal(view.mac, net_mac(OTHER_MAC)));
    EXPECT_EQ(tester_count(d.t), 0);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: it makes no new entry: we are not its target. */
static void test_announcement_makes_no_entry(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, T_IP, T_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_close(&d);
}

static void announce_twice(struct arp_config *config)
{
    config->announce = 2;
}

/* RFC 5227 2.3: ANNOUNCE_NUM announcements, two seconds apart, at the start. */
static void test_start_with_announce_announces_so_often(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, announce_twice);
    net_run_until(&d.net, 20 * SECONDS);
    EXPECT_EQ(tester_count(d.t), 2);
    EXPECT_EQ(tester_frame(d.t, 0)->at, 1 * MS);
    EXPECT_EQ(tester_frame(d.t, 1)->at, 2001 * MS);
    if (tester_read_arp(tester_frame(d.t, 1), &h, &m)) {
        EXPECT(mac_is_broadcast(h.destination));
        EXPECT_EQ(m.opcode, ARP_REQUEST);
        EXPECT_EQ(m.sender_ip, net_ip(A_IP));
        EXPECT_EQ(m.target_ip, net_ip(A_IP));
        EXPECT(mac_equal(m.sender_mac, d.eth->mac));
        EXPECT(mac_equal(m.target_mac, MAC_NONE));
    }
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_ANNOUNCES, 2);
    arp_desk_close(&d);
}

static void test_start_without_announce_is_silent(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    net_run_until(&d.net, 20 * SECONDS);
    EXPECT_EQ(tester_count(d.t), 0);
    arp_desk_close(&d);
}

/* RFC 5227 2.4: our address with another MAC: noticed, not learnt; (c): one
 * announcement in defence. */
static void test_conflict_is_noticed_and_defended_once(void)
{
    static const uint16_t opcodes[] = { ARP_REQUEST, ARP_REPLY };

    for (size_t i = 0; i < ARRAY_LEN(opcodes); i++) {
        struct ethernet_header h;
        struct arp_message m;
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        arp_desk_say(&d, opcodes[i], A_IP, OTHER_IP, MAC_BROADCAST);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_CONFLICT, 1);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_DEFENDS, 1);
        EXPECT_EQ(arp_desk_entries(&d), 0);
        if (EXPECT_EQ(tester_count(d.t), 1) && tester_read_arp(tester_frame(d.t, 0), &h, &m)) {
            EXPECT(mac_is_broadcast(h.destination));
            EXPECT_EQ(m.sender_ip, net_ip(A_IP));
            EXPECT_EQ(m.target_ip, net_ip(A_IP));
        }
        arp_desk_close(&d);
    }
}

/* RFC 5227 2.5: a conflicting request, though about us, is not answered. */
static void test_conflicting_request_is_not_answered(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, A_IP, A_IP, MAC_BROADCAST);
    if (EXPECT_EQ(tester_count(d.t), 1) && tester_read_arp(tester_frame(d.t, 0), &h, &m))
        EXPECT_EQ(m.opcode, ARP_REQUEST);
    arp_desk_close(&d);
}

/* RFC 5227 2.4 MUST NOT: no second defence within DEFEND_INTERVAL. */
static void test_second_conflict_within_ten_seconds_is_not_defended(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, A_IP, A_IP, MAC_BROADCAST);
    net_run_until(&d.net, 9900 * MS);
    arp_desk_say(&d, ARP_REQUEST, A_IP, A_IP, MAC_BROADCAST);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_CONFLICT, 2);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_DEFENDS, 1);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_DEFENDED_ALREADY, 1);
    EXPECT_EQ(tester_count(d.t), 1);
    arp_desk_close(&d);
}

static void test_conflict_after_ten_seconds_is_defended_again(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, A_IP, A_IP, MAC_BROADCAST);
    net_run_until(&d.net, 10100 * MS);
    arp_desk_say(&d, ARP_REQUEST, A_IP, A_IP, MAC_BROADCAST);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_DEFENDS, 2);
    arp_desk_close(&d);
}

/* RFC 5227 2.4: lest two hosts shout for ever. */
static void test_two_hosts_with_one_address_fall_silent(void)
{
    struct host *a, *b;
    struct net net;

    net_open(&net, 5);
    net.config.arp.announce = 1;
    a = net_host(&net, "a", A_IP "/24");
    b = net_host(&net, "b", A_IP "/24");
    net_wire(&net, net_port(a, 0), net_port(b, 0), 1 * MS);
    net_start(&net);
    net_run_until(&net, 60 * SECONDS);
    EXPECT_SAW(&net, &a->node, RULE_ARP_CONFLICT);
    EXPECT_SAW(&net, &b->node, RULE_ARP_CONFLICT);
    EXPECT(net_count_sent(&net, NULL) <= 6);
    net_close(&net);
}

/* RFC 5227 2.5: the host goes on using its address in the meantime. */
static void test_address_is_used_on_after_a_conflict(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, A_IP, A_IP, MAC_BROADCAST);
    tester_clear(d.t);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    EXPECT_EQ(tester_count(d.t), 1);
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_probe_for_us_is_answered),
        TEST(test_probe_teaches_nothing),
        TEST(test_announcement_updates_an_existing_entry),
        TEST(test_announcement_makes_no_entry),
        TEST(test_start_with_announce_announces_so_often),
        TEST(test_start_without_announce_is_silent),
        TEST(test_conflict_is_noticed_and_defended_once),
        TEST(test_conflicting_request_is_not_answered),
        TEST(test_second_conflict_within_ten_seconds_is_not_defended),
        TEST(test_conflict_after_ten_seconds_is_defended_again),
        TEST(test_two_hosts_with_one_address_fall_silent),
        TEST(test_address_is_used_on_after_a_conflict),
    };
    return run_tests("arp_conflict", tests, ARRAY_LEN(tests));
}
