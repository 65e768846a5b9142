/*
 * ladder_layout.h - where things stand, chosen once for a whole run.
 *
 *   | time  number | column ... column ... column |  margin for facts |
 *   0              gutter   x[0]         x[n-1]      margin     width
 *
 * Three shapes, the first that is readable at this width: facts on the
 * arrows (two columns, or few and far apart); facts in a margin; a list
 * without columns. Used by the ladder alone.
 */
#ifndef RUNG_TOOLS_LADDER_LAYOUT_H
#define RUNG_TOOLS_LADDER_LAYOUT_H

#include "tools/lib/ladder.h"
#include "tools/lib/vtime_text.h"

enum { LADDER_COLUMNS_MAX = RUN_ORDER_MAX };

enum ladder_shape { LADDER_ON_ARROWS, LADDER_IN_MARGIN, LADDER_LIST };

struct ladder_layout {
    enum ladder_shape shape;
    int width;
    int time_width;   /* of "20.058 ms" */
    int number_width; /* of "17" or "17-19" */
    int gutter;       /* where the columns' part begins */
    int margin;       /* where the margin begins; width if there is none */
    int spacing;      /* from one column to the next */
    int narrowest;    /* the width from which on there are columns; 0: there are none */
    struct vtime_scale scale;
    vtime fold; /* a silence longer than this folds */
    unsigned count;
    uint16_t nodes[LADDER_COLUMNS_MAX]; /* by column */
    int x[LADDER_COLUMNS_MAX];
    bool bare[LADDER_COLUMNS_MAX]; /* no line and no name: frames pass through there */
    int8_t *column_of; /* by node; -1: it has none */
};

/* Silences by their size, as powers of two: a median needs no more. */
struct ladder_silences {
    uint64_t count[64];
    uint64_t total;
    vtime last;     /* time of the last record that is shown */
    uint32_t taken; /* records of the run */
};

/* Takes in at most RECORDS more records of the run of VIEW, those that OPTIONS show. */
void ladder_silences_take(struct ladder_silences *silences, const struct run_view *view,
                          const struct ladder_options *options, uint32_t records);

/* Lays VIEW out, whose SILENCES are all known; NULL: they are looked for. False if there
 * is no memory. */
bool ladder_layout_open(struct ladder_layout *layout, const struct run_view *view,
                        const struct ladder_options *options,
                        const struct ladder_silences *silences);
void ladder_layout_close(struct ladder_layout *layout);

#endif
