/* tools/lib/answer.h: values as people type them. */
#include "tools/lib/answer.h"

#include "layers/state.h"
#include "layers/units.h"
#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

static void test_value_is_read_in_each_of_its_forms(void)
{
    static const struct {
        enum value_type type;
        const char *text;
        int64_t value;
    } rows[] = {
        { VALUE_NUMBER, "1460", 1460 },
        { VALUE_NUMBER, "  1460 \r\n", 1460 },
        { VALUE_NUMBER, "1,460", 1460 },
        { VALUE_NUMBER, "12,345,678", 12345678 },
        { VALUE_NUMBER, "0x5b4", 1460 },
        { VALUE_NUMBER, "-1", -1 },
        { VALUE_HEX, "0x12", 18 },
        { VALUE_HEX, "18", 18 },
        { VALUE_HEX16, "0x800", 0x800 },
        { VALUE_HEX16, "2048", 0x800 },
        { VALUE_NUMBER, "4294967295", 4294967295 },
        { VALUE_BYTES, "1460", 1460 },
        { VALUE_BYTES, "1460 B", 1460 },
        { VALUE_BYTES, "1,460 bytes", 1460 },
        { VALUE_BYTES, "1 Byte", 1 },
        { VALUE_BYTES, "8kB", 8000 },
        { VALUE_BYTES, "8 KiB", 8192 },
        { VALUE_BYTES, "0x10", 16 },
        { VALUE_TIME, "20ms", 20 * MS },
        { VALUE_TIME, "1.5 s", 1500 * MS },
        { VALUE_TIME, "-3us", -3 * US },
        { VALUE_STATE, "CLOSE-WAIT", STATE_TCP_CLOSE_WAIT },
        { VALUE_STATE, "close_wait", STATE_TCP_CLOSE_WAIT },
        { VALUE_STATE, "Close Wait", STATE_TCP_CLOSE_WAIT },
        { VALUE_STATE, "FINWAIT1", STATE_TCP_FIN_WAIT_1 },
        { VALUE_STATE, "syn-rcvd", STATE_TCP_SYN_RECEIVED },
        { VALUE_STATE, "SYN_RECV", STATE_TCP_SYN_RECEIVED },
        { VALUE_STATE, "estab", STATE_TCP_ESTABLISHED },
        { VALUE_STATE, "closed", STATE_TCP_CLOSED },
        { VALUE_TRUTH, "Yes", 1 },
        { VALUE_TRUTH, "no", 0 },
        { VALUE_IPV4, "10.0.0.1", 0x0a000001 },
        { VALUE_MAC, "02:00:00:00:00:0a", 0x02000000000a },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE] = "";
        int64_t value = -99;

        EXPECT_ROW(rows[i].text, answer_read(rows[i].type, rows[i].text, &value, why, sizeof(why)));
        EXPECT_STR_ROW(rows[i].text, why, "");
        EXPECT_EQ_ROW(rows[i].text, value, rows[i].value);
    }
}

static void test_what_is_no_value_says_what_to_write(void)
{
    static const struct {
        enum value_type type;
        const char *text, *why;
    } rows[] = {
        { VALUE_NUMBER, "", "nothing is written: write a number such as 1460" },
        { VALUE_TIME, "  ", "nothing is written: write a time such as 20ms" },
        { VALUE_NUMBER, "one", "\"one\" is no number: write for example 1460" },
        { VALUE_NUMBER, "1,46", "\"1,46\" is no number: write for example 1460" },
        { VALUE_NUMBER, "1 0", "\"1 0\" is no number: write for example 1460" },
        { VALUE_NUMBER, "0x", "\"0x\" is no number: write for example 1460" },
        { VALUE_NUMBER, "--1", "\"-1\" is no number: write for example 1460" },
        { VALUE_NUMBER, "9223372036854775808",
          "\"9223372036854775808\" is no number: write for example 1460" },
        { VALUE_NUMBER, "1111111111111111111111111111111111111111111111111111111111111",
          "this is too long: write a number such as 1460" },
        { VALUE_HEX, "", "nothing is written: write a number such as 0x12" },
        { VALUE_TIME, "20", "20 what? write 20ms" },
        { VALUE_STATE, "ESTABLISHD", "\"ESTABLISHD\" is no state, did you mean \"ESTABLISHED\"?" },
        { VALUE_STATE, "x", "\"x\" is no state: write for example ESTABLISHED" },
        { VALUE_TRUTH, "perhaps", "\"perhaps\": write yes or no" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE] = "";
        int64_t value;

        EXPECT_ROW(rows[i].text,
                   !answer_read(rows[i].type, rows[i].text, &value, why, sizeof(why)));
        EXPECT_STR_ROW(rows[i].text, why, rows[i].why);
    }
}

static void test_value_is_written_as_it_can_be_read(void)
{
    static const struct {
        enum value_type type;
        int64_t value;
        const char *text;
    } rows[] = {
        { VALUE_NUMBER, -7, "-7" },
        { VALUE_HEX, 2, "0x02" },
        { VALUE_HEX, 0x12, "0x12" },
        { VALUE_HEX, 0x100, "0x100" },
        { VALUE_HEX, -1, "-1" },
        { VALUE_HEX16, 0x800, "0x0800" },
        { VALUE_HEX16, 0x12345, "0x12345" },
        { VALUE_BYTES, 1460, "1460 B" },
        { VALUE_TIME, 20058 * US, "20.058 ms" },
        { VALUE_TIME, -20 * MS, "-20 ms" },
        { VALUE_TIME, 0, "0 s" },
        { VALUE_STATE, STATE_TCP_TIME_WAIT, "TIME-WAIT" },
        { VALUE_TRUTH, 1, "yes" },
        { VALUE_IPV4, 0x0a000001, "10.0.0.1" },
        { VALUE_MAC, 0x02000000000a, "02:00:00:00:00:0a" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[ANSWER_TEXT_SIZE], why[UNIT_WHY_SIZE];
        int64_t again = -99;

        answer_format(rows[i].type, rows[i].value, text, sizeof(text));
        EXPECT_STR(text, rows[i].text);
        EXPECT_ROW(text, answer_read(rows[i].type, text, &again, why, sizeof(why)));
        EXPECT_EQ_ROW(text, again, rows[i].value);
    }
}

static void test_time_is_right_as_the_ladder_shows_it(void)
{
    EXPECT(answer_same(VALUE_TIME, 50101600, 50102000)); /* 50.102 ms */
    EXPECT(answer_same(VALUE_TIME, 51200, 51000));       /* 0.051 ms */
    EXPECT(answer_same(VALUE_TIME, 1010 * MS, 1011 * MS));
    EXPECT(!answer_same(VALUE_TIME, 50101600, 50000000)); /* 50 ms */
    EXPECT(!answer_same(VALUE_TIME, 20 * MS, 40 * MS));
    EXPECT(!answer_same(VALUE_TIME, 200, 0));
    EXPECT(!answer_same(VALUE_TIME, 20 * MS, -20 * MS));
    EXPECT(answer_same(VALUE_TIME, 0, 0));
    EXPECT(!answer_same(VALUE_NUMBER, 50101600, 50102000));
    EXPECT(!answer_same(VALUE_BYTES, 1000000, 1000001));
    EXPECT(!answer_same(VALUE_TIME, INT64_MAX, 0));
}

static void test_time_rounded_as_it_is_written_is_the_same(void)
{
    static const struct {
        int64_t right;
        const char *text;
        bool is_rounded;
    } rows[] = {
        { 80102000, "80ms", true },   { 80102000, "80.1 ms", true },
        { 80102000, "0.08s", true },  { 80102000, "80.2ms", false },
        { 80102000, "79ms", false },  { 80102000, "80.0ms", false },
        { 80600000, "80ms", false },  { 80600000, "81ms", true },
        { 240257000, "240ms", true }, { 240257000, "0.24s", true },
        { 240257000, "0.2s", false }, /* 17% */
        { 10102000, "10ms", true },   { 1020 * MS, "1s", true },
        { 1021 * MS, "1s", false }, /* more than 2% */
        { 1051 * US, "1ms", false },  { -80102000, "-80ms", true },
        { -80102000, "80ms", false }, { 0, "0s", true },
        { 400 * US, "0ms", false },   { INT64_MAX, "0ms", false },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE];
        int64_t given, half = answer_half_place(VALUE_TIME, rows[i].text);

        ASSERT(answer_read(VALUE_TIME, rows[i].text, &given, why, sizeof(why)));
        EXPECT_EQ_ROW(rows[i].text, answer_is_rounded(rows[i].right, given, half),
                      rows[i].is_rounded);
    }
    EXPECT_EQ(answer_half_place(VALUE_TIME, " 1.25 s\n"), 5 * MS);
    EXPECT_EQ(answer_half_place(VALUE_TIME, "rubbish"), 0);
    EXPECT_EQ(answer_half_place(VALUE_TIME, "0.0000000000000000001s"), 0);
    EXPECT_EQ(answer_half_place(VALUE_BYTES, "8kB"), 0);
    EXPECT_EQ(answer_half_place(VALUE_NUMBER, "1000"), 0);
}

static void test_span_is_an_amount_or_a_share(void)
{
    static const struct {
        enum value_type type;
        const char *text;
        int64_t right, span;
        const char *why;
    } rows[] = {
        { VALUE_TIME, "1ms", 5, MS, "" },
        { VALUE_TIME, "1%", -80 * MS, 800 * US, "" },
        { VALUE_BYTES, "10%", 1460, 146, "" },
        { VALUE_BYTES, "20", 1460, 20, "" },
        { VALUE_NUMBER, "2", 7, 2, "" },
        { VALUE_NUMBER, "100%", INT64_MAX, INT64_MAX, "" },
        { VALUE_TIME, "5", 0, 0, "5 what? write 5ms" },
        { VALUE_NUMBER, "1ms", 0, 0, "\"1ms\" is no number: write for example 1460" },
        { VALUE_NUMBER, "0", 0, 0, "\"0\" is no span: write more than 0" },
        { VALUE_NUMBER, "-1", 0, 0, "\"-1\" is no span: write more than 0" },
        { VALUE_STATE, "1", 0, 0, "there is nothing near such an answer: remove it" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[UNIT_WHY_SIZE] = "";
        int64_t span = 0;

        EXPECT_EQ_ROW(
            rows[i].text,
            answer_read_span(rows[i].type, rows[i].text, rows[i].right, &span, why, sizeof(why)),
            rows[i].why[0] == '\0');
        EXPECT_STR_ROW(rows[i].text, why, rows[i].why);
        EXPECT_EQ_ROW(rows[i].text, span, rows[i].span);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_value_is_read_in_each_of_its_forms),
        TEST(test_what_is_no_value_says_what_to_write),
        TEST(test_value_is_written_as_it_can_be_read),
        TEST(test_time_is_right_as_the_ladder_shows_it),
        TEST(test_time_rounded_as_it_is_written_is_the_same),
        TEST(test_span_is_an_amount_or_a_share),
    };

    return run_tests("answer", tests, ARRAY_LEN(tests));
}
