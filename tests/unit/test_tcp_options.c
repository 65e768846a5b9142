/*
 * TCP's options as they are written (RFC 9293 3.2, RFC 7323 2.2 and 3.2, RFC 2018
 * 2 and 3) and read into SEG.
 */
#include <string.h>

#include "layers/tcp/tcb.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

static void begin(struct tcp_peer *p, bool timestamps)
{
    peer_open(p);
    p->net.config.tcp.timestamps = timestamps;
    p->syn.has_ts = timestamps;
    p->syn.tsval = 0x01020304;
    p->syn.sack_ok = p->syn.has_scale = true;
    peer_established(p);
}

/* The kinds that stand in OPTIONS, as a string of their numbers; NOP is '.'. */
static const char *kinds(struct span options)
{
    static char text[TCP_OPTIONS_MAX + 1];
    struct tcp_option_reader reader;
    struct tcp_option option;
    size_t len = 0;

    tcp_option_begin(&reader, options);
    while (tcp_option_next(&reader, &option))
        text[len++] = (char)(option.kind == TCP_OPTION_NOP ? '.' : '0' + option.kind);
    EXPECT_RULE(reader.refused, RULE_NONE);
    text[len] = '\0';
    return text;
}

static void test_syn_offers_what_the_host_wants(void)
{
    uint8_t out[TCP_OPTIONS_MAX];
    struct tcp_peer p = { 0 };
    size_t len;

    begin(&p, true);
    len = tcp_options_write(p.tcb, TCP_SYN, 0, out);
    EXPECT_STR(kinds((struct span){ out, len }), "2.3..4..8");
    EXPECT_EQ(len % 4, 0);
    p.a->config.tcp.sack = 0;
    p.a->config.tcp.timestamps = 0;
    p.a->config.tcp.window_scale = -2;
    len = tcp_options_write(p.tcb, TCP_SYN, 0, out);
    EXPECT_STR(kinds((struct span){ out, len }), "2");
    peer_close(&p);
}

static void test_syn_ack_answers_only_what_was_agreed(void)
{
    uint8_t out[TCP_OPTIONS_MAX];
    struct tcp_peer p = { 0 };
    size_t len;

    begin(&p, false);
    len = tcp_options_write(p.tcb, TCP_SYN | TCP_ACK, 0, out);
    EXPECT_STR(kinds((struct span){ out, len }), "2.3..4");
    p.tcb->sack = p.tcb->scaling = false;
    len = tcp_options_write(p.tcb, TCP_SYN | TCP_ACK, 0, out);
    EXPECT_STR(kinds((struct span){ out, len }), "2");
    peer_close(&p);
}

static void test_timestamps_take_twelve_bytes_of_each_segment(void)
{
    uint8_t out[TCP_OPTIONS_MAX];
    struct tcp_peer p = { 0 };

    begin(&p, true);
    EXPECT_EQ(tcp_options_length(p.tcb), 12);
    EXPECT_EQ(tcp_options_write(p.tcb, TCP_ACK, 100, out), 12);
    EXPECT_STR(kinds((struct span){ out, 12 }), "..8");
    EXPECT_BYTES(out + 8, "\1\2\3\4", 4); /* TSecr: TS.Recent */
    EXPECT_EQ(tcp_effective_mss(p.tcb), 988);
    peer_close(&p);
}

static void test_blocks_never_make_a_segment_too_long(void)
{
    uint8_t out[TCP_OPTIONS_MAX];
    struct tcp_peer p = { 0 };

    begin(&p, true);
    for (uint32_t i = 1; i < 6; i++)
        peer_send(&p, .flags = TCP_ACK, .seq = 1000 * i, .ack = 1, .len = 10, .has_ts = true,
                  .tsval = 0x01020304);
    EXPECT_EQ(tcp_options_write(p.tcb, TCP_ACK, 0, out), 12 + 4 + 24);
    EXPECT_EQ(tcp_options_write(p.tcb, TCP_ACK, 988, out), 12); /* MSS: no room */
    EXPECT_EQ(tcp_options_write(p.tcb, TCP_ACK, 988 - 12, out), 12 + 12);
    EXPECT_EQ(tcp_options_write(p.tcb, TCP_RST, 0, out), 12);
    peer_close(&p);
}

/* ---- Reading ---- */

static rule_id read_back(struct tcp_peer *p, struct span options, struct tcp_segment *seg)
{
    struct ipv4_header ip = { .source = 1, .destination = 2 };
    struct tcp_header h = { .source_port = 7, .destination_port = 9, .options = options };
    struct packet *packet = packet_new(p->net.world, 0);
    rule_id rule;

    tcp_header_emit(&h, packet_push(packet, tcp_header_length(&h)));
    rule = tcp_segment_read(seg, packet, &ip);
    packet_free(p->net.world, packet);
    return rule;
}

static void test_every_option_is_read_wherever_it_begins(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_segment seg;

    peer_closed(&p);
    EXPECT_RULE(read_back(&p,
                          BYTES(1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6, 99, 3, 0xee, 3, 3, 7, 4, 2, 2, 4,
                                0x05, 0xb4),
                          &seg),
                RULE_NONE);
    EXPECT(seg.option.has_timestamps && seg.option.tsval == 5 && seg.option.tsecr == 6);
    EXPECT(seg.option.has_scale && seg.option.scale == 7);
    EXPECT(seg.option.sack_permitted);
    EXPECT(seg.option.has_mss && seg.option.mss == 1460);
    peer_close(&p);
}

static void test_all_blocks_of_a_sack_are_read(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_segment seg;

    peer_closed(&p);
    EXPECT_RULE(read_back(&p,
                          BYTES(5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9),
                          &seg),
                RULE_NONE);
    EXPECT_EQ(seg.option.sack_count, 2);
    EXPECT_EQ(seg.option.sack[0].right, 2);
    EXPECT_EQ(seg.option.sack[1].left, UINT32_MAX);
    EXPECT_EQ(seg.option.sack[1].right, 9);
    peer_close(&p);
}

static void test_nothing_behind_the_end_of_the_list_counts(void)
{
    struct tcp_peer p = { 0 };
    struct tcp_segment seg;

    peer_closed(&p);
    EXPECT_RULE(read_back(&p, BYTES(0, 4, 2, 0), &seg), RULE_NONE);
    EXPECT(!seg.option.sack_permitted);
    peer_close(&p);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_syn_offers_what_the_host_wants),
        TEST(test_syn_ack_answers_only_what_was_agreed),
        TEST(test_timestamps_take_twelve_bytes_of_each_segment),
        TEST(test_blocks_never_make_a_segment_too_long),
        TEST(test_every_option_is_read_wherever_it_begins),
        TEST(test_all_blocks_of_a_sack_are_read),
        TEST(test_nothing_behind_the_end_of_the_list_counts),
    };

    return run_tests("tcp-options", tests, ARRAY_LEN(tests));
}
