#include "sim/hash.h"

#include <string.h>

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    while (len >= 8) {
        uint64_t word;

        memcpy(&word, at, sizeof(word));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        at += 8;
        len -= 8;
    }
    for (; len > 0; at++, len--)
        hash = (hash ^ *at) * 0x100000001b3u;
    return hash_mix(hash);
}
