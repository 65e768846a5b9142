/*
 * bench_timeline.h - what it costs to walk about in a run that is over.
 *
 * A lab with transfers by TCP, as long as it takes for so many frames, is
 * opened as the timeline opens one; then its world is taken frame by frame
 * backwards and forwards, and to moments anywhere. Figures are CPU time of
 * this process. A measurement, not a test; but a step that did not lead to
 * where it should makes it fail.
 */
#ifndef RUNG_TOOLS_BENCH_TIMELINE_H
#define RUNG_TOOLS_BENCH_TIMELINE_H

#include "sim/base.h"

/* What is measured many times; screens are in tools/timeline/bench_screen.h. */
enum bench_move {
    BENCH_BACK,      /* to the frame before, from anywhere */
    BENCH_FORWARD,   /* to the frame behind, from anywhere */
    BENCH_BACK_LONG, /* back and back again from the end: the key held down */
    BENCH_JUMP,      /* to a moment anywhere */
    BENCH_MOVES
};

struct bench_timeline_row {
    unsigned flows;
    uint32_t frames; /* about so many, a little more */
};

struct bench_timing {
    uint32_t count;
    double median_ns, worst_ns;
};

struct bench_timeline_result {
    uint32_t frames, events, records;
    double open_ns; /* the lab read, its run computed, snapshots taken */
    struct bench_timing moves[BENCH_MOVES];
    size_t frame_bytes;   /* of the frames themselves */
    size_t trace_bytes;   /* of what is known of them, besides */
    size_t history_bytes; /* of the snapshots at the end */
    size_t world_bytes;   /* of one */
    unsigned snapshots;
};

/* Runs ROW once. False if there is no memory or a move went astray. */
bool bench_timeline(const struct bench_timeline_row *row, struct bench_timeline_result *result);

/* The lab of ROW, as a text; the caller's to free. */
char *bench_timeline_lab(const struct bench_timeline_row *row);

/* What SAMPLES (ns, COUNT of them, which get sorted) come to. */
struct bench_timing bench_timing_of(double *samples, uint32_t count);

#endif
