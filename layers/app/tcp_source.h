/*
 * tcp_source.h - what a program is to send on a connection, and when.
 *
 * Messages hold the given text, or the pattern of printable letters that UDP
 * sources send too. The first is written at once, the others each INTERVAL
 * later, each in one write. What the send buffer has no room for is kept, and
 * written when there is. Several sources of one connection take turns by
 * messages, never in the midst of one.
 */
#ifndef RUNG_LAYERS_APP_TCP_SOURCE_H
#define RUNG_LAYERS_APP_TCP_SOURCE_H

#include "sim/base.h"
#include "sim/vtime.h"

#define TCP_SOURCE_TEXT_MAX 256

struct tcp_talk;

struct tcp_order {
    struct span text; /* at NULL: the pattern */
    int64_t size;     /* of a message of the pattern; at least 1 */
    uint32_t count;   /* at least 1 */
    vtime interval;   /* 0: each right after the one before */
    bool framed;      /* the length in front: 4 bytes more */
    bool urgent;      /* up to the last byte of each message (RFC 6093) */
    bool more;        /* not pushed: what comes next is to go with it (3.9.1.2, PUSH flag) */
    bool line;        /* the last byte of the pattern is a newline */
    /* In place of the pattern, if not NULL: LEN bytes from OFFSET of a text on, of which the
     * first message begins at FIRST. CTX must outlive the source and never change. */
    void (*content)(const void *ctx, uint64_t offset, uint8_t *out, size_t len);
    const void *ctx;
    uint64_t first;
};

/* Sends on TALK from now on. False, and the reason in the trace, if it ends
 * or has ended sending. ORDER and its text are copied. */
bool tcp_source_start(struct tcp_talk *talk, const struct tcp_order *order);

/* Writes what is due; for tcp_talk.c. False: there is no room for more now. */
bool tcp_source_write(struct tcp_talk *talk);
/* Ends all sources of TALK, whose connection is no more; tells what is lost. */
void tcp_source_end_all(struct tcp_talk *talk);

#endif
