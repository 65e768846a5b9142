#include "tests/support/suite.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_SKIPPED = 77 };

/* CUnit hands its tests no context, so what skip_test must tell run_tests
 * has to stand here. */
static CU_pTest last_skipped;
static unsigned skipped;

void skip_test(const char *why)
{
    CU_pTest now = CU_get_current_test();

    printf(" skipped: %s ", why);
    if (now == NULL || now == last_skipped)
        return;
    last_skipped = now;
    skipped++;
}

static bool register_tests(const char *suite, const struct test *tests, size_t count)
{
    CU_pSuite into = CU_add_suite(suite, NULL, NULL);

    if (into == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (CU_add_test(into, tests[i].name, tests[i].run) == NULL)
            return false;
    return true;
}

static int verdict(size_t count)
{
    if (CU_get_number_of_failure_records() > 0 || CU_get_number_of_tests_run() != count)
        return EXIT_FAILURE;
    if (skipped > 0)
        printf("%u of %zu tests skipped\n", skipped, count);
    return skipped == count ? EXIT_SKIPPED : EXIT_SUCCESS;
}

int run_tests(const char *suite, const struct test *tests, size_t count)
{
    int status;

    /* A crash must not swallow the name of the test that crashed. */
    setvbuf(stdout, NULL, _IONBF, 0);
    if (count == 0) {
        fprintf(stderr, "%s: no tests registered\n", suite);
        return EXIT_FAILURE;
    }
    if (CU_initialize_registry() != CUE_SUCCESS || !register_tests(suite, tests, count)) {
        fprintf(stderr, "%s: CUnit: %s\n", suite, CU_get_error_msg());
        return EXIT_FAILURE;
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    status = verdict(count);
    CU_cleanup_registry();
    return status;
}
