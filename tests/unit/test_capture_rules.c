#include "tools/lib/capture_rules.h"

#include "tests/unit/fixture_capture.h"
#include "tools/lib/capture_sums.h"

static const uint8_t nothing[64];

static void take_udp_bytes(ipv4 from, uint16_t from_port, ipv4 to, uint16_t to_port,
                           const uint8_t *data, size_t len)
{
    uint8_t datagram[FRAME_ROOM];
    const struct udp_header h = { from_port, to_port, (uint16_t)(UDP_HEADER_LEN + len), 0 };

    udp_header_emit(&h, datagram);
    memcpy(datagram + UDP_HEADER_LEN, data, len);
    put_be16(datagram + UDP_CHECKSUM_AT,
             udp_checksum(from, to, (struct span){ datagram, UDP_HEADER_LEN + len }));
    take_ip(ip_header(IP_PROTOCOL_UDP, from, to), datagram, UDP_HEADER_LEN + len);
}

static void take_arp(struct mac ethernet, uint16_t opcode, struct mac mac, ipv4 from, ipv4 to)
{
    uint8_t frame[FRAME_ROOM] = { 0 };
    const struct arp_message m = {
        .opcode = opcode, .sender_mac = mac, .sender_ip = from, .target_ip = to
    };
    size_t at = put_ethernet(frame, ethernet, MAC_BROADCAST, ETHERTYPE_ARP);

    take(frame, at + arp_message_emit(&m, frame + at), 0);
}

/* ---- Checksums ---- */

/* A pure ACK of connection PORT whose checksum is SUM, 0: right. */
static void take_ack(uint16_t port, uint16_t sum)
{
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1, .window = 9, .port = port, .bad_sum = sum });
}

static void test_one_bad_checksum_among_good_ones_breaks_the_rule(void)
{
    begin_capture();
    take_ack(1, 0);
    take_ack(1, 0x1234);
    take_ack(1, 0x1235);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_TCP_BAD_CHECKSUM), 2);
    EXPECT_EQ(broken(RULE_SEEN_CHECKSUM_OFFLOAD), 0);
    end_capture();
}

static void test_host_whose_checksums_are_all_bad_leaves_them_to_its_card(void)
{
    uint32_t count;

    begin_capture();
    take_ack(1, 0x1234);
    take_ack(1, 0x1235);
    take_ack(1, 0x1236);
    EXPECT_EQ(broken(RULE_TCP_BAD_CHECKSUM), 3);
    EXPECT(capture_watch_explains(watch, &capture_watch_breaks(watch)->list[0]));
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_TCP_BAD_CHECKSUM), 0);
    EXPECT_EQ(broken(RULE_SEEN_CHECKSUM_OFFLOAD), 1);
    EXPECT_EQ(capture_breaks_of(capture_watch_breaks(watch), 1, &count)->a, HOST_A);
    EXPECT_EQ(count, 1);
    end_capture();
}

static void test_pseudo_header_in_the_field_is_offload_even_among_good_ones(void)
{
    uint32_t sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + IP_PROTOCOL_TCP + TCP_HEADER_MIN;

    begin_capture();
    take_ack(1, 0);
    take_ack(1, (uint16_t)sum);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_TCP_BAD_CHECKSUM), 0);
    EXPECT_EQ(broken(RULE_SEEN_CHECKSUM_OFFLOAD), 1);
    end_capture();
}

static void test_bad_checksums_of_ip_icmp_and_udp_are_named(void)
{
    uint8_t frame[FRAME_ROOM], echo[8] = { 8, 0, 0x12, 0x34 };
    const uint8_t datagram[12] = { 0, 7, 0, 9, 0, 12, 0x12, 0x34, 1, 2, 3, 4 };
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);
    size_t at = put_ethernet(frame, mac_a, mac_b, ETHERTYPE_IPV4);

    begin_capture();
    ip.total_length = IPV4_HEADER_MIN;
    at += ipv4_header_emit(&ip, frame + at);
    take(frame, at, 0);
    frame[ETHERNET_HEADER_LEN + IPV4_CHECKSUM_AT] ^= 1;
    take(frame, at, 0);
    take_ip(ip_header(IP_PROTOCOL_ICMP, HOST_A, HOST_B), echo, sizeof(echo));
    take_ip(ip_header(IP_PROTOCOL_UDP, HOST_A, HOST_B), datagram, sizeof(datagram));
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_IP_BAD_CHECKSUM), 1);
    EXPECT_EQ(broken(RULE_ICMP_BAD_CHECKSUM), 1);
    EXPECT_EQ(broken(RULE_UDP_BAD_CHECKSUM), 1);
    EXPECT_EQ(broken_at_all(), 3);
    end_capture();
}

static void test_segment_larger_than_ethernet_is_told_once_a_host(void)
{
    begin_capture();
    for (int i = 0; i < 3; i++)
        take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1, .window = 9, .len = 2920 });
    EXPECT_EQ(broken(RULE_SEEN_SEGMENT_OFFLOAD), 1);
    EXPECT(capture_break_is_note(RULE_SEEN_SEGMENT_OFFLOAD));
    end_capture();
}

/* ---- ARP ---- */

static void test_arp_is_watched_for_owners_and_questions(void)
{
    begin_capture();
    take_arp(mac_a, ARP_REQUEST, mac_a, HOST_A, HOST_B);
    now += 3 * SECONDS;
    take_arp(mac_b, ARP_REPLY, mac_b, HOST_B, HOST_A);
    EXPECT_EQ(broken_at_all(), 0);
    now += 60 * SECONDS;
    take_arp(mac_b, ARP_REPLY, mac_b, HOST_B, HOST_A);
    EXPECT_EQ(broken(RULE_SEEN_ARP_UNASKED), 1);
    take_arp(mac_c, ARP_REQUEST, mac_c, HOST_B, HOST_A);
    EXPECT_EQ(broken(RULE_SEEN_ARP_TWO_OWNERS), 1);
    take_arp(mac_c, ARP_REQUEST, mac_c, HOST_C, HOST_C);
    EXPECT_EQ(broken(RULE_SEEN_ARP_GRATUITOUS), 1);
    take_arp(mac_a, ARP_REQUEST, mac_c, HOST_C, HOST_A);
    EXPECT_EQ(broken(RULE_SEEN_ARP_OTHER_SENDER), 1);
    take_arp(mac_a, ARP_REQUEST, mac_a, 0, HOST_A); /* a probe of its own address */
    EXPECT_EQ(broken_at_all(), 4);
    end_capture();
}

/* ---- IP ---- */

static void test_addresses_that_must_not_be_there_are_named(void)
{
    static const struct {
        ipv4 from, to;
        rule_id rule;
    } rows[] = {
        { HOST_A, HOST_B, RULE_NONE },
        { HOST_A, 0xe0000001, RULE_NONE },
        { HOST_A, 0xffffffff, RULE_NONE },
        { 0xe0000001, HOST_B, RULE_SEEN_IP_SOURCE },
        { 0xffffffff, HOST_B, RULE_SEEN_IP_SOURCE },
        { 0, HOST_B, RULE_SEEN_IP_SOURCE },
        { HOST_A, 0, RULE_SEEN_IP_DESTINATION },
        { HOST_A, 0xf0000001, RULE_SEEN_IP_DESTINATION },
        { 0x7f000001, HOST_B, RULE_SEEN_IP_LOOPBACK },
        { HOST_A, HOST_A, RULE_SEEN_LAND },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin_capture();
        take_ip(ip_header(99, rows[i].from, rows[i].to), nothing, 4);
        EXPECT_EQ_ROW(rule_get(rows[i].rule)->name, broken_at_all(), rows[i].rule != RULE_NONE);
        EXPECT_EQ_ROW(rule_get(rows[i].rule)->name, broken(rows[i].rule),
                      rows[i].rule != RULE_NONE);
        end_capture();
    }
}

static void test_ttl_of_zero_and_reserved_flag_are_named(void)
{
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);

    begin_capture();
    ip.ttl = 0;
    ip.reserved_flag = true;
    take_ip(ip, nothing, 4);
    EXPECT_EQ(broken(RULE_SEEN_IP_TTL_ZERO), 1);
    EXPECT_EQ(broken(RULE_SEEN_IP_RESERVED_FLAG), 1);
    EXPECT_EQ(broken_at_all(), 2);
    end_capture();
}

/* A frame of LEN bytes that says it had 200. */
static void take_short(size_t len)
{
    uint8_t frame[FRAME_ROOM] = { 0 };
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);
    size_t at = put_ethernet(frame, mac_a, mac_b, ETHERTYPE_IPV4);

    ip.total_length = 200;
    ipv4_header_emit(&ip, frame + at);
    take(frame, len, 0);
}

static void test_short_frame_is_a_lie_several_of_a_length_were_cut(void)
{
    begin_capture();
    take_short(68);
    take_short(70);
    take_short(70);
    take_short(70);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_IP_DATAGRAM_CUT), 1);
    EXPECT_EQ(broken(RULE_SEEN_CUT_BEFORE), 1);
    end_capture();
}

/* ---- Fragments ---- */

/* LEN bytes of datagram ID of A, from FROM on, MORE to come; VALUE is in all of them. */
static void take_piece(uint16_t id, uint16_t from, uint16_t len, bool more, uint8_t value)
{
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);
    uint8_t bytes[256];

    memset(bytes, value, sizeof(bytes));
    ip.identification = id;
    ip.fragment_offset = from;
    ip.more_fragments = more;
    take_ip(ip, bytes, len);
}

static void test_fragments_that_fit_break_nothing_even_twice(void)
{
    begin_capture();
    for (int i = 0; i < 2; i++) {
        take_piece(1, 16, 7, false, 3);
        take_piece(1, 0, 8, true, 1);
        take_piece(1, 8, 8, true, 2);
    }
    capture_watch_finish(watch);
    EXPECT_EQ(broken_at_all(), 0);
    end_capture();
}

static void test_fragments_that_do_not_fit_are_named(void)
{
    begin_capture();
    take_piece(1, 0, 16, true, 1);
    take_piece(1, 8, 16, false, 2);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_OVERLAP), 1);
    take_piece(2, 0, 9, true, 1);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_ODD), 1);
    take_piece(3, 65528, 8, false, 1);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_TOO_LONG), 1);
    take_piece(4, 0, 8, true, 1);
    take_piece(4, 8, 8, false, 1);
    take_piece(4, 0, 16, true, 7);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_ID_AGAIN), 1);
    EXPECT_EQ(broken_at_all(), 4);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_MISSING), 3); /* of 2, 3 and the second 4 */
    end_capture();
}

static void test_first_fragment_without_the_whole_header_is_tiny(void)
{
    struct ipv4_header ip = ip_header(IP_PROTOCOL_TCP, HOST_A, HOST_B);

    begin_capture();
    ip.more_fragments = true;
    take_ip(ip, nothing, 16);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_TINY), 1);
    end_capture();
}

static void test_missing_fragments_are_told_when_the_identification_comes_again(void)
{
    begin_capture();
    take_piece(1, 0, 8, true, 1);
    now += 61 * SECONDS;
    take_piece(1, 0, 8, true, 2);
    EXPECT_EQ(broken(RULE_SEEN_FRAGMENT_MISSING), 1);
    EXPECT_EQ(broken_at_all(), 1);
    end_capture();
}

/* ---- ICMP ---- */

static void take_icmp(ipv4 from, ipv4 to, uint8_t type, uint8_t code, uint32_t rest,
                      const uint8_t *data, size_t len)
{
    uint8_t message[256] = { 0 };
    const struct icmp_message m = { .type = type, .code = code, .rest = rest };

    icmp_message_emit(&m, message);
    memcpy(message + ICMP_HEADER_LEN, data, len);
    put_be16(message + 2, icmp_checksum((struct span){ message, ICMP_HEADER_LEN + len }));
    take_ip(ip_header(IP_PROTOCOL_ICMP, from, to), message, ICMP_HEADER_LEN + len);
}

static void test_redirects_and_pings_to_everybody_are_told(void)
{
    begin_capture();
    take_icmp(HOST_B, HOST_A, ICMP_REDIRECT, 1, HOST_C, nothing, 28);
    EXPECT_EQ(broken(RULE_SEEN_ICMP_REDIRECT), 1);
    take_icmp(HOST_A, HOST_B, ICMP_ECHO_REQUEST, 0, 1, nothing, 0);
    EXPECT_EQ(broken_at_all(), 1);
    take_icmp(HOST_A, 0xffffffff, ICMP_ECHO_REQUEST, 0, 1, nothing, 0);
    EXPECT_EQ(broken(RULE_SEEN_ICMP_BROADCAST), 1);
    end_capture();
}

static void test_datagrams_too_big_after_icmp_has_said_so_are_told(void)
{
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);
    uint8_t quoted[28], payload[600] = { 0 };

    begin_capture();
    ip.total_length = 620;
    ipv4_header_emit(&ip, quoted);
    take_icmp(HOST_C, HOST_A, ICMP_UNREACHABLE, ICMP_UNREACHABLE_FRAGMENTATION_NEEDED, 576, quoted,
              20);
    ip.dont_fragment = true;
    take_ip(ip, payload, sizeof(payload)); /* was on its way */
    now += 2 * SECONDS;
    take_ip(ip, payload, 500);
    EXPECT_EQ(broken_at_all(), 0);
    take_ip(ip, payload, sizeof(payload));
    EXPECT_EQ(broken(RULE_SEEN_ICMP_MTU_IGNORED), 1);
    end_capture();
}

/* ---- Questions and answers ---- */

/* A DNS message between port 4000 of A and B: ID, and one byte that tells it from others. */
static void take_dns(bool answer, uint16_t id, uint8_t value)
{
    uint8_t message[13] = { (uint8_t)(id >> 8), (uint8_t)id, answer ? 0x80 : 0 };

    message[12] = value;
    if (answer)
        take_udp_bytes(HOST_B, 53, HOST_A, 4000, message, sizeof(message));
    else
        take_udp_bytes(HOST_A, 4000, HOST_B, 53, message, sizeof(message));
}

static void test_dns_answers_are_held_against_their_questions(void)
{
    begin_capture();
    take_dns(false, 7, 0);
    take_dns(true, 7, 1);
    take_dns(true, 7, 1); /* captured twice */
    EXPECT_EQ(broken_at_all(), 0);
    take_dns(true, 7, 2);
    EXPECT_EQ(broken(RULE_SEEN_DNS_TWO_ANSWERS), 1);
    take_dns(true, 9, 1);
    EXPECT_EQ(broken(RULE_SEEN_DNS_OTHER_ID), 1);
    now += 60 * SECONDS;
    take_dns(true, 10, 1);
    EXPECT_EQ(broken(RULE_SEEN_DNS_UNASKED), 1);
    EXPECT_EQ(broken_at_all(), 3);
    end_capture();
}

static void test_dns_asked_twice_may_be_answered_twice(void)
{
    begin_capture();
    take_dns(false, 7, 0);
    take_dns(false, 7, 0);
    take_dns(true, 7, 1);
    take_dns(true, 7, 2);
    EXPECT_EQ(broken_at_all(), 0);
    end_capture();
}

/* An offer of SERVER for question ID. */
static void take_offer(ipv4 server, uint32_t id)
{
    uint8_t message[260] = { 2 };
    const uint8_t options[] = { 0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4 };

    put_be32(message + 4, id);
    memcpy(message + 236, options, sizeof(options));
    put_be32(message + 236 + sizeof(options), server);
    message[236 + sizeof(options) + 4] = 255;
    take_udp_bytes(HOST_B, 67, 0xffffffff, 68, message, sizeof(message));
}

static void test_second_dhcp_server_is_told_the_first_ones_copy_is_not(void)
{
    begin_capture();
    take_offer(HOST_B, 1);
    take_offer(HOST_B, 1);
    take_offer(HOST_B, 2);
    EXPECT_EQ(broken_at_all(), 0);
    take_offer(HOST_C, 2);
    EXPECT_EQ(broken(RULE_SEEN_DHCP_TWO_SERVERS), 1);
    end_capture();
}

/* ---- The list ---- */

static void test_list_keeps_the_first_and_counts_all(void)
{
    struct ipv4_header ip = ip_header(99, HOST_A, HOST_B);
    uint32_t count;

    begin_capture();
    ip.ttl = 0;
    for (int i = 0; i < CAPTURE_BREAKS_OF_RULE + 10; i++)
        take_ip(ip, nothing, 4);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_SEEN_IP_TTL_ZERO), CAPTURE_BREAKS_OF_RULE + 10);
    EXPECT_EQ(capture_watch_breaks(watch)->count, CAPTURE_BREAKS_OF_RULE);
    capture_breaks_of(capture_watch_breaks(watch), CAPTURE_BREAKS_OF_RULE, &count);
    EXPECT_EQ(count, 1);
    capture_breaks_of(capture_watch_breaks(watch), CAPTURE_BREAKS_OF_RULE + 1, &count);
    EXPECT_EQ(count, 0);
    end_capture();
}

static void test_sentence_has_its_section_and_the_other_frame(void)
{
    char words[512];
    const struct capture_break fin = { .rule = RULE_SEEN_TCP_AFTER_FIN, .a = 10, .other = 7 };

    capture_break_format(&fin, words, sizeof(words));
    EXPECT_STR(words, "10 bytes behind its own FIN, which said that no more data would come "
                      "(RFC 9293, 3.6; see frame 7)");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_one_bad_checksum_among_good_ones_breaks_the_rule),
        TEST(test_host_whose_checksums_are_all_bad_leaves_them_to_its_card),
        TEST(test_pseudo_header_in_the_field_is_offload_even_among_good_ones),
        TEST(test_bad_checksums_of_ip_icmp_and_udp_are_named),
        TEST(test_segment_larger_than_ethernet_is_told_once_a_host),
        TEST(test_arp_is_watched_for_owners_and_questions),
        TEST(test_addresses_that_must_not_be_there_are_named),
        TEST(test_ttl_of_zero_and_reserved_flag_are_named),
        TEST(test_short_frame_is_a_lie_several_of_a_length_were_cut),
        TEST(test_fragments_that_fit_break_nothing_even_twice),
        TEST(test_fragments_that_do_not_fit_are_named),
        TEST(test_first_fragment_without_the_whole_header_is_tiny),
        TEST(test_missing_fragments_are_told_when_the_identification_comes_again),
        TEST(test_redirects_and_pings_to_everybody_are_told),
        TEST(test_datagrams_too_big_after_icmp_has_said_so_are_told),
        TEST(test_dns_answers_are_held_against_their_questions),
        TEST(test_dns_asked_twice_may_be_answered_twice),
        TEST(test_second_dhcp_server_is_told_the_first_ones_copy_is_not),
        TEST(test_list_keeps_the_first_and_counts_all),
        TEST(test_sentence_has_its_section_and_the_other_frame),
    };
    return run_tests("capture_rules", tests, ARRAY_LEN(tests));
}
