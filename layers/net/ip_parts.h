/*
 * ip_parts.h - what the files of IPv4 know of each other.
 *
 *   wire -> ip_input --+-> ip_deliver -> transport      (reassembly.c before)
 *                      +-> ip_forward -+
 *   transport -> ip_output ------------+-> ip_transmit -> arp or ethernet
 *                                                         (ip_fragment.c before)
 *
 * Nobody outside layers/net/ includes this; the public face is ip.h.
 */
#ifndef RUNG_LAYERS_NET_IP_PARTS_H
#define RUNG_LAYERS_NET_IP_PARTS_H

#include "layers/host.h"
#include "layers/net/ip.h"
#include "layers/net/path_mtu.h"
#include "layers/net/reassembly.h"
#include "layers/net/route.h"

#define IPV4_LOOPBACK_MTU 65535
#define IPV4_FRAGMENT_UNIT 8
#define IPV4_TOTAL_LENGTH_AT 2 /* offsets in the header, to point at */
#define IPV4_DESTINATION_AT 16

struct ip_state {
    uint16_t next_id;
    struct reassembly reassembly;
    struct path_mtu_table path_mtus;
};

/* Where a datagram leaves: NEXT_HOP is on the wire of INTERFACE. */
struct ip_hop {
    struct interface *interface;
    ipv4 next_hop;
    uint16_t mtu;
    bool broadcast; /* to everybody on that wire */
};

/* ADDRESS is everybody on INTERFACE's own network (not 255.255.255.255). */
bool ip_is_directed_broadcast(const struct interface *interface, ipv4 address);

/* All hosts of a wire: each is in this group as long as it lives (RFC 1122
 * 3.3.7), and it is never forwarded (RFC 1812 5.2.3). */
#define IPV4_ALL_HOSTS ((ipv4)0xe0000001)

/* Hands P (ours, whole or a fragment, beginning with its header H) to the
 * transport that its protocol field names. Takes P. */
void ip_deliver(struct interface *interface, struct packet *p, const struct ipv4_header *h);

/* A router passes P on; H is its header, already found sound. Takes P. */
void ip_forward(struct interface *interface, struct packet *p, const struct ipv4_header *h);

/* Says why ROUTE was taken for DESTINATION and where that leads. */
struct ip_hop ip_hop_by_route(struct host *host, const struct route *route, ipv4 destination);

/* Puts P, a datagram with header H, on HOP's wire, in fragments if it must.
 * Takes P. Don't-fragment has been looked at. */
void ip_transmit(struct host *host, struct packet *p, const struct ipv4_header *h,
                 const struct ip_hop *hop);

/* Puts P on HOP's wire as it is. Takes P. */
void ip_transmit_whole(struct packet *p, const struct ip_hop *hop);

/* The rule for which a datagram's source is refused on INTERFACE, or none. */
rule_id ip_source_refused(const struct interface *interface, ipv4 source);

#endif
