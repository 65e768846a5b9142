/*
 * ip.h - IPv4: datagrams in, out and on (RFC 791, RFC 1122 3.2/3.3, RFC 1812).
 *
 *   ip_input.c       is it sound, is it ours, whose is it
 *   ip_output.c      source, route, header, next hop
 *   ip_forward.c     a router passes it on
 *   ip_options.c     record route, timestamp, source routes
 *   ip_fragment.c    cutting a datagram for a smaller MTU
 *   reassembly.c     putting one together again
 *   ip_mark.c        a queue tells of congestion (RFC 3168)
 *   path_mtu.c       what is believed of the way to a destination (RFC 1191)
 *
 * Transports send by ip_output and are called through struct transport_ops;
 * the link calls ip_network and, where ARP has given up, ip_next_hop_failed.
 * What is decided where the RFCs leave room, and what is missing, stands in
 * layers/net/README.md.
 */
#ifndef RUNG_LAYERS_NET_IP_H
#define RUNG_LAYERS_NET_IP_H

#include "layers/net/ip_config.h"
#include "layers/wire/address.h"
#include "layers/wire/ipv4_header.h"
#include "sim/packet.h"

struct host;
struct interface;

extern const struct network_ops ip_network;

/* Gives HOST its IPv4. Set-up time. */
void ip_attach(struct host *host);

/* How a transport wants a datagram sent. Zero means "as usual". */
struct ip_send {
    ipv4 source; /* 0: the address of the interface it leaves by */
    ipv4 destination;
    uint8_t protocol;
    uint8_t ttl; /* 0: the host's default */
    uint8_t tos;
    bool dont_fragment;
    struct span options;          /* at most 40 bytes, a multiple of 4 */
    struct interface *interface;  /* NULL: by route */
};

/* Sends P, which begins with the transport header and is stamped. Takes P.
 * False if it could not go (no route, too big with DF): P was dropped with
 * that reason, and the caller may tell its user. */
bool ip_output(struct host *host, struct packet *p, const struct ip_send *send);

/* The address that a datagram to DESTINATION would carry; 0: no route. */
ipv4 ip_source_for(struct host *host, ipv4 destination);

/* ADDRESS leads to the host itself: one of its own, or loopback (127/8). */
bool ip_is_own(struct host *host, ipv4 address);
/* ADDRESS is everybody on a network of the host's own, or on this wire
 * (255.255.255.255); also in the old form, with zeros (RFC 1122 3.3.6). */
bool ip_is_broadcast(struct host *host, ipv4 address);

/*
 * ARP gave up on NEXT_HOP for the datagrams WAITING, each beginning with its
 * IPv4 header: transports hear of each of their own, but of those that were
 * to be forwarded only one is answered (RFC 1812 3.3.2). Takes them.
 */
void ip_next_hop_failed(struct interface *interface, struct packet_list *waiting, ipv4 next_hop);

/*
 * Sets "congestion experienced" in the IPv4 header of FRAME, which begins
 * with its Ethernet header, and mends the checksum. False, and nothing
 * changed, if the sender does not understand ECN (RFC 3168 section 5).
 */
bool ip_mark_congestion(struct packet *frame);

/* Largest datagram believed to pass to DESTINATION unfragmented (RFC 1191). */
uint16_t path_mtu(struct host *host, ipv4 destination);
/* The MTU of the interface that leads there: whatever comes back that way fits. */
uint16_t path_mtu_first_hop(struct host *host, ipv4 destination);
/* A router said that NEXT_HOP_MTU is all that passes; 0 of an old router. */
void path_mtu_lower(struct host *host, ipv4 destination, uint16_t next_hop_mtu,
                    uint16_t refused_len);

/* For tables and tests: datagrams being reassembled. */
struct reassembly_view {
    ipv4 source, destination;
    uint16_t id;
    uint8_t protocol;
    unsigned fragments;
    size_t received; /* bytes */
    size_t total;    /* 0: last fragment not here yet */
    vtime deadline;
};
bool reassembly_entry(const struct host *host, unsigned index, struct reassembly_view *view);

#endif
