/*
 * luck.h - randomness that is keyed, not streamed.
 *
 * A draw is a hash of (seed, which wire and direction, which rule, which
 * frame). There is no generator whose state one more draw would shift: drop
 * one packet or change one probability, and the luck of all others stays.
 * Probabilities are integers per million. No floating point.
 */
#ifndef RUNG_SIM_LUCK_H
#define RUNG_SIM_LUCK_H

#include "sim/hash.h"

#define PPM 1000000

struct luck {
    uint64_t seed;  /* the world's */
    uint32_t place; /* link and direction */
    uint32_t rule;  /* which die of that place is thrown */
};

/* 64 even bits for the frame with identity WHO. */
static inline uint64_t luck_draw(struct luck luck, uint64_t who)
{
    uint64_t key = hash_add(luck.seed, ((uint64_t)luck.place << 32) | luck.rule);

    return hash_add(key, who);
}

/* True with a chance of PPM_CHANCE in a million. */
static inline bool luck_strikes(struct luck luck, uint64_t who, uint32_t ppm_chance)
{
    return ppm_chance > 0 && luck_draw(luck, who) % PPM < ppm_chance;
}

/* An even draw from 0 to LIMIT - 1; 0 when LIMIT is 0. */
static inline uint64_t luck_below(struct luck luck, uint64_t who, uint64_t limit)
{
    return limit == 0 ? 0 : luck_draw(luck, who) % limit;
}

#endif
