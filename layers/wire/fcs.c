#include "layers/wire/fcs.h"

#include <string.h>

/*
 * A CRC is linear: the entry of a byte is the sum (exclusive or) of the
 * entries of its bits. So eight numbers make a table of 256 while compiling,
 * and no table is filled at run time, which would be a mutable static.
 * Slice k holds what a byte does when k more bytes follow it.
 */
#define BIT(i, n, value) ((i) >> (n) & 1u ? (value) : 0u)
#define ENTRY(i, b0, b1, b2, b3, b4, b5, b6, b7)                  \
    (BIT(i, 0, b0) ^ BIT(i, 1, b1) ^ BIT(i, 2, b2) ^ BIT(i, 3, b3) ^ \
     BIT(i, 4, b4) ^ BIT(i, 5, b5) ^ BIT(i, 6, b6) ^ BIT(i, 7, b7))
#define ENTRIES_4(i, ...)                                  \
    ENTRY((i), __VA_ARGS__), ENTRY((i) + 1u, __VA_ARGS__), \
    ENTRY((i) + 2u, __VA_ARGS__), ENTRY((i) + 3u, __VA_ARGS__)
#define ENTRIES_16(i, ...)                                         \
    ENTRIES_4((i), __VA_ARGS__), ENTRIES_4((i) + 4u, __VA_ARGS__), \
    ENTRIES_4((i) + 8u, __VA_ARGS__), ENTRIES_4((i) + 12u, __VA_ARGS__)
#define ENTRIES_64(i, ...)                                            \
    ENTRIES_16((i), __VA_ARGS__), ENTRIES_16((i) + 16u, __VA_ARGS__), \
    ENTRIES_16((i) + 32u, __VA_ARGS__), ENTRIES_16((i) + 48u, __VA_ARGS__)
#define SLICE(...)                                                  \
    { ENTRIES_64(0u, __VA_ARGS__), ENTRIES_64(64u, __VA_ARGS__),    \
      ENTRIES_64(128u, __VA_ARGS__), ENTRIES_64(192u, __VA_ARGS__) }

/* The last number of the first row is the polynomial, its bits reversed. */
static const uint32_t slices[8][256] = {
    SLICE(0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832,
          0x1db71064, 0x3b6e20c8, 0x76dc4190, 0xedb88320),
    SLICE(0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08,
          0x4ac21251, 0x958424a2, 0xf0794f05, 0x3b83984b),
    SLICE(0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8,
          0x1c26a370, 0x384d46e0, 0x709a8dc0, 0xe1351b80),
    SLICE(0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef,
          0x5019579f, 0xa032af3e, 0x9b14583d, 0xed59b63b),
    SLICE(0x3d6029b0, 0x7ac05360, 0xf580a6c0, 0x30704bc1,
          0x60e09782, 0xc1c12f04, 0x58f35849, 0xb1e6b092),
    SLICE(0xcb5cd3a5, 0x4dc8a10b, 0x9b914216, 0xec53826d,
          0x03d6029b, 0x07ac0536, 0x0f580a6c, 0x1eb014d8),
    SLICE(0xa6770bb4, 0x979f1129, 0xf44f2413, 0x33ef4e67,
          0x67de9cce, 0xcfbd399c, 0x440b7579, 0x8816eaf2),
    SLICE(0xccaa009e, 0x4225077d, 0x844a0efa, 0xd3e51bb5,
          0x7cbb312b, 0xf9766256, 0x299dc2ed, 0x533b85da),
};

static uint32_t load_le32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static uint32_t step_8(uint32_t crc, const uint8_t *at)
{
    uint32_t first = crc ^ load_le32(at);
    uint32_t second = load_le32(at + 4);

    return slices[7][first & 0xff] ^ slices[6][first >> 8 & 0xff] ^
           slices[5][first >> 16 & 0xff] ^ slices[4][first >> 24] ^
           slices[3][second & 0xff] ^ slices[2][second >> 8 & 0xff] ^
           slices[1][second >> 16 & 0xff] ^ slices[0][second >> 24];
}

uint32_t fcs(struct span frame)
{
    const uint8_t *at = frame.at;
    size_t len = frame.len;
    uint32_t crc = 0xffffffff;

    for (; len >= 8; at += 8, len -= 8)
        crc = step_8(crc, at);
    for (; len > 0; at++, len--)
        crc = crc >> 8 ^ slices[0][(crc ^ *at) & 0xff];
    return ~crc;
}

void fcs_put(uint32_t value, uint8_t *out)
{
    out[0] = (uint8_t)value;
    out[1] = (uint8_t)(value >> 8);
    out[2] = (uint8_t)(value >> 16);
    out[3] = (uint8_t)(value >> 24);
}

bool fcs_ok(struct span frame)
{
    struct span covered;

    if (frame.len < FCS_LEN)
        return false;
    covered = (struct span){ frame.at, frame.len - FCS_LEN };
    return fcs(covered) == load_le32(frame.at + covered.len);
}
