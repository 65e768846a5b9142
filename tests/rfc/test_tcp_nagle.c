/*
 * When text goes: Nagle's algorithm (RFC 9293 3.7.4), PUSH (3.9.1.2), and the
 * sender's side of the silly window syndrome (3.8.6.2.1).
 */
#include "tests/rfc/fixture_tcp.h"

/* ---- Nagle ---- */

static void test_small_segment_waits_while_one_is_unacknowledged(void)
{
    REQ("SHLD-7");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 10);
    peer_host_sends(&p, 20);
    peer_host_sends(&p, 30);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 10);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_NAGLE);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 11);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 11, .ack = 1, .len = 50);
    peer_close(&p);
}

static void test_full_segment_never_waits(void)
{
    REQ("SHLD-7");
    REQ("SHLD-28");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 10);
    peer_host_sends(&p, 1500);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 10);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 11, .ack = 1, .len = 1000);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1011);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1011, .ack = 1, .len = 500);
    peer_close(&p);
}

static void test_nagle_off_for_a_connection_sends_each_piece(void)
{
    REQ("MUST-17");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_set_nagle(p.tcb, false);
    peer_host_sends(&p, 10);
    peer_host_sends(&p, 20);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 10);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 11, .ack = 1, .len = 20);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_turning_nagle_off_lets_go_what_it_held_back(void)
{
    REQ("MUST-17");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 10);
    peer_host_sends(&p, 20);
    peer_run(&p, 5 * MS);
    peer_skip(&p);
    tcp_set_nagle(p.tcb, false);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 11, .ack = 1, .len = 20);
    peer_close(&p);
}

/* ---- PUSH ---- */

static void test_segment_that_empties_the_buffer_is_pushed(void)
{
    REQ("MUST-61");
    REQ("MAY-15");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_host_sends(&p, 2500);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1, .len = 1000);
    EXPECT_SILENCE(&p); /* Nagle */
    ack_to(&p, 2);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 2001, .ack = 1, .len = 500);
    peer_close(&p);
}

/* Not for ever, although nobody has pushed it. */
static void test_data_without_push_goes_all_the_same(void)
{
    REQ("MUST-60");
    REQ("MAY-16");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    tcp_send(p.tcb, (struct span){ (const uint8_t *)"hello", 5 }, TCP_SEND_MORE);
    peer_run(&p, 500 * MS);
    EXPECT_SILENCE(&p); /* more was announced */
    peer_run(&p, 600 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PUSH_OVERRIDE);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .text = "hello");
    peer_close(&p);
}

static void test_pushes_that_fit_one_segment_become_one(void)
{
    REQ("SHLD-27");
    struct tcp_peer p = { 0 };

    peer_syn_sent(&p);
    for (unsigned i = 0; i < 5; i++)
        peer_host_sends(&p, 100);
    p.syn.flags = TCP_SYN | TCP_ACK;
    p.syn.ack = 1;
    peer_send_segment(&p, p.syn);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 500);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* ---- Silly windows, sender ---- */

/* An established connection whose peer once had room for 4000, and now for WIN. */
static void begin_silly(struct tcp_peer *p, int32_t win)
{
    peer_open(p);
    p->win = 4000;
    peer_established(p);
    tcp_set_nagle(p->tcb, false); /* so that it is not what holds back */
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = win);
}

static void test_silly_window_is_not_filled_by_silly_segments(void)
{
    REQ("MUST-38");
    struct tcp_peer p = { 0 };

    begin_silly(&p, 300);
    peer_host_sends(&p, 5000);
    peer_run(&p, 50 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_EQ(p.tcb->limit, TCP_LIMIT_SILLY_WINDOW);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 1000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    peer_close(&p);
}

static void test_half_of_the_largest_window_is_worth_filling(void)
{
    REQ("MUST-38");
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.win = 900; /* less than a segment at its best */
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 400);
    peer_host_sends(&p, 5000);
    peer_run(&p, 5 * MS);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 450);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 450);
    peer_close(&p);
}

static void test_all_that_waits_goes_if_it_fits(void)
{
    REQ("MUST-38");
    struct tcp_peer p = { 0 };

    begin_silly(&p, 300);
    peer_host_sends(&p, 300);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = 300);
    peer_close(&p);
}

static void test_override_timer_sends_into_a_silly_window(void)
{
    REQ("MUST-38");
    struct tcp_peer p = { 0 };
    vtime begin;

    begin_silly(&p, 300);
    begin = p.net.world->now;
    peer_host_sends(&p, 5000);
    peer_run(&p, 1500 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 300);
    EXPECT(p.last.at - begin >= 100 * MS && p.last.at - begin <= 1001 * MS);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SWS_OVERRIDE);
    peer_close(&p);
}

static void test_without_avoidance_each_silly_window_is_filled(void)
{
    struct tcp_peer p = { 0 };

    begin_silly(&p, 300);
    p.a->config.tcp.sws_avoidance = 0;
    peer_host_sends(&p, 5000);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 300);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_small_segment_waits_while_one_is_unacknowledged),
        TEST(test_full_segment_never_waits),
        TEST(test_nagle_off_for_a_connection_sends_each_piece),
        TEST(test_turning_nagle_off_lets_go_what_it_held_back),
        TEST(test_segment_that_empties_the_buffer_is_pushed),
        TEST(test_data_without_push_goes_all_the_same),
        TEST(test_pushes_that_fit_one_segment_become_one),
        TEST(test_silly_window_is_not_filled_by_silly_segments),
        TEST(test_half_of_the_largest_window_is_worth_filling),
        TEST(test_all_that_waits_goes_if_it_fits),
        TEST(test_override_timer_sends_into_a_silly_window),
        TEST(test_without_avoidance_each_silly_window_is_filled),
    };

    return run_tests("tcp-nagle", tests, ARRAY_LEN(tests));
}
