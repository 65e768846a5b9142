/*
 * run_curves.h - the values that curves are drawn from, of all connections of
 * a run, kept so that any part of any curve can be drawn at once.
 *
 *   trace --run_curves_follow-->  end a:1   values (curve_end.h)
 *                                 end b:1   values
 *                                 ...
 *
 * A million frames make some twenty million records: to search them for the
 * values of one connection takes longer than a screen may. So they are sorted
 * out while the run is computed. run_plot.h draws from here.
 */
#ifndef RUNG_TOOLS_RUN_CURVES_H
#define RUNG_TOOLS_RUN_CURVES_H

#include "sim/trace.h"
#include "tools/lib/curve_end.h"

struct run_curves;

/* Nothing yet; NULL: no memory. */
struct run_curves *run_curves_new(void);
/* Those of a run that is over; NULL: no memory. */
struct run_curves *run_curves_of(const struct trace *trace);
void run_curves_free(struct run_curves *curves); /* or NULL */

/* Takes in what TRACE has got since the last call. False: no memory. */
bool run_curves_follow(struct run_curves *curves, const struct trace *trace);

/* The run is over: gives back what room is left. */
void run_curves_finish(struct run_curves *curves);

/* Bytes of memory that they take. */
size_t run_curves_size(const struct run_curves *curves);

/* The values of connection SUBJECT of NODE, or NULL: it has none. Good until
 * the next call of run_curves_follow. */
const struct curve_end *run_curves_end(const struct run_curves *curves, uint16_t node,
                                       uint32_t subject);

#endif
