/* tools/lib/ladder_stream.h and run_prefix.h: a run part by part, without its
 * future. The same of narrate.h. */
#include "tools/lib/ladder_stream.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/narrate.h"
#include "tools/lib/run_prefix.h"

static const char *const lab_names[] = { "handshake",  "fast-retransmit", "arp-cache",
                                         "traceroute", "zero-window",     "hub-and-switch",
                                         "backlog" };

struct text_file {
    char *text;
    size_t len;
    FILE *out;
};

static void text_open(struct text_file *f)
{
    *f = (struct text_file){ .text = NULL };
    f->out = open_memstream(&f->text, &f->len);
    ASSERT(f->out != NULL);
}

/* What was written, until the next call. */
static const char *text_done(struct text_file *f)
{
    static char *last;

    fclose(f->out);
    free(last);
    last = f->text;
    return last;
}

/* VIEW in parts of STEP events each. */
static const char *in_parts(const struct run_view *view, uint32_t step, size_t most)
{
    const struct ladder_options options = { .width = 80 };
    uint32_t events = view->trace->events.count;
    struct text_file f;
    struct ladder_stream *s;

    text_open(&f);
    s = ladder_stream_open(view, &options, most, f.out);
    ASSERT(s != NULL);
    for (uint32_t to = 0; to < events; to += step)
        EXPECT(ladder_stream_to(s, to));
    EXPECT(ladder_stream_to(s, events));
    EXPECT(ladder_stream_to(s, events)); /* says nothing twice */
    ladder_stream_close(s);
    return text_done(&f);
}

static void test_run_in_one_part_is_the_ladder(void)
{
    const struct ladder_options options = { .width = 80 };

    for (size_t i = 0; i < ARRAY_LEN(lab_names); i++) {
        struct lab_file lab;
        struct text_file f;
        char *whole;

        if (!lab_file_open(&lab, lab_names[i]))
            continue;
        text_open(&f);
        EXPECT(ladder_print(&lab.view, &options, f.out));
        whole = strdup(text_done(&f));
        EXPECT_STR_ROW(lab_names[i], in_parts(&lab.view, UINT32_MAX / 2, 0), whole);
        free(whole);
        lab_file_close(&lab);
    }
}

/* How often the frames' rows stand in TEXT: rows that hold a "-- " or " --". */
static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;

    for (; (text = strstr(text, word)) != NULL; text++)
        count++;
    return count;
}

static void test_run_in_many_parts_has_the_same_facts(void)
{
    static const char *const words[] = { "seq=", "ack=",        "who-has", "is-at",
                                         "echo", "ESTABLISHED", "lost",    "time exceeded" };

    for (size_t i = 0; i < ARRAY_LEN(lab_names); i++) {
        struct lab_file lab;
        char *whole;

        if (!lab_file_open(&lab, lab_names[i]))
            continue;
        whole = strdup(in_parts(&lab.view, UINT32_MAX / 2, 0));
        for (uint32_t step = 1; step < 9; step += 3) {
            const char *parts = in_parts(&lab.view, step, 0);

            for (size_t w = 0; w < ARRAY_LEN(words); w++)
                EXPECT_EQ_ROW(lab_names[i], count_of(parts, words[w]), count_of(whole, words[w]));
        }
        free(whole);
        lab_file_close(&lab);
    }
}

static void test_middle_of_long_part_is_left_out(void)
{
    struct lab_file lab;
    const char *text;

    if (!lab_file_open(&lab, "fast-retransmit"))
        return;
    text = in_parts(&lab.view, UINT32_MAX / 2, 10);
    EXPECT(strstr(text, " rows are left out here ...\n") != NULL);
    EXPECT_EQ(count_of(text, "\n") < 20, true);
    EXPECT(strstr(text, "frames") != NULL); /* the last words are there */
    lab_file_close(&lab);
}

static void test_prefix_knows_no_later_record_event_or_frame(void)
{
    struct lab_file lab;
    struct run_prefix prefix;

    if (!lab_file_open(&lab, "handshake"))
        return;
    for (uint32_t events = 0; events <= lab.view.trace->events.count; events++) {
        const struct trace *t = &prefix.trace;

        run_prefix_take(&prefix, &lab.view, events);
        EXPECT_EQ(t->events.count, events);
        for (uint32_t i = 0; i < t->records.count; i++)
            EXPECT(trace_read(t, i).event <= events);
        for (uint32_t i = 1; i <= t->frames.count; i++)
            EXPECT(trace_frame(t, i)->event <= events);
        if (t->records.count < lab.view.trace->records.count)
            EXPECT(trace_read(lab.view.trace, t->records.count).event > events);
    }
    run_prefix_take(&prefix, &lab.view, UINT32_MAX);
    EXPECT_EQ(prefix.trace.records.count, lab.view.trace->records.count);
    EXPECT_EQ(prefix.trace.frames.count, lab.view.trace->frames.count);
    lab_file_close(&lab);
}

/* ---- In sentences ---- */

static void narrate_part(const struct run_view *view, uint32_t from, uint32_t to, FILE *out)
{
    struct narrate_options options = { .continues = from > 0,
                                       .from = from - 1,
                                       .goes_on = to < view->trace->events.count };
    struct run_prefix prefix;

    run_prefix_take(&prefix, view, to);
    EXPECT(narrate(&prefix.view, &options, out));
}

static void test_sentences_of_a_part_foresee_nothing(void)
{
    struct lab_file lab;
    struct text_file f;
    const char *text;

    if (!lab_file_open(&lab, "handshake"))
        return;
    text_open(&f); /* the first frame is sent, and nothing has come */
    narrate_part(&lab.view, 0, trace_frame(lab.view.trace, 1)->event, f.out);
    text = text_done(&f);
    EXPECT(strstr(text, "to b (frame 1). It is on its way.") != NULL);
    EXPECT(strstr(text, "arrives") == NULL);
    EXPECT(strstr(text, "The run ends") == NULL);
    EXPECT(strstr(text, "The host a has the address") != NULL);
    text_open(&f); /* then the rest */
    narrate_part(&lab.view, trace_frame(lab.view.trace, 1)->event + 1, lab.view.trace->events.count,
                 f.out);
    text = text_done(&f);
    EXPECT(strstr(text, "(frame 1)") == NULL);
    EXPECT(strstr(text, "The host a has the address") == NULL);
    EXPECT(strstr(text, "Frame 1 reaches b.") != NULL);
    EXPECT(strstr(text, "(frame 2)") != NULL);
    EXPECT(strstr(text, "The run ends") != NULL);
    lab_file_close(&lab);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_run_in_one_part_is_the_ladder),
        TEST(test_run_in_many_parts_has_the_same_facts),
        TEST(test_middle_of_long_part_is_left_out),
        TEST(test_prefix_knows_no_later_record_event_or_frame),
        TEST(test_sentences_of_a_part_foresee_nothing),
    };

    return run_tests("ladder_stream", tests, ARRAY_LEN(tests));
}
