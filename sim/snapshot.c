#include "sim/snapshot.h"

#include "sim/world.h"

#include <string.h>

#define TABLE_SPARE ((size_t)1 << 20) /* no arena may be smaller */

_Static_assert(PAGE_SIZE == ARENA_PAGE, "what is told of is what is kept");

/* ---- What the world holds ---- */

static struct page **known(const struct snapshot_store *store)
{
    return (struct page **)(void *)store->known.base;
}

/* World page I holds what PAGE does (NULL: who knows). */
static void know(struct snapshot_store *store, size_t i, struct page *page)
{
    struct page *before;

    for (; store->known_count <= i; store->known_count++)
        known(store)[store->known_count] = NULL;
    before = known(store)[i];
    known(store)[i] = page;
    if (page != NULL)
        page->users++;
    if (before != NULL)
        page_release(&store->pages, before);
    arena_seen(&store->world->arena, i);
}

/* What world page I certainly holds still, or NULL. */
static struct page *certain(const struct snapshot_store *store, size_t i)
{
    if (i >= store->known_count || !arena_is_as_seen(&store->world->arena, i))
        return NULL;
    return known(store)[i];
}

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

void snapshot_free(struct snapshot_store *store, struct snapshot *snapshot)
{
    for (size_t i = 0; i < page_count(snapshot->used); i++)
        page_release(&store->pages, table(snapshot)[i]);
    arena_close(&snapshot->table);
}

/* Page I of the world as it is now, for one more user; NULL: no memory. */
static struct page *page_now(struct snapshot_store *store, size_t i)
{
    const struct arena *arena = &store->world->arena;
    struct page *page = certain(store, i), *before = NULL;

    if (page != NULL) {
        page->users++;
        return page;
    }
    if (i < store->known_count)
        before = known(store)[i];
    page = page_keep(&store->pages, page_span(arena->base, arena->used, i), before);
    store->changed += page != before;
    store->untold += !arena_is_told(arena, i);
    if (page != NULL)
        know(store, i, page);
    return page;
}

/* The pages of the world now, into SNAPSHOT; those that are as they were last
 * known are shared with whoever has them. */
static bool fill_table(struct snapshot_store *store, struct snapshot *snapshot)
{
    const struct arena *arena = &store->world->arena;

    store->changed = store->untold = 0;
    for (size_t i = 0; i < page_count(arena->used); i++) {
        table(snapshot)[i] = page_now(store, i);
        if (table(snapshot)[i] == NULL)
            return false;
        snapshot->used = min_size(arena->used, (i + 1) * PAGE_SIZE);
    }
    return true;
}

bool snapshot_take(struct snapshot_store *store, struct snapshot *snapshot)
{
    struct world *world = store->world;
    size_t size = page_count(world->arena.used) * sizeof(struct page *);

    if (!arena_open(&snapshot->table, size + TABLE_SPARE))
        return false;
    snapshot->used = 0;
    if (snapshot->table.reserved < size || !fill_table(store, snapshot)) {
        snapshot_free(store, snapshot);
        return false;
    }
    snapshot->table.used = size;
    snapshot->event = world->event_count;
    snapshot->position = trace_position(world->trace);
    return true;
}

void snapshot_restore(struct snapshot_store *store, const struct snapshot *snapshot)
{
    struct arena *arena = &store->world->arena;
    struct trace *trace = store->world->trace;

    /* What was handed out later must read as fresh when it is again. */
    arena_truncate(arena, min_size(arena->used, snapshot->used));
    for (size_t i = page_count(snapshot->used); i < store->known_count; i++)
        know(store, i, NULL);
    for (size_t i = 0; i < page_count(snapshot->used); i++) {
        struct page *page = table(snapshot)[i];

        if (certain(store, i) == page)
            continue;
        if (i >= store->known_count || known(store)[i] != page ||
            !page_stands(page, arena->base + i * PAGE_SIZE))
            page_write(page, arena->base + i * PAGE_SIZE);
        know(store, i, page);
    }
    arena->used = snapshot->used;
    trace_go(trace, snapshot->position);
}

/* ---- The store ---- */

bool snapshot_store_open(struct snapshot_store *store, struct world *world)
{
    size_t pages = page_count(world->arena.reserved) + 1;

    memset(store, 0, sizeof(*store));
    store->world = world;
    return page_store_open(&store->pages) &&
           arena_open(&store->known, pages * sizeof(struct page *) + TABLE_SPARE) &&
           arena_listen(&world->arena);
}

void snapshot_store_close(struct snapshot_store *store)
{
    if (store->world != NULL)
        arena_stop_listening(&store->world->arena);
    arena_close(&store->known);
    page_store_close(&store->pages);
    store->world = NULL;
}
