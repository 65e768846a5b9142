/*
 * answer.h - one value, as a person types it and reads it.
 *
 *   number  1460  1,460  0x5b4  -1         time   20ms  1.5 s
 *   size    8kB  1460 B  1460              state  CLOSE-WAIT  close_wait  SYN-RCVD
 *   address 10.0.0.1   MAC 02:00:00:00:00:01   truth  yes  no
 *   flags   0x12  18   type  0x0800  2048
 *
 * What is written differently but means the same is the same. A time is right
 * as the ladder shows it: to half a microsecond, or to one part in a thousand;
 * or rounded as it is written, 80ms for 80.102 ms.
 */
#ifndef RUNG_TOOLS_ANSWER_H
#define RUNG_TOOLS_ANSWER_H

#include "tools/lib/value.h"

#define ANSWER_TEXT_SIZE 64

/* Reads TEXT as a value of TYPE. False: WHY says what to write instead, so
 * that nobody loses points by a slip of the fingers. */
bool answer_read(enum value_type type, const char *text, int64_t *value, char *why, size_t size);

/* Writes VALUE so that answer_read takes it; returns as snprintf does. */
size_t answer_format(enum value_type type, int64_t value, char *out, size_t size);

/* GIVEN is RIGHT, as far as a person can tell. */
bool answer_same(enum value_type type, int64_t right, int64_t given);

/* How far from RIGHT that reaches. */
uint64_t answer_tolerance(enum value_type type, int64_t right);

/* Half of the last place in TEXT: 500 us of "80ms". 0 where nothing is ever
 * rounded: of all types but times. */
int64_t answer_half_place(enum value_type type, const char *text);

/* GIVEN, written to HALF, is RIGHT rounded so, by no more than 2% of it: "1s" is
 * too coarse for 1.4 s. */
bool answer_is_rounded(int64_t right, int64_t given, int64_t half);

/* Reads how far from RIGHT is near enough: "1ms", "20 B", or a share of it, "1%". */
bool answer_read_span(enum value_type type, const char *text, int64_t right, int64_t *span,
                      char *why, size_t size);

/* How far apart they are. */
uint64_t answer_distance(int64_t a, int64_t b);

/* "a number such as 1460": what is wanted, for a prompt. */
const char *answer_wanted(enum value_type type);

#endif
