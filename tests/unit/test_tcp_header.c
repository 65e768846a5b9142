/* layers/wire/tcp_header.h and tcp_option.h (RFC 9293 3.1, 3.2). */
#include "layers/wire/tcp_header.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"
#include "tests/support/expect.h"
#include "tests/support/req.h"
#include "tests/support/suite.h"

static const uint8_t syn[] = {
    0xc0, 0x00, 0x00, 0x50, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0x60, 0x02, 0xff,
    0xff, 0x00, 0x00, 0x00, 0x00, 2,    4,    0x05, 0xb4,
};

static rule_id parse_cut(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    struct tcp_header h;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = tcp_header_parse(&h, (struct span){ copy + 1, len }, &payload);
    free(copy);
    return rule;
}

static void test_syn_is_read(void)
{
    struct tcp_header h;
    struct span payload;

    EXPECT_RULE(tcp_header_parse(&h, (struct span){ syn, 24 }, &payload), RULE_NONE);
    EXPECT_EQ(h.source_port, 49152);
    EXPECT_EQ(h.destination_port, 80);
    EXPECT_EQ(h.sequence, 0xfffffffe);
    EXPECT_EQ(h.acknowledgment, 0);
    EXPECT_EQ(h.flags, TCP_SYN);
    EXPECT_EQ(h.window, 65535);
    EXPECT(h.options.at == syn + 20 && h.options.len == 4);
    EXPECT_EQ(payload.len, 0);
}

static void test_every_truncation_is_refused(void)
{
    for (size_t len = 0; len <= 24; len++)
        EXPECT_RULE(parse_cut(syn, len), len < 20   ? RULE_TCP_TRUNCATED
                                         : len < 24 ? RULE_TCP_HEADER_CUT
                                                    : RULE_NONE);
}

static void test_data_offsets_below_five_are_refused(void)
{
    for (unsigned words = 0; words < 16; words++) {
        uint8_t bytes[24];

        memcpy(bytes, syn, 24);
        bytes[12] = (uint8_t)(words << 4);
        EXPECT_RULE(parse_cut(bytes, 24), words < 5   ? RULE_TCP_BAD_DATA_OFFSET
                                          : words > 6 ? RULE_TCP_HEADER_CUT
                                                      : RULE_NONE);
    }
}

static void test_options_are_padded_with_zeros(void)
{
    const uint8_t options[] = { 3, 3, 7 };
    struct tcp_header h = { .options = { options, 3 } };
    uint8_t out[28];

    REQ("MUST-69");
    memset(out, 0xee, sizeof(out));
    EXPECT_EQ(tcp_header_length(&h), 24);
    EXPECT_EQ(tcp_header_emit(&h, out), 24);
    EXPECT_EQ(out[12], 0x60);
    EXPECT_BYTES(out + 20, ((const uint8_t[]){ 3, 3, 7, 0, 0xee }), 5);
}

static void test_checksum_is_found_right_and_wrong(void)
{
    uint8_t bytes[25];

    memcpy(bytes, syn, 24);
    bytes[24] = 'x';
    put_be16(bytes + TCP_CHECKSUM_AT, tcp_checksum(1, 2, (struct span){ bytes, 25 }));
    EXPECT(tcp_checksum_ok(1, 2, (struct span){ bytes, 25 }));
    EXPECT_EQ(get_be16(bytes + TCP_CHECKSUM_AT), tcp_checksum(1, 2, (struct span){ bytes, 25 }));
    EXPECT(!tcp_checksum_ok(1, 3, (struct span){ bytes, 25 }));
    EXPECT(!tcp_checksum_ok(1, 2, (struct span){ bytes, 24 }));
    EXPECT(!tcp_checksum_ok(1, 2, (struct span){ bytes, 19 }));
    bytes[24] ^= 1;
    EXPECT(!tcp_checksum_ok(1, 2, (struct span){ bytes, 25 }));
}

/* No pseudo-header written out by hand but with protocol 6: 0001 0002 0006
 * 0014, then 5000 of the data offset; the sum is 501d. */
static void test_checksum_of_an_empty_header_is_known(void)
{
    const uint8_t bytes[20] = { [12] = 0x50 };

    EXPECT_EQ(tcp_checksum(1, 2, (struct span){ bytes, 20 }), (uint16_t)~0x501d);
}

static void test_any_header_comes_back_from_its_bytes(void)
{
    uint8_t options[40], out[60];
    uint64_t state = 6;

    for (size_t i = 0; i < 40; i++)
        options[i] = (uint8_t)(i * 29 + 1);
    for (int round = 0; round < 2000; round++) {
        struct tcp_header h, back;
        struct span payload;
        size_t len;

        state = state * 6364136223846793005u + 1442695040888963407u;
        h = (struct tcp_header){ (uint16_t)(state >> 48), (uint16_t)(state >> 40),
                                 (uint32_t)(state >> 32), (uint32_t)(state >> 16),
                                 (uint8_t)(state >> 60),  (uint8_t)(state >> 52),
                                 (uint16_t)(state >> 36), (uint16_t)(state >> 28),
                                 (uint16_t)(state >> 20), { options, state % 11 * 4 } };
        len = tcp_header_emit(&h, out);
        EXPECT_RULE(tcp_header_parse(&back, (struct span){ out, len }, &payload), RULE_NONE);
        EXPECT(back.source_port == h.source_port && back.window == h.window);
        EXPECT(back.destination_port == h.destination_port && back.flags == h.flags);
        EXPECT(back.sequence == h.sequence && back.acknowledgment == h.acknowledgment);
        EXPECT(back.reserved == h.reserved && back.checksum == h.checksum);
        EXPECT_EQ(back.urgent_pointer, h.urgent_pointer);
        EXPECT_EQ(back.options.len, h.options.len);
        EXPECT_BYTES(back.options.at, options, h.options.len);
    }
}

static rule_id read_options(const uint8_t *bytes, size_t len, int *count)
{
    uint8_t *copy = malloc(len + 1);
    struct tcp_option_reader reader;
    struct tcp_option option;

    memcpy(copy + 1, bytes, len);
    *count = 0;
    tcp_option_begin(&reader, (struct span){ copy + 1, len });
    while (tcp_option_next(&reader, &option))
        ++*count;
    EXPECT(!tcp_option_next(&reader, &option));
    free(copy);
    return reader.refused;
}

static void test_options_are_read_or_refused(void)
{
    static const struct {
        const char *label;
        uint8_t bytes[12];
        size_t len;
        int count;
        rule_id rule;
    } rows[] = {
        { "none", { 0 }, 0, 0, RULE_NONE },
        { "the end hides the rest", { 1, 0, 2, 0 }, 4, 1, RULE_NONE },
        { "mss", { 2, 4, 5, 180 }, 4, 1, RULE_NONE },
        { "mss of length 3", { 2, 3, 5, 0 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "length 0", { 99, 0, 0, 0 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "length 1", { 99, 1, 0, 0 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "kind without length", { 1, 1, 1, 2 }, 4, 3, RULE_TCP_OPTION_CUT },
        { "past the end", { 1, 2, 4, 5 }, 4, 1, RULE_TCP_OPTION_CUT },
        { "window scale", { 3, 3, 7, 1 }, 4, 2, RULE_NONE },
        { "window scale of length 4", { 3, 4, 7, 1 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "sack permitted", { 4, 2, 1, 1 }, 4, 3, RULE_NONE },
        { "sack permitted of length 3", { 4, 3, 1, 1 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "one sack block", { 5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1 }, 12, 3, RULE_NONE },
        { "no sack block", { 5, 2, 1, 1 }, 4, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "half a sack block", { 5, 6, 0, 0, 0, 0, 1, 1 }, 8, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "timestamps", { 1, 1, 8, 10 }, 12, 3, RULE_NONE },
        { "timestamps of length 9", { 8, 9 }, 12, 0, RULE_TCP_OPTION_BAD_LENGTH },
        { "unknown is passed over", { 254, 4, 0, 0, 1 }, 5, 2, RULE_NONE },
    };

    REQ("MUST-6");
    REQ("MUST-7");
    REQ("MUST-64");
    REQ("MUST-68");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int count;

        EXPECT_RULE_ROW(rows[i].label, read_options(rows[i].bytes, rows[i].len, &count),
                        rows[i].rule);
        EXPECT_EQ_ROW(rows[i].label, count, rows[i].count);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_syn_is_read),
        TEST(test_every_truncation_is_refused),
        TEST(test_data_offsets_below_five_are_refused),
        TEST(test_options_are_padded_with_zeros),
        TEST(test_checksum_is_found_right_and_wrong),
        TEST(test_checksum_of_an_empty_header_is_known),
        TEST(test_any_header_comes_back_from_its_bytes),
        TEST(test_options_are_read_or_refused),
    };
    return run_tests("tcp_header", tests, ARRAY_LEN(tests));
}
