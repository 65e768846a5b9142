/*
 * ladder_once.h - what the trace tells more than once, and the ladder does
 * not: a message that a command of the script has just announced, and a loss
 * that several frames share.
 *
 * Used by the ladder alone. Looks only at records of the same event.
 */
#ifndef RUNG_TOOLS_LADDER_ONCE_H
#define RUNG_TOOLS_LADDER_ONCE_H

#include "tools/lib/run_view.h"

/* Something before has said all that record INDEX says. */
bool ladder_is_told(const struct run_view *view, uint32_t index);

/* Writes which frames share the loss INDEX, " (frames 3, 5)" or, where they
 * have no numbers, " (2 packets)"; "" and false if it is one alone. */
bool ladder_sharers(const struct run_view *view, uint32_t index, char *out, size_t size);

#endif
