/*
 * run_drawings.h - the drawings that `rung run` makes of a run: --svg, --plot.
 */
#ifndef RUNG_TOOLS_RUNG_RUN_DRAWINGS_H
#define RUNG_TOOLS_RUNG_RUN_DRAWINGS_H

#include "tools/lib/run_view.h"
#include "tools/rung/run_options.h"

/* Writes those that were asked for. Not EXIT_DONE: it has complained. */
int run_drawings(const struct run_options *options, const struct run_view *view);

#endif
