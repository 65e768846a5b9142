/*
 * RFC 9293 3.9.2: what TCP and IP tell each other. Time to live, IP options,
 * source routes, ICMP (with the cautions of RFC 5927).
 */
#include <string.h>

#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

/* ---- Time to live, options that are not TCP's affair ---- */

static void test_time_to_live_can_be_set(void)
{
    REQ("MUST-49");
    peer_open(&p);
    p.net.config.ip.ttl = 7;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_EQ(p.last.ip.ttl, 7);
    peer_close(&p);
}

static void test_unknown_ip_options_are_ignored(void)
{
    REQ("MUST-50");
    peer_listen(&p);
    /* An experimental one, a stream identifier, no operation. */
    peer_send(&p, .flags = TCP_SYN, .ip_options = BYTES(0x5e, 4, 1, 2, 136, 4, 0, 9, 1, 1, 1, 0));
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_EQ(p.last.ip_options.len, 0);
    peer_close(&p);
}

static void expect_own_option(struct span option)
{
    peer_established(&p);
    tcp_set_ip_options(p.tcb, option);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    if (EXPECT_EQ(p.last.ip_options.len, option.len))
        EXPECT_EQ(p.last.ip_options.at[0], option.at[0]);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 4, .text = "x", .ip_options = option);
    EXPECT_EQ(p.app.readable, 1);
    peer_close(&p);
}

static void test_ip_timestamp_can_be_used(void)
{
    REQ("MAY-10");
    expect_own_option(BYTES(68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

static void test_ip_record_route_can_be_used(void)
{
    REQ("MAY-11");
    expect_own_option(BYTES(7, 7, 4, 0, 0, 0, 0, 0));
}

/* ---- No packet can be had ---- */

static void limit_packets(uint32_t limit)
{
    for (unsigned size = 0; size < PACKET_SIZES; size++)
        p.net.world->packets[size].limit = limit;
}

static void test_segment_without_a_packet_goes_by_its_timer(void)
{
    peer_established(&p);
    limit_packets(0);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_NO_MEMORY);
    EXPECT_SILENCE(&p);
    limit_packets(1000);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    peer_close(&p);
}

/* ---- 3.9.2.1: source routes ---- */

#define GATEWAY_1 10, 0, 0, 5
#define GATEWAY_2 10, 7, 7, 7
#define PEER 10, 0, 0, 9

/* By gateways 1 and 2, loosely. */
static const uint8_t given[] = { 131, 11, 4, GATEWAY_1, GATEWAY_2, 0 };

static struct tcb *open_by_route(void)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { net_ip("10.0.0.9"), PEER_PORT };
    struct tcb *t;

    peer_closed(&p);
    t = tcp_open(p.a, here, &peer_events, &p);
    tcp_set_ip_options(t, (struct span){ given, sizeof(given) });
    EXPECT(tcp_connect(t, there));
    peer_run(&p, 10 * MS);
    return t;
}

static void expect_route(ipv4 first, const uint8_t *option, size_t len)
{
    EXPECT_EQ(p.last.destination, first);
    if (EXPECT_EQ(p.last.ip_options.len, len))
        EXPECT_BYTES(p.last.ip_options.at, option, len);
}

/* The fixture checks sums with the address in the header, which is a gateway's
 * here: they are made with the peer's. */
static bool read_by_route(void)
{
    const struct tester_frame *frame = tester_last(p.t);
    struct ipv4_header ip;
    struct span segment, text;
    struct tcp_header h;

    memset(&p.last, 0, sizeof(p.last));
    p.seen = tester_count(p.t);
    if (!tester_read_ipv4(frame, &ip, &segment) ||
        !EXPECT_RULE(tcp_header_parse(&h, segment, &text), RULE_NONE))
        return false;
    p.last.destination = ip.destination;
    p.last.ip_options = ip.options;
    p.last.flags = h.flags;
    return EXPECT(tcp_checksum_ok(ip.source, net_ip("10.0.0.9"), segment));
}

static void test_active_open_takes_the_users_source_route(void)
{
    static const uint8_t option[] = { 131, 11, 4, GATEWAY_2, PEER, 0 };

    REQ("MUST-51");
    open_by_route();
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_SYN);
    expect_route(net_ip("10.0.0.5"), option, sizeof(option));
    p.host_iss = PEER_HOST_ISS;
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1);
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_ACK);
    expect_route(net_ip("10.0.0.5"), option, sizeof(option));
    peer_close(&p);
}

static void test_users_source_route_counts_more_than_one_that_came(void)
{
    static const uint8_t option[] = { 131, 11, 4, GATEWAY_2, PEER, 0 };

    REQ("MUST-52");
    open_by_route();
    p.host_iss = PEER_HOST_ISS;
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1,
              .ip_options = BYTES(131, 7, 8, 10, 0, 0, 77, 0));
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_ACK);
    expect_route(net_ip("10.0.0.5"), option, sizeof(option));
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_ROUTE_LEARNT);
    peer_close(&p);
}

/* It came by 10.7.7.7 and then by 10.0.0.5, and both are used up. */
#define CAME BYTES(131, 11, 12, GATEWAY_2, GATEWAY_1, 0)

static void test_passive_open_answers_by_the_way_the_syn_came(void)
{
    static const uint8_t back[] = { 131, 11, 4, GATEWAY_2, PEER, 0 };

    REQ("MUST-53");
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .ip_options = CAME);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ROUTE_LEARNT);
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_SYN | TCP_ACK);
    expect_route(net_ip("10.0.0.5"), back, sizeof(back));
    /* All segments, also to one that came without. */
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_ACK);
    expect_route(net_ip("10.0.0.5"), back, sizeof(back));
    peer_watch(&p);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    tcp_abort(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT(read_by_route());
    EXPECT_EQ(p.last.flags, TCP_RST);
    expect_route(net_ip("10.0.0.5"), back, sizeof(back));
    peer_close(&p);
}

static void test_later_source_route_replaces_the_earlier(void)
{
    static const uint8_t back[] = { 131, 7, 4, PEER, 0 };

    REQ("SHLD-24");
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .ip_options = CAME);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1,
              .ip_options = BYTES(131, 7, 8, 10, 0, 0, 77, 0));
    EXPECT(read_by_route());
    expect_route(net_ip("10.0.0.77"), back, sizeof(back));
    peer_close(&p);
}

/* Who guesses the ports only cannot turn the answers round to himself. */
static void test_source_route_of_an_unacceptable_segment_is_not_taken(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN);
    peer_send(&p, .flags = TCP_ACK, .seq = 100000, .ack = 1, .ip_options = CAME);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_ROUTE_LEARNT);
    peer_close(&p);
}

/* ---- 3.9.2.2: ICMP ---- */

/* An ICMP error of a router about a's segment number SEQ (relative). */
static void send_error(uint8_t type, uint8_t code, uint32_t rest, uint32_t seq)
{
    struct icmp_message m = { .type = type, .code = code, .rest = rest };
    struct ipv4_header outer = { .protocol = IP_PROTOCOL_ICMP, .source = net_ip("10.0.0.7") };
    struct ipv4_header quoted = { .protocol = IP_PROTOCOL_TCP, .ttl = 60, .total_length = 1040,
                                  .dont_fragment = true };
    uint8_t bytes[ICMP_HEADER_LEN + IPV4_HEADER_MIN + 8];
    uint8_t *at = bytes + ICMP_HEADER_LEN + IPV4_HEADER_MIN;

    outer.destination = quoted.source = net_ip("10.0.0.1");
    quoted.destination = net_ip("10.0.0.9");
    icmp_message_emit(&m, bytes);
    ipv4_header_emit(&quoted, bytes + ICMP_HEADER_LEN);
    put_be16(at, PEER_HOST_PORT);
    put_be16(at + 2, PEER_PORT);
    put_be32(at + 4, p.host_iss + seq);
    put_be16(bytes + ICMP_CHECKSUM_AT, icmp_checksum((struct span){ bytes, sizeof(bytes) }));
    tester_send_ipv4(p.t, &outer, (struct span){ bytes, sizeof(bytes) });
    peer_run(&p, 5 * MS);
}

/* ESTABLISHED, and three bytes are out. */
static void begin_in_flight(void)
{
    peer_established(&p);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    peer_skip(&p);
    net_mark(&p.net);
}

static const struct {
    const char *label;
    uint8_t type, code;
} soft[] = {
    { "net unreachable", ICMP_UNREACHABLE, 0 },  { "host unreachable", ICMP_UNREACHABLE, 1 },
    { "source route failed", ICMP_UNREACHABLE, 5 }, { "TTL exceeded", ICMP_TIME_EXCEEDED, 0 },
    { "reassembly time exceeded", ICMP_TIME_EXCEEDED, 1 },
    { "parameter problem", ICMP_PARAMETER_PROBLEM, 0 },
};

static void test_soft_error_is_told_and_aborts_nothing(void)
{
    REQ("MUST-54");
    REQ("MUST-56");
    REQ("SHLD-25");
    REQ("MUST-47");
    for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
        begin_in_flight();
        send_error(soft[i].type, soft[i].code, 0, 1);
        EXPECT_EQ_ROW(soft[i].label, peer_state(&p), STATE_TCP_ESTABLISHED);
        EXPECT_EQ_ROW(soft[i].label, p.app.soft_errors, 1);
        EXPECT_EQ_ROW(soft[i].label, p.app.soft_error, soft[i].type << 8 | soft[i].code);
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SOFT_ERROR);
        peer_close(&p);
    }
}

/* Also while the connection is being opened. */
static void test_soft_error_does_not_end_an_open(void)
{
    REQ("MUST-56");
    for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
        peer_syn_sent(&p);
        send_error(soft[i].type, soft[i].code, 0, 0);
        EXPECT_EQ_ROW(soft[i].label, peer_state(&p), STATE_TCP_SYN_SENT);
        EXPECT_EQ_ROW(soft[i].label, p.app.soft_errors, 1);
        peer_close(&p);
    }
}

static void test_application_without_reports_hears_nothing(void)
{
    static const struct tcp_events deaf;

    REQ("SHLD-20");
    begin_in_flight();
    tcp_set_application(p.tcb, &deaf, &p);
    send_error(ICMP_UNREACHABLE, 1, 0, 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.soft_errors, 0);
    peer_close(&p);
}

static void test_hard_error_ends_an_open(void)
{
    static const uint8_t codes[] = { ICMP_UNREACHABLE_PROTOCOL, ICMP_UNREACHABLE_PORT };

    REQ("SHLD-26");
    REQ("MUST-54");
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        peer_syn_sent(&p);
        send_error(ICMP_UNREACHABLE, codes[i], 0, 0);
        EXPECT_STATE(&p, CLOSED);
        EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_UNREACHABLE);
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_HARD_ERROR);
        peer_close(&p);
    }
    peer_syn_received_active(&p);
    send_error(ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, 0);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* RFC 5927 5.2. */
static void test_hard_error_in_a_synchronized_state_is_soft(void)
{
    begin_in_flight();
    send_error(ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.soft_errors, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_HARD_ERROR_SOFTENED);
    peer_close(&p);
}

static void test_source_quench_is_ignored(void)
{
    struct tcp_status before, after;

    REQ("MUST-55");
    begin_in_flight();
    tcp_status(p.tcb, &before);
    send_error(ICMP_SOURCE_QUENCH, 0, 0, 1);
    tcp_status(p.tcb, &after);
    EXPECT_EQ(after.cwnd, before.cwnd);
    EXPECT_SAW(&p.net, &p.a->node, RULE_ICMP_SOURCE_QUENCH_IGNORED);
    EXPECT_EQ(p.app.soft_errors, 0);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* RFC 5927 4.1: the number must be in flight. */
static void test_error_about_what_is_not_in_flight_is_ignored(void)
{
    static const uint32_t numbers[] = { 0, 4, 100000, (uint32_t)-1000 };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        begin_in_flight();
        send_error(ICMP_UNREACHABLE, 1, 0, numbers[i]);
        EXPECT_EQ(p.app.soft_errors, 0);
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ERROR_NOT_IN_FLIGHT);
        peer_close(&p);
    }
}

static void test_error_about_another_connection_is_nobodys(void)
{
    begin_in_flight();
    tcp_abort(p.tcb);
    send_error(ICMP_UNREACHABLE, 1, 0, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ERROR_NOBODY);
    EXPECT_EQ(p.app.soft_errors, 0);
    peer_close(&p);
}

/* A listener has sent nothing that could be refused. */
static void test_error_about_a_port_that_only_listens_is_nobodys(void)
{
    peer_listen(&p);
    send_error(ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ERROR_NOBODY);
    EXPECT_STATE(&p, LISTEN);
    peer_close(&p);
}

/* RFC 1191 6.3, RFC 9293 3.7.2: again, at once and in smaller pieces. */
static void test_narrower_path_makes_segments_smaller(void)
{
    peer_established(&p);
    EXPECT_EQ(peer_host_sends(&p, 1000), 1000);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    send_error(ICMP_UNREACHABLE, ICMP_UNREACHABLE_FRAGMENTATION_NEEDED, 640, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PATH_MTU);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 600);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 601, .ack = 1, .len = 400);
    EXPECT_SILENCE(&p);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_time_to_live_can_be_set),
        TEST(test_unknown_ip_options_are_ignored),
        TEST(test_ip_timestamp_can_be_used),
        TEST(test_ip_record_route_can_be_used),
        TEST(test_segment_without_a_packet_goes_by_its_timer),
        TEST(test_active_open_takes_the_users_source_route),
        TEST(test_users_source_route_counts_more_than_one_that_came),
        TEST(test_passive_open_answers_by_the_way_the_syn_came),
        TEST(test_later_source_route_replaces_the_earlier),
        TEST(test_source_route_of_an_unacceptable_segment_is_not_taken),
        TEST(test_soft_error_is_told_and_aborts_nothing),
        TEST(test_soft_error_does_not_end_an_open),
        TEST(test_application_without_reports_hears_nothing),
        TEST(test_hard_error_ends_an_open),
        TEST(test_hard_error_in_a_synchronized_state_is_soft),
        TEST(test_source_quench_is_ignored),
        TEST(test_error_about_what_is_not_in_flight_is_ignored),
        TEST(test_error_about_another_connection_is_nobodys),
        TEST(test_error_about_a_port_that_only_listens_is_nobodys),
        TEST(test_narrower_path_makes_segments_smaller),
    };

    return run_tests("tcp_lower", tests, ARRAY_LEN(tests));
}
