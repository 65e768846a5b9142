#include "sim/packet.h"

#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

#include <string.h>

static void test_new_packet_has_headroom_and_length(void)
{
    static const size_t lengths[] = { 0, 1, 128, 129, 1500, 1536, 1537, 65535 };
    struct stations s;

    stations_open(&s, 1, false);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct packet *p = packet_new(s.world, lengths[i]);

        if (!EXPECT(p != NULL))
            continue;
        EXPECT_EQ(p->len, lengths[i]);
        EXPECT_EQ(p->head, PACKET_HEADROOM);
        memset(packet_bytes(p), 0xaa, p->len);
        memset(packet_push(p, PACKET_HEADROOM), 0xbb, PACKET_HEADROOM);
        EXPECT_EQ(p->len, lengths[i] + PACKET_HEADROOM);
        packet_free(s.world, p);
    }
    EXPECT(packet_new(s.world, 65537) == NULL);
    stations_close(&s);
}

static void test_pulled_header_can_still_be_seen_from_its_mark(void)
{
    struct stations s;
    struct packet *p, *copy;

    stations_open(&s, 1, false);
    p = packet_new(s.world, 10);
    memcpy(packet_bytes(p), "0123456789", 10);
    packet_mark(p, PACKET_NETWORK);
    packet_pull(p, 4);
    EXPECT_BYTES(packet_span(p).at, "456789", 6);
    copy = packet_clone(s.world, p);
    EXPECT_EQ(packet_from(copy, PACKET_NETWORK).len, 10);
    EXPECT_BYTES(packet_from(copy, PACKET_NETWORK).at, "0123456789", 10);
    EXPECT_EQ(packet_from(copy, PACKET_LINK).len, 0);
    packet_free(s.world, p);
    packet_free(s.world, copy);
    stations_close(&s);
}

static void test_padding_beyond_the_buffer_is_refused(void)
{
    struct stations s;
    struct packet *p;

    stations_open(&s, 1, false);
    p = packet_new(s.world, 14);
    EXPECT(packet_pad(p, 46));
    EXPECT_EQ(p->len, 60);
    EXPECT(!packet_pad(p, 1000));
    EXPECT_EQ(p->len, 60);
    packet_trim(p, 20);
    EXPECT_EQ(p->len, 20);
    packet_free(s.world, p);
    stations_close(&s);
}

static void test_identity_depends_on_what_and_how_manieth(void)
{
    struct stations s;
    struct packet *p, *q;

    stations_open(&s, 1, false);
    p = packet_new(s.world, 0);
    q = packet_new(s.world, 0);
    packet_stamp(p, 5, 0);
    packet_stamp(q, 5, 0);
    EXPECT(p->identity == q->identity);
    packet_stamp(q, 5, 1);
    EXPECT(p->identity != q->identity);
    packet_derive(q, p, 0);
    EXPECT(p->identity != q->identity);
    packet_free(s.world, p);
    packet_free(s.world, q);
    stations_close(&s);
}

static void test_list_gives_back_in_order(void)
{
    struct stations s;
    struct packet_list list = { NULL, NULL, 0 };

    stations_open(&s, 1, false);
    for (uint32_t i = 1; i <= 3; i++)
        packet_list_add(&list, packet_new(s.world, i));
    for (uint32_t i = 1; i <= 3; i++) {
        struct packet *p = packet_list_take(&list);

        EXPECT_EQ(p->len, i);
        packet_free(s.world, p);
    }
    EXPECT(packet_list_take(&list) == NULL);
    EXPECT_EQ(list.count, 0);
    stations_close(&s);
}

static void test_dropped_packet_leaves_its_reason(void)
{
    struct stations s;
    const struct record *last;

    stations_open(&s, 1, true);
    packet_drop_with(packet_new(s.world, 5), &s.b->node, RULE_LINK_TOO_LONG, 7, 8);
    last = trace_record(&s.trace, s.trace.records.at - 1);
    EXPECT_EQ(last->kind, RECORD_LOST);
    EXPECT_EQ(last->node, s.b->node.id);
    EXPECT_EQ(last->rule, RULE_LINK_TOO_LONG);
    EXPECT_EQ(last->a, 7);
    EXPECT_EQ(last->b, 8);
    stations_close(&s);
}

static void test_told_drop_leaves_the_packet_to_its_owner(void)
{
    struct stations s;
    const struct record *last;
    struct packet *p;

    stations_open(&s, 1, true);
    p = packet_new(s.world, 5);
    packet_tell_drop(p, &s.b->node, RULE_LINK_TOO_LONG, 7, 8);
    last = trace_record(&s.trace, s.trace.records.at - 1);
    EXPECT_EQ(last->kind, RECORD_LOST);
    EXPECT_EQ(last->rule, RULE_LINK_TOO_LONG);
    EXPECT_EQ(last->a, 7);
    EXPECT_EQ(world_live_packets(s.world), 1);
    packet_free(s.world, p);
    stations_close(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_new_packet_has_headroom_and_length),
        TEST(test_pulled_header_can_still_be_seen_from_its_mark),
        TEST(test_padding_beyond_the_buffer_is_refused),
        TEST(test_identity_depends_on_what_and_how_manieth),
        TEST(test_list_gives_back_in_order),
        TEST(test_dropped_packet_leaves_its_reason),
        TEST(test_told_drop_leaves_the_packet_to_its_owner),
    };

    return run_tests("packet", tests, ARRAY_LEN(tests));
}
