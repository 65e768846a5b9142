/*
 * ip_options.h - what hosts and routers do with IPv4 options (RFC 791 3.1,
 * RFC 1122 3.2.1.8, RFC 1812 5.3.13).
 *
 *   record route    routers write the address by which the datagram leaves
 *   timestamp       routers and the destination write the time
 *   source route    routers follow it; hosts refuse to go on with it
 *   stream id, router alert, unknown ones: passed on unchanged
 *
 * A timestamp has its highest bit set, as virtual time is not universal time
 * (RFC 791 3.1 allows that). Options that are already known to be well-formed
 * are changed in place, in a packet's header or in a buffer of a reply's.
 */
#ifndef RUNG_LAYERS_NET_IP_OPTIONS_H
#define RUNG_LAYERS_NET_IP_OPTIONS_H

#include "layers/wire/address.h"
#include "layers/wire/ipv4_header.h"

struct host;
struct packet;

/* Which options ip_options_write writes. */
enum ip_options_kind { IP_OPTIONS_ROUTE = 1, IP_OPTIONS_TIME = 2 };

/* The rule that the options of H offend against, or none; AT is the byte of
 * the header to point at. */
rule_id ip_options_check(const struct ipv4_header *h, uint8_t *at);

/* Writes ADDRESS and the time where options of KINDS want them, in LEN bytes
 * at OPTIONS. The rule if one has no room, with AT as above. */
rule_id ip_options_write(struct host *host, uint8_t *options, size_t len, ipv4 address,
                         unsigned kinds, uint8_t *at);

/* The same for the header of P, whose checksum is made right again. */
rule_id ip_options_update(struct host *host, struct packet *p, const struct ipv4_header *h,
                          ipv4 address, unsigned kinds, uint8_t *at);

/* A source route that leads on from the destination in the header. */
struct ip_source_route {
    bool open;   /* there is one, and it is not used up */
    bool strict;
    uint8_t at;  /* of the next address, from the start of the IP header */
    ipv4 next;
};
struct ip_source_route ip_source_route(const struct ipv4_header *h);

/* The type of the source route in H, used up or not; 0 if there is none. */
uint8_t ip_source_route_type(const struct ipv4_header *h);

/* Takes one step of ROUTE in P's header and in H: the destination becomes the
 * next address, and ADDRESS takes that one's place. */
void ip_source_route_step(struct packet *p, struct ipv4_header *h,
                          const struct ip_source_route *route, ipv4 address);

/*
 * The options of a reply to a datagram with header H (RFC 1122 3.2.2.6):
 * record route and timestamp go on, a source route is turned round, the rest
 * is left out. Writes at OUT (40 bytes), returns how many; DESTINATION becomes
 * the first step of the way back.
 */
size_t ip_options_reply(struct host *host, const struct ipv4_header *h, uint8_t *out,
                        ipv4 *destination);

/* Only the source route of H, turned round likewise; 0 and nothing done if
 * there is none. */
size_t ip_source_route_back(const struct ipv4_header *h, uint8_t *out, ipv4 *destination);

/* Where the datagram with header H was going in the end: the last address of
 * a source route that is not used up, else the destination. */
ipv4 ip_final_destination(const struct ipv4_header *h);

#endif
