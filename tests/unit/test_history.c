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
    hash = s.trace.hash;
    EXPECT(world_seek(&history, 0));
    EXPECT_EQ(s.world->now, 0);
    EXPECT(world_seek(&history, UINT32_MAX));
    EXPECT(s.trace.hash == hash);
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
        TEST(test_another_future_is_noticed_as_divergence),
        TEST(test_observed_and_unobserved_runs_do_the_same),
    };

    return run_tests("history", tests, ARRAY_LEN(tests));
}
