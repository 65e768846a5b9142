/*
 * suite.h - one CUnit executable a module, in five lines:
 *
 *   int main(void)
 *   {
 *       static const struct test tests[] = { TEST(test_empty_queue_pops_nothing), ... };
 *       return run_tests("event", tests, ARRAY_LEN(tests));
 *   }
 */
#ifndef RUNG_TESTS_SUPPORT_SUITE_H
#define RUNG_TESTS_SUPPORT_SUITE_H

#include "sim/base.h"

struct test {
    const char *name;
    void (*run)(void);
};

#define TEST(function) { #function, function }

/*
 * Runs TESTS under CUnit's basic interface and returns the exit status for
 * main: 0 if every assertion held, 1 if one failed, 77 (CTest's "skipped")
 * if each test that ran called skip_test and nothing failed.
 */
int run_tests(const char *suite, const struct test *tests, size_t count);

/* Says why the running test cannot run here. It counts as skipped. */
void skip_test(const char *why);

#endif
