/*
 * futures.h - what two futures come to, to be compared.
 */
#ifndef RUNG_TIMELINE_FUTURES_H
#define RUNG_TIMELINE_FUTURES_H

#include "tools/timeline/session.h"

enum { FUTURE_STATES_SIZE = 200 };

struct future_facts {
    uint64_t hash;
    vtime end;
    uint32_t frames, lost;
    int64_t retransmissions;
    char states[FUTURE_STATES_SIZE]; /* "a TIME-WAIT, b CLOSED", or "" */
};

/* Leaves the world of SIDE at its end. False: no memory. */
bool futures_look(struct session *session, enum session_side side, struct future_facts *facts);

#endif
