/*
 * ping.h - asks whether somebody is there: ICMP echo (RFC 1122 3.2.2.6).
 *
 * Sends COUNT echo requests, one each INTERVAL, and tells of every answer
 * with its round-trip time, of every error and of what stays unanswered for
 * PING_WAIT. The wait is longer than ARP takes to give up, so that "host
 * unreachable" comes before "no answer". The trace holds all of it as
 * APP_PING_* records whose subject is the identifier and whose {a} is the
 * sequence number, counted from 1.
 */
#ifndef RUNG_LAYERS_APP_PING_H
#define RUNG_LAYERS_APP_PING_H

#include "layers/wire/address.h"
#include "sim/vtime.h"

struct host;

#define PING_SIZE 56 /* data bytes, as everywhere */
#define PING_INTERVAL (1 * SECONDS)
#define PING_WAIT (5 * SECONDS)
#define PING_COUNT_MAX 65535 /* a sequence number has 16 bits */
#define PING_OUTSTANDING 256 /* requests unanswered at once; then the oldest counts as lost */

struct ping_order {
    ipv4 destination;
    uint32_t count; /* 1 to PING_COUNT_MAX */
    uint16_t size;  /* data bytes, at most 65507 */
    vtime interval; /* at least 0 */
    uint8_t ttl;    /* 0: the host's default */
    bool dont_fragment;
};

/* Starts a ping on HOST; the first request goes out at once. */
void ping_start(struct host *host, const struct ping_order *order);

#endif
