/*
 * A worksheet asks all and tells nothing: what its questions ask for is blank,
 * wherever the ladder would say it.
 */
#include "tools/lib/worksheet.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/handshake_text.h"
#include "tests/support/suite.h"
#include "tools/lib/canvas.h"
#include "tools/lib/ladder_blanks.h"
#include "tools/lib/lab_path.h"

#define LAB "title: T\n" HANDSHAKE_TEXT("77B")

static char *sheet_of(const struct lab *lab, const struct worksheet_options *options)
{
    char why[WORKSHEET_WHY_SIZE], *text = NULL;
    struct exercise *e = exercise_open(lab, NULL, why, sizeof(why));
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ASSERT(e != NULL && out != NULL);
    if (!EXPECT_ROW(options->name, worksheet_write(e, options, out, why)))
        fprintf(stderr, "%s\n", why);
    fclose(out);
    exercise_close(e);
    return text;
}

static char *sheet(const char *parts, const struct worksheet_options *options)
{
    static char text[10000];
    struct diagnostics d;
    struct lab *lab;
    char *made;

    snprintf(text, sizeof(text), "%s%s", LAB, parts);
    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(lab != NULL);
    made = sheet_of(lab, options);
    lab_free(lab);
    return made;
}

static const struct worksheet_options PLAIN = { .name = "t", .ascii = true };

static void expect_lines(const char *question, const char *const *there, const char *const * not )
{
    char *text = sheet(question, &PLAIN);

    for (; *there != NULL; there++)
        EXPECT_ROW(*there, strstr(text, *there) != NULL);
    for (; *not != NULL; not ++)
        EXPECT_ROW(*not, strstr(text, *not ) == NULL);
    free(text);
}

/* ---- Blanks ---- */

static void test_field_that_is_asked_is_blank_there_and_told_nowhere_later(void)
{
    expect_lines("questions:\n"
                 "  - { question: q, before: { frame: tcp, nth: 4 }, ask: How long?, kind: field,\n"
                 "      field: tcp.len, mistakes: [{ answer: 7, say: Oh. }] }\n",
                 (const char *const[]){ "seq=1 ack=1 len=____", "reads ____ bytes", "send 77B",
                                        "How long?", NULL },
                 (const char *const[]){ "len=77", "reads 77", "carried", "Oh.", NULL });
}

static void test_number_that_a_later_segment_says_is_blank_there(void)
{
    expect_lines("questions:\n"
                 "  - { question: q, after: { frame: tcp, nth: 4 }, ask: Which ACK?,\n"
                 "      answer: frame.tcp.seq + frame.tcp.len }\n",
                 (const char *const[]){ "seq=1 ack=1 len=77", "ack=____", NULL },
                 (const char *const[]){ "ack=78", NULL });
}

static void test_state_and_time_that_are_asked_are_blank(void)
{
    expect_lines(
        "questions:\n"
        "  - { question: q, before: { state: b SYN-RECEIVED }, ask: What?, kind: state,\n"
        "      answer: b.tcp.state }\n"
        "  - { question: r, before: { state: b ESTABLISHED }, ask: When?, answer: time }\n",
        (const char *const[]){ "30.000 ms", "____ *", "  ____", "SYN-SENT", NULL },
        (const char *const[]){ "SYN-RECEIVED", "70.000 ms", "\nend", NULL });
}

static void test_frame_that_is_to_be_foreseen_says_nothing(void)
{
    expect_lines(
        "questions:\n"
        "  - question: q\n"
        "    before: { frame: tcp, nth: 2 }\n"
        "    ask: What comes?\n"
        "    kind: choice\n    shuffle: no\n"
        "    choices: [{ text: One, right: yes }, { text: Two }]\n",
        (const char *const[]){ "- ____ ", "- a) One", "- b) Two", "(one letter): ____", NULL },
        (const char *const[]){ "SYN ACK", NULL });
}

static void test_items_to_be_put_in_order_say_nothing_in_the_ladder(void)
{
    expect_lines("questions:\n"
                 "  - question: q\n"
                 "    after: start\n"
                 "    ask: Which order?\n"
                 "    kind: order\n"
                 "    items: [{ text: One, frame: tcp }, { text: Two, state: a ESTABLISHED }]\n",
                 (const char *const[]){ "- ____ ", "* ____", "One", "Two", NULL },
                 (const char *const[]){ "SYN seq=0 win", NULL });
}

static void test_fields_can_be_blank_everywhere(void)
{
    struct worksheet_options o = PLAIN;
    char why[200], *text;

    EXPECT(ladder_blanks_read("seq,flags,states,times", &o.blank, why, sizeof(why)));
    text = sheet("", &o);
    EXPECT(strstr(text, "____ seq=____ ack=1") != NULL);
    EXPECT(strstr(text, "SYN ") == NULL);
    EXPECT(strstr(text, "ESTABLISHED") == NULL);
    EXPECT(strstr(text, "0 ms") == NULL);
    free(text);
    EXPECT(!ladder_blanks_read("seq,akc", &o.blank, why, sizeof(why)));
    EXPECT(strstr(why, "ack") != NULL);
}

static void test_key_has_answers_mistakes_and_the_full_ladder(void)
{
    struct worksheet_options o = PLAIN;
    char *text;

    o.key = true;
    text = sheet("questions:\n"
                 "  - { question: q, before: { frame: tcp, nth: 4 }, ask: How long?, kind: field,\n"
                 "      field: tcp.len, mistakes: [{ answer: 7, say: Oh. }], explain: So. }\n"
                 "  - { question: r, before: { frame: tcp, nth: 99 }, ask: How?, answer: 1 }\n",
                 &o);
    EXPECT(strstr(text, "len=77") != NULL);
    EXPECT(strstr(text, "Right: 77") != NULL);
    EXPECT(strstr(text, "- 7 B: Oh.") != NULL);
    EXPECT(strstr(text, "So.") != NULL);
    EXPECT(strstr(text, "____") == NULL);
    EXPECT(strstr(text, "Not asked in this run: r") != NULL);
    free(text);
}

/* ---- All labs ---- */

/* No words of the lab that are for afterwards: looked for by their first line. */
static void expect_untold(const char *name, const char *sheet_text, const char *words)
{
    char line[60];

    if (words == NULL || strlen(words) < 30)
        return;
    snprintf(line, sizeof(line), "%.30s", words);
    if (strchr(line, '\n') == NULL)
        EXPECT_ROW(name, strstr(sheet_text, line) == NULL);
}

static void expect_silent(const char *name, const char *text, const struct lab *lab)
{
    EXPECT_ROW(name, strstr(text, "\ncarried ") == NULL && strstr(text, "\nend  ") == NULL);
    for (size_t i = 0; i < lab->question_count; i++) {
        const struct lab_question *q = &lab->questions[i];

        expect_untold(q->name, text, q->explain);
        for (size_t k = 0; k < q->hint_count; k++)
            expect_untold(q->name, text, q->hints[k]);
        for (size_t k = 0; k < q->mistake_count; k++)
            expect_untold(q->name, text, q->mistakes[k].say);
    }
    for (size_t i = 0; i < lab->task_count; i++)
        for (size_t k = 0; k < lab->tasks[i].hint_count; k++)
            expect_untold(lab->tasks[i].name, text, lab->tasks[i].hints[k]);
}

static void expect_narrow(const char *name, char *text)
{
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        if (!EXPECT_ROW(name, canvas_text_width(line) <= 80))
            fprintf(stderr, "%s\n", line);
}

static unsigned count_of(const char *text, const char *what)
{
    unsigned count = 0;

    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

static bool look_at(void *context, const char *name, const char *path)
{
    struct worksheet_options o = { .name = name };
    struct diagnostics d;
    struct lab *lab;
    char *text;

    diagnostics_init(&d);
    ASSERT(lab_load(path, NULL, &simulation_hooks, &lab, &d));
    diagnostics_free(&d);
    if (lab->question_count > 0) {
        text = sheet_of(lab, &o);
        expect_silent(name, text, lab);
        EXPECT_ROW(name, count_of(text, "____") > lab->question_count);
        expect_narrow(name, text);
        free(text);
        o.format = WORKSHEET_MARKDOWN;
        text = sheet_of(lab, &o);
        EXPECT_EQ_ROW(name, count_of(text, "```"), 2);
        EXPECT_EQ_ROW(name, count_of(text, "\n## "), lab->question_count + lab->task_count);
        free(text);
        ++*(size_t *)context;
    }
    lab_free(lab);
    return true;
}

static void test_each_bundled_lab_has_a_sheet_that_tells_nothing(void)
{
    size_t looked = 0;

    lab_bundled(look_at, &looked);
    EXPECT(looked > 1);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_field_that_is_asked_is_blank_there_and_told_nowhere_later),
        TEST(test_number_that_a_later_segment_says_is_blank_there),
        TEST(test_state_and_time_that_are_asked_are_blank),
        TEST(test_frame_that_is_to_be_foreseen_says_nothing),
        TEST(test_items_to_be_put_in_order_say_nothing_in_the_ladder),
        TEST(test_fields_can_be_blank_everywhere),
        TEST(test_key_has_answers_mistakes_and_the_full_ladder),
        TEST(test_each_bundled_lab_has_a_sheet_that_tells_nothing),
    };

    return run_tests("worksheet", tests, ARRAY_LEN(tests));
}
