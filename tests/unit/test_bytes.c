/* layers/wire/bytes.h: the high byte travels first, at any alignment. */
#include "layers/wire/bytes.h"

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const uint8_t sample[] = { 0x00, 0xff, 0x01, 0x80, 0x7f, 0xfe };

static void test_16_bits_are_read_high_byte_first(void)
{
    EXPECT_EQ(get_be16(sample), 0x00ff);
    EXPECT_EQ(get_be16(sample + 1), 0xff01);
    EXPECT_EQ(get_be16(sample + 3), 0x807f);
}

static void test_32_bits_are_read_high_byte_first(void)
{
    EXPECT_EQ(get_be32(sample), 0x00ff0180);
    EXPECT_EQ(get_be32(sample + 1), 0xff01807f);
    EXPECT_EQ(get_be32(sample + 2), 0x01807ffe);
}

static void test_16_bits_are_written_and_nothing_beside(void)
{
    uint8_t out[4] = { 0xaa, 0xaa, 0xaa, 0xaa };
    const uint8_t want[4] = { 0xaa, 0x12, 0xfe, 0xaa };

    put_be16(out + 1, 0x12fe);
    EXPECT_BYTES(out, want, sizeof(want));
}

static void test_32_bits_are_written_and_nothing_beside(void)
{
    uint8_t out[6] = { 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa };
    const uint8_t want[6] = { 0xaa, 0xff, 0x00, 0x80, 0x01, 0xaa };

    put_be32(out + 1, 0xff008001);
    EXPECT_BYTES(out, want, sizeof(want));
}

static void test_every_16_bit_number_comes_back(void)
{
    uint8_t out[2];
    unsigned wrong = 0;

    for (uint32_t value = 0; value <= 0xffff; value++) {
        put_be16(out, (uint16_t)value);
        wrong += get_be16(out) != value;
    }
    EXPECT_EQ(wrong, 0);
}

static void test_each_bit_of_32_comes_back(void)
{
    uint8_t out[4];

    for (int bit = 0; bit < 32; bit++) {
        put_be32(out, UINT32_C(1) << bit);
        EXPECT_EQ(get_be32(out), UINT32_C(1) << bit);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_16_bits_are_read_high_byte_first),
        TEST(test_32_bits_are_read_high_byte_first),
        TEST(test_16_bits_are_written_and_nothing_beside),
        TEST(test_32_bits_are_written_and_nothing_beside),
        TEST(test_every_16_bit_number_comes_back),
        TEST(test_each_bit_of_32_comes_back),
    };
    return run_tests("bytes", tests, ARRAY_LEN(tests));
}
