/*
 * cwnd_estimate.h - the congestion window, as far as a capture at the sender shows it.
 *
 *   ... data data |  ACK  | data ...      what is in flight when an ACK comes, and is
 *       <-flight->|       |               answered with new data at once, is what cwnd
 *                                         allowed: there was more to send
 *
 * No segment carries the congestion window (RFC 5681 2): this is inferred. A flight counts
 * only if the sender was held up by cwnd and nothing else:
 *
 *   the peer's window      had room for another segment
 *   the application        had a full segment ready as soon as the ACK was there
 *   its send buffer        the flight has grown in the last few round trips
 *   loss                   nothing was being sent again: then what is in flight, nobody knows
 *   the capture point      is near the sender: else the answer does not follow "at once"
 *
 * The flight is whole segments: cwnd may be up to one larger. It is what was on the wire:
 * segments that wait in the sender's own queue are not seen, so that it may be larger still.
 */
#ifndef RUNG_TOOLS_CWND_ESTIMATE_H
#define RUNG_TOOLS_CWND_ESTIMATE_H

#include "tools/lib/tcp_analysis.h"

/* Of one sender. Numbers as they were sent. */
struct cwnd_estimate {
    uint32_t una;     /* last acknowledged */
    uint32_t edge;    /* right edge of the peer's window */
    uint32_t recover; /* while lossy: until this is acknowledged */
    uint32_t waiting; /* a flight that waits to be confirmed; 0: none */
    uint32_t last;    /* the last estimate, bytes; 0: none yet */
    uint32_t largest;
    int64_t ack_ns;   /* when it began to wait */
    int64_t rtt_ns;   /* shortest so far; 0: none yet */
    int64_t grown_ns; /* when LAST was another before */
    uint16_t mss;     /* largest segment */
    bool started, lossy;
};

/*
 * Takes a segment, sent by SENDER, for the two ends' ESTIMATES; FACTS and STATE are what
 * tcp_analyse made of it. True: the estimate of SENDER is news.
 */
bool cwnd_estimate_take(struct cwnd_estimate estimates[2], unsigned sender,
                        const struct tcp_seen *seen, const struct tcp_facts *facts,
                        const struct tcp_analysis *state);

#endif
