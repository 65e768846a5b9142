#include "layers/tcp/cc_curve.h"

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { SECOND = 1000000 };

#define FINE (INT64_C(1) << FINE_BITS)
#define SLOPE (400 * 1460) /* C = 0.4, SMSS = 1460 */

static void test_rise_is_c_times_the_cube_of_time(void)
{
    static const struct {
        const char *label;
        uint64_t slope;
        int64_t t, want;
    } rows[] = {
        { "at once", SLOPE, 0, 0 },
        { "1 s", SLOPE, 1 * SECOND, 584 },
        { "2 s", SLOPE, 2 * SECOND, 4672 },
        { "10 s", SLOPE, 10 * SECOND, 584000 },
        { "100 s", SLOPE, 100 * (int64_t)SECOND, 584000000 },
        { "before", SLOPE, -2 * SECOND, -4672 },
        { "half a second, 73 bytes", SLOPE, SECOND / 2, 73 },
        { "rounded toward zero", SLOPE, -1 * SECOND / 10, 0 },
        { "the steepest, one minute", UINT64_C(10000) * 65535, 60 * (int64_t)SECOND,
          INT64_C(655350) * 216000 },
        { "the flattest, an hour", 1, 3600 * (int64_t)SECOND, 46656000 },
        { "longer than it can count", 1, INT64_MAX, INT64_C(79228162) },
        { "earlier than it can count", 1, INT64_MIN, -INT64_C(79228162) },
        { "higher than it can count", UINT64_C(10000) * 65535, INT64_MAX, FINE_MAX / FINE },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].label, curve_rise(rows[i].slope, rows[i].t) / FINE, rows[i].want);
}

/* 584 bytes/s^3: a millisecond is 5.84e-7 bytes, a twentieth of a second 0.073. */
static void test_rise_keeps_fractions_of_a_byte(void)
{
    EXPECT_EQ(curve_rise(SLOPE, SECOND / 1000), 0);
    EXPECT_EQ(curve_rise(SLOPE, SECOND / 20), 4784);
    EXPECT_EQ(curve_rise(SLOPE, -SECOND / 20), -4784);
    EXPECT_EQ(curve_rise(SLOPE, SECOND / 4), 598016); /* 9.125 */
}

static void test_time_is_the_cube_root(void)
{
    static const struct {
        const char *label;
        uint64_t slope;
        uint32_t bytes;
        int64_t want;
    } rows[] = {
        { "nothing to rise", SLOPE, 0, 0 },
        { "1 s", SLOPE, 584, 1 * SECOND },
        { "10 s", SLOPE, 584000, 10 * SECOND },
        { "one byte less: 5.7 us less", SLOPE, 583999, 10 * SECOND - 6 },
        { "cube root of 300 / 0.4 s^3", 400 * 1000, 300000, 9085602 },
        { "cube root of 2 s^3", 1000, 2, 1259921 },
        { "the steepest", UINT64_C(10000) * 65535, 1, 11512 },
        { "more than it can count", 1, UINT32_C(1) << 30, CURVE_TIME_MAX },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].label, curve_time(rows[i].slope, rows[i].bytes), rows[i].want);
}

/* There and back: never more bytes than asked for, and one us more would be. */
static void test_time_is_the_inverse_of_rise(void)
{
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t draw = hash_mix(i);
        uint64_t slope = 100 + draw % 1000000;
        uint32_t bytes = (uint32_t)(hash_mix(draw) >> (34 + draw % 30));
        int64_t t = curve_time(slope, bytes);

        if (!EXPECT(curve_rise(slope, t) <= bytes * FINE) ||
            !EXPECT(t == CURVE_TIME_MAX || curve_rise(slope, t + 1) >= bytes * FINE))
            return;
    }
}

static void test_mul_div_is_wide_in_the_middle(void)
{
    EXPECT_EQ(mul_div(7, 3, 2), 11);
    EXPECT_EQ(mul_div(10, 1, 3), 3);
    EXPECT_EQ(mul_div(11, 1, 3), 4);
    EXPECT_EQ(mul_div(UINT64_MAX, 1000, 1000), UINT64_MAX);
    EXPECT_EQ(mul_div(UINT64_MAX, 3, 2), UINT64_MAX);
    EXPECT_EQ(mul_div(UINT64_C(1) << 62, 1 << 16, UINT64_C(1) << 40), UINT64_C(1) << 38);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_rise_is_c_times_the_cube_of_time),
        TEST(test_rise_keeps_fractions_of_a_byte),
        TEST(test_time_is_the_cube_root),
        TEST(test_time_is_the_inverse_of_rise),
        TEST(test_mul_div_is_wide_in_the_middle),
    };

    return run_tests("cc_curve", tests, ARRAY_LEN(tests));
}
