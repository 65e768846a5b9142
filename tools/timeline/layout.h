/*
 * layout.h - what stands where on a screen of this size.
 *
 *   80x24  header          120 columns or more  header
 *          ladder                               ladder | pane
 *          -- pane --                                  | -- pane --
 *          says, footer                         says, footer
 *
 * A ladder too wide for that, or two futures, have all the width as long as that
 * gives them columns.
 */
#ifndef RUNG_TIMELINE_LAYOUT_H
#define RUNG_TIMELINE_LAYOUT_H

#include "tools/timeline/ui.h"

struct box {
    int x, y, width, height;
};

enum { LADDER_GUTTER = 2 }; /* columns left of a ladder: the cursor's mark */

struct layout {
    struct box ladders[SESSION_SIDES]; /* width 0: not shown; with the gutter */
    struct box panes[UI_SLOTS_MAX];    /* with the title's row */
    int pane_count;
    struct box summary; /* of two futures; height 0: not shown */
    int says, footer;   /* rows */
    bool beside;        /* panes stand right of the ladder */
    bool too_small;
};

struct layout layout_of(const struct ui *ui);

/* How wide the ladder of SIDE is to be laid out, without its gutter. */
int layout_ladder_width(const struct ui *ui, enum session_side side);

/* Rows that title, names and addresses take of a ladder that is HEIGHT high. */
int layout_header_rows(const struct ui *ui, enum session_side side, int height);

/* Rows that are left below them for those of the ladder that has the cursor. */
int layout_ladder_rows(const struct ui *ui);

#endif
