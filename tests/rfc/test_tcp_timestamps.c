/*
 * Timestamps: RFC 7323 3 to 5.
 */
#include "tests/rfc/fixture_tcp.h"

/* Both ends send timestamps; the peer's clock began at 100. */
static void begin(struct tcp_peer *p)
{
    peer_open(p);
    p->net.config.tcp.timestamps = 1;
    p->syn.has_ts = true;
    p->syn.tsval = 100;
    peer_established(p);
}

static void text(struct tcp_peer *p, uint32_t seq, uint32_t len, uint32_t tsval)
{
    peer_send(p, .flags = TCP_ACK, .seq = seq, .ack = 1, .len = len, .has_ts = true,
              .tsval = tsval);
}

/* ---- 3.2 ---- */

static void test_agreed_upon_they_stand_in_every_segment(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    EXPECT(p.tcb->timestamps);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 988, .has_ts = true,
                   .tsecr = 100);
    peer_close(&p);
}

/* 5.2: an abort's RST has it, too. What it says of the time is not looked at, and
 * without an ACK it echoes nothing. */
static void test_reset_of_an_aborted_connection_has_it(void)
{
    for (int with_ack = 0; with_ack <= 1; with_ack++) {
        struct tcp_peer p = { 0 };

        begin(&p);
        p.a->config.tcp.reset_with_ack = with_ack;
        tcp_abort(p.tcb);
        peer_run(&p, 5 * MS);
        EXPECT(peer_read(&p) != NULL && (p.last.flags & TCP_RST) != 0);
        EXPECT(p.last.has_ts && p.last.tsval != 0);
        EXPECT_EQ(p.last.tsecr, with_ack ? 100 : 0);
        peer_close(&p);
    }
}

/* 5.4, and RFC 6191 2: the clock of a pair of ends goes on from one connection to
 * the next, so that the peer's TIME-WAIT knows a new SYN by it. */
static void test_next_connection_between_the_ends_has_later_timestamps(void)
{
    uint32_t tsval[2];
    struct tcp_peer p = { 0 };
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { 0, PEER_PORT };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    peer_closed(&p);
    there.address = p.t->address;
    for (unsigned i = 0; i < 2; i++) {
        struct tcb *t = tcp_open(p.a, here, NULL, NULL);

        EXPECT(tcp_connect(t, there));
        peer_run(&p, 5 * MS);
        EXPECT(peer_read(&p) != NULL && p.last.has_ts);
        tsval[i] = p.last.tsval;
        tcp_abort(t);
        peer_run(&p, 495 * MS);
    }
    EXPECT_EQ(tsval[1] - tsval[0], 500);
    peer_close(&p);
}

static void test_answering_syn_agrees(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000, .has_ts = true, .tsval = 7);
    EXPECT_SAW(&p.net, NULL, RULE_TCP_TIMESTAMPS_AGREED);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .has_ts = true, .tsecr = 7);
    peer_close(&p);
}

static void test_peer_without_the_option_gets_none(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    peer_established(&p);
    send_segments(&p, 1);
    EXPECT(peer_read(&p) != NULL && !p.last.has_ts);
    peer_close(&p);
}

static void test_segment_that_lacks_its_timestamp_is_dropped_silently(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 10);
    peer_run(&p, 500 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_NO_TIMESTAMP);
    EXPECT_EQ(tcp_available(p.tcb), 0);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_send(&p, .flags = TCP_RST, .seq = 1); /* but a RST needs none */
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* ---- 4: measuring, and which one to echo ---- */

static void test_echo_dates_even_what_was_sent_twice(void)
{
    struct tcp_peer p = { 0 };
    vtime sent;

    begin(&p);
    send_segments(&p, 1);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT(peer_read(&p) != NULL); /* the retransmission */
    sent = p.last.at - 1 * MS;
    peer_run(&p, 100 * MS);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 989, .has_ts = true, .tsval = 101,
              .tsecr = p.last.tsval);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_KARN);
    EXPECT(p.tcb->rtt.latest >= p.net.world->now - sent - 6 * MS &&
           p.tcb->rtt.latest <= p.net.world->now - sent);
    peer_close(&p);
}

/* 4.3, (A): of those that a delayed ACK acknowledges, the earliest. */
static void test_delayed_ack_echoes_the_earlier_of_two(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    text(&p, 1, 988, 200);
    text(&p, 989, 988, 210);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1977, .has_ts = true, .tsecr = 200);
    peer_close(&p);
}

/* (B) and (C): a hole, and what fills it. */
static void test_hole_echoes_the_last_in_order_and_then_what_filled_it(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    p.a->config.tcp.delayed_ack = 0;
    text(&p, 1, 10, 200);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11, .has_ts = true, .tsecr = 200);
    text(&p, 21, 10, 220);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11, .has_ts = true, .tsecr = 200);
    text(&p, 11, 10, 230);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 31, .has_ts = true, .tsecr = 230);
    peer_close(&p);
}

/* ---- 5: PAWS ---- */

static void test_older_timestamp_is_an_old_duplicate(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    p.a->config.tcp.delayed_ack = 0;
    text(&p, 1, 10, 200);
    peer_skip(&p);
    text(&p, 11, 10, 199);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PAWS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11, .has_ts = true, .tsecr = 200);
    EXPECT_EQ(tcp_available(p.tcb), 10);
    text(&p, 11, 10, 200); /* an equal one is not older */
    EXPECT_EQ(tcp_available(p.tcb), 20);
    peer_close(&p);
}

static void test_timestamps_wrap_as_sequence_numbers_do(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.timestamps = 1;
    p.syn.has_ts = true;
    p.syn.tsval = UINT32_MAX;
    peer_established(&p);
    text(&p, 1, 10, 5);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_PAWS);
    EXPECT_EQ(tcp_available(p.tcb), 10);
    peer_close(&p);
}

static void test_reset_with_an_old_timestamp_still_resets(void)
{
    struct tcp_peer p = { 0 };

    begin(&p); /* 5.2 */
    peer_send(&p, .flags = TCP_RST, .seq = 1, .has_ts = true, .tsval = 1);
    EXPECT_STATE(&p, CLOSED);
    peer_close(&p);
}

/* 5.5. No test world lasts for 24 days: TS.Recent is made that old. */
static void test_outdated_timestamp_is_replaced(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    p.a->config.tcp.delayed_ack = 0;
    p.tcb->ts_recent_at -= 25 * 24 * HOURS;
    text(&p, 1, 10, 50);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_PAWS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11, .has_ts = true, .tsecr = 50);
    text(&p, 11, 10, 49); /* and from now on counts */
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PAWS);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_agreed_upon_they_stand_in_every_segment),
        TEST(test_reset_of_an_aborted_connection_has_it),
        TEST(test_next_connection_between_the_ends_has_later_timestamps),
        TEST(test_answering_syn_agrees),
        TEST(test_peer_without_the_option_gets_none),
        TEST(test_segment_that_lacks_its_timestamp_is_dropped_silently),
        TEST(test_echo_dates_even_what_was_sent_twice),
        TEST(test_delayed_ack_echoes_the_earlier_of_two),
        TEST(test_hole_echoes_the_last_in_order_and_then_what_filled_it),
        TEST(test_older_timestamp_is_an_old_duplicate),
        TEST(test_timestamps_wrap_as_sequence_numbers_do),
        TEST(test_reset_with_an_old_timestamp_still_resets),
        TEST(test_outdated_timestamp_is_replaced),
    };

    return run_tests("tcp-timestamps", tests, ARRAY_LEN(tests));
}
