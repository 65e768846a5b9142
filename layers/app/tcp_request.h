/*
 * tcp_request.h - asks and waits for the answer, over and over.
 *
 * A request is a line of a given size: its last byte is a newline. The other
 * side, a server `as reply SIZE`, answers each with that many bytes; when they
 * are here the next request goes out. So one sees what a round trip costs, and
 * what the sizes do to it.
 */
#ifndef RUNG_LAYERS_APP_TCP_REQUEST_H
#define RUNG_LAYERS_APP_TCP_REQUEST_H

#include "sim/base.h"

struct tcp_talk;

/* Sends COUNT requests of SIZE bytes on TALK, each when REPLY bytes have come
 * for the one before. False, and the reason in the trace, if that cannot be. */
bool tcp_request_start(struct tcp_talk *talk, int64_t size, int64_t reply, uint32_t count);

/* For tcp_talk.c: LEN bytes were read; the connection is no more. */
void tcp_request_received(struct tcp_talk *talk, size_t len);
void tcp_request_end(struct tcp_talk *talk);

#endif
