/*
 * Loss recovery by SACK: RFC 6675, and RFC 2018 5.
 */
#include "tests/rfc/fixture_tcp.h"

/* Ten segments are out, as many as cwnd allows, and MORE wait. */
static void begin(struct tcp_peer *p, unsigned more)
{
    if (p->net.world == NULL)
        peer_open(p);
    p->syn.sack_ok = true;
    peer_established(p);
    send_segments(p, 10 + more);
    EXPECT_SEGMENTS(p, 0, 10);
}

/* The segments FIRST up to END, without it, as a SACK block. */
#define RUN(first, end)                                                                            \
    {                                                                                              \
        segment_at(first), segment_at(end)                                                         \
    }
#define SACK(p, n, ...)                                                                            \
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(n), .sack = { __VA_ARGS__ })

static bool recovers(const struct tcp_peer *p)
{
    return p->tcb->repair == TCP_REPAIR_RECOVERY;
}

static void expect_one(struct tcp_peer *p, unsigned n)
{
    const struct peer_segment *got = peer_read(p);

    EXPECT_EQ(got != NULL ? (int64_t)got->seq : -1, segment_at(n));
}

/* ---- When it begins: IsLost, DupAcks ---- */

/* For every ISN: marks in sequence space must begin at it. */
static void test_more_than_two_segments_above_prove_a_loss(void)
{
    static const uint32_t isns[] = { PEER_HOST_ISS, 1, 0x7fffff00, 0x90000000 };

    for (size_t i = 0; i < ARRAY_LEN(isns); i++) {
        struct tcp_peer p = { 0 };

        peer_open(&p);
        p.net.config.tcp.isn = isns[i];
        begin(&p, 0);
        SACK(&p, 0, RUN(1, 3));
        EXPECT(!recovers(&p));
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACKED);
        SACK(&p, 0, RUN(1, 4));
        EXPECT(recovers(&p));
        EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_LOST);
        EXPECT_SEGMENTS(&p, 0, 1);
        EXPECT_EQ(cwnd_of(&p), 5 * SEGMENT);
        EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT);
        peer_close(&p);
    }
}

static void test_three_separate_runs_above_prove_a_loss(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, { 1001, 1101 }, { 3001, 3101 });
    EXPECT(!recovers(&p));
    SACK(&p, 0, { 5001, 5101 }, { 1001, 1101 }, { 3001, 3101 });
    EXPECT(recovers(&p));
    peer_close(&p);
}

static void test_three_reports_of_small_pieces_are_enough(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, { 1001, 1101 });
    SACK(&p, 0, { 1001, 1201 });
    EXPECT(!recovers(&p));
    SACK(&p, 0, { 1001, 1301 });
    EXPECT(recovers(&p));
    peer_close(&p);
}

static void test_ack_that_reports_nothing_new_is_no_duplicate(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_times(&p, 0, 5);
    for (unsigned i = 0; i < 5; i++)
        SACK(&p, 0, RUN(1, 2));
    EXPECT(!recovers(&p));
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_DUPLICATE_ACK, 1);
    peer_close(&p);
}

/* The network has doubled what we sent: nothing is lost. */
static void test_dsack_begins_no_recovery(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    ack_to(&p, 3);
    for (unsigned i = 0; i < 5; i++)
        SACK(&p, 3, RUN(1, 2));
    EXPECT(!recovers(&p));
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_DSACK_RECEIVED, 5);
    peer_close(&p);
}

static void test_report_of_what_is_not_outstanding_is_ignored(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, RUN(5, 20));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_UNSOUND);
    EXPECT_EQ(p.tcb->queue.sacked, 0);
    peer_close(&p);
}

/* Step (3): the pipe has shrunk by what was reported. */
static void test_before_recovery_reports_let_new_segments_go(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5);
    SACK(&p, 0, RUN(1, 2));
    EXPECT_SEGMENTS(&p, 10, 1);
    SACK(&p, 0, RUN(1, 3));
    EXPECT_SEGMENTS(&p, 11, 1);
    SACK(&p, 0, RUN(1, 4));
    EXPECT_EQ(ssthresh_of(&p), 5 * SEGMENT); /* those two do not count */
    peer_close(&p);
}

/* ---- NextSeg ---- */

static void test_rule_1_all_that_is_lost_goes_before_new_data_of_rule_2(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5);
    SACK(&p, 0, RUN(5, 10), RUN(1, 2), RUN(3, 4));
    EXPECT(recovers(&p));
    expect_one(&p, 0); /* pipe: nothing is in the network, cwnd is 5 */
    expect_one(&p, 2);
    expect_one(&p, 4);
    expect_one(&p, 10);
    expect_one(&p, 11);
    EXPECT_SILENCE(&p);
    SACK(&p, 2, RUN(5, 10), RUN(3, 4)); /* the first has arrived: one more */
    expect_one(&p, 12);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rule_1_waits_for_room_in_cwnd(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, RUN(1, 4)); /* six are in the network, cwnd is 5 */
    expect_one(&p, 0);
    EXPECT_SILENCE(&p);
    SACK(&p, 0, RUN(1, 4), RUN(6, 10)); /* now 4 and 5 are lost, too */
    expect_one(&p, 4);
    expect_one(&p, 5);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rule_3_a_hole_that_is_only_suspected_goes_last(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, RUN(1, 8), RUN(9, 10));
    expect_one(&p, 0);
    expect_one(&p, 8);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_GUESS);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_rule_4_the_last_segment_is_rescued_once(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, RUN(1, 8));
    expect_one(&p, 0);
    EXPECT_SILENCE(&p); /* nothing tells of 8 and 9, and HighACK has not moved */
    ack_to(&p, 8);
    EXPECT(recovers(&p));
    expect_one(&p, 9);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_SACK_RESCUE);
    EXPECT_SILENCE(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(8) + 500);
    EXPECT_SILENCE(&p);
    SACK(&p, 8, RUN(9, 10)); /* an older ACK, but a newer report: 8 by rule 3 */
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(p.last.seq, segment_at(8) + 500);
    ack_to(&p, 10);
    EXPECT(!recovers(&p));
    peer_close(&p);
}

/* ---- Its end ---- */

static void test_recovery_ends_when_all_that_was_out_is_acknowledged(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 2);
    SACK(&p, 0, RUN(1, 10));
    peer_skip(&p);
    ack_to(&p, 9);
    EXPECT(recovers(&p));
    ack_to(&p, 10);
    EXPECT(!recovers(&p));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_RECOVERY_ENDS);
    peer_close(&p);
}

/* RFC 2018 5: the reports may be void, so that they count for nothing. */
static void test_after_a_timeout_also_what_was_reported_goes_again(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    SACK(&p, 0, RUN(1, 3));
    peer_run(&p, 1 * SECONDS);
    EXPECT_EQ(p.tcb->queue.sacked, 0);
    EXPECT_SEGMENTS(&p, 0, 1);
    ack_to(&p, 1);
    EXPECT_SEGMENTS(&p, 1, 2);
    peer_close(&p);
}

static void test_after_a_timeout_new_reports_are_made_use_of(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 0);
    peer_run(&p, 1 * SECONDS);
    peer_skip(&p);
    SACK(&p, 1, RUN(2, 5));
    expect_one(&p, 1);
    expect_one(&p, 5);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_more_than_two_segments_above_prove_a_loss),
        TEST(test_three_separate_runs_above_prove_a_loss),
        TEST(test_three_reports_of_small_pieces_are_enough),
        TEST(test_ack_that_reports_nothing_new_is_no_duplicate),
        TEST(test_dsack_begins_no_recovery),
        TEST(test_report_of_what_is_not_outstanding_is_ignored),
        TEST(test_before_recovery_reports_let_new_segments_go),
        TEST(test_rule_1_all_that_is_lost_goes_before_new_data_of_rule_2),
        TEST(test_rule_1_waits_for_room_in_cwnd),
        TEST(test_rule_3_a_hole_that_is_only_suspected_goes_last),
        TEST(test_rule_4_the_last_segment_is_rescued_once),
        TEST(test_recovery_ends_when_all_that_was_out_is_acknowledged),
        TEST(test_after_a_timeout_also_what_was_reported_goes_again),
        TEST(test_after_a_timeout_new_reports_are_made_use_of),
    };

    return run_tests("tcp-sack-recovery", tests, ARRAY_LEN(tests));
}
