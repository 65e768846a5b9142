/*
 * varint.h - numbers in as few bytes as they need, for what is kept by the
 * million.
 *
 *   1 x x x x x x x | 1 x x x x x x x | 0 x x x x x x x     lowest bits first
 *
 * Differences may be below 0: they are folded so that small ones to both
 * sides are short (0, -1, 1, -2, ... become 0, 1, 2, 3, ...).
 */
#ifndef RUNG_SIM_VARINT_H
#define RUNG_SIM_VARINT_H

#include "sim/base.h"

#define VARINT_MAX 10 /* bytes that a number takes at most */

static inline uint64_t varint_fold(uint64_t difference)
{
    return (difference << 1) ^ (uint64_t) - (int64_t)(difference >> 63);
}

static inline uint64_t varint_unfold(uint64_t value)
{
    return (value >> 1) ^ (uint64_t) - (int64_t)(value & 1);
}

/* Writes VALUE to OUT; returns what is behind it. */
static inline uint8_t *varint_put(uint8_t *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *out++ = (uint8_t)(value | 0x80);
    *out++ = (uint8_t)value;
    return out;
}

/* Reads back what varint_put wrote, which is not checked. */
static inline const uint8_t *varint_get(const uint8_t *in, uint64_t *value)
{
    unsigned shift = 0;

    *value = 0;
    for (; *in >= 0x80; shift += 7)
        *value |= (uint64_t)(*in++ & 0x7f) << shift;
    *value |= (uint64_t)*in++ << shift;
    return in;
}

#endif
