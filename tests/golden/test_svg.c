/*
 * Drawings to the byte: tests/golden/svg/NAME.svg. RUNG_GOLDEN_UPDATE=1 writes
 * them anew; look at them before committing.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/ladder_svg.h"
#include "tools/lib/plot_svg.h"

static void expect_drawing(const char *name, const char *got)
{
    char recording[120];

    snprintf(recording, sizeof(recording), "svg/%s.svg", name);
    expect_golden(recording, got);
}

static void test_ladders_are_drawn(void)
{
    static const char *const labs[] = { "handshake", "lost-fin-ack", "hub-and-switch" };

    for (size_t i = 0; i < ARRAY_LEN(labs); i++) {
        struct ladder_options options = { .width = 0 };
        char why[LADDER_SVG_WHY_SIZE], *got = NULL;
        struct ladder_svg *svg;
        struct lab_file lab;
        size_t len;
        FILE *out;

        if (!lab_file_open(&lab, labs[i]))
            continue;
        out = open_memstream(&got, &len);
        svg = ladder_svg_open(&lab.view, &options, why);
        EXPECT(svg != NULL && ladder_svg_write(svg, out));
        fclose(out);
        ladder_svg_close(svg);
        lab_file_close(&lab);
        expect_drawing(labs[i], got);
        free(got);
    }
}

static void test_curves_are_drawn(void)
{
    static const char *const labs[] = { "rto-and-karn", "reno-vs-cubic", "congestion-collapse" };

    for (size_t i = 0; i < ARRAY_LEN(labs); i++) {
        char why[PLOT_SVG_WHY_SIZE], name[80], *got = NULL;
        struct plot_svg_end end;
        struct lab_file lab;
        size_t len;
        FILE *out;

        if (!lab_file_open(&lab, labs[i]))
            continue;
        out = open_memstream(&got, &len);
        EXPECT(plot_svg_choose(&lab.view, NULL, &end, why) && plot_svg_write(&lab.view, &end, out));
        fclose(out);
        lab_file_close(&lab);
        snprintf(name, sizeof(name), "%s-plot", labs[i]);
        expect_drawing(name, got);
        free(got);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ladders_are_drawn),
        TEST(test_curves_are_drawn),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("svg golden", tests, ARRAY_LEN(tests));
}
