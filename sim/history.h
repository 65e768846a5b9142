/*
 * history.h - going back: snapshots of a world, and running forward again.
 *
 * A snapshot is one copy of the arena. Seeking restores the nearest snapshot
 * at or before the wanted event and runs forward from there, while the trace
 * compares each record with what it already holds. Snapshots are thinned
 * when they grow too many: memory stays bounded, a step back stays quick.
 */
#ifndef RUNG_SIM_HISTORY_H
#define RUNG_SIM_HISTORY_H

#include "sim/trace.h"

struct world;

#define HISTORY_SNAPSHOTS 64
#define HISTORY_BYTES_MAX ((size_t)512 << 20)

struct snapshot {
    struct arena copy; /* `used` bytes of the world's arena */
    uint32_t event;    /* how many events had happened */
    struct trace_position position;
};

struct history {
    struct world *world;
    struct snapshot snapshots[HISTORY_SNAPSHOTS];
    unsigned count;
    uint32_t interval; /* events between two snapshots */
};

/* Begins the history of a WORLD that is observed and started. */
void history_open(struct history *history, struct world *world);
void history_close(struct history *history);

/* One event forward, with a snapshot when one is due. False at the end. */
bool history_step(struct history *history);

/* To the moment when N events have happened, in either direction; to the end
 * if the run has fewer. False if the second run was not like the first
 * (trace->diverged), which is a bug of ours. */
bool world_seek(struct history *history, uint32_t n);

#endif
