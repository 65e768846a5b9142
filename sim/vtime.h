/*
 * vtime.h - virtual time: nanoseconds since the world began.
 *
 * The only clock of a world. 2^63 ns are 292 years, so no sum of two sane
 * times overflows; what comes from a file is checked against VTIME_MAX.
 */
#ifndef RUNG_SIM_VTIME_H
#define RUNG_SIM_VTIME_H

#include <stdint.h>

typedef int64_t vtime;

#define NS ((vtime)1)
#define US (1000 * NS)
#define MS (1000 * US)
#define SECONDS (1000 * MS)
#define MINUTES (60 * SECONDS)
#define HOURS (60 * MINUTES)

#define VTIME_NEVER INT64_MAX
#define VTIME_MAX (INT64_MAX / 4) /* the largest time that a lab may name */

#endif
