/*
 * Known TCP Implementation Problems, RFC 2525: none of its eighteen is ours. Each
 * test has the name of the problem, with its section. Where a lab can give a host
 * the problem as a bug, the same scene shows it then: so the test can fail.
 */
#include "layers/bugs.h"
#include "tests/rfc/fixture_problems.h"
#include "tests/support/command_net.h"

static void test_2_1_no_initial_slow_start(void)
{
    EXPECT(!floods_at_the_start(0));
    EXPECT(floods_at_the_start(BUG_NO_SLOW_START));
}

static void test_2_2_no_slow_start_after_retransmission_timeout(void)
{
    EXPECT(!floods_after_a_timeout(0));
    EXPECT(floods_after_a_timeout(BUG_CWND_NOT_HALVED));
}

/* The example is a connection that was accepted and never got a first cwnd. */
static bool accepted_connection_floods(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned count;

    open_with(&p, bug);
    peer_accepted(&p);
    send_segments(&p, 60);
    count = count_text(&p);
    peer_close(&p);
    return count > 10;
}

static void test_2_3_uninitialized_cwnd(void)
{
    EXPECT(!accepted_connection_floods(0));
    EXPECT(accepted_connection_floods(BUG_NO_SLOW_START));
}

/* Other bytes, or other bounds of them, in the retransmission. */
static bool retransmits_other_bytes(void)
{
    struct tcp_peer p = { 0 };
    uint8_t first[SEGMENT];
    bool same = false;

    peer_established(&p);
    peer_host_sends(&p, SEGMENT);
    peer_host_sends(&p, 300); /* Nagle holds it back */
    peer_run(&p, 5 * MS);
    if (peer_read(&p) != NULL && p.last.len == SEGMENT) {
        memcpy(first, p.last.data.at, SEGMENT);
        peer_run(&p, 1 * SECONDS);
        same = peer_read(&p) != NULL && p.last.seq == 1 && p.last.len == SEGMENT &&
               memcmp(first, p.last.data.at, SEGMENT) == 0;
    }
    peer_close(&p);
    return !same;
}

static void test_2_4_inconsistent_retransmission(void)
{
    EXPECT(!retransmits_other_bytes());
}

static void test_2_5_failure_to_retain_above_sequence_data(void)
{
    EXPECT(!throws_early_segments_away(0));
    EXPECT(throws_early_segments_away(BUG_NO_OUT_OF_ORDER));
}

/* How much cwnd grows in one window of congestion avoidance. */
static uint32_t growth_in_a_window(void)
{
    struct tcp_peer p = { 0 };
    uint32_t growth;

    peer_established(&p);
    send_segments(&p, 40);
    set_window(&p, 10, 10);
    for (unsigned i = 1; i <= 10; i++)
        ack_to(&p, i);
    growth = cwnd_of(&p) - 10 * SEGMENT;
    peer_close(&p);
    return growth;
}

static void test_2_6_extra_additive_constant_in_congestion_avoidance(void)
{
    EXPECT_EQ(growth_in_a_window(), SEGMENT);
}

/* RFC 6298 2.1 has made the 3 s of that time to 1 s. */
static void test_2_7_initial_rto_too_low(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_sent(&p);
    peer_run(&p, 980 * MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 20 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN, .seq = 0);
    peer_close(&p);
}

static void test_2_8_failure_of_window_deflation_after_loss_recovery(void)
{
    static const int choices[] = { TCP_CC_RENO, TCP_CC_NEWRENO };

    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.cc = choices[i];
        peer_established(&p);
        send_segments(&p, 10);
        ack_times(&p, 0, 8);
        EXPECT(cwnd_of(&p) > ssthresh_of(&p));
        ack_to(&p, 10);
        EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
        EXPECT(cwnd_of(&p) <= ssthresh_of(&p));
        peer_close(&p);
    }
}

/* The RFC's example gives up after 10 s; ours gives congestion ample time. */
static void test_2_9_excessively_short_keepalive_connection_timeout(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_keepalive(p.tcb, 2 * HOURS);
    peer_run(&p, 2 * HOURS + 10 * MINUTES);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_run(&p, 1 * HOURS);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

static void test_2_10_failure_to_back_off_retransmission_timeout(void)
{
    EXPECT(!does_not_back_off(0));
    EXPECT(does_not_back_off(BUG_NO_BACKOFF));
}

/* Off, or two hours, unless somebody says otherwise. */
static void test_2_11_insufficient_interval_between_keepalives(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    EXPECT(net_tell(&p.net, p.a, "set tcp.keepalive on"));
    tcp_set_keepalive(p.tcb, p.a->config.tcp.keepalive);
    peer_run(&p, 2 * HOURS - 1 * MINUTES);
    EXPECT_SILENCE(&p);
    peer_run(&p, 2 * MINUTES);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 0, .ack = 1);
    peer_close(&p);
}

static void test_2_12_window_probe_deadlock(void)
{
    EXPECT(!never_probes_a_closed_window(0));
    EXPECT(never_probes_a_closed_window(BUG_NO_PERSIST));
}

static void test_2_13_stretch_ack_violation(void)
{
    EXPECT(!stretches_acks(0));
    EXPECT(stretches_acks(BUG_STRETCH_ACK));
}

/* The example: 12 bytes of timestamps made a retransmission too long for one. */
static unsigned segments_of_a_retransmission(void)
{
    struct tcp_peer p = { 0 };
    unsigned count;

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.mss = 1460;
    p.syn.has_ts = true;
    peer_established(&p);
    send_segments(&p, 10);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    count = count_text(&p);
    peer_close(&p);
    return count;
}

static void test_2_14_retransmission_sends_multiple_packets(void)
{
    EXPECT_EQ(segments_of_a_retransmission(), 1);
}

/* With data unacknowledged; the FIN rides on the last of it. */
static void test_2_15_failure_to_send_fin_notification_promptly(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 100);
    peer_host_sends(&p, 50);
    tcp_shutdown(p.tcb);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 100);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_FIN, .seq = 101, .ack = 1, .len = 50);
    peer_close(&p);
}

static void test_2_16_failure_to_send_a_rst_after_half_duplex_close(void)
{
    EXPECT(!takes_data_after_close(0));
    EXPECT(takes_data_after_close(BUG_NO_RESET_ON_UNREAD));
}

static void test_2_17_failure_to_rst_on_close_with_data_pending(void)
{
    EXPECT(!closes_silently_with_data_unread(0));
    EXPECT(closes_silently_with_data_unread(BUG_NO_RESET_ON_UNREAD));
}

static void test_2_18_options_missing_from_tcp_mss_calculation(void)
{
    static const uint8_t nops[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.mss = 1460;
    p.syn.has_ts = true;
    peer_established(&p);
    tcp_set_ip_options(p.tcb, (struct span){ nops, sizeof(nops) });
    send_segments(&p, 3);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(p.last.ip.total_length, 1500);
    EXPECT_EQ(p.last.len, 1460 - 12 - 8);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_2_1_no_initial_slow_start),
        TEST(test_2_2_no_slow_start_after_retransmission_timeout),
        TEST(test_2_3_uninitialized_cwnd),
        TEST(test_2_4_inconsistent_retransmission),
        TEST(test_2_5_failure_to_retain_above_sequence_data),
        TEST(test_2_6_extra_additive_constant_in_congestion_avoidance),
        TEST(test_2_7_initial_rto_too_low),
        TEST(test_2_8_failure_of_window_deflation_after_loss_recovery),
        TEST(test_2_9_excessively_short_keepalive_connection_timeout),
        TEST(test_2_10_failure_to_back_off_retransmission_timeout),
        TEST(test_2_11_insufficient_interval_between_keepalives),
        TEST(test_2_12_window_probe_deadlock),
        TEST(test_2_13_stretch_ack_violation),
        TEST(test_2_14_retransmission_sends_multiple_packets),
        TEST(test_2_15_failure_to_send_fin_notification_promptly),
        TEST(test_2_16_failure_to_send_a_rst_after_half_duplex_close),
        TEST(test_2_17_failure_to_rst_on_close_with_data_pending),
        TEST(test_2_18_options_missing_from_tcp_mss_calculation),
    };

    return run_tests("rfc2525", tests, ARRAY_LEN(tests));
}
