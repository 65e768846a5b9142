/* layers/wire/udp_header.h (RFC 768). */
#include "layers/wire/udp_header.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { SOURCE = 0x0a000001, DESTINATION = 0x0a000002 };

/* 49152 > 9, "hi!": pseudo-header 0a00 0001 0a00 0002 0011 000b, then
 * c000 0009 000b 6869 2100: 15d9c, with its carry 5d9d. */
static const uint8_t known[] = { 0xc0, 0, 0, 9, 0, 11, 0xa2, 0x62, 'h', 'i', '!' };

static rule_id parse_cut(const uint8_t *bytes, size_t len, size_t *payload_len)
{
    uint8_t *copy = malloc(len + 1);
    struct udp_header h;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = udp_header_parse(&h, (struct span){ copy + 1, len }, &payload);
    *payload_len = payload.len;
    free(copy);
    return rule;
}

static void test_header_is_read(void)
{
    struct udp_header h;
    struct span payload;

    EXPECT_RULE(udp_header_parse(&h, (struct span){ known, sizeof(known) }, &payload),
                RULE_NONE);
    EXPECT_EQ(h.source_port, 49152);
    EXPECT_EQ(h.destination_port, 9);
    EXPECT_EQ(h.length, 11);
    EXPECT_EQ(h.checksum, 0xa262);
    EXPECT(payload.at == known + 8 && payload.len == 3);
}

static void test_every_truncation_is_refused(void)
{
    for (size_t len = 0; len <= sizeof(known); len++) {
        size_t payload_len;
        rule_id want = len < 8 ? RULE_UDP_TRUNCATED : len < 11 ? RULE_UDP_CUT : RULE_NONE;

        EXPECT_RULE(parse_cut(known, len, &payload_len), want);
        EXPECT_EQ(payload_len, len < 8 ? 0 : len - 8);
    }
}

static void test_lengths_are_held_against_what_is_there(void)
{
    static const struct {
        const char *label;
        uint16_t length;
        rule_id rule;
        size_t payload_len;
    } rows[] = {
        { "0", 0, RULE_UDP_BAD_LENGTH, 0 },  { "7", 7, RULE_UDP_BAD_LENGTH, 0 },
        { "8", 8, RULE_NONE, 0 },            { "10: a byte is nobody's", 10, RULE_NONE, 2 },
        { "11", 11, RULE_NONE, 3 },          { "12", 12, RULE_UDP_CUT, 3 },
        { "65535", 65535, RULE_UDP_CUT, 3 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t bytes[sizeof(known)];
        size_t payload_len;

        memcpy(bytes, known, sizeof(known));
        put_be16(bytes + 4, rows[i].length);
        EXPECT_RULE_ROW(rows[i].label, parse_cut(bytes, sizeof(bytes), &payload_len),
                        rows[i].rule);
        EXPECT_EQ_ROW(rows[i].label, payload_len, rows[i].payload_len);
    }
}

static void test_checksum_covers_pseudo_header_and_odd_data(void)
{
    EXPECT_EQ(udp_checksum(SOURCE, DESTINATION, (struct span){ known, 11 }), 0xa262);
    EXPECT(udp_checksum_ok(SOURCE, DESTINATION, (struct span){ known, 11 }));
    EXPECT(!udp_checksum_ok(SOURCE + 1, DESTINATION, (struct span){ known, 11 }));
    EXPECT(!udp_checksum_ok(SOURCE, DESTINATION ^ 0x80000000, (struct span){ known, 11 }));
}

static void test_checksum_ignores_what_stands_in_its_field(void)
{
    uint8_t bytes[sizeof(known)];

    memcpy(bytes, known, sizeof(known));
    put_be16(bytes + UDP_CHECKSUM_AT, 0x1234);
    EXPECT_EQ(udp_checksum(SOURCE, DESTINATION, (struct span){ bytes, 11 }), 0xa262);
}

static void test_zero_means_no_checksum(void)
{
    uint8_t bytes[sizeof(known)];

    memcpy(bytes, known, sizeof(known));
    put_be16(bytes + UDP_CHECKSUM_AT, 0);
    bytes[8] = 'H';
    EXPECT(udp_checksum_ok(SOURCE, DESTINATION, (struct span){ bytes, 11 }));
}

/* Data chosen so that the sum is ffff: its complement, 0, is sent as ffff. */
static void test_computed_zero_is_sent_as_all_ones(void)
{
    uint8_t bytes[10] = { 0xc0, 0, 0, 9, 0, 10, 0, 0, 0, 0 };
    uint16_t left = udp_checksum(SOURCE, DESTINATION, (struct span){ bytes, 10 });

    put_be16(bytes + 8, left);
    EXPECT_EQ(udp_checksum(SOURCE, DESTINATION, (struct span){ bytes, 10 }), 0xffff);
    put_be16(bytes + UDP_CHECKSUM_AT, 0xffff);
    EXPECT(udp_checksum_ok(SOURCE, DESTINATION, (struct span){ bytes, 10 }));
}

static void test_every_flipped_bit_spoils_the_checksum(void)
{
    for (size_t bit = 0; bit < 8 * sizeof(known); bit++) {
        uint8_t bytes[sizeof(known)];

        memcpy(bytes, known, sizeof(known));
        bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        EXPECT(!udp_checksum_ok(SOURCE, DESTINATION, (struct span){ bytes, 11 }));
    }
}

/* What a lab shows: the sum does not care for the order of words. */
static void test_two_swapped_words_are_not_seen(void)
{
    uint8_t bytes[12] = { 0xc0, 0, 0, 9, 0, 12, 0, 0, 'a', 'b', 'c', 'd' };

    put_be16(bytes + UDP_CHECKSUM_AT,
             udp_checksum(SOURCE, DESTINATION, (struct span){ bytes, 12 }));
    memcpy(bytes + 8, "cdab", 4);
    EXPECT(udp_checksum_ok(SOURCE, DESTINATION, (struct span){ bytes, 12 }));
}

static void test_checksum_of_a_stump_is_never_right(void)
{
    EXPECT(!udp_checksum_ok(SOURCE, DESTINATION, (struct span){ known, 7 }));
    EXPECT(!udp_checksum_ok(SOURCE, DESTINATION, (struct span){ NULL, 0 }));
}

static void test_any_header_comes_back_from_its_bytes(void)
{
    uint8_t *out = malloc(65535);
    uint64_t state = 5;

    memset(out, 0, 65535);
    for (int round = 0; round < 2000; round++) {
        struct udp_header h, back;
        struct span payload;

        state = state * 6364136223846793005u + 1442695040888963407u;
        h = (struct udp_header){ (uint16_t)(state >> 48), (uint16_t)(state >> 32),
                                 (uint16_t)(8 + (state >> 20) % 65528), (uint16_t)(state >> 7) };
        EXPECT_EQ(udp_header_emit(&h, out), 8);
        EXPECT_RULE(udp_header_parse(&back, (struct span){ out, 65535 }, &payload), RULE_NONE);
        EXPECT(back.source_port == h.source_port && back.length == h.length);
        EXPECT(back.destination_port == h.destination_port && back.checksum == h.checksum);
        EXPECT_EQ(payload.len, h.length - 8);
    }
    free(out);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_header_is_read),
        TEST(test_every_truncation_is_refused),
        TEST(test_lengths_are_held_against_what_is_there),
        TEST(test_checksum_covers_pseudo_header_and_odd_data),
        TEST(test_checksum_ignores_what_stands_in_its_field),
        TEST(test_zero_means_no_checksum),
        TEST(test_computed_zero_is_sent_as_all_ones),
        TEST(test_every_flipped_bit_spoils_the_checksum),
        TEST(test_two_swapped_words_are_not_seen),
        TEST(test_checksum_of_a_stump_is_never_right),
        TEST(test_any_header_comes_back_from_its_bytes),
    };
    return run_tests("udp_header", tests, ARRAY_LEN(tests));
}
