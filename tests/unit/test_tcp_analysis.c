/* tools/lib/tcp_analysis.h: each flag from segments made by hand. That the same
 * comes out as in Wireshark over whole captures is golden/test_tcp_analysis.c. */
#include "tools/lib/tcp_analysis.h"

#include <string.h>

#include "layers/wire/tcp_header.h"
#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/flow_table.h"

#define ISS_A UINT32_C(0xffffff00) /* the numbers of a wrap */
#define ISS_B UINT32_C(0x12345678)

enum { WINDOW = 1000, RTT_MS = 40 };

static struct tcp_analysis all;
static struct tcp_facts facts;
static int64_t now;
static uint64_t frame;
static uint32_t window_a, window_b;

/* What is found in a segment from side A or B, AFTER ms behind the one before; numbers
 * count from the sender's ISS. */
static unsigned flags_of(char side, int64_t after, uint8_t flags, uint32_t seq, uint32_t ack,
                         uint32_t len)
{
    bool a = side == 'a';
    struct tcp_seen seen = { .sequence = (a ? ISS_A : ISS_B) + seq,
                             .acknowledgment = (a ? ISS_B : ISS_A) + ack,
                             .len = len,
                             .window = (uint16_t)(a ? window_a : window_b),
                             .flags = flags,
                             .scale = (flags & TCP_SYN) != 0 ? 0 : -1,
                             .whole = true };

    now += after * MS;
    seen.time_ns = now;
    seen.frame = ++frame;
    tcp_analyse(&all, a ? 0 : 1, &seen, false, &facts);
    return facts.flags;
}

#define ACK(side, after, seq, ack, len) flags_of(side, after, TCP_ACK, seq, ack, len)

/* The handshake; then A may send from 1 on, and so may B. */
static void begin(void)
{
    tcp_analysis_free(&all);
    tcp_analysis_init(&all);
    now = 0;
    frame = 0;
    window_a = window_b = WINDOW;
    EXPECT_EQ(flags_of('a', 0, TCP_SYN, 0, 0, 0), 0);
    EXPECT_EQ(flags_of('b', RTT_MS / 2, TCP_SYN | TCP_ACK, 0, 1, 0), 0);
    EXPECT_EQ(ACK('a', RTT_MS / 2, 1, 1, 0), 0);
}

static void test_segment_in_order_has_relative_numbers_and_no_flag(void)
{
    begin();
    EXPECT_EQ(ACK('a', 10, 1, 1, 100), 0);
    EXPECT_EQ(facts.sequence, 1);
    EXPECT_EQ(facts.acknowledgment, 1);
    EXPECT_EQ(facts.in_flight, 100);
    EXPECT_EQ(ACK('b', 30, 1, 101, 0), 0);
    EXPECT_EQ(facts.acked_frame, 4);
    EXPECT_EQ(facts.rtt_ns, 30 * MS);
}

static void test_repeated_segment_after_an_rtt_is_a_retransmission(void)
{
    begin();
    ACK('a', 10, 1, 1, 100);
    EXPECT_EQ(ACK('a', 300, 1, 1, 100), TCP_IS_RETRANSMISSION);
    EXPECT_EQ(facts.resent_frame, 4);
    EXPECT_EQ(facts.resent_ns, 300 * MS);
    EXPECT_EQ(ACK('a', 600, 1, 1, 100), TCP_IS_RETRANSMISSION);
    EXPECT_EQ(facts.resent_frame, 5); /* its timer was started by that one */
    EXPECT_EQ(facts.resent_ns, 600 * MS);
    EXPECT_EQ(flags_of('a', 300, TCP_ACK | TCP_FIN, 101, 1, 0), 0);
    EXPECT_EQ(flags_of('a', 300, TCP_ACK | TCP_FIN, 101, 1, 0), TCP_IS_RETRANSMISSION);
}

static void test_repeated_segment_after_its_ack_is_spurious(void)
{
    begin();
    ACK('a', 10, 1, 1, 100);
    ACK('b', 40, 1, 101, 0);
    EXPECT_EQ(ACK('a', 5, 1, 1, 100), TCP_IS_SPURIOUS);
}

static void test_segment_behind_a_gap_tells_of_a_lost_one(void)
{
    begin();
    EXPECT_EQ(ACK('a', 10, 101, 1, 100), TCP_IS_AFTER_GAP);
    EXPECT_EQ(facts.in_flight, 0); /* nobody knows until an ACK comes */
    ACK('b', 1, 1, 1, 0);
    EXPECT_EQ(ACK('a', 1, 1, 1, 100), TCP_IS_OUT_OF_ORDER); /* sooner than an RTT */
    EXPECT_EQ(facts.in_flight, 200);
    EXPECT_EQ(ACK('a', RTT_MS + 1, 1, 1, 100), TCP_IS_RETRANSMISSION);
}

/* Two duplicate ACKs, and 20 ms: Wireshark's limits, at both of their sides. */
static void test_segment_after_two_duplicate_acks_is_fast(void)
{
    for (unsigned duplicates = 1; duplicates <= 2; duplicates++)
        for (int64_t after = 19; after <= 20; after++) {
            begin();
            ACK('a', 10, 1, 1, 100);
            ACK('a', 1, 101, 1, 100);
            ACK('b', 50, 1, 1, 0);
            if (duplicates == 2)
                ACK('b', 1, 1, 1, 0);
            EXPECT_EQ(facts.duplicate, duplicates);
            EXPECT_EQ(ACK('a', after, 1, 1, 100), duplicates == 2 && after == 19
                                                      ? TCP_IS_FAST_RETRANSMISSION
                                                      : TCP_IS_RETRANSMISSION);
        }
}

static void test_same_ack_again_is_numbered_until_the_ack_moves(void)
{
    begin();
    ACK('a', 10, 1, 1, 100);
    for (unsigned i = 1; i <= 3; i++) {
        EXPECT_EQ(ACK('b', 1, 1, 1, 0), TCP_IS_DUPLICATE_ACK);
        EXPECT_EQ(facts.duplicate, i);
    }
    EXPECT_EQ(ACK('b', 1, 1, 101, 0), 0);
    EXPECT_EQ(ACK('b', 1, 1, 101, 0), TCP_IS_DUPLICATE_ACK);
    EXPECT_EQ(facts.duplicate, 1);
    EXPECT_EQ(ACK('b', 1, 1, 101, 10), 0); /* with data it is none */
}

static void test_ack_beyond_the_capture_is_told_once_and_excuses_a_fast_one(void)
{
    begin();
    ACK('b', 10, 1, 1, 100);
    EXPECT_EQ(ACK('a', 50, 1, 1, 10), 0);
    EXPECT_EQ(ACK('b', 10, 1, 500, 100), TCP_ACKS_UNSEEN | TCP_IS_FAST_RETRANSMISSION);
    EXPECT_EQ(ACK('b', 1, 101, 600, 0), 0);
    EXPECT_EQ(ACK('a', 1, 11, 101, 0), 0); /* A's own ACK moves on */
    EXPECT_EQ(ACK('b', 1, 101, 700, 0), TCP_ACKS_UNSEEN);
}

static void test_windows_are_full_shut_probed_and_updated(void)
{
    begin();
    window_b = 100;
    EXPECT_EQ(ACK('b', 10, 1, 1, 0), TCP_IS_WINDOW_UPDATE);
    EXPECT_EQ(ACK('a', 1, 1, 1, 100), TCP_IS_WINDOW_FULL);
    window_b = 0;
    EXPECT_EQ(ACK('b', 1, 1, 101, 0), TCP_IS_ZERO_WINDOW);
    EXPECT_EQ(ACK('a', 200, 101, 1, 1), TCP_IS_PROBE);
    EXPECT_EQ(ACK('b', 1, 1, 101, 0), TCP_IS_ZERO_WINDOW | TCP_IS_PROBE_ACK);
    window_b = 50;
    EXPECT_EQ(ACK('b', 1, 1, 101, 0), TCP_IS_WINDOW_UPDATE);
    EXPECT_EQ(ACK('a', 1, 101, 1, 20), 0); /* the probe's byte did not count */
}

static void test_keep_alive_and_its_ack_are_neither_repeated_nor_duplicate(void)
{
    for (uint32_t len = 0; len <= 1; len++) {
        begin();
        ACK('a', 10, 1, 1, 100);
        ACK('b', 40, 1, 101, 0);
        EXPECT_EQ(ACK('a', 10000, 100, 1, len), TCP_IS_KEEP_ALIVE);
        EXPECT_EQ(ACK('b', 40, 1, 101, 0), TCP_IS_KEEP_ALIVE_ACK);
        EXPECT_EQ(ACK('b', 40, 1, 101, 0), TCP_IS_KEEP_ALIVE_ACK);
    }
}

static void test_syn_with_another_number_begins_anew(void)
{
    struct tcp_seen syn = { .sequence = ISS_A, .flags = TCP_SYN, .scale = -1, .whole = true };

    begin();
    EXPECT(!tcp_begins_anew(&all, 0, &syn));
    syn.sequence += 5;
    EXPECT(tcp_begins_anew(&all, 0, &syn));
    tcp_analysis_free(&all);
    tcp_analysis_init(&all);
    tcp_analyse(&all, 0, &syn, true, &facts);
    EXPECT_EQ(facts.flags, TCP_REUSES_PORTS);
    EXPECT_EQ(facts.sequence, 0);
}

/* A refusal's number is 0 (RFC 9293 3.10.7.1): the real SYN-ACK, later, repeats nothing. */
static void test_syn_ack_after_a_refusal_repeats_nothing(void)
{
    tcp_analysis_free(&all);
    tcp_analysis_init(&all);
    window_a = window_b = WINDOW;
    flags_of('a', 0, TCP_SYN, 0, 0, 0);
    flags_of('b', 1, TCP_RST | TCP_ACK, -ISS_B, 1, 0);
    EXPECT_EQ(flags_of('a', 500, TCP_SYN, 0, 0, 0), TCP_IS_RETRANSMISSION);
    EXPECT_EQ(flags_of('b', 1, TCP_SYN | TCP_ACK, 0, 1, 0), TCP_REUSES_PORTS);
}

static void test_what_sack_covers_is_not_in_flight(void)
{
    struct tcp_seen sack = { .sequence = ISS_B + 1,
                             .acknowledgment = ISS_A + 1,
                             .sacked = 100,
                             .window = WINDOW,
                             .flags = TCP_ACK,
                             .scale = -1,
                             .whole = true };

    begin();
    ACK('a', 10, 1, 1, 100);
    ACK('a', 1, 101, 1, 100);
    sack.time_ns = now + MS;
    tcp_analyse(&all, 1, &sack, false, &facts);
    ACK('a', 2, 201, 1, 100);
    EXPECT_EQ(facts.in_flight, 200);
}

static void test_list_of_what_is_unacknowledged_is_bounded(void)
{
    begin();
    for (uint32_t i = 0; i < TCP_UNACKED_MAX + 100; i++)
        ACK('a', 1, 1 + i, 1, 1);
    EXPECT_EQ(all.sender[0].unacked_count, TCP_UNACKED_MAX);
    ACK('b', 1, 1, 1 + TCP_UNACKED_MAX + 100, 0);
    EXPECT_EQ(all.sender[0].unacked_count, 0);
    tcp_analysis_free(&all);
    tcp_analysis_init(&all);
}

static void test_table_of_connections_is_bounded(void)
{
    struct flow_key key = { .end = { { .port = 80 }, { .port = 1 } } };
    struct flow_table table;
    unsigned sender;

    ASSERT(flow_table_open(&table, 1));
    for (uint32_t i = 0; i < FLOW_TABLE_MAX; i++) {
        memcpy(key.end[0].address, &i, sizeof(i));
        if (flow_table_add(&table, &key) == NULL)
            break;
    }
    EXPECT_EQ(table.count, FLOW_TABLE_MAX);
    EXPECT(flow_table_find(&table, &key, &sender) != NULL);
    key.end[0].port = 81;
    EXPECT(flow_table_add(&table, &key) == NULL);
    EXPECT(flow_table_find(&table, &key, &sender) == NULL);
    flow_table_close(&table);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_segment_in_order_has_relative_numbers_and_no_flag),
        TEST(test_repeated_segment_after_an_rtt_is_a_retransmission),
        TEST(test_repeated_segment_after_its_ack_is_spurious),
        TEST(test_segment_behind_a_gap_tells_of_a_lost_one),
        TEST(test_segment_after_two_duplicate_acks_is_fast),
        TEST(test_same_ack_again_is_numbered_until_the_ack_moves),
        TEST(test_ack_beyond_the_capture_is_told_once_and_excuses_a_fast_one),
        TEST(test_windows_are_full_shut_probed_and_updated),
        TEST(test_keep_alive_and_its_ack_are_neither_repeated_nor_duplicate),
        TEST(test_syn_with_another_number_begins_anew),
        TEST(test_syn_ack_after_a_refusal_repeats_nothing),
        TEST(test_what_sack_covers_is_not_in_flight),
        TEST(test_list_of_what_is_unacknowledged_is_bounded),
        TEST(test_table_of_connections_is_bounded),
    };

    return run_tests("tcp-analysis", tests, ARRAY_LEN(tests));
}
