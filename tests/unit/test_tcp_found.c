/*
 * What random worlds (tests/prop/prop_tcp.c) and scripts (tests/fuzz/fuzz_tcp.c)
 * have found, each as the smallest story that shows it.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void test_closed_window_without_nagle_and_sws_avoidance_is_probed(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.nagle = p.net.config.tcp.sws_avoidance = 0;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    EXPECT_EQ(peer_host_sends(&p, 10), 10);
    peer_run(&p, 10 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_PROBE);
    peer_close(&p);
}

static void test_fin_wait_2_keepalive_goes_out(void)
{
    struct tcp_peer p = { 0 };

    peer_fin_wait_2(&p);
    tcp_set_keepalive(p.tcb, 60 * SECONDS);
    peer_run(&p, 61 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 0);
    peer_close(&p);
}

static void test_keepalive_before_the_delayed_ack_leaves_it_due(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.delayed_ack = 400 * MS;
    peer_established(&p);
    tcp_set_keepalive(p.tcb, 100 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "x");
    peer_run(&p, 500 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 0, .ack = 2, .len = 0); /* the keep-alive */
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .len = 0);
    peer_close(&p);
}

static void test_unread_text_outlives_last_ack(void)
{
    struct tcp_peer p = { 0 };
    uint8_t text[8];

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_FIN, .seq = 1, .ack = 1, .text = "hello");
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 7, .ack = 2);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_EQ(p.app.ended, 0);
    EXPECT_EQ(tcp_receive(p.tcb, text, sizeof(text)), 5);
    EXPECT_BYTES(text, "hello", 5);
    peer_run(&p, 5 * MS);
    EXPECT_EQ(p.app.ended, 1);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_CLOSED);
    peer_close(&p);
}

static void test_ack_of_a_retransmission_brings_its_window(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 6, .ack = 1, .win = 2000, .text = "world");
    EXPECT_EQ(peer_host_sends(&p, 4000), 4000);
    peer_run(&p, 5 * MS);
    peer_skip(&p);
    /* The lost text before it, sent again, with a newer ACK and a smaller window. */
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1001, .win = 1000, .text = "hello");
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2001, .ack = 11, .len = 0);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* Each end takes the byte that the other probes with; the ACK that says so comes
 * from one to the left (prop_tcp, seed 407473). */
static void test_ack_of_a_probe_is_read_where_both_have_probed(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    EXPECT_EQ(peer_host_sends(&p, 10), 10);
    peer_run(&p, 1100 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO, .text = "x");
    peer_run(&p, 300 * MS);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .win = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 2, .ack = 2, .len = 9);
    peer_close(&p);
}

static void test_acks_out_of_the_window_are_not_answered_without_end(void)
{
    struct tcp_peer p = { 0 };
    unsigned answers = 0;

    peer_open(&p);
    p.net.config.tcp.challenge_acks = 10;
    peer_established(&p);
    for (unsigned i = 0; i < 50; i++)
        peer_post(&p, .flags = TCP_ACK, .seq = 1000000, .ack = 1);
    peer_run(&p, 5 * MS);
    while (peer_read(&p) != NULL)
        answers++;
    EXPECT_EQ(answers, 10);
    peer_close(&p);
}

static void test_ack_at_the_right_edge_counts(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    EXPECT_EQ(peer_host_sends(&p, 10), 10);
    peer_run(&p, 5 * MS);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = p.edge, .ack = 11);
    EXPECT_SILENCE(&p);
    peer_run(&p, 100 * SECONDS); /* nothing is sent again */
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_scale_larger_than_the_buffer_still_opens_a_window(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.rcvbuf = 1000;
    p.net.config.tcp.window_scale = 14;
    p.syn.has_scale = true;
    p.reads = true;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 1000);
    peer_run(&p, 1 * SECONDS);
    EXPECT(peer_read(&p) != NULL);
    EXPECT(p.last.win > 0);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_closed_window_without_nagle_and_sws_avoidance_is_probed),
        TEST(test_fin_wait_2_keepalive_goes_out),
        TEST(test_keepalive_before_the_delayed_ack_leaves_it_due),
        TEST(test_unread_text_outlives_last_ack),
        TEST(test_ack_of_a_retransmission_brings_its_window),
        TEST(test_ack_of_a_probe_is_read_where_both_have_probed),
        TEST(test_acks_out_of_the_window_are_not_answered_without_end),
        TEST(test_ack_at_the_right_edge_counts),
        TEST(test_scale_larger_than_the_buffer_still_opens_a_window),
    };

    return run_tests("tcp_found", tests, ARRAY_LEN(tests));
}
