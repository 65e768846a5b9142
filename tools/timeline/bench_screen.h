/*
 * bench_screen.h - what a person at the timeline waits for, in a long run.
 *
 * The lab of tools/lib/bench_timeline.h is opened as `rung run` opens it, then
 * keys are pressed and screens drawn, without a terminal: 160x50, beside the
 * ladder the panes why, window and plot; then everything else that a screen
 * can show (bench_drawings.h). Figures are CPU time of this process.
 * A measurement, not a test; but a key that does not lead to where it should
 * makes it fail.
 */
#ifndef RUNG_TIMELINE_BENCH_SCREEN_H
#define RUNG_TIMELINE_BENCH_SCREEN_H

#include "tools/timeline/bench_drawings.h"

enum screen_move {
    SCREEN_STEP, /* a line of the ladder on: the key, with all panes */
    SCREEN_BACK,
    SCREEN_JUMP,          /* :go TIME */
    SCREEN_DRAW,          /* after each of these */
    SCREEN_DRAW_FILTERED, /* after jumps while a filter hides half the frames */
    SCREEN_MOVES
};

struct bench_screen_result {
    uint32_t frames;
    double run_ns;    /* session_open: read, run to the end */
    double layout_ns; /* ui_attach and the first screen: the ladder laid out */
    struct bench_timing moves[SCREEN_MOVES];
    struct bench_drawing drawings[BENCH_DRAWINGS_MAX];
    unsigned drawing_count;
    size_t frame_bytes; /* of the frames themselves */
    size_t trace_bytes; /* of what is known of them, besides */
    size_t book_bytes;  /* of the ladder's book */
    size_t curve_bytes; /* of what plots are drawn from */
};

/* Runs ROW once. False if there is no memory, no room for the lab's file, or a
 * key led astray. */
bool bench_screen(const struct bench_timeline_row *row, struct bench_screen_result *result);

#endif
