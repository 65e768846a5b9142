/*
 * history.h - going back: snapshots of a world, and running forward again.
 *
 *   far   |----|----|----|----|----|----|----|     over the whole run
 *   near                       ||||                where it was last sought
 *
 * A snapshot keeps the arena in pages, which it shares with the one before it
 * as far as they are the same (pages.h). Seeking restores the nearest snapshot
 * at or before the wanted event and runs forward from there, while the trace
 * compares each record with what it already holds. On that way it leaves a few
 * near snapshots behind, so that the next step back, and the one after it,
 * cost a few thousand events and not the way from a far one. Far snapshots are
 * thinned when they grow too many; of the near ones those that lie ahead give
 * their places away first. So memory stays bounded, and a world whose pages
 * change all the time gets fewer of both.
 */
#ifndef RUNG_SIM_HISTORY_H
#define RUNG_SIM_HISTORY_H

#include "sim/pages.h"
#include "sim/trace.h"

struct world;

#define HISTORY_SNAPSHOTS 512
#define HISTORY_NEAR 32
#define HISTORY_BYTES_MAX ((size_t)72 << 20) /* of all snapshots but the first */
#define HISTORY_NEAR_BYTES_MAX ((size_t)8 << 20) /* of them, for near ones */

struct snapshot {
    struct arena table; /* of pages */
    size_t used;        /* bytes of the world's arena */
    uint32_t event;     /* how many events had happened */
    struct trace_position position;
};

struct history {
    struct world *world;
    struct page_store pages;
    struct snapshot snapshots[HISTORY_SNAPSHOTS]; /* far, by rising event */
    unsigned count;
    uint32_t interval; /* events between two of them */
    struct snapshot near[HISTORY_NEAR]; /* in any order */
    unsigned near_count;
};

/* Begins the history of a WORLD that is observed and started. */
void history_open(struct history *history, struct world *world);
void history_close(struct history *history);

/* One event forward, with a far snapshot when one is due. False at the end. */
bool history_step(struct history *history);

/* To the moment when N events have happened, in either direction; to the end
 * if the run has fewer. False if the second run was not like the first
 * (trace->diverged), which is a bug of ours. */
bool world_seek(struct history *history, uint32_t n);

/* Bytes of memory that the snapshots take. */
size_t history_size(const struct history *history);

#endif
