#include "layers/net/ip.h"

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/net/icmp.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/ethernet_header.h"
#include "sim/hash.h"

#include <string.h>

/* ---- Set-up ---- */

/* RFC 6864 4 asks of the identification only that it does not repeat soon. */
static uint16_t first_identification(const struct host *host)
{
    const char *name = host->node.name;

    if (host->config.ip.first_id >= 0)
        return (uint16_t)host->config.ip.first_id;
    return (uint16_t)hash_bytes(host->node.world->seed, name, strlen(name));
}

void ip_attach(struct host *host)
{
    host->ip = ARENA_NEW(&host->node.world->arena, struct ip_state);
    host->ip->next_id = first_identification(host);
    reassembly_attach(host);
    path_mtu_attach(host);
}

/* ---- Onto a wire ---- */

void ip_transmit_whole(struct packet *p, const struct ip_hop *hop)
{
    packet_mark(p, PACKET_NETWORK);
    /* A new frame gets a check sequence of its own. */
    p->damaged = false;
    if (hop->broadcast)
        hop->interface->device->send(hop->interface, p, MAC_BROADCAST, ETHERTYPE_IPV4);
    else
        arp_send(hop->interface, p, hop->next_hop);
}

/* ---- To oneself ---- */

static struct interface *loopback_interface(struct host *host, ipv4 destination)
{
    struct interface *interface = host_interface(host, destination);

    return interface != NULL ? interface : &host->interfaces[0];
}

static void loopback_arrives(struct world *world, struct event *event)
{
    struct packet *p = CONTAINER_OF(event, struct packet, event);
    struct host *host = host_of(world->nodes[event->node]);
    struct ipv4_header h;
    struct span payload;

    ipv4_header_parse(&h, packet_span(p), &payload);
    host->counters.ip_in++;
    ip_deliver(loopback_interface(host, h.destination), p, &h);
}

/* An event of its own, so that no layer is called again while it sends. */
static void send_to_self(struct host *host, struct packet *p, ipv4 destination)
{
    struct world *world = host->node.world;

    WHY(&host->node, RULE_IP_TO_SELF, destination, 0);
    packet_mark(p, PACKET_NETWORK);
    event_init(&p->event, host->node.id, loopback_arrives);
    event_arm(&world->queue, &p->event, world->now);
}

/* ---- Which way ---- */

static rule_id rule_of_route(const struct host *host, const struct route *route)
{
    if (route->gateway == 0)
        return host_rule(host, RULE_ROUTE_ON_LINK, RULE_ROUTE_ON_LINK_ROUTER);
    if (route->prefix_len == 32)
        return RULE_ROUTE_HOST;
    if (route->prefix_len > 0)
        return RULE_ROUTE_PREFIX;
    return host_rule(host, RULE_ROUTE_DEFAULT, RULE_ROUTE_DEFAULT_ROUTER);
}

struct ip_hop ip_hop_by_route(struct host *host, const struct route *route, ipv4 destination)
{
    struct interface *interface = route->interface;
    bool direct = route->gateway == 0;
    struct ip_hop hop = { interface, direct ? destination : route->gateway, interface->mtu,
                          direct && ip_is_directed_broadcast(interface, destination) };

    WHY(&host->node,
        hop.broadcast
            ? host_rule(host, RULE_IP_DIRECTED_BROADCAST, RULE_IP_DIRECTED_BROADCAST_ROUTER)
            : rule_of_route(host, route),
        destination, direct ? interface->address : route->gateway);
    return hop;
}

static struct ip_hop limited_broadcast(struct host *host, const struct ip_send *send)
{
    struct interface *interface = send->interface;
    struct ip_hop hop = { NULL, IPV4_BROADCAST, 0, true };

    if (interface == NULL)
        interface = host_interface(host, send->source);
    if (interface == NULL)
        interface = &host->interfaces[0];
    hop.interface = interface;
    hop.mtu = interface->mtu;
    WHY(&host->node, RULE_IP_LIMITED_BROADCAST, IPV4_BROADCAST, interface->address);
    return hop;
}

/* Out of an interface that the sender named: its routes, else directly. */
static struct ip_hop by_interface(struct host *host, const struct ip_send *send,
                                  const struct route *route)
{
    struct route direct;

    if (route != NULL && route->interface == send->interface)
        return ip_hop_by_route(host, route, send->destination);
    memset(&direct, 0, sizeof(direct));
    direct.interface = send->interface;
    return ip_hop_by_route(host, &direct, send->destination);
}

/* False if no route leads there. */
static bool choose_hop(struct host *host, const struct ip_send *send, struct ip_hop *hop)
{
    const struct route *route;

    if (send->destination == IPV4_BROADCAST) {
        *hop = limited_broadcast(host, send);
        return true;
    }
    route = route_find(host, send->destination);
    if (send->interface != NULL)
        *hop = by_interface(host, send, route);
    else if (route != NULL)
        *hop = ip_hop_by_route(host, route, send->destination);
    else
        return false;
    return true;
}

/* ---- The header ---- */

static rule_id check_send(struct host *host, const struct ip_send *send, size_t data_len,
                          int64_t *a)
{
    *a = send->destination;
    if (send->destination >> 24 == 0 || ipv4_is_class_e(send->destination))
        return RULE_IP_BAD_DESTINATION;
    if (ipv4_is_multicast(send->destination))
        return RULE_IP_MULTICAST_NOT_SENT;
    *a = send->source;
    if (send->source != 0 && !ip_is_own(host, send->source))
        return RULE_IP_BAD_SOURCE;
    *a = (int64_t)send->options.len;
    if (send->options.len > IPV4_OPTIONS_MAX || send->options.len % 4 != 0)
        return RULE_IP_BAD_OPTIONS;
    *a = (int64_t)data_len;
    if (IPV4_HEADER_MIN + send->options.len + data_len > IPV4_DATAGRAM_MAX)
        return RULE_IP_TOO_LONG;
    return RULE_NONE;
}

static void push_header(struct host *host, struct packet *p, const struct ip_send *send,
                        ipv4 source, struct ipv4_header *h)
{
    size_t data_len = p->len;

    memset(h, 0, sizeof(*h));
    h->tos = send->tos;
    h->identification = host->ip->next_id++;
    h->dont_fragment = send->dont_fragment || host->config.ip.dont_fragment != 0;
    h->ttl = send->ttl != 0 ? send->ttl : (uint8_t)host->config.ip.ttl;
    h->protocol = send->protocol;
    h->source = source;
    h->destination = send->destination;
    h->options = send->options;
    h->total_length = (uint16_t)(ipv4_header_length(h) + p->len);
    packet_mark(p, PACKET_TRANSPORT);
    ipv4_header_emit(h, packet_push(p, ipv4_header_length(h)));
    h->options.at = packet_bytes(p) + IPV4_HEADER_MIN;
    p->ecn_capable = (h->tos & IPV4_ECN_MASK) != 0;
    WHY(&host->node, RULE_IP_HEADER_ON, rule_parts(h->identification, h->ttl, 0),
        rule_parts((uint32_t)data_len, h->total_length, (uint16_t)ipv4_header_length(h)));
}

static bool refuse(struct host *host, struct packet *p, rule_id rule, int64_t a, int64_t b)
{
    host->counters.ip_dropped++;
    packet_drop_with(p, &host->node, rule, a, b);
    return false;
}

/* Is P short enough for a path on which it must not be cut? */
static bool passes_whole(struct host *host, const struct packet *p, const struct ip_hop *hop,
                         ipv4 destination, uint16_t *most)
{
    *most = hop->broadcast ? hop->mtu : path_mtu_beyond(host, destination, hop->mtu);
    return p->len <= *most;
}

static bool output_to_self(struct host *host, struct packet *p, const struct ip_send *send)
{
    struct ipv4_header h;

    push_header(host, p, send, send->source != 0 ? send->source : send->destination, &h);
    host->counters.ip_out++;
    send_to_self(host, p, send->destination);
    return true;
}

static ipv4 source_of(struct host *host, const struct ip_send *send, const struct ip_hop *hop)
{
    ipv4 source = send->source;

    if (source != 0)
        return source;
    source = hop->interface->address;
    if (host->interface_count > 1)
        WHY(&host->node,
            send->protocol == IP_PROTOCOL_ICMP
                ? host_rule(host, RULE_IP_SOURCE_CHOSEN, RULE_IP_SOURCE_CHOSEN_ROUTER)
                : RULE_IP_SOURCE_CHOSEN,
            source, send->destination);
    return source;
}

static bool output_to_wire(struct host *host, struct packet *p, const struct ip_send *send)
{
    struct ipv4_header h;
    struct ip_hop hop;
    uint16_t most;
    ipv4 source;

    if (!choose_hop(host, send, &hop))
        return refuse(host, p, RULE_IP_NO_ROUTE, send->destination, 0);
    source = source_of(host, send, &hop);
    if (source == 0 || ipv4_is_loopback(source))
        return refuse(host, p, RULE_IP_BAD_SOURCE, source, 0);
    push_header(host, p, send, source, &h);
    if (h.dont_fragment && !passes_whole(host, p, &hop, send->destination, &most))
        return refuse(host, p, RULE_IP_DF_TOO_LONG, p->len, most);
    host->counters.ip_out++;
    ip_transmit(host, p, &h, &hop);
    return true;
}

bool ip_output(struct host *host, struct packet *p, const struct ip_send *send)
{
    int64_t a;
    rule_id rule = check_send(host, send, p->len, &a);

    if (rule != RULE_NONE)
        return refuse(host, p, rule, a, 0);
    if (ip_is_own(host, send->destination))
        return output_to_self(host, p, send);
    return output_to_wire(host, p, send);
}

ipv4 ip_source_for(struct host *host, ipv4 destination)
{
    const struct route *route;

    if (ip_is_own(host, destination))
        return destination;
    if (destination == IPV4_BROADCAST)
        return host->interfaces[0].address;
    route = route_find(host, destination);
    return route != NULL ? route->interface->address : 0;
}

/* ---- What ARP could not deliver ---- */

/* The transport that sent it hears at once: no ICMP to oneself. */
static void tell_own_transport(struct interface *interface, const struct packet *p,
                               const struct ipv4_header *h, struct span data)
{
    const struct transport_ops *transport = host_transport(interface->host, h->protocol);
    struct icmp_report report;

    if (transport == NULL || transport->error == NULL || h->fragment_offset > 0 ||
        data.len < ICMP_QUOTED_DATA_MIN)
        return;
    memset(&report, 0, sizeof(report));
    report.type = ICMP_UNREACHABLE;
    report.code = ICMP_UNREACHABLE_HOST;
    report.from = interface->address;
    report.quoted = *h;
    report.quoted_transport = data;
    report.identity = p->identity;
    transport->error(interface->host, &report);
}

/* TOLD: the source of another that waited was told. True from then on. */
static bool next_hop_failed(struct interface *interface, struct packet *p, ipv4 next_hop,
                            bool told)
{
    struct host *host = interface->host;
    struct ipv4_header h;
    struct span data;
    bool sound, direct;

    packet_mark(p, PACKET_NETWORK);
    sound = ipv4_header_parse(&h, packet_span(p), &data) == RULE_NONE;
    direct = !sound || h.destination == next_hop;
    host->counters.ip_dropped++;
    packet_tell_drop(p, &host->node,
                     direct ? RULE_IP_HOST_UNREACHABLE : RULE_IP_GATEWAY_UNREACHABLE, next_hop,
                     direct ? 0 : h.destination);
    if (sound && ip_is_own(host, h.source))
        tell_own_transport(interface, p, &h, data);
    else if (sound && told)
        WHY(&host->node, RULE_ICMP_QUIET_ONE_TOLD, next_hop, 0);
    else if (sound)
        told = icmp_send_error(host, p, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, 0);
    packet_free(host->node.world, p);
    return told;
}

void ip_next_hop_failed(struct interface *interface, struct packet_list *waiting, ipv4 next_hop)
{
    struct packet *p;
    bool told = false;

    while ((p = packet_list_take(waiting)) != NULL)
        told = next_hop_failed(interface, p, next_hop, told);
}
