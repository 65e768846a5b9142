#include "layers/units.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

/* A text, and the value or the sentence that it must give. */
struct row {
    const char *text;
    int64_t value;
    const char *why; /* NULL: it is good */
};

typedef bool parse_function(const char *text, int64_t *value, char *why, size_t size);

static void check_rows(parse_function *parse, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char why[UNIT_WHY_SIZE] = "";
        int64_t value = -77;
        bool good = parse(rows[i].text, &value, why, sizeof why);
        EXPECT_ROW(rows[i].text, good == (rows[i].why == NULL));
        EXPECT_STR_ROW(rows[i].text, why, rows[i].why != NULL ? rows[i].why : "");
        EXPECT_EQ_ROW(rows[i].text, value, good ? rows[i].value : -77);
    }
}

static void test_time_is_exact_to_the_nanosecond(void)
{
    static const struct row rows[] = {
        { "20ms", 20 * MS, NULL },
        { "1s", SECONDS, NULL },
        { "1.5s", 1500 * MS, NULL },
        { "10us", 10 * US, NULL },
        { "300ns", 300, NULL },
        { "2min", 120 * SECONDS, NULL },
        { "1h", HOURS, NULL },
        { "0s", 0, NULL },
        { "20 ms", 20 * MS, NULL },
        { "0.000000001s", 1, NULL },
        { "0.1s", 100 * MS, NULL },
        { "1.000000000000000000000000000s", SECONDS, NULL },
        { "0.0000000001min", 6, NULL },
        { "0.001us", 1, NULL },
        { "2305843009213693951ns", VTIME_MAX, NULL },
        { "2305843009213693952ns", 0,
          "\"2305843009213693952ns\" is too large for a time: write at most 640511h" },
        { "99999999999999999999999s", 0,
          "\"99999999999999999999999s\" is too large for a time: write at most 640511h" },
        { "36893488147419103240ns", 0,
          "\"36893488147419103240ns\" is too large for a time: write at most 640511h" },
        { "640511h", 640511 * HOURS, NULL },
        { "640512h", 0, "\"640512h\" is too large for a time: write at most 640511h" },
        { "0.3ns", 0, "\"0.3ns\" is too fine: the smallest step is 1ns" },
        { "0.0000000001s", 0, "\"0.0000000001s\" is too fine: the smallest step is 1ns" },
        { "0.1234567890123456789s", 0,
          "\"0.1234567890123456789s\" is too fine: the smallest step is 1ns" },
    };

    check_rows(unit_parse_time, rows, ARRAY_LEN(rows));
}

static void test_time_without_sense_says_what_to_write(void)
{
    static const struct row rows[] = {
        { "20", 0, "20 what? write 20ms" },
        { "1.5", 0, "1.5 what? write 1.5ms" },
        { "20 ", 0, "20 what? write 20ms" },
        { "-5ms", 0, "a time cannot be negative: write 5ms" },
        { "20sec", 0, "unknown unit \"sec\" for a time: write 20s" },
        { "20fortnights", 0,
          "unknown unit \"fortnights\" for a time: write ns, us, ms, s, min or h" },
        { "20  ms", 0, "unknown unit \" ms\" for a time: write ns, us, ms, s, min or h" },
        { "20MS", 0, "unknown unit \"MS\" for a time: write ns, us, ms, s, min or h" },
        { ".5s", 0, "\".5s\" is not a time: write a number and ns, us, ms, s, min or h" },
        { "1.s", 0, "unknown unit \".s\" for a time: write ns, us, ms, s, min or h" },
        { "soon", 0, "\"soon\" is not a time: write a number and ns, us, ms, s, min or h" },
        { "", 0, "\"\" is not a time: write a number and ns, us, ms, s, min or h" },
        { "0x10ms", 0, "unknown unit \"x10ms\" for a time: write ns, us, ms, s, min or h" },
        { "1e3ms", 0, "unknown unit \"e3ms\" for a time: write ns, us, ms, s, min or h" },
    };

    check_rows(unit_parse_time, rows, ARRAY_LEN(rows));
}

static void test_size_tells_kilo_from_kibi(void)
{
    static const struct row rows[] = {
        { "1B", 1, NULL },
        { "8kB", 8000, NULL },
        { "8KiB", 8192, NULL },
        { "0.5KiB", 512, NULL },
        { "0.000003814697265625GiB", 4096, NULL },
        { "1.5MB", 1500000, NULL },
        { "1MiB", 1048576, NULL },
        { "1GB", 1000000000, NULL },
        { "0.5B", 0, "\"0.5B\" is too fine: the smallest step is 1B" },
        { "8", 0, "8 what? write 8B" },
        { "9007199254740992B", (int64_t)1 << 53, NULL },
        { "8388608GiB", (int64_t)1 << 53, NULL },
        { "9007199254740993B", 0,
          "\"9007199254740993B\" is too large for a size: write at most 8388608GiB" },
        { "8KB", 0,
          "unknown unit \"KB\" for a size: write B, kB (1000), KiB (1024), MB, MiB, GB or GiB" },
    };

    check_rows(unit_parse_size, rows, ARRAY_LEN(rows));
}

static void test_rate_is_bits_a_second(void)
{
    static const struct row rows[] = {
        { "9600bit", 9600, NULL },
        { "64kbit", 64000, NULL },
        { "10Mbit", 10000000, NULL },
        { "10Mbit/s", 10000000, NULL },
        { "2.5Gbit", 2500000000, NULL },
        { "1000Gbit", 1000000000000, NULL },
        { "1001Gbit", 0, "\"1001Gbit\" is too large for a rate: write at most 1000Gbit" },
        { "10", 0, "10 what? write 10Mbit" },
        { "0bit", 0,
          "a rate of 0 carries nothing: leave it out for a link that needs no time, or write down "
          "in the script" },
        { "10Mbps", 0, "unknown unit \"Mbps\" for a rate: write 10Mbit" },
        { "10baud", 0, "unknown unit \"baud\" for a rate: write bit, kbit, Mbit or Gbit" },
    };

    check_rows(unit_parse_rate, rows, ARRAY_LEN(rows));
}

static void test_chance_is_parts_per_million(void)
{
    static const struct row rows[] = {
        { "1%", 10000, NULL },
        { "0.01%", 100, NULL },
        { "0.0001%", 1, NULL },
        { "100%", 1000000, NULL },
        { "100.0%", 1000000, NULL },
        { "0%", 0, NULL },
        { "33.3333%", 333333, NULL },
        { "1", 0, "1 what? write 1%" },
        { "0.2", 0, "0.2 what? write 0.2%, or 20% for one in five" },
        { "20", 0, "20 what? write 20%" },
        { "101%", 0, "\"101%\" is too large for a chance: write at most 100%" },
        { "100.1%", 0, "\"100.1%\" is too large for a chance: write at most 100%" },
        { "99999999999999999999%", 0,
          "\"99999999999999999999%\" is too large for a chance: write at most 100%" },
        { "101.00001%", 0, "\"101.00001%\" is too large for a chance: write at most 100%" },
        { "0.00001%", 0, "\"0.00001%\" is too fine: the smallest step is 0.0001%" },
        { "-1%", 0, "a chance cannot be negative: write 1%" },
    };

    check_rows(unit_parse_chance, rows, ARRAY_LEN(rows));
}

static void test_packets_and_switches(void)
{
    static const struct row packets[] = {
        { "50 packets", 50, NULL },
        { "1 packet", 1, NULL },
        { "0 packets", 0, NULL },
        { "1000001 packets", 0,
          "\"1000001 packets\" is too large for a number of packets: write at most 1000000 "
          "packets" },
        { "50", 0, "50 what? write 50 packets" },
        { "50 frames", 0,
          "unknown unit \"frames\" for a number of packets: write packets" },
        { "1.5 packets", 0, "\"1.5 packets\" is too fine: the smallest step is 1 packet" },
    };
    static const struct row switches[] = {
        { "on", 1, NULL },  { "true", 1, NULL },  { "yes", 1, NULL },
        { "off", 0, NULL }, { "false", 0, NULL }, { "no", 0, NULL },
        { "On", 0, "\"On\" is not a switch: write on or off" },
        { "1", 0, "\"1\" is not a switch: write on or off" },
    };

    check_rows(unit_parse_packets, packets, ARRAY_LEN(packets));
    check_rows(unit_parse_switch, switches, ARRAY_LEN(switches));
}

static bool parse_small(const char *text, int64_t *value, char *why, size_t size)
{
    return unit_parse_count(text, -1, 255, value, why, size);
}

static void test_count_keeps_to_its_range(void)
{
    static const struct row rows[] = {
        { "0", 0, NULL },
        { "-1", -1, NULL },
        { "255", 255, NULL },
        { "256", 0, "256 is out of range: write a number from -1 to 255" },
        { "-2", 0, "-2 is out of range: write a number from -1 to 255" },
        { "99999999999999999999", 0,
          "99999999999999999999 is out of range: write a number from -1 to 255" },
        { "1.5", 0, "\"1.5\" is not a whole number: write one from -1 to 255" },
        { "1.0000000000000000001", 0,
          "\"1.0000000000000000001\" is not a whole number: write one from -1 to 255" },
        { "7x", 0, "\"7x\" is not a whole number: write one from -1 to 255" },
        { "", 0, "\"\" is not a whole number: write one from -1 to 255" },
    };

    check_rows(parse_small, rows, ARRAY_LEN(rows));
}

static void test_count_reaches_the_greatest_integer(void)
{
    char why[UNIT_WHY_SIZE];
    int64_t value = 0;

    EXPECT(unit_parse_count("9223372036854775807", 0, INT64_MAX, &value, why, sizeof why));
    EXPECT(value == INT64_MAX);
    EXPECT(unit_parse_count("-9223372036854775807", INT64_MIN, 0, &value, why, sizeof why));
    EXPECT(value == -INT64_MAX);
    EXPECT(!unit_parse_count("9223372036854775808", 0, INT64_MAX, &value, why, sizeof why));
    EXPECT(!unit_parse_count("-9223372036854775808", -2, 0, &value, why, sizeof why));
    /* 2 * 2^64 + 8: what is left of it in 64 bits would be in range. */
    EXPECT(!unit_parse_count("36893488147419103240", 0, INT64_MAX, &value, why, sizeof why));
    EXPECT(value == -INT64_MAX);
}

static const struct config_key TIMEOUT = { "timeout", UNIT_TIME, 0, 0, 60 * SECONDS, NULL, "" };
static const struct config_key TTL = { "ttl", UNIT_COUNT, 0, 1, 255, NULL, "" };
static const struct config_key BUFFER = { "rcvbuf", UNIT_SIZE, 0, 1000, 64000, NULL, "" };
static const struct config_key CC = { "cc", UNIT_CHOICE, 0, 0, 0, "none|reno|cubic", "" };
static const struct config_key SCALE = { "window-scale", UNIT_COUNT, 0, 0, 14, "auto=-1|off=-2",
                                         "" };
static const struct config_key KEEPALIVE = { "keepalive", UNIT_TIME, 0, 0, HOURS, "off=0", "" };
static const struct config_key SACK = { "sack", UNIT_SWITCH, 0, 0, 1, NULL, "" };

static void test_setting_follows_its_key(void)
{
    static const struct {
        const struct config_key *key;
        const char *text;
        int64_t value;
        const char *why;
    } rows[] = {
        { &TIMEOUT, "1min", 60 * SECONDS, NULL },
        { &TIMEOUT, "off", 0, NULL },
        { &TIMEOUT, "61s", 0, "61s is out of range: write 0s to 1min" },
        { &TTL, "64", 64, NULL },
        { &TTL, "off", 0, "\"off\" is not a whole number: write one from 1 to 255" },
        { &BUFFER, "8kB", 8000, NULL },
        { &BUFFER, "1B", 0, "1B is out of range: write 1kB to 64kB" },
        { &CC, "none", 0, NULL },
        { &CC, "cubic", 2, NULL },
        { &CC, "cub", 0, "\"cub\" is not a choice here: write none|reno|cubic" },
        { &CC, "", 0, "\"\" is not a choice here: write none|reno|cubic" },
        { &SCALE, "auto", -1, NULL },
        { &SCALE, "off", -2, NULL },
        { &SCALE, "0", 0, NULL },
        { &SCALE, "15", 0, "15 is out of range: write a number from 0 to 14, auto or off" },
        { &SCALE, "-1", 0, "-1 is out of range: write a number from 0 to 14, auto or off" },
        { &SCALE, "aut", 0,
          "\"aut\" is not a whole number: write one from 0 to 14, auto or off" },
        { &KEEPALIVE, "off", 0, NULL },
        { &KEEPALIVE, "0s", 0, NULL },
        { &KEEPALIVE, "1h", HOURS, NULL },
        { &KEEPALIVE, "2h", 0, "2h is out of range: write 0s to 1h or off" },
        { &SACK, "on", 1, NULL },
        { &SACK, "64", 0, "\"64\" is not a switch: write on or off" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE] = "";
        int64_t value = 0;
        bool good = unit_parse_setting(rows[i].key, rows[i].text, &value, why, sizeof why);
        EXPECT_ROW(rows[i].text, good == (rows[i].why == NULL));
        EXPECT_STR_ROW(rows[i].text, why, rows[i].why != NULL ? rows[i].why : "");
        EXPECT_EQ_ROW(rows[i].text, value, rows[i].value);
    }
}

static void test_formatted_value_reads_back(void)
{
    static const struct {
        const struct config_key *key;
        int64_t value;
        const char *text;
    } rows[] = {
        { &TIMEOUT, 1500 * MS, "1500ms" }, { &TIMEOUT, 0, "0s" }, { &TIMEOUT, 1, "1ns" },
        { &TIMEOUT, 60 * SECONDS, "1min" }, { &BUFFER, 8192, "8KiB" }, { &BUFFER, 8000, "8kB" },
        { &TTL, 64, "64" }, { &CC, 1, "reno" }, { &SACK, 0, "off" },
        { &SCALE, -1, "auto" }, { &SCALE, -2, "off" }, { &SCALE, 0, "0" }, { &SCALE, 14, "14" },
        { &KEEPALIVE, 0, "off" }, { &KEEPALIVE, 7200 * MS, "7200ms" }, { &SACK, 1, "on" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[40], why[UNIT_WHY_SIZE];
        int64_t value = -1;
        size_t len = unit_format_setting(rows[i].key, rows[i].value, text, sizeof text);
        EXPECT_STR(text, rows[i].text);
        EXPECT_EQ(len, strlen(text));
        EXPECT(unit_parse_setting(rows[i].key, text, &value, why, sizeof why));
        EXPECT_EQ_ROW(text, value, rows[i].value);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_time_is_exact_to_the_nanosecond),
        TEST(test_time_without_sense_says_what_to_write),
        TEST(test_size_tells_kilo_from_kibi),
        TEST(test_rate_is_bits_a_second),
        TEST(test_chance_is_parts_per_million),
        TEST(test_packets_and_switches),
        TEST(test_count_keeps_to_its_range),
        TEST(test_count_reaches_the_greatest_integer),
        TEST(test_setting_follows_its_key),
        TEST(test_formatted_value_reads_back),
    };

    return run_tests("units", tests, ARRAY_LEN(tests));
}
