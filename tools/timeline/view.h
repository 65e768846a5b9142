/*
 * view.h - draws the model onto a canvas, and changes nothing.
 *
 *   view.c          the whole; header, footer, what is said
 *   view_ladder.c   ladder, gutter, two futures and their summary
 *   view_pane.c     panes, lists and pages over the screen
 *   view_gate.c     what an exercise shows there
 */
#ifndef RUNG_TIMELINE_VIEW_H
#define RUNG_TIMELINE_VIEW_H

#include "tools/timeline/layout.h"

/* Where the terminal's own cursor belongs: on what has the keys. */
struct spot {
    int x, y;
};

/* Draws UI onto CANVAS, which has its size and is empty. */
struct spot view(const struct ui *ui, struct canvas *canvas);

/* ---- For view_*.c ---- */

/* A row of WIDTH cells with TITLE in it, as panes have on top. */
void view_rule(struct canvas *canvas, struct box box, const char *title, bool focused);
/* TEXT from (x, y), at most WIDTH columns; a "…" where it is cut. */
void view_text(struct canvas *canvas, int x, int y, int width, enum meaning meaning,
               const char *text);
/* Empties BOX. */
void view_clear(struct canvas *canvas, struct box box);

/* The ladder of SIDE in BOX; where its cursor is. */
struct spot view_ladder(const struct ui *ui, enum session_side side, struct box box,
                        struct canvas *canvas);
void view_summary(const struct ui *ui, struct box box, struct canvas *canvas);

struct spot view_pane(const struct ui *ui, int index, struct box box, struct canvas *canvas);
struct spot view_overlay(const struct ui *ui, struct canvas *canvas);

/* Pages and questions, a task, the points; and what stands above these. */
void view_write_gate(const struct ui *ui, struct sheet *sheet);
void view_write_task(const struct ui *ui, struct sheet *sheet);
void view_write_score(const struct ui *ui, struct sheet *sheet);
void view_gate_title(const struct ui *ui, char *out, size_t size);
void view_task_title(const struct ui *ui, char *out, size_t size);

/* How far one can move in the list or page that is over the screen; and in
 * pane INDEX, by items if it has any, else by rows. */
int view_overlay_last(const struct ui *ui);
int view_pane_last(const struct ui *ui, int index, bool *has_items);
/* The pane's own number for its selected item; -1: it has none. */
int64_t view_pane_value(const struct ui *ui, int index);

/* What is under the cursor, in a sentence with its time. */
void view_words(const struct ui *ui, char *out, size_t size);

/* The row of the ladder at which the cursor of SIDE is, and the first row that
 * is shown where HEIGHT rows are; for a click as well. */
int64_t view_cursor_row(const struct ui *ui, enum session_side side);
int64_t view_top_row(const struct ui *ui, enum session_side side, int height);

/* The row of a ladder at (X, Y) of the screen, and whose. False: none is there. */
bool view_row_at(const struct ui *ui, int x, int y, enum session_side *side, int64_t *row);

#endif
