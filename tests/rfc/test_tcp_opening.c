/*
 * RFC 9293 3.4.1 and 3.5: initial sequence numbers, the handshake, resets.
 * The figures of 3.5 are replayed, host a on either side of them.
 */
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

/* ---- 3.4.1: initial sequence numbers ---- */

/* The ISS of a connection that a opens at time AT of a world with SEED. */
static seq32 iss_of(uint64_t seed, uint16_t port, const char *remote, uint16_t remote_port,
                    vtime at)
{
    struct tcp_endpoint here = { 0, port }, there = { net_ip(remote), remote_port };
    seq32 iss;

    peer_open(&p);
    net_abandon(&p.net);
    net_open(&p.net, seed);
    peer_closed(&p);
    net_run_until(&p.net, at);
    EXPECT(tcp_connect(tcp_open(p.a, here, NULL, NULL), there));
    peer_run(&p, 10 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0);
    iss = p.host_iss;
    peer_close(&p);
    return iss;
}

static void test_clock_of_four_microseconds_drives_the_isn(void)
{
    seq32 first = iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS);

    REQ("MUST-8");
    EXPECT_EQ(iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS + 4 * US) - first, 1);
    EXPECT_EQ(iss_of(1, 80, "10.0.0.9", 5000, 3 * SECONDS) - first, 500000);
    /* It goes round in 4.77 hours, not before. */
    EXPECT_EQ(iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS + (vtime)(4 * US) * (1LL << 32)), first);
}

static void test_isn_differs_for_each_of_the_four_numbers(void)
{
    seq32 iss = iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS);

    REQ("SHLD-1");
    /* Far apart, not by what a short run of the clock would do. */
    EXPECT(iss_of(1, 81, "10.0.0.9", 5000, 1 * SECONDS) - iss + 100000 > 200000);
    EXPECT(iss_of(1, 80, "10.0.0.8", 5000, 1 * SECONDS) - iss + 100000 > 200000);
    EXPECT(iss_of(1, 80, "10.0.0.9", 5001, 1 * SECONDS) - iss + 100000 > 200000);
}

static void test_isn_depends_on_a_secret(void)
{
    REQ("MUST-9");
    EXPECT(iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS) !=
           iss_of(2, 80, "10.0.0.9", 5000, 1 * SECONDS));
    EXPECT_EQ(iss_of(2, 80, "10.0.0.9", 5000, 1 * SECONDS),
              iss_of(2, 80, "10.0.0.9", 5000, 1 * SECONDS));
}

/* Two differences of ISNs do not tell a third: F is no sum of its parts. */
static void test_isn_of_one_pair_of_ports_does_not_tell_another(void)
{
    seq32 iss = iss_of(1, 80, "10.0.0.9", 5000, 1 * SECONDS);
    seq32 by_local = iss_of(1, 81, "10.0.0.9", 5000, 1 * SECONDS) - iss;
    seq32 by_remote = iss_of(1, 80, "10.0.0.9", 5001, 1 * SECONDS) - iss;

    REQ("MUST-9");
    EXPECT(iss_of(1, 81, "10.0.0.9", 5001, 1 * SECONDS) - iss != by_local + by_remote);
}

/* ---- 3.5: the figures ---- */

static void test_figure_6_active_side(void)
{
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1); /* line 4 */
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.established, 1);
    EXPECT_EQ(peer_host_sends(&p, 3), 3);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_PSH | TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    peer_close(&p);
}

static void test_figure_6_passive_side(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1); /* line 3 */
    peer_watch(&p);
    EXPECT_STATE(&p, SYN_RECEIVED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.acceptable, 1);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_figure_7_simultaneous_open(void)
{
    REQ("MUST-10");
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .mss = 1000);
    EXPECT_STATE(&p, SYN_RECEIVED);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1460); /* 5 */
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .mss = 1000);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.established, 1);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x");
    EXPECT_EQ(p.app.readable, 1);
    peer_close(&p);
}

/* Two real hosts, and each one's SYN meets the other's on the way. */
static void test_two_hosts_that_open_at_once_get_one_connection(void)
{
    struct tcp_endpoint at_a = { net_ip("10.0.0.1"), 700 }, at_b = { net_ip("10.0.0.2"), 800 };
    struct tcp_status status;
    struct net_pair pair;
    struct net net;
    struct tcb *a, *b;
    uint8_t got[4] = { 0 };

    REQ("MUST-10");
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    a = tcp_open(pair.a, at_a, NULL, NULL);
    b = tcp_open(pair.b, at_b, NULL, NULL);
    EXPECT(tcp_connect(a, at_b) && tcp_connect(b, at_a));
    net_run_for(&net, 100 * MS);
    tcp_status(a, &status);
    EXPECT_STR(state_name(status.state), "ESTABLISHED");
    tcp_status(b, &status);
    EXPECT_STR(state_name(status.state), "ESTABLISHED");
    EXPECT_RULE_COUNT(&net, NULL, RULE_TCP_SIMULTANEOUS_OPEN, 2);
    EXPECT(tcp_at(pair.a, 1) == NULL && tcp_at(pair.b, 1) == NULL);
    EXPECT_EQ(tcp_send(a, (struct span){ (const uint8_t *)"abc", 3 }, 0), 3);
    net_run_for(&net, 100 * MS);
    EXPECT_EQ(tcp_receive(b, got, sizeof(got)), 3);
    EXPECT_BYTES(got, "abc", 3);
    net_close(&net);
}

/* a is TCP peer B: an old duplicate comes first. Relative to line 6's SYN. */
static void test_figure_8_old_duplicate_syn_at_the_passive_side(void)
{
    REQ("MUST-11");
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = (uint32_t)-10);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = (uint32_t)-9); /* 4 */
    peer_watch(&p);
    peer_send(&p, .flags = TCP_RST, .seq = (uint32_t)-9); /* 5 */
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_BACK_TO_LISTEN);
    EXPECT_EQ(p.app.ended, 0); /* "the user need not be informed" */
    peer_send(&p, .flags = TCP_SYN, .seq = 0);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1); /* 7 */
    peer_watch(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(p.app.acceptable, 1);
    peer_close(&p);
}

/* a is TCP peer A, whose own old SYN was answered. */
static void test_figure_8_answer_to_an_old_duplicate_at_the_active_side(void)
{
    REQ("MUST-8");
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 300, .ack = (uint32_t)-9);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = (uint32_t)-9); /* line 5 */
    EXPECT_STATE(&p, SYN_SENT);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 400, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 401); /* line 8 */
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

/* The original SYN comes before the RST: 3.5.1, "a more complex exchange". */
static void test_original_syn_in_syn_received_of_an_old_one_opens_later(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = (uint32_t)-100000);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = (uint32_t)-99999);
    peer_watch(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0); /* outside of the window */
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = (uint32_t)-99999);
    peer_send(&p, .flags = TCP_RST, .seq = (uint32_t)-99999); /* to line 4's answer */
    EXPECT_STATE(&p, CLOSED);
    peer_send(&p, .flags = TCP_SYN, .seq = 0); /* retransmitted */
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_close(&p);
}

/* a is TCP peer B, which did not notice that A has restarted. */
static void test_figure_9_half_open_connection_meets_a_syn(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 100000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1); /* line 4 */
    EXPECT_STATE(&p, ESTABLISHED);
    peer_send(&p, .flags = TCP_RST, .seq = 1); /* line 5 */
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_RESET);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* a is TCP peer A: restarted, and asked for a connection that it forgot. */
static void test_figure_9_restarted_host_resets_the_half_open_connection(void)
{
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 300, .ack = (uint32_t)-300);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = (uint32_t)-300);
    EXPECT_STATE(&p, SYN_SENT);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0); /* line 7 */
    peer_close(&p);
}

static void test_figure_10_text_for_a_connection_that_is_gone(void)
{
    peer_closed(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 300, .ack = 100, .len = 10);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 100);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_figure_11_syn_ack_at_a_passive_socket(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 7, .ack = 1235);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1235);
    EXPECT_STATE(&p, LISTEN);
    peer_close(&p);
}

/* ---- 3.5, 3.10.7.2: what travels with a SYN ---- */

static void test_text_of_a_syn_is_delivered_once_established(void)
{
    uint8_t got[8];

    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .text = "hi");
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_watch(&p);
    EXPECT_EQ(tcp_available(p.tcb), 0);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT(tcp_accept(p.listener) == p.tcb);
    EXPECT_EQ(tcp_receive(p.tcb, got, sizeof(got)), 2);
    EXPECT_BYTES(got, "hi", 2);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 3);
    peer_close(&p);
}

static void test_syn_with_text_that_comes_again_is_answered_again(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .text = "hi");
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_watch(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .text = "hi");
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_STATE(&p, SYN_RECEIVED);
    peer_close(&p);
}

static void test_fin_of_a_syn_counts_once_established(void)
{
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_FIN, .seq = 0, .text = "hi");
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_watch(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 4, .ack = 1);
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4);
    peer_close(&p);
}

static void test_text_and_fin_of_a_syn_ack_are_taken_at_once(void)
{
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK | TCP_FIN, .seq = 0, .ack = 1, .text = "hi");
    EXPECT_STATE(&p, CLOSE_WAIT);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4);
    EXPECT_EQ(tcp_available(p.tcb), 2);
    EXPECT_EQ(p.app.established, 1);
    peer_close(&p);
}

static void test_text_of_the_crossing_syn_waits_for_the_ack(void)
{
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .text = "hi");
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_EQ(tcp_available(p.tcb), 0);
    peer_send(&p, .flags = TCP_ACK, .seq = 3, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_EQ(tcp_available(p.tcb), 2);
    peer_close(&p);
}

/* ---- MUST-11: the two ways into SYN-RECEIVED ---- */

static void test_rst_in_syn_received_depends_on_who_opened(void)
{
    REQ("MUST-11");
    peer_syn_received(&p);
    peer_send(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_EQ(p.app.ended, 0);
    p.tcb = p.listener;
    peer_send(&p, .flags = TCP_SYN, .seq = 0, .from = 5001);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1);
    peer_close(&p);
    peer_syn_received_active(&p);
    peer_send(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_REFUSED);
    peer_close(&p);
}

/* ---- 3.5.3: resets ---- */

static void test_rst_with_text_resets(void)
{
    REQ("SHLD-2");
    peer_established(&p);
    peer_send(&p, .flags = TCP_RST, .seq = 1, .text = "out of memory");
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_RESET);
    EXPECT_EQ(p.app.readable, 0);
    EXPECT_SILENCE(&p);
    peer_close(&p);
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_RST | TCP_ACK, .seq = 0, .ack = 1, .text = "closed");
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

static void test_refused_connection_is_told_as_refused(void)
{
    struct tcp_endpoint here = { 0, 0 }, there = { net_ip("10.0.0.2"), 81 };
    struct tcp_peer heard = { 0 };
    struct net_pair pair;
    struct net net;

    REQ("MUST-12");
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    EXPECT(tcp_connect(tcp_open(pair.a, here, &peer_events, &heard), there));
    net_run(&net);
    EXPECT_RULE(heard.app.ended_by, RULE_TCP_ENDED_REFUSED);
    EXPECT_SAW(&net, &pair.b->node, RULE_TCP_NO_CONNECTION);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_clock_of_four_microseconds_drives_the_isn),
        TEST(test_isn_differs_for_each_of_the_four_numbers),
        TEST(test_isn_depends_on_a_secret),
        TEST(test_isn_of_one_pair_of_ports_does_not_tell_another),
        TEST(test_figure_6_active_side),
        TEST(test_figure_6_passive_side),
        TEST(test_figure_7_simultaneous_open),
        TEST(test_two_hosts_that_open_at_once_get_one_connection),
        TEST(test_figure_8_old_duplicate_syn_at_the_passive_side),
        TEST(test_figure_8_answer_to_an_old_duplicate_at_the_active_side),
        TEST(test_original_syn_in_syn_received_of_an_old_one_opens_later),
        TEST(test_figure_9_half_open_connection_meets_a_syn),
        TEST(test_figure_9_restarted_host_resets_the_half_open_connection),
        TEST(test_figure_10_text_for_a_connection_that_is_gone),
        TEST(test_figure_11_syn_ack_at_a_passive_socket),
        TEST(test_text_of_a_syn_is_delivered_once_established),
        TEST(test_syn_with_text_that_comes_again_is_answered_again),
        TEST(test_fin_of_a_syn_counts_once_established),
        TEST(test_text_and_fin_of_a_syn_ack_are_taken_at_once),
        TEST(test_text_of_the_crossing_syn_waits_for_the_ack),
        TEST(test_rst_in_syn_received_depends_on_who_opened),
        TEST(test_rst_with_text_resets),
        TEST(test_refused_connection_is_told_as_refused),
    };

    return run_tests("tcp_opening", tests, ARRAY_LEN(tests));
}
