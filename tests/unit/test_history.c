#include "sim/history.h"

#include "sim/hash.h"
#include "sim/luck.h"
#include "tests/support/expect.h"
#include "tests/support/stations.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

/* Frames to and fro over a wire with every fault that chance can do. */
static void open_busy_world(struct stations *s)
{
    stations_open(s, 42, true);
    for (unsigned end = 0; end < 2; end++) {
        struct direction_config *config = &s->wire->direction[end].config;

        config->rate = 1000000;
        config->queue = 4;
        config->chances = (struct chances){ .loss = 50000, .duplicate = 50000,
                                            .corrupt = 50000, .reorder = 50000,
                                            .reorder_by = 7 * MS, .jitter = 3 * MS,
                                            .burst_enter = 1000, .burst_leave = 50000,
                                            .burst_loss = PPM };
    }
    s->b->echoes = true;
    for (uint32_t n = 0; n < 300; n++)
        station_send_at(s->a, n * MS, n, 60 + n);
    world_start(s->world);
}

static void test_seek_back_and_forth_gives_the_same_state(void)
{
    struct stations s;
    struct history history;
    uint64_t *hashes;
    uint32_t total;

    open_busy_world(&s);
    history_open(&history, s.world);
    history.interval = 50; /* many snapshots, so that restoring is tested too */
    hashes = calloc(10000, sizeof(*hashes));
    hashes[0] = world_state_hash(s.world);
    while (history_step(&history))
        hashes[s.world->event_count] = world_state_hash(s.world);
    total = s.world->event_count;
    EXPECT(total > 600 && total < 10000);
    for (uint32_t walk = 0; walk < 2000; walk++) {
        uint32_t to = (uint32_t)(hash_mix(walk) % (total + 1));

        EXPECT(world_seek(&history, to));
        EXPECT_EQ(s.world->event_count, to);
        if (!EXPECT(world_state_hash(s.world) == hashes[to]))
            break;
    }
    world_seek(&history, total);
    free(hashes);
    history_close(&history);
    stations_close(&s);
}

static void test_seek_past_the_end_stops_at_the_end(void)
{
    struct stations s;
    struct history history;
    uint64_t hash;

    open_busy_world(&s);
    history_open(&history, s.world);
    EXPECT(world_seek(&history, UINT32_MAX));
    hash = trace_hash(&s.trace);
    EXPECT(world_seek(&history, 0));
    EXPECT_EQ(s.world->now, 0);
    EXPECT(world_seek(&history, UINT32_MAX));
    EXPECT(trace_hash(&s.trace) == hash);
    history_close(&history);
    stations_close(&s);
}

static void test_snapshots_stay_within_their_number(void)
{
    struct stations s;
    struct history history;

    open_busy_world(&s);
    history_open(&history, s.world);
    history.interval = 1;
    while (history_step(&history))
        EXPECT(history.count <= HISTORY_SNAPSHOTS);
    EXPECT(history.interval > 1);
    EXPECT_EQ(history.snapshots[0].event, 0);
    history_close(&history);
    stations_close(&s);
}

/* A run of some thousand events with no far snapshot but the first, at its end. */
static void open_long_run(struct stations *s, struct history *history)
{
    open_busy_world(s);
    for (uint32_t n = 0; n < 2000; n++)
        station_send_at(s->a, SECONDS + n * MS, n, 60);
    history_open(history, s->world);
    history->interval = UINT32_MAX / 4;
    history->piece = 50;
    EXPECT(world_seek(history, UINT32_MAX));
    EXPECT(s->world->event_count > 20 * history_piece(history));
}

/* Seeks event N; returns how many events happened again on the way. */
static uint32_t cost_of(struct history *history, uint32_t n)
{
    uint64_t before = history->replayed;

    EXPECT(world_seek(history, n));
    EXPECT_EQ(history->world->event_count, n);
    return (uint32_t)(history->replayed - before);
}

static void test_step_back_and_back_from_the_end_costs_three_pieces_at_most(void)
{
    struct stations s;
    struct history history;

    open_long_run(&s, &history);
    for (uint32_t now = s.world->event_count; now > 0; now--)
        if (!EXPECT(cost_of(&history, now - 1) <= 3 * history_piece(&history)))
            break;
    EXPECT(history.near_count > 0);
    EXPECT(world_seek(&history, UINT32_MAX));
    history_close(&history);
    stations_close(&s);
}

static void test_step_back_after_a_jump_costs_three_pieces_at_most(void)
{
    struct stations s;
    struct history history;
    uint32_t total;

    open_long_run(&s, &history);
    total = s.world->event_count;
    for (uint32_t walk = 0; walk < 30; walk++) {
        uint32_t now = (uint32_t)(hash_mix(walk) % total);

        EXPECT(cost_of(&history, now) <= total + history_piece(&history));
        for (unsigned step = 0; step < 200 && now > 3; step++, now -= 3)
            if (!EXPECT(cost_of(&history, now - 3) <= 3 * history_piece(&history)))
                break;
    }
    history_close(&history);
    stations_close(&s);
}

static void test_step_back_after_playing_on_costs_three_pieces_at_most(void)
{
    struct stations s;
    struct history history;
    uint32_t total;

    open_long_run(&s, &history);
    total = s.world->event_count;
    EXPECT(world_seek(&history, 0));
    for (uint32_t now = 0; now < total - 2; now += 2) {
        EXPECT(cost_of(&history, now + 2) <= 3);
        if (now % 1000 == 0)
            EXPECT(cost_of(&history, now + 1) <= 3 * history_piece(&history));
    }
    history_close(&history);
    stations_close(&s);
}

/* New bytes that cannot be squeezed all over MEMORY. */
static void scribble(uint8_t *memory, size_t size, uint64_t seed)
{
    for (size_t at = 0; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
        uint64_t word = hash_mix(seed + at);

        memcpy(memory + at, &word, sizeof(word));
    }
}

static void test_world_with_a_huge_arena_shares_what_stays_the_same(void)
{
    enum { HUGE = 60 << 20 };
    struct stations s;
    struct history history;
    uint64_t hash;
    uint32_t total, usual;

    open_busy_world(&s);
    history_open(&history, s.world);
    usual = history.interval;
    history_close(&history);
    scribble(world_alloc(s.world, HUGE), HUGE, 1);
    history_open(&history, s.world);
    EXPECT(history_size(&history) >= HUGE);
    EXPECT(history.interval > usual);
    do
        history.interval = 100; /* it would grow, for a snapshot costs much here */
    while (history_step(&history));
    EXPECT(history.count > 7);
    EXPECT(history_size(&history) < (HUGE / 100) * 105);
    total = s.world->event_count;
    hash = world_state_hash(s.world);
    for (uint32_t n = total; n > 0; n -= (uint32_t)min_size(n, 97))
        EXPECT(world_seek(&history, n - 1));
    EXPECT(world_seek(&history, total));
    EXPECT(world_state_hash(s.world) == hash);
    history_close(&history);
    stations_close(&s);
}

static void test_world_that_changes_all_over_gets_fewer_snapshots(void)
{
    enum { LARGE = 8 << 20 };
    struct stations s;
    struct history history;
    uint8_t *memory;

    open_busy_world(&s);
    memory = world_alloc(s.world, LARGE);
    scribble(memory, LARGE, 1);
    history_open(&history, s.world);
    history.interval = 20;
    while (history_step(&history)) {
        EXPECT(history_size(&history) <= history.first_size + HISTORY_BYTES_MAX);
        if (s.world->event_count % 20 == 10)
            scribble(memory, LARGE, (uint64_t)s.world->event_count << 32);
    }
    EXPECT(history.interval > 20);
    EXPECT(history.count > 1 && history.count <= HISTORY_BYTES_MAX / LARGE + 1);
    history_close(&history);
    stations_close(&s);
}

static void test_another_future_is_noticed_as_divergence(void)
{
    struct stations s;
    struct history history;

    open_busy_world(&s);
    history_open(&history, s.world);
    world_seek(&history, UINT32_MAX);
    world_seek(&history, 0);
    s.wire->direction[0].config.delay += 1; /* meddling that nobody recorded */
    while (history_step(&history))
        continue;
    EXPECT(s.trace.diverged);
    EXPECT(!world_seek(&history, UINT32_MAX));
    history_close(&history);
    stations_close(&s);
}

static void test_observed_and_unobserved_runs_do_the_same(void)
{
    struct stations s;
    unsigned arrivals[2];
    vtime end[2];

    for (unsigned traced = 0; traced < 2; traced++) {
        stations_open(&s, 42, traced == 1);
        s.wire->direction[0].config.chances.loss = 100000;
        for (uint32_t n = 0; n < 300; n++)
            station_send_at(s.a, n * MS, n, 60 + n);
        world_start(s.world);
        world_run(s.world);
        arrivals[traced] = s.b->count;
        end[traced] = s.world->now;
        stations_close(&s);
    }
    EXPECT_EQ(arrivals[0], arrivals[1]);
    EXPECT_EQ(end[0], end[1]);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_seek_back_and_forth_gives_the_same_state),
        TEST(test_seek_past_the_end_stops_at_the_end),
        TEST(test_snapshots_stay_within_their_number),
        TEST(test_step_back_and_back_from_the_end_costs_three_pieces_at_most),
        TEST(test_step_back_after_a_jump_costs_three_pieces_at_most),
        TEST(test_step_back_after_playing_on_costs_three_pieces_at_most),
        TEST(test_world_with_a_huge_arena_shares_what_stays_the_same),
        TEST(test_world_that_changes_all_over_gets_fewer_snapshots),
        TEST(test_another_future_is_noticed_as_divergence),
        TEST(test_observed_and_unobserved_runs_do_the_same),
    };

    return run_tests("history", tests, ARRAY_LEN(tests));
}
