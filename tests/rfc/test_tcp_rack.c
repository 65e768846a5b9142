/*
 * RACK-TLP: RFC 8985. Each step with an RTT of 400 ms, so that a quarter of it
 * is 100 ms.
 */
#include "tests/rfc/fixture_tcp.h"

#define RTT (400 * MS)

/* Established after one RTT; the peer's window lets WAIT segments wait. */
static void begin(struct tcp_peer *p)
{
    peer_open(p);
    p->net.config.tcp.rack = 1;
    peer_syn_sent(p);
    peer_run(p, RTT - 12 * MS);
    peer_send(p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .mss = 1000, .sack_ok = true);
    EXPECT(tcp_uses_rack(p->tcb));
    EXPECT(p->tcb->rtt.min > RTT - 5 * MS && p->tcb->rtt.min < RTT + 5 * MS);
    peer_skip(p);
    net_mark(&p->net);
}

/* COUNT segments have gone, and one RTT has passed. */
static void begin_sent(struct tcp_peer *p, unsigned count)
{
    begin(p);
    send_segments(p, count);
    EXPECT_SEGMENTS(p, 0, count);
    peer_run(p, RTT - 6 * MS);
}

#define RUN(first, end) { segment_at(first), segment_at(end) }
#define SACK(p, n, ...) \
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(n), .sack = { __VA_ARGS__ })

/* ---- The reordering window: 6.2, step 4 and 5 ---- */

static void test_segment_is_lost_a_quarter_rtt_after_a_later_one_has_arrived(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 3);
    SACK(&p, 0, RUN(1, 2));
    peer_run(&p, 60 * MS);
    EXPECT_SILENCE(&p);
    EXPECT(tcp_timer_runs(p.tcb, TCP_REORDER));
    peer_run(&p, 60 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RACK_LOST);
    EXPECT_SEGMENTS(&p, 0, 1);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_RECOVERY);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RECOVERY_BEGINS);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_FAST_RETRANSMIT, 0); /* no such count */
    peer_close(&p);
}

static void test_three_reports_without_reordering_seen_need_no_wait(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 5);
    SACK(&p, 0, RUN(1, 4));
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_close(&p);
}

static void test_segment_that_arrives_within_the_window_was_only_late(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 3);
    SACK(&p, 0, RUN(1, 2));
    peer_run(&p, 50 * MS);
    ack_to(&p, 2);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RACK_REORDERING);
    peer_run(&p, 150 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    peer_close(&p);
}

/* Step 3 looks at what one ACK acknowledges from the left to the right, however
 * it tells of it: a delayed ACK that goes with the first report is no news from
 * behind it, nor is an older block, behind a newer one, whose own ACK was lost. */
static void test_what_one_ack_tells_of_is_in_order(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 6);
    SACK(&p, 1, RUN(4, 5), RUN(2, 3));
    EXPECT(!p.tcb->rack.reordering_seen);
    SACK(&p, 1, RUN(2, 5));
    EXPECT(p.tcb->rack.reordering_seen);
    peer_close(&p);
}

/* Step 2: RACK.rtt is that of the segment sent last, of those in one ACK. */
static void test_round_trip_is_that_of_the_segment_sent_last(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 3);
    peer_run(&p, 100 * MS);
    send_segments(&p, 2);
    peer_run(&p, 50 * MS);
    SACK(&p, 1, RUN(4, 5), RUN(2, 3));
    EXPECT(p.tcb->rack.rtt < 60 * MS);
    peer_close(&p);
}

static void test_once_reordering_was_seen_three_reports_wait_as_well(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 3);
    SACK(&p, 0, RUN(1, 2));
    ack_to(&p, 3);
    send_segments(&p, 5);
    peer_run(&p, RTT - 6 * MS);
    peer_skip(&p);
    SACK(&p, 3, RUN(4, 8));
    peer_run(&p, 50 * MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 100 * MS);
    EXPECT_SEGMENTS(&p, 3, 1);
    peer_close(&p);
}

static void test_lost_retransmission_is_found_by_what_was_sent_after_it(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 5);
    SACK(&p, 0, RUN(1, 5));
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_host_sends(&p, SEGMENT);
    peer_run(&p, RTT);
    EXPECT_SEGMENTS(&p, 5, 1);
    SACK(&p, 0, RUN(1, 6)); /* later than the retransmission, and here */
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_close(&p);
}

/* ---- Its adaptation by D-SACK ---- */

static void test_each_round_with_a_dsack_widens_the_window_by_a_quarter(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 6);
    ack_to(&p, 2);
    SACK(&p, 2, RUN(0, 1)); /* the first D-SACK */
    SACK(&p, 2, RUN(1, 2)); /* in the same round */
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_DSACK_RECEIVED, 2);
    SACK(&p, 2, RUN(3, 4)); /* two quarters now, and 15 ms have passed */
    peer_run(&p, 150 * MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 50 * MS);
    EXPECT_SEGMENTS(&p, 2, 1);
    peer_close(&p);
}

static void test_after_16_recoveries_without_a_dsack_the_window_is_as_before(void)
{
    struct tcp_peer p = { 0 };

    begin_sent(&p, 6);
    ack_to(&p, 2);
    SACK(&p, 2, RUN(0, 1));
    for (unsigned i = 0; i < 16; i++) {
        EXPECT_EQ(p.tcb->rack.reo_wnd_mult, 1); /* more than the one quarter */
        tcp_rack_recovery_ended(p.tcb);
    }
    EXPECT_EQ(p.tcb->rack.reo_wnd_mult, 0);
    peer_close(&p);
}

/* ---- After a timeout: 6.3 ---- */

static void test_timeout_marks_only_what_must_be_lost_by_now(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    p.a->config.tcp.limited_transmit = 0;
    send_segments(&p, 2);
    tcp_timer_stop(p.tcb, TCP_TAIL); /* no probe in this test */
    peer_run(&p, 1100 * MS);
    send_segments(&p, 2); /* young when the timer expires */
    tcp_timer_stop(p.tcb, TCP_TAIL);
    peer_skip(&p);
    peer_run(&p, 200 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIMEOUT);
    EXPECT_EQ(p.tcb->queue.lost, 2 * SEGMENT);
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_close(&p);
}

/* ---- Tail loss probes: 7 ---- */

/* COUNT segments have gone, and two RTTs without an ACK passed. */
static void begin_tail(struct tcp_peer *p, unsigned count)
{
    begin(p);
    send_segments(p, count);
    EXPECT_SEGMENTS(p, 0, count);
    peer_run(p, 2 * RTT + 20 * MS);
}

static void test_probe_goes_after_two_rtts_the_last_segment_again(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 3);
    EXPECT_SEGMENTS(&p, 0, 3);
    peer_run(&p, 2 * RTT - 50 * MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 60 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_PROBE);
    EXPECT_SEGMENTS(&p, 2, 1);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TIMEOUT);
    peer_close(&p);
}

static void test_probe_of_a_single_segment_waits_for_a_delayed_ack_too(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 1);
    EXPECT_SILENCE(&p);
    peer_run(&p, 200 * MS);
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_close(&p);
}

static void test_probe_is_new_text_if_there_is_some(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    set_window(&p, 2, 100);
    send_segments(&p, 4);
    EXPECT_SEGMENTS(&p, 0, 2);
    peer_run(&p, 2 * RTT);
    EXPECT_SEGMENTS(&p, 2, 1);
    ack_to(&p, 3); /* outcome: delivered, nothing was lost */
    EXPECT(!p.tcb->rack.tail_outstanding);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    peer_close(&p);
}

static void test_one_probe_then_the_timer(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 3);
    EXPECT_SEGMENTS(&p, 2, 1);
    peer_run(&p, 10 * SECONDS);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_TAIL_PROBE, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TIMEOUT);
    peer_close(&p);
}

/* 7.4.1: the report of the probe tells of those before it. */
static void test_report_of_the_probe_shows_what_was_lost_before_it(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 3);
    peer_run(&p, RTT);
    peer_skip(&p);
    SACK(&p, 0, RUN(2, 3));
    peer_run(&p, 120 * MS);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_RECOVERY);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RECOVERY_BEGINS);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_FAST_RETRANSMIT, 0); /* no such count */
    EXPECT_SEGMENTS(&p, 0, 2);
    peer_close(&p);
}

/* 7.4.2: nothing tells that both arrived, so one was lost. */
static void test_probe_that_repaired_a_loss_is_told_to_congestion_control(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 3);
    peer_run(&p, RTT);
    ack_to(&p, 3); /* covers the probe, and is no duplicate */
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    send_segments(&p, 1);
    ack_to(&p, 4);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    EXPECT(ssthresh_of(&p) < 10 * SEGMENT);
    peer_close(&p);
}

static void test_dsack_shows_that_the_probe_was_needless(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 3);
    ack_to(&p, 3);
    SACK(&p, 3, RUN(2, 3));
    send_segments(&p, 1);
    ack_to(&p, 4);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    EXPECT(ssthresh_of(&p) > 100 * SEGMENT);
    peer_close(&p);
}

static void test_duplicate_ack_without_sack_shows_the_same(void)
{
    struct tcp_peer p = { 0 };

    begin_tail(&p, 3);
    ack_times(&p, 3, 2);
    send_segments(&p, 1);
    ack_to(&p, 4);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_segment_is_lost_a_quarter_rtt_after_a_later_one_has_arrived),
        TEST(test_three_reports_without_reordering_seen_need_no_wait),
        TEST(test_segment_that_arrives_within_the_window_was_only_late),
        TEST(test_what_one_ack_tells_of_is_in_order),
        TEST(test_round_trip_is_that_of_the_segment_sent_last),
        TEST(test_once_reordering_was_seen_three_reports_wait_as_well),
        TEST(test_lost_retransmission_is_found_by_what_was_sent_after_it),
        TEST(test_each_round_with_a_dsack_widens_the_window_by_a_quarter),
        TEST(test_after_16_recoveries_without_a_dsack_the_window_is_as_before),
        TEST(test_timeout_marks_only_what_must_be_lost_by_now),
        TEST(test_probe_goes_after_two_rtts_the_last_segment_again),
        TEST(test_probe_of_a_single_segment_waits_for_a_delayed_ack_too),
        TEST(test_probe_is_new_text_if_there_is_some),
        TEST(test_one_probe_then_the_timer),
        TEST(test_report_of_the_probe_shows_what_was_lost_before_it),
        TEST(test_probe_that_repaired_a_loss_is_told_to_congestion_control),
        TEST(test_dsack_shows_that_the_probe_was_needless),
        TEST(test_duplicate_ack_without_sack_shows_the_same),
    };

    return run_tests("tcp-rack", tests, ARRAY_LEN(tests));
}
