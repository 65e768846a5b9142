#include "sim/event.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

struct fixture {
    struct arena arena;
    struct event_queue queue;
};

static void never(struct world *world, struct event *event)
{
    (void)world;
    (void)event;
}

static void fixture_open(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    EXPECT(arena_open(&f->arena, (size_t)64 << 20));
    event_queue_init(&f->queue, &f->arena);
}

static void test_empty_queue_has_no_next(void)
{
    struct fixture f;
    vtime at;

    fixture_open(&f);
    EXPECT(event_next(&f.queue, &at) == NULL);
    EXPECT_EQ(event_next_at(&f.queue), VTIME_NEVER);
    arena_close(&f.arena);
}

static void test_equal_times_come_in_order_of_insertion(void)
{
    struct fixture f;
    struct event events[50];
    vtime at;

    fixture_open(&f);
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        event_init(&events[i], 0, never);
        event_arm(&f.queue, &events[i], 5);
    }
    event_arm(&f.queue, &events[0], 5); /* armed again: now the last */
    for (size_t i = 1; i < ARRAY_LEN(events); i++)
        EXPECT(event_next(&f.queue, &at) == &events[i]);
    EXPECT(event_next(&f.queue, &at) == &events[0]);
    arena_close(&f.arena);
}

static void test_ticket_taken_earlier_comes_before_what_was_armed_since(void)
{
    struct fixture f;
    struct event first, late, last;
    struct event_ticket ticket;
    vtime at;

    fixture_open(&f);
    event_init(&first, 0, never);
    event_init(&late, 0, never);
    event_init(&last, 0, never);
    event_arm(&f.queue, &first, 5);
    f.queue.current = 7;
    ticket = event_ticket_take(&f.queue, 5);
    f.queue.current = 8;
    event_arm(&f.queue, &last, 5);
    event_arm_by_ticket(&f.queue, &late, &ticket);
    EXPECT_EQ(late.cause, 7); /* what happened when the ticket was taken */
    EXPECT_EQ(event_due(&f.queue, &late), 5);
    EXPECT(event_next(&f.queue, &at) == &first);
    EXPECT(event_next(&f.queue, &at) == &late);
    EXPECT(event_next(&f.queue, &at) == &last);
    arena_close(&f.arena);
}

static void test_disarm_in_any_place_keeps_the_order(void)
{
    struct fixture f;
    struct event events[200];
    vtime at, last = 0;
    unsigned left = 0;

    fixture_open(&f);
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        event_init(&events[i], 0, never);
        event_arm(&f.queue, &events[i], (vtime)(i * 7919 % 211));
    }
    for (size_t i = 0; i < ARRAY_LEN(events); i += 3)
        event_disarm(&f.queue, &events[i]);
    for (size_t i = 1; i < ARRAY_LEN(events); i += 3)
        event_arm(&f.queue, &events[i], (vtime)(i * 104729 % 307));
    while (event_next(&f.queue, &at) != NULL) {
        EXPECT(at >= last);
        last = at;
        left++;
    }
    EXPECT_EQ(left, ARRAY_LEN(events) - (ARRAY_LEN(events) + 2) / 3);
    EXPECT_EQ(f.queue.busy, 0);
    arena_close(&f.arena);
}

static void test_disarmed_event_knows_that_it_is(void)
{
    struct fixture f;
    struct event event;

    fixture_open(&f);
    event_init(&event, 0, never);
    EXPECT(!event_is_armed(&event));
    event_disarm(&f.queue, &event);
    event_arm(&f.queue, &event, 9);
    EXPECT(event_is_armed(&event));
    EXPECT_EQ(event_due(&f.queue, &event), 9);
    event_disarm(&f.queue, &event);
    EXPECT(!event_is_armed(&event));
    EXPECT_EQ(event_due(&f.queue, &event), VTIME_NEVER);
    arena_close(&f.arena);
}

static void test_housekeeping_does_not_keep_a_world_busy(void)
{
    struct fixture f;
    struct event ageing, work;

    fixture_open(&f);
    event_init(&ageing, 0, never);
    ageing.housekeeping = true;
    event_init(&work, 0, never);
    event_arm(&f.queue, &ageing, 1);
    EXPECT_EQ(f.queue.busy, 0);
    event_arm(&f.queue, &work, 1);
    event_arm(&f.queue, &work, 2);
    EXPECT_EQ(f.queue.busy, 1);
    event_disarm(&f.queue, &work);
    EXPECT_EQ(f.queue.busy, 0);
    arena_close(&f.arena);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_empty_queue_has_no_next),
        TEST(test_equal_times_come_in_order_of_insertion),
        TEST(test_ticket_taken_earlier_comes_before_what_was_armed_since),
        TEST(test_disarm_in_any_place_keeps_the_order),
        TEST(test_disarmed_event_knows_that_it_is),
        TEST(test_housekeeping_does_not_keep_a_world_busy),
    };

    return run_tests("event", tests, ARRAY_LEN(tests));
}
