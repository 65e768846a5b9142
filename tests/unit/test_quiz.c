/* tools/lib/quiz.h and quiz_answers.h: what is said, what is counted, and what is
 * not given away. */
#include "tools/lib/quiz.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/quiz_answers.h"

#define WORLD                                                                                      \
    "defaults: { arp: { known: on } }\n"                                                           \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"                                  \
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"

static const char ping[] =
    "title: Ping\n" WORLD "script: [{ at: 0s, a: ping b }]\n"
    "pages: [{ page: first, at: start, text: 'Page **one**.' }]\n"
    "questions:\n"
    "  - { question: ttl, before: { frame: icmp }, ask: Which TTL?, kind: field,\n"
    "      field: ip.ttl, hints: [one, two], explain: It is so.,\n"
    "      mistakes: [{ answer: 1, say: Too few. }] }\n"
    "  - { question: pick, after: { frame: icmp, nth: 2 }, ask: Which?, kind: choices,\n"
    "      shuffle: no, choices: [{ text: left, right: yes }, { text: right, say: Not that. }] }\n"
    "  - { question: order, before: end, ask: In which order?, kind: order,\n"
    "      items: [{ text: asked, frame: icmp }, { text: answered, frame: icmp, nth: 2 }] }\n"
    "  - { question: why, after: end, ask: Why?, kind: text }\n"
    "  - { question: never, after: { frame: tcp }, ask: w, answer: 1 }\n"
    "tasks:\n"
    "  - { task: lose, ask: Lose one., hints: [Which one?],\n"
    "      checks: [{ check: deeds.drop == 1, points: 2, hint: drop it }], solution: [drop 1] }\n";

static bool says(const struct dialogue *d, const char *words)
{
    return EXPECT_ROW(words, strstr(d->said, words) != NULL);
}

static bool hides(const struct dialogue *d, const char *words)
{
    return EXPECT_ROW(words, strstr(d->said, words) == NULL);
}

/* ---- What is counted ---- */

static void test_right_answers_and_deeds_earn_all_points(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    dialogue_hold(&d, "64\n1\n", false);
    EXPECT_EQ(d.end, QUIZ_LEFT);
    EXPECT_EQ(attempt_points(d.a).got, 4);
    dialogue_hold(&d, strstr(d.said, "1. asked") != NULL ? "1 2\n" : "2 1\n", false);
    says(&d, "Question ttl was settled before: 2 of 2 points.\n");
    EXPECT_EQ(attempt_points(d.a).got, 6);
    dialogue_hold(&d, "So that it ends.\ndrop 1\ndone\n", false);
    EXPECT_EQ(d.end, QUIZ_DONE);
    EXPECT_EQ(attempt_points(d.a).got, 8);
    EXPECT_EQ(attempt_points(d.a).pending, 2);
    says(&d, "Noted. A teacher will read it.\n");
    says(&d, "lost     1  you dropped this frame\n");
    says(&d, "check 1: holds  deeds.drop == 1 (2 points)\n");
    says(&d, "  never: 0 of 0, not asked: its moment never comes in this run\n");
    says(&d, "Together 8 of 10 points, and up to 2 more when a teacher has read the texts.\n");
    EXPECT_EQ(d.keeps, 5);
    dialogue_close(&d);
}

static void test_wrong_answers_get_their_words_and_cost(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    dialogue_hold(&d, "x\n1\n\n?\n?\n64\n2\npass\n", false);
    says(&d, "> x\nThat is no answer yet, and costs nothing: ");
    says(&d, "> 1\nNo. Too few.\nHint 1 of 2: one\nLeft for the right answer: 1 point.\n");
    says(&d, "> ?\nHint 2 of 2: two\nLeft for the right answer: 0 points.\n");
    says(&d, "> ?\nThere are no more hints.\n");
    says(&d, "> 64\nRight: 0 points.\nIt is so.\n");
    says(&d, "> 2\nNo. Not that.\n");
    says(&d, "> pass\nPassed. The right answer is 1.\n");
    says(&d, "  ttl: 0 of 2, right at try 2, 1 hint asked for\n");
    EXPECT_EQ(attempt_points(d.a).got, 0);
    EXPECT_EQ(d.keeps, 5);
    dialogue_close(&d);
}

static void test_header_is_shown_without_the_field_that_is_asked(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    dialogue_hold(&d, "", false);
    says(&d, "In frame 1:\n  Version (ip.version): 4\n");
    says(&d, "  Time to Live (ip.ttl): ____, which is asked\n");
    says(&d, "  Destination Address (ip.dst): 10.0.0.2\n");
    hides(&d, ": 64\n");
    dialogue_close(&d);
}

/* FIELD of a segment, and what stands in the header then. */
static void test_header_gives_no_part_of_the_answer_away(void)
{
    static const struct {
        const char *field, *shown, *hidden;
    } rows[] = {
        { "tcp.seq", "  Sequence Number (tcp.seq): ____", "tcp.seq_raw" },
        { "tcp.seq_raw", "  Sequence Number (tcp.seq_raw): ____", "(tcp.seq)" },
        { "tcp.flags", "  (tcp.flags): ____", "tcp.flags.syn" },
        { "tcp.flags.syn", "  SYN (tcp.flags.syn): ____", "(tcp.flags): " },
        { "tcp.window_size", "  Window (tcp.window_size): ____", "tcp.window_size_value" },
        { "tcp.options.mss_val", "(tcp.urgent_pointer): 0\n  (tcp.options.mss_val): ____",
          ": 1460" },
        { "ip.src", "  Source Address (ip.src): ____", ": 10.0.0.1\n" },
        { "eth.type", "  Type (eth.type): ____", "ip.ttl" },
    };
    char text[600];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dialogue d;

        snprintf(text, sizeof(text),
                 WORLD "script: [{ at: 0s, b: listen 80 }, { at: 1ms, a: connect b:80 }]\n"
                       "questions: [{ question: q, before: { frame: tcp }, ask: w, kind: field, "
                       "field: %s }]\n",
                 rows[i].field);
        if (!dialogue_open_text(&d, text))
            return;
        dialogue_hold(&d, "", false);
        says(&d, rows[i].shown);
        hides(&d, rows[i].hidden);
        dialogue_close(&d);
    }
}

static void test_task_takes_back_deeds_and_tells_errors(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    for (size_t i = 0; i < 4; i++)
        EXPECT(attempt_pass(d.a, i));
    dialogue_hold(&d,
                  "drop x\ndrop 99\ndone\nlist\nclear\nlist\nundo\nat 5ms a: ping b\ndone\n?\n?\n"
                  "help\nundo\ndrop 1\nat 1ms a: pnig\nundo\nundo\ndelay 1 5ms\npass\npass\n",
                  false);
    says(&d, "> drop x\nThat is no deed, from character 6 on: ");
    says(&d, "> drop 99\n1. drop 99\n> done\nThat makes no run: frame 99 was never sent");
    says(&d, "> list\n1. drop 99\n> clear\nNothing is to be done yet.\n");
    says(&d, "> at 5ms a: ping b\n1. at 5ms a: ping b\n> done\n");
    says(&d, "check 1: FAILED deeds.drop == 1 (2 points)\nHint: drop it\n0 of 2 points.\n");
    says(&d, "> ?\nHint 1 of 1: Which one?\n> ?\nThere are no more hints.\n");
    says(&d, "> at 1ms a: pnig\nThat is no deed, from character 11 on: ");
    says(&d, "> pass\nThese deeds have not been run: write done, or pass again.\n> pass\n");
    says(&d, "  lose: 0 of 2, not all checks hold\n");
    EXPECT_EQ(d.a->tasks[0].deed_count, 1); /* what was run last */
    EXPECT_EQ(d.a->tasks[0].deeds[0].kind, DEED_COMMAND);
    EXPECT_EQ(d.end, QUIZ_DONE);
    dialogue_close(&d);
}

static void test_end_of_lines_and_quit_leave_with_the_sheet(void)
{
    static const char *const lines[] = { "", "quit\n", "help\nquit\n64\n", "?\n" };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct dialogue d;

        if (!dialogue_open_text(&d, ping))
            return;
        dialogue_hold(&d, lines[i], i % 2 == 0);
        EXPECT_EQ_ROW(lines[i], d.end, QUIZ_LEFT);
        EXPECT_EQ_ROW(lines[i], attempt_points(d.a).got, 0);
        says(&d, "Your sheet:\n");
        hides(&d, "Question 2 of");
        dialogue_close(&d);
    }
}

static void test_who_comes_back_is_told_the_hints_and_tries_that_are_paid_for(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    dialogue_hold(&d, "1\n?\n", false);
    EXPECT_EQ(d.end, QUIZ_LEFT);
    dialogue_hold(&d, "", false);
    says(&d, "Question 1 of 4, 2 points, 0 left: ttl\n");
    says(&d, "Tried before, and wrong: 1\n");
    says(&d, "Hint 1 of 2: one\n");
    says(&d, "Hint 2 of 2: two\n");
    dialogue_close(&d);
}

static void test_refusal_is_broken_into_lines(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    dialogue_hold(&d, "soon\npass\n1\npass\nx\ndropp 1\n", false);
    says(&d, "That is no deed, from character 1 on:");
    hides(&d, "?.");
    for (const char *line = strstr(d.said, "That is no"); line != NULL;
         line = strstr(line + 1, "That is no"))
        EXPECT(strcspn(line, "\n") <= 80);
    dialogue_close(&d);
}

static void test_order_may_be_typed_as_one_word(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    EXPECT(attempt_pass(d.a, 0) && attempt_pass(d.a, 1));
    dialogue_hold(&d, "", false);
    dialogue_hold(&d, strstr(d.said, "1. asked") != NULL ? "12\n" : "21\n", false);
    says(&d, "Right: 2 points.");
    dialogue_close(&d);
}

static void test_long_line_and_no_text_are_refused(void)
{
    struct dialogue d;
    char *lines = calloc(1, ATTEMPT_TEXT_MAX + 100);

    ASSERT(lines != NULL);
    if (!dialogue_open_text(&d, ping)) {
        free(lines);
        return;
    }
    for (size_t i = 0; i < 3; i++)
        EXPECT(attempt_pass(d.a, i));
    memset(lines, 'x', ATTEMPT_TEXT_MAX + 1);
    strcat(lines, "\n\xff\xfe\nwell\x1b[31m\n");
    dialogue_hold(&d, lines, false);
    says(&d, "This line is too long: write at most 2000 bytes.\n");
    says(&d, "> ??\nThis cannot be taken as an answer");
    says(&d, "> well?[31m\nNoted.");
    EXPECT_EQ(d.keeps, 1);
    dialogue_close(&d);
    free(lines);
}

static void test_too_many_tries_still_can_be_passed(void)
{
    struct dialogue d;
    char lines[2 * ATTEMPT_ACTS_MAX + 20] = "";

    if (!dialogue_open_text(&d, ping))
        return;
    for (int i = 0; i < ATTEMPT_ACTS_MAX; i++)
        strcat(lines, "7\n");
    strcat(lines, "pass\n");
    dialogue_hold(&d, lines, false);
    says(&d,
         "too many tries, or no text. pass goes on.\n> pass\nPassed. The right answer is 64.\n");
    says(&d, "Question 2 of 4");
    dialogue_close(&d);
}

/* ---- What is not given away ---- */

/* Two labs that are the same until the second frame: up to a question there
 * nobody can tell which one it is. */
static void test_what_lies_behind_a_question_changes_no_word_before_it(void)
{
    static const char *const futures[] = { "", "  - { at: 45ms, a: ping b }\n",
                                           "  - { at: 45ms, wire: down }\n" };
    char text[2000], *first = NULL;

    for (int narrate = 0; narrate < 2; narrate++) {
        for (size_t i = 0; i < ARRAY_LEN(futures); i++) {
            struct dialogue d;

            snprintf(text, sizeof(text),
                     WORLD "script:\n  - { at: 0s, a: ping b count 2 every 50ms }\n%s"
                           "questions:\n  - { question: q, before: { frame: icmp, nth: 2 }, "
                           "ask: w, answer: 1 }\n",
                     futures[i]);
            if (!dialogue_open_text(&d, text))
                return;
            dialogue_hold(&d, "3\n", narrate != 0);
            if (i == 0)
                first = strdup(d.said);
            EXPECT_STR_ROW(futures[i], d.said, first);
            dialogue_close(&d);
        }
        free(first);
    }
}

static void test_frames_behind_a_question_are_not_shown(void)
{
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    for (int narrate = 0; narrate < 2; narrate++) {
        dialogue_hold(&d, "", narrate != 0);
        hides(&d, narrate ? "request" : "echo request");
        hides(&d, narrate ? "(frame 1)" : " 1  ");
        says(&d, "Page one.");
        hides(&d, "0 ns"); /* the unit of a run that has hardly begun */
    }
    EXPECT(attempt_pass(d.a, 0));
    for (int narrate = 0; narrate < 2; narrate++) {
        dialogue_hold(&d, "", narrate != 0);
        says(&d, "reply");
        hides(&d, "The run ends");
        hides(&d, "40 ms:"); /* when it comes */
        hides(&d, "40.0");
        hides(&d, "end  ");
    }
    dialogue_close(&d);
}

/* ---- Answers of a file ---- */

static struct quiz_answers *answers_of(const struct lab *lab, const char *text, char *said,
                                       size_t size)
{
    struct diagnostics d;
    struct quiz_answers *a;
    FILE *out = fmemopen(said, size, "w");

    ASSERT(out != NULL);
    diagnostics_init(&d);
    a = quiz_answers_parse(text, strlen(text), "f", lab, &d);
    diagnostics_print(&d, out);
    fclose(out);
    EXPECT_EQ(a == NULL, d.total > 0);
    diagnostics_free(&d);
    return a;
}

static void test_answers_are_used_by_name_and_the_rest_is_passed(void)
{
    static const char text[] = "lose: drop 1\n# mine\n\n pick: 1\r\n"
                               "ttl: ?\n\tttl:64\nwhy: because: yes\n";
    char said[200] = "";
    struct dialogue d;
    struct quiz_input input = { .read = quiz_answers_read, .echo = true, .end_settles = true };

    if (!dialogue_open_text(&d, ping))
        return;
    input.context = answers_of(d.lab, "pick : 2\n", said, sizeof(said));
    EXPECT(strstr(said, "f:1:1: error: this lab has no question or task \"pick \"") != NULL);
    EXPECT(input.context == NULL);
    input.context = answers_of(d.lab, text, said, sizeof(said));
    ASSERT(input.context != NULL);
    dialogue_hold_with(&d, input, false);
    EXPECT_EQ(d.end, QUIZ_DONE);
    EXPECT_EQ(attempt_question_points(d.a, 0).got, 1);
    EXPECT_EQ(attempt_question_points(d.a, 1).got, 2);
    EXPECT(d.a->questions[2].passed);
    EXPECT_STR(d.a->questions[3].acts[0].text, "because: yes");
    EXPECT_EQ(attempt_task_points(d.a, 0).got, 2); /* without done */
    says(&d, "> \nThere is no more answer to this.\nPassed. The right answer is ");
    quiz_answers_free(input.context);
    dialogue_close(&d);
}

static void test_line_that_is_no_answer_has_its_place(void)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "x\n", "f:1:1: error: no answer: write NAME: ANSWER" },
        { "\n  tlt: 4\n", "f:2:3: error: this lab has no question or task \"tlt\", did you mean "
                          "\"ttl\"?" },
        { "ttl: 4\n:\n", "f:2:1: error: this lab has no question or task \"\"" },
        { "first: 4\n", "f:1:1: error: this lab has no question or task \"first\"" },
    };
    struct dialogue d;

    if (!dialogue_open_text(&d, ping))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char said[400] = "";

        EXPECT(answers_of(d.lab, rows[i].text, said, sizeof(said)) == NULL);
        said[strcspn(said, "\n")] = '\0';
        EXPECT_STR_ROW(rows[i].text, said, rows[i].said);
    }
    dialogue_close(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_right_answers_and_deeds_earn_all_points),
        TEST(test_wrong_answers_get_their_words_and_cost),
        TEST(test_header_is_shown_without_the_field_that_is_asked),
        TEST(test_header_gives_no_part_of_the_answer_away),
        TEST(test_task_takes_back_deeds_and_tells_errors),
        TEST(test_end_of_lines_and_quit_leave_with_the_sheet),
        TEST(test_who_comes_back_is_told_the_hints_and_tries_that_are_paid_for),
        TEST(test_refusal_is_broken_into_lines),
        TEST(test_order_may_be_typed_as_one_word),
        TEST(test_long_line_and_no_text_are_refused),
        TEST(test_too_many_tries_still_can_be_passed),
        TEST(test_what_lies_behind_a_question_changes_no_word_before_it),
        TEST(test_frames_behind_a_question_are_not_shown),
        TEST(test_answers_are_used_by_name_and_the_rest_is_passed),
        TEST(test_line_that_is_no_answer_has_its_place),
    };

    return run_tests("quiz", tests, ARRAY_LEN(tests));
}
