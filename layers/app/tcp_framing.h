/*
 * tcp_framing.h - messages in a stream that knows none.
 *
 * TCP keeps the order of bytes, not the borders of what was written: two
 * writes may arrive in one read, or one in two. Who wants messages cuts the
 * stream by itself: at each newline, or by a length in front of each.
 */
#ifndef RUNG_LAYERS_APP_TCP_FRAMING_H
#define RUNG_LAYERS_APP_TCP_FRAMING_H

#include "sim/base.h"

#define TCP_FRAME_HEADER 4 /* bytes: the length of what follows, big-endian */
#define TCP_FRAMING_KEPT 16 /* first bytes of a message, to show it */

enum tcp_framing_kind { TCP_FRAMING_LINES, TCP_FRAMING_LENGTHS };

struct tcp_framing {
    enum tcp_framing_kind kind;
    uint32_t header; /* bytes of the length that are here */
    uint32_t length; /* of the message */
    uint32_t got;    /* bytes of the message that are here */
    uint8_t kept[TCP_FRAMING_KEPT];
};

/* A message is whole: LENGTH bytes, the first of them in START. */
typedef void tcp_framing_told(void *ctx, uint32_t length, struct span start);

/* Takes BYTES of the stream; TOLD is called for each message that they end. */
void tcp_framing_take(struct tcp_framing *framing, struct span bytes, tcp_framing_told *told,
                      void *ctx);

/* Bytes of a message that is not whole yet. */
uint32_t tcp_framing_pending(const struct tcp_framing *framing);

#endif
