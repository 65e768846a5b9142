/*
 * UDP against its requirements, one test each: RFC 1122 4.1, what it owes to
 * its applications. The datagrams themselves are in test_udp_conformance.c.
 */
#include <string.h>

#include "layers/net/icmp.h"
#include "layers/wire/bytes.h"
#include "tests/rfc/fixture_udp.h"

/* ---- RFC 1122 4.1.3 ---- */

/* 4.1.3.1: no pending LISTEN: UDP SHOULD send an ICMP Port Unreachable;
 * RFC 792 "Destination Unreachable Message": with header and 64 bits. */
static void test_closed_port_is_answered_with_port_unreachable(void)
{
    struct ipv4_header ip, quoted;
    struct icmp_message m;
    struct span payload, quote, data;

    begin();
    shoot((struct udp_shot){ .data = bytes_of("hello"), .destination_port = 10 });
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET);
    EXPECT_EQ(tester_count(desk.t), 1);
    if (tester_read_ipv4(tester_last(desk.t), &ip, &payload)) {
        EXPECT_RULE(icmp_message_parse(&m, payload, &quote), RULE_NONE);
        EXPECT_EQ(m.type, ICMP_UNREACHABLE);
        EXPECT_EQ(m.code, ICMP_UNREACHABLE_PORT);
        EXPECT_RULE(ipv4_header_parse(&quoted, quote, &data), RULE_NONE);
        EXPECT_EQ(quoted.source, net_ip("10.0.0.9"));
        EXPECT_EQ(get_be16(data.at), 5000);
        EXPECT_EQ(get_be16(data.at + 2), 10);
    }
    net_close(&net);
}

/* RFC 1122 3.2.2: never about a datagram to a broadcast address. */
static void test_closed_port_by_broadcast_is_not_answered(void)
{
    static const char *const addresses[] = { "10.0.0.255", "255.255.255.255" };

    begin();
    desk.t->peer = MAC_BROADCAST;
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        shoot((struct udp_shot){ .data = bytes_of("x"), .destination = net_ip(addresses[i]),
                                 .destination_port = 10 });
        EXPECT_SAW(&net, &desk.a->node, RULE_UDP_NO_SOCKET_GROUP);
        EXPECT_NOT_SAW(&net, &desk.a->node, RULE_ICMP_QUIET_ABOUT_BROADCAST);
        EXPECT_EQ(tester_count(desk.t), 0);
    }
    net_close(&net);
}

/* RFC 1122 3.3.6: broadcast addresses of all standard forms are received. */
static void test_broadcast_is_delivered(void)
{
    static const char *const addresses[] = { "10.0.0.255", "255.255.255.255" };

    begin();
    desk.t->peer = MAC_BROADCAST;
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
        shoot((struct udp_shot){ .data = bytes_of("x"), .destination = net_ip(addresses[i]) });
    EXPECT_EQ(inbox.count, 2);
    EXPECT_EQ(inbox.ip.destination, IPV4_BROADCAST);
    net_close(&net);
}

/* 4.1.3.2: UDP MUST pass any IP option that it receives to the application. */
static void test_received_options_reach_the_application(void)
{
    static const uint8_t router_alert[4] = { 0x94, 4, 0, 0 };

    begin();
    shoot((struct udp_shot){ .data = bytes_of("x"), .options = { router_alert, 4 } });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(inbox.ip.options.len, 4);
    net_close(&net);
}

/* 4.1.3.2: an application MUST be able to specify IP options to be sent. */
static void test_options_of_the_application_are_sent(void)
{
    static const uint8_t router_alert[4] = { 0x94, 4, 0, 0 };
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    inbox.socket->options = (struct span){ router_alert, 4 };
    if (send_and_read("x", &ip, &h, &data)) {
        EXPECT_EQ(ip.options.len, 4);
        EXPECT_BYTES(ip.options.at, router_alert, 4);
    }
    net_close(&net);
}

/* 4.1.4: able to specify TTL and TOS; they go to the IP layer unchanged. */
static void test_ttl_and_tos_of_the_application_are_sent(void)
{
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    inbox.socket->ttl = 3;
    inbox.socket->tos = 0x10;
    inbox.socket->dont_fragment = true;
    if (send_and_read("x", &ip, &h, &data)) {
        EXPECT_EQ(ip.ttl, 3);
        EXPECT_EQ(ip.tos, 0x10);
        EXPECT(ip.dont_fragment);
    }
    net_close(&net);
}

/* 4.1.4: UDP MAY pass the received TOS up to the application layer. */
static void test_received_tos_reaches_the_application(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("x"), .tos = 0x28 });
    EXPECT_EQ(inbox.ip.tos, 0x28);
    net_close(&net);
}

/* 4.1.3.5: the specific-destination address MUST be passed up. */
static void test_specific_destination_reaches_the_application(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("x") });
    EXPECT_EQ(inbox.ip.destination, net_ip("10.0.0.1"));
    net_close(&net);
}

/* An ICMP error from the tester about what a sent from FROM to port 7. */
static void complain(uint8_t type, uint8_t code, ipv4 source, uint16_t from)
{
    uint8_t bytes[8 + 20 + 8] = { type, code };
    struct ipv4_header quoted = { .total_length = 28, .ttl = 1, .protocol = 17, .source = source,
                                  .destination = net_ip("10.0.0.9") };
    struct ipv4_header ip = { .protocol = IP_PROTOCOL_ICMP, .destination = net_ip("10.0.0.1") };
    struct udp_header h = { from, 7, 8, 0 };

    ipv4_header_emit(&quoted, bytes + 8);
    udp_header_emit(&h, bytes + 28);
    put_be16(bytes + 2, icmp_checksum((struct span){ bytes, sizeof(bytes) }));
    net_mark(&net);
    tester_send_ipv4(desk.t, &ip, (struct span){ bytes, sizeof(bytes) });
    net_run_for(&net, 50 * MS);
}

/* 4.1.3.3: UDP MUST pass to the application all ICMP error messages. */
static void test_icmp_errors_reach_the_socket_that_sent(void)
{
    static const uint8_t errors[][2] = { { 3, 0 }, { 3, 1 }, { 3, 2 }, { 3, 3 },
                                         { 3, 13 }, { 11, 0 }, { 11, 1 }, { 12, 0 } };

    begin();
    EXPECT(inbox_open(&other, desk.a, 10) != NULL);
    for (unsigned i = 0; i < ARRAY_LEN(errors); i++) {
        complain(errors[i][0], errors[i][1], net_ip("10.0.0.1"), 9);
        EXPECT_EQ(inbox.errors, i + 1);
        EXPECT_EQ(inbox.type, errors[i][0]);
        EXPECT_EQ(inbox.code, errors[i][1]);
    }
    EXPECT_EQ(inbox.error_to.port, 7);
    EXPECT_EQ(inbox.error_to.address, net_ip("10.0.0.9"));
    EXPECT_EQ(inbox.error_from, net_ip("10.0.0.9"));
    EXPECT_EQ(other.errors, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_ERROR_TO_SOCKET);
    net_close(&net);
}

/* 4.1.3.3, discussion: errors from an earlier use of a port come late. */
static void test_icmp_error_for_a_closed_port_is_ignored(void)
{
    begin();
    complain(3, 3, net_ip("10.0.0.1"), 4000);
    EXPECT_EQ(inbox.errors, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_ERROR_NO_SOCKET);
    net_close(&net);
}

/* What quotes a datagram of somebody else is not about ours. */
static void test_icmp_error_quoting_another_source_is_ignored(void)
{
    begin();
    complain(3, 3, net_ip("10.0.0.77"), 9);
    EXPECT_EQ(inbox.errors, 0);
    net_close(&net);
}

/* 4.1.3.5: an application MUST be able to specify the source address; 4.1.3.6:
 * it must be one of the host's. */
static void test_source_address_can_be_chosen_among_the_own(void)
{
    static const char *const addresses[] = { "10.0.0.1/24", "10.1.0.1/24" };
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;
    struct host *two;
    struct tester *t;

    net_open(&net, 1);
    two = net_router(&net, "two", addresses, 2);
    t = net_tester(&net, "t", "10.0.0.9");
    t->answers_arp = true;
    net_wire(&net, net_port(two, 0), &t->node.ports[0], 1 * MS);
    net_start(&net);
    EXPECT(inbox_open_at(&inbox, two, "10.1.0.1", 9) != NULL);
    EXPECT(udp_send(inbox.socket, endpoint("10.0.0.9", 7), bytes_of("x")));
    net_run_for(&net, 50 * MS);
    if (tester_read_udp(tester_last(t), &ip, &h, &data))
        EXPECT_EQ(ip.source, net_ip("10.1.0.1"));
    EXPECT(inbox_open(&other, two, 10) != NULL);
    EXPECT(udp_send(other.socket, endpoint("10.0.0.9", 7), bytes_of("x")));
    net_run_for(&net, 50 * MS);
    if (tester_read_udp(tester_last(t), &ip, &h, &data))
        EXPECT_EQ(ip.source, net_ip("10.0.0.1"));
    EXPECT(inbox_open_at(&other, two, "10.9.9.9", 11) == NULL);
    net_close(&net);
}

/* 4.1.3.5, and RFC 768 Fields: the destination port has a meaning within the
 * context of a particular destination address. */
static void test_port_of_one_address_is_closed_at_the_other(void)
{
    static const char *const addresses[] = { "10.0.0.1/24", "10.1.0.1/24" };
    struct udp_shot shot = { .source_port = 5000, .destination_port = 9 };
    struct host *two;
    struct tester *t;

    net_open(&net, 1);
    two = net_router(&net, "two", addresses, 2);
    t = net_tester(&net, "t", "10.0.0.9");
    t->answers_arp = true;
    t->peer = two->interfaces[0].mac;
    net_wire(&net, net_port(two, 0), &t->node.ports[0], 1 * MS);
    net_start(&net);
    EXPECT(inbox_open_at(&inbox, two, "10.1.0.1", 9) != NULL);
    shot.destination = net_ip("10.0.0.1");
    tester_send_udp(t, &shot);
    net_run_for(&net, 50 * MS);
    EXPECT_EQ(inbox.count, 0);
    EXPECT_SAW(&net, &two->node, RULE_UDP_NO_SOCKET);
    shot.destination = net_ip("10.1.0.1");
    tester_send_udp(t, &shot);
    net_run_for(&net, 50 * MS);
    EXPECT_EQ(inbox.count, 1);
    net_close(&net);
}

/* 4.1.3.6: an invalid source (broadcast, multicast) must be discarded by UDP
 * or by the IP layer. */
static void test_invalid_source_is_discarded(void)
{
    static const char *const sources[] = { "255.255.255.255", "224.0.0.1", "10.0.0.255",
                                           "127.0.0.1" };

    begin();
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        shoot((struct udp_shot){ .data = bytes_of("x"), .source = net_ip(sources[i]) });
        EXPECT_EQ_ROW(sources[i], inbox.count, 0);
        EXPECT_EQ_ROW(sources[i], net_count(&net, &desk.a->node, RECORD_LOST, 0), 1);
    }
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_closed_port_is_answered_with_port_unreachable),
        TEST(test_closed_port_by_broadcast_is_not_answered),
        TEST(test_broadcast_is_delivered),
        TEST(test_received_options_reach_the_application),
        TEST(test_options_of_the_application_are_sent),
        TEST(test_ttl_and_tos_of_the_application_are_sent),
        TEST(test_received_tos_reaches_the_application),
        TEST(test_specific_destination_reaches_the_application),
        TEST(test_icmp_errors_reach_the_socket_that_sent),
        TEST(test_icmp_error_for_a_closed_port_is_ignored),
        TEST(test_icmp_error_quoting_another_source_is_ignored),
        TEST(test_source_address_can_be_chosen_among_the_own),
        TEST(test_port_of_one_address_is_closed_at_the_other),
        TEST(test_invalid_source_is_discarded),
    };

    return run_tests("udp application", tests, ARRAY_LEN(tests));
}
