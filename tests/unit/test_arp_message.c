/* layers/wire/arp_message.h (RFC 826). */
#include "layers/wire/arp_message.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const uint8_t request[] = {
    0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01, 0x02, 0, 0, 0, 0, 0x01, 10, 0, 0, 1,
    0,    0,    0,    0,    0, 0, 10,   0,    0,    2,
};

static rule_id parse_cut(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    struct arp_message m;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = arp_message_parse(&m, (struct span){ copy + 1, len }, &payload);
    free(copy);
    return rule;
}

static void test_request_is_read(void)
{
    struct arp_message m;
    struct span payload;

    EXPECT_RULE(arp_message_parse(&m, (struct span){ request, 28 }, &payload), RULE_NONE);
    EXPECT_EQ(m.opcode, ARP_REQUEST);
    EXPECT_EQ(mac_to_int64(m.sender_mac), 0x020000000001);
    EXPECT_EQ(m.sender_ip, 0x0a000001);
    EXPECT(mac_equal(m.target_mac, MAC_NONE));
    EXPECT_EQ(m.target_ip, 0x0a000002);
    EXPECT_EQ(payload.len, 0);
}

static void test_padding_is_the_payload(void)
{
    uint8_t padded[46] = { 0 };
    struct arp_message m;
    struct span payload;

    memcpy(padded, request, 28);
    EXPECT_RULE(arp_message_parse(&m, (struct span){ padded, 46 }, &payload), RULE_NONE);
    EXPECT(payload.at == padded + 28 && payload.len == 18);
}

static void test_every_truncation_is_refused(void)
{
    for (size_t len = 0; len <= 28; len++)
        EXPECT_RULE(parse_cut(request, len), len < 28 ? RULE_ARP_TRUNCATED : RULE_NONE);
}

static void test_foreign_spaces_are_refused_each_by_its_rule(void)
{
    static const struct {
        const char *label;
        size_t at;
        uint8_t value;
        rule_id rule;
    } rows[] = {
        { "hardware type, high byte", 0, 0x01, RULE_ARP_BAD_HARDWARE_TYPE },
        { "hardware type 6", 1, 6, RULE_ARP_BAD_HARDWARE_TYPE },
        { "protocol type ARP", 3, 0x06, RULE_ARP_BAD_PROTOCOL_TYPE },
        { "protocol type IPv6", 2, 0x86, RULE_ARP_BAD_PROTOCOL_TYPE },
        { "hardware length 0", 4, 0, RULE_ARP_BAD_HARDWARE_LENGTH },
        { "hardware length 8", 4, 8, RULE_ARP_BAD_HARDWARE_LENGTH },
        { "protocol length 0", 5, 0, RULE_ARP_BAD_PROTOCOL_LENGTH },
        { "protocol length 255", 5, 255, RULE_ARP_BAD_PROTOCOL_LENGTH },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t bytes[28];

        memcpy(bytes, request, 28);
        bytes[rows[i].at] = rows[i].value;
        EXPECT_RULE_ROW(rows[i].label, parse_cut(bytes, 28), rows[i].rule);
    }
}

/* The order of the questions of RFC 826, Packet Reception. */
static void test_first_question_refuses_first(void)
{
    uint8_t bytes[28] = { 0 };

    EXPECT_RULE(parse_cut(bytes, 28), RULE_ARP_BAD_HARDWARE_TYPE);
    bytes[1] = 1;
    EXPECT_RULE(parse_cut(bytes, 28), RULE_ARP_BAD_HARDWARE_LENGTH);
    bytes[4] = 6;
    EXPECT_RULE(parse_cut(bytes, 28), RULE_ARP_BAD_PROTOCOL_TYPE);
    bytes[2] = 8;
    EXPECT_RULE(parse_cut(bytes, 28), RULE_ARP_BAD_PROTOCOL_LENGTH);
    bytes[5] = 4;
    EXPECT_RULE(parse_cut(bytes, 28), RULE_NONE);
}

static void test_emitted_bytes_are_those_parsed(void)
{
    struct arp_message m;
    struct span payload;
    uint8_t out[28];

    arp_message_parse(&m, (struct span){ request, 28 }, &payload);
    EXPECT_EQ(arp_message_emit(&m, out), 28);
    EXPECT_BYTES(out, request, 28);
}

static void test_any_message_comes_back_from_its_bytes(void)
{
    uint64_t state = 1;

    for (int round = 0; round < 2000; round++) {
        struct arp_message m, back;
        struct span payload;
        uint8_t out[28];

        state = state * 6364136223846793005u + 1442695040888963407u;
        m.opcode = (uint16_t)(state >> 48);
        m.sender_mac = mac_from_int64((int64_t)(state >> 3));
        m.sender_ip = (ipv4)(state >> 32);
        m.target_mac = mac_from_int64((int64_t)(state >> 13));
        m.target_ip = (ipv4)(state >> 17);
        arp_message_emit(&m, out);
        EXPECT_RULE(arp_message_parse(&back, (struct span){ out, 28 }, &payload), RULE_NONE);
        EXPECT_EQ(back.opcode, m.opcode);
        EXPECT(mac_equal(back.sender_mac, m.sender_mac) && back.sender_ip == m.sender_ip);
        EXPECT(mac_equal(back.target_mac, m.target_mac) && back.target_ip == m.target_ip);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_request_is_read),
        TEST(test_padding_is_the_payload),
        TEST(test_every_truncation_is_refused),
        TEST(test_foreign_spaces_are_refused_each_by_its_rule),
        TEST(test_first_question_refuses_first),
        TEST(test_emitted_bytes_are_those_parsed),
        TEST(test_any_message_comes_back_from_its_bytes),
    };
    return run_tests("arp_message", tests, ARRAY_LEN(tests));
}
