/*
 * replay_summary_parts.h - what the files of `rung replay --summary` share.
 *
 *   replay_summary.c  reads all frames; the connections of TCP
 *   replay_others.c   the conversations that are not TCP's; breaks of rules
 */
#ifndef RUNG_TOOLS_REPLAY_SUMMARY_PARTS_H
#define RUNG_TOOLS_REPLAY_SUMMARY_PARTS_H

#include <stdio.h>

#include "tools/lib/capture_breaks.h"
#include "tools/lib/conversations.h"
#include "tools/lib/replay_parts.h"

struct replay_spread {
    int64_t first_ns, last_ns;
    uint64_t frames;
    bool timed;
};

static inline uint64_t replay_apart(int64_t from, int64_t to)
{
    return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

/* "  12.000345", seconds in WIDTH columns in front of the point. */
void replay_put_seconds(FILE *out, int width, uint64_t ns);
/* "  begins 0.1 s, lasts 2.3 s". */
void replay_put_when(FILE *out, uint64_t begins, uint64_t lasts);

/* A section each, or nothing if there is nothing to tell. */
void replay_put_conversations(FILE *out, const struct conversations *all,
                              const struct replay_spread *spread, int columns);
void replay_put_breaks(FILE *out, const struct capture_breaks *breaks, int columns);

/* TEXT, foreign to nobody, broken into lines of at most COLUMNS; all but the first begin
 * with INDENT blanks, which the caller has put in front of the first. */
void replay_put_wrapped(FILE *out, const char *text, int indent, int columns);

#endif
