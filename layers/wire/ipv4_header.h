/*
 * ipv4_header.h - the Internet header (RFC 791 3.1).
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+-------+---------------+-------------------------------+
 *   |Version|  IHL  |Type of Service|          Total Length         |
 *   +-------+-------+---------------+-----+-------------------------+
 *   |         Identification        |Flags|      Fragment Offset    |
 *   +---------------+---------------+-----+-------------------------+
 *   |  Time to Live |    Protocol   |         Header Checksum       |
 *   +---------------+---------------+-------------------------------+
 *   |                       Source Address                          |
 *   +---------------------------------------------------------------+
 *   |                    Destination Address                        |
 *   +-----------------------------------------------+---------------+
 *   |                    Options                    |    Padding    |
 *   +-----------------------------------------------+---------------+
 *
 * Version and IHL are not in the struct: the one is 4, the other follows
 * from the options. The fragment offset is in bytes, a multiple of 8. The
 * options are a window into the bytes that were parsed, or, to be emitted,
 * into the caller's; read them with ipv4_option.h. IP, ICMP (for quoted
 * headers), routers and the dissector call these.
 */
#ifndef RUNG_LAYERS_WIRE_IPV4_HEADER_H
#define RUNG_LAYERS_WIRE_IPV4_HEADER_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define IPV4_HEADER_MIN 20
#define IPV4_HEADER_MAX 60
#define IPV4_OPTIONS_MAX 40
#define IPV4_DATAGRAM_MAX 65535
#define IPV4_CHECKSUM_AT 10 /* offset of the checksum, for checksum_update */
#define IPV4_TTL_AT 8       /* offset of the word of TTL and protocol */

#define IP_PROTOCOL_ICMP 1
#define IP_PROTOCOL_IGMP 2
#define IP_PROTOCOL_TCP 6
#define IP_PROTOCOL_UDP 17

#define IPV4_ECN_MASK 0x03 /* of tos, RFC 3168 5 */
#define IPV4_ECN_ECT1 0x01
#define IPV4_ECN_ECT0 0x02
#define IPV4_ECN_CE 0x03

struct ipv4_header {
    uint8_t tos;
    uint16_t total_length;
    uint16_t identification;
    bool reserved_flag; /* must be zero; kept as it came */
    bool dont_fragment;
    bool more_fragments;
    uint16_t fragment_offset; /* bytes, a multiple of 8 */
    uint8_t ttl;
    uint8_t protocol;
    uint16_t checksum; /* as received; emit computes its own */
    ipv4 source;
    ipv4 destination;
    struct span options; /* with their padding when parsed */
};

/*
 * RULE_NONE or, in the order of RFC 1812 5.2.2 as far as it can be kept,
 * IP_TRUNCATED, IP_BAD_HEADER_LENGTH, IP_HEADER_CUT, IP_BAD_CHECKSUM,
 * IP_BAD_VERSION, IP_BAD_TOTAL_LENGTH, IP_DATAGRAM_CUT. Where 20 bytes are
 * there, H is filled even if refused, so that a refusal can be shown.
 * PAYLOAD ends where the total length says, or where IN ends; it is empty
 * after IP_TRUNCATED, IP_BAD_HEADER_LENGTH and IP_HEADER_CUT.
 */
rule_id ipv4_header_parse(struct ipv4_header *h, struct span in, struct span *payload);

/* Bytes that the header takes with its options, padded to 32 bits. */
size_t ipv4_header_length(const struct ipv4_header *h);

/*
 * Writes ipv4_header_length(h) bytes at OUT, with a right checksum, and
 * returns how many. total_length is the caller's; at most 40 option bytes.
 */
size_t ipv4_header_emit(const struct ipv4_header *h, uint8_t *out);

/* It is a piece of a datagram, the first, a middle or the last one. */
static inline bool ipv4_header_is_fragment(const struct ipv4_header *h)
{
    return h->more_fragments || h->fragment_offset > 0;
}

#endif
