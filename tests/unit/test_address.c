/* layers/wire/address.h: text, masks and kinds of addresses. */
#include "layers/wire/address.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const struct mac sample = { { 0x02, 0x00, 0x5e, 0xab, 0xcd, 0xef } };

static void test_ipv4_text_is_read_and_written_alike(void)
{
    static const struct {
        const char *text;
        ipv4 address;
    } rows[] = {
        { "0.0.0.0", 0 },
        { "10.0.0.1", 0x0a000001 },
        { "192.168.0.199", 0xc0a800c7 },
        { "255.255.255.255", 0xffffffff },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[IPV4_TEXT_SIZE];
        ipv4 address = 1;

        EXPECT_ROW(rows[i].text, ipv4_parse(rows[i].text, &address));
        EXPECT_EQ_ROW(rows[i].text, address, rows[i].address);
        EXPECT_EQ_ROW(rows[i].text, ipv4_format(address, out, sizeof(out)),
                      strlen(rows[i].text));
        EXPECT_STR_ROW(rows[i].text, out, rows[i].text);
    }
}

static void test_ipv4_text_that_is_not_quite_one_is_refused(void)
{
    static const char *const rows[] = {
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4 ", " 1.2.3.4", "1.2.3.256",
        "1.2.3.-4", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4", "1.2.3.00",
        "1.2.3.0x4", "1.2.3.4/24", "1.2.3.99999999999", "a.b.c.d", "1,2,3,4",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ipv4 address = 77;

        EXPECT_ROW(rows[i], !ipv4_parse(rows[i], &address));
        EXPECT_EQ_ROW(rows[i], address, 77);
    }
}

static void test_mac_text_is_read_and_written_alike(void)
{
    char out[MAC_TEXT_SIZE];
    struct mac mac;

    EXPECT(mac_parse("02:00:5e:ab:cd:ef", &mac));
    EXPECT(mac_equal(mac, sample));
    EXPECT_EQ(mac_format(mac, out, sizeof(out)), 17);
    EXPECT_STR(out, "02:00:5e:ab:cd:ef");
    EXPECT(mac_parse("02-00-5E-AB-CD-EF", &mac));
    EXPECT(mac_equal(mac, sample));
}

static void test_mac_text_that_is_not_quite_one_is_refused(void)
{
    static const char *const rows[] = {
        "", "02", "02:00:5e:ab:cd", "02:00:5e:ab:cd:ef:00", "02:00:5e:ab:cd:eg",
        "02:00:5e:ab:cd-ef", "02 00 5e ab cd ef", "2:0:5e:ab:cd:ef",
        "02005eabcdef00000", "02:00:5e:ab:cd:e", "0200:5e:ab:cd:ef:",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mac mac = sample;

        EXPECT_ROW(rows[i], !mac_parse(rows[i], &mac));
        EXPECT_ROW(rows[i], mac_equal(mac, sample));
    }
}

static void test_short_room_is_terminated_and_the_length_told(void)
{
    char out[8] = "#######";

    EXPECT_EQ(ipv4_format(0x0a000001, out, 5), 8);
    EXPECT_STR(out, "10.0");
    EXPECT_EQ(mac_format(sample, out, 6), 17);
    EXPECT_STR(out, "02:00");
    EXPECT_EQ(ipv4_format(0, NULL, 0), 7);
}

static void test_masks_cover_the_prefix(void)
{
    EXPECT_EQ(ipv4_mask(0), 0);
    EXPECT_EQ(ipv4_mask(1), 0x80000000);
    EXPECT_EQ(ipv4_mask(8), 0xff000000);
    EXPECT_EQ(ipv4_mask(24), 0xffffff00);
    EXPECT_EQ(ipv4_mask(31), 0xfffffffe);
    EXPECT_EQ(ipv4_mask(32), 0xffffffff);
}

static void test_networks_agree_in_the_prefix_only(void)
{
    EXPECT(ipv4_same_network(0x0a000001, 0x0a0000fe, 24));
    EXPECT(!ipv4_same_network(0x0a000001, 0x0a000101, 24));
    EXPECT(ipv4_same_network(0x0a000001, 0x0a000101, 23));
    EXPECT(ipv4_same_network(0, 0xffffffff, 0));
    EXPECT(!ipv4_same_network(0x0a000001, 0x0a000000, 32));
}

static void test_special_addresses_are_known_at_their_edges(void)
{
    EXPECT(!ipv4_is_loopback(0x7effffff));
    EXPECT(ipv4_is_loopback(0x7f000000));
    EXPECT(ipv4_is_loopback(0x7fffffff));
    EXPECT(!ipv4_is_loopback(0x80000000));
    EXPECT(!ipv4_is_multicast(0xdfffffff));
    EXPECT(ipv4_is_multicast(0xe0000000));
    EXPECT(ipv4_is_multicast(0xefffffff));
    EXPECT(!ipv4_is_multicast(0xf0000000));
    EXPECT(!ipv4_is_class_e(0xefffffff));
    EXPECT(ipv4_is_class_e(0xf0000000));
    EXPECT(ipv4_is_class_e(0xfffffffe));
    EXPECT(!ipv4_is_class_e(IPV4_BROADCAST));
}

static void test_group_bit_is_the_first_on_the_wire(void)
{
    const struct mac stp = { { 0x01, 0x80, 0xc2, 0, 0, 0 } };

    EXPECT(mac_is_group(stp) && !mac_is_broadcast(stp));
    EXPECT(mac_is_group(MAC_BROADCAST) && mac_is_broadcast(MAC_BROADCAST));
    EXPECT(!mac_is_group(sample) && !mac_is_broadcast(sample));
    EXPECT(!mac_is_group(MAC_NONE) && !mac_equal(MAC_NONE, sample));
}

static void test_mac_travels_as_an_integer_and_as_bytes(void)
{
    uint8_t out[8] = { 0 };
    const uint8_t want[8] = { 0, 0x02, 0x00, 0x5e, 0xab, 0xcd, 0xef, 0 };

    EXPECT_EQ(mac_to_int64(sample), 0x02005eabcdef);
    EXPECT(mac_equal(mac_from_int64(0x02005eabcdef), sample));
    EXPECT_EQ(mac_to_int64(MAC_BROADCAST), 0xffffffffffff);
    EXPECT(mac_is_broadcast(mac_from_int64(-1)));
    mac_put(out + 1, sample);
    EXPECT_BYTES(out, want, sizeof(want));
    EXPECT(mac_equal(mac_get(want + 1), sample));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ipv4_text_is_read_and_written_alike),
        TEST(test_ipv4_text_that_is_not_quite_one_is_refused),
        TEST(test_mac_text_is_read_and_written_alike),
        TEST(test_mac_text_that_is_not_quite_one_is_refused),
        TEST(test_short_room_is_terminated_and_the_length_told),
        TEST(test_masks_cover_the_prefix),
        TEST(test_networks_agree_in_the_prefix_only),
        TEST(test_special_addresses_are_known_at_their_edges),
        TEST(test_group_bit_is_the_first_on_the_wire),
        TEST(test_mac_travels_as_an_integer_and_as_bytes),
    };
    return run_tests("address", tests, ARRAY_LEN(tests));
}
