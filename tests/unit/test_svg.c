/* Pieces of SVG: lengths, text from anywhere; and that the check can fail. */
#include "tools/lib/svg.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tests/support/xml_check.h"

static void test_lengths_are_tenths_in_any_locale(void)
{
    static const struct {
        int64_t length;
        const char *text;
    } rows[] = { { 0, "0" },     { 5, "0.5" },      { 123, "12.3" }, { 120, "12" },
                 { -5, "-0.5" }, { -123, "-12.3" }, { -120, "-12" } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[40] = "";
        FILE *out = fmemopen(text, sizeof(text), "w");

        svg_put_length(out, rows[i].length);
        fclose(out);
        EXPECT_STR_ROW(rows[i].text, text, rows[i].text);
    }
}

static void test_text_from_anywhere_is_escaped_and_filtered(void)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        { "a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;" },
        { "\033[31mred\001\n\t", "?[31mred???" },
        { "\xff\xc0\x80", "???" },
        { "\xef\xbf\xbe\xef\xbf\xbf", "??" }, /* U+FFFE, U+FFFF */
        { "\xe2\x80\xae"
          "abc",
          "?abc" }, /* the text behind runs backwards */
        { "h\xc3\xb6r", "h\xc3\xb6r" },
        { "]]>", "]]&gt;" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[100] = "";
        FILE *out = fmemopen(text, sizeof(text), "w");

        svg_put_text(out, rows[i].from);
        fclose(out);
        EXPECT_STR_ROW(rows[i].to, text, rows[i].to);
    }
}

static char *picture(void)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    svg_begin(out, &(struct svg_page){ 1000, 500, "a < b", "\"&", "text { fill: #000; }\n" });
    svg_line(out, "tcp", 0, 5, 10, -15, "url(#head)");
    svg_text(out, "tcp", 10, 20, SVG_END, -35, "</text>&<x a=\"");
    svg_box(out, "paper", 0, 0, 10, 10);
    svg_path_begin(out, "curve");
    svg_path_move(out, 0, 0);
    svg_path_to(out, 15, 25);
    svg_path_end(out);
    svg_end(out);
    fclose(out);
    return text;
}

static void test_picture_of_pieces_is_well_formed(void)
{
    char *text = picture();

    EXPECT(xml_fault(text) == NULL);
    EXPECT(strstr(text, "<title>a &lt; b</title>") != NULL);
    EXPECT(strstr(text, "<line class=\"tcp\" x1=\"0\" y1=\"0.5\" x2=\"1\" y2=\"-1.5\" "
                        "marker-end=\"url(#head)\"/>") != NULL);
    EXPECT(strstr(text, "text-anchor=\"end\" transform=\"rotate(-3.5 1 2)\"") != NULL);
    EXPECT(strstr(text, "d=\"M0 0L1.5 2.5\"") != NULL);
    free(text);
}

static void test_check_refuses_what_is_not_well_formed(void)
{
    static const char *const rows[] = {
        "",
        "x",
        "<a>",
        "</a>",
        "<a></b>",
        "<a b></a>",
        "<a b=\"<\"/>",
        "<a>&nbsp;</a>",
        "<a>\001</a>",
        "<a>\xff</a>",
        "<a/><b/>",
        "<a b=\"c/>",
        "<a>></a>",
        "<a b=\"c\"d=\"\"/>",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_ROW(rows[i], xml_fault(rows[i]) != NULL);
    EXPECT(xml_fault("<a b=\"&amp;\"><c/>text</a>\n") == NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_lengths_are_tenths_in_any_locale),
        TEST(test_text_from_anywhere_is_escaped_and_filtered),
        TEST(test_picture_of_pieces_is_well_formed),
        TEST(test_check_refuses_what_is_not_well_formed),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return run_tests("svg", tests, ARRAY_LEN(tests));
}
