/* layers/wire/checksum.h, against the RFCs' numbers and a slow model. */
#include "layers/wire/checksum.h"

#include "layers/wire/bytes.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const uint8_t rfc1071[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

static uint32_t random_state = 1;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void fill(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)next_random();
}

/* RFC 1071 4.1, word by word: slow, and plainly right. */
static uint16_t model(const uint8_t *at, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void test_rfc_1071_example_gives_220d(void)
{
    EXPECT_EQ(checksum((struct span){ rfc1071, sizeof(rfc1071) }), 0x220d);
}

static void test_nothing_has_the_checksum_of_zero(void)
{
    const uint8_t zeros[4] = { 0 };

    EXPECT_EQ(checksum((struct span){ NULL, 0 }), 0xffff);
    EXPECT_EQ(checksum((struct span){ zeros, sizeof(zeros) }), 0xffff);
}

static void test_odd_last_byte_is_padded_on_its_right(void)
{
    const uint8_t odd[] = { 0x01, 0x02, 0x03 };

    EXPECT_EQ(checksum((struct span){ odd, 3 }), (uint16_t)~0x0402);
    EXPECT_EQ(checksum((struct span){ odd, 1 }), (uint16_t)~0x0100);
}

static void test_known_ipv4_header_verifies(void)
{
    const uint8_t header[] = { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                               0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 };

    EXPECT_EQ(checksum((struct span){ header, sizeof(header) }), 0);
}

static void test_every_length_and_alignment_agrees_with_the_model(void)
{
    uint8_t bytes[1600 + 8];
    unsigned wrong = 0;

    fill(bytes, sizeof(bytes));
    for (size_t len = 0; len <= 1600; len++)
        for (size_t at = 0; at < 8; at++)
            wrong += checksum((struct span){ bytes + at, len }) != model(bytes + at, len);
    EXPECT_EQ(wrong, 0);
}

static void test_carries_of_all_ones_are_brought_round(void)
{
    static uint8_t ones[65535];

    for (size_t i = 0; i < sizeof(ones); i++)
        ones[i] = 0xff;
    EXPECT_EQ(checksum((struct span){ ones, 65534 }), 0);
    EXPECT_EQ(checksum((struct span){ ones, 65535 }), model(ones, 65535));
}

static void test_pieces_cut_anywhere_add_up_to_the_whole(void)
{
    uint8_t bytes[200];
    unsigned wrong = 0;

    fill(bytes, sizeof(bytes));
    for (size_t a = 0; a <= 100; a++) {
        for (size_t b = a; b <= 200; b += 3) {
            struct checksum_sum sum = { 0 };

            checksum_add(&sum, (struct span){ bytes, a });
            checksum_add(&sum, (struct span){ bytes + a, b - a });
            checksum_add(&sum, (struct span){ bytes + b, 200 - b });
            wrong += checksum_fold(&sum) != model(bytes, 200);
        }
    }
    EXPECT_EQ(wrong, 0);
}

static void test_added_numbers_are_as_on_the_wire(void)
{
    struct checksum_sum sum = { 0 };

    checksum_add_long(&sum, 0x0001f203);
    checksum_add_word(&sum, 0xf4f5);
    checksum_add_word(&sum, 0xf6f7);
    EXPECT_EQ(checksum_fold(&sum), 0x220d);
}

static void test_numbers_after_an_odd_byte_keep_their_place(void)
{
    const uint8_t whole[] = { 0xab, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc };
    struct checksum_sum sum = { 0 };

    checksum_add(&sum, (struct span){ whole, 1 });
    checksum_add_word(&sum, 0x1234);
    checksum_add_long(&sum, 0x56789abc);
    EXPECT_EQ(checksum_fold(&sum), model(whole, sizeof(whole)));
}

static void test_rfc_1624_example_gives_plus_zero(void)
{
    EXPECT_EQ(checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}

static void test_update_equals_a_fresh_computation(void)
{
    uint8_t bytes[20];
    unsigned wrong = 0;

    for (int round = 0; round < 20000; round++) {
        size_t at = next_random() % 9 * 2 + 2;
        uint16_t old_word, new_word = (uint16_t)next_random();
        uint16_t before;

        fill(bytes, sizeof(bytes));
        bytes[0] = 0x45; /* never all zero, as no IP header is */
        old_word = get_be16(bytes + at);
        before = model(bytes, sizeof(bytes));
        put_be16(bytes + at, new_word);
        wrong += checksum_update(before, old_word, new_word) != model(bytes, sizeof(bytes));
    }
    EXPECT_EQ(wrong, 0);
}

/* All pairs of words beside 4500, at the edges where -0 and +0 meet. */
static void test_update_is_right_at_the_edges_of_zero(void)
{
    static const uint16_t edges[] = { 0, 1, 0x44ff, 0x4500, 0x7fff, 0x8000,
                                      0xbafe, 0xbaff, 0xbb00, 0xfffe, 0xffff };
    unsigned wrong = 0;

    for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
        for (size_t j = 0; j < ARRAY_LEN(edges); j++) {
            uint8_t bytes[4] = { 0x45, 0x00 };
            uint16_t before;

            put_be16(bytes + 2, edges[i]);
            before = model(bytes, 4);
            put_be16(bytes + 2, edges[j]);
            wrong += checksum_update(before, edges[i], edges[j]) != model(bytes, 4);
        }
    }
    EXPECT_EQ(wrong, 0);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_rfc_1071_example_gives_220d),
        TEST(test_nothing_has_the_checksum_of_zero),
        TEST(test_odd_last_byte_is_padded_on_its_right),
        TEST(test_known_ipv4_header_verifies),
        TEST(test_every_length_and_alignment_agrees_with_the_model),
        TEST(test_carries_of_all_ones_are_brought_round),
        TEST(test_pieces_cut_anywhere_add_up_to_the_whole),
        TEST(test_added_numbers_are_as_on_the_wire),
        TEST(test_numbers_after_an_odd_byte_keep_their_place),
        TEST(test_rfc_1624_example_gives_plus_zero),
        TEST(test_update_equals_a_fresh_computation),
        TEST(test_update_is_right_at_the_edges_of_zero),
    };
    return run_tests("checksum", tests, ARRAY_LEN(tests));
}
