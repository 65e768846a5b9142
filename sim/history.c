#include "sim/history.h"

#include "sim/world.h"

#include <string.h>

enum {
    FAR_INTERVAL = 4000, /* events: replayed in a few milliseconds */
    NEAR_INTERVAL = 500,
    /* So many events for each page that is written or looked at, and taking
     * snapshots costs much less than running does. */
    FAR_EVENTS_PER_PAGE = 6,
    NEAR_PAGES_PER_EVENT = 2,
    STEP_EVENTS = 16, /* who steps back by more at a time may have to wait */
};

size_t history_size(const struct history *history)
{
    size_t sum = snapshot_store_size(&history->store);

    for (unsigned i = 0; i < history->count; i++)
        sum += history->snapshots[i].table.used;
    for (unsigned i = 0; i < history->near_count; i++)
        sum += history->near[i].table.used;
    return sum;
}

static bool is_larger(const struct history *history, size_t most)
{
    return history_size(history) > history->first_size + most;
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

/* ---- Far ---- */

/* Where least is lost; and from now on they are as far apart as would have been
 * enough so far. The first stays, and the last if it is not the only other. */
static void far_give_up_one(struct history *history)
{
    struct snapshot *all = history->snapshots;
    uint32_t now = history->world->event_count;
    unsigned least = 1;

    for (unsigned i = 2; i + 1 < history->count; i++)
        if (all[i + 1].event - all[i - 1].event < all[least + 1].event - all[least - 1].event)
            least = i;
    snapshot_free(&history->store, &all[least]);
    history->count--;
    memmove(&all[least], &all[least + 1], (history->count - least) * sizeof(all[0]));
    history->interval = (uint32_t)max_i64(history->interval, now / history->count + 1);
}

static bool far_is_due(const struct history *history)
{
    uint32_t last = history->snapshots[history->count - 1].event;
    uint32_t now = history->world->event_count;

    return now >= last && now - last >= history->interval;
}

/* How much the next one will cost is judged by the last. */
static void far_space(struct history *history)
{
    size_t worth = min_size(history->store.changed, UINT32_MAX / 64) * FAR_EVENTS_PER_PAGE;

    if (worth > FAR_INTERVAL && worth > history->interval)
        history->interval = (uint32_t)worth;
}

static void near_forget(struct history *history, unsigned i)
{
    snapshot_free(&history->store, &history->near[i]);
    history->near[i] = history->near[--history->near_count];
}

/* How many bytes the new one takes is known only when it is there. */
static void far_take(struct history *history)
{
    if (history->count == HISTORY_SNAPSHOTS)
        far_give_up_one(history);
    if (!far_is_due(history) ||
        !snapshot_take(&history->store, &history->snapshots[history->count]))
        return;
    history->count++;
    far_space(history);
    if (!is_larger(history, HISTORY_BYTES_MAX - HISTORY_NEAR_BYTES_MAX))
        return;
    while (history->near_count > 0)
        near_forget(history, 0);
    while (history->count > 1 && is_larger(history, HISTORY_BYTES_MAX - HISTORY_NEAR_BYTES_MAX))
        far_give_up_one(history);
}

/* ---- Near ---- */

uint32_t history_piece(const struct history *history)
{
    size_t worth = min_size(history->store.untold / NEAR_PAGES_PER_EVENT, UINT32_MAX / 4);

    return (uint32_t)max_i64(history->piece, (int64_t)worth);
}

/* The event of the first snapshot behind event N, up to the place. */
static uint32_t next_behind(const struct history *history, uint32_t n)
{
    uint32_t best = history->place;

    for (unsigned i = 0; i < history->count; i++)
        if (history->snapshots[i].event > n && history->snapshots[i].event < best)
            best = history->snapshots[i].event;
    for (unsigned i = 0; i < history->near_count; i++)
        if (history->near[i].event > n && history->near[i].event < best)
            best = history->near[i].event;
    return best;
}

/* How much near snapshot I would be missed: the way that one would have to go
 * without it, and the less the farther from here. */
static uint64_t near_worth(const struct history *history, unsigned i)
{
    uint32_t event = history->near[i].event, next = next_behind(history, event);
    uint64_t way = next - snapshot_before(history, event - 1)->event;

    return (way << 16) / (history->place - next + history_piece(history));
}

static unsigned near_least_useful(const struct history *history)
{
    unsigned latest = 0, least = 0;
    uint64_t least_worth = UINT64_MAX;

    for (unsigned i = 1; i < history->near_count; i++)
        if (history->near[i].event > history->near[latest].event)
            latest = i;
    if (history->near[latest].event >= history->place)
        return latest;
    for (unsigned i = 0; i < history->near_count; i++) {
        uint64_t worth = near_worth(history, i);

        if (worth < least_worth) {
            least_worth = worth;
            least = i;
        }
    }
    return least;
}

static void near_take(struct history *history)
{
    if (history->near_count == HISTORY_NEAR)
        near_forget(history, near_least_useful(history));
    if (snapshot_take(&history->store, &history->near[history->near_count]))
        history->near_count++;
    while (history->near_count > 0 && is_larger(history, HISTORY_BYTES_MAX))
        near_forget(history, near_least_useful(history));
}

/* On the way to event N, LAST being the event of the latest snapshot: as far
 * from it as from N, and at least a piece. So they are left where half of the
 * way is done, half of the rest, and so on. Beyond what the trace knows none
 * are taken: there the far ones are. */
static bool near_is_due(const struct history *history, uint32_t n, uint32_t last)
{
    uint32_t known = history->world->trace->events.count, now = history->world->event_count;
    uint32_t left = (n < known ? n : known) - now;

    return now < known && now - last >= history_piece(history) && now - last >= left;
}

/* Forward to event N, leaving near snapshots behind on a way that is known. */
static void run_to(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    uint32_t last = snapshot_before(history, world->event_count)->event;

    while (world->event_count < n && history_step(history)) {
        history->replayed++;
        if (!near_is_due(history, n, last))
            continue;
        last = snapshot_before(history, world->event_count)->event;
        if (!near_is_due(history, n, last))
            continue;
        near_take(history);
        last = world->event_count;
    }
}

/* ---- Going back ---- */

/* How soon preparing the way between two snapshots in advance must begin: so
 * many events behind it, if each step back takes STEP_EVENTS and does a piece. */
static uint32_t notice(const struct history *history, uint32_t from, uint32_t to)
{
    return (to - from) / history_piece(history) * STEP_EVENTS;
}

static bool is_too_long(const struct history *history, uint32_t from, uint32_t to, uint32_t behind)
{
    return to - from > history_piece(history) && history->place - to < behind;
}

/* The snapshot to start from for the place. Just behind one, with a long way in
 * front of that, there would be no time to prepare for who steps back. */
static const struct snapshot *start(const struct history *history)
{
    const struct snapshot *best = snapshot_before(history, history->place), *earlier;

    if (best->event == 0)
        return best;
    earlier = snapshot_before(history, best->event - 1);
    return is_too_long(history, earlier->event, best->event,
                       notice(history, earlier->event, best->event))
               ? earlier
               : best;
}

/* A piece of the nearest way that is too long, in advance; not sooner than need
 * be, for the world must go there and return. */
static void prepare(struct history *history)
{
    const struct snapshot *to = snapshot_before(history, history->place), *from;

    for (; to->event > 0 && (history->place - to->event) / 2 <= history->interval; to = from) {
        uint32_t end;

        from = snapshot_before(history, to->event - 1);
        if (!is_too_long(history, from->event, to->event,
                         2 * notice(history, from->event, to->event)))
            continue;
        end = from->event + history_piece(history);
        snapshot_restore(&history->store, from);
        for (; history->world->event_count < end && world_step(history->world);)
            history->replayed++;
        near_take(history);
        return;
    }
}

/* The run is over, and far from the last snapshot: who opens it waits a little
 * longer, and not who takes the first step back. */
static void look_back(struct history *history)
{
    struct world *world = history->world;
    uint32_t end = world->event_count;

    if (world->stuck || end - snapshot_before(history, end)->event <= FAR_INTERVAL)
        return;
    history->place = end;
    snapshot_restore(&history->store, start(history));
    run_to(history, end);
}

/* ---- The whole ---- */

void history_open(struct history *history, struct world *world)
{
    ASSERT(world->trace != NULL && world->started);
    memset(history, 0, sizeof(*history));
    history->world = world;
    history->interval = FAR_INTERVAL;
    history->piece = NEAR_INTERVAL;
    history->count = snapshot_store_open(&history->store, world) &&
                     snapshot_take(&history->store, &history->snapshots[0]);
    ASSERT(history->count == 1);
    history->first_size = history_size(history);
    far_space(history);
}

void history_close(struct history *history)
{
    for (unsigned i = 0; i < history->near_count; i++)
        arena_close(&history->near[i].table);
    for (unsigned i = 0; i < history->count; i++)
        arena_close(&history->snapshots[i].table);
    snapshot_store_close(&history->store);
    history->near_count = history->count = 0;
}

bool history_step(struct history *history)
{
    if (far_is_due(history))
        far_take(history);
    if (world_step(history->world))
        return true;
    look_back(history);
    return false;
}

bool world_seek(struct history *history, uint32_t n)
{
    struct world *world = history->world;
    bool steps_back = n < world->event_count && world->event_count - n < history_piece(history);

    history->place = n;
    if (steps_back)
        prepare(history);
    /* Going forward from here beats going back to an older snapshot. */
    if (world->event_count > n || world->event_count < snapshot_before(history, n)->event)
        snapshot_restore(&history->store, start(history));
    run_to(history, n);
    return !world->trace->diverged;
}
