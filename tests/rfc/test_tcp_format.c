/*
 * RFC 9293 3.1, 3.2, 3.7.1 and 3.9.2.3: the header, its options, segment
 * sizes, and segments that no connection may see.
 */
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

/* ---- 3.1: checksum, reserved bits, data offset ---- */

static void test_segment_with_wrong_checksum_is_dropped(void)
{
    REQ("MUST-3");
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x", .bad_checksum = true);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_BAD_CHECKSUM);
    EXPECT_EQ(p.app.readable, 0);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_RST, .seq = 1, .bad_checksum = true);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

/* peer_read checks the sum of each segment that it reads. */
static void test_segments_of_all_kinds_carry_their_checksum(void)
{
    REQ("MUST-2");
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 9);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 9);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_watch(&p);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    peer_close(&p);
}

/* "Must be ignored in received segments". */
static void test_reserved_bits_are_ignored_and_never_sent(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1, .reserved = 0x0f);
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_EQ(p.last.reserved, 0);
    peer_close(&p);
}

static void test_data_offset_outside_of_the_segment_is_refused(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1, .offset = 4);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_BAD_DATA_OFFSET);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1, .offset = 15);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_HEADER_CUT);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_sound_segment_leaves_its_header(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x");
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_HEADER_OFF, 1);
    EXPECT_EQ(net_last_rule(&p.net, &p.a->node, RULE_TCP_HEADER_OFF)->a, PEER_HOST_PORT);
    peer_close(&p);
}

/* ---- 3.1: the window ---- */

static uint32_t send_window(void)
{
    struct tcp_status status;

    tcp_status(p.tcb, &status);
    return status.send_window;
}

static void test_window_with_its_highest_bit_set_is_large(void)
{
    REQ("MUST-1");
    peer_open(&p);
    p.win = p.syn.win = 0x8000;
    peer_established(&p);
    EXPECT_EQ(send_window(), 0x8000);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 0xffff);
    EXPECT_EQ(send_window(), 0xffff);
    EXPECT_EQ(peer_host_sends(&p, 3000), 3000);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    peer_close(&p);
}

static void test_windows_are_computed_in_32_bits(void)
{
    REQ("REC-1");
    peer_open(&p);
    p.net.config.tcp.rcvbuf = 1 << 22;
    p.syn.has_scale = true;
    p.syn.scale = 14;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 0xffff);
    EXPECT_EQ(send_window(), 0xffffu << 14);
    /* Far beyond 65535, and in the window all the same. */
    peer_send(&p, .flags = TCP_ACK, .seq = 3000000, .ack = 1, .text = "x");
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_OUT_OF_ORDER);
    peer_close(&p);
}

/* ---- 3.1, 3.2: options ---- */

static void test_known_options_are_read_from_a_syn(void)
{
    REQ("MUST-4");
    REQ("MUST-64");
    peer_listen(&p);
    /* NOP, MSS at an odd place, end of list, and rubbish behind it. */
    peer_send(&p, .flags = TCP_SYN, .options = BYTES(1, 2, 4, 0x03, 0x20, 0, 99, 0));
    EXPECT_EQ(net_last_rule(&p.net, &p.a->node, RULE_TCP_MSS_RECEIVED)->a, 0x320);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_close(&p);
}

/* An option in a segment without SYN: timestamps, at an odd place again. */
static void test_options_are_read_in_any_segment(void)
{
    REQ("MUST-5");
    REQ("MUST-64");
    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.has_ts = true;
    p.syn.tsval = 500;
    peer_established(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1, .options = BYTES(1),
              .has_ts = true, .tsval = 501);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .has_ts = true, .tsecr = 501);
    peer_close(&p);
}

static void test_mss_option_outside_of_a_syn_changes_nothing(void)
{
    struct tcp_status status;

    REQ("MUST-5");
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x", .mss = 100);
    EXPECT_EQ(p.app.readable, 1);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.mss, 1000);
    peer_close(&p);
}

static void test_unknown_option_is_passed_over(void)
{
    REQ("MUST-6");
    REQ("MUST-68");
    peer_listen(&p);
    /* Kind 253 of 5 octets, kind 77 of 2, and behind them the MSS. */
    peer_send(&p, .flags = TCP_SYN, .options = BYTES(253, 5, 1, 2, 3, 77, 2, 2, 4, 2, 88, 0));
    EXPECT_EQ(net_last_rule(&p.net, &p.a->node, RULE_TCP_MSS_RECEIVED)->a, 600);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_close(&p);
}

static void test_option_with_impossible_length_does_no_harm(void)
{
    static const uint8_t bad[][4] = {
        { 2, 0, 0, 0 }, { 2, 1, 0, 0 }, { 2, 3, 0, 0 }, { 99, 0, 0, 0 }, { 99, 40, 0, 0 },
        { 1, 1, 1, 2 },
    };

    REQ("MUST-7");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        peer_listen(&p);
        peer_send(&p, .flags = TCP_SYN, .options = { bad[i], sizeof(bad[i]) });
        EXPECT(net_count_rule(&p.net, &p.a->node, RULE_TCP_OPTION_BAD_LENGTH) +
                   net_count_rule(&p.net, &p.a->node, RULE_TCP_OPTION_CUT) ==
               1);
        EXPECT_SILENCE(&p);
        peer_send(&p, .flags = TCP_SYN);
        EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
        peer_close(&p);
    }
}

/* ---- What is agreed upon ---- */

static void test_what_both_offer_is_agreed(void)
{
    peer_open(&p);
    p.net.config.tcp.timestamps = p.net.config.tcp.ecn = 1;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ECE | TCP_CWR, .mss = 1000, .has_scale = true,
              .scale = 5, .sack_ok = true, .has_ts = true, .tsval = 9);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK | TCP_ECE, .seq = 0, .ack = 1, .mss = 1460,
                   .has_scale = true, .scale = 1, .sack_ok = true, .has_ts = true, .tsecr = 9);
    EXPECT_EQ(net_last_rule(&p.net, &p.a->node, RULE_TCP_SCALE_AGREED)->b, 5);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_AGREED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIMESTAMPS_AGREED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_AGREED);
    peer_close(&p);
}

static void test_what_the_peer_does_not_offer_is_not_answered(void)
{
    peer_open(&p);
    p.net.config.tcp.timestamps = p.net.config.tcp.ecn = 1;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1460);
    EXPECT(!p.last.has_scale && !p.last.sack_ok && !p.last.has_ts);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_SCALE_AGREED);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_AGREED);
    peer_close(&p);
}

/* RFC 7323 2.3: a shift above 14 counts as 14, and is logged. */
static void test_shift_above_fourteen_counts_as_fourteen(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .has_scale = true, .scale = 15);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SCALE_TOO_LARGE);
    EXPECT_EQ(net_last_rule(&p.net, &p.a->node, RULE_TCP_SCALE_AGREED)->b, 14);
    peer_close(&p);
}

/* RFC 7323 2.2: the window of a SYN is never scaled. */
static void test_window_of_a_syn_is_not_scaled(void)
{
    struct tcp_status status;

    peer_open(&p);
    p.syn.has_scale = true;
    p.syn.scale = 3;
    p.syn.win = 500;
    peer_established(&p);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.send_window, 500);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 500);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.send_window, 4000);
    peer_close(&p);
}

/* ---- 3.7.1: sizes ---- */

static void test_mss_is_sent_in_syns_only(void)
{
    REQ("MUST-14");
    REQ("MUST-65");
    REQ("SHLD-5");
    REQ("MAY-3");
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1460);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_watch(&p);
    EXPECT_EQ(peer_host_sends(&p, 1), 1);
    peer_run(&p, 5 * MS);
    if (EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .len = 1))
        EXPECT_EQ(p.last.options.len, 0);
    peer_close(&p);
}

/* Also where it says what is the default anyway. */
static void test_active_syn_announces_what_the_mtu_leaves(void)
{
    static const struct {
        uint16_t mtu, mss;
    } rows[] = { { 1500, 1460 }, { 576, 536 }, { 68, 28 } };
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { net_ip("10.0.0.9"), PEER_PORT };

    REQ("MUST-67");
    REQ("SHLD-5");
    REQ("MAY-3");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        peer_closed(&p);
        p.a->interfaces[0].mtu = rows[i].mtu;
        EXPECT(tcp_connect(tcp_open(p.a, here, NULL, NULL), there));
        peer_run(&p, 10 * MS);
        EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0, .mss = rows[i].mss);
        peer_close(&p);
    }
}

static uint32_t first_segment_len(void)
{
    uint32_t len = 0;

    EXPECT(peer_host_sends(&p, 3000) > 0);
    peer_run(&p, 5 * MS);
    if (EXPECT(peer_read(&p) != NULL))
        len = p.last.len;
    peer_skip(&p);
    return len;
}

static void test_peer_without_mss_option_gets_536_bytes_at_most(void)
{
    REQ("MUST-15");
    peer_open(&p);
    p.syn.mss = 0;
    peer_established(&p);
    EXPECT_EQ(first_segment_len(), 536);
    peer_close(&p);
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_MSS_DEFAULT);
    peer_close(&p);
}

static void test_segments_are_no_larger_than_either_end_can_take(void)
{
    static const struct {
        const char *label;
        uint16_t mtu, mss;
        bool timestamps;
        uint32_t len;
    } rows[] = {
        { "the peer's MSS", 1500, 1000, false, 1000 },
        { "the MTU", 700, 1000, false, 660 },
        { "the peer's MSS, less options", 1500, 1000, true, 988 },
        { "the MTU, less options", 700, 1000, true, 648 },
        { "an MSS larger than any MTU", 1500, 65535, false, 1460 },
    };

    REQ("MUST-14");
    REQ("MUST-16");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        peer_open(&p);
        p.net.config.tcp.timestamps = rows[i].timestamps;
        p.syn.mss = rows[i].mss;
        p.syn.has_ts = rows[i].timestamps;
        peer_closed(&p);
        p.a->interfaces[0].mtu = rows[i].mtu;
        peer_established(&p);
        EXPECT_EQ_ROW(rows[i].label, first_segment_len(), rows[i].len);
        peer_close(&p);
    }
}

/* IP options count too: 1000 is what IP has to carry, whatever stands where. */
static void test_ip_options_leave_less_for_text(void)
{
    static const uint8_t record_route[] = { 7, 7, 4, 0, 0, 0, 0, 0 };

    REQ("MUST-16");
    peer_established(&p);
    tcp_set_ip_options(p.tcb, (struct span){ record_route, sizeof(record_route) });
    EXPECT_EQ(first_segment_len(), 1000 - sizeof(record_route));
    peer_close(&p);
}

/* ---- 3.9.2.3: addresses that are no host's; port 0 ---- */

static void test_segment_from_no_single_host_is_ignored(void)
{
    static const char *const bad[] = { "0.0.0.0",  "10.0.0.255",      "10.0.0.0",
                                       "224.0.0.1", "255.255.255.255" };

    REQ("MUST-63");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        peer_listen(&p);
        /* 0 would be filled in by the tester. */
        if (i == 0)
            p.t->address = 0;
        peer_send(&p, .flags = TCP_SYN, .source = net_ip(bad[i]));
        EXPECT_EQ_ROW(bad[i], net_count(&p.net, &p.a->node, RECORD_STATE, MACHINE_TCP), 0);
        EXPECT_SILENCE_ROW(bad[i], &p);
        peer_close(&p);
    }
}

static void test_segment_to_a_group_is_discarded_silently(void)
{
    static const char *const groups[] = { "10.0.0.255", "255.255.255.255", "224.0.0.1" };

    REQ("MUST-57");
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        peer_listen(&p);
        peer_send(&p, .flags = TCP_SYN, .destination = net_ip(groups[i]));
        peer_send(&p, .flags = TCP_ACK, .ack = 1, .destination = net_ip(groups[i]));
        EXPECT_EQ_ROW(groups[i], net_count(&p.net, &p.a->node, RECORD_STATE, MACHINE_TCP), 0);
        EXPECT_SILENCE_ROW(groups[i], &p);
        peer_close(&p);
    }
}

/* A frame to everybody that carries a datagram to us alone. */
static void test_segment_in_a_broadcast_frame_is_discarded_silently(void)
{
    REQ("MUST-57");
    peer_listen(&p);
    p.t->peer = MAC_BROADCAST;
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rules_of_bad_addresses_are_told(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .destination = net_ip("10.0.0.255"));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TO_GROUP);
    peer_send(&p, .flags = TCP_SYN, .source = net_ip("10.0.0.255"));
    EXPECT(net_count_rule(&p.net, &p.a->node, RULE_TCP_BAD_SOURCE) +
               net_count(&p.net, &p.a->node, RECORD_LOST, 0) >
           0);
    peer_close(&p);
}

static void test_port_zero_is_nobodys(void)
{
    static const uint8_t none[20] = { 0, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, TCP_SYN, 1, 0 };
    struct ipv4_header ip = { .protocol = IP_PROTOCOL_TCP };
    uint8_t bytes[20];
    uint16_t sum;

    peer_listen(&p);
    ip.source = p.t->address;
    ip.destination = net_ip("10.0.0.1");
    for (size_t i = 0; i < sizeof(none); i++)
        bytes[i] = none[i];
    sum = tcp_checksum(ip.source, ip.destination, (struct span){ bytes, sizeof(bytes) });
    bytes[16] = (uint8_t)(sum >> 8);
    bytes[17] = (uint8_t)sum;
    tester_send_ipv4(p.t, &ip, (struct span){ bytes, sizeof(bytes) });
    peer_run(&p, 5 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PORT_ZERO);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_segment_with_wrong_checksum_is_dropped),
        TEST(test_segments_of_all_kinds_carry_their_checksum),
        TEST(test_reserved_bits_are_ignored_and_never_sent),
        TEST(test_data_offset_outside_of_the_segment_is_refused),
        TEST(test_sound_segment_leaves_its_header),
        TEST(test_window_with_its_highest_bit_set_is_large),
        TEST(test_windows_are_computed_in_32_bits),
        TEST(test_known_options_are_read_from_a_syn),
        TEST(test_options_are_read_in_any_segment),
        TEST(test_mss_option_outside_of_a_syn_changes_nothing),
        TEST(test_unknown_option_is_passed_over),
        TEST(test_option_with_impossible_length_does_no_harm),
        TEST(test_what_both_offer_is_agreed),
        TEST(test_what_the_peer_does_not_offer_is_not_answered),
        TEST(test_shift_above_fourteen_counts_as_fourteen),
        TEST(test_window_of_a_syn_is_not_scaled),
        TEST(test_mss_is_sent_in_syns_only),
        TEST(test_active_syn_announces_what_the_mtu_leaves),
        TEST(test_peer_without_mss_option_gets_536_bytes_at_most),
        TEST(test_segments_are_no_larger_than_either_end_can_take),
        TEST(test_ip_options_leave_less_for_text),
        TEST(test_segment_from_no_single_host_is_ignored),
        TEST(test_segment_to_a_group_is_discarded_silently),
        TEST(test_segment_in_a_broadcast_frame_is_discarded_silently),
        TEST(test_rules_of_bad_addresses_are_told),
        TEST(test_port_zero_is_nobodys),
    };

    return run_tests("tcp_format", tests, ARRAY_LEN(tests));
}
