/*
 * tcp_rtt.h - the round-trip time and the retransmission timeout (RFC 6298).
 *
 *   first sample R:  SRTT = R, RTTVAR = R/2
 *   next samples R:  RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R|,  SRTT = 7/8 SRTT + 1/8 R
 *   always:          RTO = SRTT + max(G, 4 RTTVAR), within its limits
 *
 * G, the clock's granularity, is 1 ms here as on most systems, although the
 * virtual clock is finer: without it an RTT that never varies would bring the
 * RTO down to the RTT itself.
 */
#ifndef RUNG_LAYERS_TCP_TCP_RTT_H
#define RUNG_LAYERS_TCP_TCP_RTT_H

#include "sim/base.h"
#include "sim/vtime.h"

#define TCP_CLOCK_GRANULARITY MS

struct tcp_rtt {
    vtime srtt;   /* 0: nothing measured yet */
    vtime rttvar;
    vtime rto;    /* without back-off */
    vtime latest; /* the last sample */
    vtime min;    /* the smallest sample; 0: none */
    unsigned backoff; /* how often the RTO was doubled */
};

struct tcp_rtt_limits {
    vtime initial, min, max;
    vtime granularity; /* G; 0: TCP_CLOCK_GRANULARITY */
    vtime slack;       /* on top; usually 0 */
};

void tcp_rtt_begin(struct tcp_rtt *rtt, struct tcp_rtt_limits limits);

/* A round trip of R was measured, on a segment that was sent once (Karn). It
 * also ends the back-off: RFC 6298 5, the paragraph after (5.7). */
void tcp_rtt_sample(struct tcp_rtt *rtt, struct tcp_rtt_limits limits, vtime r);

/* "Back off the timer": RFC 6298 (5.5). */
void tcp_rtt_back_off(struct tcp_rtt *rtt);

/* The timeout now, back-off applied, at most LIMITS' max. */
vtime tcp_rtt_timeout(const struct tcp_rtt *rtt, struct tcp_rtt_limits limits);

#endif
