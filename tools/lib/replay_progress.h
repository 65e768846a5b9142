/*
 * replay_progress.h - how far a long capture has been read, on a terminal.
 *
 *   [##########............] 45 %, 1,234,567 frames        the size is known
 *   1,234,567 frames, 98.7 MB                              a pipe, or compressed
 *
 * Only what takes longer than a blink shows anything; the line is wiped in the end.
 */
#ifndef RUNG_TOOLS_REPLAY_PROGRESS_H
#define RUNG_TOOLS_REPLAY_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "sim/base.h"

struct replay_progress {
    FILE *out;     /* NULL: shows nothing */
    uint64_t size; /* bytes of the input; 0: nobody knows */
    int64_t begun_ns, shown_ns;
    bool begun, shown;
};

/* Enough frames to be worth a look at the clock have passed when this is called. */
#define REPLAY_PROGRESS_FRAMES 2048

/* FRAMES were read, in BYTES of the input. */
void replay_progress_at(struct replay_progress *progress, uint64_t frames, uint64_t bytes);
/* The same at NOW_NS of any clock that does not go back: for tests. */
void replay_progress_when(struct replay_progress *progress, uint64_t frames, uint64_t bytes,
                          int64_t now_ns);
/* Wipes the line. The next frame begins a new one. */
void replay_progress_end(struct replay_progress *progress);

#endif
