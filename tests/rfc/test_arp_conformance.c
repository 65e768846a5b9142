/*
 * ARP against what the unit tests leave out: how often it may ask (RFC 1122
 * 2.3.2.1), and odd messages (RFC 826 "Packet Reception").
 */
#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

/* ---- RFC 1122 2.3.2.1: one request a second for one address ---- */

static void test_flush_does_not_make_it_ask_too_soon(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 100 * MS);
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ASKS_LATER);
    net_run_until(&d.net, 1 * SECONDS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    net_run_until(&d.net, 1010 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    EXPECT_EQ(d.t->last->at, 1001 * MS);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    arp_desk_close(&d);
}

/* A full number of tries, counted anew, follows the pause. */
static void test_question_after_a_flush_has_all_its_tries(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_flush(d.eth);
    arp_desk_datagram(&d, T_IP, 60, 2);
    net_run_until(&d.net, 3999 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    net_run_until(&d.net, 4001 * MS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_FAILED);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 4);
    arp_desk_close(&d);
}

static void test_flush_does_not_delay_other_questions(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    net_run_until(&d.net, 100 * MS);
    arp_flush(d.eth);
    arp_desk_datagram(&d, OTHER_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ARP_ASKS_LATER);
    arp_desk_close(&d);
}

static void test_flush_a_second_after_the_question_lets_it_ask_at_once(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    net_run_until(&d.net, 1500 * MS);
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_close(&d);
}

/* What was asked for lately is remembered, but not as an entry. */
static void test_flushed_address_is_learnt_again_from_a_request(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_flush(d.eth);
    arp_desk_say(&d, ARP_REQUEST, T_IP, OTHER_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_NONE);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ARP_UPDATES);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ADDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_flush(d.eth);
    arp_flush(d.eth);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_close(&d);
}

static void timeout_of_10_ms(struct arp_config *config)
{
    config->timeout = 10 * MS;
}

/* Polls of entries that grow old faster than a second are requests, too. */
static void test_timeout_below_the_interval_does_not_ask_more_often(void)
{
    struct arp_desk d;
    unsigned asked;

    arp_desk_open(&d, timeout_of_10_ms);
    d.t->answers_arp = true;
    for (uint16_t i = 0; i < 100; i++)
        arp_desk_datagram(&d, T_IP, 60, i); /* 2 ms each, no gap */
    for (uint16_t i = 0; i < 100; i++) {
        arp_desk_datagram(&d, T_IP, 60, (uint16_t)(100 + i));
        net_run_for(&d.net, 48 * MS);
    }
    asked = net_count_rule(&d.net, &d.a->node, RULE_ARP_ASKS) +
            net_count_rule(&d.net, &d.a->node, RULE_ARP_POLLS);
    EXPECT(asked >= 5 && asked <= 6); /* 5.2 seconds */
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 200);
    arp_desk_close(&d);
}

/* ---- A setting changes while entries live ---- */

static void test_new_timeout_holds_from_the_next_confirmation_on(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    d.a->config.arp.timeout = 5 * SECONDS;
    net_run_until(&d.net, 59 * SECONDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    net_run_for(&d.net, 4 * SECONDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    net_run_for(&d.net, 2 * SECONDS);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_STALE);
    arp_desk_close(&d);
}

/* ---- RFC 826 "Packet Reception": odd messages ---- */

/* RFC 826 makes no exception for any hardware address but a group's (RFC
 * 1812 3.3.2), so all zeros are believed. */
static void test_sender_mac_of_zeros_is_taken_as_it_is(void)
{
    struct arp_desk d;
    struct arp_view view;

    arp_desk_open(&d, NULL);
    arp_desk_say_as(&d, ARP_REQUEST, "00:00:00:00:00:00", OTHER_IP, A_IP, MAC_BROADCAST);
    if (EXPECT(arp_desk_entry(&d, OTHER_IP, &view)))
        EXPECT_EQ(view.state, STATE_ARP_REACHABLE);
    EXPECT(mac_equal(view.mac, MAC_NONE));
    arp_desk_close(&d);
}

static void test_broadcast_reply_for_another_host_only_updates(void)
{
    struct arp_desk d;
    struct arp_view view;

    arp_desk_open(&d, NULL);
    arp_desk_say_as(&d, ARP_REPLY, OTHER_MAC, OTHER_IP, "10.0.0.5", MAC_BROADCAST);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REPLY, OTHER_MAC, T_IP, "10.0.0.5", MAC_BROADCAST);
    if (EXPECT(arp_desk_entry(&d, T_IP, &view)))
        EXPECT(mac_equal(view.mac, net_mac(OTHER_MAC)));
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    arp_desk_close(&d);
}

/* "Am I the target protocol address?" is asked of the interface: the address
 * of another one of the same router lives on another wire. */
static void test_request_for_the_address_of_another_interface_is_not_answered(void)
{
    static const char *const lans[] = { "10.0.0.254/24", "10.0.1.254/24" };
    struct arp_message m = { .opcode = ARP_REQUEST, .sender_ip = net_ip("10.0.0.9"),
                             .target_ip = net_ip("10.0.1.254") };
    struct net net;
    struct host *r;
    struct tester *t;

    net_open(&net, 1);
    r = net_router(&net, "r", lans, 2);
    t = net_tester(&net, "t", "10.0.0.9");
    net_wire(&net, net_port(r, 0), &t->node.ports[0], 1 * MS);
    net_start(&net);
    m.sender_mac = t->mac;
    tester_send_arp(t, &m, MAC_BROADCAST);
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(tester_count(t), 0);
    EXPECT_SAW(&net, &r->node, RULE_ARP_NOT_TARGET);
    m.target_ip = net_ip("10.0.0.254");
    tester_send_arp(t, &m, MAC_BROADCAST);
    net_run_for(&net, 10 * MS);
    EXPECT_EQ(tester_count(t), 1);
    net_close(&net);
}

/* RFC 1122 2.3.2.2: the packet is kept, which RFC 826 did not ask for. */
static void test_packet_that_waits_says_so(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_UNKNOWN, 1);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_KEPT, 1);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_KEPT, 1);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_WAITS, 1);
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_flush_does_not_make_it_ask_too_soon),
        TEST(test_question_after_a_flush_has_all_its_tries),
        TEST(test_flush_does_not_delay_other_questions),
        TEST(test_flush_a_second_after_the_question_lets_it_ask_at_once),
        TEST(test_flushed_address_is_learnt_again_from_a_request),
        TEST(test_timeout_below_the_interval_does_not_ask_more_often),
        TEST(test_new_timeout_holds_from_the_next_confirmation_on),
        TEST(test_sender_mac_of_zeros_is_taken_as_it_is),
        TEST(test_broadcast_reply_for_another_host_only_updates),
        TEST(test_request_for_the_address_of_another_interface_is_not_answered),
        TEST(test_packet_that_waits_says_so),
    };

    return run_tests("arp_conformance", tests, ARRAY_LEN(tests));
}
