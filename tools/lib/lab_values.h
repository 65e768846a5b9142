/*
 * lab_values.h - the values that only lab files have: seeds and addresses.
 *
 * Numbers with a unit are in layers/units.h, whose contract holds here too:
 * true if TEXT, all of it, is such a value; if not, a sentence in WHY (of
 * UNIT_WHY_SIZE) says what to write instead and the result is left alone.
 */
#ifndef RUNG_TOOLS_LAB_VALUES_H
#define RUNG_TOOLS_LAB_VALUES_H

#include "layers/wire/address.h"
#include "sim/base.h"

/* Any 64-bit seed: 0 to 2^64 - 1. */
bool lab_parse_seed(const char *text, uint64_t *seed, char *why, size_t size);

/* "10.0.0.1/24", LEN_MIN to 32 bits. */
bool lab_parse_prefix(const char *text, int len_min, ipv4 *address, int *prefix_len, char *why,
                      size_t size);
bool lab_parse_address(const char *text, ipv4 *address, char *why, size_t size);
bool lab_parse_mac(const char *text, struct mac *mac, char *why, size_t size);

#endif
