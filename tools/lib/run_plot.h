/*
 * run_plot.h - the curves of one end of a connection, over the run or a part
 * of it.
 *
 *   run_curves --run_plot_open--> for each curve, at most PLOT_BUCKETS buckets of
 *                                 time: least, greatest and last value in each
 *
 * However long the run is, a plot takes the same memory and about the same
 * time; what happens within a bucket is seen as a span. Most of the time goes
 * into the edges of buckets, where values are read one by one: so who draws
 * fewer dots asks for fewer buckets. All plots of the same time have their edges
 * out of the same PLOT_BUCKETS, and look alike.
 */
#ifndef RUNG_TOOLS_RUN_PLOT_H
#define RUNG_TOOLS_RUN_PLOT_H

#include "tools/lib/run_curves.h"
#include "tools/lib/run_view.h"

enum { PLOT_BUCKETS = 1024 };

struct plot_bucket {
    int64_t low, high, last;
    bool known; /* it had a value by then */
};

struct run_plot {
    vtime from, to;
    int count; /* buckets of each curve */
    struct plot_bucket *buckets[PLOT_CURVES];
    int64_t highest[PLOT_CURVES]; /* of the known ones */
    bool any;                     /* the connection has a value at all */
};

/* The curves of connection SUBJECT of NODE between FROM and TO (FROM < TO), in
 * BUCKETS of them, PLOT_BUCKETS at most. A view without `curves` has its trace
 * read for them, which takes a while in a long run. False: no memory. */
bool run_plot_open(struct run_plot *plot, const struct run_view *view, uint16_t node,
                   uint32_t subject, vtime from, vtime to, int buckets);
void run_plot_close(struct run_plot *plot);

/* "cwnd"; the unit is bytes or, for SRTT and RTO, ns. */
const char *plot_curve_name(enum plot_curve curve);

/* What these curves are when EVENT has happened. False: no memory. */
bool run_plot_heights(const struct run_view *view, uint16_t node, uint32_t subject, uint32_t event,
                      struct curve_heights *heights);

/* Buckets A to B of CURVE, both inclusive, as one. */
struct plot_bucket run_plot_span(const struct run_plot *plot, enum plot_curve curve, int a, int b);

#endif
