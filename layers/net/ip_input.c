#include "layers/net/ip.h"

#include "layers/host.h"
#include "layers/net/icmp.h"
#include "layers/net/ip_options.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_option.h"

#include <string.h>

/* ---- Whose addresses are whose ---- */

bool ip_is_directed_broadcast(const struct interface *interface, ipv4 address)
{
    ipv4 mask = ipv4_mask(interface->prefix_len);

    /* A network of two or of one has no broadcast address. */
    return interface->address != 0 && interface->prefix_len < 31 &&
           address == (interface->address | ~mask);
}

/* The form with zeros instead of ones, of 4.2BSD (RFC 1122 3.3.6). */
static bool is_old_broadcast(const struct interface *interface, ipv4 address)
{
    return address == IPV4_ANY ||
           (interface->address != 0 && interface->prefix_len < 31 &&
            address == (interface->address & ipv4_mask(interface->prefix_len)));
}

/* ADDRESS is everybody on INTERFACE's wire, in either form. */
static bool is_for_wire(const struct interface *interface, ipv4 address)
{
    return address == IPV4_BROADCAST || ip_is_directed_broadcast(interface, address) ||
           is_old_broadcast(interface, address);
}

static bool is_old_broadcast_of_any(struct host *host, ipv4 address)
{
    for (unsigned i = 0; i < host->interface_count; i++)
        if (is_old_broadcast(&host->interfaces[i], address))
            return true;
    return false;
}

bool ip_is_own(struct host *host, ipv4 address)
{
    return ipv4_is_loopback(address) ||
           (address != 0 && host_interface(host, address) != NULL);
}

bool ip_is_broadcast(struct host *host, ipv4 address)
{
    for (unsigned i = 0; i < host->interface_count; i++)
        if (is_for_wire(&host->interfaces[i], address))
            return true;
    return false;
}

/* ---- Is it sound ---- */

rule_id ip_source_refused(const struct interface *interface, ipv4 source)
{
    if (source >> 24 == 0)
        return RULE_IP_SOURCE_ZERO;
    if (ipv4_is_loopback(source))
        return RULE_IP_SOURCE_LOOPBACK;
    if (is_for_wire(interface, source))
        return RULE_IP_SOURCE_BROADCAST;
    if (ipv4_is_multicast(source))
        return RULE_IP_SOURCE_MULTICAST;
    if (ipv4_is_class_e(source))
        return RULE_IP_SOURCE_CLASS_E;
    return host_interface(interface->host, source) != NULL ? RULE_IP_SOURCE_OWN : RULE_NONE;
}

/* The rule for which nothing may go to DESTINATION, or none. */
static rule_id martian(struct host *host, ipv4 destination)
{
    if (ipv4_is_loopback(destination))
        return RULE_IP_DESTINATION_LOOPBACK;
    if (ipv4_is_class_e(destination))
        return RULE_IP_DESTINATION_CLASS_E;
    if (ipv4_is_multicast(destination))
        return RULE_IP_DESTINATION_MULTICAST;
    if (host->forwards && is_old_broadcast_of_any(host, destination))
        return RULE_IP_DESTINATION_OLD_BROADCAST;
    if (destination >> 24 == 0 && destination != IPV4_ANY)
        return RULE_IP_DESTINATION_ZERO;
    return RULE_NONE;
}

static bool is_for_us(const struct interface *interface, ipv4 destination)
{
    return host_interface(interface->host, destination) != NULL ||
           is_for_wire(interface, destination) || destination == IPV4_ALL_HOSTS;
}

/* What is not for a host dies before anything in it can be complained of
 * (RFC 1122 3.2.1.3: silently). */
static rule_id destination_refused(const struct interface *interface, const struct packet *p,
                                   ipv4 destination)
{
    struct host *host = interface->host;
    bool to_all_hosts = destination == IPV4_ALL_HOSTS;
    rule_id rule = to_all_hosts ? RULE_NONE : martian(host, destination);

    if (rule != RULE_NONE)
        return rule;
    if (p->to_group && !to_all_hosts && !ip_is_broadcast(host, destination))
        return RULE_IP_UNICAST_IN_BROADCAST;
    return host->forwards || is_for_us(interface, destination) ? RULE_NONE : RULE_IP_NOT_OURS;
}

static void drop(struct host *host, struct packet *p, rule_id rule, int64_t a, int64_t b)
{
    host->counters.ip_dropped++;
    packet_drop_with(p, &host->node, rule, a, b);
}

/* The same, and the source is told. */
static void refuse(struct host *host, struct packet *p, const struct icmp_refusal *refusal)
{
    host->counters.ip_dropped++;
    icmp_refuse(host, p, refusal);
}

/* Drops P and complains of the byte of its header at AT. */
static void drop_at(struct host *host, struct packet *p, rule_id rule, int64_t a, uint8_t at)
{
    struct icmp_refusal refusal = {
        .rule = rule,
        .a = a,
        .type = ICMP_PARAMETER_PROBLEM,
        .code = ICMP_PARAMETER_AT_POINTER,
        .rest = icmp_rest_pointer(at),
    };

    refuse(host, p, &refusal);
}

/* ---- Ours ---- */

static void to_transport(struct interface *interface, struct packet *p,
                         const struct ipv4_header *h)
{
    struct host *host = interface->host;
    const struct transport_ops *transport = host_transport(host, h->protocol);
    size_t header_len = ipv4_header_length(h);
    struct icmp_refusal refusal = {
        .rule = RULE_IP_PROTOCOL_UNREACHABLE,
        .a = h->protocol,
        .type = ICMP_UNREACHABLE,
        .code = ICMP_UNREACHABLE_PROTOCOL,
    };

    if (transport == NULL) {
        refuse(host, p, &refusal);
        return;
    }
    packet_pull(p, header_len);
    packet_mark(p, PACKET_TRANSPORT);
    WHY(&host->node, RULE_IP_HEADER_OFF, h->protocol,
        rule_parts(h->total_length, (uint16_t)p->len, (uint16_t)header_len));
    transport->input(interface, p, h);
}

void ip_deliver(struct interface *interface, struct packet *p, const struct ipv4_header *h)
{
    struct host *host = interface->host;
    struct ipv4_header whole;
    struct span payload;
    rule_id rule;
    uint8_t at = 0;

    if (h->options.len > 0) {
        rule = ip_options_update(host, p, h, interface->address, IP_OPTIONS_TIME, &at);
        if (rule != RULE_NONE) {
            drop_at(host, p, rule, at, at);
            return;
        }
    }
    if (!ipv4_header_is_fragment(h)) {
        to_transport(interface, p, h);
        return;
    }
    p = reassembly_add(host, p, h);
    if (p == NULL)
        return;
    rule = ipv4_header_parse(&whole, packet_span(p), &payload);
    ASSERT(rule == RULE_NONE);
    to_transport(interface, p, &whole);
}

/* ---- A source route that goes on from here ---- */

/* What nobody could have sent here, no source route leads to (RFC 1812 5.3.7);
 * nor to everybody on a wire that the datagram is not on. */
static rule_id next_refused(struct host *host, ipv4 next)
{
    return next == IPV4_BROADCAST ? RULE_IP_LIMITED_NOT_FORWARDED : martian(host, next);
}

/* The rule for which HOST cannot go on by WAY (NULL: none), or none. */
static rule_id route_failed(struct host *host, const struct ip_source_route *route,
                            const struct route *way)
{
    if (!host->forwards)
        return RULE_IP_SOURCE_ROUTE_REFUSED;
    if (route->strict && way != NULL && way->gateway != 0)
        return RULE_IP_STRICT_ROUTE_FAILED;
    return way == NULL && !ip_is_own(host, route->next) ? RULE_IP_NET_UNREACHABLE : RULE_NONE;
}

static void follow_source_route(struct interface *interface, struct packet *p,
                                struct ipv4_header *h, struct ip_source_route route)
{
    struct host *host = interface->host;

    while (route.open) {
        const struct route *way = route_find(host, route.next);
        ipv4 mine = way != NULL ? way->interface->address : h->destination;
        rule_id rule = host->forwards ? next_refused(host, route.next) : RULE_NONE;

        if (rule != RULE_NONE) {
            drop(host, p, rule, route.next, 0);
            return;
        }
        rule = route_failed(host, &route, way);
        if (rule != RULE_NONE) {
            refuse(host, p, &(struct icmp_refusal){
                .rule = rule,
                .a = route.next,
                .type = ICMP_UNREACHABLE,
                .code = ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED,
            });
            return;
        }
        WHY(&host->node, RULE_IP_SOURCE_ROUTED, route.next, mine);
        ip_source_route_step(p, h, &route, mine);
        if (host_interface(host, h->destination) == NULL) {
            ip_forward(interface, p, h);
            return;
        }
        route = ip_source_route(h);
    }
    ip_deliver(interface, p, h);
}

/* ---- Ours or not ---- */

static void to_own_address(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    struct ip_source_route route;

    WHY(&interface->host->node,
        host_rule(interface->host, RULE_IP_FOR_US, RULE_IP_FOR_US_ROUTER), h->destination, 0);
    if (h->options.len > 0) {
        route = ip_source_route(h);
        if (route.open) {
            follow_source_route(interface, p, h, route);
            return;
        }
    }
    ip_deliver(interface, p, h);
}

/*
 * RFC 1812 5.2.3: a router that hears a broadcast passes it on, too; also to
 * the wire that it came from if that has not heard it: who wrote to the router
 * alone means a network which it does not know to be its own.
 */
static bool is_passed_on(const struct interface *interface, const struct packet *p,
                         ipv4 destination)
{
    if (!interface->host->forwards || destination == IPV4_BROADCAST)
        return false;
    return !p->to_group || !ip_is_directed_broadcast(interface, destination);
}

static void to_everybody(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    struct host *host = interface->host;
    struct packet *copy = NULL;

    if (is_passed_on(interface, p, h->destination))
        copy = packet_clone(host->node.world, p);
    WHY(&host->node, host_rule(host, RULE_IP_FOR_ALL, RULE_IP_FOR_ALL_ROUTER), h->destination, 0);
    if (copy != NULL) {
        struct ipv4_header its = *h;

        its.options.at = packet_bytes(copy) + IPV4_HEADER_MIN;
        ip_forward(interface, copy, &its);
    }
    ip_deliver(interface, p, h);
}

/* A strict route leads from router to router: it cannot come by one that it
 * does not name (RFC 1812 5.2.2). */
static void to_somebody_else(struct interface *interface, struct packet *p,
                             const struct ipv4_header *h)
{
    if (ip_source_route_type(h) != IPV4_OPTION_STRICT_ROUTE)
        ip_forward(interface, p, h);
    else
        drop_at(interface->host, p, RULE_IP_STRICT_ROUTE_LOST, h->destination,
                IPV4_DESTINATION_AT);
}

static void to_all_hosts(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    WHY(&interface->host->node, RULE_IP_FOR_ALL_HOSTS, h->destination, 0);
    ip_deliver(interface, p, h);
}

static void dispatch(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    struct host *host = interface->host;

    if (host_interface(host, h->destination) != NULL && h->destination != IPV4_ANY)
        to_own_address(interface, p, h);
    else if (ip_is_broadcast(host, h->destination))
        to_everybody(interface, p, h);
    else if (h->destination == IPV4_ALL_HOSTS)
        to_all_hosts(interface, p, h);
    else
        to_somebody_else(interface, p, h);
}

/* A header that does not add up. Routers tell of a datagram that was cut
 * short on its way (RFC 1812 5.2.2); all else dies in silence. */
static void drop_unsound(struct host *host, struct packet *p, rule_id rule)
{
    if (rule == RULE_IP_DATAGRAM_CUT && host->forwards)
        drop_at(host, p, rule, 0, IPV4_TOTAL_LENGTH_AT);
    else
        drop(host, p, rule, 0, 0);
}

static void ip_input(struct interface *interface, struct packet *p)
{
    struct host *host = interface->host;
    struct ipv4_header h;
    struct span payload;
    uint8_t at = 0;
    rule_id rule = ipv4_header_parse(&h, packet_span(p), &payload);

    host->counters.ip_in++;
    if (rule != RULE_NONE) {
        drop_unsound(host, p, rule);
        return;
    }
    if (p->len > h.total_length)
        WHY(&host->node, RULE_IP_PADDING_OFF, h.total_length, p->len - h.total_length);
    packet_trim(p, h.total_length);
    rule = ip_source_refused(interface, h.source);
    if (rule != RULE_NONE) {
        drop(host, p, rule, h.source, 0);
        return;
    }
    rule = destination_refused(interface, p, h.destination);
    if (rule != RULE_NONE) {
        drop(host, p, rule, h.destination, 0);
        return;
    }
    rule = h.options.len > 0 ? ip_options_check(&h, &at) : RULE_NONE;
    if (rule != RULE_NONE)
        drop_at(host, p, rule, at, at);
    else
        dispatch(interface, p, &h);
}

const struct network_ops ip_network = {
    .name = "ip",
    .ethertype = ETHERTYPE_IPV4,
    .input = ip_input,
};
