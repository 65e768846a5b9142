/*
 * pseudo_header.h - what UDP and TCP checksum besides themselves.
 *
 *   +--------+--------+--------+--------+
 *   |          source address           |
 *   +--------+--------+--------+--------+
 *   |        destination address        |
 *   +--------+--------+--------+--------+
 *   |  zero  |protocol|     length      |
 *   +--------+--------+--------+--------+
 *
 * RFC 768, Fields, and RFC 9293 3.1. Used inside this folder, and by who
 * looks whether a network card was left to finish a checksum (tools/lib).
 */
#ifndef RUNG_LAYERS_WIRE_PSEUDO_HEADER_H
#define RUNG_LAYERS_WIRE_PSEUDO_HEADER_H

#include "layers/wire/address.h"
#include "layers/wire/checksum.h"

/* Adds the pseudo-header of LENGTH bytes of PROTOCOL to an empty SUM. */
static inline void pseudo_header_add(struct checksum_sum *sum, ipv4 source,
                                     ipv4 destination, uint8_t protocol,
                                     size_t length)
{
    checksum_add_long(sum, source);
    checksum_add_long(sum, destination);
    checksum_add_word(sum, protocol);
    checksum_add_word(sum, (uint16_t)length);
}

#endif
