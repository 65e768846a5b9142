/*
 * checksum.h - the Internet checksum (RFC 1071) and its repair (RFC 1624).
 *
 * The ones' complement of the ones' complement sum of all 16-bit words; an
 * odd last byte is padded with zero on its right. IPv4, ICMP, UDP and TCP
 * use it. What comes in pieces (a pseudo-header, then data) is added to a
 * checksum_sum piece by piece, without copying:
 *
 *   struct checksum_sum sum = { 0 };
 *   checksum_add_word(&sum, length);
 *   checksum_add(&sum, data);           may start at an odd offset
 *   uint16_t checksum = checksum_fold(&sum);
 *
 * Data that carries its own right checksum has checksum() == 0.
 */
#ifndef RUNG_LAYERS_WIRE_CHECKSUM_H
#define RUNG_LAYERS_WIRE_CHECKSUM_H

#include "sim/base.h"

struct checksum_sum {
    uint64_t sum; /* in the machine's own byte order, carries not yet folded */
    bool odd;     /* the next byte is the right half of a word */
};

/* The checksum of BYTES; of none, ffff. RFC 1071 1. */
uint16_t checksum(struct span bytes);

/* Adds BYTES, after what was added before, however many bytes that was. */
void checksum_add(struct checksum_sum *sum, struct span bytes);

/* Adds a 16-bit or 32-bit number as it would stand on the wire. */
void checksum_add_word(struct checksum_sum *sum, uint16_t word);
void checksum_add_long(struct checksum_sum *sum, uint32_t value);

/* The checksum of all that was added. SUM may be added to further. */
uint16_t checksum_fold(const struct checksum_sum *sum);

/*
 * The checksum after one 16-bit word that it covers changed from OLD_WORD to
 * NEW_WORD: RFC 1624 3, equation 3. Equal to a fresh computation, also where
 * RFC 1141 gave ffff for 0, as long as some covered word is not zero.
 */
uint16_t checksum_update(uint16_t old_checksum, uint16_t old_word, uint16_t new_word);

#endif
