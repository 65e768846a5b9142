/*
 * Going back and forth: whatever the walk, a moment is the same moment.
 */
#include "sim/history.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/hash.h"
#include "sim/world.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

#define WORLDS 4
#define WALKS 1250 /* in each world, of each kind: 20,000 in all */

/* Mostly steps of a few events, sometimes anywhere. */
static uint32_t to_and_fro(uint32_t now, uint32_t total, uint64_t draw)
{
    if (draw % 4 == 0)
        return (uint32_t)((draw >> 8) % (total + 1));
    return (uint32_t)min_i64(total, max_i64(0, (int64_t)now + (int64_t)((draw >> 8) % 21) - 10));
}

/* Back and back again, as one who holds the key down; from the end if it was
 * at the beginning. */
static uint32_t backwards(uint32_t now, uint32_t total, uint64_t draw)
{
    return now == 0 ? total : now - (uint32_t)min_i64(now, (int64_t)(draw % 3 + 1));
}

typedef uint32_t walk_step(uint32_t now, uint32_t total, uint64_t draw);

static void walk_about(struct history *history, const uint64_t *hashes, uint32_t total,
                       uint64_t seed, walk_step *step)
{
    struct world *world = history->world;

    for (uint32_t walk = 0; walk < WALKS; walk++) {
        uint64_t draw = hash_add(seed, walk);
        uint32_t to = step(world->event_count, total, draw);

        if (!EXPECT(world_seek(history, to)) || !EXPECT_EQ(world->event_count, to) ||
            !EXPECT(world_state_hash(world) == hashes[to])) {
            printf("    world %llu, walk %u, to event %u\n", (unsigned long long)seed, walk, to);
            return;
        }
    }
}

/* INTERVAL between far snapshots: small, and the restoring of those is tested;
 * without end, and that of the near ones is. */
static void walk_in_world(uint64_t seed, uint32_t interval)
{
    char text[4096];
    struct lab_run run;
    struct history history;
    struct world *world;
    uint64_t *hashes, name;
    uint32_t total;

    lab_run_busy_text(text, sizeof(text), seed);
    if (!lab_run_open(&run, text, NULL, 0))
        return;
    world = run.simulation.world;
    world_start(world);
    history_open(&history, world);
    history.interval = interval;
    hashes = calloc(1000000, sizeof(*hashes));
    hashes[0] = world_state_hash(world);
    while (history_step(&history) && world->event_count < 999999)
        hashes[world->event_count] = world_state_hash(world);
    total = world->event_count;
    name = trace_hash(&run.simulation.trace);
    EXPECT(total > 500);
    walk_about(&history, hashes, total, seed, to_and_fro);
    walk_about(&history, hashes, total, seed, backwards);
    EXPECT(history.near_count > 0 || interval < total);
    EXPECT(world_seek(&history, total));
    EXPECT(trace_hash(&run.simulation.trace) == name);
    EXPECT(!run.simulation.trace.diverged);
    EXPECT_EQ(world_live_packets(world), 0);
    free(hashes);
    history_close(&history);
    lab_run_close(&run);
}

static void test_random_walks_meet_the_same_states(void)
{
    for (uint64_t seed = 1; seed <= WORLDS; seed++)
        walk_in_world(seed, 100);
    for (uint64_t seed = 1; seed <= WORLDS; seed++)
        walk_in_world(seed, UINT32_MAX / 4);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_random_walks_meet_the_same_states) };

    return run_tests("seek", tests, ARRAY_LEN(tests));
}
