/*
 * bench_drawings.h - what it costs to draw each thing that a screen can show.
 *
 * A scene is a pane over the whole screen, on one of its pages, or a list or a
 * search over the ladder. All are drawn at many places of a run, none with
 * what was kept of the drawing before: a median of that is what a person waits
 * for at worst, save for a disturbed machine.
 */
#ifndef RUNG_TIMELINE_BENCH_DRAWINGS_H
#define RUNG_TIMELINE_BENCH_DRAWINGS_H

#include "tools/lib/bench_timeline.h"
#include "tools/timeline/ui.h"

enum { BENCH_DRAWINGS_MAX = 24 };

struct bench_drawing {
    const char *name;
    struct bench_timing timing;
};

struct bench_drawings;

/* NULL: no memory. */
struct bench_drawings *bench_drawings_new(void);
void bench_drawings_free(struct bench_drawings *drawings); /* or NULL */

/* Draws each scene once at the cursor of UI, which afterwards shows the ladder
 * and the same panes as before. False: no memory. */
bool bench_drawings_sample(struct bench_drawings *drawings, struct ui *ui);

/* How many scenes there are, and scene I. */
unsigned bench_drawings_count(void);
struct bench_drawing bench_drawings_get(struct bench_drawings *drawings, unsigned i);

#endif
