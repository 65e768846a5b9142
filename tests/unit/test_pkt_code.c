/*
 * What stands in %{ }%.
 */
#include "tools/lib/pkt_code.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static bool look_up(void *ctx, const char *name, int64_t *value)
{
    (void)ctx;
    *value = strcmp(name, "five") == 0 ? 5 : 0;
    return strcmp(name, "five") == 0 || strcmp(name, "zero") == 0;
}

static void test_statements_hold_fail_or_are_not_understood(void)
{
    static const struct {
        const char *text;
        enum pkt_code_result result;
        const char *why;
    } rows[] = {
        { "", PKT_CODE_HOLDS, "" },
        { " \n assert five == 5 \n", PKT_CODE_HOLDS, "" },
        { "assert five == 5, five", PKT_CODE_HOLDS, "" },
        { "assert five == 5, 'a;b'; assert zero == 0", PKT_CODE_HOLDS, "" },
        { "assert(five == 5 and not zero); print five, zero # x\n# y\npass", PKT_CODE_HOLDS, "" },
        { "assert 1 <= five <= 5 and five & 4 and (zero | 0x10) == 16", PKT_CODE_HOLDS, "" },
        { "assert 2 + 3 * five - 7 // 2 == 14 and -five < 0 and 7 % five == 2", PKT_CODE_HOLDS,
          "" },
        { "assert five == 5, five; \\\n assert zero == 0, \\\n 'words'", PKT_CODE_HOLDS, "" },
        { "assert (five == 5 and\n zero == 0), (five,\\\n zero)", PKT_CODE_HOLDS, "" },
        { "assert (five == 5 and\n zero == 1)", PKT_CODE_FAILS, "the sides are 0 and 1" },
        { "assert five == 5; \\\n assert five == 6", PKT_CODE_FAILS, "5 and 6" },
        { "assert abs(zero - five) == 5 and abs(five) < 6", PKT_CODE_HOLDS, "" },
        { "assert abs(abs(3 - five)) > 2", PKT_CODE_FAILS, "2 and 2" },
        { "assert five in (4, five) and zero in [0] and not five in (1,\n 2)", PKT_CODE_HOLDS,
          "" },
        { "assert five in (1, 2)", PKT_CODE_FAILS, "five in (1, 2): does not hold" },
        { "assert five in 5", PKT_CODE_UNKNOWN, "write: in (1, 2)" },
        { "assert five in (5", PKT_CODE_UNKNOWN, "is missing" },
        { "assert abs abs abs 5", PKT_CODE_UNKNOWN, "abs needs a" },
        { "assert zero or five != 4", PKT_CODE_HOLDS, "" },
        { "assert True and not False", PKT_CODE_HOLDS, "" },
        { "assert five == 6", PKT_CODE_FAILS, "five == 6: the sides are 5 and 6" },
        { "assert five == 5\nassert zero > 3, 'why'", PKT_CODE_FAILS, "the sides are 0 and 3" },
        { "assert zero", PKT_CODE_FAILS, "zero: does not hold" },
        { "assert six == 6", PKT_CODE_UNKNOWN, "six is not known" },
        { "x = 1", PKT_CODE_UNKNOWN, "\"x = 1\" is no assertion" },
        { "assert five == ", PKT_CODE_UNKNOWN, "a value is missing" },
        { "assert (five == 5", PKT_CODE_UNKNOWN, "a \")\" is missing" },
        { "assert five == 5 six", PKT_CODE_UNKNOWN, "\"six\" is not understood" },
        { "assert 5 / zero == 1", PKT_CODE_UNKNOWN, "a division by zero" },
        { "assert ((((((((((((((((((((((((((((((((((((((((((((((((((((((5", PKT_CODE_UNKNOWN,
          "too many parentheses" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[200] = "";

        EXPECT_EQ_ROW(rows[i].text, pkt_code_check(rows[i].text, look_up, NULL, why, sizeof(why)),
                      rows[i].result);
        EXPECT_ROW(rows[i].text, strstr(why, rows[i].why) != NULL);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_statements_hold_fail_or_are_not_understood),
    };

    return run_tests("pkt_code", tests, ARRAY_LEN(tests));
}
