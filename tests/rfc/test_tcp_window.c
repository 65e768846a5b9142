/*
 * Both windows: RFC 9293 3.8.6, RFC 7323 2.
 */
#include "tests/rfc/fixture_tcp.h"

/* For TIME the peer answers whatever comes with "I have nothing of it, and room
 * for WIN". How much came. */
static unsigned refuse_for(struct tcp_peer *p, vtime time, int32_t win)
{
    vtime end = p->net.world->now + time;
    unsigned count = 0;

    while (p->net.world->now < end) {
        peer_run(p, 200 * MS);
        for (; peer_read(p) != NULL; count++)
            peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = win);
    }
    return count;
}

/* ---- A peer that takes back window ---- */

static void test_window_that_shrinks_stops_new_data_only(void)
{
    REQ("MUST-34");
    REQ("SHLD-15");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 3);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 1500);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_SHRUNK);
    send_segments(&p, 2);
    EXPECT_SILENCE(&p);
    EXPECT_EQ(p.tcb->limit, TCP_LIMIT_PEER_WINDOW);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 3001);
    EXPECT_SEGMENTS(&p, 3, 2);
    peer_close(&p);
}

static void test_old_data_in_a_window_that_shrank_goes_again(void)
{
    REQ("SHLD-16");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    send_segments(&p, 4);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 2000);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENTS(&p, 0, 1);
    /* Slow start would allow two; the window ends behind the second. */
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1001, .win = 1000);
    EXPECT_SEGMENTS(&p, 1, 1);
    peer_close(&p);
}

static void test_data_beyond_the_edge_breaks_no_connection(void)
{
    REQ("SHLD-17");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.retries = 3;
    send_segments(&p, 3);
    EXPECT(refuse_for(&p, 1 * HOURS, 500) > 10);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_window_that_shrank_to_zero_is_probed(void)
{
    REQ("MUST-35");
    REQ("MUST-37");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.retries = 3;
    send_segments(&p, 2);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    EXPECT(refuse_for(&p, 1 * HOURS, WIN_ZERO) > 10);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_window_of_an_older_segment_is_not_believed(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10);
    peer_send(&p, .flags = TCP_ACK, .seq = 11, .ack = 1, .len = 10, .win = 2000);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 30, .win = 9000);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_OLD_WINDOW);
    EXPECT_EQ(status_of(&p).send_window, 2000);
    peer_close(&p);
}

/* ---- Probing a closed window: 3.8.6.1 ---- */

/* Data waits, the peer has no room for any of it. */
static vtime begin_closed(struct tcp_peer *p)
{
    peer_established(p);
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    EXPECT_SAW(&p->net, &p->a->node, RULE_TCP_ZERO_WINDOW);
    peer_host_sends(p, 3 * SEGMENT);
    EXPECT_SILENCE(p);
    return p->net.world->now;
}

static void test_closed_window_is_probed_after_one_rto_then_ever_less_often(void)
{
    REQ("MUST-36");
    REQ("SHLD-29");
    REQ("SHLD-30");
    struct tcp_peer p = { 0 };
    vtime last = begin_closed(&p);
    static const int seconds[] = { 1, 2, 4, 8, 16 };

    for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
        peer_run(&p, seconds[i] * SECONDS + 10 * MS);
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
        EXPECT(p.last.at - last >= seconds[i] * SECONDS &&
               p.last.at - last <= seconds[i] * SECONDS + 20 * MS);
        last = p.last.at;
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
        EXPECT_SILENCE(&p);
    }
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_WINDOW_PROBE, 5);
    peer_close(&p);
}

static void test_window_that_opens_lets_data_go_at_once(void)
{
    REQ("MUST-36");
    struct tcp_peer p = { 0 };

    begin_closed(&p);
    peer_run(&p, 1100 * MS);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 5000);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_OPENED);
    EXPECT_SEGMENTS(&p, 0, 3);
    peer_close(&p);
}

static void test_probe_that_was_taken_counts(void)
{
    struct tcp_peer p = { 0 };

    begin_closed(&p);
    peer_run(&p, 1100 * MS);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 2, .win = 5000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 2, .ack = 1, .len = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1002, .ack = 1, .len = 1000);
    peer_close(&p);
}

static void test_answered_probes_keep_the_connection_open_for_hours(void)
{
    REQ("MUST-37");
    struct tcp_peer p = { 0 };

    begin_closed(&p);
    p.a->config.tcp.retries = 3;
    EXPECT(refuse_for(&p, 2 * HOURS, WIN_ZERO) > 100);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_unanswered_probes_end_in_giving_up(void)
{
    struct tcp_peer p = { 0 };

    begin_closed(&p);
    p.a->config.tcp.retries = 3;
    peer_run(&p, 60 * SECONDS);
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_TIMEOUT);
    peer_close(&p);
}

/* ---- Our own window ---- */

/* a has a buffer of 4000 bytes, full of what the application does not read. */
static void begin_full(struct tcp_peer *p)
{
    peer_open(p);
    p->net.config.tcp.rcvbuf = 4000;
    peer_established(p);
    for (unsigned i = 0; i < 4; i++) {
        peer_send(p, .flags = TCP_ACK, .seq = segment_at(i), .ack = 1, .len = SEGMENT);
        peer_run(p, 300 * MS);
    }
}

static void test_right_edge_never_moves_left(void)
{
    REQ("SHLD-14");
    REQ("MAY-8");
    struct tcp_peer p = { 0 };
    uint32_t edge = 4001;
    unsigned acks = 0;

    begin_full(&p);
    while (peer_read(&p) != NULL) {
        EXPECT_EQ(p.edge, edge);
        acks++;
    }
    EXPECT_EQ(acks, 4);
    EXPECT_EQ(p.last.win, 0);
    peer_close(&p);
}

static void test_closed_window_answers_probes_and_takes_nothing(void)
{
    REQ("MAY-8");
    struct tcp_peer p = { 0 };

    begin_full(&p);
    peer_skip(&p);
    for (unsigned i = 0; i < 10; i++) {
        peer_run(&p, 60 * SECONDS);
        peer_send(&p, .flags = TCP_ACK, .seq = 4001, .ack = 1, .len = 1);
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4001, .win = WIN_ZERO);
    }
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_CLOSED);
    EXPECT_EQ(tcp_available(p.tcb), 4000);
    peer_close(&p);
}

static void test_window_opens_by_a_segment_or_not_at_all(void)
{
    REQ("MUST-39");
    struct tcp_peer p = { 0 };

    begin_full(&p);
    peer_skip(&p);
    tcp_receive(p.tcb, NULL, 600);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 4001, .ack = 1, .len = 1); /* a probe */
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4001, .win = WIN_ZERO);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_HELD);
    tcp_receive(p.tcb, NULL, 400);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4001, .win = 1000);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_WINDOW_REOPENED);
    peer_close(&p);
}

static void test_small_buffer_opens_by_half(void)
{
    REQ("MUST-39");
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.rcvbuf = 1000;
    p.net.config.tcp.delayed_ack = 0;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1001, .win = WIN_ZERO);
    tcp_receive(p.tcb, NULL, 499);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    tcp_receive(p.tcb, NULL, 1);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1001, .win = 500);
    peer_close(&p);
}

static void test_without_avoidance_each_byte_opens_the_window(void)
{
    struct tcp_peer p = { 0 };

    begin_full(&p);
    p.a->config.tcp.sws_avoidance = 0;
    peer_skip(&p);
    tcp_receive(p.tcb, NULL, 1);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 4001, .win = 1);
    peer_close(&p);
}

/* ---- Window scale: RFC 7323 2 ---- */

static void begin_scaled(struct tcp_peer *p, uint8_t scale)
{
    peer_open(p);
    p->net.config.tcp.rcvbuf = 262144;
    p->syn.has_scale = true;
    p->syn.scale = scale;
    p->net.config.tcp.delayed_ack = 0;
    peer_syn_sent(p);
}

static void answer_syn(struct tcp_peer *p)
{
    p->syn.flags = TCP_SYN | TCP_ACK;
    p->syn.ack = 1;
    peer_send_segment(p, p->syn);
}

static void test_windows_behind_the_syns_are_scaled_both_ways(void)
{
    struct tcp_peer p = { 0 };

    begin_scaled(&p, 2);
    answer_syn(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SCALE_AGREED);
    EXPECT_EQ(status_of(&p).send_window, 65535); /* of the SYN: as it stands */
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 262144 >> 3);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 1000);
    EXPECT_EQ(status_of(&p).send_window, 4000);
    peer_close(&p);
}

static void test_window_of_a_syn_is_never_scaled(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.rcvbuf = 262144;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000, .has_scale = true, .scale = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .win = 65535,
                   .has_scale = true, .scale = 3);
    peer_close(&p);
}

static void test_peer_without_the_option_is_sent_unscaled_windows(void)
{
    struct tcp_peer p = { 0 };

    begin_scaled(&p, 0);
    p.syn.has_scale = false;
    answer_syn(&p);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 65535);
    peer_close(&p);
}

static void test_shift_above_14_is_taken_as_14(void)
{
    struct tcp_peer p = { 0 };

    begin_scaled(&p, 20);
    answer_syn(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SCALE_TOO_LARGE);
    EXPECT_EQ(p.tcb->snd.scale, 14);
    peer_close(&p);
}

/* RFC 7323 2.4: the window field rounds down, but what was once offered holds. */
static void test_segment_in_the_window_as_it_was_offered_is_taken(void)
{
    struct tcp_peer p = { 0 };

    begin_scaled(&p, 0);
    answer_syn(&p);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 5);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 6, .win = (262144 - 5) >> 3);
    /* That field says 262144 - 5 - 3 bytes; the last one lies behind them. */
    peer_send(&p, .flags = TCP_ACK, .seq = 262144, .ack = 1, .len = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_OUT_OF_ORDER);
    peer_send(&p, .flags = TCP_ACK, .seq = 262145, .ack = 1, .len = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_UNACCEPTABLE);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_window_that_shrinks_stops_new_data_only),
        TEST(test_old_data_in_a_window_that_shrank_goes_again),
        TEST(test_data_beyond_the_edge_breaks_no_connection),
        TEST(test_window_that_shrank_to_zero_is_probed),
        TEST(test_window_of_an_older_segment_is_not_believed),
        TEST(test_closed_window_is_probed_after_one_rto_then_ever_less_often),
        TEST(test_window_that_opens_lets_data_go_at_once),
        TEST(test_probe_that_was_taken_counts),
        TEST(test_answered_probes_keep_the_connection_open_for_hours),
        TEST(test_unanswered_probes_end_in_giving_up),
        TEST(test_right_edge_never_moves_left),
        TEST(test_closed_window_answers_probes_and_takes_nothing),
        TEST(test_window_opens_by_a_segment_or_not_at_all),
        TEST(test_small_buffer_opens_by_half),
        TEST(test_without_avoidance_each_byte_opens_the_window),
        TEST(test_windows_behind_the_syns_are_scaled_both_ways),
        TEST(test_window_of_a_syn_is_never_scaled),
        TEST(test_peer_without_the_option_is_sent_unscaled_windows),
        TEST(test_shift_above_14_is_taken_as_14),
        TEST(test_segment_in_the_window_as_it_was_offered_is_taken),
    };

    return run_tests("tcp-window", tests, ARRAY_LEN(tests));
}
