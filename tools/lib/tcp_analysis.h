/*
 * tcp_analysis.h - what a capture's segments tell about their connection.
 *
 *   segment --tcp_analyse--> numbers from 0, window in bytes,
 *                            retransmission? duplicate ACK? RTT, bytes in flight
 *
 * One connection, its segments in the order of the capture. The questions and
 * their names are Wireshark's (tcp.analysis.*, as of 4.0), so that a reader
 * finds here what he finds there; tests/golden/test_tcp_analysis compares
 * the two, frame by frame. An observer guesses: where a guess differs from what
 * RFC 9293 would call it, the comment at the flag says so.
 *
 * Constant work per segment but for the list of what is not acknowledged yet,
 * of which at most TCP_UNACKED_MAX segments are kept on each side. Of a simulated run, of
 * which nothing is missing, tcp_marks.h says exactly which numbers were sent before.
 */
#ifndef RUNG_TOOLS_TCP_ANALYSIS_H
#define RUNG_TOOLS_TCP_ANALYSIS_H

#include "sim/base.h"

enum tcp_flag {
    /* Its numbers were sent before, or lie below what was. */
    TCP_IS_RETRANSMISSION = 1 << 0,
    /* The same, and 2 duplicate ACKs ask for it that are younger than 20 ms. RFC
     * 5681 3.2 wants 3: one may be missing in the capture. So may all of them where
     * something that side sent is missing (TCP_ACKS_UNSEEN): then any ACK for it,
     * even one that carries data, will do, which RFC 5681 2 (b) would not count. */
    TCP_IS_FAST_RETRANSMISSION = 1 << 1,
    /* All of it was acknowledged already. */
    TCP_IS_SPURIOUS = 1 << 2,
    /* Below what was sent, but sooner than anybody could have missed it. */
    TCP_IS_OUT_OF_ORDER = 1 << 3,
    /* As RFC 5681 2 says, but also where nothing is outstanding. */
    TCP_IS_DUPLICATE_ACK = 1 << 4,
    TCP_IS_AFTER_GAP = 1 << 5, /* "lost segment": one before it was not captured */
    /* Acknowledges what was not captured: told once, until the other side's own ACK
     * moves on. RFC 9293 3.4 would have it said each time. */
    TCP_ACKS_UNSEEN = 1 << 6,
    TCP_IS_ZERO_WINDOW = 1 << 7,
    TCP_IS_WINDOW_FULL = 1 << 8, /* reaches the end of the window */
    TCP_IS_WINDOW_UPDATE = 1 << 9,
    TCP_IS_KEEP_ALIVE = 1 << 10, /* RFC 9293 3.8.4; 0 or 1 byte, one number back */
    TCP_IS_KEEP_ALIVE_ACK = 1 << 11,
    TCP_IS_PROBE = 1 << 12, /* RFC 9293 3.8.6.1; one byte into a zero window */
    TCP_IS_PROBE_ACK = 1 << 13,
    TCP_REUSES_PORTS = 1 << 14, /* a new connection of ends that had one */
};
#define TCP_FLAG_COUNT 15

/* The three kinds of it: what was sent before is sent again. */
#define TCP_IS_ANY_RETRANSMISSION \
    (TCP_IS_RETRANSMISSION | TCP_IS_FAST_RETRANSMISSION | TCP_IS_SPURIOUS)

/* "retransmission", "fast_retransmission" ...: Wireshark's tcp.analysis.NAME
 * of the flag 1 << INDEX. */
const char *tcp_flag_name(unsigned index);

/* A segment as it was captured. Numbers as they were sent. */
struct tcp_seen {
    int64_t time_ns;
    uint64_t frame; /* its number in the capture */
    uint32_t sequence, acknowledgment;
    uint32_t len;    /* bytes of data on the wire */
    uint32_t sacked; /* bytes that its SACK blocks cover */
    uint16_t window; /* unscaled */
    uint8_t flags;   /* TCP_SYN | ... */
    int8_t scale;    /* of its window scale option; -1: it has none */
    bool whole;      /* LEN is known: no fragment, headers are there */
};

struct tcp_facts {
    uint32_t sequence, acknowledgment; /* relative, but of a header that is not whole */
    uint32_t window;                   /* bytes */
    int8_t scale;                      /* a shift; or one of these two: */
#define TCP_SCALE_UNKNOWN (-1)         /* no SYN was seen: WINDOW may be too small */
#define TCP_SCALE_NONE (-2)            /* one side did not offer it */
    unsigned flags;                    /* enum tcp_flag */
    uint32_t duplicate;                /* number of the duplicate ACK, from 1 */
    uint64_t acked_frame;              /* the segment that it acknowledges, or 0 */
    int64_t rtt_ns;                    /* since that one */
    bool acked_again;                  /* it was sent more than once: then RFC 6298 3 takes no
                                   RTT from it, and Wireshark does */
    uint64_t resent_frame;             /* TCP_IS_RETRANSMISSION: the last one that had its first
                                   number, if it still waits for an ACK; or 0. (Wireshark's
                                   tcp.analysis.rto counts from the oldest that waits.) */
    int64_t resent_ns;                 /* since that one: the timeout, if that it was */
    uint32_t in_flight;                /* bytes from the first that is not acknowledged to the last
                                   sent, less those that SACK covers; 0: not known */
};

#define TCP_UNACKED_MAX 10000

struct tcp_unacked {
    uint32_t first, end; /* numbers */
    uint64_t frame;
    int64_t time_ns;
};

/* NEXT and CONTIGUOUS are 0 where nothing is known, and where the number is 0: a RST
 * that belongs to nobody is sent with it (RFC 9293 3.10.7.1), and says nothing of what
 * comes next. */
struct tcp_sender {
    uint32_t base;        /* its number 0 */
    uint32_t next;        /* behind the highest number sent */
    uint32_t contiguous;  /* behind the highest of which none before is missing */
    uint32_t ack, window; /* of its last segment; window unscaled */
    uint32_t sacked;      /* of its last segment */
    uint32_t duplicates;
    unsigned last_flags;  /* enum tcp_flag of its last segment */
    int64_t next_time_ns; /* when NEXT last grew */
    int64_t ack_time_ns;  /* of its last segment */
    int8_t scale;
    bool based;
    bool said_syn_ack;        /* its last segment was a SYN-ACK */
    bool unseen_told;         /* TCP_ACKS_UNSEEN of what it sent */
    bool in_flight_valid;     /* since the last gap, an ACK came */
    uint32_t lowest, highest; /* of the list, where it is not empty */
    uint32_t control_end;     /* of its last SYN or FIN */
    struct tcp_unacked *unacked;
    uint32_t unacked_count, unacked_room;
};

struct tcp_analysis {
    struct tcp_sender sender[2];
    int64_t syn_time_ns;  /* of the last SYN */
    int64_t first_rtt_ns; /* of the handshake; 0: not known */
    bool syn_seen;
    bool unlisted; /* no list is kept: RTT and bytes in flight stay unknown, no memory is taken */
};

/* A connection of which nothing was seen yet. */
void tcp_analysis_init(struct tcp_analysis *a);
void tcp_analysis_free(struct tcp_analysis *a);

/*
 * SEEN, sent by SENDER (0 or 1), begins another connection between the same ends: it is
 * a SYN with another number than this one began with.
 */
bool tcp_begins_anew(const struct tcp_analysis *a, unsigned sender, const struct tcp_seen *seen);

/* Takes the next segment. REUSED: tcp_begins_anew had said so of the connection
 * before. */
void tcp_analyse(struct tcp_analysis *a, unsigned sender, const struct tcp_seen *seen, bool reused,
                 struct tcp_facts *facts);

#endif
