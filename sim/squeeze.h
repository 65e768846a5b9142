/*
 * squeeze.h - a page of memory written small, beside a model.
 *
 *   fresh, 4 bits | near, 1 bit | again, 3 bits      how many bytes of each
 *   fresh - 15, again - 7                            where there are more
 *   the fresh bytes
 *   how far back, 16 bits                            unless as far as before
 *
 * Most of a world's memory is buffers and packets, full of zeros, of text that
 * repeats itself, and of headers that resemble each other: what stood a little
 * earlier in the same page is only pointed to. And much of a page is as it was
 * at another time: that is its MODEL, which lies in front of it and can be
 * pointed to as well. What did not change lies just a page back, again and
 * again, which takes one bit to say. Numbers are in host order: what is
 * squeezed never leaves the process.
 */
#ifndef RUNG_SIM_SQUEEZE_H
#define RUNG_SIM_SQUEEZE_H

#include "sim/base.h"

#define SQUEEZE_MAX 4096 /* bytes of a page at most */

/* A page, and in front of it its model; zeros, where it has none. */
struct squeeze_room {
    uint8_t model[SQUEEZE_MAX];
    uint8_t page[SQUEEZE_MAX];
};

/* Writes the first LEN bytes of ROOM's page small to OUT, which has room for as
 * many; returns how many it took, or 0: it would not get smaller. */
size_t squeeze(const struct squeeze_room *room, size_t len, uint8_t *out);

/* Reads back what squeeze wrote, IN, into ROOM's page, beside the same model. */
void unsqueeze(struct span in, struct squeeze_room *room);

#endif
