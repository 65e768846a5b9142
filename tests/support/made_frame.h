/*
 * made_frame.h - a frame made from the inside out: what it carries first, then each
 * header around that. Lengths and checksums are right.
 *
 *   made_put(&made, query, len);
 *   made_udp(&made, 49152, 53, &v4);    or v6
 *   made_ip(&made, IP_PROTOCOL_UDP, &v4);
 *   made_ethernet(&made, ETHERTYPE_IPV4);
 */
#ifndef RUNG_TESTS_SUPPORT_MADE_FRAME_H
#define RUNG_TESTS_SUPPORT_MADE_FRAME_H

#include "layers/wire/address.h"
#include "layers/wire/ipv6_header.h"

enum { MADE_MAX = 4096 };

struct made {
    uint8_t bytes[MADE_MAX];
    size_t len;
};

/* Between whom; IPV6: by that. */
struct made_ends {
    bool ipv6;
    ipv4 from, to;
    struct ipv6 from6, to6;
};

extern const struct made_ends made_v4; /* 10.0.0.1 to 10.0.0.2 */
extern const struct made_ends made_v6; /* fe80::1 to fe80::2 */

/* Adds at the end. */
void made_put(struct made *made, const void *bytes, size_t len);
/* Adds a name of DNS, "a.example", uncompressed. */
void made_name(struct made *made, const char *name);
/* Adds a number of 16 bits. */
void made_u16(struct made *made, unsigned value);

/* Put a header before all that is there. */
void made_front(struct made *made, const void *bytes, size_t len);
void made_udp(struct made *made, uint16_t from, uint16_t to, const struct made_ends *ends);
void made_tcp(struct made *made, uint16_t from, uint16_t to, const struct made_ends *ends);
void made_icmpv6(struct made *made, uint8_t type, uint8_t code, uint32_t rest,
                 const struct made_ends *ends);
void made_ip(struct made *made, uint8_t protocol, const struct made_ends *ends);
void made_ethernet(struct made *made, uint16_t ethertype);

/* All of it in Ethernet: FROM and TO are ports. */
void made_whole_udp(struct made *made, uint16_t from, uint16_t to);
void made_whole_tcp(struct made *made, uint16_t from, uint16_t to);

struct span made_span(const struct made *made);

#endif
