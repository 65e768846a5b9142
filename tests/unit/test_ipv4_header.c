/* layers/wire/ipv4_header.h and ipv4_option.h (RFC 791 3.1). */
#include "layers/wire/ipv4_header.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ipv4_option.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const uint8_t known[20] = { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                   0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 };

static const struct ipv4_header plain = {
    .total_length = 28, .identification = 777, .ttl = 64, .protocol = IP_PROTOCOL_UDP,
    .source = 0x0a000001, .destination = 0x0a000002,
};

/* Puts a right checksum into a header that a test has bent. */
static void repair(uint8_t *header)
{
    size_t len = (size_t)(header[0] & 0xf) * 4;

    put_be16(header + IPV4_CHECKSUM_AT, 0);
    put_be16(header + IPV4_CHECKSUM_AT, checksum((struct span){ header, len }));
}

static rule_id parse_cut(const uint8_t *bytes, size_t len, size_t *payload_len)
{
    uint8_t *copy = malloc(len + 1);
    struct ipv4_header h;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = ipv4_header_parse(&h, (struct span){ copy + 1, len }, &payload);
    *payload_len = payload.len;
    free(copy);
    return rule;
}

static void test_known_header_is_read(void)
{
    uint8_t datagram[0x73] = { 0 };
    struct ipv4_header h;
    struct span payload;

    memcpy(datagram, known, 20);
    EXPECT_RULE(ipv4_header_parse(&h, (struct span){ datagram, 0x73 }, &payload), RULE_NONE);
    EXPECT_EQ(h.tos, 0);
    EXPECT_EQ(h.total_length, 115);
    EXPECT_EQ(h.identification, 0);
    EXPECT(!h.reserved_flag && h.dont_fragment && !h.more_fragments);
    EXPECT_EQ(h.fragment_offset, 0);
    EXPECT_EQ(h.ttl, 64);
    EXPECT_EQ(h.protocol, IP_PROTOCOL_UDP);
    EXPECT_EQ(h.checksum, 0xb861);
    EXPECT_EQ(h.source, 0xc0a80001);
    EXPECT_EQ(h.destination, 0xc0a800c7);
    EXPECT_EQ(h.options.len, 0);
    EXPECT(payload.at == datagram + 20 && payload.len == 95);
    EXPECT(!ipv4_header_is_fragment(&h));
}

static void test_known_header_is_emitted_with_its_checksum(void)
{
    struct ipv4_header h = { .total_length = 115, .dont_fragment = true, .ttl = 64,
                             .protocol = 17, .checksum = 0xdead, .source = 0xc0a80001,
                             .destination = 0xc0a800c7 };
    uint8_t out[20];

    EXPECT_EQ(ipv4_header_emit(&h, out), 20);
    EXPECT_BYTES(out, known, 20);
}

static void test_offset_is_in_bytes(void)
{
    struct ipv4_header h = plain, back;
    struct span payload;
    uint8_t out[28] = { 0 };

    h.more_fragments = true;
    h.fragment_offset = 1400;
    ipv4_header_emit(&h, out);
    EXPECT_EQ(get_be16(out + 6), 0x2000 | 175);
    EXPECT_RULE(ipv4_header_parse(&back, (struct span){ out, 28 }, &payload), RULE_NONE);
    EXPECT_EQ(back.fragment_offset, 1400);
    EXPECT(back.more_fragments && ipv4_header_is_fragment(&back));
}

static void test_payload_ends_where_the_total_length_says(void)
{
    uint8_t frame[46] = { 0 };
    struct ipv4_header h;
    struct span payload;

    ipv4_header_emit(&plain, frame);
    EXPECT_RULE(ipv4_header_parse(&h, (struct span){ frame, 46 }, &payload), RULE_NONE);
    EXPECT(payload.at == frame + 20 && payload.len == 8);
}

static void test_every_truncation_is_refused(void)
{
    const uint8_t options[8] = { 1, 1, 1, 1, 1, 1, 1, 0 };
    struct ipv4_header h = plain;
    uint8_t out[36] = { 0 };

    h.options = (struct span){ options, 8 };
    h.total_length = 36;
    EXPECT_EQ(ipv4_header_emit(&h, out), 28);
    for (size_t len = 0; len <= 36; len++) {
        size_t payload_len;
        rule_id want = len < 20   ? RULE_IP_TRUNCATED
                       : len < 28 ? RULE_IP_HEADER_CUT
                       : len < 36 ? RULE_IP_DATAGRAM_CUT
                                  : RULE_NONE;

        EXPECT_RULE(parse_cut(out, len, &payload_len), want);
        EXPECT_EQ(payload_len, len < 28 ? 0 : len - 28);
    }
}

static void test_bad_headers_are_refused_each_by_its_rule(void)
{
    static const struct {
        const char *label;
        size_t at;
        uint8_t value;
        bool repaired;
        rule_id rule;
    } rows[] = {
        { "version 5, checksum right", 0, 0x55, true, RULE_IP_BAD_VERSION },
        { "version 6, checksum right", 0, 0x65, true, RULE_IP_BAD_VERSION },
        { "version 0, checksum wrong", 0, 0x05, false, RULE_IP_BAD_CHECKSUM },
        { "version 6 and no length", 0, 0x60, false, RULE_IP_BAD_VERSION },
        { "header length 4 words", 0, 0x44, false, RULE_IP_BAD_HEADER_LENGTH },
        { "header length 0", 0, 0x40, false, RULE_IP_BAD_HEADER_LENGTH },
        { "header length 15 words", 0, 0x4f, false, RULE_IP_HEADER_CUT },
        { "total length 0", 3, 0, true, RULE_IP_BAD_TOTAL_LENGTH },
        { "total length 19", 3, 19, true, RULE_IP_BAD_TOTAL_LENGTH },
        { "total length 20", 3, 20, true, RULE_NONE },
        { "total length one more", 3, 29, true, RULE_IP_DATAGRAM_CUT },
        { "total length 19, checksum wrong", 3, 19, false, RULE_IP_BAD_CHECKSUM },
        { "time to live changed", 8, 63, false, RULE_IP_BAD_CHECKSUM },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t bytes[28] = { 0 };
        size_t payload_len;

        ipv4_header_emit(&plain, bytes);
        bytes[rows[i].at] = rows[i].value;
        if (rows[i].repaired)
            repair(bytes);
        EXPECT_RULE_ROW(rows[i].label, parse_cut(bytes, 28, &payload_len), rows[i].rule);
    }
}

static void test_every_flipped_header_bit_is_refused(void)
{
    for (size_t bit = 0; bit < 160; bit++) {
        uint8_t bytes[28] = { 0 };
        size_t payload_len;

        ipv4_header_emit(&plain, bytes);
        bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        EXPECT(parse_cut(bytes, 28, &payload_len) != RULE_NONE);
    }
}

static void test_refused_header_is_filled_to_be_shown(void)
{
    uint8_t bytes[28] = { 0 };
    struct ipv4_header h;
    struct span payload;

    ipv4_header_emit(&plain, bytes);
    bytes[10] ^= 0xff;
    ipv4_header_parse(&h, (struct span){ bytes, 28 }, &payload);
    EXPECT_EQ(h.destination, 0x0a000002);
    EXPECT_EQ(payload.len, 8);
}

static void test_options_are_padded_with_zeros(void)
{
    const uint8_t options[5] = { 1, 1, 148, 4, 9 };
    struct ipv4_header h = plain;
    uint8_t out[60];

    memset(out, 0xee, sizeof(out));
    h.options = (struct span){ options, 5 };
    EXPECT_EQ(ipv4_header_length(&h), 28);
    EXPECT_EQ(ipv4_header_emit(&h, out), 28);
    EXPECT_EQ(out[0], 0x47);
    EXPECT_BYTES(out + 20, ((const uint8_t[]){ 1, 1, 148, 4, 9, 0, 0, 0 }), 8);
    EXPECT_EQ(checksum((struct span){ out, 28 }), 0);
    EXPECT_EQ(out[28], 0xee);
}

static void test_any_header_comes_back_from_its_bytes(void)
{
    uint8_t options[40], *out = malloc(65535);
    uint64_t state = 3;

    memset(out, 0, 65535);
    for (size_t i = 0; i < 40; i++)
        options[i] = (uint8_t)(i * 37);
    for (int round = 0; round < 2000; round++) {
        struct ipv4_header h = { 0 }, back;
        struct span payload;
        size_t len;

        state = state * 6364136223846793005u + 1442695040888963407u;
        h.tos = (uint8_t)(state >> 56);
        h.identification = (uint16_t)(state >> 33);
        h.reserved_flag = state >> 60 & 1;
        h.dont_fragment = state >> 59 & 1;
        h.more_fragments = state >> 58 & 1;
        h.fragment_offset = (uint16_t)(state >> 20 & 0xfff8);
        h.ttl = (uint8_t)(state >> 48);
        h.protocol = (uint8_t)(state >> 40);
        h.source = (ipv4)(state >> 32);
        h.destination = (ipv4)(state >> 17);
        h.options = (struct span){ options, (state >> 50) % 11 * 4 };
        len = ipv4_header_length(&h);
        h.total_length = (uint16_t)(len + (state >> 24) % (65536 - len));
        EXPECT_EQ(ipv4_header_emit(&h, out), len);
        EXPECT_RULE(ipv4_header_parse(&back, (struct span){ out, 65535 }, &payload), RULE_NONE);
        EXPECT(back.tos == h.tos && back.total_length == h.total_length);
        EXPECT(back.identification == h.identification && back.ttl == h.ttl);
        EXPECT(back.reserved_flag == h.reserved_flag && back.dont_fragment == h.dont_fragment);
        EXPECT(back.more_fragments == h.more_fragments && back.protocol == h.protocol);
        EXPECT_EQ(back.fragment_offset, h.fragment_offset);
        EXPECT(back.source == h.source && back.destination == h.destination);
        EXPECT_EQ(back.options.len, h.options.len);
        EXPECT_BYTES(back.options.at, options, h.options.len);
        EXPECT_EQ(payload.len, h.total_length - len);
    }
    free(out);
}

/* Reads all options of a copy that ends where they end; counts them. */
static rule_id read_options(const uint8_t *bytes, size_t len, int *count, unsigned *refused_at)
{
    uint8_t *copy = malloc(len + 1);
    struct ipv4_option_reader reader;
    struct ipv4_option option;

    memcpy(copy + 1, bytes, len);
    *count = 0;
    ipv4_option_begin(&reader, (struct span){ copy + 1, len });
    while (ipv4_option_next(&reader, &option))
        ++*count;
    EXPECT(!ipv4_option_next(&reader, &option));
    *refused_at = reader.refused_at;
    free(copy);
    return reader.refused;
}

static void test_options_are_read_one_by_one(void)
{
    const uint8_t bytes[] = { 1, 7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0, 99 };
    struct ipv4_option_reader reader;
    struct ipv4_option option;

    ipv4_option_begin(&reader, (struct span){ bytes, sizeof(bytes) });
    EXPECT(ipv4_option_next(&reader, &option));
    EXPECT(option.type == IPV4_OPTION_NOP && option.data.len == 0 && option.raw.len == 1);
    EXPECT_EQ(option.offset, 20);
    EXPECT(ipv4_option_next(&reader, &option));
    EXPECT_EQ(option.type, IPV4_OPTION_RECORD_ROUTE);
    EXPECT_EQ(option.offset, 21);
    EXPECT(option.data.at == bytes + 3 && option.data.len == 5 && option.raw.len == 7);
    EXPECT(ipv4_option_next(&reader, &option));
    EXPECT_EQ(option.type, IPV4_OPTION_ROUTER_ALERT);
    EXPECT_EQ(option.offset, 28);
    EXPECT(!ipv4_option_next(&reader, &option)); /* the end; 99 is padding */
    EXPECT_RULE(reader.refused, RULE_NONE);
}

static void test_malformed_options_are_refused_at_their_octet(void)
{
    static const struct {
        const char *label;
        uint8_t bytes[8];
        size_t len;
        int count;
        rule_id rule;
        unsigned refused_at;
    } rows[] = {
        { "no options", { 0 }, 0, 0, RULE_NONE, 0 },
        { "only the end", { 0, 9, 9, 9 }, 4, 0, RULE_NONE, 0 },
        { "type without length", { 1, 1, 1, 7 }, 4, 3, RULE_IP_OPTION_CUT, 23 },
        { "length 0", { 222, 0, 0, 0 }, 4, 0, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "length 1", { 1, 222, 1, 0 }, 4, 1, RULE_IP_OPTION_BAD_LENGTH, 22 },
        { "unknown, length 2", { 222, 2, 1, 1 }, 4, 3, RULE_NONE, 0 },
        { "reaches past the end", { 222, 5, 0, 0 }, 4, 0, RULE_IP_OPTION_CUT, 21 },
        { "length 41", { 222, 41, 0, 0 }, 4, 0, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "record route of length 2", { 7, 2, 4, 0 }, 4, 0, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "record route without room", { 7, 3, 4, 0 }, 4, 1, RULE_NONE, 0 },
        { "record route, pointer 3", { 7, 7, 3, 0, 0, 0, 0, 0 }, 8, 0,
          RULE_IP_OPTION_BAD_POINTER, 22 },
        { "loose route, pointer 0", { 131, 7, 0, 0, 0, 0, 0, 0 }, 8, 0,
          RULE_IP_OPTION_BAD_POINTER, 22 },
        { "strict route, pointer 4", { 137, 7, 4, 0, 0, 0, 0, 0 }, 8, 1, RULE_NONE, 0 },
        { "timestamp of length 3", { 68, 3, 5, 0 }, 4, 0, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "timestamp, pointer 4", { 68, 8, 4, 0, 0, 0, 0, 0 }, 8, 0,
          RULE_IP_OPTION_BAD_POINTER, 22 },
        { "timestamp, pointer 5", { 68, 8, 5, 0, 0, 0, 0, 0 }, 8, 1, RULE_NONE, 0 },
        { "router alert of length 3", { 148, 3, 0, 0 }, 4, 0, RULE_IP_OPTION_BAD_LENGTH, 21 },
        { "stream id of length 4", { 136, 4, 0, 7 }, 4, 1, RULE_NONE, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int count;
        unsigned refused_at;

        EXPECT_RULE_ROW(rows[i].label,
                        read_options(rows[i].bytes, rows[i].len, &count, &refused_at),
                        rows[i].rule);
        EXPECT_EQ_ROW(rows[i].label, count, rows[i].count);
        EXPECT_EQ_ROW(rows[i].label, refused_at, rows[i].refused_at);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_known_header_is_read),
        TEST(test_known_header_is_emitted_with_its_checksum),
        TEST(test_offset_is_in_bytes),
        TEST(test_payload_ends_where_the_total_length_says),
        TEST(test_every_truncation_is_refused),
        TEST(test_bad_headers_are_refused_each_by_its_rule),
        TEST(test_every_flipped_header_bit_is_refused),
        TEST(test_refused_header_is_filled_to_be_shown),
        TEST(test_options_are_padded_with_zeros),
        TEST(test_any_header_comes_back_from_its_bytes),
        TEST(test_options_are_read_one_by_one),
        TEST(test_malformed_options_are_refused_at_their_octet),
    };
    return run_tests("ipv4_header", tests, ARRAY_LEN(tests));
}
