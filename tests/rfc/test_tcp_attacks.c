/*
 * RFC 5961: what somebody can do who guesses. The table of test_tcp_matrix.c
 * has each segment; here are its three attacks as stories, and section 7, the
 * limit of challenge ACKs.
 */
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static struct tcp_peer p;

/* 3.2: the peer's own RST, sent while its text is missing here. */
static void test_real_rst_out_of_order_resets_by_the_challenge(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_RST | TCP_ACK, .seq = 501, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_STATE(&p, ESTABLISHED);
    peer_send(&p, .flags = TCP_RST, .seq = 1); /* as any CLOSED host answers that ACK */
    EXPECT_STATE(&p, CLOSED);
    EXPECT_RULE(p.app.ended_by, RULE_TCP_ENDED_RESET);
    peer_close(&p);
}

/* 3.2: a RST each 10 kB of the number space hits the window, never its edge. */
static void test_guessed_rsts_do_not_reset(void)
{
    peer_open(&p);
    p.net.config.tcp.challenge_acks = 0;
    peer_established(&p);
    for (uint32_t guess = 0; guess < 200; guess++)
        peer_send(&p, .flags = TCP_RST, .seq = guess * 10000 - 999992);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT(net_count_rule(&p.net, &p.a->node, RULE_TCP_CHALLENGE_RST) >= 6);
    EXPECT(net_count_rule(&p.net, &p.a->node, RULE_TCP_RST_OUTSIDE) >= 190);
    peer_close(&p);
}

/* 3.5.3 of RFC 9293: what counts is where its number lies, not where its text ends. */
static void test_rst_whose_text_reaches_into_the_window_is_outside(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_RST, .seq = (uint32_t)-3, .text = "a long excuse");
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RST_OUTSIDE);
    EXPECT_STATE(&p, ESTABLISHED);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

/* 4.2: SYNs of a stranger. The real peer takes the ACK for a duplicate. */
static void test_guessed_syn_changes_nothing(void)
{
    peer_established(&p);
    peer_send(&p, .flags = TCP_SYN, .seq = 30000);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "on we go");
    EXPECT_EQ(tcp_available(p.tcb), 8);
    peer_close(&p);
}

/* 5.2: right number, wrong acknowledgment. */
static void test_guessed_text_needs_a_plausible_ack(void)
{
    static const uint32_t guesses[] = { 0x80000001, 0xc0000000, 0x40000000, 5 };

    for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
        peer_established(&p);
        peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = guesses[i], .text = "evil");
        EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
        EXPECT_EQ(p.app.readable, 0);
        peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = guesses[i]);
        EXPECT_STATE(&p, ESTABLISHED);
        peer_close(&p);
    }
}

/* ---- 7: throttling ---- */

static unsigned challenges_of(unsigned guesses)
{
    unsigned answers = 0;

    for (unsigned i = 0; i < guesses; i++)
        peer_post(&p, .flags = TCP_SYN, .seq = 30000);
    peer_run(&p, 100 * MS);
    while (peer_read(&p) != NULL)
        answers++;
    return answers;
}

static void begin_limited(int64_t limit)
{
    peer_open(&p);
    p.net.config.tcp.challenge_acks = limit;
    peer_established(&p);
    net_run_until(&p.net, 5 * SECONDS);
}

static void test_challenge_acks_are_limited_in_each_second(void)
{
    begin_limited(10);
    EXPECT_EQ(challenges_of(25), 10);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_CHALLENGE_LIMIT, 15);
    EXPECT_EQ(challenges_of(5), 0);
    net_run_until(&p.net, 6 * SECONDS);
    EXPECT_EQ(challenges_of(5), 5);
    peer_close(&p);
}

static void test_limit_of_challenge_acks_can_be_lifted(void)
{
    begin_limited(0);
    EXPECT_EQ(challenges_of(300), 300);
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_CHALLENGE_LIMIT);
    peer_close(&p);
}

/* What is no guess is answered all the same. */
static void test_limit_does_not_hold_other_acks(void)
{
    begin_limited(1);
    EXPECT_EQ(challenges_of(5), 1);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    EXPECT_STATE(&p, CLOSE_WAIT);
    peer_close(&p);
}

/* ---- A flood of SYNs (RFC 4987 2) ---- */

static void test_flood_of_syns_leaves_open_connections_alone(void)
{
    peer_open(&p);
    p.net.config.tcp.syn_backlog = 16;
    peer_accepted(&p);
    for (uint16_t port = 6000; port < 6100; port++)
        peer_post(&p, .flags = TCP_SYN, .from = port);
    peer_run(&p, 10 * MS);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_SYN_QUEUE_FULL, 84);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "hello");
    EXPECT_EQ(tcp_available(p.tcb), 5);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_real_rst_out_of_order_resets_by_the_challenge),
        TEST(test_guessed_rsts_do_not_reset),
        TEST(test_rst_whose_text_reaches_into_the_window_is_outside),
        TEST(test_guessed_syn_changes_nothing),
        TEST(test_guessed_text_needs_a_plausible_ack),
        TEST(test_challenge_acks_are_limited_in_each_second),
        TEST(test_limit_of_challenge_acks_can_be_lifted),
        TEST(test_limit_does_not_hold_other_acks),
        TEST(test_flood_of_syns_leaves_open_connections_alone),
    };

    return run_tests("tcp_attacks", tests, ARRAY_LEN(tests));
}
