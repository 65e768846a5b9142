/*
 * squeeze.h - a page of memory written small.
 *
 *   run of new bytes:       0 | count, 15 bits     the bytes
 *   what stood before:      1 | length, 15 bits    how far back, 16 bits
 *
 * Most of a world's memory is buffers and packets, full of zeros, of text that
 * repeats itself, and of headers that resemble each other: what stood a little
 * earlier in the same page is only pointed to. Numbers are in host order: what
 * is squeezed never leaves the process.
 */
#ifndef RUNG_SIM_SQUEEZE_H
#define RUNG_SIM_SQUEEZE_H

#include "sim/base.h"

#define SQUEEZE_MAX 4096 /* bytes of a page at most */

/* Writes BYTES (at most SQUEEZE_MAX) small to OUT, which has room for as many;
 * returns how many it took, or 0: it would not get smaller. */
size_t squeeze(struct span bytes, uint8_t *out);

/* Reads back what squeeze wrote, IN, into OUT. */
void unsqueeze(struct span in, uint8_t *out);

#endif
