/*
 * capture_watch.h - a capture's frames, held against the rules one after the other.
 *
 * capture_analysis.h and capture_rules.h for those who want nothing but the breaks, and
 * what is found in each segment.
 */
#ifndef RUNG_TOOLS_CAPTURE_WATCH_H
#define RUNG_TOOLS_CAPTURE_WATCH_H

#include "sim/capture_reader.h"
#include "tools/lib/capture_breaks.h"

struct capture_watch;

/* NULL: no memory. */
struct capture_watch *capture_watch_open(void);
void capture_watch_close(struct capture_watch *watch); /* or NULL */

struct tcp_facts;

/* Takes the next frame, whose bytes are those of the file. False: it is no TCP segment,
 * FACTS are not set. */
bool capture_watch_take(struct capture_watch *watch, const struct capture_frame *frame,
                        struct tcp_facts *facts);
/* See capture_rules.h. */
void capture_watch_end(struct capture_watch *watch);
void capture_watch_finish(struct capture_watch *watch);
const struct capture_breaks *capture_watch_breaks(const struct capture_watch *watch);
bool capture_watch_explains(const struct capture_watch *watch, const struct capture_break *broken);

#endif
