/*
 * What the receiver reports: SACK (RFC 2018 4, its examples of section 7) and
 * D-SACK (RFC 2883, its six examples).
 *
 * The examples are shown at four fifths of their size, as the RFCs' segments of
 * 1500 bytes would not fit a frame.
 */
#include "tests/rfc/fixture_tcp.h"

/* The sequence number of byte X of an example. */
#define AT(x) ((x)*4 / 5 + 1)

/* The bytes from FIRST up to END, without it, arrive. */
static void bytes(struct tcp_peer *p, uint32_t first, uint32_t end)
{
    peer_send(p, .flags = TCP_ACK, .seq = AT(first), .ack = 1, .len = AT(end) - AT(first));
}

/* SACK is on, each segment is acknowledged, and all before NEXT has come. */
static void begin(struct tcp_peer *p, uint32_t next)
{
    peer_open(p);
    p->syn.sack_ok = true;
    p->net.config.tcp.delayed_ack = 0;
    p->reads = true;
    peer_established(p);
    for (uint32_t at = 0; at < next; at += 500)
        bytes(p, at, at + 500);
    peer_skip(p);
}

#define SACK(...) .sack = { __VA_ARGS__ }
#define BLOCK(left, right)                                                                         \
    {                                                                                              \
        AT(left), AT(right)                                                                        \
    }
#define EXPECT_ACK(p, next, ...)                                                                   \
    EXPECT_SEGMENT(p, .flags = TCP_ACK, .seq = 1, .ack = AT(next), __VA_ARGS__)

static void expect_plain_ack(struct tcp_peer *p, uint32_t next)
{
    EXPECT_SEGMENT(p, .flags = TCP_ACK, .seq = 1, .ack = AT(next));
    EXPECT_EQ(p->last.sacks, 0);
}

/* ---- RFC 2018 7: eight segments of 500 bytes from 5000 on ---- */

static void test_case_1_last_four_are_lost(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5000);
    for (uint32_t at = 5000; at < 7000; at += 500) {
        bytes(&p, at, at + 500);
        expect_plain_ack(&p, at + 500);
    }
    peer_close(&p);
}

static void test_case_2_first_is_lost(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5000);
    for (uint32_t at = 5500; at < 9000; at += 500) {
        bytes(&p, at, at + 500);
        EXPECT_ACK(&p, 5000, SACK(BLOCK(5500, at + 500)));
    }
    peer_close(&p);
}

static void test_case_3_every_second_is_lost_then_two_come(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 5000);
    bytes(&p, 5000, 5500);
    expect_plain_ack(&p, 5500);
    bytes(&p, 6000, 6500);
    EXPECT_ACK(&p, 5500, SACK(BLOCK(6000, 6500)));
    bytes(&p, 7000, 7500);
    EXPECT_ACK(&p, 5500, SACK(BLOCK(7000, 7500), BLOCK(6000, 6500)));
    bytes(&p, 8000, 8500);
    EXPECT_ACK(&p, 5500, SACK(BLOCK(8000, 8500), BLOCK(7000, 7500), BLOCK(6000, 6500)));
    bytes(&p, 6500, 7000); /* the fourth */
    EXPECT_ACK(&p, 5500, SACK(BLOCK(6000, 7500), BLOCK(8000, 8500)));
    bytes(&p, 5500, 6000); /* the second */
    EXPECT_ACK(&p, 7500, SACK(BLOCK(8000, 8500)));
    peer_close(&p);
}

/* ---- RFC 2018 4 ---- */

static void test_block_that_grew_last_comes_first(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 1000);
    bytes(&p, 2000, 2100);
    bytes(&p, 3000, 3100);
    bytes(&p, 4000, 4100);
    peer_skip(&p);
    bytes(&p, 3100, 3200);
    EXPECT_ACK(&p, 1000, SACK(BLOCK(3000, 3200), BLOCK(4000, 4100), BLOCK(2000, 2100)));
    peer_close(&p);
}

static void test_option_holds_four_blocks_or_three_beside_timestamps(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 1000);
    for (uint32_t at = 2000; at < 8000; at += 1000)
        bytes(&p, at, at + 100);
    peer_skip(&p);
    bytes(&p, 7100, 7200);
    EXPECT_ACK(&p, 1000,
               SACK(BLOCK(7000, 7200), BLOCK(6000, 6100), BLOCK(5000, 5100), BLOCK(4000, 4100)));
    EXPECT_EQ(p.last.sacks, 4);
    peer_close(&p);

    peer_open(&p);
    p.syn.sack_ok = p.syn.has_ts = true;
    p.net.config.tcp.timestamps = 1;
    peer_established(&p);
    for (uint32_t at = 2000; at < 8000; at += 1000)
        peer_send(&p, .flags = TCP_ACK, .seq = at, .ack = 1, .len = 100, .has_ts = true,
                  .tsval = 1);
    peer_skip(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 9000, .ack = 1, .len = 100, .has_ts = true, .tsval = 1);
    EXPECT(peer_read(&p) != NULL);
    EXPECT_EQ(p.last.sacks, 3);
    peer_close(&p);
}

static void test_without_permission_nothing_is_reported(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1001, .ack = 1, .len = 500);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_EQ(p.last.sacks, 0);
    peer_close(&p);
}

static void test_permission_is_asked_for_in_syns_only(void)
{
    struct tcp_peer p = { 0 };

    peer_listen(&p);
    peer_send(&p, .flags = TCP_SYN, .mss = 1000, .sack_ok = true);
    EXPECT_SEGMENT(&p, .flags = TCP_SYN | TCP_ACK, .seq = 0, .ack = 1, .sack_ok = true);
    EXPECT_SAW(&p.net, NULL, RULE_TCP_SACK_AGREED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    peer_watch(&p);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 1000);
    peer_run(&p, 300 * MS);
    EXPECT(peer_read(&p) != NULL && !p.last.sack_ok);
    peer_close(&p);
}

/* ---- RFC 2883 4.1: whole segments ---- */

static void test_example_1_duplicate_segment(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 3000);
    bytes(&p, 3000, 3500);
    bytes(&p, 3500, 4000);
    peer_skip(&p);
    bytes(&p, 3000, 3500);
    EXPECT_ACK(&p, 4000, SACK(BLOCK(3000, 3500)));
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_DSACK_SENT);
    peer_close(&p);
}

static void test_example_2_out_of_order_segment_and_duplicate(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 3000);
    bytes(&p, 3000, 3500);
    bytes(&p, 3500, 4000);
    bytes(&p, 4500, 5000);
    peer_skip(&p);
    bytes(&p, 3000, 3500);
    EXPECT_ACK(&p, 4000, SACK(BLOCK(3000, 3500), BLOCK(4500, 5000)));
    peer_close(&p);
}

static void test_example_3_duplicate_of_an_out_of_order_segment(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 4000);
    bytes(&p, 4500, 5000);
    EXPECT_ACK(&p, 4000, SACK(BLOCK(4500, 5000)));
    bytes(&p, 5000, 5500);
    EXPECT_ACK(&p, 4000, SACK(BLOCK(4500, 5500)));
    bytes(&p, 5000, 5500);
    EXPECT_ACK(&p, 4000, SACK(BLOCK(5000, 5500), BLOCK(4500, 5500)));
    peer_close(&p);
}

/* ---- RFC 2883 4.2: parts of segments ---- */

static void test_example_4_single_duplicate_subsegment(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 1000);
    bytes(&p, 2000, 2500);
    EXPECT_ACK(&p, 1000, SACK(BLOCK(2000, 2500)));
    bytes(&p, 1000, 1500);
    EXPECT_ACK(&p, 1500, SACK(BLOCK(2000, 2500)));
    bytes(&p, 1000, 2000);
    EXPECT_ACK(&p, 2500, SACK(BLOCK(1000, 1500)));
    peer_close(&p);
}

static void test_example_5_two_duplicate_subsegments_below_the_ack(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 1000);
    bytes(&p, 3000, 3500);
    EXPECT_ACK(&p, 1000, SACK(BLOCK(3000, 3500)));
    bytes(&p, 1000, 1500);
    EXPECT_ACK(&p, 1500, SACK(BLOCK(3000, 3500)));
    bytes(&p, 2000, 2500);
    EXPECT_ACK(&p, 1500, SACK(BLOCK(2000, 2500), BLOCK(3000, 3500)));
    bytes(&p, 1000, 2500);
    EXPECT_ACK(&p, 2500, SACK(BLOCK(1000, 1500), BLOCK(3000, 3500)));
    peer_close(&p);
}

static void test_example_6_two_duplicate_subsegments_above_the_ack(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 1000);
    bytes(&p, 3500, 4000);
    bytes(&p, 1500, 2000);
    EXPECT_ACK(&p, 1000, SACK(BLOCK(3500, 4000)));
    EXPECT_ACK(&p, 1000, SACK(BLOCK(1500, 2000), BLOCK(3500, 4000)));
    bytes(&p, 2500, 3000); /* the RFC says 2000-2499, which it has lost just before */
    EXPECT_ACK(&p, 1000, SACK(BLOCK(2500, 3000), BLOCK(1500, 2000), BLOCK(3500, 4000)));
    bytes(&p, 1500, 3000);
    EXPECT_ACK(&p, 1000, SACK(BLOCK(1500, 2000), BLOCK(1500, 3000), BLOCK(3500, 4000)));
    peer_close(&p);
}

static void test_duplicate_is_reported_in_one_ack_only(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 3000);
    bytes(&p, 2000, 2500);
    EXPECT_ACK(&p, 3000, SACK(BLOCK(2000, 2500)));
    bytes(&p, 3000, 3100);
    expect_plain_ack(&p, 3100);
    peer_close(&p);
}

static void test_without_dsack_duplicates_are_only_acknowledged(void)
{
    struct tcp_peer p = { 0 };

    begin(&p, 3000);
    p.a->config.tcp.dsack = 0;
    bytes(&p, 2000, 2500);
    expect_plain_ack(&p, 3000);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_case_1_last_four_are_lost),
        TEST(test_case_2_first_is_lost),
        TEST(test_case_3_every_second_is_lost_then_two_come),
        TEST(test_block_that_grew_last_comes_first),
        TEST(test_option_holds_four_blocks_or_three_beside_timestamps),
        TEST(test_without_permission_nothing_is_reported),
        TEST(test_permission_is_asked_for_in_syns_only),
        TEST(test_example_1_duplicate_segment),
        TEST(test_example_2_out_of_order_segment_and_duplicate),
        TEST(test_example_3_duplicate_of_an_out_of_order_segment),
        TEST(test_example_4_single_duplicate_subsegment),
        TEST(test_example_5_two_duplicate_subsegments_below_the_ack),
        TEST(test_example_6_two_duplicate_subsegments_above_the_ack),
        TEST(test_duplicate_is_reported_in_one_ack_only),
        TEST(test_without_dsack_duplicates_are_only_acknowledged),
    };

    return run_tests("tcp-sack", tests, ARRAY_LEN(tests));
}
