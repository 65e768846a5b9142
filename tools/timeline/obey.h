/*
 * obey.h - orders that move the cursor, change the run, or write a file.
 *
 *   obey.c        which order is whose; what follows from a new place or run
 *   obey_move.c   the cursor
 *   obey_find.c   search, marks, breakpoints, what is hidden
 *   obey_deeds.c  interventions, saving
 *   obey_gate.c   pages, questions, tasks
 */
#ifndef RUNG_TIMELINE_OBEY_H
#define RUNG_TIMELINE_OBEY_H

#include <stdio.h>

#include "tools/timeline/ui.h"

/* Shows the run of SESSION, which must outlive UI, from its beginning. False:
 * no memory. */
bool ui_attach(struct ui *ui, struct session *session);

/* The exercise GATES, which must outlive UI: from the start of the run on, nothing behind
 * its next gate is to be seen from now on. False: no memory. */
bool ui_attach_gates(struct ui *ui, struct gates *gates);

/* The same with gates that are opened as ui->offer says; they are the caller's to close,
 * after UI. False: ERROR (SIZE bytes) says why. */
bool ui_begin_gates(struct ui *ui, char *error, size_t size);

/* Lays the ladders out for the screen's size, if that has changed. */
bool ui_lay_out(struct ui *ui);

/* How wide the ladder of SIDE is to be; one that is not shown keeps its width: the
 * cursor walks it all the same. */
int ui_ladder_width(const struct ui *ui, enum session_side side);

/* When the last event of the run is, or of the longer of two futures: both are
 * written in the unit that suits it. */
vtime ui_last_time(const struct ui *ui);

/* Does ORDER; a message says what could not be done, and why. */
void ui_obey(struct ui *ui, const struct order *order);

/* One key: ui_update, then ui_obey what it asks for. */
void ui_press(struct ui *ui, struct press press);

/* ---- For obey_*.c ---- */

/* Puts the cursor of the side that has it to this moment; world and panes
 * follow. EVENT and RECORD are brought within the run. */
void cursor_set(struct ui *ui, uint32_t event, uint32_t record);
/* To RECORD, or MOMENT_BEFORE, and the event that did it. */
void cursor_to_record(struct ui *ui, uint32_t record);
/* The other future is another one now, or gone: the cursor goes to SIDE. */
void ui_follow(struct ui *ui, enum session_side side);

/* The record of RUN that stands for TIME: NEAR, if it happened then. */
uint32_t record_at(const struct session_run *run, vtime time, uint32_t near);

/* The cursor is to go on, and there is nothing more to be seen: shows the page or
 * question that hides it. False: none does. */
bool ui_meet_gate(struct ui *ui);

/* Writes WHAT to the file that ORDER names; over one that exists only if it is called
 * by a name with an exclamation mark. False: it has been refused. */
bool ui_write_file(struct ui *ui, const struct order *order,
                   bool (*write)(FILE *out, const void *what), const void *what);

/* ROW says what was searched for. */
bool ui_matches(const struct ui *ui, struct picture *picture, int64_t row);

static inline const struct session_run *ui_run(const struct ui *ui)
{
    return session_run(ui->session, ui->side);
}

/* Each does ORDER if it is one of its own; false: it is not. */
bool obey_move(struct ui *ui, const struct order *order);
bool obey_find(struct ui *ui, const struct order *order);
bool obey_deed(struct ui *ui, const struct order *order);
bool obey_gate(struct ui *ui, const struct order *order);

#endif
