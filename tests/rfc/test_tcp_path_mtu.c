/*
 * Path MTU discovery as TCP takes part in it: RFC 9293 3.7.2, RFC 1191 6.4, and
 * the caution of RFC 5927 4.1.
 */
#include "layers/wire/bytes.h"
#include "layers/wire/icmp_message.h"
#include "tests/rfc/fixture_tcp.h"

/* "Fragmentation needed, next hop MTU" about a's segment at SEQ. */
static void refuse(struct tcp_peer *p, uint16_t mtu, uint32_t seq)
{
    struct ipv4_header quoted = { .total_length = 1040, .ttl = 60, .protocol = IP_PROTOCOL_TCP };
    struct ipv4_header h = { .protocol = IP_PROTOCOL_ICMP, .destination = net_ip("10.0.0.1") };
    struct icmp_message m = { .type = ICMP_UNREACHABLE,
                              .code = ICMP_UNREACHABLE_FRAGMENTATION_NEEDED,
                              .rest = mtu };
    uint8_t bytes[ICMP_HEADER_LEN + 28] = { 0 };
    uint8_t *tcp = bytes + ICMP_HEADER_LEN + 20;

    quoted.source = net_ip("10.0.0.1");
    quoted.destination = p->t->address;
    icmp_message_emit(&m, bytes);
    ipv4_header_emit(&quoted, bytes + ICMP_HEADER_LEN);
    put_be16(tcp, PEER_HOST_PORT);
    put_be16(tcp + 2, PEER_PORT);
    put_be32(tcp + 4, p->host_iss + seq);
    put_be16(bytes + ICMP_CHECKSUM_AT, icmp_checksum((struct span){ bytes, sizeof(bytes) }));
    tester_send_ipv4(p->t, &h, (struct span){ bytes, sizeof(bytes) });
    peer_run(p, 5 * MS);
}

static void begin(struct tcp_peer *p)
{
    peer_established(p);
    send_segments(p, 3);
    EXPECT_SEGMENTS(p, 0, 3);
}

static void test_text_that_may_not_be_fragmented_says_so(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 1);
    EXPECT(peer_read(&p) != NULL && p.last.ip.dont_fragment);
    tcp_set_path_mtu_discovery(p.tcb, false);
    send_segments(&p, 1);
    EXPECT(peer_read(&p) != NULL && !p.last.ip.dont_fragment);
    peer_close(&p);
}

static void test_what_was_too_long_goes_again_at_once_in_smaller_pieces(void)
{
    REQ("MUST-16");
    struct tcp_peer p = { 0 };

    begin(&p);
    refuse(&p, 540, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PATH_MTU);
    for (unsigned i = 0; i < 6; i++)
        EXPECT(peer_read(&p) != NULL && p.last.seq == 1 + 500 * i && p.last.len == 500);
    EXPECT_SILENCE(&p);
    ack_to(&p, 3);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 3001, .ack = 1, .len = 500);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 3501, .ack = 1, .len = 500);
    peer_close(&p);
}

/* RFC 1191 6.4: it says nothing of congestion. In segments cwnd stays as it was,
 * which are half as long now (RFC 5681 3.1). */
static void test_it_is_no_sign_of_congestion(void)
{
    struct tcp_peer p = { 0 };
    uint32_t ssthresh;

    begin(&p);
    ssthresh = ssthresh_of(&p);
    refuse(&p, 540, 1);
    EXPECT_EQ(cwnd_of(&p), 10 * 500);
    EXPECT_EQ(ssthresh_of(&p), ssthresh);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    EXPECT_EQ(status_of(&p).timeouts, 0);
    peer_close(&p);
}

/* RFC 1191 6.4: one error for each of several segments makes for no flood. */
static void test_second_error_of_the_same_kind_sends_nothing_again(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    refuse(&p, 540, 1);
    peer_skip(&p);
    refuse(&p, 540, 1001);
    refuse(&p, 540, 2001);
    EXPECT_SILENCE(&p);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_PATH_MTU, 1);
    peer_close(&p);
}

/* RFC 1191 6.4: the MSS option is for the way back, which may be another. */
static void test_mss_option_does_not_follow_the_path(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_endpoint here = { 0, PEER_HOST_PORT + 1 }, there = { 0, PEER_PORT };
    struct tcb *t;

    begin(&p);
    refuse(&p, 540, 1);
    peer_skip(&p);
    there.address = p.t->address;
    t = tcp_open(p.a, here, NULL, NULL);
    EXPECT(tcp_connect(t, there));
    peer_run(&p, 5 * MS);
    EXPECT(peer_read(&p) != NULL && (p.last.flags & TCP_SYN) != 0);
    EXPECT_EQ(p.last.mss, 1460);
    tcp_abort(t);
    peer_close(&p);
}

static void test_error_about_a_number_that_is_not_in_flight_changes_nothing(void)
{
    static const uint32_t numbers[] = { 3001, 0, 5000000 };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct tcp_peer p = { 0 };

        begin(&p);
        refuse(&p, 540, numbers[i]);
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ERROR_NOT_IN_FLIGHT);
        EXPECT_SILENCE(&p);
        ack_to(&p, 3);
        send_segments(&p, 1);
        EXPECT_SEGMENTS(&p, 3, 1); /* as long as ever */
        peer_close(&p);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_text_that_may_not_be_fragmented_says_so),
        TEST(test_what_was_too_long_goes_again_at_once_in_smaller_pieces),
        TEST(test_it_is_no_sign_of_congestion),
        TEST(test_second_error_of_the_same_kind_sends_nothing_again),
        TEST(test_mss_option_does_not_follow_the_path),
        TEST(test_error_about_a_number_that_is_not_in_flight_changes_nothing),
    };

    return run_tests("tcp-path-mtu", tests, ARRAY_LEN(tests));
}
