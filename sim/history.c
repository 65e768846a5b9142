#include "sim/history.h"

#include "sim/world.h"

#include <string.h>

#define HISTORY_FIRST_INTERVAL 1000
#define SNAPSHOT_SPARE ((size_t)1 << 20) /* no arena may be smaller */

static void snapshot_take(struct history *history)
{
    struct world *world = history->world;
    struct snapshot *snapshot = &history->snapshots[history->count];

    /* Where memory is short, fewer snapshots only make seeking slower. */
    if (!arena_open(&snapshot->copy, world->arena.used + SNAPSHOT_SPARE))
        return;
    if (snapshot->copy.reserved < world->arena.used) {
        arena_close(&snapshot->copy);
        return;
    }
    snapshot->copy.used = world->arena.used;
    memcpy(snapshot->copy.base, world->arena.base, world->arena.used);
    snapshot->event = world->event_count;
    snapshot->position = trace_position(world->trace);
    history->count++;
}

static void snapshot_restore(struct history *history, const struct snapshot *snapshot)
{
    struct world *world = history->world;

    /* What was handed out later must read as fresh when it is again. */
    arena_truncate(&world->arena, min_size(world->arena.used, snapshot->copy.used));
    memcpy(world->arena.base, snapshot->copy.base, snapshot->copy.used);
    trace_go(world->trace, snapshot->position);
}

static size_t bytes_held(const struct history *history)
{
    size_t sum = 0;

    for (unsigned i = 0; i < history->count; i++)
        sum += history->snapshots[i].copy.used;
    return sum;
}

/* Keeps the first and every other one after it, and doubles the interval. */
static void thin_out(struct history *history)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < history->count; i++) {
        if (i % 2 == 0)
            history->snapshots[kept++] = history->snapshots[i];
        else
            arena_close(&history->snapshots[i].copy);
    }
    history->count = kept;
    history->interval *= 2;
}

void history_open(struct history *history, struct world *world)
{
    ASSERT(world->trace != NULL && world->started);
    memset(history, 0, sizeof(*history));
    history->world = world;
    history->interval = HISTORY_FIRST_INTERVAL;
    snapshot_take(history);
    ASSERT(history->count == 1);
}

void history_close(struct history *history)
{
    for (unsigned i = 0; i < history->count; i++)
        arena_close(&history->snapshots[i].copy);
    history->count = 0;
}

bool history_step(struct history *history)
{
    const struct snapshot *last = &history->snapshots[history->count - 1];
    uint32_t now = history->world->event_count;

    if (now >= last->event && now - last->event >= history->interval) {
        if (history->count == HISTORY_SNAPSHOTS || bytes_held(history) > HISTORY_BYTES_MAX)
            thin_out(history);
        last = &history->snapshots[history->count - 1];
        if (now - last->event >= history->interval)
            snapshot_take(history);
    }
    return world_step(history->world);
}

bool world_seek(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    unsigned best = history->count - 1;

    while (best > 0 && history->snapshots[best].event > n)
        best--;
    /* Going forward from here beats going back to an older snapshot. */
    if (world->event_count > n || world->event_count < history->snapshots[best].event)
        snapshot_restore(history, &history->snapshots[best]);
    while (world->event_count < n && history_step(history))
        continue;
    return !world->trace->diverged;
}
