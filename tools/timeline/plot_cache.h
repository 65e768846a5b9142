/*
 * plot_cache.h - the curves that were drawn last, kept for the next drawing:
 * most keys change nothing about them. The run that it is of must not change:
 * who computes another one closes the cache.
 */
#ifndef RUNG_TIMELINE_PLOT_CACHE_H
#define RUNG_TIMELINE_PLOT_CACHE_H

#include "tools/lib/run_plot.h"
#include "tools/timeline/moment.h"

enum { PLOTS_KEPT = 4 }; /* at most 230 KB each: the ends that a person goes between */

struct plot_kept {
    struct run_plot plot;
    bool open;
    const struct run_view *view; /* whose curves they are */
    uint16_t node;
    uint32_t subject;
};

/* Zeroed: empty. */
struct plot_cache {
    struct plot_kept kept[PLOTS_KEPT];
    unsigned next; /* the one that makes way for another */
};

/* The curves of the connection that MOMENT looks at from FROM to TO, in so many
 * BUCKETS, out of CACHE if it has them. NULL: no memory. Good until the next call. */
const struct run_plot *plot_cache_get(struct plot_cache *cache, const struct moment *moment,
                                      vtime from, vtime to, int buckets);
void plot_cache_close(struct plot_cache *cache);

#endif
