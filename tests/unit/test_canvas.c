#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/colour.h"

static char printed[512];

static const char *print_row(const struct canvas *canvas, int y, struct canvas_print how)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");

    canvas_print_row(canvas, y, how, out);
    fclose(out);
    return printed;
}

static const struct canvas_print plain = { .ascii = false, .colour = false };
static const struct canvas_print ascii = { .ascii = true, .colour = false };

static void test_drawing_outside_is_clipped(void)
{
    struct canvas canvas;

    EXPECT(canvas_open(&canvas, 4, 2));
    canvas_put(&canvas, -1, 0, 'a', MEANING_PLAIN);
    canvas_put(&canvas, 4, 0, 'b', MEANING_PLAIN);
    canvas_put(&canvas, 0, 2, 'c', MEANING_PLAIN);
    canvas_put(&canvas, 0, -1, 'd', MEANING_PLAIN);
    canvas_text(&canvas, -2, 0, "vwxyz", 9, MEANING_PLAIN);
    canvas_line(&canvas, 2, 1, 99, '-', MEANING_PLAIN);
    canvas_column(&canvas, 0, -5, 99, '|', MEANING_PLAIN);
    EXPECT_STR(print_row(&canvas, 0, plain), "xyz\n");
    EXPECT_STR(print_row(&canvas, 1, plain), "| --\n");
    EXPECT_STR(print_row(&canvas, 7, plain), "\n");
    EXPECT(canvas_cell(&canvas, 4, 0) == NULL);
    canvas_close(&canvas);
}

static void test_text_wins_over_what_is_drawn_under(void)
{
    struct canvas canvas;

    EXPECT(canvas_open(&canvas, 10, 1));
    canvas_text(&canvas, 2, 0, "a b", 9, MEANING_PLAIN);
    canvas_line(&canvas, 0, 0, 8, '-', MEANING_PLAIN);
    EXPECT_STR(print_row(&canvas, 0, plain), "--a b---\n");
    canvas_clear(&canvas, 0, 1);
    EXPECT_STR(print_row(&canvas, 0, plain), "\n");
    canvas_close(&canvas);
}

static void test_text_from_nobody_knows_is_made_harmless(void)
{
    static const struct {
        const char *label, *text, *want;
        int width;
    } rows[] = {
        { "escape sequence", "a\033[31mb", "a?[31mb\n", 7 },
        { "newline and tab", "a\n\tb", "a??b\n", 4 },
        { "C1 control", "a\xc2\x9b" "b", "a?b\n", 3 },
        { "delete", "\x7f", "?\n", 1 },
        { "broken UTF-8", "a\xff\xc3", "a??\n", 3 },
        { "right-to-left override", "a\xe2\x80\xae" "b", "a?b\n", 3 },
        { "wide", "\xe7\xbd\x91x", "\xe7\xbd\x91x\n", 3 },
        { "combining", "e\xcc\x81x", "ex\n", 2 },
        { "umlaut", "\xc3\xa4", "\xc3\xa4\n", 1 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct canvas canvas;

        EXPECT(canvas_open(&canvas, 20, 1));
        EXPECT_EQ_ROW(rows[i].label, canvas_text_width(rows[i].text), rows[i].width);
        EXPECT_EQ_ROW(rows[i].label,
                      canvas_text(&canvas, 0, 0, rows[i].text, 20, MEANING_PLAIN), rows[i].width);
        EXPECT_STR_ROW(rows[i].label, print_row(&canvas, 0, plain), rows[i].want);
        canvas_close(&canvas);
    }
}

static void test_wide_character_is_never_halved(void)
{
    struct canvas canvas;

    EXPECT(canvas_open(&canvas, 3, 1));
    EXPECT_EQ(canvas_text(&canvas, 0, 0, "a\xe7\xbd\x91\xe7\xbd\x91", 4, MEANING_PLAIN), 3);
    EXPECT_STR(print_row(&canvas, 0, plain), "a\xe7\xbd\x91\n");
    canvas_clear(&canvas, 0, 1);
    canvas_text(&canvas, 2, 0, "\xe7\xbd\x91", 2, MEANING_PLAIN);
    EXPECT_STR(print_row(&canvas, 0, plain), "  ?\n");
    canvas_close(&canvas);
}

static void test_ascii_replaces_drawing_characters(void)
{
    struct canvas canvas;

    EXPECT(canvas_open(&canvas, 20, 1));
    canvas_text(&canvas, 0, 0, "│─╲╱╳▶◀●◦ä网", 20, MEANING_PLAIN);
    EXPECT_STR(print_row(&canvas, 0, ascii), "|-\\/X><*o???\n");
    canvas_text(&canvas, 0, 0, "┌┐└┘├┤┬┴▲▼", 20, MEANING_PLAIN);
    EXPECT_STR(print_row(&canvas, 0, ascii), "++++++++^v??\n");
    canvas_close(&canvas);
}

static void test_colour_changes_with_meaning_and_ends_plain(void)
{
    struct canvas canvas;
    const struct canvas_print colour = { .ascii = false, .colour = true };

    EXPECT(canvas_open(&canvas, 20, 1));
    canvas_text(&canvas, 0, 0, "ok", 2, MEANING_PLAIN);
    canvas_text(&canvas, 3, 0, "lost", 4, MEANING_LOST);
    EXPECT_STR(print_row(&canvas, 0, colour), "ok \033[0;1;31mlost\033[0m\n");
    canvas_close(&canvas);
    for (unsigned meaning = 0; meaning < MEANING_COUNT; meaning++)
        EXPECT(colour_change(MEANING_COUNT, (enum meaning)meaning) != NULL);
}

static void test_text_breaks_at_spaces(void)
{
    static const struct {
        const char *text;
        int columns;
        size_t want;
    } rows[] = {
        { "one two", 7, 7 },   { "one two", 6, 3 },   { "one two", 3, 3 },
        { "one two", 2, 2 },   { "", 5, 0 },          { "word", 0, 1 },
        { "网网 x", 4, 6 },    { "网网", 3, 3 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].text, canvas_text_break(rows[i].text, rows[i].columns),
                      rows[i].want);
}

static void test_colour_is_never_against_the_users_will(void)
{
    enum colour_choice choice;

    EXPECT(colour_parse("always", &choice) && choice == COLOUR_ALWAYS);
    EXPECT(colour_parse("never", &choice) && choice == COLOUR_NEVER);
    EXPECT(colour_parse("auto", &choice) && choice == COLOUR_AUTO);
    EXPECT(!colour_parse("yes", &choice));
    setenv("NO_COLOR", "1", 1);
    EXPECT(!colour_wanted(COLOUR_AUTO, stdout));
    EXPECT(colour_wanted(COLOUR_ALWAYS, stdout));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    EXPECT(!colour_wanted(COLOUR_AUTO, stdout));
    EXPECT(!colour_wanted(COLOUR_NEVER, stdout));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_drawing_outside_is_clipped),
        TEST(test_text_wins_over_what_is_drawn_under),
        TEST(test_text_from_nobody_knows_is_made_harmless),
        TEST(test_wide_character_is_never_halved),
        TEST(test_ascii_replaces_drawing_characters),
        TEST(test_colour_changes_with_meaning_and_ends_plain),
        TEST(test_text_breaks_at_spaces),
        TEST(test_colour_is_never_against_the_users_will),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("canvas", tests, ARRAY_LEN(tests));
}
