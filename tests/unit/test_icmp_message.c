/* layers/wire/icmp_message.h (RFC 792). */
#include "layers/wire/icmp_message.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* Echo request, id 1, seq 2, data "abc": summed up by hand, ones' complement
 * of 0800 + 0001 + 0002 + 6162 + 6300 = cc65. */
static const uint8_t echo[] = { 8, 0, 0x33, 0x9a, 0, 1, 0, 2, 'a', 'b', 'c' };

static rule_id parse_cut(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    struct icmp_message m;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = icmp_message_parse(&m, (struct span){ copy + 1, len }, &payload);
    free(copy);
    return rule;
}

static void test_echo_is_read(void)
{
    struct icmp_message m;
    struct span payload;

    EXPECT_RULE(icmp_message_parse(&m, (struct span){ echo, sizeof(echo) }, &payload),
                RULE_NONE);
    EXPECT_EQ(m.type, ICMP_ECHO_REQUEST);
    EXPECT_EQ(m.code, 0);
    EXPECT_EQ(m.checksum, 0x339a);
    EXPECT_EQ(icmp_identifier(&m), 1);
    EXPECT_EQ(icmp_sequence(&m), 2);
    EXPECT(payload.at == echo + 8 && payload.len == 3);
}

static void test_each_meaning_of_rest_is_at_its_place(void)
{
    struct icmp_message m = { .rest = 0x12345678 };

    EXPECT_EQ(icmp_identifier(&m), 0x1234);
    EXPECT_EQ(icmp_sequence(&m), 0x5678);
    EXPECT_EQ(icmp_next_hop_mtu(&m), 0x5678);
    EXPECT_EQ(icmp_pointer(&m), 0x12);
    EXPECT_EQ(icmp_gateway(&m), 0x12345678);
    EXPECT_EQ(icmp_rest_echo(0x1234, 0x5678), 0x12345678);
    EXPECT_EQ(icmp_rest_pointer(0xff), 0xff000000);
}

static void test_every_truncation_is_refused(void)
{
    for (size_t len = 0; len <= sizeof(echo); len++)
        EXPECT_RULE(parse_cut(echo, len), len < 8 ? RULE_ICMP_TRUNCATED : RULE_NONE);
}

static void test_checksum_covers_header_and_odd_data(void)
{
    EXPECT(icmp_checksum_ok((struct span){ echo, sizeof(echo) }));
    EXPECT_EQ(icmp_checksum((struct span){ echo, sizeof(echo) }), 0x339a);
}

static void test_checksum_ignores_what_stands_in_its_field(void)
{
    uint8_t bytes[sizeof(echo)];

    memcpy(bytes, echo, sizeof(echo));
    put_be16(bytes + ICMP_CHECKSUM_AT, 0xdead);
    EXPECT_EQ(icmp_checksum((struct span){ bytes, sizeof(bytes) }), 0x339a);
    EXPECT(!icmp_checksum_ok((struct span){ bytes, sizeof(bytes) }));
}

static void test_every_flipped_bit_spoils_the_checksum(void)
{
    for (size_t bit = 0; bit < 8 * sizeof(echo); bit++) {
        uint8_t bytes[sizeof(echo)];

        memcpy(bytes, echo, sizeof(echo));
        bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        EXPECT(!icmp_checksum_ok((struct span){ bytes, sizeof(bytes) }));
    }
}

static void test_checksum_of_a_stump_is_never_right(void)
{
    const uint8_t ones[7] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

    EXPECT(!icmp_checksum_ok((struct span){ ones, 6 }));
    EXPECT(!icmp_checksum_ok((struct span){ NULL, 0 }));
}

static void test_error_types_are_the_five(void)
{
    for (unsigned type = 0; type < 256; type++)
        EXPECT_EQ(icmp_type_is_error((uint8_t)type),
                  type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

static void test_any_message_comes_back_from_its_bytes(void)
{
    uint64_t state = 4;

    for (int round = 0; round < 2000; round++) {
        struct icmp_message m, back;
        struct span payload;
        uint8_t out[8];

        state = state * 6364136223846793005u + 1442695040888963407u;
        m = (struct icmp_message){ (uint8_t)(state >> 56), (uint8_t)(state >> 48),
                                   (uint16_t)(state >> 32), (uint32_t)(state >> 13) };
        EXPECT_EQ(icmp_message_emit(&m, out), 8);
        EXPECT_RULE(icmp_message_parse(&back, (struct span){ out, 8 }, &payload), RULE_NONE);
        EXPECT(back.type == m.type && back.code == m.code);
        EXPECT(back.checksum == m.checksum && back.rest == m.rest);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_echo_is_read),
        TEST(test_each_meaning_of_rest_is_at_its_place),
        TEST(test_every_truncation_is_refused),
        TEST(test_checksum_covers_header_and_odd_data),
        TEST(test_checksum_ignores_what_stands_in_its_field),
        TEST(test_every_flipped_bit_spoils_the_checksum),
        TEST(test_checksum_of_a_stump_is_never_right),
        TEST(test_error_types_are_the_five),
        TEST(test_any_message_comes_back_from_its_bytes),
    };
    return run_tests("icmp_message", tests, ARRAY_LEN(tests));
}
