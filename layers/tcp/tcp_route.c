#include "layers/tcp/tcb.h"

#include "layers/net/ip_options.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ipv4_option.h"

#include <string.h>

/*
 * Source routes, RFC 9293 3.9.2.1. On the wire the first gateway is the
 * destination of the datagram (t->via) and the other end comes last in the
 * option; the pseudo-header has the ends themselves all the same.
 */

enum { POINTER_AT = 2, ADDRESSES_AT = 3, ADDRESS_LEN = 4 };

/* A route that names a gateway. */
static bool find_route(const struct tcb *t, struct ipv4_option *route)
{
    struct ipv4_option_reader reader;

    ipv4_option_begin(&reader, (struct span){ t->ip_options, t->ip_options_len });
    while (ipv4_option_next(&reader, route))
        if (route->type == IPV4_OPTION_LOOSE_ROUTE || route->type == IPV4_OPTION_STRICT_ROUTE)
            return route->raw.len >= ADDRESSES_AT + ADDRESS_LEN;
    return false;
}

ipv4 tcp_route_first(const struct tcb *t, ipv4 remote)
{
    struct ipv4_option route;

    return find_route(t, &route) ? get_be32(route.raw.at + ADDRESSES_AT) : remote;
}

void tcp_route_begin(struct tcb *t)
{
    struct ipv4_option route;
    uint8_t *addresses;
    size_t len;

    t->via = 0;
    if (!find_route(t, &route))
        return;
    t->route_given = true;
    addresses = t->ip_options + (route.raw.at - t->ip_options) + ADDRESSES_AT;
    len = route.raw.len - ADDRESSES_AT;
    t->via = get_be32(addresses);
    memmove(addresses, addresses + ADDRESS_LEN, len - ADDRESS_LEN);
    put_be32(addresses + len - ADDRESS_LEN, t->remote.address);
    addresses[POINTER_AT - ADDRESSES_AT] = ADDRESSES_AT + 1;
}

void tcp_route_learn(struct tcb *t, const struct ipv4_header *ip)
{
    if (!t->passive || t->route_given || ip->options.len == 0 || ip_source_route_type(ip) == 0 ||
        ip_source_route(ip).open)
        return;
    t->ip_options_len = (uint8_t)ip_source_route_back(ip, t->ip_options, &t->via);
    TCP_WHY(t, RULE_TCP_ROUTE_LEARNT, t->via, 0);
}
