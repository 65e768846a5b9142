/*
 * fsm.h - TCP's state diagram, drawn from the table that TCP itself obeys.
 *
 * First a picture in the shape of RFC 9293's Figure 5: the arrows of the
 * table that the figure has, too, where the figure has them. Where boxes
 * stand and which way arrows take is fixed here; that there is an arrow, and
 * what stands beside it, is the table's. Below it every arrow in words: those
 * of the figure, state by state, then those that it leaves out.
 */
#ifndef RUNG_TOOLS_FSM_H
#define RUNG_TOOLS_FSM_H

#include "layers/tcp/tcp_fsm.h"
#include "sim/base.h"
#include "tools/lib/canvas.h"

#include <stdio.h>

enum { FSM_COLUMNS = 80, FSM_ROWS = 43 };

/* Draws the boxes into a canvas of that size. */
void fsm_draw_states(struct canvas *canvas);

/*
 * Draws ARROW with its label. False, and nothing or half of it drawn, if the
 * figure has no arrow between these states or no room for such a label.
 */
bool fsm_draw_arrow(struct canvas *canvas, const struct tcp_arrow *arrow);

/* Where the name of STATE stands in the picture, and its length; CLOSED, which
 * has two boxes, the upper one. */
void fsm_state_place(int state, int *x, int *y, int *length);

/* Row INDEX of a table, NULL past the last: tcp_arrow_at, or a test's. */
typedef const struct tcp_arrow *fsm_table(size_t index);

/* Prints the picture, then the lists. False if there is no memory. */
bool fsm_print(fsm_table *arrow_at, bool ascii, FILE *out);

#endif
