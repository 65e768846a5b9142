/*
 * why_not.h - why a connection is not sending at this moment, and what will
 * end the wait.
 *
 *   "the congestion window is full: 4000 of 4000 bytes are in flight"
 *   "an ACK; or the retransmission timer, in 212 ms"
 *   RFC 5681, 3.1
 *
 * For `W`, the window pane and the narration. Reads TCP's own note of what
 * held it back when it last looked (enum tcp_limit); guesses nothing.
 */
#ifndef RUNG_TIMELINE_WHY_NOT_H
#define RUNG_TIMELINE_WHY_NOT_H

#include "layers/tcp/tcp.h"
#include "tools/timeline/moment.h"

struct why_not {
    char reason[240]; /* lower case, no full stop */
    char ends[240];   /* what will end the wait, and when; "" if nothing will */
    int rfc;          /* 0: no RFC rules it */
    const char *section;
};

/* STATUS is of a connection at the moment NOW. */
void why_not_sending(const struct tcp_status *status, vtime now, struct why_not *why);

/* "RFC 5681, 3.1", or "". */
void why_not_citation(const struct why_not *why, char *out, size_t size);

/* "cwnd", "peer's window" ...: what limits sending, in two words at most. */
const char *why_not_limit_name(enum tcp_limit limit);

#endif
