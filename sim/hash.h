/*
 * hash.h - 64-bit mixing: for keyed luck, the trace's running hash, tables.
 *
 * Not cryptographic. hash_mix is the finaliser of splitmix64: every bit of
 * the input moves about half the bits of the output.
 */
#ifndef RUNG_SIM_HASH_H
#define RUNG_SIM_HASH_H

#include "sim/base.h"

static inline uint64_t hash_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Order matters: hash_add(hash_add(h, a), b) differs from b before a. */
static inline uint64_t hash_add(uint64_t hash, uint64_t value)
{
    return hash_mix(hash ^ hash_mix(value));
}

/* Hash of LEN bytes, continuing HASH. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len);

#endif
