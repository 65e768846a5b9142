/*
 * capture_join_parts.h - what the files of capture_talk_join share, and nobody else.
 *
 *   capture_join.c        what the first frames show of either end's beginning
 *   capture_join_make.c   a handshake, and what was under way, made up of that
 *   capture_join_words.c  what is assumed, in words
 */
#ifndef RUNG_TOOLS_CAPTURE_JOIN_PARTS_H
#define RUNG_TOOLS_CAPTURE_JOIN_PARTS_H

#include "tools/lib/capture_list.h"
#include "tools/lib/capture_talk.h"

enum {
    JOIN_FLIGHT_MOST = 1 << 22, /* bytes under way at once; more is a wrong number */
    JOIN_MSS_LEAST = 536,       /* RFC 9293 3.7.1 */
    JOIN_TIMESTAMPS_LEN = 12,   /* of the option, with the two NOPs before it */
};

/* What is found out of one end. */
struct beginning {
    bool speaks;             /* a numbered segment of its own was seen, */
    uint32_t first, low;     /* the first with this number, the lowest with that */
    bool filled;             /* something was sent under the first */
    uint32_t said_at;        /* the first is this segment, */
    uint16_t window;         /* with this window */
    bool acked, acked_first; /* the other acknowledges something; before the first was seen */
    uint32_t ack;            /* with this, first */
    bool fin;
    uint32_t fin_at;
    bool stamped;
    uint32_t stamp; /* lowest seen */
    uint32_t full;  /* bytes of its longest segments */
    vtime rtt;      /* to it */
    /* What follows from that: */
    uint32_t base;     /* number of the first byte, */
    uint32_t done, to; /* behind the last that had been acknowledged; that had been sent */
    uint32_t room;     /* bytes that it offered */
};

struct joiner {
    struct capture_talk *talk;
    struct beginning end[2];
    struct capture_list made; /* struct talk_segment */
    vtime lead;               /* from the first that is made up to the first of the capture */
    bool no_memory;
};

/* S is a segment whose numbers count. */
static inline bool join_counts(const struct talk_segment *s)
{
    return !s->stray && !s->twice && (s->flags & TCP_RST) == 0;
}

/* Makes up what J knows must have been, and puts it in front of the talk. False: no memory. */
bool join_make(struct joiner *j);

#endif
