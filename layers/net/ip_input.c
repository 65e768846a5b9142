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
    return interface->address != 0 && interface->prefix_len < 31 &&
           address == (interface->address & ipv4_mask(interface->prefix_len));
}

bool ip_is_own(struct host *host, ipv4 address)
{
    return ipv4_is_loopback(address) ||
           (address != 0 && host_interface(host, address) != NULL);
}

bool ip_is_broadcast(struct host *host, ipv4 address)
{
    if (address == IPV4_BROADCAST)
        return true;
    for (unsigned i = 0; i < host->interface_count; i++)
        if (ip_is_directed_broadcast(&host->interfaces[i], address))
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
    if (source == IPV4_BROADCAST || ip_is_directed_broadcast(interface, source))
        return RULE_IP_SOURCE_BROADCAST;
    if (ipv4_is_multicast(source))
        return RULE_IP_SOURCE_MULTICAST;
    if (ipv4_is_class_e(source))
        return RULE_IP_SOURCE_CLASS_E;
    return host_interface(interface->host, source) != NULL ? RULE_IP_SOURCE_OWN : RULE_NONE;
}

static rule_id destination_refused(const struct interface *interface, const struct packet *p,
                                   ipv4 destination)
{
    struct host *host = interface->host;

    if (ipv4_is_loopback(destination))
        return RULE_IP_DESTINATION_LOOPBACK;
    if (ipv4_is_class_e(destination))
        return RULE_IP_DESTINATION_CLASS_E;
    if (ipv4_is_multicast(destination))
        return RULE_IP_DESTINATION_MULTICAST;
    if (host->forwards && (destination == 0 || is_old_broadcast(interface, destination)))
        return RULE_IP_DESTINATION_OLD_BROADCAST;
    if (destination >> 24 == 0 && destination != 0)
        return RULE_IP_DESTINATION_ZERO;
    if (p->to_group && destination != 0 && !is_old_broadcast(interface, destination) &&
        !ip_is_broadcast(host, destination))
        return RULE_IP_UNICAST_IN_BROADCAST;
    return RULE_NONE;
}

static void drop(struct host *host, struct packet *p, rule_id rule, int64_t a, int64_t b)
{
    host->counters.ip_dropped++;
    packet_drop_with(p, &host->node, rule, a, b);
}

/* Complains of the byte of the header at AT, then drops P. */
static void drop_at(struct host *host, struct packet *p, rule_id rule, uint8_t at)
{
    icmp_send_error(host, p, ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_AT_POINTER,
                    icmp_rest_pointer(at));
    drop(host, p, rule, at, 0);
}

/* ---- Ours ---- */

static void to_transport(struct interface *interface, struct packet *p,
                         const struct ipv4_header *h)
{
    struct host *host = interface->host;
    const struct transport_ops *transport = host_transport(host, h->protocol);

    if (transport == NULL) {
        icmp_send_error(host, p, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PROTOCOL, 0);
        drop(host, p, RULE_IP_PROTOCOL_UNREACHABLE, h->protocol, 0);
        return;
    }
    packet_pull(p, ipv4_header_length(h));
    packet_mark(p, PACKET_TRANSPORT);
    WHY(&host->node, RULE_IP_TO_TRANSPORT, h->protocol, p->len);
    transport->input(interface, p, h);
}

void ip_deliver(struct interface *interface, struct packet *p, const struct ipv4_header *h)
{
    struct host *host = interface->host;
    struct ipv4_header whole;
    struct span payload;
    uint8_t at = 0;

    if (h->options.len > 0) {
        rule_id rule =
            ip_options_update(host, p, h, interface->address, IP_OPTIONS_TIME, &at);

        if (rule != RULE_NONE) {
            drop_at(host, p, rule, at);
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
    ipv4_header_parse(&whole, packet_span(p), &payload);
    to_transport(interface, p, &whole);
}

/* ---- A source route that goes on from here ---- */

static void follow_source_route(struct interface *interface, struct packet *p,
                                struct ipv4_header *h, struct ip_source_route route)
{
    struct host *host = interface->host;

    while (route.open) {
        const struct route *way = route_find(host, route.next);
        ipv4 mine = way != NULL ? way->interface->address : h->destination;
        rule_id rule = RULE_NONE;

        if (!host->forwards)
            rule = RULE_IP_SOURCE_ROUTE_REFUSED;
        else if (route.strict && way != NULL && way->gateway != 0)
            rule = RULE_IP_STRICT_ROUTE_FAILED;
        else if (way == NULL && !ip_is_own(host, route.next))
            rule = RULE_IP_NET_UNREACHABLE;
        if (rule != RULE_NONE) {
            icmp_send_error(host, p, ICMP_UNREACHABLE, ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED, 0);
            drop(host, p, rule, route.next, 0);
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

    WHY(&interface->host->node, RULE_IP_FOR_US, h->destination, 0);
    if (h->options.len > 0) {
        route = ip_source_route(h);
        if (route.open) {
            follow_source_route(interface, p, h, route);
            return;
        }
    }
    ip_deliver(interface, p, h);
}

/* A broadcast for this wire; or for another network of this router's, which
 * hears it too and passes it on (RFC 1812 5.2.3). */
static void to_everybody(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    struct host *host = interface->host;
    bool here = h->destination == IPV4_BROADCAST || h->destination == 0 ||
                ip_is_directed_broadcast(interface, h->destination) ||
                is_old_broadcast(interface, h->destination);
    struct packet *copy = NULL;

    if (!here && host->forwards)
        copy = packet_clone(host->node.world, p);
    if (!here && !host->forwards) {
        drop(host, p, RULE_IP_NOT_OURS, h->destination, 0);
        return;
    }
    WHY(&host->node, RULE_IP_FOR_ALL, h->destination, 0);
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
    struct host *host = interface->host;

    if (ip_source_route_type(h) != IPV4_OPTION_STRICT_ROUTE) {
        ip_forward(interface, p, h);
        return;
    }
    icmp_send_error(host, p, ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_AT_POINTER,
                    icmp_rest_pointer(IPV4_DESTINATION_AT));
    drop(host, p, RULE_IP_STRICT_ROUTE_LOST, h->destination, 0);
}

static void dispatch(struct interface *interface, struct packet *p, struct ipv4_header *h)
{
    struct host *host = interface->host;

    if (host_interface(host, h->destination) != NULL && h->destination != 0)
        to_own_address(interface, p, h);
    else if (h->destination == 0 || is_old_broadcast(interface, h->destination) ||
             ip_is_broadcast(host, h->destination))
        to_everybody(interface, p, h);
    else if (host->forwards)
        to_somebody_else(interface, p, h);
    else
        drop(host, p, RULE_IP_NOT_OURS, h->destination, 0);
}

/* A header that does not add up. Routers tell of a datagram that was cut
 * short on its way (RFC 1812 5.2.2); all else dies in silence. */
static void drop_unsound(struct host *host, struct packet *p, rule_id rule)
{
    if (rule == RULE_IP_DATAGRAM_CUT && host->forwards)
        icmp_send_error(host, p, ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_AT_POINTER,
                        icmp_rest_pointer(IPV4_TOTAL_LENGTH_AT));
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
        drop_at(host, p, rule, at);
    else
        dispatch(interface, p, &h);
}

const struct network_ops ip_network = {
    .name = "ip",
    .ethertype = ETHERTYPE_IPV4,
    .input = ip_input,
};
