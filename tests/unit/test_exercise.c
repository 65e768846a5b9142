/* tools/lib/exercise.h: when a lab's questions are asked, and what is right. */
#include "tools/lib/exercise.h"

#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tests/unit/fixture_exercise.h"

/* ---- Moments ---- */

static void test_moment_lies_where_the_run_has_it(void)
{
    static const struct {
        const char *moment;
        vtime at; /* of the event that it is; -1: it never comes */
        uint32_t frame;
    } rows[] = {
        { "start", 0, 0 },
        { "end", 140 * MS, 0 },
        { "50ms", 50 * MS, 0 },
        { "55ms", 50 * MS, 0 },
        { "9h", 140 * MS, 0 },
        { "{ frame: tcp }", 10 * MS, 1 },
        { "{ frame: tcp, nth: 2 }", 30 * MS, 2 },
        { "{ frame: tcp, from: b, nth: 2 }", 120 * MS, 5 },
        { "{ frame: tcp, to: b, on: wire, nth: 2 }", 50 * MS, 3 },
        { "{ frame: tcp, nth: 6 }", -1, 0 },
        { "{ frame: udp }", -1, 0 },
        { "{ state: a ESTABLISHED }", 50 * MS, 2 },
        { "{ state: b ESTABLISHED }", 70 * MS, 3 },
        { "{ state: b ESTABLISHED, nth: 2 }", -1, 0 },
        { "{ state: b CLOSED }", -1, 0 },
        { "{ holds: a.tcp.in-flight > 0 }", 10 * MS, 0 },
        { "{ holds: b.tcp.delivered == 3 }", 120 * MS, 0 },
        { "{ holds: b.tcp.delivered == 4 }", -1, 0 },
        { "{ holds: 1 }", 0, 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct exercise_moment *moment;
        char parts[200];
        struct opened o;

        snprintf(parts, sizeof(parts),
                 "questions: [{ question: q, after: %s, ask: w, answer: 1 }]\n", rows[i].moment);
        o = open_lab(parts);
        moment = &o.e->questions[0].gate;
        EXPECT_EQ_ROW(rows[i].moment, moment->comes, rows[i].at >= 0);
        EXPECT_EQ_ROW(rows[i].moment, o.e->questions[0].is_void, rows[i].at < 0);
        EXPECT_EQ_ROW(rows[i].moment, o.e->gate_count, rows[i].at >= 0);
        EXPECT_EQ_ROW(rows[i].moment, moment->frame, rows[i].frame);
        if (rows[i].at >= 0) {
            EXPECT_EQ_ROW(
                rows[i].moment,
                moment->event == 0 ? 0 : trace_event(&o.e->simulation.trace, moment->event)->at,
                rows[i].at);
            EXPECT_EQ_ROW(rows[i].moment, o.e->gates[0].shown, moment->event);
        }
        close_lab(&o);
    }
}

static void test_rule_of_a_host_is_found_by_its_number(void)
{
    struct opened o = open_lab("pages:\n"
                               "  - { page: p1, at: { rule: TCP_LISTEN_SYN }, text: t }\n"
                               "  - { page: p2, at: { rule: TCP_LISTEN_SYN, node: a }, text: t }\n"
                               "  - { page: p3, at: { rule: TCP_LISTEN_SYN, nth: 2 }, text: t }\n");

    EXPECT_EQ(o.e->gate_count, 1);
    EXPECT_EQ(o.e->gates[0].index, 0);
    EXPECT_EQ(o.e->gates[0].moment.frame, 1);
    close_lab(&o);
}

static void test_before_hides_the_event_that_after_shows(void)
{
    struct opened o =
        open_lab("pages:\n"
                 "  - { page: late, at: end, text: t }\n"
                 "  - { page: p, before: { frame: tcp, nth: 2 }, text: t }\n"
                 "questions:\n"
                 "  - { question: after, after: { frame: tcp, nth: 2 }, ask: w,\n"
                 "      answer: 1 }\n"
                 "  - { question: before, before: { frame: tcp, nth: 2 }, ask: w,\n"
                 "      answer: 1 }\n"
                 "  - { question: time, before: 30ms, ask: w, answer: 1 }\n"
                 "  - { question: begin, before: start, ask: w, answer: 1 }\n"
                 "  - { question: never, before: { frame: udp }, ask: w, answer: 1 }\n");
    const struct exercise_gate *g = o.e->gates;
    static const struct {
        bool is_page;
        size_t index;
    } order[] = {
        { false, 3 }, { true, 1 }, { false, 1 }, { false, 2 }, { false, 0 }, { true, 0 }
    };

    EXPECT_EQ(o.e->gate_count, ARRAY_LEN(order));
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        EXPECT_EQ(g[i].is_page, order[i].is_page);
        EXPECT_EQ(g[i].index, order[i].index);
    }
    EXPECT_EQ(g[1].shown, g[1].moment.event - 1);
    EXPECT_EQ(g[4].shown, g[4].moment.event);
    EXPECT_EQ(g[0].shown, 0);
    EXPECT(o.e->questions[4].is_void);
    EXPECT_STR(o.e->questions[4].why, "its moment never comes in this run");
    EXPECT_EQ(exercise_find(o.e, "time"), 2);
    EXPECT_EQ(exercise_find(o.e, "nothing"), LAB_NONE);
    close_lab(&o);
}

/* ---- Answers ---- */

static void test_answer_is_that_of_its_moment(void)
{
    static const struct {
        const char *question, *right, *wanted;
    } rows[] = {
        { "before: { frame: tcp, nth: 2 }, answer: frame.tcp.ack", "1", "a number such as 1460" },
        { "before: { frame: tcp, nth: 2 }, answer: frame.tcp.ack_raw", "101",
          "a number such as 1460" },
        { "before: { frame: tcp, nth: 2 }, answer: frame.time", "30 ms", "a time such as 20ms" },
        { "after: { state: a ESTABLISHED }, answer: frame.number", "2", "a number such as 1460" },
        { "before: { frame: tcp, nth: 3 }, kind: state, answer: a.tcp.state", "ESTABLISHED",
          "a state such as ESTABLISHED" },
        { "before: { frame: tcp, nth: 3 }, kind: state, answer: b.tcp.state", "SYN-RECEIVED",
          "a state such as ESTABLISHED" },
        { "before: { frame: tcp, nth: 3 }, answer: time", "50 ms", "a time such as 20ms" },
        { "before: { frame: tcp, nth: 3 }, answer: end.time", "140 ms", "a time such as 20ms" },
        { "before: { frame: tcp, nth: 4 }, answer: a.tcp.in-flight", "3 B",
          "a number of bytes such as 1460" },
        { "before: start, answer: count(tx)", "0", "a number such as 1460" },
        { "before: start, evaluate: end, answer: count(tx)", "5", "a number such as 1460" },
        { "after: { frame: tcp }, evaluate: end, answer: frame.tcp.seq + b.tcp.delivered", "3 B",
          "a number of bytes such as 1460" },
        { "after: { frame: tcp }, kind: field, field: ip.dst", "10.0.0.2",
          "an address such as 10.0.0.1" },
        { "after: { frame: tcp }, kind: field, field: eth.src", "02:00:00:00:00:01",
          "an address such as 02:00:00:00:00:01" },
        { "after: { frame: tcp }, answer: a.tcp.state == SYN-SENT", "yes", "yes or no" },
        { "after: end, kind: text", "", "a sentence" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char parts[300], text[EXERCISE_ANSWER_SIZE];
        struct exercise_judgement j;
        struct opened o;

        snprintf(parts, sizeof(parts), "questions: [{ question: q, ask: w, %s }]\n",
                 rows[i].question);
        o = open_lab(parts);
        EXPECT_STR_ROW(rows[i].question, o.e->questions[0].why, "");
        exercise_right_text(o.e, 0, text, sizeof(text));
        EXPECT_STR_ROW(rows[i].question, text, rows[i].right);
        exercise_wanted(o.e, 0, text, sizeof(text));
        EXPECT_STR_ROW(rows[i].question, text, rows[i].wanted);
        if (rows[i].right[0] != '\0') {
            exercise_judge(o.e, 0, rows[i].right, &j);
            EXPECT_EQ_ROW(rows[i].question, j.verdict, EXERCISE_RIGHT);
        }
        close_lab(&o);
    }
}

static void test_question_that_cannot_be_asked_is_void_and_says_why(void)
{
    static const struct {
        const char *question, *why;
    } rows[] = {
        { "after: { frame: udp }, answer: 1", "its moment never comes in this run" },
        { "after: end, evaluate: { frame: udp }, answer: 1",
          "the moment of its answer never comes in this run" },
        { "after: end, answer: frame.len", "its answer cannot be computed in this run" },
        { "after: { frame: tcp }, kind: field, field: udp.srcport",
          "its answer cannot be computed in this run" },
        { "after: end, kind: choice, choices: [{ text: x, right: 1 / wire.lost }, { text: y }]",
          "whether a choice is right cannot be computed in this run" },
        { "after: end, kind: order, items: [{ text: x, frame: tcp }, { text: y, frame: udp }]",
          "one of its items never happens in this run" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char parts[300];
        struct opened o;

        snprintf(parts, sizeof(parts), "questions: [{ question: q, ask: w, %s }]\n",
                 rows[i].question);
        o = open_lab(parts);
        EXPECT_ROW(rows[i].question, o.e->questions[0].is_void);
        EXPECT_STR_ROW(rows[i].question, o.e->questions[0].why, rows[i].why);
        EXPECT_EQ_ROW(rows[i].question, o.e->gate_count, 0);
        close_lab(&o);
    }
}

/* ---- Judging ---- */

static void test_wrong_number_gets_the_feedback_of_its_mistake(void)
{
    static const struct judged rows[] = {
        { "101", EXERCISE_RIGHT, "" },
        { "0x65", EXERCISE_RIGHT, "" },
        { "100", EXERCISE_MISTAKE, "a SYN counts" },
        { "301", EXERCISE_MISTAKE, "that is b's" },
        { "7", EXERCISE_WRONG, "" },
        { "", EXERCISE_UNREADABLE, "nothing is written: write a number such as 1460" },
        { "7B", EXERCISE_UNREADABLE, "\"7B\" is no number: write for example 1460" },
    };

    expect_judged("before: { frame: tcp, nth: 2 }, answer: frame.tcp.ack_raw, mistakes: [\n"
                  "  { answer: frame.tcp.ack_raw - 1, say: a SYN counts },\n"
                  "  { answer: 1 / wire.lost, say: never },\n"
                  "  { answer: frame.tcp.seq_raw + 1, say: that is b's }]",
                  rows, ARRAY_LEN(rows));
}

static void test_choice_is_judged_by_number_or_letter(void)
{
    static const struct judged rows[] = {
        { "2", EXERCISE_RIGHT, "" },
        { " b ", EXERCISE_RIGHT, "" },
        { "C", EXERCISE_RIGHT, "" },
        { "Y", EXERCISE_RIGHT, "" },
        { " x", EXERCISE_MISTAKE, "look again" },
        { "it is lost, I think", EXERCISE_WRONG, "" },
        { "it is lost", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "x; y", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "1", EXERCISE_MISTAKE, "look again" },
        { "4", EXERCISE_WRONG, "" },
        { "0", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "5", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "1 2", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "?", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
        { "99999999999999999999", EXERCISE_UNREADABLE, "write one number from 1 to 4" },
    };

    expect_judged("after: end, kind: choice, shuffle: no, choices: [\n"
                  "  { text: x, say: look again },\n"
                  "  { text: y, right: yes }, { text: z, right: wire.lost == 0, say: oh },\n"
                  "  { text: \"It is lost, I think.\" }]",
                  rows, ARRAY_LEN(rows));
}

static void test_choices_must_all_be_chosen_and_no_other(void)
{
    static const struct judged rows[] = {
        { "2, 3", EXERCISE_RIGHT, "" },
        { "c b", EXERCISE_RIGHT, "" },
        { "z;y", EXERCISE_RIGHT, "" },
        { "y, z", EXERCISE_RIGHT, "" },
        { "y; y", EXERCISE_UNREADABLE, "write all that are right, such as 1, 3" },
        { "2", EXERCISE_MISTAKE, "z is right, too" },
        { "3", EXERCISE_WRONG, "" },
        { "1 2 3", EXERCISE_MISTAKE, "x is wrong" },
        { "1 2", EXERCISE_MISTAKE, "x is wrong" },
        { "2 2", EXERCISE_UNREADABLE, "write all that are right, such as 1, 3" },
        { " ", EXERCISE_UNREADABLE, "write all that are right, such as 1, 3" },
    };

    expect_judged(
        "after: end, kind: choices, shuffle: no, choices: [{ text: x, say: x is wrong },\n"
        "  { text: y, right: yes }, { text: z, right: yes, say: 'z is right, too' }]",
        rows, ARRAY_LEN(rows));
}

static void test_items_are_shown_shuffled_and_judged_by_the_run(void)
{
    struct opened o = open_lab("questions:\n"
                               "  - { question: q, ask: w, before: end, kind: order, items: [\n"
                               "      { text: first, frame: tcp },\n"
                               "      { text: third, state: b ESTABLISHED },\n"
                               "      { text: second, time: 30ms },\n"
                               "      { text: last, holds: b.tcp.delivered == 3 } ] }\n");
    const struct exercise_question *q = &o.e->questions[0];
    struct exercise_judgement j;
    char text[EXERCISE_ANSWER_SIZE], shown[40] = "";
    static const size_t happen[] = { 0, 2, 1, 3 };
    bool shuffled = false;

    for (size_t i = 0; i < 4; i++) {
        size_t place = 0;

        while (q->shown[place] != happen[i])
            place++;
        shuffled = shuffled || q->shown[i] != happen[i];
        snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%zu", i > 0 ? " " : "",
                 place + 1);
    }
    EXPECT(shuffled);
    exercise_right_text(o.e, 0, text, sizeof(text));
    EXPECT_STR(text, shown);
    exercise_judge(o.e, 0, text, &j);
    EXPECT_EQ(j.verdict, EXERCISE_RIGHT);
    exercise_judge(o.e, 0, "1 2 3 4", &j); /* as they are shown is never right */
    EXPECT_EQ(j.verdict, EXERCISE_WRONG);
    exercise_judge(o.e, 0, "1 2 3", &j);
    EXPECT_EQ(j.verdict, EXERCISE_UNREADABLE);
    EXPECT_STR(j.why, "write the numbers 1 to 4 in the order of the run");
    close_lab(&o);
}

static void test_text_waits_for_a_teacher(void)
{
    static const struct judged rows[] = {
        { "Because it counts.", EXERCISE_PENDING, "" },
        { " \n", EXERCISE_UNREADABLE, "nothing is written: write a sentence" },
    };

    expect_judged("after: end, kind: text", rows, ARRAY_LEN(rows));
}

static void test_endless_run_is_told(void)
{
    static const char text[] = "hosts: { a: { ip: 10.0.0.1/24 } }\n"
                               "hubs: { h: {}, i: {} }\n"
                               "links:\n"
                               "  x: { ends: [a, h] }\n"
                               "  y: { ends: [h, i], delay: 1ms }\n"
                               "  z: { ends: [i, h], delay: 1ms }\n"
                               "script: [{ at: 0s, a: ping 10.0.0.9 }]\n"
                               "questions: [{ question: q, after: end, ask: w, answer: 1 }]\n";
    struct exercise_options options = { .trace_limit = 1 << 20 };
    struct diagnostics d;
    struct lab *lab;
    char why[EXERCISE_WHY_SIZE];

    diagnostics_init(&d);
    ASSERT(lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &lab, &d));
    EXPECT(exercise_open(lab, &options, why, sizeof(why)) == NULL);
    EXPECT(strncmp(why, "the run does not end: stopped at ", 33) == 0);
    lab_free(lab);
    diagnostics_free(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_moment_lies_where_the_run_has_it),
        TEST(test_rule_of_a_host_is_found_by_its_number),
        TEST(test_before_hides_the_event_that_after_shows),
        TEST(test_answer_is_that_of_its_moment),
        TEST(test_question_that_cannot_be_asked_is_void_and_says_why),
        TEST(test_wrong_number_gets_the_feedback_of_its_mistake),
        TEST(test_choice_is_judged_by_number_or_letter),
        TEST(test_choices_must_all_be_chosen_and_no_other),
        TEST(test_items_are_shown_shuffled_and_judged_by_the_run),
        TEST(test_text_waits_for_a_teacher),
        TEST(test_endless_run_is_told),
    };

    return run_tests("exercise", tests, ARRAY_LEN(tests));
}
