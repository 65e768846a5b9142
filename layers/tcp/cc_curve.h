/*
 * cc_curve.h - CUBIC's curve, C * t^3, and its inverse (RFC 9438 4.2).
 *
 * Integers only: floating point may round differently on another machine, and
 * a run must not. Times are us; windows are bytes, and where a fraction of one
 * matters, 65536ths of a byte ("fine"). The RFC's C, in segments per second
 * cubed, comes as a slope: C in thousandths, times SMSS.
 */
#ifndef RUNG_LAYERS_TCP_CC_CURVE_H
#define RUNG_LAYERS_TCP_CC_CURVE_H

#include <stdint.h>

#define CURVE_TIME_MAX (INT64_C(1) << 32) /* us; longer ones count as this: 71 minutes */

#define FINE_BITS 16
#define FINE_MAX (INT64_C(1) << 60) /* far beyond any window */

/* SLOPE / 1000 * (T / 10^6)^3 in 65536ths of a byte, of T's sign; rounded
 * toward zero, at most FINE_MAX. SLOPE is below 2^31. */
int64_t curve_rise(uint64_t slope, int64_t t);

/* The time in which the curve rises by BYTES: the longest T, at most
 * CURVE_TIME_MAX, in which it rises by no more. SLOPE is not 0. */
int64_t curve_time(uint64_t slope, uint32_t bytes);

/* A * B / C to the nearest (small steps are added up by the million, and what
 * is cut off would add up too); UINT64_MAX if it does not fit. C is not 0. */
uint64_t mul_div(uint64_t a, uint64_t b, uint64_t c);

#endif
