/* The drawn ladder: each arrow where the ladder in text has it, each loss a
 * cross, each bundled lab well-formed. */
#include "tools/lib/ladder_svg.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "tests/support/expect.h"
#include "tests/support/fake_run.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tests/support/xml_check.h"

#define PAIR                                                                                       \
    "title: t\n"                                                                                   \
    "defaults: { arp: { known: on }, tcp: { mss: 1000, sack: off, window-scale: off } }\n"         \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"

static char *draw(const struct run_view *view, struct ladder_options options, const char *name)
{
    char why[LADDER_SVG_WHY_SIZE], *text = NULL;
    struct ladder_svg *svg = ladder_svg_open(view, &options, why);
    size_t len;
    FILE *out = open_memstream(&text, &len);

    if (EXPECT_ROW(name, svg != NULL))
        EXPECT_ROW(name, ladder_svg_write(svg, out));
    fclose(out);
    ladder_svg_close(svg);
    return text;
}

static unsigned count(const char *text, const char *what)
{
    unsigned found = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        found++;
    return found;
}

static char *draw_lab(const char *lab, struct ladder_options options)
{
    struct lab_file file;
    char *text;

    if (!lab_file_open_text(&file, lab))
        return calloc(1, 1);
    text = draw(&file.view, options, "lab");
    EXPECT(xml_fault(text) == NULL);
    lab_file_close(&file);
    return text;
}

/* Arrivals have heads, losses on a wire have crosses of two lines. */
static void expect_arrows(const char *name, const struct run_view *view, const char *text)
{
    unsigned arrivals = 0, losses = 0;

    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);

        arrivals += record.kind == RECORD_RX;
        losses += record.kind == RECORD_LOST && run_loss_place(&record) == RUN_LOST_ON_WIRE;
    }
    EXPECT_EQ_ROW(name, count(text, " marker-end="), arrivals);
    EXPECT_ROW(name, count(text, "<line class=\"cross\"") >= 2 * losses);
}

static void test_each_bundled_lab_is_drawn_with_all_its_arrows(void)
{
    const char *source = getenv("RUNG_SOURCE");
    char path[4096];
    struct dirent *entry;
    unsigned drawn = 0;
    DIR *labs;

    snprintf(path, sizeof(path), "%s/labs", source != NULL ? source : ".");
    labs = opendir(path);
    ASSERT(labs != NULL);
    while ((entry = readdir(labs)) != NULL) {
        struct lab_file file;
        char *text;

        if (strchr(entry->d_name, '.') != NULL || strcmp(entry->d_name, "ORDER") == 0 ||
            !lab_file_open(&file, entry->d_name))
            continue;
        text = draw(&file.view, (struct ladder_options){ .why = 0 }, entry->d_name);
        EXPECT_ROW(entry->d_name, xml_fault(text) == NULL);
        expect_arrows(entry->d_name, &file.view, text);
        lab_file_close(&file);
        free(text);
        drawn++;
    }
    closedir(labs);
    EXPECT(drawn > 20);
}

static void test_frame_slants_from_its_sender_to_its_receiver(void)
{
    struct lab_file file;
    long x1, y1, x2, y2;
    const char *at;
    char *text;

    if (!lab_file_open(&file, "handshake"))
        return;
    text = draw(&file.view, (struct ladder_options){ .width = 100 }, "handshake");
    at = strstr(text, "<line class=\"tcp\"");
    ASSERT(at != NULL);
    EXPECT_EQ(sscanf(at,
                     "<line class=\"tcp\" x1=\"%ld%*[.0-9]\" y1=\"%ld\" x2=\"%ld%*[.0-9]\" "
                     "y2=\"%ld\"",
                     &x1, &y1, &x2, &y2),
              4);
    EXPECT(x2 - x1 > 500);
    EXPECT_EQ(y2 - y1, 24); /* one row */
    EXPECT(strstr(text, ">SYN seq=0 win=65535 mss=1000</text>") != NULL);
    lab_file_close(&file);
    free(text);
}

static void test_loss_ends_in_a_cross_with_its_cause(void)
{
    static const char lab[] = PAIR "links: { wire: { ends: [a, b], delay: 1ms, loss: 100% } }\n"
                                   "script: [ { at: 0s, a: udp send b:9 3B } ]\n";
    char *text = draw_lab(lab, (struct ladder_options){ .why = 0 });

    EXPECT_EQ(count(text, " marker-end="), 0);
    EXPECT_EQ(count(text, "<line class=\"cross\""), 4); /* the loss, and the key */
    EXPECT(strstr(text, "<text class=\"lost\"") != NULL);
    free(text);
}

static void test_frame_that_never_arrives_has_no_head(void)
{
    static const char lab[] = PAIR "links: { wire: { ends: [a, b], delay: 10s } }\n"
                                   "until: 1s\n"
                                   "script: [ { at: 0s, a: udp send b:9 3B } ]\n";
    char *text = draw_lab(lab, (struct ladder_options){ .why = 0 });

    EXPECT_EQ(count(text, " marker-end="), 0);
    EXPECT_EQ(count(text, "<line class=\"udp\""), 2); /* and the key */
    free(text);
}

static void test_words_of_others_do_not_become_markup(void)
{
    struct fake_run run;
    char *text;

    fake_run_open(&run, "</title><script>&\033");
    fake_run_node(&run, "<a>", 1);
    text = draw(&run.view, (struct ladder_options){ .why = 0 }, "markup");
    EXPECT(xml_fault(text) == NULL);
    EXPECT(strstr(text, "<script>") == NULL);
    EXPECT(strstr(text, "&lt;/title&gt;&lt;script&gt;&amp;?") != NULL);
    fake_run_close(&run);
    free(text);
}

static void test_run_that_is_too_long_is_refused_with_advice(void)
{
    static const char lab[] =
        PAIR "links: { wire: { ends: [a, b], delay: 1ms } }\n"
             "script: [ { at: 0s, a: udp send b:9 3B count 3000 every 1ms } ]\n";
    struct ladder_options options = { .why = 0 };
    char why[LADDER_SVG_WHY_SIZE] = "";
    struct lab_file file;

    if (!lab_file_open_text(&file, lab))
        return;
    EXPECT(ladder_svg_open(&file.view, &options, why) == NULL);
    EXPECT(strstr(why, "--until") != NULL && strstr(why, "--text") != NULL);
    lab_file_close(&file);
}

static void test_list_without_columns_is_drawn_as_words(void)
{
    struct lab_file file;
    char *text;

    if (!lab_file_open(&file, "hub-and-switch"))
        return;
    text = draw(&file.view, (struct ladder_options){ .width = 40 }, "list");
    EXPECT(xml_fault(text) == NULL);
    EXPECT_EQ(count(text, "<line"), 0);
    EXPECT(count(text, "<text class=\"arp\"") > 10);
    lab_file_close(&file);
    free(text);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_bundled_lab_is_drawn_with_all_its_arrows),
        TEST(test_frame_slants_from_its_sender_to_its_receiver),
        TEST(test_loss_ends_in_a_cross_with_its_cause),
        TEST(test_frame_that_never_arrives_has_no_head),
        TEST(test_words_of_others_do_not_become_markup),
        TEST(test_run_that_is_too_long_is_refused_with_advice),
        TEST(test_list_without_columns_is_drawn_as_words),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("ladder svg", tests, ARRAY_LEN(tests));
}
