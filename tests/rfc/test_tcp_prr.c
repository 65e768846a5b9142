/*
 * Proportional Rate Reduction: RFC 6937 3, with the examples of its 3.1: cwnd,
 * FlightSize and pipe are twenty segments, and ssthresh becomes ten.
 */
#include "tests/rfc/fixture_tcp.h"

enum { WINDOW = 20 };

#define RUN(first, end) { segment_at(first), segment_at(end) }
#define SACK(p, n, ...) \
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(n), .sack = { __VA_ARGS__ })

static void begin(struct tcp_peer *p, enum tcp_prr_choice prr)
{
    peer_open(p);
    p->net.config.tcp.prr = prr;
    p->net.config.tcp.initial_window = WINDOW;
    p->net.config.tcp.sndbuf = 1 << 20;
    p->syn.sack_ok = true;
    peer_established(p);
    send_segments(p, 3 * WINDOW);
    EXPECT_SEGMENTS(p, 0, WINDOW);
}

/* How many segments are out now that were not before. */
static unsigned sent(struct tcp_peer *p)
{
    unsigned count = 0;

    while (peer_read(p) != NULL)
        count++;
    return count;
}

/* Segment 0 is lost, and those after it are reported one by one: each second
 * report lets one out, from the third on, which lets out the lost one. */
static void test_one_loss_halves_the_window_without_a_silence(void)
{
    static const uint8_t want[] = { 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
    struct tcp_peer p = { 0 };

    begin(&p, TCP_PRR_SSRB);
    for (unsigned i = 0; i < ARRAY_LEN(want); i++) {
        SACK(&p, 0, RUN(1, i + 2));
        EXPECT_EQ(sent(&p), want[i]);
    }
    EXPECT_EQ(ssthresh_of(&p), WINDOW / 2 * SEGMENT);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_PRR);
    peer_close(&p);
}

static void test_without_prr_the_same_loss_makes_a_silence(void)
{
    struct tcp_peer p = { 0 };
    unsigned count = 0;

    begin(&p, TCP_PRR_OFF);
    SACK(&p, 0, RUN(1, 4));
    EXPECT_EQ(sent(&p), 1);
    for (unsigned i = 5; i < 11; i++) {
        SACK(&p, 0, RUN(1, i));
        count += sent(&p);
    }
    EXPECT_EQ(count, 0);
    peer_close(&p);
}

static void begin_with_fifteen_lost(struct tcp_peer *p, enum tcp_prr_choice prr)
{
    begin(p, prr);
    SACK(p, 0, RUN(15, 16));
    EXPECT_EQ(sent(p), 1);
    SACK(p, 0, RUN(15, 17));
    EXPECT_EQ(sent(p), 1);
}

static void expect_reports(struct tcp_peer *p, unsigned first, unsigned second, unsigned third)
{
    SACK(p, 0, RUN(15, 18));
    EXPECT_EQ(sent(p), first);
    SACK(p, 0, RUN(15, 19));
    EXPECT_EQ(sent(p), second);
    SACK(p, 0, RUN(15, 20));
    EXPECT_EQ(sent(p), third);
}

static void test_conservative_bound_sends_one_for_one(void)
{
    struct tcp_peer p = { 0 };

    begin_with_fifteen_lost(&p, TCP_PRR_CRB);
    expect_reports(&p, 1, 1, 1);
    peer_close(&p);
}

static void test_slow_start_bound_sends_two_for_one(void)
{
    struct tcp_peer p = { 0 };

    begin_with_fifteen_lost(&p, TCP_PRR_SSRB);
    expect_reports(&p, 2, 2, 2);
    peer_close(&p);
}

/* Linux's: as the conservative one, until an ACK of new data tells of no other loss. */
static void test_cautious_bound_sends_two_only_for_new_data(void)
{
    struct tcp_peer p = { 0 };

    begin_with_fifteen_lost(&p, TCP_PRR_CAUTIOUS);
    expect_reports(&p, 1, 1, 1);
    SACK(&p, 1, RUN(15, 20));
    EXPECT_EQ(sent(&p), 2);
    peer_close(&p);
}

static void test_recovery_ends_at_ssthresh_where_that_is_set(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.full_ack = TCP_FULL_ACK_SSTHRESH;
    p.net.config.tcp.prr = TCP_PRR_CRB;
    p.syn.sack_ok = true;
    peer_established(&p);
    send_segments(&p, 10);
    peer_skip(&p);
    SACK(&p, 0, RUN(1, 10));
    EXPECT_SEGMENTS(&p, 0, 1);
    ack_to(&p, 10);
    EXPECT_EQ(cwnd_of(&p), 5 * SEGMENT);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_one_loss_halves_the_window_without_a_silence),
        TEST(test_without_prr_the_same_loss_makes_a_silence),
        TEST(test_conservative_bound_sends_one_for_one),
        TEST(test_slow_start_bound_sends_two_for_one),
        TEST(test_cautious_bound_sends_two_only_for_new_data),
        TEST(test_recovery_ends_at_ssthresh_where_that_is_set),
    };

    return run_tests("tcp_prr", tests, ARRAY_LEN(tests));
}
