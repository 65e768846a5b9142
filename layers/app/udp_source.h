/*
 * udp_source.h - a program that sends UDP messages: one, or many, or in time.
 *
 * Messages hold the given text, or a pattern of printable letters that starts
 * one letter further in each message, so that a dump shows which is which and
 * no two 16-bit words next to each other are the same. The first goes out at
 * once, the others each INTERVAL later. The port stays open afterwards, for
 * answers and errors, until `udp close`.
 */
#ifndef RUNG_LAYERS_APP_UDP_SOURCE_H
#define RUNG_LAYERS_APP_UDP_SOURCE_H

#include "layers/udp/udp.h"
#include "sim/vtime.h"

struct udp_order {
    struct udp_endpoint to;
    struct span text; /* at NULL: the pattern */
    size_t size;      /* of a message of the pattern */
    uint32_t count;   /* at least 1 */
    vtime interval;   /* 0: each right after the one before */
    uint16_t from;    /* 0: an ephemeral port; one that is open is used */
};

/* Starts sending on HOST. False, and the reason in the trace, if the port
 * cannot be had. ORDER and its text are copied. */
bool udp_source_start(struct host *host, const struct udp_order *order);

#endif
