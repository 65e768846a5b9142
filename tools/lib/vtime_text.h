/*
 * vtime_text.h - virtual time as people read it.
 *
 *   scale    one unit for a whole run, so that a column of times lines up
 *            at the decimal point:    0.000 ms
 *                                    20.058 ms
 *   plain    a moment by itself:      "20.058 ms", "1.19 s"
 *   length   a span of time by itself, three digits: "59.8 s", "1.23 ms"
 *
 * Called by whatever shows a run. Reading times that a person wrote is
 * tools/lib's units. All results are ASCII: "us", not a micro sign, since it
 * is also what a lab file takes.
 */
#ifndef RUNG_TOOLS_VTIME_TEXT_H
#define RUNG_TOOLS_VTIME_TEXT_H

#include "sim/base.h"
#include "sim/vtime.h"

#define VTIME_TEXT_SIZE 40 /* enough for any time, with its end */

struct vtime_scale {
    vtime unit;       /* NS, US, MS or SECONDS */
    int decimals;     /* that are shown */
    const char *name; /* "ms" */
};

/* The scale in which every time from 0 to LAST is readable. */
struct vtime_scale vtime_scale_for(vtime last);

/* Writes TIME, at least 0, rounded to SCALE: "20.058 ms". Returns the length
 * it would have had, as snprintf does. */
size_t vtime_format(struct vtime_scale scale, vtime time, char *out, size_t size);

/* Writes TIME, at least 0, in the unit that suits it, to the nanosecond below a
 * second and without zeros at the end: "20.058 ms", "1.19 s", "0 s". */
size_t vtime_format_plain(vtime time, char *out, size_t size);

/* Writes a LENGTH of time, at least 0, in the unit that suits it, three
 * digits and no zeros at the end: "59.8 s", "20 ms", "3 h". */
size_t vtime_format_length(vtime length, char *out, size_t size);

#endif
