/*
 * tcp_infer.h - what both ends of a connection must have been thinking, from
 * the segments that somebody saw between them.
 *
 *   segment --tcp_infer_take--> arrows of RFC 9293's state diagram, numbers
 *
 * The law is the table of tcp_fsm.h: only its arrows are taken. The evidence:
 *
 *   who sends SYN, FIN or RST has decided so: its state is what that needs
 *   SYN and FIN are taken by the other end when one of its own segments
 *     acknowledges them: a FIN that is under way has not been read yet, and two
 *     that cross are told from one that answers the other
 *   an ACK that passes is taken to arrive: nothing that follows need show it
 *
 * What cannot be seen is not invented: the user's calls that send nothing,
 * timers, TIME-WAIT's end, congestion windows. An end that was never seen to
 * open is taken as ESTABLISHED (`middle`), by no arrow.
 */
#ifndef RUNG_TOOLS_TCP_INFER_H
#define RUNG_TOOLS_TCP_INFER_H

#include "layers/tcp/tcp_fsm.h"
#include "layers/wire/address.h"
#include "layers/wire/tcp_header.h"
#include "sim/vtime.h"

/* One end. Sequence numbers as they were sent. */
struct tcp_inferred {
    ipv4 address;
    uint16_t port;
    int state;                /* STATE_TCP_... */
    bool middle;              /* never seen to open */
    bool opened;              /* its SYN was seen */
    bool passive;             /* opened by LISTEN */
    bool sent;                /* has sent a numbered segment: iss and nxt are known */
    bool acked;               /* has sent an ACK: rcv_nxt and window are known */
    bool fin_sent, fin_taken; /* its own; the peer's, as its ACK showed */
    bool scale_given, mss_given;
    bool scale_agreed; /* by its SYN,ACK, which may only answer an offer (RFC 7323 2.2) */
    bool timing;       /* a segment waits for its ACK */
    uint8_t scale;
    uint16_t mss;      /* that its SYN announced */
    uint32_t iss;      /* its number 0: of its SYN, or one before the first seen */
    uint32_t una, nxt; /* oldest unacknowledged; one past the highest sent */
    uint32_t rcv_nxt;  /* its last ACK */
    uint32_t window;   /* that it offers, in bytes */
    uint32_t fin;      /* number of its FIN */
    uint32_t timed;    /* the number whose ACK ends the measurement */
    vtime timed_at;
    vtime rtt; /* the last, as seen from here; 0: none yet */
};

struct tcp_inference {
    struct tcp_inferred end[2];
};

/* Told of each arrow that is taken, in order. */
struct tcp_infer_sink {
    void (*arrow)(void *context, int side, const struct tcp_arrow *arrow);
    void *context;
};

/* A connection none of whose segments has been seen. */
void tcp_infer_begin(struct tcp_inference *c);

/* This SYN cannot be of the connection C, whose ends it names: it opens another. */
bool tcp_infer_is_new(const struct tcp_inference *c, int sender, const struct tcp_header *h);

/*
 * Takes the segment H with LEN bytes of data, sent by end SENDER and seen at
 * AT. It happens in two halves, so that a trace can tell what SENDER must have
 * done before it sent from what the segment does to its receiver.
 */
void tcp_infer_sent(struct tcp_inference *c, int sender, const struct tcp_header *h, uint32_t len,
                    vtime at, const struct tcp_infer_sink *sink);
void tcp_infer_arrives(struct tcp_inference *c, int sender, const struct tcp_header *h, vtime at,
                       const struct tcp_infer_sink *sink);

/* Bytes that END has sent and nobody has been seen to acknowledge. */
uint32_t tcp_infer_flight(const struct tcp_inferred *end);

#endif
