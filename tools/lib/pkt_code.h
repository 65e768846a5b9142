/*
 * pkt_code.h - what stands in %{ }%: assertions about TCP_INFO.
 *
 *   assert tcpi_snd_cwnd == 10
 *   assert (tcpi_lost + tcpi_sacked <= 3), "some words"; print tcpi_lost
 *
 * That much of Python, no more: integers, names, + - * / // % & |, comparisons,
 * and, or, not, in, abs, parentheses. What is printed is not looked at.
 */
#ifndef RUNG_TOOLS_PKT_CODE_H
#define RUNG_TOOLS_PKT_CODE_H

#include "sim/base.h"

enum pkt_code_result { PKT_CODE_HOLDS, PKT_CODE_FAILS, PKT_CODE_UNKNOWN };

/* The value of NAME; false: there is none. */
typedef bool pkt_code_lookup(void *ctx, const char *name, int64_t *value);

/* Goes through the statements of TEXT up to the first that does not hold or
 * is not understood: WHY says which and with what values. */
enum pkt_code_result pkt_code_check(const char *text, pkt_code_lookup *lookup, void *ctx,
                                    char *why, size_t size);

#endif
