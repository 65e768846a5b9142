/*
 * dissect_parts.h - what the files of dissect.h share, and nobody else.
 *
 *   dissect.c              the link, ARP, IPv4 and its ICMP
 *   dissect_ipv6.c         IPv6, its extension headers and its ICMP
 *   dissect_transport.c    UDP and TCP, whatever carries them
 *   dissect_application.c  what they carry
 */
#ifndef RUNG_LAYERS_WIRE_DISSECT_PARTS_H
#define RUNG_LAYERS_WIRE_DISSECT_PARTS_H

#include "layers/wire/dissect.h"
#include "layers/wire/span.h"

/* The packet around a transport header: one of the two is NULL. */
struct carrier {
    const struct ipv4_header *ipv4;
    const struct ipv6_header *ipv6;
    bool fragment;       /* a piece of a packet: no checksum can be judged */
    bool more_fragments; /* what is missing comes in another frame */
};

/* Opens the layer whose header begins IN; NULL when there is no room left. */
struct layer *dissect_open(struct dissection *d, enum layer_kind kind, struct span in, bool quoted);

/* What nobody claims; nothing where IN is empty. */
void dissect_data(struct dissection *d, struct span in, bool quoted);

/*
 * Settles what a parser said of a layer. If it refused because the layer
 * WANTS_MORE bytes than there are, and bytes are known to be missing (CARRIER,
 * where given, is around it), that is no sin.
 */
void dissect_judge(const struct dissection *d, struct layer *layer, rule_id rule, bool wants_more,
                   const struct carrier *carrier);

/* All of the layer is there, so that its checksum can be judged. */
bool dissect_is_whole(const struct dissection *d, const struct layer *layer,
                      const struct carrier *carrier);

void dissect_udp(struct dissection *d, struct span in, bool quoted, const struct carrier *carrier);
void dissect_tcp(struct dissection *d, struct span in, bool quoted, const struct carrier *carrier);
void dissect_ipv6(struct dissection *d, struct span in, bool quoted);

/* The data of UDP between two ports, and of TCP. */
void dissect_datagram(struct dissection *d, struct span in, uint16_t source, uint16_t destination);
void dissect_stream(struct dissection *d, struct span in, uint16_t source, uint16_t destination);

#endif
