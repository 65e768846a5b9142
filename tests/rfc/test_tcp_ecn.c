/*
 * Explicit congestion notification: RFC 3168 6.1.
 */
#include "tests/rfc/fixture_tcp.h"

enum { NOT_ECT = 0, ECT0 = 2, CE = 3 };

static unsigned mark_of(const struct tcp_peer *p)
{
    return p->last.tos & 3;
}

static void begin(struct tcp_peer *p)
{
    peer_open(p);
    p->net.config.tcp.ecn = 1;
    p->net.config.tcp.delayed_ack = 0;
    peer_syn_sent(p);
    peer_send(p, .flags = TCP_SYN | TCP_ACK | TCP_ECE, .ack = 1, .mss = 1000);
    EXPECT_SAW(&p->net, &p->a->node, RULE_TCP_ECN_AGREED);
    peer_skip(p);
    net_mark(&p->net);
}

static void text(struct tcp_peer *p, uint32_t seq, uint8_t flags, uint8_t mark)
{
    peer_send(p, .flags = TCP_ACK | flags, .seq = seq, .ack = 1, .len = 10, .tos = mark);
}

static void echo(struct tcp_peer *p, unsigned n)
{
    peer_send(p, .flags = TCP_ACK | TCP_ECE, .seq = 1, .ack = segment_at(n));
}

/* ---- 6.1.1: agreeing ---- */

static void test_syn_asks_and_syn_ack_with_ece_alone_agrees(void)
{
    REQ("SHLD-8");
    static const struct {
        const char *label;
        uint8_t flags;
        bool agreed;
    } rows[] = {
        { "ECE", TCP_ECE, true },
        { "neither", 0, false },
        { "both: a reflection (6.1.1.2)", TCP_ECE | TCP_CWR, false },
        { "CWR", TCP_CWR, false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.ecn = 1;
        peer_syn_sent(&p);
        EXPECT_EQ_ROW(rows[i].label, p.last.flags, TCP_SYN | TCP_ECE | TCP_CWR);
        EXPECT_EQ_ROW(rows[i].label, mark_of(&p), NOT_ECT);
        peer_send(&p, .flags = (uint8_t)(TCP_SYN | TCP_ACK | rows[i].flags), .ack = 1, .mss = 1000);
        EXPECT_EQ_ROW(rows[i].label, p.tcb->ecn, rows[i].agreed);
        peer_close(&p);
    }
}

static void test_syn_with_both_bits_is_answered_with_ece(void)
{
    REQ("SHLD-8");
    static const struct {
        const char *label;
        bool willing;
        uint8_t flags, answer;
    } rows[] = {
        { "both", true, TCP_ECE | TCP_CWR, TCP_ECE },
        { "neither", true, 0, 0 },
        { "ECE only", true, TCP_ECE, 0 },
        { "we are not willing", false, TCP_ECE | TCP_CWR, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.ecn = rows[i].willing;
        peer_listen(&p);
        peer_send(&p, .flags = TCP_SYN | rows[i].flags, .mss = 1000);
        EXPECT_SEGMENT_ROW(rows[i].label, &p,
                           .flags = (uint8_t)(TCP_SYN | TCP_ACK | rows[i].answer), .seq = 0,
                           .ack = 1);
        EXPECT_EQ_ROW(rows[i].label, mark_of(&p), NOT_ECT);
        peer_close(&p);
    }
}

/* ---- 6.1.2, 6.1.4 to 6.1.6: what may be marked ---- */

static void test_new_data_may_be_marked_and_a_retransmission_not(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 1);
    peer_run(&p, 1 * SECONDS);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(mark_of(&p), ECT0);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(mark_of(&p), NOT_ECT);
    peer_close(&p);
}

static void test_pure_ack_may_not_be_marked(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    text(&p, 1, 0, ECT0);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11);
    EXPECT_EQ(mark_of(&p), NOT_ECT);
    peer_close(&p);
}

static void test_window_probe_may_not_be_marked(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = WIN_ZERO);
    peer_host_sends(&p, 100);
    peer_run(&p, 1100 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1);
    EXPECT_EQ(mark_of(&p), NOT_ECT);
    peer_close(&p);
}

/* ---- 6.1.3: the receiver ---- */

static void test_mark_is_echoed_until_the_sender_has_slowed_down(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    text(&p, 1, 0, CE);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_ECE, .seq = 1, .ack = 11);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_MARKED);
    text(&p, 11, 0, ECT0);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_ECE, .seq = 1, .ack = 21);
    text(&p, 21, TCP_CWR, ECT0);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 31);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_ECHO_ENDS);
    text(&p, 31, TCP_CWR, CE); /* both: marked again, behind the reduction */
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_ECE, .seq = 1, .ack = 41);
    peer_close(&p);
}

/* ---- 6.1.2: the sender ---- */

static void test_echo_halves_cwnd_once_in_a_window(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 10);
    peer_skip(&p);
    echo(&p, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_REDUCED);
    EXPECT_EQ(ssthresh_of(&p), 5000); /* half of the ten that were in flight */
    EXPECT_EQ(cwnd_of(&p), 5000);     /* and this ACK does not make it grow */
    echo(&p, 2);
    echo(&p, 9);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_ECN_REDUCED, 1);
    EXPECT_EQ(cwnd_of(&p), 5000);
    echo(&p, 10); /* the window is over */
    send_segments(&p, 4);
    echo(&p, 12);
    EXPECT_EQ(ssthresh_of(&p), 2000);
    peer_close(&p);
}

static void test_loss_in_a_window_that_was_halved_halves_no_more(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 10);
    echo(&p, 1);
    peer_skip(&p);
    ack_times(&p, 1, 3);
    EXPECT_SEGMENTS(&p, 1, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_REDUCED_BEFORE);
    EXPECT_EQ(ssthresh_of(&p), 5000);
    EXPECT_EQ(cwnd_of(&p), 8000); /* the three that have left are counted */
    ack_to(&p, 10);
    EXPECT_EQ(p.tcb->repair, TCP_REPAIR_NONE);
    send_segments(&p, 10); /* the next window */
    ack_to(&p, 11);
    ack_times(&p, 11, 3);
    EXPECT(ssthresh_of(&p) < 5000);
    peer_close(&p);
}

static void test_first_new_segment_after_the_reduction_tells_of_it(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 10);
    peer_skip(&p);
    echo(&p, 1);
    ack_to(&p, 9);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_CWR, .seq = 10001, .ack = 1,
                   .len = SEGMENT);
    ack_to(&p, 11);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 11001, .ack = 1, .len = SEGMENT);
    peer_close(&p);
}

static void test_after_a_timeout_new_data_tells_of_it_not_the_retransmission(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 1);
    peer_skip(&p);
    peer_run(&p, 1 * SECONDS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 1, .len = SEGMENT);
    ack_to(&p, 1);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_CWR, .seq = 1001, .ack = 1, .len = SEGMENT);
    peer_close(&p);
}

static void test_after_fast_retransmit_new_data_tells_of_it(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    send_segments(&p, 10);
    peer_skip(&p);
    ack_times(&p, 0, 3);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = SEGMENT);
    ack_to(&p, 10);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_CWR, .seq = 10001, .ack = 1,
                   .len = SEGMENT);
    peer_close(&p);
}

/* RFC 8985 7.4.2: as for a fast recovery, though none was needed. */
static void test_after_a_loss_that_a_probe_repaired_new_data_tells_of_it(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.ecn = 1;
    p.net.config.tcp.rack = 1;
    peer_syn_sent(&p);
    peer_send(&p, .flags = TCP_SYN | TCP_ACK | TCP_ECE, .ack = 1, .mss = 1000, .sack_ok = true);
    send_segments(&p, 3);
    peer_run(&p, 100 * MS);
    ack_to(&p, 3);
    send_segments(&p, 1);
    net_mark(&p.net);
    ack_to(&p, 4);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_TAIL_REPAIRED);
    peer_skip(&p);
    send_segments(&p, 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH | TCP_CWR, .seq = 4001, .ack = 1, .len = SEGMENT);
    peer_close(&p);
}

static void test_echo_at_one_segment_waits_for_the_timer(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    set_window(&p, 1, 2);
    peer_host_sends(&p, 2 * SEGMENT);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENTS(&p, 0, 1);
    echo(&p, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_PAUSE);
    peer_run(&p, 900 * MS);
    EXPECT_SILENCE(&p);
    peer_run(&p, 200 * MS);
    EXPECT_SEGMENTS(&p, 1, 1);
    EXPECT_EQ(status_of(&p).timeouts, 0);
    peer_close(&p);
}

/* The peer echoes in each ACK until it sees CWR, also in those that keep-alives
 * and probes ask for; they must not begin the wait anew (prop_tcp, seed 22902). */
static void test_echoes_of_nothing_new_do_not_prolong_the_wait(void)
{
    struct tcp_peer p = { 0 };

    begin(&p);
    set_window(&p, 1, 2);
    peer_host_sends(&p, 2 * SEGMENT);
    peer_run(&p, 5 * MS);
    EXPECT_SEGMENTS(&p, 0, 1);
    for (unsigned i = 0; i < 4; i++) {
        echo(&p, 1);
        peer_run(&p, 300 * MS);
    }
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_ECN_PAUSE, 1);
    EXPECT_SEGMENTS(&p, 1, 1);
    peer_close(&p);
}

static void test_without_agreement_marks_and_echoes_mean_nothing(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    p.a->config.tcp.delayed_ack = 0;
    text(&p, 1, 0, CE);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 11);
    send_segments(&p, 1);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(mark_of(&p), NOT_ECT);
    peer_send(&p, .flags = TCP_ACK | TCP_ECE, .seq = 11, .ack = segment_at(1));
    EXPECT_NOT_SAW(&p.net, &p.a->node, RULE_TCP_ECN_REDUCED);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_syn_asks_and_syn_ack_with_ece_alone_agrees),
        TEST(test_syn_with_both_bits_is_answered_with_ece),
        TEST(test_new_data_may_be_marked_and_a_retransmission_not),
        TEST(test_pure_ack_may_not_be_marked),
        TEST(test_window_probe_may_not_be_marked),
        TEST(test_mark_is_echoed_until_the_sender_has_slowed_down),
        TEST(test_echo_halves_cwnd_once_in_a_window),
        TEST(test_loss_in_a_window_that_was_halved_halves_no_more),
        TEST(test_first_new_segment_after_the_reduction_tells_of_it),
        TEST(test_after_a_timeout_new_data_tells_of_it_not_the_retransmission),
        TEST(test_after_fast_retransmit_new_data_tells_of_it),
        TEST(test_after_a_loss_that_a_probe_repaired_new_data_tells_of_it),
        TEST(test_echo_at_one_segment_waits_for_the_timer),
        TEST(test_echoes_of_nothing_new_do_not_prolong_the_wait),
        TEST(test_without_agreement_marks_and_echoes_mean_nothing),
    };

    return run_tests("tcp-ecn", tests, ARRAY_LEN(tests));
}
