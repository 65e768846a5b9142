/* tools/lib/lab_exercise.h: pages, questions, tasks and variants as they are read. */
#include "tools/lib/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_amend.h"
#include "tools/lib/simulation.h"

#define TWO_HOSTS                                                                                  \
    "hosts:\n  a: { ip: 10.0.0.1/24 }\n  b: { ip: 10.0.0.2/24 }\n"                                 \
    "links:\n  wire: { ends: [a, b], delay: 20ms }\n"

static struct lab *parse(const char *text)
{
    struct diagnostics d;
    struct lab *lab;

    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(lab != NULL);
    return lab;
}

static void test_moment_is_read_with_its_kind_and_companions(void)
{
    struct lab *lab =
        parse(TWO_HOSTS "pages:\n"
                        "  - { page: p0, at: start, text: one }\n"
                        "  - { page: p1, before: end, text: one }\n"
                        "  - { page: p2, after: 50ms, text: one }\n"
                        "  - { page: p3, before: { time: 50ms }, text: one }\n"
                        "  - { page: p4, at: { frame: udp, from: a, to: b, on: wire,\n"
                        "      nth: 3 }, text: one }\n"
                        "  - { page: p5, at: { state: b LISTEN, nth: 2 }, text: one }\n"
                        "  - { page: p6, at: { rule: arp_unknown, node: a }, text: one }\n"
                        "  - { page: p7, at: { holds: wire.lost > 0 }, text: one }\n");
    static const enum lab_moment_kind kinds[] = {
        LAB_MOMENT_START, LAB_MOMENT_END,   LAB_MOMENT_TIME, LAB_MOMENT_TIME,
        LAB_MOMENT_FRAME, LAB_MOMENT_STATE, LAB_MOMENT_RULE, LAB_MOMENT_HOLDS,
    };

    EXPECT_EQ(lab->page_count, ARRAY_LEN(kinds));
    for (size_t i = 0; i < lab->page_count; i++) {
        EXPECT_EQ(lab->pages[i].gate.moment.kind, kinds[i]);
        EXPECT_EQ(lab->pages[i].gate.before, i == 1 || i == 3);
        EXPECT_EQ(lab->pages[i].mark.line, i < 5 ? 7 + i : 8 + i);
    }
    EXPECT_EQ(lab->pages[2].gate.moment.time, 50 * MS);
    EXPECT_EQ(lab->pages[3].gate.moment.time, 50 * MS);
    const struct lab_moment *frame = &lab->pages[4].gate.moment;
    EXPECT_STR(frame->text, "udp");
    EXPECT_EQ(frame->from, 0);
    EXPECT_EQ(frame->to, 1);
    EXPECT_EQ(frame->link, 0);
    EXPECT_EQ(frame->nth, 3);
    EXPECT_EQ(lab->pages[5].gate.moment.node, 1);
    EXPECT_STR(lab->pages[5].gate.moment.text, "LISTEN");
    EXPECT_EQ(lab->pages[5].gate.moment.nth, 2);
    EXPECT_EQ(lab->pages[6].gate.moment.node, 0);
    EXPECT_EQ(lab->pages[6].gate.moment.nth, 1);
    EXPECT_EQ(lab->pages[7].gate.moment.node, LAB_NONE);
    EXPECT_STR(lab->pages[7].gate.moment.text, "wire.lost > 0");
    lab_free(lab);
}

static void test_question_of_each_kind_is_read_with_its_parts(void)
{
    struct lab *lab =
        parse(TWO_HOSTS "questions:\n"
                        "  - { question: n, before: end, ask: How many?, answer: 1 + 2,\n"
                        "      mistakes: [{ answer: 4, say: no }, { answer: 5, say: oh }],\n"
                        "      hints: [one, two], explain: so, points: 7, penalty: 0,\n"
                        "      evaluate: start }\n"
                        "  - { question: s, after: end, ask: w, kind: state,\n"
                        "      answer: a.tcp.state }\n"
                        "  - { question: f, before: { frame: tcp }, ask: w, kind: field,\n"
                        "      field: ip.ttl }\n"
                        "  - { question: c, before: end, ask: w, kind: choice,\n"
                        "      choices: [{ text: x, right: yes }, { text: y, say: no },\n"
                        "                { text: z, right: wire.lost > 0 }] }\n"
                        "  - { question: cs, before: end, ask: w, kind: choices,\n"
                        "      choices: [{ text: x, right: no }, { text: y, right: on }] }\n"
                        "  - { question: o, before: end, ask: w, kind: order,\n"
                        "      items: [{ text: x, frame: tcp, nth: 2 },\n"
                        "              { text: y, time: 1s }] }\n"
                        "  - { question: t, after: end, ask: Why?, kind: text }\n");
    const struct lab_question *q = lab->questions;

    EXPECT_EQ(lab->question_count, LAB_ASK_KINDS);
    for (size_t i = 0; i < LAB_ASK_KINDS; i++)
        EXPECT_EQ(q[i].kind, i);
    EXPECT_STR(q[0].name, "n");
    EXPECT_STR(q[0].answer, "1 + 2");
    EXPECT_EQ(q[0].mistake_count, 2);
    EXPECT_STR(q[0].mistakes[1].answer, "5");
    EXPECT_STR(q[0].mistakes[1].say, "oh");
    EXPECT_EQ(q[0].hint_count, 2);
    EXPECT_STR(q[0].hints[1], "two");
    EXPECT_STR(q[0].explain, "so");
    EXPECT_EQ(q[0].points, 7);
    EXPECT_EQ(q[0].penalty, 0);
    EXPECT_EQ(q[0].evaluate.kind, LAB_MOMENT_START);
    EXPECT_EQ(q[1].points, 2);
    EXPECT_EQ(q[1].penalty, 1);
    EXPECT_EQ(q[1].evaluate.kind, LAB_MOMENT_NONE);
    EXPECT_STR(q[2].answer, "frame.ip.ttl");
    EXPECT_STR(q[2].field, "ip.ttl");
    EXPECT_EQ(q[3].choice_count, 3);
    EXPECT_STR(q[3].choices[0].right, "1");
    EXPECT_STR(q[3].choices[1].right, "0");
    EXPECT_STR(q[3].choices[1].say, "no");
    EXPECT_STR(q[3].choices[2].right, "wire.lost > 0");
    EXPECT_STR(q[4].choices[0].right, "0");
    EXPECT_STR(q[4].choices[1].right, "1");
    EXPECT_EQ(q[5].item_count, 2);
    EXPECT_EQ(q[5].items[0].moment.nth, 2);
    EXPECT_EQ(q[5].items[1].moment.time, SECONDS);
    EXPECT(q[6].answer == NULL);
    lab_free(lab);
}

static void test_task_is_read_with_checks_and_solution(void)
{
    struct lab *lab =
        parse(TWO_HOSTS "tasks:\n"
                        "  - { task: t, ask: Lose one., hints: [one],\n"
                        "      checks: [{ check: wire.lost == 1, points: 3, hint: no }],\n"
                        "      solution: [drop 1, 'at 1s a: ping b'] }\n");
    const struct lab_task *task = lab->tasks;

    EXPECT_EQ(lab->task_count, 1);
    EXPECT_STR(task->name, "t");
    EXPECT_EQ(task->check_count, 1);
    EXPECT_EQ(task->checks[0].points, 3);
    EXPECT_EQ(task->solution_count, 2);
    EXPECT_STR(task->solution[1].text, "at 1s a: ping b");
    EXPECT_EQ(task->hint_count, 1);
    lab_free(lab);
}

static void test_list_or_range_of_vary_becomes_its_values(void)
{
    static const struct {
        const char *to;
        size_t count;
        const char *first, *second, *last;
    } rows[] = {
        { "[10ms, 20ms, 40ms]", 3, "10ms", "20ms", "40ms" },
        { "500..1400 step 100", 10, "500", "600", "1400" },
        { "10ms..50ms step 5ms", 9, "10ms", "15ms", "50ms" },
        { "10ms..50ms step 15", 3, "10ms", "25ms", "40ms" },
        { "1%..5%", 5, "1%", "2%", "5%" },
        { "8..12", 5, "8", "9", "12" },
        { "100..110 step 10", 2, "100", "110", "110" },
        { "10.0.0.9/24..10.0.0.11/24", 3, "10.0.0.9/24", "10.0.0.10/24", "10.0.0.11/24" },
        { "connect b:80..connect b:90", 11, "connect b:80", "connect b:81", "connect b:90" },
        { "[[no-karn], [no-backoff, no-karn]]", 2, "[no-karn]", "[no-backoff, no-karn]",
          "[no-backoff, no-karn]" },
        { "['[x', y]", 2, "'[x'", "y", "y" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[400];
        struct lab *lab;

        snprintf(text, sizeof(text), TWO_HOSTS "vary: [{ set: [x, y.z], to: %s }]\n", rows[i].to);
        lab = parse(text);
        EXPECT_EQ_ROW(rows[i].to, lab->vary[0].path_count, 2);
        EXPECT_STR_ROW(rows[i].to, lab->vary[0].paths[1], "y.z");
        EXPECT_EQ_ROW(rows[i].to, lab->vary[0].value_count, rows[i].count);
        EXPECT_STR_ROW(rows[i].to, lab->vary[0].values[0], rows[i].first);
        EXPECT_STR_ROW(rows[i].to, lab->vary[0].values[1], rows[i].second);
        EXPECT_STR_ROW(rows[i].to, lab->vary[0].values[rows[i].count - 1], rows[i].last);
        lab_free(lab);
    }
}

static void test_set_and_amendments_keep_what_is_asked(void)
{
    static const char text[] =
        TWO_HOSTS "# kept\n"
                  "questions:\n"
                  "  - { question: q, before: end, ask: w, answer: 1 }  # too\n";
    const char *const set[] = { "questions.0.points=5", "questions.0.answer=2 + 3" };
    struct lab_overrides overrides = { set, 2 };
    struct lab_amendment drop = { .kind = LAB_AMEND_FAULT, .fault = { .frame = 1 } };
    struct diagnostics d;
    struct lab *lab, *again;
    char *amended;

    diagnostics_init(&d);
    ASSERT(lab_parse(text, strlen(text), "t", &overrides, &simulation_hooks, &lab, &d));
    EXPECT_EQ(lab->questions[0].points, 5);
    EXPECT_STR(lab->questions[0].answer, "2 + 3");
    lab_free(lab);
    lab = parse(text);
    amended = lab_amend(lab, &drop, 1, &simulation_hooks, &d);
    ASSERT(amended != NULL);
    EXPECT(strncmp(amended, text, strlen(text)) == 0);
    again = parse(amended);
    EXPECT_EQ(again->question_count, 1);
    EXPECT_EQ(again->fault_count, 1);
    lab_free(again);
    lab_free(lab);
    free(amended);
    diagnostics_free(&d);
}

static uint64_t hash_of(const char *text)
{
    struct simulation_options options = { .interventions = NULL };
    struct lab *lab = parse(text);
    struct simulation s;
    uint64_t hash;

    ASSERT(simulation_open(&s, lab, &options));
    simulation_run(&s, NULL);
    hash = trace_hash(&s.trace);
    simulation_close(&s);
    lab_free(lab);
    return hash;
}

static void test_questions_do_not_change_the_run(void)
{
    static const char plain[] = TWO_HOSTS "script: [{ at: 0s, a: ping b }]\n";
    static const char asked[] = TWO_HOSTS "script: [{ at: 0s, a: ping b }]\n"
                                          "vary: [{ set: links.wire.delay, to: [1ms, 2ms] }]\n"
                                          "pages: [{ page: p, at: start, text: t }]\n"
                                          "questions: [{ question: q, before: end, ask: w,\n"
                                          "              answer: 1 }]\n"
                                          "tasks: [{ task: t, ask: w, checks: [{ check: 1 }] }]\n";
    static const char other[] = TWO_HOSTS "script: [{ at: 1s, a: ping b }]\n";

    EXPECT_EQ(hash_of(plain), hash_of(asked));
    EXPECT(hash_of(plain) != hash_of(other));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_moment_is_read_with_its_kind_and_companions),
        TEST(test_question_of_each_kind_is_read_with_its_parts),
        TEST(test_task_is_read_with_checks_and_solution),
        TEST(test_list_or_range_of_vary_becomes_its_values),
        TEST(test_set_and_amendments_keep_what_is_asked),
        TEST(test_questions_do_not_change_the_run),
    };

    return run_tests("lab-exercise", tests, ARRAY_LEN(tests));
}
