/*
 * Comparing sequence numbers on both sides of the wrap (RFC 9293 3.4).
 */
#include "layers/tcp/tcp_seq.h"

#include "sim/base.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_less_means_less_than_half_the_space_ahead(void)
{
    static const struct {
        const char *label;
        seq32 a, b;
    } rows[] = {
        { "neighbours", 1, 2 },
        { "across the wrap", UINT32_MAX, 0 },
        { "further across", 0xfffffff0, 16 },
        { "half a space but one", 5, 0x80000004 },
        { "from the middle", 0x7fffffff, 0x80000000 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        seq32 a = rows[i].a, b = rows[i].b;

        EXPECT_ROW(rows[i].label, seq_lt(a, b) && seq_le(a, b) && !seq_gt(a, b) && !seq_ge(a, b));
        EXPECT_ROW(rows[i].label, !seq_lt(b, a) && !seq_le(b, a) && seq_gt(b, a) && seq_ge(b, a));
        EXPECT_EQ_ROW(rows[i].label, seq_max(a, b), b);
        EXPECT_EQ_ROW(rows[i].label, seq_min(b, a), a);
    }
}

static void test_equal_numbers_are_neither_less_nor_greater(void)
{
    EXPECT(!seq_lt(7, 7) && !seq_gt(7, 7) && seq_le(7, 7) && seq_ge(7, 7));
    EXPECT_EQ(seq_max(7, 7), 7);
    EXPECT_EQ(seq_min(7, 7), 7);
}

static void test_window_holds_its_left_edge_and_not_its_right(void)
{
    EXPECT(seq_in(0xfffffffe, 0xfffffffe, 4));
    EXPECT(seq_in(1, 0xfffffffe, 4));
    EXPECT(!seq_in(2, 0xfffffffe, 4));
    EXPECT(!seq_in(0xfffffffd, 0xfffffffe, 4));
    EXPECT(!seq_in(9, 9, 0));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_less_means_less_than_half_the_space_ahead),
        TEST(test_equal_numbers_are_neither_less_nor_greater),
        TEST(test_window_holds_its_left_edge_and_not_its_right),
    };

    return run_tests("tcp-seq", tests, ARRAY_LEN(tests));
}
