/*
 * fcs.h - the frame check sequence at the end of an Ethernet frame.
 *
 *   destination | source | type | data, padded | FCS
 *   <------------- covered -------------------->
 *
 * CRC-32 of IEEE 802.3, which no RFC repeats: polynomial 04c11db7, bits low
 * first, started with and finished by all ones; its four bytes travel low
 * byte first, unlike every other number in this folder. It finds every burst
 * of up to 32 flipped bits, so also what the Internet checksum lets pass: two
 * swapped words. Links call it.
 */
#ifndef RUNG_LAYERS_WIRE_FCS_H
#define RUNG_LAYERS_WIRE_FCS_H

#include "sim/base.h"

#define FCS_LEN 4

/* The FCS of a frame without one: destination to the end of the padding. */
uint32_t fcs(struct span frame);

/* Writes the four bytes of VALUE at OUT as they travel. */
void fcs_put(uint32_t value, uint8_t *out);

/* FRAME ends with its own right FCS. False if it has no room for one. */
bool fcs_ok(struct span frame);

#endif
