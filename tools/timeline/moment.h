/*
 * moment.h - what the cursor stands on: all that a pane may ask.
 *
 * The world of the view has been taken to this moment: event `event` was the
 * last to happen. So a pane reads hosts, TCBs and tables as they are, and the
 * trace for what led there, or will come. Nothing here may be changed.
 */
#ifndef RUNG_TIMELINE_MOMENT_H
#define RUNG_TIMELINE_MOMENT_H

#include "tools/lib/run_view.h"

#define MOMENT_BEFORE UINT32_MAX /* record: the run has not begun */

struct moment {
    const struct run_view *view;
    uint32_t event;   /* how many events have happened */
    vtime now;
    uint32_t record;  /* index of the one under the cursor, or MOMENT_BEFORE */
    uint32_t frame;   /* that it is about, else the last one sent before; 0: none */
    uint16_t node;    /* whose side is looked at (a host, if the run has one) */
    uint32_t subject; /* of its connections the one looked at; 0: none */
    bool ascii;       /* say no more than ASCII can: for texts; cells are translated */
};

/* Whether RECORD belongs to the event that has just happened. */
static inline bool moment_is_now(const struct moment *moment, const struct record *record)
{
    return moment->record != MOMENT_BEFORE && record->event == moment->event;
}

#endif
