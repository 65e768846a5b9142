/*
 * replay_into.h - `rung replay --as SIDE [--into LAB]`.
 */
#ifndef RUNG_TOOLS_RUNG_REPLAY_INTO_H
#define RUNG_TOOLS_RUNG_REPLAY_INTO_H

#include "tools/lib/replay.h"

/* Does what COMMAND asks for; returns the exit status. */
int replay_into(const struct replay_command *command);

#endif
