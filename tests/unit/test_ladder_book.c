/* A book says what the ladder prints, from whatever end it is read. */
#include "tools/lib/ladder_book.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/rule.h"
#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/fake_run.h"
#include "tests/support/lab_run.h"
#include "tests/support/ladder_text.h"
#include "tests/support/suite.h"

enum { LAB_SIZE = 4096 };

/* ---- Labs ---- */

/* Two connections at once through a router, lossy; a third is refused. */
#define TCP_LAB                                                                           \
    "title: transfer\n"                                                                   \
    "seed: %d\n"                                                                          \
    "until: 2min\n"                                                                       \
    "hosts:\n"                                                                            \
    "  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }\n"                                     \
    "  b: { ip: 10.0.1.2/24, gateway: 10.0.1.254 }\n"                                     \
    "routers: { r: { interfaces: { lan: 10.0.0.254/24, wan: 10.0.1.254/24 } } }\n"        \
    "links:\n"                                                                            \
    "  lan: { ends: [a, r.lan], rate: 100Mbit, delay: 1ms, duplicate: 1%% }\n"            \
    "  wan: { ends: [r.wan, b], rate: 10Mbit, delay: 20ms, queue: 20 packets, loss: 1%% }\n" \
    "script:\n"                                                                           \
    "  - { at: 0s, b: listen 80 }\n"                                                      \
    "  - { at: 10ms, a: connect b:80 }\n"                                                 \
    "  - { at: 11ms, a: connect b:80 }\n"                                                 \
    "  - { at: 12ms, a: connect b:81 }\n"                                                 \
    "  - { at: 500ms, a: on 49152 send %s }\n"                                            \
    "  - { at: 501ms, a: on 49153 send 20kB }\n"                                          \
    "  - { at: 90s, wan: down }\n"

struct shown {
    struct lab_run run;
    struct run_view view;
    struct ladder_options options;
    uint32_t slice; /* records by which books are laid out; 0: at once */
    struct ladder_book *book;
};

static bool open_lab(struct shown *s, const char *lab)
{
    memset(s, 0, sizeof(*s));
    if (!lab_run_open(&s->run, lab, NULL, 0))
        return false;
    simulation_run(&s->run.simulation, NULL);
    return EXPECT(run_view_open(&s->view, s->run.simulation.world, &s->run.simulation.trace,
                                s->run.lab->title));
}

static void close_lab(struct shown *s)
{
    run_view_close(&s->view);
    lab_run_close(&s->run);
}

static bool open_book(struct shown *s, struct ladder_options options)
{
    uint32_t before = 0;

    s->options = options;
    if (s->slice == 0) {
        s->book = ladder_book_open(&s->view, &s->options);
        return EXPECT(s->book != NULL);
    }
    s->book = ladder_book_begin(&s->view, &s->options);
    while (s->book != NULL && !ladder_book_is_done(s->book)) {
        EXPECT(ladder_book_go_on(s->book, s->slice));
        EXPECT(ladder_book_laid(s->book) - before <= s->slice);
        before = ladder_book_laid(s->book);
    }
    return EXPECT(s->book != NULL) && EXPECT_EQ(before, s->view.trace->records.count);
}

static const char *transfer(int seed, const char *size)
{
    static char lab[LAB_SIZE];

    snprintf(lab, sizeof(lab), TCP_LAB, seed, size);
    return lab;
}

static const char *busy(uint64_t seed)
{
    static char lab[LAB_SIZE];

    lab_run_busy_text(lab, sizeof(lab), seed);
    return lab;
}

/* ---- The same text ---- */

enum { HEADER_MAX = 8 };

/* The book from the title to the last row, as ladder_print would print it. */
static char *text_of_book(const struct shown *s)
{
    struct canvas_print how = { s->options.ascii, s->options.colour };
    int width = ladder_book_width(s->book), header;
    struct canvas canvas;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    EXPECT(canvas_open(&canvas, width, HEADER_MAX));
    canvas_text(&canvas, 0, 0, s->view.title, width, MEANING_TITLE);
    canvas_print_row(&canvas, 0, how, out);
    fputs("\n", out);
    canvas_clear(&canvas, 0, 1);
    header = ladder_book_header(s->book, &canvas, 0, 0);
    for (int y = 0; y < header; y++)
        canvas_print_row(&canvas, y, how, out);
    for (int64_t row = 0; row < ladder_book_rows(s->book); row++) {
        EXPECT(ladder_book_row(s->book, row, &canvas, 0, 0));
        canvas_print_row(&canvas, 0, how, out);
    }
    EXPECT(!ladder_book_row(s->book, ladder_book_rows(s->book), &canvas, 0, 0));
    EXPECT(!ladder_book_row(s->book, -1, &canvas, 0, 0));
    canvas_close(&canvas);
    fclose(out);
    return text;
}

static void expect_same_text(struct shown *s, const char *label, struct ladder_options options)
{
    char *want, *got;

    if (!open_book(s, options))
        return;
    want = ladder_text(&s->view, &options);
    got = text_of_book(s);
    EXPECT_STR_ROW(label, got, want);
    free(want);
    free(got);
    ladder_book_close(s->book);
}

static void expect_same_at_all_widths(const char *lab)
{
    static const int widths[] = { 40, 64, 80, 101, 200 };
    struct shown s;
    char label[64];

    if (!open_lab(&s, lab))
        return;
    for (size_t i = 0; i < ARRAY_LEN(widths); i++)
        for (uint32_t page = 0; page <= 60; page += 20) {
            snprintf(label, sizeof(label), "width %d, page %u", widths[i], (unsigned)page);
            expect_same_text(&s, label, (struct ladder_options){ .width = widths[i],
                                                                 .page = page });
        }
    expect_same_text(&s, "why", (struct ladder_options){ .width = 90, .page = 1, .ascii = true,
                                                         .why = LADDER_WHY_ALL });
    expect_same_text(&s, "absolute", (struct ladder_options){ .width = 120, .page = 50,
                                                              .colour = true, .absolute = true });
    close_lab(&s);
}

static void test_rows_joined_are_the_text_of_the_ladder(void)
{
    for (int seed = 1; seed <= 3; seed++) {
        expect_same_at_all_widths(busy((uint64_t)seed));
        expect_same_at_all_widths(transfer(seed, "60kB"));
    }
}

static void test_book_laid_out_bit_by_bit_is_the_same(void)
{
    static const uint32_t slices[] = { 1, 100, UINT32_MAX };
    struct shown s;

    if (!open_lab(&s, busy(4)))
        return;
    for (size_t i = 0; i < ARRAY_LEN(slices); i++) {
        s.slice = slices[i];
        expect_same_text(&s, "bits", (struct ladder_options){ .width = 100, .page = 20 });
        expect_same_text(&s, "list", (struct ladder_options){ .width = 40, .page = 20 });
    }
    close_lab(&s);
}

static void test_run_in_which_nothing_happens_has_header_and_last_words(void)
{
    struct fake_run run;
    struct shown s = { .options = { .width = 80 } };
    struct ladder_item item;

    fake_run_open(&run, "nothing");
    fake_run_node(&run, "a", 1);
    fake_run_node(&run, "b", 1);
    s.view = run.view;
    expect_same_text(&s, "empty", s.options);
    if (open_book(&s, s.options)) {
        EXPECT_EQ(ladder_book_items(s.book), 0);
        EXPECT(!ladder_book_item(s.book, 0, &item));
        EXPECT_EQ(ladder_book_item_at(s.book, 0), -1);
        EXPECT_EQ(ladder_book_item_on_row(s.book, 0), -1);
        EXPECT_EQ(ladder_book_row_at(s.book, SECONDS), 0);
    }
    ladder_book_close(s.book);
    fake_run_close(&run);
}

/* A moment without end: a thousand frames that take no time. */
static void test_pages_end_within_a_moment_too(void)
{
    struct fake_run run;
    struct shown s = { .options = { .width = 80 } };
    uint16_t a, b, wire;

    fake_run_open(&run, "all at once");
    a = fake_run_node(&run, "a", 1);
    b = fake_run_node(&run, "b", 1);
    wire = fake_run_link(&run, "wire", a, 0, b, 0);
    fake_run_at(&run, 0);
    for (unsigned i = 0; i < 1000; i++) {
        uint32_t frame = fake_run_udp(&run, wire, i % 3 == 0, 20 + i % 7);

        fake_run_rx(&run, frame);
        fake_run_drop(&run, i % 3 == 0 ? a : b, frame, RULE_UDP_BAD_CHECKSUM);
    }
    s.view = run.view;
    for (uint32_t page = 1; page <= 300; page += 60)
        expect_same_text(&s, "all at once", (struct ladder_options){ .width = 80, .page = page });
    fake_run_close(&run);
}

/* The world that is walked about in has connections, or has not met them yet. */
static void test_world_taken_back_leaves_the_text_as_it_was(void)
{
    struct simulation_options with_history = { .keep_history = true };
    struct ladder_options options = { .width = 80, .page = 40 };
    char *want, *got;
    struct shown s;

    if (!open_lab(&s, transfer(8, "20kB")))
        return;
    want = ladder_text(&s.view, &options);
    run_view_close(&s.view);
    simulation_close(&s.run.simulation);
    EXPECT(simulation_open(&s.run.simulation, s.run.lab, &with_history));
    simulation_run(&s.run.simulation, NULL);
    EXPECT(run_view_open(&s.view, s.run.simulation.world, &s.run.simulation.trace,
                         s.run.lab->title));
    EXPECT(strstr(want, "49153>80 ") != NULL);
    if (open_book(&s, options)) {
        EXPECT(world_seek(&s.run.simulation.history, 1));
        got = text_of_book(&s);
        EXPECT_STR(got, want);
        free(got);
    }
    free(want);
    ladder_book_close(s.book);
    close_lab(&s);
}

/* ---- Any order ---- */

static uint64_t hash_of_row(const struct canvas *canvas)
{
    uint64_t hash = 0;

    for (int x = 0; x < canvas->width; x++) {
        const struct cell *cell = canvas_cell(canvas, x, 0);

        hash = hash_mix(hash + cell->character * 64u + cell->meaning);
        hash = hash_mix(hash + canvas->owners[x]);
    }
    return hash;
}

static void test_rows_are_the_same_in_any_order(void)
{
    struct ladder_options options = { .width = 80, .page = 30, .why = LADDER_WHY_ALL };
    struct canvas canvas;
    struct shown s;
    uint64_t *first, luck = 1;
    int64_t rows;

    if (!open_lab(&s, transfer(4, "60kB")) || !open_book(&s, options))
        return;
    rows = ladder_book_rows(s.book);
    first = calloc((size_t)rows, sizeof(*first));
    EXPECT(canvas_open(&canvas, 80, 1) && canvas_own(&canvas));
    for (int64_t row = 0; row < rows; row++) {
        EXPECT(ladder_book_row(s.book, row, &canvas, 0, 0));
        first[row] = hash_of_row(&canvas);
    }
    for (int64_t i = 0; i < rows; i++) {
        int64_t row = (int64_t)((luck = hash_mix(luck)) % (uint64_t)rows);

        EXPECT(ladder_book_row(s.book, row, &canvas, 0, 0));
        EXPECT_EQ(hash_of_row(&canvas), first[row]);
    }
    for (int64_t row = rows - 1; row >= 0; row -= 3) {
        EXPECT(ladder_book_row(s.book, row, &canvas, 0, 0));
        EXPECT_EQ(hash_of_row(&canvas), first[row]);
    }
    free(first);
    canvas_close(&canvas);
    ladder_book_close(s.book);
    close_lab(&s);
}

static void test_row_at_another_place_is_clipped_and_leaves_the_rest(void)
{
    struct canvas canvas;
    struct shown s;

    if (!open_lab(&s, busy(1)) || !open_book(&s, (struct ladder_options){ .width = 80 }))
        return;
    EXPECT(canvas_open(&canvas, 50, 3));
    for (int y = 0; y < 3; y++)
        canvas_line(&canvas, 0, y, 50, '#', MEANING_PLAIN);
    EXPECT(ladder_book_row(s.book, 0, &canvas, 10, 1));
    for (int x = 0; x < 50; x++) {
        EXPECT_EQ(canvas_cell(&canvas, x, 0)->character, '#');
        EXPECT_EQ(canvas_cell(&canvas, x, 2)->character, '#');
        EXPECT_EQ(canvas_cell(&canvas, x, 1)->character == '#', x < 10);
    }
    canvas_close(&canvas);
    ladder_book_close(s.book);
    close_lab(&s);
}

/* ---- Items ---- */

static void expect_item(struct shown *s, const struct canvas *canvas, int64_t index,
                        struct ladder_item *last)
{
    struct ladder_item item, other;
    struct record record;

    if (!EXPECT(ladder_book_item(s->book, index, &item)))
        return;
    record = trace_read(s->view.trace, item.record);
    EXPECT(index == 0 || item.record > last->record);
    EXPECT_EQ(item.frame, record.frame);
    EXPECT(item.row >= 0 && item.row < ladder_book_rows(s->book));
    EXPECT(item.width > 0 && item.x >= 0 && item.x + item.width <= 80);
    EXPECT(ladder_book_row(s->book, item.row, (struct canvas *)(uintptr_t)canvas, 0, 0));
    EXPECT(canvas_cell(canvas, item.x, 0)->character != CANVAS_EMPTY);
    EXPECT_EQ(ladder_book_time(s->book, item.row), trace_time(s->view.trace, &record));
    EXPECT_EQ(ladder_book_item_at(s->book, item.record), index);
    EXPECT_EQ(ladder_book_item_at(s->book, item.record - 1), item.record == 0 ? index : index - 1);
    EXPECT(ladder_book_item(s->book, ladder_book_item_on_row(s->book, item.row), &other));
    EXPECT_EQ(other.row, item.row);
    *last = item;
}

static void expect_items(const char *lab, int width)
{
    struct ladder_item last = { 0 };
    struct canvas canvas;
    struct shown s;

    if (!open_lab(&s, lab) ||
        !open_book(&s, (struct ladder_options){ .width = width, .page = 40 }))
        return;
    EXPECT(canvas_open(&canvas, 80, 1));
    EXPECT(ladder_book_items(s.book) > 300);
    for (int64_t i = 0; i < ladder_book_items(s.book); i++)
        expect_item(&s, &canvas, i, &last);
    EXPECT(!ladder_book_item(s.book, ladder_book_items(s.book), &last));
    EXPECT(!ladder_book_item(s.book, -1, &last));
    EXPECT_EQ(ladder_book_item_at(s.book, UINT32_MAX), ladder_book_items(s.book) - 1);
    canvas_close(&canvas);
    ladder_book_close(s.book);
    close_lab(&s);
}

static void test_items_are_in_the_order_of_the_trace(void)
{
    expect_items(busy(2), 80);
    expect_items(busy(2), 40);
    expect_items(transfer(2, "60kB"), 80);
}

static void test_row_of_a_time_is_the_last_one_not_after_it(void)
{
    struct shown s;
    int64_t rows, row;

    if (!open_lab(&s, busy(3)) ||
        !open_book(&s, (struct ladder_options){ .width = 80, .page = 40 }))
        return;
    rows = ladder_book_rows(s.book);
    for (vtime time = 0; time < 10 * SECONDS; time += 7 * MS) {
        row = ladder_book_row_at(s.book, time);
        EXPECT(row == 0 || ladder_book_time(s.book, row) <= time);
        EXPECT(row + 1 >= rows || ladder_book_time(s.book, row + 1) > time);
    }
    ladder_book_close(s.book);
    close_lab(&s);
}

/* ---- Arrows ---- */

/* Counts the cells that FRAME owns; those beside its arrow's rows are wrong. */
static void expect_arrow(struct shown *s, struct canvas *canvas, uint32_t frame)
{
    struct ladder_flight arrow;
    int64_t last;
    bool first_owned = false;

    if (!ladder_book_arrow(s->book, frame, &arrow))
        return;
    EXPECT(arrow.first >= 0 && (arrow.last == -1 || arrow.last >= arrow.first));
    last = arrow.last < 0 ? arrow.first + 3 : arrow.last;
    for (int64_t row = max_i64(arrow.first - 3, 0); row <= last; row++) {
        int x = ladder_book_arrow_x(&arrow, row);
        uint32_t character;

        if (!EXPECT(ladder_book_row(s->book, row, canvas, 0, 0)))
            return;
        for (int i = 0; i < canvas->width; i++) {
            EXPECT(row >= arrow.first || canvas->owners[i] != frame);
            first_owned = first_owned || canvas->owners[i] == frame;
        }
        character = canvas_cell(canvas, x, 0)->character;
        EXPECT(row <= arrow.first || row >= last || character != CANVAS_EMPTY);
    }
    EXPECT(first_owned);
}

static void test_arrow_runs_from_where_it_begins_to_where_it_ends(void)
{
    struct canvas canvas;
    struct shown s;
    unsigned found = 0;

    if (!open_lab(&s, transfer(3, "20kB")) ||
        !open_book(&s, (struct ladder_options){ .width = 80, .page = 40 }))
        return;
    EXPECT(canvas_open(&canvas, 80, 1) && canvas_own(&canvas));
    for (uint32_t frame = 1; frame <= s.view.trace->frames.count; frame++) {
        struct ladder_flight arrow;

        found += ladder_book_arrow(s.book, frame, &arrow);
        expect_arrow(&s, &canvas, frame);
    }
    EXPECT_EQ(found, s.view.trace->frames.count);
    EXPECT(!ladder_book_arrow(s.book, 0, &(struct ladder_flight){ 0 }));
    EXPECT(!ladder_book_arrow(s.book, s.view.trace->frames.count + 1,
                              &(struct ladder_flight){ 0 }));
    canvas_close(&canvas);
    ladder_book_close(s.book);
    close_lab(&s);
}

/* ---- Filters ---- */

static bool shows_all(void *context, const struct record *record)
{
    (void)context, (void)record;
    return true;
}

static bool shows_even_frames(void *context, const struct record *record)
{
    (void)context;
    return record->kind == RECORD_TX && record->frame % 2 == 0;
}

static void test_filter_that_shows_all_changes_nothing(void)
{
    struct shown s;

    if (!open_lab(&s, transfer(5, "60kB")))
        return;
    for (int width = 40; width <= 80; width += 40) {
        struct ladder_options options = { .width = width, .page = 40 };
        char *want = ladder_text(&s.view, &options), *got;

        options.shows = shows_all;
        if (open_book(&s, options)) {
            got = text_of_book(&s);
            EXPECT_STR(got, want);
            free(got);
        }
        free(want);
        ladder_book_close(s.book);
    }
    close_lab(&s);
}

/* What is left says the same as before: a retransmission is still one. */
static void test_hidden_frames_hide_what_becomes_of_them(void)
{
    struct ladder_item item;
    struct canvas canvas;
    struct shown s;

    if (!open_lab(&s, transfer(6, "60kB")) ||
        !open_book(&s, (struct ladder_options){ .width = 80, .page = 40,
                                                .shows = shows_even_frames }))
        return;
    EXPECT(canvas_open(&canvas, 80, 1) && canvas_own(&canvas));
    EXPECT(ladder_book_items(s.book) > 100);
    for (int64_t i = 0; i < ladder_book_items(s.book); i++) {
        EXPECT(ladder_book_item(s.book, i, &item));
        EXPECT(item.frame != 0 && item.frame % 2 == 0);
    }
    for (int64_t row = 0; row < ladder_book_rows(s.book); row++) {
        EXPECT(ladder_book_row(s.book, row, &canvas, 0, 0));
        for (int x = 0; x < 80; x++)
            EXPECT(canvas.owners[x] % 2 == 0);
    }
    canvas_close(&canvas);
    ladder_book_close(s.book);
    close_lab(&s);
}

/* ---- Size ---- */

static void test_book_takes_few_bytes_a_frame(void)
{
    enum { BYTES_A_FRAME = 20, BYTES_ANYWAY = 20000 };
    struct shown s;

    if (!open_lab(&s, transfer(7, "4MB")) || !open_book(&s, (struct ladder_options){ .width = 80 }))
        return;
    EXPECT(s.view.trace->frames.count > 8000);
    EXPECT(ladder_book_size(s.book) <
           (size_t)BYTES_A_FRAME * s.view.trace->frames.count + BYTES_ANYWAY);
    ladder_book_close(s.book);
    close_lab(&s);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_rows_joined_are_the_text_of_the_ladder),
        TEST(test_book_laid_out_bit_by_bit_is_the_same),
        TEST(test_run_in_which_nothing_happens_has_header_and_last_words),
        TEST(test_pages_end_within_a_moment_too),
        TEST(test_world_taken_back_leaves_the_text_as_it_was),
        TEST(test_rows_are_the_same_in_any_order),
        TEST(test_row_at_another_place_is_clipped_and_leaves_the_rest),
        TEST(test_items_are_in_the_order_of_the_trace),
        TEST(test_row_of_a_time_is_the_last_one_not_after_it),
        TEST(test_arrow_runs_from_where_it_begins_to_where_it_ends),
        TEST(test_filter_that_shows_all_changes_nothing),
        TEST(test_hidden_frames_hide_what_becomes_of_them),
        TEST(test_book_takes_few_bytes_a_frame),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("ladder-book", tests, ARRAY_LEN(tests));
}
