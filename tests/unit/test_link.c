#include "sim/link.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

static void test_frame_arrives_after_serialisation_and_delay(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.rate = 10000000; /* 10 Mbit/s */
    station_send_at(s.a, 0, 1, 1246);            /* 1250 bytes with FCS: 1 ms */
    world_run(s.world);
    EXPECT_EQ(s.b->count, 1);
    EXPECT_EQ(s.b->arrivals[0].at, 11 * MS);
    EXPECT_EQ(s.b->arrivals[0].frame, 1);
    stations_close(&s);
}

static void test_serialisation_rounds_up_to_a_nanosecond(void)
{
    EXPECT_EQ(link_serialisation(0, 1000), 0);
    EXPECT_EQ(link_serialisation(1000000000, 60), 512);
    EXPECT_EQ(link_serialisation(3000000000, 60), 171); /* 170.67 */
}

static void test_busy_wire_makes_frames_wait_in_order(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.rate = 10000000;
    for (uint32_t n = 1; n <= 5; n++)
        station_send_at(s.a, 0, n, 1246);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 5);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQ(s.b->arrivals[i].number, i + 1);
        EXPECT_EQ(s.b->arrivals[i].at, 10 * MS + (i + 1) * MS);
    }
    stations_close(&s);
}

static void test_full_queue_drops_the_last_to_come(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.rate = 10000000;
    s.wire->direction[0].config.queue = 2;
    for (uint32_t n = 1; n <= 5; n++)
        station_send_at(s.a, 0, n, 1246);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 3); /* one on the wire, two waiting */
    EXPECT_EQ(stations_count(&s, RULE_LINK_QUEUE_FULL), 2);
    EXPECT_EQ(s.wire->direction[0].queue_lost_count, 2);
    EXPECT_EQ(s.world->frame_count, 3); /* what found no room has no number */
    stations_close(&s);
}

static void test_directions_have_their_own_delay(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[1].config.delay = 70 * MS;
    s.b->echoes = true;
    station_send_at(s.a, 0, 1, 100);
    world_run(s.world);
    EXPECT_EQ(s.a->arrivals[0].at, 80 * MS);
    stations_close(&s);
}

static void test_wire_down_loses_what_is_sent_waiting_or_on_it(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.rate = 10000000;
    for (uint32_t n = 1; n <= 3; n++)
        station_send_at(s.a, 0, n, 1246);
    world_step(s.world);
    world_step(s.world);
    world_step(s.world);
    link_set_up(s.wire, false);
    station_send_at(s.a, s.world->now, 4, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 0);
    EXPECT_EQ(stations_count(&s, RULE_LINK_CUT), 1);
    EXPECT_EQ(stations_count(&s, RULE_LINK_DOWN), 3);
    EXPECT_EQ(s.wire->direction[0].lost_count, 4);
    EXPECT_EQ(s.wire->direction[0].queue_lost_count, 0);
    EXPECT_EQ(s.a->wire_changes, 1);
    stations_close(&s);
}

static void test_wire_up_again_carries_frames(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    link_set_up(s.wire, false);
    link_set_up(s.wire, true);
    station_send_at(s.a, 0, 1, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 1);
    EXPECT_EQ(s.b->wire_changes, 2);
    stations_close(&s);
}

static void test_frame_after_a_cut_waits_for_nobody(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.delay = 5 * SECONDS;
    station_send_at(s.a, 0, 1, 100);
    world_step(s.world);
    link_set_up(s.wire, false);
    link_set_up(s.wire, true);
    s.wire->direction[0].config.delay = 10 * MS;
    station_send_at(s.a, 0, 2, 100);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 1);
    EXPECT_EQ(s.b->arrivals[0].at, 10 * MS);
    stations_close(&s);
}

static void test_frames_on_a_wire_take_one_place_in_the_queue(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    for (uint32_t n = 1; n <= 3; n++)
        station_send_at(s.a, 0, n, 100);
    for (unsigned i = 0; i < 3; i++)
        world_step(s.world);
    EXPECT_EQ(s.world->frame_count, 3);
    EXPECT_EQ(s.world->queue.count, 1);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 3);
    EXPECT_EQ(s.b->arrivals[2].at, 10 * MS);
    stations_close(&s);
}

static void test_frame_longer_than_the_wire_carries_is_lost(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    link_set_mtu(s.wire, 576);
    station_send_at(s.a, 0, 1, 576 + LINK_HEADER_BYTES);
    station_send_at(s.a, 0, 2, 576 + LINK_HEADER_BYTES + 1);
    world_run(s.world);
    EXPECT_EQ(s.b->count, 1);
    EXPECT_EQ(stations_count(&s, RULE_LINK_TOO_LONG), 1);
    stations_close(&s);
}

/* A header of 14 bytes leaves no room for the tag that it has not. */
static void test_mtu_counts_from_the_end_of_the_header(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    link_set_mtu(s.wire, 576);
    for (uint32_t len = 576; len <= 577; len++) {
        struct packet *p = packet_new(s.world, len);

        packet_mark(p, PACKET_NETWORK);
        memset(packet_push(p, 14), 0, 14);
        link_send(&s.a->node.ports[0], p);
    }
    world_run(s.world);
    EXPECT_EQ(s.b->count, 1);
    EXPECT_EQ(stations_count(&s, RULE_LINK_TOO_LONG), 1);
    stations_close(&s);
}

/* The MTU that counts is that of the moment at which the wire is free. */
static void test_waiting_frame_too_long_for_a_lowered_mtu_is_lost(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.rate = 10000000;
    station_send_at(s.a, 0, 1, 1246);
    station_send_at(s.a, 0, 2, 1246);
    station_send_at(s.a, 0, 3, 1246);
    station_send_at(s.a, 0, 4, 500);
    station_send_at(s.a, 0, 5, 1246);
    for (unsigned i = 0; i < 5; i++)
        world_step(s.world);
    link_set_mtu(s.wire, 600);
    world_run(s.world);
    EXPECT_EQ(stations_count(&s, RULE_LINK_TOO_LONG), 3);
    EXPECT_EQ(s.b->count, 2);
    EXPECT_EQ(s.b->arrivals[0].number, 1); /* it was on the wire already */
    EXPECT_EQ(s.b->arrivals[1].number, 4);
    EXPECT_EQ(s.b->arrivals[1].frame, 2); /* what never was on it has no number */
    EXPECT_EQ(s.wire->direction[0].waiting.count, 0);
    stations_close(&s);
}

static void test_port_without_wire_drops_with_that_reason(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.a->node.ports[0].link = NULL;
    station_send_at(s.a, 0, 1, 60);
    world_run(s.world);
    EXPECT_EQ(stations_count(&s, RULE_LINK_NOT_CONNECTED), 1);
    stations_close(&s);
}

static void test_until_ends_the_run_before_later_events(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    s.world->until = 1 * SECONDS;
    station_send_at(s.a, 1 * SECONDS, 1, 60);
    EXPECT_EQ(world_run(s.world), 1); /* sent, but not arrived */
    EXPECT_EQ(s.b->count, 0);
    s.world->until = 2 * SECONDS;
    stations_close(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_frame_arrives_after_serialisation_and_delay),
        TEST(test_serialisation_rounds_up_to_a_nanosecond),
        TEST(test_busy_wire_makes_frames_wait_in_order),
        TEST(test_full_queue_drops_the_last_to_come),
        TEST(test_directions_have_their_own_delay),
        TEST(test_wire_down_loses_what_is_sent_waiting_or_on_it),
        TEST(test_wire_up_again_carries_frames),
        TEST(test_frame_after_a_cut_waits_for_nobody),
        TEST(test_frames_on_a_wire_take_one_place_in_the_queue),
        TEST(test_frame_longer_than_the_wire_carries_is_lost),
        TEST(test_mtu_counts_from_the_end_of_the_header),
        TEST(test_waiting_frame_too_long_for_a_lowered_mtu_is_lost),
        TEST(test_port_without_wire_drops_with_that_reason),
        TEST(test_until_ends_the_run_before_later_events),
    };

    return run_tests("link", tests, ARRAY_LEN(tests));
}
