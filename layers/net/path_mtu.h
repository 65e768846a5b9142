/*
 * path_mtu.h - what is believed of the way to a destination (RFC 1191).
 *
 *   fragmentation needed, 1400     entry: 1400 -------- 10 min ------> gone
 *   fragmentation needed, 1006            1006 -------- 10 min ------> gone
 *
 * No entry means the MTU of the first hop. A message only ever lowers the
 * estimate, and never below 68; what was learnt ages, by a timer that does
 * not keep a world alive. Deliberately missing: the careful raising in steps
 * of RFC 1191 7.1, and telling apart paths by type of service.
 *
 * icmp.c lowers, ip_output.c and transports ask (path_mtu in ip.h).
 */
#ifndef RUNG_LAYERS_NET_PATH_MTU_H
#define RUNG_LAYERS_NET_PATH_MTU_H

#include "layers/wire/address.h"
#include "layers/wire/ipv4_header.h"
#include "sim/world.h"

struct host;

#define PATH_MTU_MIN 68 /* RFC 1191 3 */
#define PATH_MTUS_MAX 64 /* destinations a host remembers */

struct path_mtu_entry {
    struct path_mtu_entry *next;
    struct event ageing;
    struct watch watch;
    struct host *host;
    ipv4 destination;
    uint16_t mtu;
};

/* Newest lowering first; the last one goes when the table is full. */
struct path_mtu_table {
    struct pool pool;
    struct path_mtu_entry *first;
    unsigned count;
};

/* Set-up time. */
void path_mtu_attach(struct host *host);

/* As path_mtu (ip.h), where the MTU of the first hop is known. */
uint16_t path_mtu_beyond(const struct host *host, ipv4 destination, uint16_t first_hop);

/* The greatest plateau of RFC 1191 table 7-1 below LEN, at least 68. */
uint16_t path_mtu_plateau_below(uint32_t len);

/*
 * Length of the refused datagram whose QUOTED header came back. Routers made
 * from 4.2BSD add the header's length to it, and nobody can tell whether one
 * did: what is not less than the CURRENT estimate is taken to be such a sum
 * (RFC 1191 5).
 */
uint16_t path_mtu_refused_len(const struct ipv4_header *quoted, uint16_t current);

#endif
