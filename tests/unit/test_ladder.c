#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "sim/hash.h"
#include "tests/support/fake_run.h"
#include "tests/support/ladder_text.h"
#include "tools/lib/ladder.h"
#include "tools/lib/ladder_flights.h"

/* ---- The order of columns ---- */

static void order_of(const struct fake_run *run, char *out)
{
    uint16_t order[FAKE_RUN_NODES];
    unsigned count = run_node_order(&run->view, order);

    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        strcat(out, i == 0 ? "" : " ");
        strcat(out, run_node(&run->view, order[i])->name);
    }
}

/* Nodes by their first letters, links as "ab ac": what order results? */
static void test_neighbours_stand_side_by_side(void)
{
    static const struct {
        const char *label, *nodes, *links, *want;
    } rows[] = {
        { "two hosts", "ab", "ab", "a b" },
        { "a path, switch and router last", "absr", "as sr rb", "a s r b" },
        { "a star of three", "abch", "ah bh ch", "a h b c" },
        { "a star of four", "abcdh", "ah bh ch dh", "a b h c d" },
        { "leaves outside the routers", "acbsr", "as cs sr rb", "a c s r b" },
        { "two switches", "abcdst", "as bs ct dt st", "a b s t c d" },
        { "no link", "ab", "", "a b" },
        { "a ring", "abc", "ab bc ca", "a b c" },
        { "two wires between the same two", "ab", "ab ab", "a b" },
        { "one alone", "abx", "ab", "a b x" },
        { "nobody", "", "", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fake_run run;
        unsigned used[128] = { 0 };
        uint16_t number[128] = { 0 };
        char got[256];

        fake_run_open(&run, NULL);
        for (const char *n = rows[i].nodes; *n != '\0'; n++)
            number[(int)*n] = fake_run_node(&run, (char[]){ *n, '\0' }, 6);
        for (const char *l = rows[i].links; *l != '\0'; l += l[2] == ' ' ? 3 : 2)
            fake_run_link(&run, "l", number[(int)l[0]], used[(int)l[0]]++, number[(int)l[1]],
                          used[(int)l[1]]++);
        order_of(&run, got);
        EXPECT_STR_ROW(rows[i].label, got, rows[i].want);
        fake_run_close(&run);
    }
}

/* ---- Nothing that happened is missing ---- */

struct counts {
    unsigned heads, ends;
};

static unsigned count_text(const char *text, const char *what)
{
    unsigned found = 0;

    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        found++;
    return found;
}

static char *ladder_of(const struct fake_run *run, struct ladder_options options)
{
    return ladder_text(&run->view, &options);
}

struct flying {
    uint32_t frame;
    vtime arrives;
};

struct random_run {
    struct fake_run run;
    uint64_t luck;
    uint16_t nodes[6];
    unsigned node_count;
    struct flying flying[64];
    unsigned flying_count;
    struct counts want;
};

static uint64_t draw(struct random_run *r, uint64_t below)
{
    r->luck = hash_mix(r->luck);
    return r->luck % below;
}

static void arrivals_until(struct random_run *r, vtime now)
{
    for (;;) {
        unsigned next = 0;
        struct flying landed;

        for (unsigned i = 1; i < r->flying_count; i++)
            if (r->flying[i].arrives < r->flying[next].arrives)
                next = i;
        if (r->flying_count == 0 || r->flying[next].arrives > now)
            return;
        landed = r->flying[next];
        r->flying[next] = r->flying[--r->flying_count];
        fake_run_at(&r->run, landed.arrives);
        fake_run_rx(&r->run, landed.frame);
        r->want.heads++;
        if (draw(r, 8) == 0) {
            const struct trace_frame *frame = trace_frame(&r->run.trace, landed.frame);

            fake_run_drop(&r->run, run_frame_to(&r->run.view, frame)->node->id, landed.frame,
                          RULE_UDP_BAD_CHECKSUM);
            r->want.ends++;
        }
    }
}

static void send_something(struct random_run *r, vtime now)
{
    uint16_t link = (uint16_t)draw(r, r->node_count - 1);
    uint8_t end = (uint8_t)draw(r, 2);
    uint32_t frame;

    if (r->flying_count + 2 > ARRAY_LEN(r->flying))
        return;
    fake_run_at(&r->run, now);
    frame = draw(r, 2) == 0 ? fake_run_arp(&r->run, link, end, draw(r, 2) == 0)
                            : fake_run_udp(&r->run, link, end, draw(r, 1400));
    if (draw(r, 6) == 0) {
        fake_run_lost(&r->run, frame, RULE_LINK_LOSS, 0);
        r->want.ends++;
        return;
    }
    r->flying[r->flying_count++] = (struct flying){ frame, now + (vtime)draw(r, 40) * MS };
    if (draw(r, 9) != 0)
        return;
    fake_run_fate(&r->run, frame, RULE_LINK_DUPLICATE, 0, 0);
    r->flying[r->flying_count++] = (struct flying){ frame, now + (vtime)draw(r, 60) * MS };
}

static void make_random_run(struct random_run *r, uint64_t seed)
{
    vtime now = 0;

    memset(r, 0, sizeof(*r));
    r->luck = seed;
    fake_run_open(&r->run, NULL);
    r->node_count = 2 + (unsigned)draw(r, 4);
    for (unsigned i = 0; i < r->node_count; i++)
        r->nodes[i] = fake_run_node(&r->run, (char[]){ (char)('p' + i), '\0' }, 2);
    for (unsigned i = 0; i + 1 < r->node_count; i++)
        fake_run_link(&r->run, "l", r->nodes[i], 1, r->nodes[i + 1], 0);
    for (unsigned i = 0; i < 60; i++) {
        now += draw(r, 3) == 0 ? 0 : (vtime)draw(r, 15) * MS;
        arrivals_until(r, now);
        send_something(r, now);
    }
    arrivals_until(r, now + 1 * HOURS);
}

/* The frame numbers of the gutter, which must rise one by one ("4-6" at a
 * flood). Returns how many frames they name. */
static unsigned gutter_numbers(const char *text, int gutter)
{
    unsigned expected = 1;

    for (const char *line = text; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        char cell[32] = "";
        unsigned first, last;
        int read;

        if (end == NULL)
            break;
        if (end - line > gutter && gutter >= 8)
            memcpy(cell, line + gutter - 8, 7);
        read = sscanf(cell, "%*[^0-9]%u-%u", &first, &last);
        if (read >= 1 && first == expected)
            expected = (read == 2 ? last : first) + 1;
        line = end + 1;
    }
    return expected - 1;
}

static void test_every_head_loss_and_number_is_there(void)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct random_run r;
        int width = 70 + (int)(seed % 90);
        char *text, label[32];

        make_random_run(&r, seed);
        snprintf(label, sizeof(label), "seed %u width %d", (unsigned)seed, width);
        text = ladder_of(&r.run, (struct ladder_options){ .width = width });
        EXPECT_EQ_ROW(label, count_text(text, "▶") + count_text(text, "◀"), r.want.heads);
        /* Each loss: an x at the end of its arrow, or at the receiver. */
        EXPECT_ROW(label, count_text(text, "x") >= r.want.ends);
        free(text);
        fake_run_close(&r.run);
    }
}

static void test_frame_numbers_stand_in_order_in_the_gutter(void)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct random_run r;
        char *text, label[32];
        const char *line;

        make_random_run(&r, seed);
        snprintf(label, sizeof(label), "seed %u", (unsigned)seed);
        text = ladder_of(&r.run, (struct ladder_options){ .width = 120, .ascii = true });
        /* The columns begin where the first name stands, in the first line. */
        line = text + strcspn(text, "p");
        EXPECT_EQ_ROW(label, gutter_numbers(text, (int)(line - text)), r.run.trace.frames.count);
        free(text);
        fake_run_close(&r.run);
    }
}

static void test_no_line_is_wider_than_asked(void)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct random_run r;
        int width = 40 + (int)(seed * 7 % 100);
        char *text;
        size_t longest = 0;

        make_random_run(&r, seed);
        text = ladder_of(&r.run, (struct ladder_options){ .width = width, .ascii = true,
                                                          .why = LADDER_WHY_ALL });
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > longest)
                longest = strcspn(line, "\n");
        EXPECT(longest <= (size_t)width);
        free(text);
        fake_run_close(&r.run);
    }
}

/* ---- Size ---- */

static void test_arrows_in_flight_are_all_that_is_kept(void)
{
    struct ladder_flights flights;
    struct ladder_arrow arrow = { .copies = 1, .end = ARROW_STAYS, .x = 5, .direction = 1,
                                  .length = 60, .bend = 20, .limit = 57 };

    EXPECT(ladder_flights_open(&flights, 80));
    for (uint32_t frame = 1; frame <= 100000; frame++) {
        arrow.frame = frame;
        arrow.start = frame;
        EXPECT(ladder_flights_add(&flights, &arrow));
        if (frame <= 100)
            continue;
        EXPECT(ladder_flights_end(&flights, ladder_flights_find(&flights, frame - 100), frame));
        ladder_flights_advance(&flights);
    }
    EXPECT_EQ(flights.live, 100);
    EXPECT(flights.capacity <= 512);
    EXPECT(ladder_flights_find(&flights, 99900) == NULL);
    EXPECT(ladder_flights_find(&flights, 99901) != NULL);
    EXPECT(ladder_flights_find(&flights, 100001) == NULL);
    ladder_flights_close(&flights);
}

/* Words ask how much of a row is free before they are written. */
static void test_room_ends_at_the_first_arrow_from_either_side(void)
{
    struct ladder_arrow there = { .frame = 1, .copies = 1, .end = ARROW_STAYS, .x = 0,
                                  .direction = 1, .length = 60, .bend = 20, .limit = 57,
                                  .start = 10 };
    struct ladder_arrow back = { .frame = 2, .copies = 1, .end = ARROW_STAYS, .x = 60,
                                 .direction = -1, .length = 60, .bend = 20, .limit = 57,
                                 .start = 12 };
    struct ladder_flights flights;

    EXPECT(ladder_flights_open(&flights, 80));
    EXPECT_EQ(ladder_flights_room(&flights, 12, 2, 58, false), 57);
    EXPECT(ladder_flights_add(&flights, &there));
    EXPECT(ladder_flights_add(&flights, &back));
    EXPECT_EQ(ladder_flights_room(&flights, 9, 2, 58, false), 57);
    EXPECT_EQ(ladder_flights_room(&flights, 10, 2, 58, false), 18); /* cells 2 to 19 */
    EXPECT_EQ(ladder_flights_room(&flights, 11, 2, 58, true), 37);  /* cells 22 to 58 */
    EXPECT_EQ(ladder_flights_room(&flights, 12, 2, 58, false), 20);
    EXPECT_EQ(ladder_flights_room(&flights, 12, 2, 58, true), 18); /* cells 41 to 58 */
    EXPECT_EQ(ladder_flights_room(&flights, 12, 25, 35, false), 11);
    EXPECT_EQ(ladder_flights_room(&flights, 100, 2, 58, false), 1); /* at their limits */
    EXPECT(ladder_flights_end(&flights, ladder_flights_find(&flights, 1), 13));
    EXPECT_EQ(ladder_flights_room(&flights, 13, 2, 58, false), 21);
    EXPECT_EQ(ladder_flights_room(&flights, 14, 2, 58, false), 36); /* only the other */
    ladder_flights_close(&flights);
}

static void test_many_things_at_one_moment_are_all_shown(void)
{
    struct fake_run run;
    uint16_t a, b, wire;
    char *text;

    fake_run_open(&run, NULL);
    a = fake_run_node(&run, "a", 1);
    b = fake_run_node(&run, "b", 1);
    wire = fake_run_link(&run, "wire", a, 0, b, 0);
    for (int i = 0; i < 2000; i++) {
        fake_run_at(&run, 0);
        fake_run_rx(&run, fake_run_udp(&run, wire, 0, 100));
        fake_run_arp_state(&run, b, 0x0a000001, STATE_ARP_REACHABLE);
    }
    text = ladder_of(&run, (struct ladder_options){ .width = 80 });
    EXPECT_EQ(count_text(text, "▶"), 2000);
    EXPECT_EQ(count_text(text, "REACHABLE"), 2000);
    EXPECT_EQ(count_text(text, "UDP 49152 > 9"), 2000);
    /* One moment: its time stands once in the ladder and once at the end. */
    EXPECT_EQ(count_text(text, "0 ns"), 2);
    free(text);
    fake_run_close(&run);
}

static void test_a_full_disk_is_told(void)
{
    struct fake_run run;
    FILE *out = fopen("/dev/full", "w");

    if (out == NULL) {
        skip_test("no /dev/full");
        return;
    }
    fake_run_open(&run, "title");
    fake_run_node(&run, "a", 1);
    EXPECT(!ladder_print(&run.view, &(struct ladder_options){ 0 }, out));
    fclose(out);
    fake_run_close(&run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_neighbours_stand_side_by_side),
        TEST(test_every_head_loss_and_number_is_there),
        TEST(test_frame_numbers_stand_in_order_in_the_gutter),
        TEST(test_no_line_is_wider_than_asked),
        TEST(test_arrows_in_flight_are_all_that_is_kept),
        TEST(test_room_ends_at_the_first_arrow_from_either_side),
        TEST(test_many_things_at_one_moment_are_all_shown),
        TEST(test_a_full_disk_is_told),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("ladder", tests, ARRAY_LEN(tests));
}
