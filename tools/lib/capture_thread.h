/*
 * capture_thread.h - which frame of a capture belongs to which before it.
 *
 *   question --> answer       ARP and neighbours of IPv6 by address; echoes and their
 *                             kin by identifier and sequence; DNS by ID and ports;
 *                             DHCP by transaction; HTTP by connection
 *   question --> again        the same, still without an answer
 *   packet   --> error        by what ICMP quotes of it
 *   fragment --> fragment     by identification; the last one that was missing
 *                             completes the datagram
 *
 *   segment  --> ACK, again   by its numbers, and how long after (capture_since)
 *
 * What is remembered is bounded: an old question may be forgotten, and then its
 * answer is of nobody. Nothing is held against anybody.
 */
#ifndef RUNG_TOOLS_CAPTURE_THREAD_H
#define RUNG_TOOLS_CAPTURE_THREAD_H

#include "layers/wire/dissect.h"

enum thread_kind {
    THREAD_NONE,
    THREAD_ANSWER, /* of the question in FRAME */
    THREAD_AGAIN,  /* the question of FRAME once more */
    THREAD_ABOUT,  /* an error about the packet in FRAME */
    THREAD_PIECE,  /* of the datagram that FRAME began */
    THREAD_WHOLE,  /* the same, and now it is complete */
};

enum {
    THREAD_WORDS_SIZE = 100,
    THREAD_LINE_SIZE = THREAD_WORDS_SIZE + 60, /* of what capture_thread_format writes */
    SINCE_SIZE = 80                            /* ... and capture_since_format */
};

struct capture_thread {
    enum thread_kind kind;
    uint64_t frame;
    char words[THREAD_WORDS_SIZE]; /* of a whole datagram: what it carries, if that is known */
};

/* How long after which frame of its connection a segment comes. */
enum since_kind {
    SINCE_NOTHING,
    SINCE_ACKED, /* it acknowledges FRAME, sent but once: the round trip time */
    SINCE_SENT,  /* it sends what FRAME sent again */
};

struct capture_since {
    enum since_kind kind;
    uint64_t frame;
    int64_t ns;
};

struct capture_threads;

/* NULL: no memory. */
struct capture_threads *capture_threads_open(void);
void capture_threads_close(struct capture_threads *threads); /* or NULL */

/* Takes D, frame NUMBER, and says what it belongs to. */
void capture_threads_take(struct capture_threads *threads, const struct dissection *d,
                          uint64_t number, struct capture_thread *thread);

/* " (answers #12)", " (completes #3: ICMP echo request seq=1)", BRIEF " (#12)"; or "". */
void capture_thread_format(const struct capture_thread *thread, bool brief, char *out, size_t size);

/* What tcp_analysis.h has found of a segment. */
struct tcp_facts;
struct capture_since capture_since_of(const struct tcp_facts *facts);
/* " (RTT 23.1 ms, of #12)", BRIEF " (RTT 23.1 ms)"; " (206 ms after #1)"; ""
 * for nothing, and where the clock of the capture has not moved. */
void capture_since_format(const struct capture_since *since, bool brief, char *out, size_t size);

#endif
