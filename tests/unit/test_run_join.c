/* What a node without a column passes on is one arrow, from end to end. */
#include "tools/lib/run_join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/ladder_text.h"
#include "tests/support/suite.h"
#include "tools/lib/ladder_book.h"

enum { LAB_SIZE = 4096, BOOK_HEADER_MAX = 8 };

/* a and b at a switch; c behind a router. %s: what else is said. */
#define LAB                                                                                        \
    "title: passing\n"                                                                             \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }\n"                                              \
    "  b: { ip: 10.0.0.2/24 }\n"                                                                   \
    "  c: { ip: 10.0.1.3/24, gateway: 10.0.1.254 }\n"                                              \
    "switches: { s: {} }\n"                                                                        \
    "routers: { r: { interfaces: { lan: 10.0.0.254/24, wan: 10.0.1.254/24 } } }\n"                 \
    "links:\n"                                                                                     \
    "  la: { ends: [a, s], rate: 10Mbit, delay: 5ms }\n"                                           \
    "  lb: { ends: [s, b], rate: 10Mbit, delay: 5ms }\n"                                           \
    "  lr: { ends: [s, r.lan], rate: 10Mbit, delay: 5ms }\n"                                       \
    "  lc: { ends: [r.wan, c], rate: 10Mbit, delay: 5ms }\n"                                       \
    "script:\n"                                                                                    \
    "  - { at: 0s, b: udp bind 9 }\n"                                                              \
    "  - { at: 0s, c: udp bind 9 }\n"                                                              \
    "  - { at: 10ms, a: udp send b:9 28B }\n"                                                      \
    "  - { at: 1s, a: udp send c:9 29B }\n"                                                        \
    "%s"

struct shown {
    struct lab_run run;
    struct run_view view;
    struct run_joins *joins;
};

/* The lab, run, with the nodes NAMES (one letter each) without a column. */
static bool open_text(struct shown *s, const char *text, const char *names)
{
    memset(s, 0, sizeof(*s));
    if (!lab_run_open(&s->run, text, NULL, 0))
        return false;
    simulation_run(&s->run.simulation, NULL);
    if (!EXPECT(run_view_open(&s->view, s->run.simulation.world, &s->run.simulation.trace,
                              s->run.lab->title)))
        return false;
    for (uint32_t i = 0; i < s->view.world->node_count; i++)
        s->view.nodes[i].passes = strstr(names, run_node(&s->view, i)->name) != NULL;
    s->joins = run_joins_open(&s->view);
    s->view.joins = s->joins;
    return EXPECT(s->joins != NULL);
}

static bool open_lab(struct shown *s, const char *more, const char *names)
{
    char text[LAB_SIZE];

    snprintf(text, sizeof(text), LAB, more);
    return open_text(s, text, names);
}

static void close_lab(struct shown *s)
{
    run_joins_close(s->joins);
    run_view_close(&s->view);
    lab_run_close(&s->run);
}

/* The first frame from node FROM to node TO that carries UDP of LEN bytes. */
static uint32_t udp_frame(const struct shown *s, const char *from, const char *to, size_t len)
{
    const struct trace *trace = s->view.trace;

    for (uint32_t i = 1; i <= trace->frames.count; i++) {
        const struct trace_frame *frame = trace_frame(trace, i);

        if (strcmp(run_frame_from(&s->view, frame)->node->name, from) == 0 &&
            strcmp(run_frame_to(&s->view, frame)->node->name, to) == 0 &&
            frame->len == 14 + 20 + 8 + len)
            return i;
    }
    return 0;
}

/* How many lines of TEXT hold WORDS. */
static unsigned lines_with(const char *text, const char *words)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, words)) != NULL; at += strcspn(at, "\n"))
        count++;
    return count;
}

static void expect_lines(const struct shown *s, int width, const char *words, unsigned count)
{
    struct ladder_options options = { .width = width };
    char *text = ladder_text(&s->view, &options);

    if (!EXPECT_EQ(lines_with(text, words), count))
        printf("\"%s\" in:\n%s\n", words, text);
    free(text);
}

static void test_a_frame_through_a_switch_is_one(void)
{
    struct shown s;
    uint32_t in, out;

    if (!open_lab(&s, "", "s"))
        return;
    in = udp_frame(&s, "a", "s", 28);
    out = udp_frame(&s, "s", "b", 28);
    EXPECT(in != 0 && out > in);
    EXPECT_EQ(run_join_next(s.joins, in), out);
    EXPECT_EQ(run_join_before(s.joins, out), in);
    EXPECT_EQ(run_join_last(s.joins, in), out);
    EXPECT_EQ(run_join_first(s.joins, out), in);
    EXPECT_EQ(run_join_next(s.joins, out), 0);
    expect_lines(&s, 90, "UDP 49152 > 9 len=28", 1);
    expect_lines(&s, 40, "a > b", 1); /* a list */
    expect_lines(&s, 90, "TTL", 0);   /* nothing was changed */
    close_lab(&s);
}

static void test_a_frame_that_is_flooded_ends_at_the_switch(void)
{
    struct shown s;
    const char *const ends[] = { "b", "r" };

    if (!open_lab(&s, "", "s"))
        return;
    EXPECT_EQ(run_join_next(s.joins, 1), 0); /* ARP asks all */
    for (uint32_t out = 2; out <= 3; out++) {
        EXPECT_EQ(run_join_before(s.joins, out), 0);
        EXPECT_STR(run_frame_to(&s.view, trace_frame(s.view.trace, out))->node->name,
                   ends[out - 2]);
    }
    close_lab(&s);
}

static void test_a_way_through_switch_and_router_is_one_with_what_the_router_changed(void)
{
    struct shown s;
    uint32_t in, out;

    if (!open_lab(&s, "", "sr"))
        return;
    in = udp_frame(&s, "a", "s", 29);
    out = udp_frame(&s, "r", "c", 29);
    EXPECT(in != 0 && out != 0);
    EXPECT_EQ(run_join_last(s.joins, in), out);
    expect_lines(&s, 90, "UDP 49153 > 9 len=29", 1);
    expect_lines(&s, 90, "TTL 64 -> 63", 1);
    expect_lines(&s, 160, "TTL 64 -> 63", 1);
    expect_lines(&s, 40, "a > c", 1);
    expect_lines(&s, 40, "TTL 64 -> 63", 1);
    close_lab(&s);
}

static void test_what_a_router_says_itself_is_another_frame(void)
{
    struct shown s;

    if (!open_lab(&s, "  - { at: 2s, a: udp send 10.0.7.7:9 40B }\n", "sr"))
        return;
    EXPECT(udp_frame(&s, "s", "r", 40) != 0);
    EXPECT_EQ(run_join_last(s.joins, udp_frame(&s, "a", "s", 40)), udp_frame(&s, "s", "r", 40));
    expect_lines(&s, 160, "ICMP", 1); /* its report; joined at s alone */
    close_lab(&s);
}

static void test_a_loss_behind_the_switch_ends_the_arrow_with_its_cause(void)
{
    struct shown s;

    if (!open_lab(&s, "faults:\n  - { drop: udp, on: lb, nth: 1 }\n", "s"))
        return;
    expect_lines(&s, 90, "UDP 49152 > 9 len=28", 1);
    expect_lines(&s, 90, "lb: the lab's faults drop", 1);
    expect_lines(&s, 90, "b: gets", 0);
    close_lab(&s);
}

static void test_a_loss_behind_the_router_ends_the_arrow_after_its_note(void)
{
    struct shown s;

    if (!open_lab(&s, "faults:\n  - { drop: udp, on: lc, nth: 1 }\n", "sr"))
        return;
    expect_lines(&s, 90, "UDP 49153 > 9 len=29", 1);
    expect_lines(&s, 90, "TTL 64 -> 63", 1);
    expect_lines(&s, 90, "lc: the lab's faults drop", 1);
    expect_lines(&s, 90, "c: gets", 0);
    close_lab(&s);
}

static void test_both_copies_of_a_doubled_frame_arrive(void)
{
    struct shown s;
    struct ladder_options options = { .width = 90 };
    struct ladder_flight arrow;
    struct ladder_book *book;
    uint32_t in;

    if (!open_lab(&s, "faults:\n  - { duplicate: udp, on: la, nth: 1 }\n", "s"))
        return;
    in = udp_frame(&s, "a", "s", 28);
    EXPECT(run_join_next(s.joins, in) != 0);
    expect_lines(&s, 90, "b: gets 28 bytes", 2);
    expect_lines(&s, 90, "UDP 49152 > 9 len=28", 1);
    book = ladder_book_open(&s.view, &options);
    EXPECT(ladder_book_arrow(book, in, &arrow) && arrow.last > arrow.first);
    ladder_book_close(book);
    close_lab(&s);
}

/* ---- Whatever happens ---- */

/* The rows of a book, which makes page after page anew. */
static char *text_of_book(const struct shown *s, const struct ladder_options *options)
{
    struct ladder_book *book = ladder_book_open(&s->view, options);
    int width = ladder_book_width(book), header;
    struct canvas_print how = { 0 };
    struct canvas canvas;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT(canvas_open(&canvas, width, BOOK_HEADER_MAX));
    fprintf(out, "%s\n\n", s->view.title);
    header = ladder_book_header(book, &canvas, 0, 0);
    for (int y = 0; y < header; y++)
        canvas_print_row(&canvas, y, how, out);
    for (int64_t row = 0; row < ladder_book_rows(book); row++) {
        EXPECT(ladder_book_row(book, row, &canvas, 0, 0));
        canvas_print_row(&canvas, 0, how, out);
    }
    canvas_close(&canvas);
    ladder_book_close(book);
    fclose(out);
    return text;
}

static void test_a_book_with_joins_is_the_text_of_the_ladder(void)
{
    static const char *const hidden[] = { "s", "r", "sr" };
    static const int widths[] = { 40, 90, 200 };
    char lab[LAB_SIZE], *want, *got;
    struct shown s;

    for (unsigned i = 0; i < 9; i++) {
        struct ladder_options options = { .width = widths[i / 3], .page = 20 };

        lab_run_busy_text(lab, sizeof(lab), i);
        if (!open_text(&s, lab, hidden[i % 3]))
            return;
        want = ladder_text(&s.view, &options);
        got = text_of_book(&s, &options);
        EXPECT_STR_ROW(hidden[i % 3], got, want);
        free(want);
        free(got);
        close_lab(&s);
    }
}

/* What is joined has one arrow, and every arrival at an end has an item. */
static void test_each_arrival_is_shown_once_whatever_is_joined(void)
{
    struct ladder_options options = { .width = 200 };
    char lab[LAB_SIZE];
    struct shown s;

    for (unsigned seed = 1; seed <= 5; seed++) {
        struct ladder_book *book;
        struct ladder_item item;

        lab_run_busy_text(lab, sizeof(lab), seed);
        if (!open_text(&s, lab, "sr"))
            return;
        book = ladder_book_open(&s.view, &options);
        for (uint32_t i = 0; i < s.view.trace->records.count; i++) {
            struct record record = trace_read(s.view.trace, i);

            if (record.kind != RECORD_RX || s.view.nodes[record.node].passes)
                continue;
            if (!EXPECT(ladder_book_item(book, ladder_book_item_at(book, i), &item) &&
                        item.record == i))
                printf("seed %u, record %u, frame %u\n", seed, i, record.frame);
        }
        ladder_book_close(book);
        close_lab(&s);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_a_frame_through_a_switch_is_one),
        TEST(test_a_frame_that_is_flooded_ends_at_the_switch),
        TEST(test_a_way_through_switch_and_router_is_one_with_what_the_router_changed),
        TEST(test_what_a_router_says_itself_is_another_frame),
        TEST(test_a_loss_behind_the_switch_ends_the_arrow_with_its_cause),
        TEST(test_a_loss_behind_the_router_ends_the_arrow_after_its_note),
        TEST(test_both_copies_of_a_doubled_frame_arrive),
        TEST(test_a_book_with_joins_is_the_text_of_the_ladder),
        TEST(test_each_arrival_is_shown_once_whatever_is_joined),
    };

    return run_tests("run_join", tests, ARRAY_LEN(tests));
}
