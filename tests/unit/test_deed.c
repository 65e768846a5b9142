/* tools/lib/deed.h: what a student did, as text. */
#include "tools/lib/deed.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

static const char text[] = "hosts:\n"
                           "  a: { ip: 10.0.0.1/24 }\n"
                           "  b: { ip: 10.0.0.2/24 }\n"
                           "links:\n"
                           "  wire: { ends: [a, b], delay: 1ms }\n";

static void test_deed_is_written_as_it_is_read(void)
{
    static const struct {
        const char *line, *written;
        enum deed_kind kind;
    } rows[] = {
        { "drop 7", "drop 7", DEED_DROP },
        { " drop  frame 7 ", "drop 7", DEED_DROP },
        { "delay 3 50ms", "delay 3 50ms", DEED_DELAY },
        { "delay frame 3 1500us", "delay 3 1500us", DEED_DELAY },
        { "duplicate 4294967295", "duplicate 4294967295", DEED_DUPLICATE },
        { "corrupt 2", "corrupt 2", DEED_CORRUPT },
        { "corrupt 2 bit 304", "corrupt 2 bit 304", DEED_CORRUPT },
        { "at 50ms a: ping b", "at 50ms a: ping b", DEED_COMMAND },
        { "at 0s wire:down", "at 0s wire: down", DEED_COMMAND },
        { "at 1s a: udp send b:9 \"x y\"", "at 1s a: udp send b:9 \"x y\"", DEED_COMMAND },
    };
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[300] = "", written[DEED_TEXT_SIZE + 100], short_written[8];
        struct deed deed;
        size_t column = 0, len;

        EXPECT_ROW(rows[i].line,
                   deed_parse(rows[i].line, run.lab, &deed, why, sizeof(why), &column));
        EXPECT_STR_ROW(rows[i].line, why, "");
        EXPECT_EQ_ROW(rows[i].line, deed.kind, rows[i].kind);
        len = deed_write(&deed, written, sizeof(written));
        EXPECT_STR_ROW(rows[i].line, written, rows[i].written);
        EXPECT_EQ_ROW(rows[i].line, len, strlen(written));
        EXPECT_EQ_ROW(rows[i].line, deed_write(&deed, short_written, sizeof(short_written)), len);
    }
    lab_run_close(&run);
}

static void test_line_that_is_no_deed_says_what_and_where(void)
{
    static const struct {
        const char *line, *why;
        size_t column;
    } rows[] = {
        { "", "\"\" is no deed: write drop 7, delay 7 50ms or at 50ms a: close", 0 },
        { " dorp 7", "\"dorp\" is no deed, did you mean \"drop\"?", 1 },
        { "look at 7", "\"look\" is no deed: write drop 7, delay 7 50ms or at 50ms a: close", 0 },
        { "drop", "which frame? write its number, as the ladder shows it", 4 },
        { "drop x", "\"x\" is not a whole number: write one from 1 to 4294967295", 5 },
        { "drop frame 0", "0 is out of range: write a number from 1 to 4294967295", 11 },
        { "drop 7 8", "nothing may follow here: remove it", 7 },
        { "delay 7", "how much later? write delay 7 50ms", 7 },
        { "delay 7 20", "20 what? write 20ms", 8 },
        { "corrupt 7 304", "which bit? write bit 304, or nothing", 10 },
        { "corrupt 7 bit x", "which bit? write bit 304, or nothing", 14 },
        { "a: close", "when? begin with a time: at 50ms a: close", 0 },
        { "at", "when? write at 50ms a: close", 2 },
        { "at 5 a: close", "5 what? write 5ms", 3 },
        { "at 5ms close", "who shall do what? write at 50ms a: close", 7 },
        { "at 5ms c: close", "no host or link has this name", 7 },
        { "at 5ms a: clsoe", "unknown command \"clsoe\", did you mean \"close\"?", 10 },
    };
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[300] = "";
        struct deed deed;
        size_t column = 99;

        EXPECT_ROW(rows[i].line,
                   !deed_parse(rows[i].line, run.lab, &deed, why, sizeof(why), &column));
        EXPECT_STR_ROW(rows[i].line, why, rows[i].why);
        EXPECT_EQ_ROW(rows[i].line, column, rows[i].column);
    }
    lab_run_close(&run);
}

static void test_deeds_are_counted_by_kind_unless_they_are_off(void)
{
    static const struct deed deeds[] = {
        { .kind = DEED_DROP },  { .kind = DEED_DROP, .off = true },
        { .kind = DEED_DELAY }, { .kind = DEED_COMMAND },
        { .kind = DEED_DROP },
    };
    struct deed_counts counts = deed_count(deeds, ARRAY_LEN(deeds));

    EXPECT_EQ(counts.all, 4);
    EXPECT_EQ(counts.of[DEED_DROP], 2);
    EXPECT_EQ(counts.of[DEED_DELAY], 1);
    EXPECT_EQ(counts.of[DEED_CORRUPT], 0);
    EXPECT_EQ(counts.of[DEED_COMMAND], 1);
}

static void test_command_is_amended_to_just_after_its_moment(void)
{
    struct deed command = { .kind = DEED_COMMAND, .at = 5, .target = "a", .text = "close" };
    struct deed drop = { .kind = DEED_DROP, .frame = 3 };
    struct lab_amendment amendment = deed_amendment(&command);

    EXPECT_EQ(amendment.kind, LAB_AMEND_COMMAND);
    EXPECT_EQ(amendment.at, 6);
    EXPECT_STR(amendment.name, "a");
    amendment = deed_amendment(&drop);
    EXPECT_EQ(amendment.kind, LAB_AMEND_FAULT);
    EXPECT_EQ(amendment.fault.frame, 3);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_deed_is_written_as_it_is_read),
        TEST(test_line_that_is_no_deed_says_what_and_where),
        TEST(test_deeds_are_counted_by_kind_unless_they_are_off),
        TEST(test_command_is_amended_to_just_after_its_moment),
    };

    return run_tests("deed", tests, ARRAY_LEN(tests));
}
