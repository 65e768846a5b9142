/*
 * coverage.h - requirement, rule, test: what of RFC 9293 is there, and shown.
 *
 *   layers/tcp/requirements.def   what is asked            "MUST-17"
 *   rules_*.def                   the rules with that label
 *   tests, REQ("MUST-17")         the tests that show it
 *
 * Which test names which requirement is read from the tests' sources when
 * Rung is built (tools/dev/requirement-tests.cmake) and compiled in, so that
 * an installed program knows it, too.
 */
#ifndef RUNG_TOOLS_COVERAGE_H
#define RUNG_TOOLS_COVERAGE_H

#include "sim/base.h"

#include <stdio.h>

struct requirement_test {
    const char *label;    /* as the test writes it */
    const char *program;  /* as CTest calls it: "rfc/test_tcp_open" */
    const char *function; /* that REQ stands in */
};

/* Of all tests, sorted by program; ends with a NULL label. Generated. */
extern const struct requirement_test requirement_tests[];

/* The row of TESTS, from ROW on, that names LABEL; NULL if none does. */
const struct requirement_test *coverage_test(const struct requirement_test *row,
                                             const char *label);

/*
 * Prints each requirement that mentions WORD ("": all), with its rules and
 * those of TESTS, then counts, then what is missing. False, and nothing
 * printed, if no requirement mentions WORD.
 */
bool coverage_print(const struct requirement_test *tests, const char *word, FILE *out);

#endif
