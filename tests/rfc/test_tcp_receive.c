/*
 * Receiving text: when it is acknowledged (RFC 9293 3.8.6.3, RFC 5681 4.2), and
 * what comes out of order, once and in order (3.10.7.4).
 */
#include <stdio.h>

#include "sim/hash.h"
#include "tests/rfc/fixture_tcp.h"

/* The peer sends LEN bytes from SEQ on. */
static void text(struct tcp_peer *p, uint32_t seq, uint32_t len)
{
    peer_send(p, .flags = TCP_ACK, .seq = seq, .ack = 1, .len = len);
}

static bool expect_ack(struct tcp_peer *p, uint32_t ack)
{
    return EXPECT_SEGMENT(p, .flags = TCP_ACK, .seq = 1, .ack = ack);
}

/* ---- Delayed ACKs ---- */

static void test_ack_of_one_segment_waits_less_than_half_a_second(void)
{
    REQ("SHLD-18");
    REQ("MUST-40");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    text(&p, 1, 1000);
    peer_run(&p, 150 * MS);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACK_DELAYED);
    peer_run(&p, 345 * MS);
    expect_ack(&p, 1001);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACK_TIMER);
    peer_close(&p);
}

static void test_delay_cannot_be_set_to_half_a_second(void)
{
    REQ("MUST-40");
    const struct config_key *key = tcp_config_keys;

    while (key->name != NULL && strcmp(key->name, "delayed-ack") != 0)
        key++;
    if (EXPECT(key->name != NULL))
        EXPECT(key->max < 500 * MS);
}

static void test_every_second_full_segment_is_acknowledged_at_once(void)
{
    REQ("SHLD-19");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    for (unsigned i = 0; i < 3; i++) {
        text(&p, segment_at(2 * i), 1000);
        EXPECT_SILENCE(&p);
        text(&p, segment_at(2 * i + 1), 1000);
        expect_ack(&p, segment_at(2 * i + 2));
    }
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_ACK_EVERY_SECOND);
    peer_close(&p);
}

static void test_ack_travels_with_data(void)
{
    REQ("SHLD-18");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    text(&p, 1, 10);
    peer_host_sends(&p, 20);
    peer_run(&p, 400 * MS);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK | TCP_PSH, .seq = 1, .ack = 11, .len = 20);
    EXPECT_SILENCE(&p);
    peer_close(&p);
}

static void test_without_delay_each_segment_is_acknowledged(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.delayed_ack = 0;
    peer_established(&p);
    text(&p, 1, 10);
    expect_ack(&p, 11);
    peer_close(&p);
}

/* ---- Out of order ---- */

static void test_segment_that_comes_early_is_kept_and_acknowledged_at_once(void)
{
    REQ("SHLD-31");
    REQ("MAY-13");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    text(&p, 1001, 1000);
    expect_ack(&p, 1);
    text(&p, 2001, 1000);
    expect_ack(&p, 1);
    EXPECT_EQ(tcp_available(p.tcb), 0);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_OUT_OF_ORDER, 2);
    peer_close(&p);
}

static void test_segment_that_fills_the_hole_is_acknowledged_with_all_behind_it(void)
{
    REQ("MUST-58");
    REQ("MUST-59");
    REQ("SHLD-31");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    for (unsigned i = 1; i < 5; i++)
        text(&p, segment_at(i), 1000);
    peer_skip(&p);
    text(&p, 1, 1000);
    expect_ack(&p, 5001);
    EXPECT_SILENCE(&p);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_HOLE_FILLED);
    EXPECT_EQ(tcp_available(p.tcb), 5000);
    peer_close(&p);
}

static void test_segment_that_fills_part_of_a_hole_is_acknowledged_at_once(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p); /* RFC 5681 4.2 */
    text(&p, 2001, 1000);
    peer_skip(&p);
    text(&p, 1, 1000);
    expect_ack(&p, 1001);
    peer_close(&p);
}

static void test_fin_that_comes_early_is_kept(void)
{
    REQ("SHLD-31");
    struct tcp_peer p = { 0 };

    peer_established(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 11, .ack = 1, .len = 10);
    expect_ack(&p, 1);
    EXPECT_STATE(&p, ESTABLISHED);
    text(&p, 1, 10);
    expect_ack(&p, 22);
    EXPECT_STATE(&p, CLOSE_WAIT);
    peer_close(&p);
}

static void test_receiver_that_keeps_nothing_drops_what_comes_early(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.keep_out_of_order = 0;
    peer_established(&p);
    text(&p, 1001, 1000);
    expect_ack(&p, 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_EARLY_DROPPED);
    text(&p, 1, 1000);
    peer_run(&p, 300 * MS);
    expect_ack(&p, 1001);
    peer_close(&p);
}

static void test_receiver_that_keeps_nothing_drops_a_fin_that_comes_early(void)
{
    struct tcp_peer p = { 0 };

    peer_open(&p);
    p.net.config.tcp.keep_out_of_order = 0;
    peer_established(&p);
    peer_send(&p, .flags = TCP_ACK | TCP_FIN, .seq = 4, .ack = 1);
    EXPECT_SEGMENT(&p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT_SAW(&p.net, &p.a->node, RULE_TCP_EARLY_DROPPED);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .text = "abc");
    EXPECT_STATE(&p, ESTABLISHED);
    peer_close(&p);
}

static void test_one_hole_too_many_is_not_kept(void)
{
    struct tcp_peer p = { 0 };

    peer_established(&p);
    for (uint32_t i = 0; i <= TCP_RUNS_MAX; i++)
        peer_post(&p, .flags = TCP_ACK, .seq = 2 + 2 * i, .ack = 1, .len = 1);
    peer_run(&p, 10 * MS);
    EXPECT_RULE_COUNT(&p.net, &p.a->node, RULE_TCP_TOO_MANY_HOLES, 1);
    EXPECT_EQ(p.tcb->rcv.runs.count, TCP_RUNS_MAX);
    peer_close(&p);
}

/* ---- Any overlap: delivered once and in order ---- */

enum { STREAM = 3000, ROUNDS = 200 };

static struct {
    uint64_t luck;
    bool sent[STREAM]; /* the model: what the receiver has been given */
    uint32_t read;
} m;

static uint32_t draw(uint32_t below)
{
    m.luck = hash_mix(m.luck);
    return (uint32_t)(m.luck >> 33) % below;
}

static uint32_t in_order(void)
{
    uint32_t count = 0;

    while (count < STREAM && m.sent[count])
        count++;
    return count;
}

/* Some of what is there, or all: each byte must be the next of the stream. */
static bool read_some(struct tcp_peer *p, uint32_t most)
{
    uint8_t bytes[STREAM];
    size_t len = tcp_receive(p->tcb, bytes, most);

    for (size_t i = 0; i < len; i++, m.read++)
        if (bytes[i] != peer_byte(1 + m.read))
            return false;
    return true;
}

/* One segment from anywhere, the end of the stream with FIN; then compares. */
static bool send_one(struct tcp_peer *p)
{
    uint32_t at = draw(STREAM), len = 1 + draw(400);
    bool last;

    if (draw(3) == 0)
        at = in_order() > 100 ? in_order() - draw(100) : in_order();
    if (at + len > STREAM)
        len = STREAM - at;
    last = at + len == STREAM;
    peer_post_segment(p, (struct peer_segment){ .flags = (uint8_t)(TCP_ACK | (last ? TCP_FIN : 0)),
                                                .seq = 1 + at,
                                                .ack = 1,
                                                .len = len });
    peer_run(p, 2 * MS);
    for (uint32_t i = at; i < at + len; i++)
        m.sent[i] = true;
    return m.read + tcp_available(p->tcb) == in_order() &&
           (draw(2) == 0 || read_some(p, draw(500)));
}

static bool overlap_round(unsigned seed)
{
    struct tcp_peer p = { 0 };
    char label[32];
    bool held = true;

    memset(&m, 0, sizeof(m));
    m.luck = hash_mix(seed);
    snprintf(label, sizeof(label), "round %u", seed);
    peer_established(&p);
    for (unsigned i = 0; i < 500 && held && in_order() < STREAM; i++)
        held = send_one(&p);
    held = held && read_some(&p, STREAM);
    EXPECT_ROW(label, held);
    EXPECT_EQ_ROW(label, m.read, STREAM);
    EXPECT_ROW(label, tcp_at_end(p.tcb));
    EXPECT_ROW(label, peer_state(&p) == STATE_TCP_CLOSE_WAIT);
    EXPECT_EQ_ROW(label, status_of(&p).bytes_delivered, STREAM);
    peer_close(&p);
    return held;
}

static void test_any_overlap_is_delivered_once_and_in_order(void)
{
    REQ("SHLD-31");
    for (unsigned seed = 0; seed < ROUNDS; seed++)
        if (!overlap_round(seed))
            break;
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ack_of_one_segment_waits_less_than_half_a_second),
        TEST(test_delay_cannot_be_set_to_half_a_second),
        TEST(test_every_second_full_segment_is_acknowledged_at_once),
        TEST(test_ack_travels_with_data),
        TEST(test_without_delay_each_segment_is_acknowledged),
        TEST(test_segment_that_comes_early_is_kept_and_acknowledged_at_once),
        TEST(test_segment_that_fills_the_hole_is_acknowledged_with_all_behind_it),
        TEST(test_segment_that_fills_part_of_a_hole_is_acknowledged_at_once),
        TEST(test_fin_that_comes_early_is_kept),
        TEST(test_receiver_that_keeps_nothing_drops_what_comes_early),
        TEST(test_receiver_that_keeps_nothing_drops_a_fin_that_comes_early),
        TEST(test_one_hole_too_many_is_not_kept),
        TEST(test_any_overlap_is_delivered_once_and_in_order),
    };

    return run_tests("tcp-receive", tests, ARRAY_LEN(tests));
}
