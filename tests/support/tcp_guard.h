/*
 * tcp_guard.h - looks at all connections of a world after each event, and
 * finds what must not be.
 *
 *   after each event    SND.UNA <= SND.NXT, neither beyond the windows; edges
 *                       that only move right; the scoreboard's sums; a timer
 *                       wherever something is outstanding, unsent or not yet
 *                       acknowledged; nothing acknowledged that is not there
 *   at each transition  it is an arrow of the diagram, from the state it was in
 *   at the end          who was told that all is well had all delivered; who
 *                       was not, was told of an error; nothing is left over
 *
 * It knows connections by host and number, and joins the two ends of each by
 * their addresses and initial sequence numbers.
 */
#ifndef RUNG_TESTS_SUPPORT_TCP_GUARD_H
#define RUNG_TESTS_SUPPORT_TCP_GUARD_H

#include "layers/tcp/tcb.h"
#include "tests/support/tcp_world.h"

enum { GUARD_CONNECTIONS = 600 }; /* of one host: duplicates of SYNs make some */

/* What was seen of one end of a connection. */
struct shadow {
    bool known, over, has_edge, was_established;
    uint8_t state;
    rule_id final; /* the arrow that ended it */
    seq32 iss, irs, una, nxt, edge, received; /* RCV.NXT */
    uint64_t work; /* a sum of what changes when the queue does */
    struct shadow *peer;
};

struct guard {
    struct tcp_world *w;
    struct shadow shadows[PLAN_HOSTS][GUARD_CONNECTIONS];
    char message[600]; /* empty: all is well */
    const char *kind;  /* of failure: its format */
};

/* For the statistics: what has really happened. */
struct guard_seen {
    uint64_t worlds, events, clean, broken, refused, orphans, ghosts, urgent, bytes;
};

/* Watches W from now on; W's world has been opened and not run. */
void guard_open(struct guard *g, struct tcp_world *w);
/* After each event. False if something is wrong: g->message says what. */
bool guard_look(struct guard *g);
/* After the last event. */
bool guard_finish(struct guard *g, struct guard_seen *seen);

bool guard_fail(struct guard *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
