/*
 * ladder_once.h - what the trace tells more than once, and the ladder does
 * not: a message that a command of the script has just announced, a loss that
 * several frames share, and what holds of one ACK after the other.
 *
 * Used by the ladder alone.
 */
#ifndef RUNG_TOOLS_LADDER_ONCE_H
#define RUNG_TOOLS_LADDER_ONCE_H

#include "tools/lib/run_view.h"

/* Something before has said all that record INDEX says. WHY: as in ladder.h. */
bool ladder_is_told(const struct run_view *view, uint32_t index, unsigned why);

/* Writes which frames share the loss INDEX, " (frames 3, 5)" or, where they
 * have no numbers, " (2 packets)"; "" and false if it is one alone. */
bool ladder_sharers(const struct run_view *view, uint32_t index, char *out, size_t size);

#endif
