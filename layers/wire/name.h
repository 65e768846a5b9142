/*
 * name.h - what people call the numbers in headers.
 *
 * Each returns a constant string, or NULL for a number without a common
 * name: the caller then prints the number.
 */
#ifndef RUNG_LAYERS_WIRE_NAME_H
#define RUNG_LAYERS_WIRE_NAME_H

#include <stdint.h>

const char *ethertype_name(uint16_t ethertype);   /* "ARP" */
const char *ip_protocol_name(uint8_t protocol);   /* "UDP" */
const char *icmpv6_type_name(uint8_t type);       /* "neighbour solicitation" */
const char *icmpv6_unreachable_name(uint8_t code); /* "no route" */
const char *udp_service_name(uint16_t port);      /* "NTP" */
const char *icmp_type_name(uint8_t type);         /* "time exceeded" */
const char *icmp_code_name(uint8_t type, uint8_t code); /* "in transit" */
const char *icmp_error_name(uint8_t type, uint8_t code); /* "port unreachable" */
const char *ipv4_option_name(uint8_t type);       /* "record route" */
const char *tcp_option_name(uint8_t kind);        /* "mss" */

#endif
