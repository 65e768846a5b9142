#include "sim/history.h"

#include "sim/world.h"

#include <string.h>

enum {
    FAR_INTERVAL = 4000, /* events: replayed in a few milliseconds */
    NEAR_INTERVAL = 500,
    /* So many bytes of the arena for each event between two snapshots, and
     * taking them costs less than running does: far ones have many pages to
     * squeeze, near ones few. */
    FAR_BYTES_PER_EVENT = 1 << 11,
    NEAR_BYTES_PER_EVENT = 1 << 13,
};
#define TABLE_SPARE ((size_t)1 << 20) /* no arena may be smaller */

/* ---- One snapshot ---- */

static struct page **table(const struct snapshot *snapshot)
{
    return (struct page **)(void *)snapshot->table.base;
}

static size_t page_count(size_t used)
{
    return (used + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Page I of an arena with USED bytes at BASE. */
static struct span page_span(const uint8_t *base, size_t used, size_t i)
{
    return (struct span){ base + i * PAGE_SIZE, min_size(PAGE_SIZE, used - i * PAGE_SIZE) };
}

static void snapshot_free(struct history *history, struct snapshot *snapshot)
{
    for (size_t i = 0; i < page_count(snapshot->used); i++)
        page_release(&history->pages, table(snapshot)[i]);
    arena_close(&snapshot->table);
}

/* The pages of the world now, into SNAPSHOT; those of LIKE (or NULL) that are
 * the same are shared. */
static bool fill_table(struct history *history, struct snapshot *snapshot,
                       const struct snapshot *like)
{
    const struct arena *arena = &history->world->arena;
    size_t likely = like == NULL ? 0 : page_count(like->used);

    for (size_t i = 0; i < page_count(arena->used); i++) {
        table(snapshot)[i] = page_keep(&history->pages, page_span(arena->base, arena->used, i),
                                       i < likely ? table(like)[i] : NULL);
        if (table(snapshot)[i] == NULL)
            return false;
        snapshot->used = min_size(arena->used, (i + 1) * PAGE_SIZE);
    }
    return true;
}

/* False where memory is short: fewer snapshots only make seeking slower. */
static bool snapshot_take(struct history *history, struct snapshot *snapshot,
                          const struct snapshot *like)
{
    struct world *world = history->world;
    size_t size = page_count(world->arena.used) * sizeof(struct page *);

    if (!arena_open(&snapshot->table, size + TABLE_SPARE))
        return false;
    snapshot->used = 0;
    if (snapshot->table.reserved < size || !fill_table(history, snapshot, like)) {
        snapshot_free(history, snapshot);
        return false;
    }
    snapshot->table.used = size;
    snapshot->event = world->event_count;
    snapshot->position = trace_position(world->trace);
    return true;
}

static void snapshot_restore(struct history *history, const struct snapshot *snapshot)
{
    struct arena *arena = &history->world->arena;
    struct trace *trace = history->world->trace;

    /* What was handed out later must read as fresh when it is again. */
    arena_truncate(arena, min_size(arena->used, snapshot->used));
    for (size_t i = 0; i < page_count(snapshot->used); i++)
        page_write(table(snapshot)[i], arena->base + i * PAGE_SIZE);
    arena->used = snapshot->used;
    trace_go(trace, snapshot->position);
}

/* The latest snapshot at or before event N; the first is at event 0. */
static const struct snapshot *snapshot_before(const struct history *history, uint32_t n)
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

/* One that resembles what the world holds now. */
static const struct snapshot *snapshot_like_now(const struct history *history)
{
    return snapshot_before(history, history->world->event_count);
}

/* An interval at which taking snapshots costs less than running does. */
static uint32_t interval_worth(const struct world *world, unsigned bytes_per_event, int64_t least)
{
    size_t events = min_size(world->arena.used / bytes_per_event, UINT32_MAX / 4);

    return (uint32_t)max_i64(least, (int64_t)events);
}

size_t history_size(const struct history *history)
{
    size_t sum = history->pages.bytes;

    for (unsigned i = 0; i < history->count; i++)
        sum += history->snapshots[i].table.used;
    for (unsigned i = 0; i < history->near_count; i++)
        sum += history->near[i].table.used;
    return sum;
}

/* ---- Far ---- */

/* Keeps the first and every other one after it, and doubles the interval. */
static void thin_out(struct history *history)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < history->count; i++) {
        if (i % 2 == 0)
            history->snapshots[kept++] = history->snapshots[i];
        else
            snapshot_free(history, &history->snapshots[i]);
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

static void near_forget(struct history *history, unsigned i)
{
    snapshot_free(history, &history->near[i]);
    history->near[i] = history->near[--history->near_count];
}

/* How many bytes the new one takes is known only when it is there. */
static void far_take(struct history *history)
{
    if (history->count == HISTORY_SNAPSHOTS)
        thin_out(history);
    if (far_is_due(history) &&
        snapshot_take(history, &history->snapshots[history->count], snapshot_like_now(history)))
        history->count++;
    if (history_size(history) <= HISTORY_BYTES_MAX - HISTORY_NEAR_BYTES_MAX)
        return;
    while (history->near_count > 0)
        near_forget(history, 0);
    while (history->count > 1 && history_size(history) > HISTORY_BYTES_MAX - HISTORY_NEAR_BYTES_MAX)
        thin_out(history);
}

/* ---- Near ---- */

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
    if (history->near_count == HISTORY_NEAR)
        near_forget(history, near_least_useful(history));
    if (snapshot_take(history, &history->near[history->near_count], snapshot_like_now(history)))
        history->near_count++;
    while (history->near_count > 0 && history_size(history) > HISTORY_BYTES_MAX)
        near_forget(history, near_least_useful(history));
}

/* On the way to event N near ones are left at 1, 2, 4, 8 ... intervals before
 * it. Who then steps back and back goes no more events again than he came
 * back, and new ones replace those that he passes. Beyond what the trace knows
 * none are taken: there the far ones are. */
static bool near_is_due(const struct history *history, uint32_t n, uint32_t interval)
{
    uint32_t known = history->world->trace->events.count, now = history->world->event_count;
    uint32_t left = (n < known ? n : known) - now, intervals = left / interval;

    return now < known && intervals > 0 && left % interval == 0 &&
           (intervals & (intervals - 1)) == 0;
}

/* ---- The whole ---- */

void history_open(struct history *history, struct world *world)
{
    ASSERT(world->trace != NULL && world->started);
    memset(history, 0, sizeof(*history));
    history->world = world;
    history->interval = interval_worth(world, FAR_BYTES_PER_EVENT, FAR_INTERVAL);
    history->count =
        page_store_open(&history->pages) && snapshot_take(history, &history->snapshots[0], NULL);
    ASSERT(history->count == 1);
}

void history_close(struct history *history)
{
    for (unsigned i = 0; i < history->near_count; i++)
        arena_close(&history->near[i].table);
    for (unsigned i = 0; i < history->count; i++)
        arena_close(&history->snapshots[i].table);
    page_store_close(&history->pages);
    history->near_count = history->count = 0;
}

bool history_step(struct history *history)
{
    if (far_is_due(history))
        far_take(history);
    return world_step(history->world);
}

/* Forward to event N, leaving near snapshots behind on a way that is known. */
static void run_to(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    uint32_t interval = interval_worth(world, NEAR_BYTES_PER_EVENT, NEAR_INTERVAL);

    while (world->event_count < n && history_step(history))
        if (world->event_count < n && near_is_due(history, n, interval))
            near_take(history);
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
