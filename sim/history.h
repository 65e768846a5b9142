/*
 * history.h - going back: snapshots of a world, and running forward again.
 *
 *   far   |---------|---------|---------|---------|     over the whole run
 *   near            |    | | |||  ^                     where it was last sought
 *
 * Seeking restores the nearest snapshot at or before the wanted event and runs
 * forward from there, while the trace compares each record with what it already
 * holds. On that way it leaves near snapshots behind, the denser the closer.
 *
 * Who steps back comes to where they are too far apart, and in the end to a
 * whole way between two far ones. That would be a long step; so each step back
 * does a little of it in advance: it runs one short piece of the nearest such
 * way, and leaves a snapshot at its end. No step costs more than three short
 * pieces, and one that jumps not more than the way between two far ones, or
 * twice that where it ends just behind one.
 *
 * Memory is bounded. Far snapshots lie farther apart the longer the run is and
 * the more of the world changes; where there are too many, the one whose
 * neighbours are nearest to each other goes. Of the near ones those go first
 * that lie ahead, then those that will be missed least.
 */
#ifndef RUNG_SIM_HISTORY_H
#define RUNG_SIM_HISTORY_H

#include "sim/snapshot.h"

#define HISTORY_SNAPSHOTS 512
#define HISTORY_NEAR 48
#define HISTORY_BYTES_MAX ((size_t)54 << 20)     /* of all snapshots but the first */
#define HISTORY_NEAR_BYTES_MAX ((size_t)6 << 20) /* of them, for near ones */

struct history {
    struct world *world;
    struct snapshot_store store;
    struct snapshot snapshots[HISTORY_SNAPSHOTS]; /* far, by rising event */
    unsigned count;
    uint32_t interval;                  /* events between two of them */
    size_t first_size;                  /* bytes of the first */
    struct snapshot near[HISTORY_NEAR]; /* in any order */
    unsigned near_count;
    uint32_t piece;    /* events between two of them at least */
    uint32_t place;    /* the event that was sought last: near ones are for going back from it */
    uint64_t replayed; /* events that happened again: what seeking has cost so far */
};

/* Begins the history of a WORLD that is observed and started; to be closed
 * before the world is freed. */
void history_open(struct history *history, struct world *world);
void history_close(struct history *history);

/* One event forward, with a far snapshot when one is due. False at the end. */
bool history_step(struct history *history);

/* To the moment when N events have happened, in either direction; to the end
 * if the run has fewer. False if the second run was not like the first
 * (trace->diverged), which is a bug of ours. */
bool world_seek(struct history *history, uint32_t n);

/* Events between two near snapshots where they are dense: the short piece, of
 * which a step back by a frame or two runs three at most. */
uint32_t history_piece(const struct history *history);

/* Bytes of memory that the snapshots take. */
size_t history_size(const struct history *history);

#endif
