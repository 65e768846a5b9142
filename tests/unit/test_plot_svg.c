/* Curves of a connection, drawn: whose they are, what is in them. */
#include "tools/lib/plot_svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tests/support/xml_check.h"

#define PAIR                                                                                       \
    "title: t\n"                                                                                   \
    "defaults: { arp: { known: on }, tcp: { mss: 1000, sack: off, window-scale: off } }\n"         \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"

/* The second connection of a sends most. */
static const char two_connections[] = PAIR "links: { wire: { ends: [a, b], delay: 1ms } }\n"
                                           "script:\n"
                                           "  - { at: 0s, b: listen 80 }\n"
                                           "  - { at: 0s, b: listen 81 }\n"
                                           "  - { at: 10ms, a: connect b:80 from 5000 }\n"
                                           "  - { at: 20ms, a: connect b:81 from 5001 }\n"
                                           "  - { at: 25ms, a: connect b:80 from 5002 }\n"
                                           "  - { at: 30ms, a: on 5000 send 1kB }\n"
                                           "  - { at: 30ms, a: on 5001 send 9kB }\n";

static void test_connection_is_chosen_by_host_and_port(void)
{
    static const struct {
        const char *name;
        const char *host;
        uint32_t subject; /* 0: refused */
    } rows[] = {
        { NULL, "a", 2 },     { "a", "a", 2 },      { "a:80", "a", 1 }, { "a:81", "a", 2 },
        { "a:5002", "a", 3 }, { "a:5000", "a", 1 }, { "c", "", 0 },     { "a:9", "", 0 },
        { "a:", "", 0 },      { "a:x", "", 0 },     { ":80", "", 0 },   { "", "", 0 },
        { "a:70000", "", 0 }, { "a:0", "", 0 },     { "aa:80", "", 0 },
    };
    struct lab_file lab;

    if (!lab_file_open_text(&lab, two_connections))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *label = rows[i].name != NULL ? rows[i].name : "anybody";
        char why[PLOT_SVG_WHY_SIZE] = "";
        struct plot_svg_end end = { 0 };
        bool chosen = plot_svg_choose(&lab.view, rows[i].name, &end, why);

        EXPECT_EQ_ROW(label, chosen, rows[i].subject != 0);
        EXPECT_ROW(label, chosen || why[0] != '\0');
        if (!chosen)
            continue;
        EXPECT_STR_ROW(label, run_node(&lab.view, end.node)->name, rows[i].host);
        EXPECT_EQ_ROW(label, end.subject, rows[i].subject);
    }
    lab_file_close(&lab);
}

static void test_run_without_connections_is_refused(void)
{
    char why[PLOT_SVG_WHY_SIZE] = "";
    struct plot_svg_end end;
    struct lab_file lab;

    if (!lab_file_open(&lab, "arp-cache"))
        return;
    EXPECT(!plot_svg_choose(&lab.view, NULL, &end, why));
    EXPECT(strstr(why, "no TCP connection") != NULL);
    lab_file_close(&lab);
}

static char *plot(const char *name)
{
    char why[PLOT_SVG_WHY_SIZE], *text = NULL;
    struct plot_svg_end end;
    struct lab_file lab;
    size_t len;
    FILE *out;

    if (!lab_file_open(&lab, name))
        return calloc(1, 1);
    out = open_memstream(&text, &len);
    EXPECT_ROW(name,
               plot_svg_choose(&lab.view, NULL, &end, why) && plot_svg_write(&lab.view, &end, out));
    fclose(out);
    lab_file_close(&lab);
    EXPECT_ROW(name, xml_fault(text) == NULL);
    return text;
}

static unsigned count(const char *text, const char *what)
{
    unsigned found = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        found++;
    return found;
}

static void test_timeouts_and_fast_retransmits_are_marked(void)
{
    static const struct {
        const char *lab;
        unsigned timeouts, repairs;
    } rows[] = { { "handshake", 0, 0 }, { "rto-and-karn", 2, 0 }, { "fast-retransmit", 0, 1 } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *text = plot(rows[i].lab);

        /* A line in each of the three charts. */
        EXPECT_EQ_ROW(rows[i].lab, count(text, "<line class=\"timeout\""), 3 * rows[i].timeouts);
        EXPECT_EQ_ROW(rows[i].lab, count(text, "<line class=\"repair\""), 3 * rows[i].repairs);
        EXPECT_EQ_ROW(rows[i].lab, count(text, "a timeout<"), rows[i].timeouts > 0);
        free(text);
    }
}

/* The last point of the curve that is the NTH path of CLASS. */
static void last_point(const char *text, const char *class, unsigned nth, double *x, double *y)
{
    char start[60], *at = NULL;
    const char *end, *last = NULL;

    snprintf(start, sizeof(start), "<path class=\"%s\" d=\"", class);
    for (unsigned i = 0; i < nth && text != NULL; i++) {
        at = strstr(text, start);
        text = at != NULL ? at + strlen(start) : NULL;
    }
    *x = *y = -1;
    if (text == NULL)
        return;
    end = strchr(text, '"');
    for (const char *c = text; c < end; c++)
        if (*c == 'L')
            last = c + 1;
    if (last != NULL)
        EXPECT_EQ(sscanf(last, "%lf %lf", x, y), 2);
}

static void test_curve_ends_at_its_value_and_time(void)
{
    char *text = plot("fast-retransmit");
    double x, y;

    /* SND.NXT, the highest of its chart: 1/1.05 of 190 pixels above its axis. */
    last_point(text, "solid", 3, &x, &y);
    EXPECT(x > 855.9 && x < 856.1);
    EXPECT(y > 786 - 190 / 1.05 - 0.2 && y < 786 - 190 / 1.05 + 0.2);
    free(text);
}

static void test_window_without_limit_has_no_curve(void)
{
    char *text = plot("congestion-collapse");

    EXPECT_EQ(count(text, "<path class=\"solid\""), 2);
    EXPECT(strstr(text, ">cwnd (as high as can be)<") != NULL);
    free(text);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_connection_is_chosen_by_host_and_port),
        TEST(test_run_without_connections_is_refused),
        TEST(test_timeouts_and_fast_retransmits_are_marked),
        TEST(test_curve_ends_at_its_value_and_time),
        TEST(test_window_without_limit_has_no_curve),
    };

    return run_tests("plot svg", tests, ARRAY_LEN(tests));
}
