/*
 * ARP as others on the wire see it: what is asked, answered and believed.
 * Ageing, polls and limits are in test_arp_cache.c, conflicts in
 * test_arp_conflict.c, what is refused in test_arp_refused.c.
 */
#include "tests/support/arp_desk.h"
#include "tests/support/suite.h"

/* The only frame that T has, read as ARP. */
static bool only_arp(struct arp_desk *d, struct ethernet_header *h, struct arp_message *m)
{
    return EXPECT_EQ(tester_count(d->t), 1) && tester_read_arp(tester_frame(d->t, 0), h, m);
}

static void expect_mac(const struct arp_desk *d, const char *address, struct mac mac)
{
    struct arp_view view;

    if (EXPECT(arp_desk_entry(d, address, &view)))
        EXPECT(mac_equal(view.mac, mac));
}

/* ---- Packet Generation ---- */

/* RFC 826 Packet Generation: the fields of a request; it is broadcast. */
static void test_unknown_next_hop_broadcasts_a_request(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    if (only_arp(&d, &h, &m)) {
        EXPECT(mac_is_broadcast(h.destination));
        EXPECT(mac_equal(h.source, d.eth->mac));
        EXPECT_EQ(m.opcode, ARP_REQUEST);
        EXPECT(mac_equal(m.sender_mac, d.eth->mac));
        EXPECT_EQ(m.sender_ip, net_ip(A_IP));
        EXPECT(mac_equal(m.target_mac, MAC_NONE));
        EXPECT_EQ(m.target_ip, net_ip(T_IP));
    }
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UNKNOWN);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ASKS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ENTRY_ASKED);
    arp_desk_close(&d);
}

/* RFC 826 Packet format: hrd 1, pro 0800, hln 6, pln 4, op 1, high byte first. */
static void test_request_has_the_bytes_of_the_format(void)
{
    static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1 };
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    if (EXPECT_EQ(tester_count(d.t), 1))
        EXPECT_BYTES(tester_frame(d.t, 0)->bytes + 12, head, sizeof(head));
    arp_desk_close(&d);
}

/* RFC 894 Frame Format: 28 bytes are padded with zeros to 46. */
static void test_request_is_padded_to_the_minimum_with_zeros(void)
{
    static const uint8_t zeros[18] = { 0 };
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    EXPECT_EQ(tester_frame(d.t, 0)->len, 60);
    EXPECT_BYTES(tester_frame(d.t, 0)->bytes + 42, zeros, sizeof(zeros));
    EXPECT_SAW(&d.net, &d.a->node, RULE_ETHERNET_PADDED);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.2: the saved packet goes when the address is resolved. */
static void test_reply_releases_the_waiting_packet(void)
{
    struct arp_desk d;
    struct ipv4_header ip;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 33);
    tester_clear(d.t);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    if (EXPECT_EQ(tester_count(d.t), 1) && tester_read_ipv4(tester_frame(d.t, 0), &ip, NULL))
        EXPECT_EQ(ip.identification, 33);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    expect_mac(&d, T_IP, d.t->mac);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ANSWER_TAKEN);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ENTRY_CONFIRMED);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_RELEASES);
    arp_desk_close(&d);
}

/* RFC 826 Packet Generation: a known address is used without a question. */
static void test_known_next_hop_sends_at_once_to_its_mac(void)
{
    struct ethernet_header h;
    struct span payload;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_datagram(&d, T_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    ethernet_header_parse(&h, (struct span){ d.t->first->bytes, d.t->first->len }, &payload);
    EXPECT(mac_equal(h.destination, d.t->mac));
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_KNOWN);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.2 SHOULD: at least the latest packet is saved; in order. */
static void test_waiting_packets_leave_in_order(void)
{
    struct arp_desk d;
    struct ipv4_header ip;

    arp_desk_open(&d, NULL);
    for (uint16_t i = 1; i <= 3; i++)
        arp_desk_datagram(&d, T_IP, 60, i);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_WAITS);
    tester_clear(d.t);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(tester_count(d.t), 3);
    for (unsigned i = 0; i < 3; i++)
        if (tester_read_ipv4(tester_frame(d.t, i), &ip, NULL))
            EXPECT_EQ(ip.identification, i + 1);
    arp_desk_close(&d);
}

static void queue_of_three(struct arp_config *config)
{
    config->queue = 3;
}

/* RFC 1122 2.3.2.2: of many, the latest are saved, the oldest dropped. */
static void test_full_queue_drops_the_oldest(void)
{
    struct arp_desk d;
    struct ipv4_header ip;

    arp_desk_open(&d, queue_of_three);
    for (uint16_t i = 1; i <= 5; i++)
        arp_desk_datagram(&d, T_IP, 60, i);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_QUEUE_FULL, 2);
    tester_clear(d.t);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(tester_count(d.t), 3);
    if (tester_read_ipv4(tester_frame(d.t, 0), &ip, NULL))
        EXPECT_EQ(ip.identification, 3);
    arp_desk_close(&d);
}

static void no_queue(struct arp_config *config)
{
    config->queue = 0;
}

/* RFC 826 Packet Generation: "it is throwing the packet away". */
static void test_queue_of_none_drops_the_packet_and_asks(void)
{
    struct arp_desk d;

    arp_desk_open(&d, no_queue);
    arp_desk_datagram(&d, T_IP, 60, 1);
    EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_NOT_QUEUED, 1);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 0);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 MUST: no flood; one question for all packets of a second. */
static void test_many_packets_ask_only_once_a_second(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    for (uint16_t i = 0; i < 100; i++)
        arp_desk_datagram(&d, T_IP, 60, i); /* 200 ms in all */
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    net_run_until(&d.net, 999 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    net_run_until(&d.net, 1002 * MS);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    arp_desk_close(&d);
}

/* RFC 826: questions for two addresses do not disturb each other. */
static void test_two_next_hops_are_resolved_apart(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_desk_datagram(&d, OTHER_IP, 60, 2);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 2);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    EXPECT_EQ(arp_desk_state(&d, OTHER_IP), STATE_ARP_INCOMPLETE);
    arp_desk_close(&d);
}

/* RFC 894 Address Mappings: the broadcast address needs no ARP. */
static void test_broadcast_next_hop_is_not_asked_for(void)
{
    static const char *const addresses[] = { "255.255.255.255", "10.0.0.255" };

    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        arp_desk_datagram(&d, addresses[i], 60, 1);
        EXPECT_EQ_ROW(addresses[i], arp_desk_heard(&d, ETHERTYPE_ARP), 0);
        EXPECT_EQ_ROW(addresses[i], arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
        EXPECT_EQ_ROW(addresses[i], d.t->first->bytes[0], 0xff);
        EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_BROADCAST_KNOWN);
        arp_desk_close(&d);
    }
}

/* RFC 1122 3.3.7: class D addresses map by computation: 01:00:5e, 23 bits. */
static void test_multicast_next_hop_is_computed(void)
{
    static const uint8_t group[] = { 0x01, 0x00, 0x5e, 0x7f, 0x01, 0x02 };
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, "239.255.1.2", 60, 1);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    EXPECT_BYTES(d.t->first->bytes, group, sizeof(group));
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_MULTICAST_KNOWN);
    arp_desk_close(&d);
}

/* ---- Packet Reception ---- */

/* RFC 826 Packet Reception: swap, opcode REPLY, sent to the asker alone. */
static void test_request_for_us_is_answered_by_unicast(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    if (only_arp(&d, &h, &m)) {
        EXPECT(mac_equal(h.destination, d.t->mac));
        EXPECT(mac_equal(h.source, d.eth->mac));
        EXPECT_EQ(m.opcode, ARP_REPLY);
        EXPECT(mac_equal(m.sender_mac, d.eth->mac));
        EXPECT_EQ(m.sender_ip, net_ip(A_IP));
        EXPECT(mac_equal(m.target_mac, d.t->mac));
        EXPECT_EQ(m.target_ip, net_ip(T_IP));
    }
    EXPECT_EQ(tester_frame(d.t, 0)->len, 60);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ANSWERS);
    arp_desk_close(&d);
}

/* RFC 1122 2.3.2.1 (2): a poll is a request by unicast, and is answered. */
static void test_unicast_request_for_us_is_answered(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 1);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: the answer goes to ar$sha, not to whom the frame
 * came from. */
static void test_answer_goes_to_the_sender_hardware_address(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, OTHER_IP, A_IP, MAC_BROADCAST);
    if (only_arp(&d, &h, &m)) {
        EXPECT(mac_equal(h.destination, net_mac(OTHER_MAC)));
        EXPECT(mac_equal(m.target_mac, net_mac(OTHER_MAC)));
    }
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: Merge_flag false and we are the target: add. */
static void test_request_for_us_teaches_the_sender(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, T_IP, A_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    expect_mac(&d, T_IP, d.t->mac);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ADDS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_ENTRY_LEARNT);
    tester_clear(d.t);
    arp_desk_datagram(&d, T_IP, 60, 1);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_ARP), 0);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: not the target and not in the table: nothing. */
static void test_request_for_another_is_neither_answered_nor_learnt(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REQUEST, T_IP, OTHER_IP, MAC_BROADCAST);
    EXPECT_EQ(tester_count(d.t), 0);
    EXPECT_EQ(arp_desk_entries(&d), 0);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_NOT_TARGET);
    EXPECT_EQ(net_count(&d.net, &d.a->node, RECORD_LOST, 0), 0);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: what passes by updates an entry that exists. */
static void test_request_for_another_updates_an_existing_entry(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, T_IP, OTHER_IP, MAC_BROADCAST);
    expect_mac(&d, T_IP, net_mac(OTHER_MAC));
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_MOVED);
    EXPECT_EQ(tester_count(d.t), 0);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: the new hardware address supersedes the old one. */
static void test_request_for_us_with_new_mac_supersedes_and_is_answered_there(void)
{
    struct ethernet_header h;
    struct arp_message m;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REQUEST, OTHER_MAC, T_IP, A_IP, MAC_BROADCAST);
    expect_mac(&d, T_IP, net_mac(OTHER_MAC));
    EXPECT_EQ(arp_desk_entries(&d), 1);
    if (only_arp(&d, &h, &m))
        EXPECT(mac_equal(h.destination, net_mac(OTHER_MAC)));
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: the same address again only refreshes. */
static void test_request_with_the_same_mac_refreshes(void)
{
    struct arp_view before, after;
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    EXPECT(arp_desk_entry(&d, T_IP, &before));
    net_run_for(&d.net, 10 * SECONDS);
    arp_desk_say(&d, ARP_REQUEST, T_IP, OTHER_IP, MAC_BROADCAST);
    EXPECT(arp_desk_entry(&d, T_IP, &after));
    EXPECT(after.confirmed - before.confirmed >= 10 * SECONDS);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UPDATES);
    EXPECT_NOT_SAW(&d.net, &d.a->node, RULE_ARP_MOVED);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: a reply ends with the table; nothing is sent. */
static void test_reply_is_not_answered(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(tester_count(d.t), 0);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: the opcode comes last, so that a reply which
 * nobody asked for is added, too. */
static void test_unasked_reply_for_us_is_believed(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UNASKED);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: and it overwrites what was known. */
static void test_unasked_reply_overwrites_a_known_entry(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_resolve(&d);
    arp_desk_say_as(&d, ARP_REPLY, OTHER_MAC, T_IP, A_IP, d.eth->mac);
    expect_mac(&d, T_IP, net_mac(OTHER_MAC));
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_UNASKED);
    EXPECT_SAW(&d.net, &d.a->node, RULE_ARP_MOVED);
    arp_desk_close(&d);
}

/* RFC 5227 1.2.1: a reply by broadcast is handled like any other. */
static void test_broadcast_reply_resolves(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_desk_say(&d, ARP_REPLY, T_IP, A_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: a request from whom we ask for is an answer. */
static void test_request_from_whom_we_ask_resolves(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_desk_say(&d, ARP_REQUEST, T_IP, OTHER_IP, MAC_BROADCAST);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 1);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: a reply from another leaves the question open. */
static void test_reply_from_another_address_does_not_resolve(void)
{
    struct arp_desk d;

    arp_desk_open(&d, NULL);
    arp_desk_datagram(&d, T_IP, 60, 1);
    arp_desk_say(&d, ARP_REPLY, OTHER_IP, A_IP, d.eth->mac);
    EXPECT_EQ(arp_desk_heard(&d, ETHERTYPE_IPV4), 0);
    EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_INCOMPLETE);
    EXPECT_EQ(arp_desk_state(&d, OTHER_IP), STATE_ARP_REACHABLE);
    arp_desk_close(&d);
}

/* RFC 826 Packet Reception: an unknown opcode teaches, but is not answered. */
static void test_unknown_opcode_teaches_and_is_dropped(void)
{
    static const uint16_t opcodes[] = { 0, 3, 8, 0xffff };

    for (size_t i = 0; i < ARRAY_LEN(opcodes); i++) {
        struct arp_desk d;

        arp_desk_open(&d, NULL);
        arp_desk_say(&d, opcodes[i], T_IP, A_IP, d.eth->mac);
        EXPECT_EQ(tester_count(d.t), 0);
        EXPECT_EQ(arp_desk_state(&d, T_IP), STATE_ARP_REACHABLE);
        EXPECT_RULE_COUNT(&d.net, &d.a->node, RULE_ARP_UNKNOWN_OPCODE, 1);
        arp_desk_close(&d);
    }
}

/* RFC 826: both ends of a wire between two real hosts come to know both. */
static void test_one_exchange_teaches_both_hosts(void)
{
    struct net_pair pair;
    struct arp_view view;
    struct arp_desk d;

    net_open(&d.net, 3);
    pair = net_pair(&d.net, 1 * MS);
    d.a = pair.a;
    d.eth = &pair.a->interfaces[0];
    arp_desk_datagram(&d, "10.0.0.2", 60, 1);
    net_run_for(&d.net, 20 * MS);
    if (EXPECT(arp_entry(d.eth, 0, &view)))
        EXPECT(mac_equal(view.mac, pair.b->interfaces[0].mac));
    if (EXPECT(arp_entry(&pair.b->interfaces[0], 0, &view))) {
        EXPECT_EQ(view.address, net_ip(A_IP));
        EXPECT(mac_equal(view.mac, d.eth->mac));
    }
    arp_desk_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_unknown_next_hop_broadcasts_a_request),
        TEST(test_request_has_the_bytes_of_the_format),
        TEST(test_request_is_padded_to_the_minimum_with_zeros),
        TEST(test_reply_releases_the_waiting_packet),
        TEST(test_known_next_hop_sends_at_once_to_its_mac),
        TEST(test_waiting_packets_leave_in_order),
        TEST(test_full_queue_drops_the_oldest),
        TEST(test_queue_of_none_drops_the_packet_and_asks),
        TEST(test_many_packets_ask_only_once_a_second),
        TEST(test_two_next_hops_are_resolved_apart),
        TEST(test_broadcast_next_hop_is_not_asked_for),
        TEST(test_multicast_next_hop_is_computed),
        TEST(test_request_for_us_is_answered_by_unicast),
        TEST(test_unicast_request_for_us_is_answered),
        TEST(test_answer_goes_to_the_sender_hardware_address),
        TEST(test_request_for_us_teaches_the_sender),
        TEST(test_request_for_another_is_neither_answered_nor_learnt),
        TEST(test_request_for_another_updates_an_existing_entry),
        TEST(test_request_for_us_with_new_mac_supersedes_and_is_answered_there),
        TEST(test_request_with_the_same_mac_refreshes),
        TEST(test_reply_is_not_answered),
        TEST(test_unasked_reply_for_us_is_believed),
        TEST(test_unasked_reply_overwrites_a_known_entry),
        TEST(test_broadcast_reply_resolves),
        TEST(test_request_from_whom_we_ask_resolves),
        TEST(test_reply_from_another_address_does_not_resolve),
        TEST(test_unknown_opcode_teaches_and_is_dropped),
        TEST(test_one_exchange_teaches_both_hosts),
    };
    return run_tests("arp", tests, ARRAY_LEN(tests));
}
