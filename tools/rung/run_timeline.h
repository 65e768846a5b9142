/*
 * run_timeline.h - whether `rung run` opens the timeline, and opening it.
 */
#ifndef RUNG_TOOLS_RUNG_RUN_TIMELINE_H
#define RUNG_TOOLS_RUNG_RUN_TIMELINE_H

#include "tools/rung/run_options.h"

enum { RUN_TIMELINE_CANNOT = -1 };

/* A person sits at a terminal, and no option asks for something else; or one
 * asks for a screen. */
bool run_wants_timeline(const struct run_options *options);

/* The exit status, or RUN_TIMELINE_CANNOT: this terminal cannot show it. */
int run_timeline(const struct run_options *options);

#endif
