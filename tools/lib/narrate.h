/*
 * narrate.h - a run told in sentences, one a line, in the order of time: for a
 * screen reader, braille, a chat or a log. No tables, no drawing.
 *
 *   10 ms: a sends SYN, seq 0, window 65535, to b (frame 1). It arrives at 30 ms.
 *   30 ms: Frame 1 reaches b.
 *   30 ms: b goes from LISTEN to SYN-RECEIVED: a SYN has come ... (RFC 9293, 3.10.7.2).
 *   50 ms: Nothing happens for 59.8 s; a waits in TIME-WAIT.
 *
 * The words are the ladder's (ladder_words.h, tcp_view.h), with symbols spelt
 * out. Every frame put on a wire, every loss and every state of a connection
 * is told, and once: of a frame, its sending tells how it fares and when it
 * arrives; the arrival itself is told only where something follows from it.
 */
#ifndef RUNG_TOOLS_NARRATE_H
#define RUNG_TOOLS_NARRATE_H

#include <stdio.h>

#include "tools/lib/run_view.h"

struct narrate_options {
    unsigned why;  /* layers whose every reason is told: LADDER_WHY bits (ladder.h) */
    bool absolute; /* TCP's sequence numbers as they are sent */
    /* Of a run that is told part by part: what happened in its first FROM events,
     * and who is there, has been told; and the run goes on behind VIEW, which is
     * as run_prefix.h makes it. */
    bool continues, goes_on;
    uint32_t from;
};

/* Tells VIEW to OUT, as UTF-8 only where the lab's own words are. False if
 * there was no memory, or OUT took no more (errno says why). */
bool narrate(const struct run_view *view, const struct narrate_options *options, FILE *out);

/* Writes the ladder's FACTS so that they can be spoken: "SYN seq=0 win=9" is
 * "SYN, seq 0, window 9", "49152>80" is "port 49152 to 80". Always terminated. */
void narrate_speak(const char *facts, char *out, size_t size);

#endif
