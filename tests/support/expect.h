/*
 * expect.h - expectations that show both sides.
 *
 * CUnit prints only the failed expression. These print what was got and what
 * was wanted, then count as one CUnit assertion. They go on after a failure
 * and return whether they held, so that a caller can stop early. LABEL, in
 * the _ROW forms, names the row of a table-driven test.
 */
#ifndef RUNG_TESTS_SUPPORT_EXPECT_H
#define RUNG_TESTS_SUPPORT_EXPECT_H

#include "sim/base.h"

#define EXPECT(condition) expect_true((condition), #condition, NULL, __FILE__, __LINE__)
#define EXPECT_ROW(label, condition) expect_true((condition), #condition, label, __FILE__, __LINE__)
#define EXPECT_EQ(got, want) \
    expect_eq((int64_t)(got), (int64_t)(want), #got, NULL, __FILE__, __LINE__)
#define EXPECT_EQ_ROW(label, got, want) \
    expect_eq((int64_t)(got), (int64_t)(want), #got, label, __FILE__, __LINE__)
#define EXPECT_STR(got, want) expect_str((got), (want), #got, NULL, __FILE__, __LINE__)
#define EXPECT_STR_ROW(label, got, want) expect_str((got), (want), #got, label, __FILE__, __LINE__)
#define EXPECT_BYTES(got, want, len) \
    expect_bytes((got), (want), (len), #got, NULL, __FILE__, __LINE__)
#define EXPECT_BYTES_ROW(label, got, want, len) \
    expect_bytes((got), (want), (len), #got, label, __FILE__, __LINE__)
#define EXPECT_RULE(got, want) expect_rule((got), (want), #got, NULL, __FILE__, __LINE__)
#define EXPECT_RULE_ROW(label, got, want) \
    expect_rule((got), (want), #got, label, __FILE__, __LINE__)

bool expect_true(bool held, const char *what, const char *label, const char *file, int line);
bool expect_eq(int64_t got, int64_t want, const char *what, const char *label, const char *file,
               int line);
bool expect_str(const char *got, const char *want, const char *what, const char *label,
                const char *file, int line);
bool expect_bytes(const void *got, const void *want, size_t len, const char *what,
                  const char *label, const char *file, int line);
/* Rules are shown by name: got IP_BAD_CHECKSUM, wanted NONE. */
bool expect_rule(unsigned got, unsigned want, const char *what, const char *label,
                 const char *file, int line);

#endif
