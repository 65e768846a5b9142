/*
 * tcp_marks.h - what is remarkable about a segment where nothing is missing.
 *
 *   what a side has said so far + its next segment --tcp_marks_take--> marks
 *
 * Of a simulated run all segments are seen, each once: which numbers were sent
 * before is known exactly, and no clock is asked. Of a capture this is not so; there
 * tcp_analysis.h guesses. Both answer in the words of enum tcp_flag.
 *
 * Used by tcp_view.c alone.
 */
#ifndef RUNG_TOOLS_TCP_MARKS_H
#define RUNG_TOOLS_TCP_MARKS_H

#include "layers/tcp/tcp_seq.h"
#include "tools/lib/tcp_view.h"

#define TCP_GAPS_MAX 8 /* more are forgotten */

struct tcp_gap {
    seq32 from, to; /* seen before and behind, but not these */
};

/* What one side of a connection has said. */
struct tcp_said {
    struct tcp_gap gaps[TCP_GAPS_MAX];
    unsigned gap_count;
    seq32 next;  /* behind the highest number that it has sent */
    seq32 ack;   /* of its last segment */
    seq32 probe; /* the number of the last that asked whether the window is open */
    uint32_t window;
    uint32_t duplicates;
    bool has_sent; /* next is meant */
    bool acked;    /* has sent an ACK */
    bool probes;   /* the last that it sent was such a probe */
};

/* Adds to S, sent by FROM, its marks, the number of its duplicate ACK, and whether its
 * window is told, which is set already. */
void tcp_marks_take(struct tcp_said *from, struct tcp_said *to, struct tcp_segment *s);

/* A RESET that answers what belongs to nobody has the number 0: no place in the
 * stream of its sender, which may have begun elsewhere (RFC 9293 3.10.7.1). */
bool tcp_said_has_no_number(const struct tcp_said *from, const struct tcp_header *h);

#endif
