#include "sim/world.h"

#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

static void test_world_without_events_has_ended(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    station_send_at(s.a, 1 * MS, 1, 60);
    EXPECT_EQ(world_run(s.world), 2);
    EXPECT(!world_step(s.world));
    EXPECT(!s.world->stuck);
    stations_close(&s);
}

/* Two stations that echo over a wire without delay never let time pass. */
static void test_loop_without_delay_is_stopped_and_told(void)
{
    struct stations s;

    stations_open(&s, 1, false);
    s.wire->direction[0].config.delay = 0;
    s.wire->direction[1].config.delay = 0;
    s.a->echoes = true;
    s.b->echoes = true;
    station_send_at(s.a, 5 * MS, 1, 60);
    world_run(s.world);
    EXPECT(s.world->stuck);
    EXPECT_EQ(s.world->now, 5 * MS);
    s.a->echoes = false;
    s.world->instant_count = 0;
    stations_close(&s);
}

static void test_event_knows_which_event_caused_it(void)
{
    struct stations s;

    stations_open(&s, 1, true);
    station_send_at(s.a, 1 * MS, 1, 60);
    world_run(s.world);
    EXPECT_EQ(trace_event(&s.trace, 1)->cause, 0); /* set-up */
    EXPECT_EQ(trace_event(&s.trace, 2)->cause, 1); /* the sending */
    EXPECT_EQ(trace_event(&s.trace, 2)->at, 11 * MS);
    stations_close(&s);
}

static void test_frames_are_kept_as_they_were_sent(void)
{
    struct stations s;
    const struct trace_frame *frame;

    stations_open(&s, 1, true);
    s.wire->direction[0].config.chances.corrupt = 1000000;
    station_send_at(s.a, 1 * MS, 0x01020304, 100);
    world_run(s.world);
    frame = trace_frame(&s.trace, 1);
    EXPECT_EQ(frame->len, 100);
    EXPECT_EQ(frame->sent, 1 * MS);
    EXPECT_EQ(frame->link, s.wire->id);
    EXPECT_EQ(frame->end, 0);
    EXPECT_EQ(trace_record(&s.trace, frame->record)->kind, RECORD_TX);
    EXPECT_BYTES(trace_frame_bytes(&s.trace, 1).at, "\x04\x03\x02\x01\0\0\0\0", 8);
    stations_close(&s);
}

static void test_watched_field_is_recorded_when_it_changes(void)
{
    struct stations s;
    struct watch *watch;
    const struct record *last;

    stations_open(&s, 1, true);
    watch = ARENA_NEW(&s.world->arena, struct watch);
    watch_add(&s.b->node, watch, 7, 99, &s.b->count, sizeof(s.b->count));
    station_send_at(s.a, 0, 1, 60);
    world_run(s.world);
    last = trace_record(&s.trace, s.trace.records.at - 1);
    EXPECT_EQ(last->kind, RECORD_VALUE);
    EXPECT_EQ(last->what, 7);
    EXPECT_EQ(last->subject, 99);
    EXPECT_EQ(last->a, 0);
    EXPECT_EQ(last->b, 1);
    watch_remove(&s.b->node, watch);
    EXPECT(s.b->node.watches == NULL);
    stations_close(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_world_without_events_has_ended),
        TEST(test_loop_without_delay_is_stopped_and_told),
        TEST(test_event_knows_which_event_caused_it),
        TEST(test_frames_are_kept_as_they_were_sent),
        TEST(test_watched_field_is_recorded_when_it_changes),
    };

    return run_tests("world", tests, ARRAY_LEN(tests));
}
