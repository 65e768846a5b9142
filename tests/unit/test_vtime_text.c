#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include "tools/lib/vtime_text.h"

static void test_scale_suits_the_last_time(void)
{
    static const struct {
        const char *label;
        vtime last, time;
        const char *want;
    } rows[] = {
        { "nothing happened", 0, 0, "0 ns" },
        { "below a microsecond", 999, 17, "17 ns" },
        { "a microsecond", 1 * US, 999, "0.999 us" },
        { "below a millisecond", 999 * US, 51200, "51.200 us" },
        { "a millisecond", 1 * MS, 1 * US, "0.001 ms" },
        { "rounded down", 60 * MS, 20057499, "20.057 ms" },
        { "rounded up", 60 * MS, 20057500, "20.058 ms" },
        { "carried over", 60 * MS, 19999999, "20.000 ms" },
        { "a second", 1 * SECONDS, 1 * MS, "0.001000 s" },
        { "an hour", 1 * HOURS, 1 * HOURS, "3600.000000 s" },
        { "the longest lab", VTIME_MAX, VTIME_MAX, "2305843009.213694 s" },
        { "the longest time", INT64_MAX, INT64_MAX, "9223372036.854776 s" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char got[VTIME_TEXT_SIZE];

        vtime_format(vtime_scale_for(rows[i].last), rows[i].time, got, sizeof(got));
        EXPECT_STR_ROW(rows[i].label, got, rows[i].want);
    }
}

static void test_length_has_three_digits_at_most(void)
{
    static const struct {
        vtime length;
        const char *want;
    } rows[] = {
        { 0, "0 ns" },
        { 1, "1 ns" },
        { 999, "999 ns" },
        { 1 * US, "1 us" },
        { 1050, "1.05 us" },
        { 1500, "1.5 us" },
        { 51200, "51.2 us" },
        { 51020, "51 us" },
        { 123456, "123 us" },
        { 20 * MS, "20 ms" },
        { 59800 * MS, "59.8 s" },
        { 59999 * MS, "59.9 s" },
        { 90 * SECONDS, "1.5 min" },
        { 3 * HOURS, "3 h" },
        { INT64_MAX, "2562047 h" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char got[VTIME_TEXT_SIZE];

        vtime_format_length(rows[i].length, got, sizeof(got));
        EXPECT_STR_ROW(rows[i].want, got, rows[i].want);
    }
}

static void test_short_room_is_not_overrun(void)
{
    char got[4];

    EXPECT_EQ(vtime_format(vtime_scale_for(60 * MS), 20 * MS, got, sizeof(got)), 9);
    EXPECT_STR(got, "20.");
    EXPECT_EQ(vtime_format_length(59800 * MS, got, sizeof(got)), 6);
    EXPECT_STR(got, "59.");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_scale_suits_the_last_time),
        TEST(test_length_has_three_digits_at_most),
        TEST(test_short_room_is_not_overrun),
    };

    return run_tests("vtime_text", tests, ARRAY_LEN(tests));
}
