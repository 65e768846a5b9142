/*
 * route.h - where a datagram goes next.
 *
 * Order: a directly connected network, a host route, the longest network
 * prefix, the default route, else none (RFC 1122 3.3.1, RFC 1812 5.2.4.3).
 */
#ifndef RUNG_LAYERS_NET_ROUTE_H
#define RUNG_LAYERS_NET_ROUTE_H

#include "layers/wire/address.h"

#include "sim/base.h"

struct host;
struct interface;

#define ROUTES_MAX 256 /* a host */

struct route {
    ipv4 network;
    uint8_t prefix_len;
    ipv4 gateway; /* 0: directly connected */
    struct interface *interface;
};

/* Gives HOST an empty table. Set-up time. */
void route_attach(struct host *host);

/* Adds a route. GATEWAY 0: directly connected to INTERFACE; else INTERFACE
 * may be NULL and is found by the gateway's address. False if the table is
 * full or no interface reaches the gateway. */
bool route_add(struct host *host, ipv4 network, uint8_t prefix_len, ipv4 gateway,
               struct interface *interface);

/* The route to DESTINATION, or NULL. */
const struct route *route_find(struct host *host, ipv4 destination);

/* Route number INDEX, or NULL past the last. */
const struct route *route_at(const struct host *host, unsigned index);

#endif
