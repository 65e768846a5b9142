/* tools/lib/markdown.h: a lab's short texts as lines. */
#include "tools/lib/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const char *printed(const char *text, int width)
{
    static char said[2000];
    char *all = NULL;
    size_t len;
    FILE *out = open_memstream(&all, &len);

    ASSERT(out != NULL);
    markdown_print(text, width, out);
    fclose(out);
    snprintf(said, sizeof(said), "%s", all);
    free(all);
    return said;
}

static void test_text_of_each_kind_becomes_its_lines(void)
{
    static const struct {
        const char *text, *lines;
    } rows[] = {
        { "", "" },
        { "one\ntwo\n", "one two\n" },
        { "one\n\n\ntwo\n", "one\n\ntwo\n" },
        { "\n\none", "one\n" },
        { "a **bold** and *slanted* _word_", "a bold and slanted word\n" },
        { "**all `code * kept`** of", "all code * kept of\n" },
        { "2 * 3 * 4 and a_b_c and 2*3*4", "2 * 3 * 4 and a_b_c and 2*3*4\n" },
        { "one ** two", "one ** two\n" },
        { "*", "*\n" },
        { "`", "`\n" },
        { "see [the book](x.md).", "see the book (x.md).\n" },
        { "an [unfinished](link and [1]", "an [unfinished](link and [1]\n" },
        { "# Head\ntext", "Head\n\ntext\n" },
        { "text\n## Head ##\n", "text\n\nHead ##\n" },
        { "- one\n  more\n- two\n1. three\n", "- one more\n- two\n1. three\n" },
        { "text:\n- item\n", "text:\n- item\n" },
        { "the **checksum\nof IP** and `a\nb`", "the checksum of IP and a b\n" },
        { "- **both\n  lines**\n\n**no\n\nmark**", "- both lines\n\n**no\n\nmark**\n" },
        { "eight bytes and\n20. Then more.\n", "eight bytes and 20. Then more.\n" },
        { "20. one\n21. two\n", "20. one\n21. two\n" },
        { "x\n\n    code  here\n    too\n\ny", "x\n\n  code  here\n  too\n\ny\n" },
        { "```\na **b**\n\nc\n```\nd", "  a **b**\n  \n  c\nd\n" },
        { "the words are broken at the width of it", "the words are broken\nat the width of it\n" },
        { "- the words are broken at the width", "- the words are\n  broken at the\n  width\n" },
        { "\x1b[31mred\x1b[0m \xc3\xa4 \xff", "?[31mred?[0m \xc3\xa4 ?\n" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_STR_ROW(rows[i].text, printed(rows[i].text, i > 21 ? 20 : 72), rows[i].lines);
}

static void test_width_of_nothing_still_ends(void)
{
    EXPECT_STR(printed("- abcdefghijklmnop", 0), "- abcdefgh\n  ijklmnop\n");
}

static void test_many_links_fit_their_room(void)
{
    char text[4001] = "", *end = text;

    while (end + 5 < text + sizeof(text)) {
        memcpy(end, "[](x)", 5);
        end += 5;
    }
    *end = '\0';
    EXPECT_EQ(strlen(printed(text, 60)) > 1000, true);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_text_of_each_kind_becomes_its_lines),
        TEST(test_width_of_nothing_still_ends),
        TEST(test_many_links_fit_their_room),
    };

    return run_tests("markdown", tests, ARRAY_LEN(tests));
}
