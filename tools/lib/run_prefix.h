/*
 * run_prefix.h - a run as it was known when some of its events had happened.
 *
 *   whole   |--------------------------------|   view
 *   prefix  |--------------|                      the same, without a future
 *
 * A gate hides what comes behind it: whoever shows a run up to there reads this
 * view, in which no record, event or frame beyond is to be found, so that no
 * word of it can slip out.
 */
#ifndef RUNG_TOOLS_RUN_PREFIX_H
#define RUNG_TOOLS_RUN_PREFIX_H

#include "tools/lib/run_view.h"

struct run_prefix {
    struct run_view view; /* with the trace below; nothing in it is to be closed */
    struct trace trace;   /* the whole one, cut; never to be closed, run or added to */
};

/* The first EVENTS events of WHOLE, with what was before them. PREFIX must stay
 * where it is, and WHOLE as it is, as long as the view is used. */
void run_prefix_take(struct run_prefix *prefix, const struct run_view *whole, uint32_t events);

/* The trace alone, which may grow: then CUT is to be made anew before it is read. */
void run_prefix_cut(struct trace *cut, const struct trace *whole, uint32_t events);

#endif
