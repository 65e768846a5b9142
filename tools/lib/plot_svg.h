/*
 * plot_svg.h - the curves of a connection (run_plot.h) as a drawing.
 *
 *   bytes  |   cwnd ----   ssthresh - -    three charts over one axis of time:
 *          |/\/\            flight: grey   windows, times, sequence numbers;
 *   time   |--------                       a line through all of them where the
 *   seq.   |____/          v timeout       sender took something for lost
 *
 * Each curve has a stroke of its own besides its colour.
 */
#ifndef RUNG_TOOLS_PLOT_SVG_H
#define RUNG_TOOLS_PLOT_SVG_H

#include <stdio.h>

#include "tools/lib/run_view.h"

enum { PLOT_SVG_WHY_SIZE = 256 };

/* Of which end of which connection. */
struct plot_svg_end {
    uint16_t node;
    uint32_t subject; /* the connection's number there */
};

/*
 * Chooses by NAME: "a" or "a:80", a port at either end; NULL: any host. Where
 * several are meant it is the one that has sent most, of these the newest.
 * False: WHY (PLOT_SVG_WHY_SIZE bytes) says why there is none.
 */
bool plot_svg_choose(const struct run_view *view, const char *name, struct plot_svg_end *end,
                     char *why);

/* Draws END, as chosen. False, with errno set, if OUT did not take it all, or
 * there was no memory. */
bool plot_svg_write(const struct run_view *view, const struct plot_svg_end *end, FILE *out);

#endif
