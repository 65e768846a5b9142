/*
 * ladder_checkpoint.h - a ladder between two rows, in few bytes.
 *
 * Where no row is open, a ladder is little more than the arrows that fly: of
 * each is kept what the trace does not tell, as differences from the arrow
 * before, mostly a single byte. From a checkpoint on, the rows come out as
 * they did the first time. What TCP's reader (tcp_view) says is recalled from
 * its notes, which the ladder's own reader has kept since the first time.
 * Used by the book alone.
 */
#ifndef RUNG_TOOLS_LADDER_CHECKPOINT_H
#define RUNG_TOOLS_LADDER_CHECKPOINT_H

#include "tools/lib/ladder_core.h"

struct ladder_checkpoint {
    int64_t row, item; /* the first ones after it */
    vtime now;
    size_t first;    /* byte of its entries in the store */
    uint32_t arrows; /* so many entries for arrows, then some for arrivals */
    uint32_t arrivals;
    size_t noted;    /* place of the next segment's note */
    uint32_t record; /* the next one */
    bool begun, timed;
};

struct ladder_store {
    uint8_t *at;
    size_t used, capacity;
};

/* So many bytes the entries of a checkpoint of L take at most, about. */
size_t ladder_checkpoint_size(const struct ladder *l);

/* A checkpoint of L in front of record NEXT; the caller knows `item`. False:
 * no memory. */
bool ladder_checkpoint_take(const struct ladder *l, uint32_t next, struct ladder_store *store,
                            struct ladder_checkpoint *checkpoint);

/* Takes L back, or forwards, to CHECKPOINT; its TCP's reader recalls from now on. */
void ladder_checkpoint_restore(struct ladder *l, const struct ladder_store *store,
                               const struct ladder_checkpoint *checkpoint);

#endif
