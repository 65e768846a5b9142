#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#include "tools/timeline/sheet.h"

static struct sheet sheet;
static char printed[512];

static const char *row(int y)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");

    canvas_print_row(&sheet.canvas, y, (struct canvas_print){ .ascii = true }, out);
    fclose(out);
    printed[strcspn(printed, "\n")] = '\0';
    return printed;
}

static void test_long_text_wraps_at_spaces_and_keeps_its_indent(void)
{
    EXPECT(sheet_open(&sheet, 12, 3));
    EXPECT_EQ(sheet_wrap(&sheet, 2, 1, MEANING_PLAIN, "one two three four"), 3);
    EXPECT_STR(row(0), "");
    EXPECT_STR(row(1), "  one two");
    EXPECT_STR(row(2), "  three four");
    EXPECT_EQ(sheet.rows, 3);
    sheet_close(&sheet);
}

static void test_text_outside_is_clipped(void)
{
    EXPECT(sheet_open(&sheet, 5, 3));
    EXPECT_EQ(sheet_text(&sheet, 2, 0, MEANING_PLAIN, "abcdef"), 3);
    EXPECT_EQ(sheet_text(&sheet, 9, 0, MEANING_PLAIN, "abcdef"), 0);
    EXPECT_EQ(sheet_text(&sheet, 0, -1, MEANING_PLAIN, "abcdef"), 0);
    EXPECT_EQ(sheet_text(&sheet, 0, SHEET_ROWS_MAX, MEANING_PLAIN, "abcdef"), 0);
    EXPECT_EQ(sheet_wrap(&sheet, 5, 1, MEANING_PLAIN, "abc"), 1);
    EXPECT_STR(row(0), "  abc");
    EXPECT_EQ(sheet.rows, 1);
    sheet_close(&sheet);
}

static void test_only_a_focused_sheet_shows_its_selected_item(void)
{
    EXPECT(sheet_open(&sheet, 10, 3));
    EXPECT_EQ(sheet_selected(&sheet), -1);
    sheet.selected = 1;
    EXPECT(!sheet_item(&sheet, 0, 0, 3, 70));
    EXPECT(!sheet_item(&sheet, 0, 1, 3, 71));
    EXPECT_EQ(sheet_selected(&sheet), 71);
    EXPECT(sheet_begin(&sheet, 10, 3));
    sheet.focused = true;
    EXPECT(!sheet_item(&sheet, 0, 0, 3, 70));
    EXPECT(sheet_item(&sheet, 0, 1, 3, 71));
    sheet.selected = 9; /* the pane has fewer now: the last one is meant */
    EXPECT_EQ(sheet_selected(&sheet), 71);
    sheet_close(&sheet);
}

static void test_a_sheet_begun_again_is_empty(void)
{
    EXPECT(sheet_open(&sheet, 10, 3));
    sheet_text(&sheet, 0, 2, MEANING_PLAIN, "old");
    EXPECT(sheet_begin(&sheet, 10, 3));
    EXPECT_STR(row(2), "");
    EXPECT(sheet_begin(&sheet, 14, 3));
    EXPECT_EQ(sheet_say(&sheet, 0, 0, MEANING_PLAIN, "%d of %d", 3, 7), 6);
    EXPECT_STR(row(0), "3 of 7");
    sheet_close(&sheet);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_long_text_wraps_at_spaces_and_keeps_its_indent),
        TEST(test_text_outside_is_clipped),
        TEST(test_only_a_focused_sheet_shows_its_selected_item),
        TEST(test_a_sheet_begun_again_is_empty),
    };

    return run_tests("sheet", tests, ARRAY_LEN(tests));
}
