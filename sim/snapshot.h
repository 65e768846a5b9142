/*
 * snapshot.h - a world as it was at one moment, and taking it back there.
 *
 * A snapshot is a table of pages (pages.h), which it shares with others as far
 * as they are the same. What each page of the world held when it was last
 * looked at, taken or restored, is known, too: of memory that is told of
 * (arena.h) only what was written to since must be looked at, or put back.
 */
#ifndef RUNG_SIM_SNAPSHOT_H
#define RUNG_SIM_SNAPSHOT_H

#include "sim/pages.h"
#include "sim/trace.h"

struct world;

struct snapshot {
    struct arena table; /* of pages */
    size_t used;        /* bytes of the world's arena */
    uint32_t event;     /* how many events had happened */
    struct trace_position position;
};

struct snapshot_store {
    struct world *world;
    struct page_store pages;
    struct arena known; /* table of the pages that the world was last known to hold */
    size_t known_count;
    /* What taking the last one has cost, in pages: those that had changed, and
     * those that had to be looked at because nobody tells of them. */
    size_t changed, untold;
};

/* For snapshots of WORLD, of which there may be one store at a time. False if no
 * address space can be had; it is to be closed all the same, before WORLD is
 * freed, and when all snapshots are given up. */
bool snapshot_store_open(struct snapshot_store *store, struct world *world);
void snapshot_store_close(struct snapshot_store *store);

/* The world as it is now. False where memory is short. */
bool snapshot_take(struct snapshot_store *store, struct snapshot *snapshot);
void snapshot_free(struct snapshot_store *store, struct snapshot *snapshot);

/* Takes the world and its trace back, or forward, to SNAPSHOT. */
void snapshot_restore(struct snapshot_store *store, const struct snapshot *snapshot);

/* Bytes of all that the snapshots share. */
static inline size_t snapshot_store_size(const struct snapshot_store *store)
{
    return store->pages.bytes + store->known_count * sizeof(struct page *);
}

#endif
