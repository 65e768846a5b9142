/* layers/wire/ethernet_header.h: with and without an 802.1Q tag. */
#include "layers/wire/ethernet_header.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const uint8_t plain[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0,    0,
                                 0,    0,    0x01, 0x08, 0x06, 0xde, 0xad };
static const uint8_t tagged[] = { 0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01,
                                  0x81, 0x00, 0xa0, 0x0a, 0x08, 0x00, 0xbe, 0xef };

/* Parses a copy that ends where the bytes end, for the sanitizer to guard. */
static rule_id parse_cut(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    struct ethernet_header h;
    struct span payload;
    rule_id rule;

    memcpy(copy + 1, bytes, len);
    rule = ethernet_header_parse(&h, (struct span){ copy + 1, len }, &payload);
    free(copy);
    return rule;
}

static void test_untagged_header_is_read(void)
{
    struct ethernet_header h;
    struct span payload;

    EXPECT_RULE(ethernet_header_parse(&h, (struct span){ plain, sizeof(plain) }, &payload),
                RULE_NONE);
    EXPECT(mac_is_broadcast(h.destination));
    EXPECT_EQ(mac_to_int64(h.source), 0x020000000001);
    EXPECT_EQ(h.ethertype, ETHERTYPE_ARP);
    EXPECT(!h.tagged);
    EXPECT_EQ(h.tci, 0);
    EXPECT_EQ(ethernet_header_length(&h), 14);
    EXPECT(payload.at == plain + 14 && payload.len == 2);
}

static void test_tagged_header_is_read(void)
{
    struct ethernet_header h;
    struct span payload;

    EXPECT_RULE(ethernet_header_parse(&h, (struct span){ tagged, sizeof(tagged) }, &payload),
                RULE_NONE);
    EXPECT(h.tagged);
    EXPECT_EQ(h.tci, 0xa00a);
    EXPECT_EQ(h.ethertype, ETHERTYPE_IPV4);
    EXPECT_EQ(ethernet_header_length(&h), 18);
    EXPECT(payload.at == tagged + 18 && payload.len == 2);
}

static void test_second_tag_is_left_in_the_payload(void)
{
    uint8_t twice[24];
    struct ethernet_header h;
    struct vlan_tag tag;
    struct span payload, inner;

    memcpy(twice, tagged, 16);
    memcpy(twice + 16, (const uint8_t[]){ 0x81, 0x00, 0x00, 0x14, 0x86, 0xdd, 1, 2 }, 8);
    EXPECT_RULE(ethernet_header_parse(&h, (struct span){ twice, 24 }, &payload), RULE_NONE);
    EXPECT_EQ(h.ethertype, ETHERTYPE_VLAN);
    EXPECT_RULE(vlan_tag_parse(&tag, payload, &inner), RULE_NONE);
    EXPECT_EQ(tag.tci, 20);
    EXPECT_EQ(tag.ethertype, ETHERTYPE_IPV6);
    EXPECT(inner.at == twice + 22 && inner.len == 2);
}

static void test_every_truncation_is_refused(void)
{
    for (size_t len = 0; len < sizeof(plain); len++)
        EXPECT_RULE(parse_cut(plain, len), len < 14 ? RULE_ETHERNET_TRUNCATED : RULE_NONE);
    for (size_t len = 0; len < sizeof(tagged); len++)
        EXPECT_RULE(parse_cut(tagged, len), len < 14   ? RULE_ETHERNET_TRUNCATED
                                            : len < 18 ? RULE_VLAN_TRUNCATED
                                                       : RULE_NONE);
}

static void test_tag_alone_cut_short_is_refused(void)
{
    const uint8_t bytes[] = { 0x00, 0x0a, 0x08, 0x00 };
    struct vlan_tag tag;
    struct span payload;

    for (size_t len = 0; len <= 4; len++)
        EXPECT_RULE(vlan_tag_parse(&tag, (struct span){ bytes, len }, &payload),
                    len < 4 ? RULE_VLAN_TRUNCATED : RULE_NONE);
    EXPECT_EQ(payload.len, 0);
}

static void test_emitted_bytes_are_those_parsed(void)
{
    struct ethernet_header h;
    struct vlan_tag tag;
    struct span payload;
    uint8_t out[20];

    ethernet_header_parse(&h, (struct span){ plain, sizeof(plain) }, &payload);
    EXPECT_EQ(ethernet_header_emit(&h, out), 14);
    EXPECT_BYTES(out, plain, 14);
    ethernet_header_parse(&h, (struct span){ tagged, sizeof(tagged) }, &payload);
    EXPECT_EQ(ethernet_header_emit(&h, out), 18);
    EXPECT_BYTES(out, tagged, 18);
    tag = (struct vlan_tag){ 0xa00a, 0x0800 };
    EXPECT_EQ(vlan_tag_emit(&tag, out), 4);
    EXPECT_BYTES(out, tagged + 14, 4);
}

static void test_any_header_comes_back_from_its_bytes(void)
{
    uint64_t state = 88172645463325252u;

    for (int round = 0; round < 2000; round++) {
        struct ethernet_header h, back;
        struct span payload;
        uint8_t out[18];
        size_t len;

        state = state * 6364136223846793005u + 1442695040888963407u;
        h.destination = mac_from_int64((int64_t)(state >> 16));
        h.source = mac_from_int64((int64_t)(state >> 7));
        h.tagged = (state >> 40 & 1) != 0;
        h.tci = h.tagged ? (uint16_t)(state >> 24) : 0;
        h.ethertype = (uint16_t)(state >> 48);
        /* An untagged header with the tag's type would be a tagged one. */
        if (h.ethertype == ETHERTYPE_VLAN)
            h.ethertype = ETHERTYPE_IPV4;
        len = ethernet_header_emit(&h, out);
        EXPECT_RULE(ethernet_header_parse(&back, (struct span){ out, len }, &payload),
                    RULE_NONE);
        EXPECT(mac_equal(back.destination, h.destination) && mac_equal(back.source, h.source));
        EXPECT(back.tagged == h.tagged && back.tci == h.tci);
        EXPECT_EQ(back.ethertype, h.ethertype);
        EXPECT_EQ(payload.len, 0);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_untagged_header_is_read),
        TEST(test_tagged_header_is_read),
        TEST(test_second_tag_is_left_in_the_payload),
        TEST(test_every_truncation_is_refused),
        TEST(test_tag_alone_cut_short_is_refused),
        TEST(test_emitted_bytes_are_those_parsed),
        TEST(test_any_header_comes_back_from_its_bytes),
    };
    return run_tests("ethernet_header", tests, ARRAY_LEN(tests));
}
