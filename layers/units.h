/*
 * units.h - numbers with their unit, exactly: "1.5s" is 1500000000 ns.
 *
 *   time      300ns 10us 20ms 1.5s 2min 1h
 *   size      1B 8kB (8000) 8KiB (8192) 1MB 1MiB 1GB 1GiB
 *   rate      9600bit 64kbit 10Mbit 1Gbit, a second; 10Mbit/s too
 *   chance    1% 0.01%, as parts per million
 *   queue     50 packets
 *   switch    on off true false yes no
 *
 * A space may stand before the unit. A number without its unit is refused:
 * `20 what? write 20ms`. No floating point: a fraction that is no whole
 * number of the smallest unit (0.3ns) is refused too, never rounded.
 *
 * Used by the commands of a script, lab files, --set and the options of
 * `rung`, so that a value is written the same way everywhere. Pure functions.
 * What lab files need beyond this (prefixes, seeds) is in
 * tools/lib/lab_values.h.
 *
 * Each function returns whether TEXT, all of it, is such a value; if not, it
 * writes a sentence (lower case, no full stop, what to write instead) to WHY
 * and leaves the result alone.
 */
#ifndef RUNG_LAYERS_UNITS_H
#define RUNG_LAYERS_UNITS_H

#include "layers/config.h"
#include "sim/base.h"
#include "sim/vtime.h"

#define UNIT_WHY_SIZE 200  /* enough for any sentence */
#define UNIT_SHOWN "%.40s" /* as much of a wrong value as a sentence repeats */

/* Whether NAME is a unit of KIND, or what people write for one ("sec"): where
 * a value may be of either kind, the one whose sentence fits. */
enum unit_kind { UNIT_OF_TIME, UNIT_OF_SIZE, UNIT_OF_RATE, UNIT_OF_CHANCE, UNIT_OF_PACKETS };
bool unit_is_known(const char *name, enum unit_kind kind);

/* Writes the extended regular expression that values of KIND, and only texts
 * that look like one, match. Returns as snprintf does. */
size_t unit_format_pattern(enum unit_kind kind, char *out, size_t size);

/* 0 to VTIME_MAX, in ns. */
bool unit_parse_time(const char *text, vtime *time, char *why, size_t size);

/* 0 to 2^53, in bytes. */
bool unit_parse_size(const char *text, int64_t *bytes, char *why, size_t size);

/* 1 bit/s to 1 Tbit/s. */
bool unit_parse_rate(const char *text, int64_t *bits, char *why, size_t size);

/* 0% to 100%, in parts per million. */
bool unit_parse_chance(const char *text, int64_t *ppm, char *why, size_t size);

/* "50 packets". */
bool unit_parse_packets(const char *text, int64_t *packets, char *why, size_t size);

/* A plain integer from MIN to MAX. */
bool unit_parse_count(const char *text, int64_t min, int64_t max, int64_t *count, char *why,
                      size_t size);

/* 1 or 0. */
bool unit_parse_switch(const char *text, int64_t *on, char *why, size_t size);

/* A value of KEY, with the unit and within the limits that KEY names, or one
 * of its words. Where there are none and the least is 0, a time, size or count
 * may also be "off". */
bool unit_parse_setting(const struct config_key *key, const char *text, int64_t *value, char *why,
                        size_t size);

/* Write the shortest exact form: "1500ms", "8kB". Return as snprintf does. */
size_t unit_format_time(vtime time, char *out, size_t size);
size_t unit_format_size(int64_t bytes, char *out, size_t size);

/* For parsers beside these: writes the sentence to WHY and returns false. */
bool unit_refuse(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* VALUE as a value of KEY is written: choices and words by name, switches on or
 * off. A limit is written as a number, even where a word means the same. */
size_t unit_format_setting(const struct config_key *key, int64_t value, char *out, size_t size);
size_t unit_format_limit(const struct config_key *key, int64_t value, char *out, size_t size);

/* The words of KEY, to stand behind a range: " or off", ", auto or off"; or "". */
size_t unit_format_words(const struct config_key *key, char *out, size_t size);

#endif
