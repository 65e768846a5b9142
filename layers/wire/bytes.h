/*
 * bytes.h - numbers as they travel: the high byte first (RFC 791, appendix B).
 *
 * The only place that knows of byte order. Every parser and emitter reads and
 * writes through these four, a byte at a time, so that nothing depends on the
 * machine's own order or on alignment. The caller answers for the length.
 */
#ifndef RUNG_LAYERS_WIRE_BYTES_H
#define RUNG_LAYERS_WIRE_BYTES_H

#include <stdint.h>

/* The 16-bit number whose two bytes start at AT. */
static inline uint16_t get_be16(const uint8_t *at)
{
    return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

/* The 32-bit number whose four bytes start at AT. */
static inline uint32_t get_be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

/* Writes two bytes at AT. */
static inline void put_be16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Writes four bytes at AT. */
static inline void put_be32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

#endif
