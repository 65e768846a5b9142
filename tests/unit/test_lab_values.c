#include "tools/lib/lab_values.h"

#include "layers/units.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_seed_takes_all_64_bits(void)
{
    char why[UNIT_WHY_SIZE];
    uint64_t seed = 0;

    EXPECT(lab_parse_seed("18446744073709551615", &seed, why, sizeof why));
    EXPECT(seed == UINT64_MAX);
    EXPECT(!lab_parse_seed("18446744073709551616", &seed, why, sizeof why));
    EXPECT(!lab_parse_seed("-1", &seed, why, sizeof why));
    EXPECT_STR(why, "\"-1\" is not a seed: write a whole number, such as 42");
    EXPECT(!lab_parse_seed("", &seed, why, sizeof why));
    EXPECT(seed == UINT64_MAX);
}

static void test_prefix_needs_address_and_length(void)
{
    static const struct {
        const char *text, *why;
        int len;
    } rows[] = {
        { "10.0.0.1/24", NULL, 24 },
        { "10.0.0.1/32", NULL, 32 },
        { "10.0.0.1/0", "a prefix of \"0\" bits is not possible: write /1 to /32", 0 },
        { "10.0.0.1/33", "a prefix of \"33\" bits is not possible: write /1 to /32", 0 },
        { "10.0.0.1/", "a prefix of \"\" bits is not possible: write /1 to /32", 0 },
        { "10.0.0.1/2/4", "a prefix of \"2/4\" bits is not possible: write /1 to /32", 0 },
        { "10.0.0.1", "10.0.0.1 in which network? write its prefix too, 10.0.0.1/24", 0 },
        { "10.0.0/24",
          "\"10.0.0/24\" is not an address with its prefix: write it like 10.0.0.1/24", 0 },
        { "255.255.255.2550/24",
          "\"255.255.255.2550/24\" is not an address with its prefix: write it like 10.0.0.1/24",
          0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE] = "";
        ipv4 address = 0;
        int len = 0;
        lab_parse_prefix(rows[i].text, 1, &address, &len, why, sizeof why);
        EXPECT_STR_ROW(rows[i].text, why, rows[i].why != NULL ? rows[i].why : "");
        EXPECT_EQ_ROW(rows[i].text, len, rows[i].len);
        EXPECT_EQ_ROW(rows[i].text, address, rows[i].why == NULL ? 0x0a000001 : 0);
    }
}

static void test_words_that_are_no_address_say_what_to_write(void)
{
    char why[UNIT_WHY_SIZE];
    ipv4 address = 7;
    struct mac mac = { { 7 } };

    EXPECT(lab_parse_address("10.0.0.1", &address, why, sizeof why));
    EXPECT_EQ(address, 0x0a000001);
    EXPECT(!lab_parse_address("10.0.0", &address, why, sizeof why));
    EXPECT_STR(why, "\"10.0.0\" is not an IPv4 address: write four numbers from 0 to 255, such "
                    "as 10.0.0.1");
    EXPECT_EQ(address, 0x0a000001);
    EXPECT(!lab_parse_mac("02:00", &mac, why, sizeof why));
    EXPECT_STR(why, "\"02:00\" is not a MAC address: write it like 02:00:00:00:00:01");
    EXPECT_EQ(mac.at[0], 7);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_seed_takes_all_64_bits),
        TEST(test_prefix_needs_address_and_length),
        TEST(test_words_that_are_no_address_say_what_to_write),
    };

    return run_tests("lab values", tests, ARRAY_LEN(tests));
}
