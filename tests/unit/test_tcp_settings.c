/*
 * Settings that other stacks have, and that scripts and labs may ask for.
 */
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void test_first_segments_are_acknowledged_at_once_where_quick_acks_are_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.quick_acks = 2;
    p.reads = true;
    peer_accepted(&p);
    for (uint32_t i = 0; i < 2; i++) {
        peer_send(&p, .flags = TCP_ACK, .seq = 1 + 10 * i, .ack = 1, .len = 10);
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11 + 10 * i);
    }
    EXPECT_EQ(net_count_rule(&p.net, &p.a->node, RULE_TCP_ACK_QUICK), 2);
    peer_send(&p, .flags = TCP_ACK, .seq = 21, .ack = 1, .len = 10);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rto_stays_above_the_rtt_by_the_clock_granularity(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.net.config.tcp.min_rto = 100 * MS;
    p.net.config.tcp.clock_granularity = 200 * MS;
    peer_established(&p);
    for (uint32_t i = 0; i < 30; i++) {
        peer_host_sends(&p, 10);
        peer_run(&p, 5 * MS);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 11 + 10 * i);
    }
    tcp_status(p.tcb, &status);
    EXPECT(4 * status.rttvar < 200 * MS);
    EXPECT_EQ(status.rto, status.srtt + 200 * MS);
    peer_close(&p);
}

static void test_corked_connection_sends_only_full_segments_until_uncorked(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_cork(p.tcb, true);
    peer_host_sends(&p, 1500);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1001);
    EXPECT_SILENCE(&p);
    tcp_set_cork(p.tcb, false);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1001, .ack = 1, .len = 500);
    peer_close(&p);
}

/* It is the window that holds a full segment, not the cork. */
static void test_corked_full_segment_probes_a_closed_window(void)
{
    REQ("MUST-36");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_cork(p.tcb, true);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    peer_host_sends(&p, 500);
    peer_run(&p, 100 * SECONDS);
    EXPECT_SILENCE(&p);
    peer_host_sends(&p, 1000);
    peer_run(&p, 2 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
    peer_close(&p);
}

static void test_corked_segment_that_no_window_holds_goes_in_pieces(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.win = 600;
    peer_established(&p);
    tcp_set_cork(p.tcb, true);
    peer_host_sends(&p, 1000);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 600);
    peer_close(&p);
}

static void test_corked_rest_goes_with_the_fin(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_cork(p.tcb, true);
    peer_host_sends(&p, 10);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_FIN, .seq = 1, .ack = 1, .len = 10);
    peer_close(&p);
}

static void test_listener_hands_its_settings_on(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_listen(&p);
    tcp_set_buffers(p.listener, 5000, 700);
    tcp_set_mss(p.listener, 600);
    tcp_set_ttl(p.listener, 9);
    tcp_set_path_mtu_discovery(p.listener, false);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .win = 5000, .mss = 600);
    EXPECT_EQ(p.last.ip.ttl, 9);
    EXPECT(!p.last.ip.dont_fragment);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_watch(&p);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.mss, 600);
    EXPECT_EQ(status.advertised_mss, 600);
    EXPECT_EQ(peer_host_sends(&p, 1000), 700);
    peer_close(&p);
}

static void test_keepalive_gives_up_after_the_probes_of_the_connection(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_keepalive_probes(p.tcb, 1 * SECONDS, 2);
    tcp_set_keepalive(p.tcb, 10 * SECONDS);
    peer_run(&p, 10 * SECONDS + 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 0, .ack = 1);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 0, .ack = 1);
    EXPECT_SILENCE(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_EQ(p.app.ended_by, RULE_TCP_ENDED_KEEPALIVE);
    peer_close(&p);
}

static void test_status_counts_segments_by_what_is_believed_of_them(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.syn.sack_ok = true;
    peer_established(&p);
    peer_host_sends(&p, 6000);
    peer_run(&p, 5 * MS);
    tcp_status(p.tcb, &status);
    EXPECT(status.unacked == 6 && status.sacked == 0 && status.trouble == TCP_TROUBLE_NONE);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .sack = { { 1001, 2001 } });
    tcp_status(p.tcb, &status);
    EXPECT(status.sacked == 1 && status.lost == 0 && status.trouble == TCP_TROUBLE_DISORDER);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .sack = { { 1001, 4001 } });
    tcp_status(p.tcb, &status);
    EXPECT(status.sacked == 3 && status.lost == 1 && status.resent == 1);
    EXPECT_EQ(status.trouble, TCP_TROUBLE_RECOVERY);
    EXPECT_EQ(status.duplicate_threshold, 3);
    peer_run(&p, 2 * SECONDS);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.trouble, TCP_TROUBLE_LOSS);
    peer_close(&p);
}

static void test_insecure_rst_in_the_window_resets_while_secure_is_challenged(void)
{
    for (int insecure = 0; insecure < 2; insecure++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.insecure_rst = insecure;
        peer_established(&p);
        peer_send(&p, .flags = TCP_RST, .seq = 2);
        EXPECT_EQ(peer_state(&p), insecure ? STATE_TCP_CLOSED : STATE_TCP_ESTABLISHED);
        if (insecure)
            EXPECT_SILENCE(&p);
        else
            EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        peer_close(&p);
    }
}

static void test_insecure_syn_in_the_window_resets_both_ends(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.insecure_syn = 1;
    peer_established(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .seq = 2, .ack = 1);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 1);
    EXPECT_EQ(net_count_rule(&p.net, &p.a->node, RULE_TCP_SYN_IN_WINDOW), 1);
    peer_close(&p);
}

static void test_insecure_syn_does_not_end_time_wait(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.insecure_syn = 1;
    peer_time_wait(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 3);
    EXPECT_STATE(&p, TIME_WAIT);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_CHALLENGE_SYN);
    peer_close(&p);
}

static void test_syn_fin_is_dropped_where_that_is_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.drop_syn_fin = 1;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_FIN);
    EXPECT_SILENCE(&p);
    EXPECT_EQ(net_count_rule(&p.net, &p.a->node, RULE_TCP_SYN_FIN), 1);
    peer_close(&p);
}

static void test_closed_port_keeps_still_as_far_as_blackhole_says(void)
{
    for (int blackhole = 0; blackhole <= 2; blackhole++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.blackhole = blackhole;
        peer_closed(&p);
        peer_send(&p, .flags = TCP_SYN);
        if (blackhole == 0)
            EXPECT(peer_read(&p) != NULL);
        EXPECT_SILENCE(&p);
        peer_send(&p, .flags = TCP_ACK, .ack = 5);
        if (blackhole < 2)
            EXPECT(peer_read(&p) != NULL);
        EXPECT_SILENCE(&p);
        EXPECT_EQ(net_count_rule(&p.net, &p.a->node, RULE_TCP_BLACKHOLE), blackhole);
        peer_close(&p);
    }
}

static void test_abort_acknowledges_where_that_is_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.reset_with_ack = 1;
    peer_established(&p);
    tcp_abort(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_RST | TCP_ACK, .seq = 1, .ack = 1);
    peer_close(&p);
}

static void test_text_after_close_is_answered_by_the_number_that_the_peer_expects(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 500);
    tcp_close(p.tcb);
    peer_run(&p, 5 * MS);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 101, .text = "late");
    EXPECT_SEGMENT(&p, .flags = TCP_RST, .seq = 101);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* The window after one ACK of four segments that filled it. */
static uint32_t window_after_one_ack(int64_t limit)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.net.config.tcp.abc_limit = limit;
    p.net.config.tcp.initial_window = 4;
    peer_established(&p);
    peer_host_sends(&p, 10000);
    peer_run(&p, 5 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 4001);
    tcp_status(p.tcb, &status);
    peer_close(&p);
    return status.cwnd;
}

static void test_ack_of_several_segments_adds_as_many_as_abc_limit_says(void)
{
    EXPECT_EQ(window_after_one_ack(1), 5000);
    EXPECT_EQ(window_after_one_ack(2), 6000);
    EXPECT_EQ(window_after_one_ack(100), 8000);
}

/* RFC 3465 2.3: L is 1 until all that was sent before the timeout is acknowledged. */
static void test_ack_after_a_timeout_adds_one_segment_whatever_abc_limit_says(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_status status;

    peer_open(&p);
    p.net.config.tcp.abc_limit = 100;
    p.net.config.tcp.initial_window = 4;
    peer_established(&p);
    peer_host_sends(&p, 4000);
    peer_run(&p, 1100 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 3001);
    tcp_status(p.tcb, &status);
    EXPECT_EQ(status.cwnd, 2000);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_first_segments_are_acknowledged_at_once_where_quick_acks_are_set),
        TEST(test_rto_stays_above_the_rtt_by_the_clock_granularity),
        TEST(test_insecure_rst_in_the_window_resets_while_secure_is_challenged),
        TEST(test_insecure_syn_in_the_window_resets_both_ends),
        TEST(test_insecure_syn_does_not_end_time_wait),
        TEST(test_syn_fin_is_dropped_where_that_is_set),
        TEST(test_ack_of_several_segments_adds_as_many_as_abc_limit_says),
        TEST(test_ack_after_a_timeout_adds_one_segment_whatever_abc_limit_says),
        TEST(test_abort_acknowledges_where_that_is_set),
        TEST(test_text_after_close_is_answered_by_the_number_that_the_peer_expects),
        TEST(test_closed_port_keeps_still_as_far_as_blackhole_says),
        TEST(test_corked_connection_sends_only_full_segments_until_uncorked),
        TEST(test_corked_full_segment_probes_a_closed_window),
        TEST(test_corked_segment_that_no_window_holds_goes_in_pieces),
        TEST(test_corked_rest_goes_with_the_fin),
        TEST(test_listener_hands_its_settings_on),
        TEST(test_keepalive_gives_up_after_the_probes_of_the_connection),
        TEST(test_status_counts_segments_by_what_is_believed_of_them),
    };

    return run_tests("tcp_settings", tests, ARRAY_LEN(tests));
}
