/*
 * icmp_message.h - ICMP (RFC 792): eight bytes, then data.
 *
 *    0               1               2               3
 *   +---------------+---------------+-------------------------------+
 *   |     Type      |     Code      |          Checksum             |
 *   +---------------+---------------+-------------------------------+
 *   |                             rest                              |
 *   +---------------------------------------------------------------+
 *   | data: echo's own, or IP header + 64 bits of the culprit       |
 *
 *   rest:  identifier 16 | sequence 16        echo, timestamp, mask
 *          zero 16       | next-hop MTU 16    type 3 code 4, RFC 1191 4
 *          pointer 8     | zero 24            parameter problem
 *          gateway address 32                 redirect
 *
 * The second word stays one number in the struct, with one accessor a
 * meaning, so that no message can hold two truths. The checksum covers the
 * data too and has its own function, as data may be cut off in a quotation
 * or a capture.
 */
#ifndef RUNG_LAYERS_WIRE_ICMP_MESSAGE_H
#define RUNG_LAYERS_WIRE_ICMP_MESSAGE_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define ICMP_HEADER_LEN 8
#define ICMP_CHECKSUM_AT 2
#define ICMP_QUOTED_DATA_MIN 8 /* of the culprit behind its IP header */

enum icmp_type {
    ICMP_ECHO_REPLY = 0,
    ICMP_UNREACHABLE = 3,
    ICMP_SOURCE_QUENCH = 4,
    ICMP_REDIRECT = 5,
    ICMP_ECHO_REQUEST = 8,
    ICMP_ROUTER_ADVERTISEMENT = 9,
    ICMP_ROUTER_SOLICITATION = 10,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
    ICMP_TIMESTAMP_REQUEST = 13,
    ICMP_TIMESTAMP_REPLY = 14,
    ICMP_INFORMATION_REQUEST = 15,
    ICMP_INFORMATION_REPLY = 16,
    ICMP_MASK_REQUEST = 17,
    ICMP_MASK_REPLY = 18,
};

/* Of ICMPv6, whose messages have the same shape and another checksum. */
enum icmpv6_type {
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_TOO_BIG = 2,
    ICMPV6_TIME_EXCEEDED = 3,
    ICMPV6_PARAMETER_PROBLEM = 4,
    ICMPV6_FIRST_INFORMATION = 128, /* below: errors */
    ICMPV6_ECHO_REQUEST = 128,
    ICMPV6_ECHO_REPLY = 129,
    ICMPV6_ROUTER_SOLICITATION = 133,
    ICMPV6_ROUTER_ADVERTISEMENT = 134,
    ICMPV6_NEIGHBOUR_SOLICITATION = 135,
    ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136,
};

enum icmp_unreachable_code {
    ICMP_UNREACHABLE_NET = 0,
    ICMP_UNREACHABLE_HOST = 1,
    ICMP_UNREACHABLE_PROTOCOL = 2,
    ICMP_UNREACHABLE_PORT = 3,
    ICMP_UNREACHABLE_FRAGMENTATION_NEEDED = 4,
    ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED = 5,
    ICMP_UNREACHABLE_NET_UNKNOWN = 6, /* 6 to 12: RFC 1122 3.2.2.1 */
    ICMP_UNREACHABLE_HOST_UNKNOWN = 7,
    ICMP_UNREACHABLE_NET_PROHIBITED = 9,
    ICMP_UNREACHABLE_HOST_PROHIBITED = 10,
    ICMP_UNREACHABLE_ADMIN_PROHIBITED = 13, /* RFC 1812 5.2.7.1 */
};

enum icmp_time_exceeded_code {
    ICMP_EXCEEDED_IN_TRANSIT = 0,
    ICMP_EXCEEDED_REASSEMBLY = 1,
};

enum icmp_parameter_problem_code {
    ICMP_PARAMETER_AT_POINTER = 0,
    ICMP_PARAMETER_OPTION_MISSING = 1,
};

struct icmp_message {
    uint8_t type;
    uint8_t code;
    uint16_t checksum;
    uint32_t rest; /* see the picture */
};

/* RULE_NONE or ICMP_TRUNCATED. The checksum is not looked at. */
rule_id icmp_message_parse(struct icmp_message *m, struct span in, struct span *payload);

/* Writes ICMP_HEADER_LEN bytes at OUT, checksum as in M; returns how many. */
size_t icmp_message_emit(const struct icmp_message *m, uint8_t *out);

/* The right checksum of MESSAGE, whatever stands in its checksum field. */
uint16_t icmp_checksum(struct span message);

/* MESSAGE, header and all data, carries its right checksum. */
bool icmp_checksum_ok(struct span message);

/* An error message: never answered by another one (RFC 1122 3.2.2). */
bool icmp_type_is_error(uint8_t type);

/* An echo, or one of its kin: it has an identifier and a sequence number. */
bool icmp_type_has_identifier(uint8_t type);

/* Type and code in one number, as {a:icmp} prints them in sentences. */
static inline uint16_t icmp_type_and_code(uint8_t type, uint8_t code)
{
    return (uint16_t)(type << 8 | code);
}

/* The parts of rest. */
static inline uint16_t icmp_identifier(const struct icmp_message *m)
{
    return (uint16_t)(m->rest >> 16);
}
static inline uint16_t icmp_sequence(const struct icmp_message *m)
{
    return (uint16_t)m->rest;
}
static inline uint16_t icmp_next_hop_mtu(const struct icmp_message *m)
{
    return (uint16_t)m->rest;
}
static inline uint8_t icmp_pointer(const struct icmp_message *m)
{
    return (uint8_t)(m->rest >> 24);
}
static inline ipv4 icmp_gateway(const struct icmp_message *m)
{
    return m->rest;
}

/* A rest to be put into a message: for echo, and for parameter problem. */
static inline uint32_t icmp_rest_echo(uint16_t identifier, uint16_t sequence)
{
    return (uint32_t)identifier << 16 | sequence;
}
static inline uint32_t icmp_rest_pointer(uint8_t pointer)
{
    return (uint32_t)pointer << 24;
}

#endif
