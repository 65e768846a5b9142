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
#define WALKS 500 /* in each world, of each kind: 24,000 in all */

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

/* Pages back, a few steps, on for a while, and somewhere else: so that it comes
 * to all that lies between two snapshots from either side. */
static uint32_t hither_and_thither(uint32_t now, uint32_t total, uint64_t draw)
{
    uint32_t by = (uint32_t)(draw >> 8) % 60 + 1;

    switch (draw % 16) {
    case 0: return (uint32_t)((draw >> 8) % (total + 1));
    case 1:
    case 2:
    case 3:
    case 4: return (uint32_t)min_i64(total, (int64_t)now + by);
    case 5:
    case 6: return now - (uint32_t)min_i64(now, by);
    default: return now - (uint32_t)min_i64(now, (int64_t)(draw / 16 % 3 + 1));
    }
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
 * without end, and that of the near ones is, which are a PIECE apart. True if
 * some of the world's memory is told of. */
static bool walk_in_world(uint64_t seed, uint32_t interval, uint32_t piece)
{
    char text[4096];
    struct lab_run run;
    struct history history;
    struct world *world;
    uint64_t *hashes, name;
    uint32_t total;
    bool told;

    lab_run_busy_text(text, sizeof(text), seed);
    if (!lab_run_open(&run, text, NULL, 0))
        return false;
    world = run.simulation.world;
    world_start(world);
    history_open(&history, world);
    history.interval = interval;
    history.piece = piece;
    hashes = calloc(1000000, sizeof(*hashes));
    hashes[0] = world_state_hash(world);
    while (history_step(&history) && world->event_count < 999999)
        hashes[world->event_count] = world_state_hash(world);
    total = world->event_count;
    name = trace_hash(&run.simulation.trace);
    EXPECT(total > 500);
    walk_about(&history, hashes, total, seed, to_and_fro);
    walk_about(&history, hashes, total, seed, backwards);
    walk_about(&history, hashes, total, seed, hither_and_thither);
    told = history.store.untold + 4 < world->arena.used / PAGE_SIZE;
    EXPECT(history.near_count > 0 || interval < total);
    EXPECT(world_seek(&history, total));
    EXPECT(trace_hash(&run.simulation.trace) == name);
    EXPECT(!run.simulation.trace.diverged);
    EXPECT_EQ(world_live_packets(world), 0);
    free(hashes);
    history_close(&history);
    lab_run_close(&run);
    return told;
}

static void test_random_walks_meet_the_same_states(void)
{
    static const struct {
        uint32_t interval, piece;
    } rows[] = { { 100, 500 }, { UINT32_MAX / 4, 500 }, { 700, 30 }, { UINT32_MAX / 4, 30 } };
    unsigned told = 0;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (uint64_t seed = 1; seed <= WORLDS; seed++)
            told += walk_in_world(seed, rows[i].interval, rows[i].piece);
    EXPECT(told > 0);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_random_walks_meet_the_same_states) };

    return run_tests("seek", tests, ARRAY_LEN(tests));
}
