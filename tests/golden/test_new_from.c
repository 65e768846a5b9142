/*
 * Labs that are made of captures: run, they must do again what the capture shows.
 *
 *   ../shared/pcaps (or $RUNG_PCAPS): the first connection of each capture that has
 *   a whole handshake, or whose handshake was before the capture; SYN, text, FIN, RST
 *   and keep-alives by direction, flags, number and length, in their order. What is not
 *   wholly alike stands below, with the least share and the reason.
 *
 *   all bundled labs with TCP: lab -> run -> capture -> lab -> run -> the same segments,
 *   each direction by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/gunzip.h"
#include "tools/lib/lab_from.h"
#include "tools/lib/run_capture.h"
#include "tools/lib/run_view.h"

enum { PATH_SIZE = 1024, SIZE_MOST = 2 * 1000 * 1000 };

static const struct unlike {
    const char *name;
    unsigned least; /* permille */
} unlike_captures[] = {
    /* Someone else's RST, which its end did not believe, is in it. */
    { "attacks/reset-injection.pcap", 700 },
    /* 22 segments in the midst of it were not captured. */
    { "formats/big-endian-version-2-2-snaplen-68.pcap", 500 },
    /* 3552 bytes in the midst of it were not captured. */
    { "formats/vlan-tagged-mix.pcap", 970 },
    /* The capture ends before what was lost before it is sent again, the run a round trip later. */
    { "tcp-loss/dup-acks-fast-retransmission.pcapng", 850 },
    /* Now and then the server was quicker than its ACKs let a new connection be. */
    { "tcp-loss/long-download-dup-acks.pcap", 980 },
    /* The receiver's delayed ACK makes the last probe come after the capture's end. */
    { "tcp-window/zero-window-dead.pcapng", 850 },
    /* The client sends FIN before its SYN is answered; CLOSE in SYN-SENT sends nothing (RFC 9293
     * 3.10.4). */
    { "tcp-handshake-teardown/fin-retransmitted-then-reset.pcap", 400 },
    /* Windows sends the last full segment's worth again, across two segments. */
    { "tcp-handshake-teardown/sequence-number-wraparound.pcap", 700 },
    /* A FIN without ACK follows the SYN at once: no TCP does that. */
    { "tcp-handshake-teardown/fin-retransmitted-then-reset.pcap", 400 },
    /* The client answers a SYN by a SYN,ACK, which then is answered by nobody. */
    { "tcp-handshake-teardown/simultaneous-open-split-handshake.pcap", 850 },
    /* Two are lost at once; which of them goes again first is a matter of the stack. */
    { "tcp-loss/five-bulk-transfers-truncated.pcap", 990 },
    /* Half of it was not captured. */
    { "tcp-loss/gaps-dup-acks-early-fin.pcap", 500 },
    /* The receiver drops what is out of order, and its window closes at the same time. */
    { "tcp-window/zero-window-out-of-order-download.pcap", 850 },
};

static const struct unlike unlike_labs[] = {
    /* Both open at the same moment: who comes first is anybody's guess. */
    { "simultaneous-open", 750 },
    /* The old SYN is of another connection. */
    { "old-duplicate-syn", 660 },
    /* Ten flows in one queue: only one of them is in the new lab. */
    { "congestion-collapse", 850 },
};

static unsigned least_of(const struct unlike *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].least;
    return 1000;
}

/* What was compared, all in all. */
static struct {
    unsigned labs, wholly;
    uint64_t common, steps;
} sum;

static void add_up(const struct course_likeness *likeness)
{
    sum.labs++;
    sum.wholly += course_permille(likeness) == 1000;
    sum.common += 2 * (uint64_t)likeness->common;
    sum.steps += likeness->steps[0] + likeness->steps[1];
}

static void print_sum(const char *what)
{
    printf("%s: %u connections, %u wholly alike, %.1f %% of all segments\n", what, sum.labs,
           sum.wholly, sum.steps > 0 ? 100.0 * (double)sum.common / (double)sum.steps : 100.0);
    memset(&sum, 0, sizeof(sum));
}

/* ---- Running what was made ---- */

static bool append(void *ctx, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, ctx) == len;
}

static size_t read_file(void *ctx, void *bytes, size_t len)
{
    return fread(bytes, 1, len, ctx);
}

/* A lab, run, as a capture; NULL if it is none or does not end well. */
static FILE *file_of_lab(const char *text, const char *label, bool *held)
{
    const struct simulation_options options = { .until_given = false };
    struct run_capture_options order = { .format = CAPTURE_PCAP, .at = NODE_NONE };
    struct diagnostics d;
    struct run_view view;
    struct simulation s;
    struct lab *lab;
    FILE *out = tmpfile();

    diagnostics_init(&d);
    if (!EXPECT_ROW(label,
                    lab_parse(text, strlen(text), label, NULL, &simulation_hooks, &lab, &d))) {
        diagnostics_print(&d, stdout);
        fclose(out);
        diagnostics_free(&d);
        return NULL;
    }
    diagnostics_free(&d);
    EXPECT_ROW(label, simulation_open(&s, lab, &options));
    simulation_run(&s, NULL);
    *held = simulation_checks_hold(&s);
    EXPECT_ROW(label, run_view_open(&view, s.world, &s.trace, label));
    EXPECT_ROW(label, run_capture_write(&view, &order, (struct byte_sink){ append, out }));
    run_view_close(&view);
    simulation_close(&s);
    lab_free(lab);
    return out;
}

/* ---- Captures ---- */

static char folder[PATH_SIZE];
static unsigned joined;

static bool find_folder(void)
{
    const char *given = getenv("RUNG_PCAPS"), *source = getenv("RUNG_SOURCE");

    if (given != NULL)
        snprintf(folder, sizeof(folder), "%s", given);
    else
        snprintf(folder, sizeof(folder), "%s/../shared/pcaps", source != NULL ? source : ".");
    return access(folder, R_OK) == 0;
}

static bool is_modest(FILE *in)
{
    long size = fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;

    rewind(in);
    return size >= 0 && size < SIZE_MOST;
}

static bool can_be_told(FILE *in)
{
    const struct capture_talk_choice choice = { .filter = "" };
    char why[TALK_WHY_SIZE];
    struct capture_talk talk;
    bool can = false;

    rewind(in);
    if (capture_talk_open(&talk, (struct byte_source){ read_file, in }, &choice, why)) {
        can = talk.whole_handshake || talk.join.joined;
        joined += talk.join.joined;
        capture_talk_close(&talk);
    }
    rewind(in);
    return can;
}

static void judge_capture(const char *name, FILE *in)
{
    const struct capture_talk_choice choice = { .filter = "" };
    unsigned least = least_of(unlike_captures, ARRAY_LEN(unlike_captures), name);
    char why[LAB_FROM_WHY_SIZE] = "";
    struct lab_from from;
    bool held;
    FILE *out;

    if (!EXPECT_EQ_ROW(name, lab_from_capture(&from, in, name, &choice, why), LAB_FROM_MADE)) {
        printf("%s: %s\n", name, why);
        return;
    }
    if (!EXPECT_ROW(name, course_permille(&from.likeness) >= least))
        printf("%s: %u permille; %s\n", name, course_permille(&from.likeness), from.differs);
    add_up(&from.likeness);
    out = file_of_lab(from.lab, name, &held);
    if (out != NULL) {
        EXPECT_ROW(name, held);
        fclose(out);
    }
    lab_from_free(&from);
}

static void test_labs_of_real_captures_do_what_those_show(void)
{
    char path[PATH_SIZE * 2], line[4096], name[PATH_SIZE];
    FILE *index, *in;

    if (!find_folder()) {
        skip_test("the captures of ../shared/pcaps are not here");
        return;
    }
    snprintf(path, sizeof(path), "%s/INDEX.tsv", folder);
    index = fopen(path, "r");
    if (!EXPECT(index != NULL))
        return;
    while (fgets(line, sizeof(line), index) != NULL) {
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\t"), line);
        snprintf(path, sizeof(path), "%s/%s", folder, name);
        in = strchr(name, '/') != NULL ? fopen(path, "rb") : NULL;
        if (in == NULL)
            continue;
        in = gunzip_open(in);
        if (in != NULL && is_modest(in) && can_be_told(in))
            judge_capture(name, in);
        if (in != NULL)
            fclose(in);
    }
    fclose(index);
    EXPECT(sum.labs >= 20 && joined >= 7);
    EXPECT(sum.wholly * 3 >= sum.labs * 2);
    print_sum("captures");
}

/* ---- Bundled labs ---- */

/* The steps of the first connection in IN, of SIDE alone. */
static bool read_side(FILE *in, unsigned side, struct course *course)
{
    const struct capture_talk_choice choice = { .filter = "" };
    const uint32_t most[2] = { UINT16_MAX, UINT16_MAX };
    struct course_step *steps;
    struct capture_talk talk;
    char why[TALK_WHY_SIZE];
    uint32_t kept = 0;
    bool done;

    rewind(in);
    memset(course, 0, sizeof(*course));
    if (!capture_talk_open(&talk, (struct byte_source){ read_file, in }, &choice, why))
        return false;
    done = course_of_talk(course, &talk, most);
    capture_talk_close(&talk);
    steps = course->steps.items;
    for (uint32_t i = 0; i < course->steps.count; i++)
        if (steps[i].side == side)
            steps[kept++] = steps[i];
    course->steps.count = kept;
    return done;
}

static void compare_files(const char *name, FILE *first, FILE *again)
{
    unsigned least = least_of(unlike_labs, ARRAY_LEN(unlike_labs), name);

    for (unsigned side = 0; side < 2; side++) {
        struct course_likeness likeness;
        struct course one, other;

        EXPECT_ROW(name, read_side(first, side, &one) && read_side(again, side, &other));
        EXPECT_ROW(name, course_compare(&one, &other, &likeness));
        if (!EXPECT_ROW(name, course_permille(&likeness) >= least))
            printf("%s, side %u: %u permille\n", name, side, course_permille(&likeness));
        add_up(&likeness);
        course_close(&one);
        course_close(&other);
    }
}

static char *read_lab(const char *name)
{
    static char text[1 << 16];
    char path[PATH_SIZE * 8];
    size_t len = 0;
    FILE *in;

    snprintf(path, sizeof(path), "%s/labs/%s/lab.yaml",
             getenv("RUNG_SOURCE") != NULL ? getenv("RUNG_SOURCE") : ".", name);
    in = fopen(path, "r");
    if (in != NULL) {
        len = fread(text, 1, sizeof(text) - 1, in);
        fclose(in);
    }
    text[len] = '\0';
    return text;
}

static void judge_lab(const char *name)
{
    const struct capture_talk_choice choice = { .filter = "" };
    char why[LAB_FROM_WHY_SIZE] = "";
    FILE *first, *again = NULL;
    struct lab_from from;
    bool held = false;

    first = file_of_lab(read_lab(name), name, &held);
    if (first == NULL)
        return;
    if (can_be_told(first) &&
        EXPECT_EQ_ROW(name, lab_from_capture(&from, first, name, &choice, why), LAB_FROM_MADE)) {
        again = file_of_lab(from.lab, name, &held);
        EXPECT_ROW(name, held);
        lab_from_free(&from);
    }
    if (again != NULL) {
        compare_files(name, first, again);
        fclose(again);
    }
    fclose(first);
}

static void test_bundled_labs_come_back_from_their_captures(void)
{
    char names[PATH_SIZE * 4];
    const char *source = getenv("RUNG_SOURCE");
    FILE *order;

    snprintf(names, sizeof(names), "%s/labs/ORDER", source != NULL ? source : ".");
    order = fopen(names, "r");
    if (!EXPECT(order != NULL))
        return;
    while (fgets(names, sizeof(names), order) != NULL) {
        names[strcspn(names, "\n")] = '\0';
        if (names[0] != '#' && names[0] != '\0')
            judge_lab(names);
    }
    fclose(order);
    EXPECT(sum.labs >= 40);
    EXPECT(sum.wholly * 10 >= sum.labs * 8);
    print_sum("bundled labs, either direction");
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_bundled_labs_come_back_from_their_captures),
        TEST(test_labs_of_real_captures_do_what_those_show),
    };

    return run_tests("new_from", tests, ARRAY_LEN(tests));
}
