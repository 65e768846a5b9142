#include "tools/lib/diagnostic.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/utf8.h"

static struct diagnostics d;
static struct source source;

static void begin(const char *text)
{
    diagnostics_init(&d);
    source_init(&source, "lab.yaml", text, strlen(text));
}

static struct mark at(uint32_t line, uint32_t column, uint32_t length)
{
    return (struct mark){ &source, line, column, length };
}

/* What is printed must be WANT; gives everything back. */
static void expect_printed(const char *want)
{
    char *got = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&got, &size);

    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    EXPECT_STR(got, want);
    free(got);
    diagnostics_free(&d);
    source_free(&source);
}

static void test_error_shows_place_line_and_caret(void)
{
    begin("title: x\n  b: { tpc: 1 }\n");
    diagnostic_error(&d, at(2, 8, 3), "unknown key \"%s\"", "tpc");
    expect_printed("lab.yaml:2:8: error: unknown key \"tpc\"\n"
                   "    b: { tpc: 1 }\n"
                   "         ^~~\n");
}

static void test_errors_are_sorted_by_place(void)
{
    begin("aaaa\nbbbb\n");
    diagnostic_error(&d, at(2, 1, 1), "third");
    diagnostic_error(&d, at(1, 3, 1), "second");
    diagnostic_error(&d, at(1, 1, 1), "first");
    diagnostic_error(&d, at(2, 1, 1), "fourth, as it was told later");
    expect_printed("lab.yaml:1:1: error: first\n  aaaa\n  ^\n"
                   "lab.yaml:1:3: error: second\n  aaaa\n    ^\n"
                   "lab.yaml:2:1: error: third\n  bbbb\n  ^\n"
                   "lab.yaml:2:1: error: fourth, as it was told later\n  bbbb\n  ^\n");
}

static void test_caret_counts_the_columns_of_wide_characters(void)
{
    begin("\xe6\x90\x8d\xe5\xa4\xb1: \xc3\xa9x\n");
    diagnostic_error(&d, at(1, 6, 1), "here");
    expect_printed("lab.yaml:1:6: error: here\n"
                   "  \xe6\x90\x8d\xe5\xa4\xb1: \xc3\xa9x\n"
                   "         ^\n");
}

static void test_what_could_disturb_a_terminal_is_shown_as_question_mark(void)
{
    begin("a\x1b[31m\xff\tb\n");
    diagnostic_error(&d, at(1, 1, 1), "bad \x1b[0m word \xe2\x80\xae end");
    expect_printed("lab.yaml:1:1: error: bad ?[0m word ? end\n"
                   "  a?[31m? b\n"
                   "  ^\n");
}

static void test_long_line_is_cut_around_the_caret(void)
{
    static char text[4001];
    memset(text, 'x', sizeof text - 1);

    begin(text);
    diagnostic_error(&d, at(1, 2000, 1), "deep inside");
    char want[400];
    snprintf(want, sizeof want,
             "lab.yaml:1:2000: error: deep inside\n  ...%.100s...\n%65s^\n", text, "");
    expect_printed(want);
}

static void test_column_beyond_the_limit_shows_no_line(void)
{
    begin("x");
    diagnostic_error(&d, at(1, SOURCE_COLUMN_MAX + 1, 1), "far away");
    expect_printed("lab.yaml:1:20001: error: far away\n");
}

static void test_more_errors_than_shown_are_counted(void)
{
    begin("x");
    for (int i = 0; i < DIAGNOSTICS_KEPT + 50; i++)
        diagnostic_error(&d, (struct mark){ &source, 0, 0, 0 }, "e");
    EXPECT(diagnostics_crowded(&d));
    EXPECT_EQ(d.total, 1050);
    char want[1000] = "";
    for (int i = 0; i < DIAGNOSTICS_SHOWN; i++)
        strcat(want, "lab.yaml: error: e\n");
    strcat(want, "and 1030 more errors\n");
    expect_printed(want);
}

static void test_option_is_named_without_line_and_comes_after_the_file(void)
{
    begin("x");
    struct source option;
    source_init(&option, "--set seed=x", "seed=x", 6);
    option.is_option = true;
    option.order = 1;
    diagnostic_error(&d, (struct mark){ &option, 1, 1, 1 }, "not a seed");
    diagnostic_error(&d, at(1, 1, 1), "in the file");
    source_free(&option);
    expect_printed("lab.yaml:1:1: error: in the file\n  x\n  ^\n"
                   "--set seed=x: error: not a seed\n");
}

static void test_error_without_text_has_only_a_name(void)
{
    begin("");
    diagnostic_name_error(&d, "lab\n.yaml", "cannot be read: %s", "gone");
    expect_printed("lab?.yaml: error: cannot be read: gone\n");
}

static void test_lines_end_in_any_convention(void)
{
    begin("\xef\xbb\xbfone\r\ntwo\rthree\nfour");
    static const char *const want[] = { "", "one", "two", "three", "four", "" };
    EXPECT_EQ(source.line_count, 4);
    for (uint32_t line = 0; line < ARRAY_LEN(want); line++) {
        struct span span = source_line(&source, line);
        EXPECT_EQ(span.len, strlen(want[line]));
        EXPECT_BYTES(span.at, want[line], strlen(want[line]));
    }
    expect_printed("");
}

static void test_utf8_takes_the_shortest_form_only(void)
{
    static const struct {
        const char *bytes;
        size_t len, used;
        uint32_t code;
    } rows[] = {
        { "a", 1, 1, 'a' }, { "\xc3\xa9", 2, 2, 0xe9 }, { "\xe6\x90\x8d", 3, 3, 0x640d },
        { "\xf0\x9f\x98\x80", 4, 4, 0x1f600 }, { "\xc3", 1, 0, 0 }, { "\xe6\x90", 2, 0, 0 },
        { "\xc0\x80", 2, 0, 0 }, { "\xe0\x80\x80", 3, 0, 0 }, { "\xed\xa0\x80", 3, 0, 0 },
        { "\xf4\x90\x80\x80", 4, 0, 0 }, { "\xff", 1, 0, 0 }, { "\x80", 1, 0, 0 },
        { "\xc3x", 2, 0, 0 }, { "", 0, 0, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t code = 0;
        EXPECT_EQ_ROW(rows[i].bytes, utf8_decode(rows[i].bytes, rows[i].len, &code),
                      rows[i].used);
        EXPECT_EQ_ROW(rows[i].bytes, code, rows[i].code);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_error_shows_place_line_and_caret),
        TEST(test_errors_are_sorted_by_place),
        TEST(test_caret_counts_the_columns_of_wide_characters),
        TEST(test_what_could_disturb_a_terminal_is_shown_as_question_mark),
        TEST(test_long_line_is_cut_around_the_caret),
        TEST(test_column_beyond_the_limit_shows_no_line),
        TEST(test_more_errors_than_shown_are_counted),
        TEST(test_option_is_named_without_line_and_comes_after_the_file),
        TEST(test_error_without_text_has_only_a_name),
        TEST(test_lines_end_in_any_convention),
        TEST(test_utf8_takes_the_shortest_form_only),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("diagnostic", tests, ARRAY_LEN(tests));
}
