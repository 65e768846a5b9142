#include "layers/tcp/cc_curve.h"

/* 128 bits, which C11 has no name for; gcc and clang have them. */
typedef unsigned wide __attribute__((mode(TI)));

/* (10^6)^3 us^3 are a second cubed, and the slope is in thousandths. 2^21 goes
 * into this without a rest, so that fine bytes are exact as well. */
#define CURVE_UNIT ((wide)1000 * 1000000 * 1000000 * 1000000)

static wide cube(uint64_t x) { return (wide)x * x * x; }

int64_t curve_rise(uint64_t slope, int64_t t)
{
    uint64_t size = t < 0 ? 0 - (uint64_t)t : (uint64_t)t;
    wide rise;

    if (size > CURVE_TIME_MAX)
        size = CURVE_TIME_MAX;
    /* 2^31 * 2^96 fits into 128 bits. */
    rise = slope * cube(size) / (CURVE_UNIT >> FINE_BITS);
    if (rise > FINE_MAX)
        rise = FINE_MAX;
    return t < 0 ? -(int64_t)rise : (int64_t)rise;
}

/* The cube root, bit by bit from above: a bit stays if the cube of what it
 * makes is not too large. */
int64_t curve_time(uint64_t slope, uint32_t bytes)
{
    wide limit = bytes * CURVE_UNIT / slope;
    uint64_t root = 0;

    for (uint64_t bit = CURVE_TIME_MAX; bit > 0; bit >>= 1)
        if (cube(root | bit) <= limit && (root | bit) <= CURVE_TIME_MAX)
            root |= bit;
    return (int64_t)root;
}

uint64_t mul_div(uint64_t a, uint64_t b, uint64_t c)
{
    wide result = ((wide)a * b + c / 2) / c;

    return result > UINT64_MAX ? UINT64_MAX : (uint64_t)result;
}
