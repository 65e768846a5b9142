/* tools/lib/coverage.h: requirement, rule and test side by side. */
#include "tools/lib/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const struct requirement_test some[] = {
    { "MUST-3", "rfc/test_a", "test_wrong_checksum_is_dropped" },
    { "MUST-2", "rfc/test_a", "test_wrong_checksum_is_dropped" },
    { "MUST-3", "unit/test_b", "test_checksum" },
    { NULL, NULL, NULL },
};

static const struct requirement_test wrong[] = {
    { "MUST-70", "rfc/test_a", "test_x" },
    { NULL, NULL, NULL },
};

static const struct requirement_test none[] = { { NULL, NULL, NULL } };

static char printed[65536];

static const char *print(const struct requirement_test *tests, const char *word)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");

    memset(printed, 0, sizeof(printed));
    EXPECT(coverage_print(tests, word, out));
    fclose(out);
    return printed;
}

static void test_rules_and_tests_stand_below_their_requirement(void)
{
    EXPECT_STR(print(some, "must-3"),
               "MUST-3   3.1        implemented and tested\n"
               "    the checksum of each segment that arrives is checked\n"
               "    rule  TCP_BAD_CHECKSUM\n"
               "    rule  TCP_HEADER_OFF\n"
               "    test  rfc/test_a: test_wrong_checksum_is_dropped\n"
               "    test  unit/test_b: test_checksum\n"
               "\n"
               "Of the requirements of RFC 9293:\n"
               "      1  implemented and tested\n"
               "      0  implemented, but no test\n"
               "      0  not applicable\n"
               "      0  optional, not done\n");
}

static void test_what_is_missing_is_listed(void)
{
    EXPECT_STR(print(some, "3.5.3"),
               "SHLD-2   3.5.3      implemented, but no test\n"
               "    a reset may carry data\n"
               "\n"
               "Of the requirements of RFC 9293:\n"
               "      0  implemented and tested\n"
               "      1  implemented, but no test\n"
               "      0  not applicable\n"
               "      0  optional, not done\n"
               "\n"
               "Implemented, but no test shows it:\n"
               "    SHLD-2\n"
               "\n"
               "Implemented, but no rule names it (it forbids something, or holds everywhere):\n"
               "    SHLD-2\n");
}

static void test_what_is_not_done_says_why_not(void)
{
    EXPECT(strstr(print(some, "MAY-17"), "optional, not done\n") != NULL);
    EXPECT(strstr(printed, "; why not: ") != NULL);
    EXPECT(strstr(printed, "Implemented, but") == NULL);
    EXPECT(strstr(print(some, "SHLD-13"), "not applicable\n") != NULL);
}

static void test_label_that_does_not_exist_is_told_of(void)
{
    EXPECT(strstr(print(wrong, ""), "test_x in rfc/test_a names MUST-70") != NULL);
}

static void test_build_without_tests_says_so(void)
{
    EXPECT(strstr(print(none, ""), "built without its tests' sources") != NULL);
    EXPECT(strstr(print(some, ""), "built without its tests' sources") == NULL);
}

static void test_everything_fits_eighty_columns(void)
{
    print(some, "");
    for (const char *line = printed; *line != '\0'; line += strcspn(line, "\n") + 1)
        EXPECT_ROW(line, strcspn(line, "\n") <= 80);
}

static void test_word_that_nothing_mentions_prints_nothing(void)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");

    memset(printed, 0, sizeof(printed));
    EXPECT(!coverage_print(some, "MUST-70", out));
    EXPECT(!coverage_print(some, "3.8.", out));
    fclose(out);
    EXPECT_STR(printed, "");
}

static void test_own_table_is_there(void)
{
    const struct requirement_test *test = coverage_test(requirement_tests, "MUST-69");

    if (EXPECT(test != NULL)) {
        EXPECT_STR(test->program, "unit/test_tcp_header");
        EXPECT_STR(test->function, "test_options_are_padded_with_zeros");
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_rules_and_tests_stand_below_their_requirement),
        TEST(test_what_is_missing_is_listed),
        TEST(test_what_is_not_done_says_why_not),
        TEST(test_label_that_does_not_exist_is_told_of),
        TEST(test_build_without_tests_says_so),
        TEST(test_everything_fits_eighty_columns),
        TEST(test_word_that_nothing_mentions_prints_nothing),
        TEST(test_own_table_is_there),
    };

    return run_tests("coverage", tests, ARRAY_LEN(tests));
}
