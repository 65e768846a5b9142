/*
 * UDP against its requirements, one test each: RFC 768, the datagrams. The
 * dealings with applications (RFC 1122 4.1) are in test_udp_application.c.
 */
#include <string.h>

#include "layers/wire/bytes.h"
#include "tests/rfc/fixture_udp.h"

/* ---- RFC 768, Format and Fields: what is sent ---- */

/* RFC 768 Format: source port, destination port, length, checksum, data. */
static void test_sent_message_has_the_header_of_the_rfc(void)
{
    struct ipv4_header ip;
    struct udp_header h;
    struct span data, datagram;

    begin();
    if (send_and_read("abc", &ip, &h, &data)) {
        EXPECT_EQ(h.source_port, 9);
        EXPECT_EQ(h.destination_port, 7);
        EXPECT_EQ(h.length, 11);
        EXPECT_EQ(data.len, 3);
        EXPECT_BYTES(data.at, "abc", 3);
        EXPECT(tester_read_ipv4(tester_last(desk.t), &ip, &datagram));
        EXPECT_EQ(get_be16(datagram.at), 9);
        EXPECT_EQ(get_be16(datagram.at + 4), 11);
    }
    net_close(&net);
}

/* RFC 768 Fields: the minimum value of the length is eight. */
static void test_empty_message_is_sent_with_length_eight(void)
{
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    if (send_and_read("", &ip, &h, &data)) {
        EXPECT_EQ(h.length, 8);
        EXPECT_EQ(ip.total_length, 28);
    }
    net_close(&net);
}

/* RFC 768 Fields: the checksum covers a pseudo-header of addresses, protocol
 * and length, the header and the data. Computed here word by word. */
static void test_sent_checksum_is_that_of_pseudo_header_header_and_data(void)
{
    uint32_t sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0009 + 17 + 12 + 9 + 7 + 12 + 0x6162 + 0x6364;
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    sum = (sum >> 16) + (sum & 0xffff);
    if (send_and_read("abcd", &ip, &h, &data))
        EXPECT_EQ(h.checksum, (uint16_t)~sum);
    net_close(&net);
}

/* RFC 768 Fields: padded with zero octets at the end to a multiple of two. */
static void test_sent_checksum_of_odd_length_is_padded_with_zero(void)
{
    uint32_t sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0009 + 17 + 11 + 9 + 7 + 11 + 0x6162 + 0x6300;
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    sum = (sum >> 16) + (sum & 0xffff);
    if (send_and_read("abc", &ip, &h, &data))
        EXPECT_EQ(h.checksum, (uint16_t)~sum);
    net_close(&net);
}

/* RFC 768 Fields: a computed zero is transmitted as all ones. The data is
 * chosen so that the sum of everything is ffff. */
static void test_computed_checksum_of_zero_is_sent_as_ones(void)
{
    uint32_t sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0009 + 17 + 10 + 9 + 7 + 10;
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;
    uint8_t rest[2];

    begin();
    put_be16(rest, (uint16_t)(0xffff - sum));
    EXPECT(udp_send(inbox.socket, endpoint("10.0.0.9", 7), (struct span){ rest, 2 }));
    net_run_for(&net, 50 * MS);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_ALL_ONES);
    if (tester_read_udp(tester_last(desk.t), &ip, &h, &data))
        EXPECT_EQ(h.checksum, 0xffff);
    net_close(&net);
}

/* RFC 1122 4.1.3.4: the application may control whether a checksum is
 * generated. RFC 768 Fields: zero means none. */
static void test_checksum_switched_off_sends_zero(void)
{
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    desk.a->config.udp.checksum = 0;
    if (send_and_read("abc", &ip, &h, &data))
        EXPECT_EQ(h.checksum, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_OFF);
    net_close(&net);
}

/* RFC 1122 4.1.3.4: it MUST default to checksumming on. */
static void test_checksum_is_on_by_default(void)
{
    struct host_config config;

    host_config_defaults(&config);
    EXPECT_EQ(config.udp.checksum, 1);
    EXPECT_EQ(config.udp.require_checksum, 0);
}

/* RFC 768 Protocol Number: 17. */
static void test_protocol_number_is_17(void)
{
    struct ipv4_header ip;
    struct udp_header h;
    struct span data;

    begin();
    if (send_and_read("abc", &ip, &h, &data))
        EXPECT_EQ(ip.protocol, 17);
    net_close(&net);
}

/* ---- RFC 768: what is received ---- */

/* RFC 768 User Interface: receive operations return the data octets and an
 * indication of source port and source address. */
static void test_message_for_a_bound_port_is_delivered_with_its_source(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("hello"), .source_port = 4711 });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(inbox.len, 5);
    EXPECT_BYTES(inbox.bytes, "hello", 5);
    EXPECT_EQ(inbox.from.port, 4711);
    EXPECT_EQ(inbox.from.address, net_ip("10.0.0.9"));
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_VERIFIED);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_HEADER_OFF);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

/* RFC 768 Introduction: messages, not a stream. */
static void test_boundaries_of_messages_are_kept(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("a") });
    shoot((struct udp_shot){ .data = bytes_of("bcd") });
    shoot((struct udp_shot){ .data = bytes_of("ef") });
    EXPECT_EQ(inbox.count, 3);
    EXPECT_EQ(inbox.lens[0], 1);
    EXPECT_EQ(inbox.lens[1], 3);
    EXPECT_EQ(inbox.lens[2], 2);
    net_close(&net);
}

/* RFC 768 Fields: a length of eight is legal: a message without data. */
static void test_empty_message_is_delivered(void)
{
    begin();
    shoot((struct udp_shot){ .data = { NULL, 0 } });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(inbox.len, 0);
    net_close(&net);
}

/* RFC 768 Fields: if not used, a source port of zero is inserted. */
static void test_source_port_zero_is_delivered(void)
{
    struct udp_shot shot = { .destination = net_ip("10.0.0.1"), .destination_port = 9,
                             .data = { (const uint8_t *)"x", 1 } };

    begin();
    tester_send_udp(desk.t, &shot);
    net_run_for(&net, 50 * MS);
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(inbox.from.port, 0);
    net_close(&net);
}

/* RFC 768 Fields: the destination port has a meaning within the context of a
 * particular destination address; 16 bits of it. */
static void test_highest_port_is_an_ordinary_one(void)
{
    begin();
    EXPECT(inbox_open(&other, desk.a, 65535) != NULL);
    shoot((struct udp_shot){ .data = bytes_of("x"), .destination_port = 65535 });
    EXPECT_EQ(other.count, 1);
    EXPECT_EQ(inbox.count, 0);
    net_close(&net);
}

/* RFC 768 Fields: zero transmitted: the sender generated no checksum. */
static void test_checksum_zero_is_not_checked(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("x"), .no_checksum = true });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_NONE);
    EXPECT_NOT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_VERIFIED);
    net_close(&net);
}

/* RFC 1122 4.1.3.4: MAY optionally control whether datagrams without
 * checksums are discarded. */
static void test_checksum_zero_is_refused_where_one_is_required(void)
{
    begin();
    desk.a->config.udp.require_checksum = 1;
    shoot((struct udp_shot){ .data = bytes_of("x"), .no_checksum = true });
    EXPECT_EQ(inbox.count, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CHECKSUM_REQUIRED);
    shoot((struct udp_shot){ .data = bytes_of("x") });
    EXPECT_EQ(inbox.count, 1);
    net_close(&net);
}

/* RFC 1122 4.1.3.4: non-zero and invalid: MUST silently discard. */
static void test_wrong_checksum_is_discarded_silently(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("x"), .spoil = 0x0001 });
    EXPECT_EQ(inbox.count, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_BAD_CHECKSUM);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

/* The same where nobody listens: no port unreachable about damaged ports. */
static void test_wrong_checksum_for_a_closed_port_is_discarded_silently(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("x"), .spoil = 0x8000, .destination_port = 10 });
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_BAD_CHECKSUM);
    EXPECT_EQ(tester_count(desk.t), 0);
    net_close(&net);
}

/* RFC 1122 4.1.3.4: no special action is required at the receiver, since zero
 * and 65535 are equivalent. */
static void test_checksum_of_ones_verifies(void)
{
    uint32_t sum = 0x0a00 + 0x0009 + 0x0a00 + 0x0001 + 17 + 10 + 5000 + 9 + 10;
    uint8_t rest[2];

    begin();
    put_be16(rest, (uint16_t)(0xffff - sum));
    shoot((struct udp_shot){ .data = { rest, 2 } });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(net_last_rule(&net, &desk.a->node, RULE_UDP_CHECKSUM_VERIFIED)->a, 0xffff);
    net_close(&net);
}

/* RFC 768 Fields: the pseudo-header gives protection against misrouted
 * datagrams: right in itself, but computed for another destination. */
static void test_checksum_for_another_destination_is_wrong(void)
{
    uint8_t bytes[9] = { 0x13, 0x88, 0, 9, 0, 9, 0, 0, 'x' };
    struct ipv4_header ip = { .protocol = 17, .destination = net_ip("10.0.0.1") };

    begin();
    put_be16(bytes + UDP_CHECKSUM_AT,
             udp_checksum(net_ip("10.0.0.9"), net_ip("10.0.0.2"), (struct span){ bytes, 9 }));
    tester_send_ipv4(desk.t, &ip, (struct span){ bytes, 9 });
    net_run_for(&net, 50 * MS);
    EXPECT_EQ(inbox.count, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_BAD_CHECKSUM);
    net_close(&net);
}

/* RFC 1071 1: a sum does not see the order of its 16-bit words. What the
 * checksum does not catch is a fact worth a test (lab who-catches-the-error). */
static void test_two_swapped_words_are_not_noticed(void)
{
    uint8_t bytes[12] = { 0x13, 0x88, 0, 9, 0, 12, 0, 0, 'a', 'b', 'c', 'd' };
    struct ipv4_header ip = { .protocol = 17, .destination = net_ip("10.0.0.1") };

    begin();
    put_be16(bytes + UDP_CHECKSUM_AT,
             udp_checksum(net_ip("10.0.0.9"), net_ip("10.0.0.1"), (struct span){ bytes, 12 }));
    memcpy(bytes + 8, "cdab", 4);
    tester_send_ipv4(desk.t, &ip, (struct span){ bytes, 12 });
    net_run_for(&net, 50 * MS);
    EXPECT_EQ(inbox.count, 1);
    EXPECT_BYTES(inbox.bytes, "cdab", 4);
    net_close(&net);
}

/* RFC 768 Fields: the minimum value of the length is eight. */
static void test_length_below_eight_is_refused(void)
{
    begin();
    for (size_t length = 1; length < 8; length++) {
        shoot((struct udp_shot){ .data = bytes_of("abc"), .length = length, .no_checksum = true });
        EXPECT_EQ(inbox.count, 0);
        EXPECT_SAW(&net, &desk.a->node, RULE_UDP_BAD_LENGTH);
    }
    net_close(&net);
}

/* RFC 768 Fields: length of this datagram: it must be there. */
static void test_length_beyond_the_ip_datagram_is_refused(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("abc"), .length = 12, .no_checksum = true });
    EXPECT_EQ(inbox.count, 0);
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CUT);
    shoot((struct udp_shot){ .data = bytes_of("abc"), .length = 65535, .no_checksum = true });
    EXPECT_SAW(&net, &desk.a->node, RULE_UDP_CUT);
    net_close(&net);
}

/* RFC 768 Format: eight bytes of header. */
static void test_datagram_shorter_than_its_header_is_refused(void)
{
    begin();
    for (size_t cut = 1; cut <= 8; cut++) {
        shoot((struct udp_shot){ .cut = cut });
        EXPECT_EQ(inbox.count, 0);
        EXPECT_SAW(&net, &desk.a->node, RULE_UDP_TRUNCATED);
    }
    net_close(&net);
}

/* RFC 768 Fields: data ends where the length says, also if IP has more. */
static void test_bytes_behind_the_length_are_not_data(void)
{
    begin();
    shoot((struct udp_shot){ .data = bytes_of("abc"), .trailing = 5 });
    EXPECT_EQ(inbox.count, 1);
    EXPECT_EQ(inbox.len, 3);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_sent_message_has_the_header_of_the_rfc),
        TEST(test_empty_message_is_sent_with_length_eight),
        TEST(test_sent_checksum_is_that_of_pseudo_header_header_and_data),
        TEST(test_sent_checksum_of_odd_length_is_padded_with_zero),
        TEST(test_computed_checksum_of_zero_is_sent_as_ones),
        TEST(test_checksum_switched_off_sends_zero),
        TEST(test_checksum_is_on_by_default),
        TEST(test_protocol_number_is_17),
        TEST(test_message_for_a_bound_port_is_delivered_with_its_source),
        TEST(test_boundaries_of_messages_are_kept),
        TEST(test_empty_message_is_delivered),
        TEST(test_source_port_zero_is_delivered),
        TEST(test_highest_port_is_an_ordinary_one),
        TEST(test_checksum_zero_is_not_checked),
        TEST(test_checksum_zero_is_refused_where_one_is_required),
        TEST(test_wrong_checksum_is_discarded_silently),
        TEST(test_wrong_checksum_for_a_closed_port_is_discarded_silently),
        TEST(test_checksum_of_ones_verifies),
        TEST(test_checksum_for_another_destination_is_wrong),
        TEST(test_two_swapped_words_are_not_noticed),
        TEST(test_length_below_eight_is_refused),
        TEST(test_length_beyond_the_ip_datagram_is_refused),
        TEST(test_datagram_shorter_than_its_header_is_refused),
        TEST(test_bytes_behind_the_length_are_not_data),
    };

    return run_tests("udp conformance", tests, ARRAY_LEN(tests));
}
