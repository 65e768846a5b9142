#include "sim/history.h"

#include "sim/world.h"

#include <string.h>

enum {
    FAR_INTERVAL = 4000, /* events: replayed in a few milliseconds */
    NEAR_INTERVAL = 500,
    BYTES_PER_EVENT = 1 << 13, /* copying so many takes as long as an event */
};
#define FAR_BYTES_MAX (HISTORY_BYTES_MAX - HISTORY_NEAR_BYTES_MAX)
#define SNAPSHOT_SPARE ((size_t)1 << 20) /* no arena may be smaller */

/* False where memory is short: fewer snapshots only make seeking slower. */
static bool snapshot_take(struct world *world, struct snapshot *snapshot)
{
    if (!arena_open(&snapshot->copy, world->arena.used + SNAPSHOT_SPARE))
        return false;
    if (snapshot->copy.reserved < world->arena.used) {
        arena_close(&snapshot->copy);
        return false;
    }
    snapshot->copy.used = world->arena.used;
    memcpy(snapshot->copy.base, world->arena.base, world->arena.used);
    snapshot->event = world->event_count;
    snapshot->position = trace_position(world->trace);
    return true;
}

static void snapshot_restore(struct history *history, const struct snapshot *snapshot)
{
    struct world *world = history->world;

    /* What was handed out later must read as fresh when it is again. */
    arena_truncate(&world->arena, min_size(world->arena.used, snapshot->copy.used));
    memcpy(world->arena.base, snapshot->copy.base, snapshot->copy.used);
    trace_go(world->trace, snapshot->position);
}

/* An interval at which taking snapshots costs less than running does. */
static uint32_t interval_worth(const struct world *world, int64_t least)
{
    size_t events = world->arena.used / BYTES_PER_EVENT;

    return (uint32_t)max_i64(least, (int64_t)min_size(events, UINT32_MAX / 4));
}

/* ---- Far ---- */

static size_t far_bytes(const struct history *history)
{
    size_t sum = 0;

    for (unsigned i = 0; i < history->count; i++)
        sum += history->snapshots[i].copy.used;
    return sum;
}

static bool far_is_full(const struct history *history)
{
    return history->count == HISTORY_SNAPSHOTS ||
           far_bytes(history) + history->world->arena.used > FAR_BYTES_MAX;
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
    if (history->interval <= UINT32_MAX / 2)
        history->interval *= 2;
}

static bool far_is_due(const struct history *history)
{
    uint32_t last = history->snapshots[history->count - 1].event;
    uint32_t now = history->world->event_count;

    return now >= last && now - last >= history->interval;
}

static void far_take(struct history *history)
{
    if (far_is_full(history))
        thin_out(history);
    if (far_is_due(history) && !far_is_full(history) &&
        snapshot_take(history->world, &history->snapshots[history->count]))
        history->count++;
}

/* ---- Near ---- */

static size_t near_bytes(const struct history *history)
{
    size_t sum = 0;

    for (unsigned i = 0; i < history->near_count; i++)
        sum += history->near[i].copy.used;
    return sum;
}

static void near_forget(struct history *history, unsigned i)
{
    arena_close(&history->near[i].copy);
    history->near[i] = history->near[--history->near_count];
}

/* Near ones serve those who go back: the latest of those that lie ahead is of
 * least use, else the earliest. */
static unsigned near_least_useful(const struct history *history)
{
    unsigned latest = 0, earliest = 0;

    for (unsigned i = 1; i < history->near_count; i++) {
        if (history->near[i].event > history->near[latest].event)
            latest = i;
        if (history->near[i].event < history->near[earliest].event)
            earliest = i;
    }
    return history->near[latest].event > history->world->event_count ? latest : earliest;
}

static void near_take(struct history *history)
{
    size_t bytes = history->world->arena.used;

    while (history->near_count > 0 && (history->near_count == HISTORY_NEAR ||
                                       near_bytes(history) + bytes > HISTORY_NEAR_BYTES_MAX))
        near_forget(history, near_least_useful(history));
    if (bytes <= HISTORY_NEAR_BYTES_MAX &&
        snapshot_take(history->world, &history->near[history->near_count]))
        history->near_count++;
}

/* Events between the near snapshots on the way to event N, so that as many as
 * there is room for divide it evenly. Beyond what the trace knows none are
 * taken: there the far ones are. */
static uint32_t near_interval(const struct history *history, uint32_t n)
{
    const struct world *world = history->world;
    uint32_t known = world->trace->events.count;
    uint32_t end = n < known ? n : known;
    size_t room = min_size(HISTORY_NEAR, HISTORY_NEAR_BYTES_MAX / world->arena.used);
    uint32_t way = end > world->event_count ? end - world->event_count : 0;

    return interval_worth(world, max_i64(NEAR_INTERVAL, way / ((uint32_t)room + 1) + 1));
}

/* ---- The whole ---- */

void history_open(struct history *history, struct world *world)
{
    ASSERT(world->trace != NULL && world->started);
    memset(history, 0, sizeof(*history));
    history->world = world;
    history->interval = interval_worth(world, FAR_INTERVAL);
    history->count = snapshot_take(world, &history->snapshots[0]);
    ASSERT(history->count == 1);
}

void history_close(struct history *history)
{
    while (history->near_count > 0)
        near_forget(history, 0);
    for (unsigned i = 0; i < history->count; i++)
        arena_close(&history->snapshots[i].copy);
    history->count = 0;
}

size_t history_size(const struct history *history)
{
    return far_bytes(history) + near_bytes(history);
}

bool history_step(struct history *history)
{
    if (far_is_due(history))
        far_take(history);
    return world_step(history->world);
}

/* The latest snapshot at or before event N; the first is at event 0. */
static const struct snapshot *snapshot_before(struct history *history, uint32_t n)
{
    unsigned i = history->count - 1;
    const struct snapshot *best;

    while (i > 0 && history->snapshots[i].event > n)
        i--;
    best = &history->snapshots[i];
    for (i = 0; i < history->near_count; i++) {
        const struct snapshot *near = &history->near[i];

        if (near->event <= n && near->event > best->event)
            best = near;
    }
    return best;
}

/* Forward to event N, leaving near snapshots behind on a way that is known. */
static void run_to(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    uint32_t interval = near_interval(history, n);
    uint32_t last = world->event_count;

    while (world->event_count < n && history_step(history)) {
        if (world->event_count - last < interval ||
            world->event_count >= world->trace->events.count)
            continue;
        near_take(history);
        last = world->event_count;
    }
}

bool world_seek(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    const struct snapshot *best = snapshot_before(history, n);

    /* Going forward from here beats going back to an older snapshot. */
    if (world->event_count > n || world->event_count < best->event)
        snapshot_restore(history, best);
    run_to(history, n);
    return !world->trace->diverged;
}
