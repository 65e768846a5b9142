/*
 * Congestion control as the core drives it: RFC 5681, limited transmit (RFC
 * 3042), NewReno (RFC 6582), the initial window (RFC 6928). The arithmetic of
 * cwnd itself is the unit tests of cc_*.c.
 */
#include "tests/rfc/fixture_tcp.h"

/* Ten segments are out, as many as cwnd allows, and MORE wait. */
static void begin(struct tcp_peer *p, unsigned more)
{
    if (p->net.world == NULL)
        peer_open(p);
    peer_established(p);
    send_segments(p, 10 + more);
    EXPECT_SEGMENTS(p, 0, 10);
}

/* ---- The initial window: RFC 6928 2 ---- */

static void test_initial_window_is_ten_segments_or_nearly_15_kb(void)
{
    REQ("MUST-19");
    static const struct {
        const char *label;
        uint16_t mss;
        uint32_t window;
    } rows[] = {
        { "536", 536, 5360 },           { "1000", 1000, 10000 },      { "1460", 1460, 14600 },
        { "2000: 14600", 2000, 14600 }, { "8960: two", 8960, 17920 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tcp_peer p = { 0 };

        peer_closed(&p);
        p.a->interfaces[0].mtu = 9000;
        p.syn.mss = rows[i].mss;
        peer_established(&p);
        EXPECT_EQ_ROW(rows[i].label, cwnd_of(&p), rows[i].window);
        peer_close(&p);
    }
}

static void test_initial_window_can_be_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.initial_window = 3;
    peer_established(&p);
    send_segments(&p, 10);
    EXPECT_SEGMENTS(&p, 0, 3);
    peer_close(&p);
}

static void test_handshake_says_what_the_first_window_is(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .mss = 1000);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_INITIAL_WINDOW);
    EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT); /* the ACK of the SYN counts for nothing */
    peer_close(&p);
}

/* ---- RFC 5681 3.1 ---- */

static void test_slow_start_grows_by_what_is_acknowledged_up_to_a_segment(void)
{
    REQ("MUST-19");
    struct tcp_peer p = { 0 };

    begin(&p, 10);
    ack_to(&p, 1);
    EXPECT_EQ(cwnd_of(&p), 11 * SEGMENT);
    EXPECT_SEGMENTS(&p, 10, 2);
    ack_to(&p, 4);
    EXPECT_EQ(cwnd_of(&p), 12 * SEGMENT);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(4) + 100);
    EXPECT_EQ(cwnd_of(&p), 12 * SEGMENT + 100);
    peer_close(&p);
}

static void test_avoidance_grows_by_a_segment_in_a_window(void)
{
    REQ("MUST-19");
    struct tcp_peer p = { 0 };

    begin(&p, 20);
    set_window(&p, 10, 10);
    for (unsigned i = 1; i < 10; i++) {
        ack_to(&p, i);
        EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT);
    }
    ack_to(&p, 10);
    EXPECT_EQ(cwnd_of(&p), 11 * SEGMENT);
    peer_close(&p);
}

static void test_window_that_is_not_used_does_not_grow(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 2);
    ack_to(&p, 2);
    EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT);
    peer_close(&p);
}

static void test_timeout_starts_from_one_segment_toward_half_of_the_flight(void)
{
    REQ("MUST-19");
    struct tcp_peer p = { 0 };

    begin(&p, 10);
    peer_run(&p, 1 * SECONDS);
    EXPECT_EQ(cwnd_of(&p), SEGMENT);
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_run(&p, 2 * SECONDS); /* and the retransmission is lost, too */
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
    EXPECT_SEGMENTS(&p, 0, 1);
    ack_to(&p, 1); /* slow start: two */
    EXPECT_SEGMENTS(&p, 1, 2);
    peer_close(&p);
}

/* The timer has not sent this one before: slow start has. RFC 5681 3.1 spares
 * ssthresh only a second timeout of the same segment. */
static void test_timeout_of_another_segment_halves_again(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 10);
    peer_run(&p, 1 * SECONDS);
    ack_to(&p, 4);
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
    peer_run(&p, 4 * SECONDS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_CC_TIMEOUT);
    EXPECT_EQ(ssthresh_of(&p), 3 * SEGMENT);
    peer_close(&p);
}

static void test_after_a_timeout_slow_start_repairs_all_that_was_out(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    peer_run(&p, 1 * SECONDS);
    peer_skip(&p);
    ack_to(&p, 1);
    ack_to(&p, 3);
    ack_to(&p, 10);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_LOSS_ENDS);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    peer_close(&p);
}

/* RFC 9406 4.2 asks for round trips: what ends inside of a segment measures none. */
static void test_ack_of_a_part_of_a_segment_is_no_round_trip_for_hystart(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.hystart = 1;
    peer_established(&p);
    send_segments(&p, 10);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 101);
    EXPECT_EQ(p.tcb->cc.hystart.rtt_sample_count, 0);
    ack_to(&p, 1);
    EXPECT_EQ(p.tcb->cc.hystart.rtt_sample_count, 1);
    EXPECT(p.tcb->cc.hystart.current_round_min_rtt < 20 * MS);
    peer_close(&p);
}

/* ---- Fast retransmit and fast recovery: RFC 5681 3.2 ---- */

static void test_third_duplicate_ack_sends_the_segment_again(void)
{
    REQ("MUST-19");
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_times(&p, 0, 2);
    EXPECT_SILENCE(&p);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_DUPLICATE_ACK, 2);
    ack_to(&p, 0);
    EXPECT_SEGMENTS(&p, 0, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_FAST_RETRANSMIT);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_INFLATE);
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
    EXPECT_EQ(cwnd_of(&p), 8 * SEGMENT); /* and the three that have left */
    peer_close(&p);
}

static void test_more_duplicates_let_new_segments_go(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.limited_transmit = 0;
    begin(&p, 5);
    ack_times(&p, 0, 3);
    EXPECT_SEGMENTS(&p, 0, 1);
    ack_times(&p, 0, 2); /* cwnd 10 */
    EXPECT_SILENCE(&p);
    ack_to(&p, 0); /* 11 */
    EXPECT_SEGMENTS(&p, 10, 1);
    peer_close(&p);
}

static void test_what_is_no_duplicate_does_not_count(void)
{
    static const struct {
        const char *label;
        uint32_t ack, len;
        int32_t win;
    } rows[] = {
        { "it carries data", 1001, 1, 0 },
        { "it changes the window", 1001, 0, 30000 },
        { "it is older", 1, 0, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tcp_peer p = { 0 };

        begin(&p, 0);
        ack_to(&p, 1);
        for (uint32_t n = 0; n < 5; n++)
            peer_send(&p, .flags = TCP_ACK, .seq = 1 + n * rows[i].len, .ack = rows[i].ack,
                      .len = rows[i].len, .win = rows[i].win != 0 ? rows[i].win + (int32_t)n : 0);
        EXPECT_EQ_ROW(rows[i].label, status_of(&p).fast_retransmits, 0);
        peer_close(&p);
    }
}

static void test_with_nothing_outstanding_nothing_is_a_duplicate(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    ack_times(&p, 0, 5);
    EXPECT_EQ(status_of(&p).duplicate_acks, 0);
    peer_close(&p);
}

/* ---- Limited transmit: RFC 3042, RFC 5681 3.2 (1), (2) ---- */

static void test_first_two_duplicates_let_one_new_segment_go_each(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5);
    ack_to(&p, 0);
    EXPECT_SEGMENTS(&p, 10, 1);
    ack_to(&p, 0);
    EXPECT_SEGMENTS(&p, 11, 1);
    EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT);
    ack_to(&p, 0);
    EXPECT_SEGMENTS(&p, 0, 1);
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT); /* of the ten: those two do not count */
    peer_close(&p);
}

static void test_limited_transmit_keeps_to_the_peers_window(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.win = 10 * SEGMENT;
    begin(&p, 5);
    ack_times(&p, 0, 2);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* ---- NewReno: RFC 6582 3.2 ---- */

static vtime timer_due(const struct tcp_peer *p)
{
    return event_due(&p->net.world->queue, &p->tcb->timers[TCP_REXMT]);
}

static void test_partial_ack_sends_the_next_hole_and_deflates(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_times(&p, 0, 3);
    peer_skip(&p);
    ack_to(&p, 3);
    EXPECT_SEGMENTS(&p, 3, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PARTIAL_ACK);
    EXPECT_EQ(cwnd_of(&p), (8 - 3 + 1) * SEGMENT);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_RECOVERY);
    ack_to(&p, 5);
    EXPECT_SEGMENTS(&p, 5, 1);
    EXPECT_EQ(cwnd_of(&p), (6 - 2 + 1) * SEGMENT);
    peer_close(&p);
}

static void test_only_the_first_partial_ack_restarts_the_timer(void)
{
    struct tcp_peer p = { 0 };
    vtime due;

    begin(&p, 0);
    ack_times(&p, 0, 3);
    due = timer_due(&p);
    peer_run(&p, 100 * MS);
    ack_to(&p, 3);
    EXPECT(timer_due(&p) > due);
    due = timer_due(&p);
    peer_run(&p, 100 * MS);
    ack_to(&p, 5);
    EXPECT_EQ(timer_due(&p), due);
    peer_close(&p);
}

static void test_full_ack_ends_recovery_without_a_burst(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_times(&p, 0, 3);
    ack_to(&p, 10);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RECOVERY_ENDS);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    EXPECT_EQ(cwnd_of(&p), 2 * SEGMENT); /* min(ssthresh, max(0, 1) + 1) */
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
    peer_close(&p);
}

/* Step 2, and section 4: they may be echoes of what went again needlessly. */
static void test_duplicates_of_what_was_out_at_a_timeout_begin_nothing(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    peer_run(&p, 1 * SECONDS);
    ack_to(&p, 10);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    set_window(&p, 10, 5);
    send_segments(&p, 5);
    peer_skip(&p);
    ack_times(&p, 10, 5);
    EXPECT_EQ(status_of(&p).fast_retransmits, 0);
    EXPECT_SILENCE(&p);
    ack_to(&p, 11);
    ack_times(&p, 11, 3); /* these are about what came later */
    EXPECT_EQ(status_of(&p).fast_retransmits, 1);
    peer_close(&p);
}

/* The handshake repairs a lost SYN: duplicates after it mean what they always do. */
static void test_after_a_lost_syn_the_third_duplicate_sends_again(void)
{
    struct tcp_peer p = { 0 };

    peer_syn_sent(&p);
    peer_run(&p, 1 * SECONDS);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK, .ack = 1, .mss = 1000);
    EXPECT_EQ(status_of(&p).trouble, TCP_TROUBLE_NONE);
    set_window(&p, 6, 60);
    send_segments(&p, 6);
    peer_skip(&p);
    ack_times(&p, 0, 3);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_FAST_RETRANSMIT);
    peer_close(&p);
}

static void test_timeout_ends_fast_recovery(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_times(&p, 0, 3);
    peer_run(&p, 1500 * MS);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_LOSS);
    EXPECT_EQ(cwnd_of(&p), SEGMENT);
    peer_close(&p);
}

/* Left behind by 2^31 bytes it would seem to lie ahead: it has to come along. */
static void test_recover_stays_close_behind_what_is_acknowledged(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 10);
    ack_to(&p, 8);
    EXPECT_EQ(p.tcb->snd.una - p.tcb->recover, 1);
    EXPECT_EQ(p.tcb->snd.una - p.tcb->ecn_recover, 1);
    EXPECT_EQ(p.tcb->lost_edge, p.tcb->snd.una);
    peer_close(&p);
}

/* ---- Other algorithms ---- */

static void test_reno_leaves_recovery_at_the_first_new_ack(void)
{
    REQ("MAY-18");
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.cc = TCP_CC_RENO;
    begin(&p, 0);
    ack_times(&p, 0, 3);
    ack_to(&p, 3);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    EXPECT_EQ(cwnd_of(&p), 5 * SEGMENT);
    peer_close(&p);
}

/* The setting is one of new connections: this one recovers as it began. */
static void test_cc_set_meanwhile_does_not_change_how_losses_are_repaired(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    p.a->config.tcp.cc = TCP_CC_RENO;
    ack_times(&p, 0, 3);
    ack_to(&p, 3);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_RECOVERY);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PARTIAL_ACK);
    peer_close(&p);
}

static void test_tahoe_begins_again_from_one_segment(void)
{
    REQ("MAY-18");
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.cc = TCP_CC_TAHOE;
    begin(&p, 0);
    ack_times(&p, 0, 3);
    EXPECT_EQ(cwnd_of(&p), SEGMENT);
    EXPECT_SEGMENTS(&p, 0, 1);
    peer_close(&p);
}

/* ---- After silence: RFC 5681 4.1 ---- */

static void test_after_an_rto_of_silence_cwnd_is_the_initial_window(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_to(&p, 10);
    set_window(&p, 30, 60);
    peer_run(&p, 2 * SECONDS);
    /* That it has acknowledged meanwhile makes no difference. */
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(10), .len = 1000);
    peer_run(&p, 500 * MS);
    peer_skip(&p);
    send_segments(&p, 30);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_IDLE_RESTART);
    EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT);
    EXPECT_EQ(ssthresh_of(&p), 60 * SEGMENT);
    EXPECT_SEGMENTS(&p, 10, 10);
    peer_close(&p);
}

/* RFC 5681 4.1 is about who begins to send again, not about who receives. */
static void test_who_only_receives_has_nothing_to_begin_again(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_to(&p, 10);
    set_window(&p, 30, 60);
    peer_run(&p, 2 * SECONDS);
    for (unsigned i = 0; i < 5; i++)
        peer_send(&p, .flags = TCP_ACK, .seq = segment_at(i), .ack = segment_at(10), .len = 1000);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_IDLE_RESTART);
    EXPECT_EQ(cwnd_of(&p), 30 * SEGMENT);
    send_segments(&p, 1);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_IDLE_RESTART, 1);
    EXPECT_EQ(cwnd_of(&p), 10 * SEGMENT);
    peer_close(&p);
}

static void test_short_silence_changes_nothing(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_to(&p, 10);
    set_window(&p, 30, 60);
    peer_run(&p, 500 * MS);
    send_segments(&p, 30);
    EXPECT_EQ(cwnd_of(&p), 30 * SEGMENT);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_initial_window_is_ten_segments_or_nearly_15_kb),
        TEST(test_initial_window_can_be_set),
        TEST(test_handshake_says_what_the_first_window_is),
        TEST(test_slow_start_grows_by_what_is_acknowledged_up_to_a_segment),
        TEST(test_avoidance_grows_by_a_segment_in_a_window),
        TEST(test_window_that_is_not_used_does_not_grow),
        TEST(test_timeout_starts_from_one_segment_toward_half_of_the_flight),
        TEST(test_timeout_of_another_segment_halves_again),
        TEST(test_after_a_timeout_slow_start_repairs_all_that_was_out),
        TEST(test_ack_of_a_part_of_a_segment_is_no_round_trip_for_hystart),
        TEST(test_third_duplicate_ack_sends_the_segment_again),
        TEST(test_more_duplicates_let_new_segments_go),
        TEST(test_what_is_no_duplicate_does_not_count),
        TEST(test_with_nothing_outstanding_nothing_is_a_duplicate),
        TEST(test_first_two_duplicates_let_one_new_segment_go_each),
        TEST(test_limited_transmit_keeps_to_the_peers_window),
        TEST(test_partial_ack_sends_the_next_hole_and_deflates),
        TEST(test_only_the_first_partial_ack_restarts_the_timer),
        TEST(test_full_ack_ends_recovery_without_a_burst),
        TEST(test_duplicates_of_what_was_out_at_a_timeout_begin_nothing),
        TEST(test_after_a_lost_syn_the_third_duplicate_sends_again),
        TEST(test_timeout_ends_fast_recovery),
        TEST(test_recover_stays_close_behind_what_is_acknowledged),
        TEST(test_reno_leaves_recovery_at_the_first_new_ack),
        TEST(test_cc_set_meanwhile_does_not_change_how_losses_are_repaired),
        TEST(test_tahoe_begins_again_from_one_segment),
        TEST(test_after_an_rto_of_silence_cwnd_is_the_initial_window),
        TEST(test_who_only_receives_has_nothing_to_begin_again),
        TEST(test_short_silence_changes_nothing),
    };

    return run_tests("tcp-congestion", tests, ARRAY_LEN(tests));
}
