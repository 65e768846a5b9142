/* layers/wire/fcs.h, against the CRC's check value and a bitwise model. */
#include "layers/wire/fcs.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static uint32_t random_state = 2;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static uint32_t model(const uint8_t *at, size_t len)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static struct span span_of(const char *text)
{
    return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void test_published_check_values_hold(void)
{
    EXPECT_EQ(fcs(span_of("123456789")), 0xcbf43926);
    EXPECT_EQ(fcs(span_of("a")), 0xe8b7be43);
    EXPECT_EQ(fcs((struct span){ NULL, 0 }), 0);
}

/* Each byte value in each of the eight slices of the table. */
static void test_every_table_entry_agrees_with_the_model(void)
{
    unsigned wrong = 0;

    for (unsigned value = 0; value < 256; value++) {
        for (size_t at = 0; at < 8; at++) {
            uint8_t bytes[8] = { 0xff, 0xff, 0xff, 0xff };

            bytes[at] ^= (uint8_t)value;
            wrong += fcs((struct span){ bytes, 8 }) != model(bytes, 8);
        }
    }
    EXPECT_EQ(wrong, 0);
}

static void test_every_length_and_alignment_agrees_with_the_model(void)
{
    uint8_t bytes[308];
    unsigned wrong = 0;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)next_random();
    for (size_t len = 0; len <= 300; len++)
        for (size_t at = 0; at < 8; at++)
            wrong += fcs((struct span){ bytes + at, len }) != model(bytes + at, len);
    EXPECT_EQ(wrong, 0);
}

static void make_frame(uint8_t *frame, size_t len)
{
    for (size_t i = 0; i < len - FCS_LEN; i++)
        frame[i] = (uint8_t)next_random();
    fcs_put(fcs((struct span){ frame, len - FCS_LEN }), frame + len - FCS_LEN);
}

static void test_fcs_travels_low_byte_first(void)
{
    uint8_t out[4];
    const uint8_t want[4] = { 0x26, 0x39, 0xf4, 0xcb };

    fcs_put(0xcbf43926, out);
    EXPECT_BYTES(out, want, 4);
}

static void test_sound_frame_passes(void)
{
    uint8_t frame[64];

    make_frame(frame, sizeof(frame));
    EXPECT(fcs_ok((struct span){ frame, sizeof(frame) }));
}

static void test_every_single_flipped_bit_is_found(void)
{
    uint8_t frame[64];
    unsigned missed = 0;

    make_frame(frame, sizeof(frame));
    for (size_t bit = 0; bit < 8 * sizeof(frame); bit++) {
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        missed += fcs_ok((struct span){ frame, sizeof(frame) });
        frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
    EXPECT_EQ(missed, 0);
}

/* What the Internet checksum cannot see. */
static void test_two_swapped_words_are_found(void)
{
    uint8_t frame[64];
    uint8_t word[2];

    make_frame(frame, sizeof(frame));
    memcpy(word, frame + 20, 2);
    memcpy(frame + 20, frame + 40, 2);
    memcpy(frame + 40, word, 2);
    EXPECT(!fcs_ok((struct span){ frame, sizeof(frame) }));
}

static void test_frame_without_room_for_an_fcs_fails(void)
{
    const uint8_t zeros[4] = { 0 };

    EXPECT(!fcs_ok((struct span){ NULL, 0 }));
    EXPECT(!fcs_ok((struct span){ zeros, 3 }));
    EXPECT(fcs_ok((struct span){ zeros, 4 })); /* the FCS of nothing is 0 */
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_published_check_values_hold),
        TEST(test_every_table_entry_agrees_with_the_model),
        TEST(test_every_length_and_alignment_agrees_with_the_model),
        TEST(test_fcs_travels_low_byte_first),
        TEST(test_sound_frame_passes),
        TEST(test_every_single_flipped_bit_is_found),
        TEST(test_two_swapped_words_are_found),
        TEST(test_frame_without_room_for_an_fcs_fails),
    };
    return run_tests("fcs", tests, ARRAY_LEN(tests));
}
