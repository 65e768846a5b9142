/*
 * ipv6_header.h - the header of IPv6, and those that may stand behind it.
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+---------------+---------------------------------------+
 *   |Version| Traffic Class |              Flow Label               |
 *   +-------+-------+-------+-------+---------------+---------------+
 *   |         Payload Length        |  Next Header  |   Hop Limit   |
 *   +-------------------------------+---------------+---------------+
 *   |                  Source Address (16 bytes)                    |
 *   |               Destination Address (16 bytes)                  |
 *   +---------------------------------------------------------------+
 *
 * Next Header says what follows: TCP, UDP, ICMPv6, or an extension header,
 * which begins with a Next Header of its own. Nothing in Rung speaks IPv6:
 * this is for looking at captures.
 */
#ifndef RUNG_LAYERS_WIRE_IPV6_HEADER_H
#define RUNG_LAYERS_WIRE_IPV6_HEADER_H

#include "layers/rule.h"
#include "sim/base.h"

#define IPV6_HEADER_LEN 40
#define IPV6_EXTENSION_MIN 8
#define IPV6_LEN 16
#define IPV6_TEXT_SIZE 46 /* "0000:...:255.255.255.255" and its end */

#define IPV6_HOP_BY_HOP 0
#define IPV6_ROUTING 43
#define IPV6_FRAGMENT 44
#define IP_PROTOCOL_AH 51
#define IP_PROTOCOL_ICMPV6 58
#define IPV6_NOTHING 59 /* no next header */
#define IPV6_DESTINATION 60

struct ipv6 {
    uint8_t at[IPV6_LEN];
};

struct ipv6_header {
    uint8_t traffic_class;
    uint32_t flow_label;     /* 20 bits */
    uint16_t payload_length; /* bytes behind this header */
    uint8_t next_header;
    uint8_t hop_limit;
    struct ipv6 source;
    struct ipv6 destination;
};

/* What stands between the header and what it carries. */
struct ipv6_extension {
    uint8_t next_header;
    uint8_t kind;             /* the Next Header that announced it */
    bool more_fragments;      /* these three of a fragment header only */
    uint16_t fragment_offset; /* bytes, a multiple of 8 */
    uint32_t identification;
};

/*
 * RULE_NONE, IPV6_TRUNCATED, IPV6_BAD_VERSION or IPV6_CUT. H is filled where 40
 * bytes are there. PAYLOAD ends where the length says or where IN ends; a
 * length of 0 (a jumbo packet, or one that its sender's card was to cut up)
 * lets it reach to the end of IN. Empty after the first two refusals.
 */
rule_id ipv6_header_parse(struct ipv6_header *h, struct span in, struct span *payload);

/* Writes IPV6_HEADER_LEN bytes at OUT and returns how many. */
size_t ipv6_header_emit(const struct ipv6_header *h, uint8_t *out);

/* KIND announces an extension header: one that names what follows it. */
bool ipv6_is_extension(uint8_t kind);

/* Reads an extension header of KIND. RULE_NONE or IPV6_EXTENSION_CUT, after which
 * PAYLOAD is empty. */
rule_id ipv6_extension_parse(struct ipv6_extension *extension, uint8_t kind, struct span in,
                             struct span *payload);

/* All ones in front: for several hosts. */
bool ipv6_is_multicast(const struct ipv6 *address);

/*
 * Writes an address in its canonical text form, RFC 5952: lower case, no leading zeros,
 * the longest run of zero groups (the first of several, at least two) as "::",
 * an IPv4 address inside in decimal. Always terminated; returns the length it
 * would have had.
 */
size_t ipv6_format(const struct ipv6 *address, char *out, size_t size);

/* The checksum of MESSAGE, sent as PROTOCOL between these two, is right. */
bool ipv6_checksum_ok(const struct ipv6_header *h, uint8_t protocol, struct span message);

#endif
