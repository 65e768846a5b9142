/* tools/lib/attempt.h and task.h: tries, hints, passes, deeds, and the points. */
#include "tools/lib/attempt.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static const char text[] =
    "defaults: { arp: { known: on }, tcp: { sack: off } }\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24 }\n"
    "  b: { ip: 10.0.0.2/24 }\n"
    "links:\n"
    "  wire: { ends: [a, b], delay: 20ms }\n"
    "script:\n"
    "  - { at: 0s, b: listen 80 }\n"
    "  - { at: 10ms, a: connect b:80 }\n"
    "questions:\n"
    "  - { question: ack, before: { frame: tcp, nth: 2 }, ask: w, answer: frame.tcp.ack,\n"
    "      points: 3, hints: [one, two], mistakes: [{ answer: 0, say: a SYN counts }] }\n"
    "  - { question: why, after: end, ask: w, kind: text }\n"
    "  - { question: never, after: { frame: udp }, ask: w, answer: 1 }\n"
    "  - { question: dear, after: end, ask: w, answer: 1, points: 2, penalty: 5 }\n"
    "tasks:\n"
    "  - task: lose\n"
    "    ask: Lose the SYN.\n"
    "    checks:\n"
    "      - { check: deeds == 1 and deeds.drop == 1, points: 1 }\n"
    "      - { check: count(retransmission) == 1, points: 3 }\n"
    "    solution: [ drop 1 ]\n"
    "  - task: tell\n"
    "    ask: Close.\n"
    "    checks: [{ check: a.tcp.state == FIN-WAIT-2 and deeds.command == 1 }]\n"
    "    solution: [ 'at 200ms a: close' ]\n";

struct opened {
    struct lab *lab;
    struct exercise *e;
    struct attempt *a;
};

static struct opened begin(void)
{
    struct opened o;
    struct diagnostics d;
    char why[EXERCISE_WHY_SIZE];

    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, &simulation_hooks, &o.lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    ASSERT(o.lab != NULL);
    o.e = exercise_open(o.lab, NULL, why, sizeof(why));
    ASSERT(o.e != NULL);
    o.a = attempt_open(o.e);
    ASSERT(o.a != NULL);
    return o;
}

static void end(struct opened *o)
{
    attempt_close(o->a);
    exercise_close(o->e);
    lab_free(o->lab);
}

static void expect_points(struct attempt_points points, int64_t got, int64_t of, int64_t pending)
{
    EXPECT_EQ(points.got, got);
    EXPECT_EQ(points.of, of);
    EXPECT_EQ(points.pending, pending);
}

static void test_right_first_try_earns_all_points(void)
{
    struct opened o = begin();
    struct exercise_judgement j;

    EXPECT(!attempt_is_settled(o.a, 0));
    EXPECT(attempt_try(o.a, 0, "1", &j));
    EXPECT_EQ(j.verdict, EXERCISE_RIGHT);
    EXPECT(attempt_is_settled(o.a, 0));
    expect_points(attempt_question_points(o.a, 0), 3, 3, 0);
    EXPECT(!attempt_try(o.a, 0, "1", &j)); /* nothing more can be done to it */
    EXPECT(!attempt_pass(o.a, 0));
    EXPECT(attempt_hint(o.a, 0) == NULL);
    EXPECT_EQ(o.a->questions[0].act_count, 1);
    end(&o);
}

static void test_wrong_try_and_asked_hint_cost_and_open_hints(void)
{
    struct opened o = begin();
    struct exercise_judgement j;

    EXPECT(attempt_try(o.a, 0, "0", &j));
    EXPECT_EQ(j.verdict, EXERCISE_MISTAKE);
    EXPECT_EQ(attempt_open_hints(o.a, 0), 1); /* opened for nothing */
    EXPECT_EQ(attempt_left(o.a, 0), 2);
    EXPECT(attempt_try(o.a, 0, "x", &j));
    EXPECT_EQ(j.verdict, EXERCISE_UNREADABLE); /* costs nothing, opens nothing */
    EXPECT_EQ(attempt_left(o.a, 0), 2);
    EXPECT_STR(attempt_hint(o.a, 0), "two");
    EXPECT(attempt_hint(o.a, 0) == NULL);
    EXPECT_EQ(attempt_open_hints(o.a, 0), 2);
    expect_points(attempt_question_points(o.a, 0), 0, 3, 0);
    EXPECT(attempt_try(o.a, 0, "1", &j));
    expect_points(attempt_question_points(o.a, 0), 1, 3, 0);
    EXPECT_EQ(o.a->questions[0].act_count, 3);
    EXPECT_EQ(o.a->questions[0].acts[1].kind, ATTEMPT_HINT);
    EXPECT_STR(o.a->questions[0].acts[0].text, "0");
    EXPECT_EQ(o.a->questions[0].acts[2].verdict, EXERCISE_RIGHT);
    end(&o);
}

static void test_points_never_fall_below_zero(void)
{
    struct opened o = begin();
    struct exercise_judgement j;

    EXPECT(attempt_try(o.a, 3, "7", &j));
    EXPECT(attempt_try(o.a, 3, "1", &j));
    expect_points(attempt_question_points(o.a, 3), 0, 2, 0);
    end(&o);
}

static void test_passed_question_earns_nothing(void)
{
    struct opened o = begin();
    struct exercise_judgement j;

    EXPECT(attempt_pass(o.a, 0));
    EXPECT(attempt_is_settled(o.a, 0));
    EXPECT(!attempt_try(o.a, 0, "1", &j));
    expect_points(attempt_question_points(o.a, 0), 0, 3, 0);
    end(&o);
}

static void test_text_is_pending_and_void_is_worth_nothing(void)
{
    struct opened o = begin();
    struct exercise_judgement j;

    EXPECT(attempt_try(o.a, 1, "Because.", &j));
    EXPECT(attempt_is_settled(o.a, 1));
    expect_points(attempt_question_points(o.a, 1), 0, 2, 2);
    EXPECT(attempt_is_settled(o.a, 2));
    EXPECT(!attempt_try(o.a, 2, "1", &j));
    expect_points(attempt_question_points(o.a, 2), 0, 0, 0);
    expect_points(attempt_points(o.a), 0, 3 + 2 + 0 + 2 + 4 + 1, 2);
    end(&o);
}

static void test_acts_are_bounded(void)
{
    static char much[ATTEMPT_TEXT_MAX + 2];
    struct opened o = begin();
    struct exercise_judgement j;

    memset(much, '7', sizeof(much) - 1);
    EXPECT(!attempt_try(o.a, 1, much, &j));
    EXPECT(!attempt_try(o.a, 1, "\xff", &j));
    for (int i = 1; i < ATTEMPT_ACTS_MAX; i++)
        EXPECT(attempt_try(o.a, 0, "7", &j));
    EXPECT(!attempt_try(o.a, 0, "7", &j));
    EXPECT(attempt_pass(o.a, 0)); /* whoever tried too often can go on */
    EXPECT_EQ(o.a->questions[0].act_count, ATTEMPT_ACTS_MAX);
    end(&o);
}

/* ---- Tasks ---- */

static void test_solution_of_each_task_earns_its_points(void)
{
    struct opened o = begin();
    struct deed deeds[LAB_SOLUTION_MAX];
    char why[200] = "";

    expect_points(attempt_task_points(o.a, 0), 0, 4, 0);
    for (size_t task = 0; task < 2; task++) {
        size_t count = task_solution(o.lab, task, deeds);

        EXPECT_EQ(count, 1);
        EXPECT(attempt_do(o.a, task, deeds, count, NULL, why, sizeof(why)));
        EXPECT_STR(why, "");
    }
    expect_points(attempt_task_points(o.a, 0), 4, 4, 0);
    expect_points(attempt_task_points(o.a, 1), 1, 1, 0);
    EXPECT(o.a->tasks[0].result.hash != o.e->hash);
    EXPECT_EQ(o.a->tasks[0].result.count, 2);
    end(&o);
}

static void test_other_deeds_hold_some_checks_or_none(void)
{
    struct opened o = begin();
    struct deed late = { .kind = DEED_DROP, .frame = 3 }, off = { .kind = DEED_DROP, .frame = 1 };
    struct deed both[2];
    char why[200];

    off.off = true;
    EXPECT(attempt_do(o.a, 0, NULL, 0, NULL, why, sizeof(why)));
    expect_points(attempt_task_points(o.a, 0), 0, 4, 0);
    EXPECT_EQ(o.a->tasks[0].result.hash, o.e->hash); /* nothing was done */
    both[0] = late;
    both[1] = off;
    EXPECT(attempt_do(o.a, 0, both, 2, NULL, why, sizeof(why)));
    EXPECT(o.a->tasks[0].result.checks[0].held); /* one drop that counts */
    both[1].off = false;
    EXPECT(attempt_do(o.a, 0, both, 2, NULL, why, sizeof(why)));
    EXPECT(!o.a->tasks[0].result.checks[0].held);
    EXPECT_EQ(o.a->tasks[0].deed_count, 2);
    end(&o);
}

static void test_deeds_that_make_no_run_are_refused(void)
{
    struct opened o = begin();
    struct deed never = { .kind = DEED_DROP, .frame = 99 };
    struct deed late = { .kind = DEED_COMMAND, .at = 2 * HOURS, .target = "a", .text = "close" };
    struct deed nobody = { .kind = DEED_COMMAND, .at = 0, .target = "zoe", .text = "close" };
    char why[200];

    EXPECT(attempt_do(o.a, 0, NULL, 0, NULL, why, sizeof(why)));
    EXPECT(!attempt_do(o.a, 0, &never, 1, NULL, why, sizeof(why)));
    EXPECT_STR(why, "frame 99 was never sent: this run has 3 frames");
    EXPECT(!attempt_do(o.a, 0, &late, 1, NULL, why, sizeof(why)));
    EXPECT(strstr(why, "is after the end of the lab") != NULL);
    EXPECT(!attempt_do(o.a, 0, &nobody, 1, NULL, why, sizeof(why)));
    EXPECT(strstr(why, "no host or link is called \"zoe\"") != NULL);
    EXPECT(o.a->tasks[0].ran); /* what was kept before stays */
    EXPECT_EQ(o.a->tasks[0].deed_count, 0);
    end(&o);
}

static void test_run_that_outgrows_its_limit_is_refused(void)
{
    struct opened o = begin();
    struct deed much = { .kind = DEED_COMMAND,
                         .at = 0,
                         .target = "a",
                         .text = "udp send b:9 100B count 100000 every 1us" };
    struct task_limits limits = { .trace = 1 << 20 };
    char why[200];

    EXPECT(!attempt_do(o.a, 0, &much, 1, &limits, why, sizeof(why)));
    EXPECT_STR(why, "with these deeds the run does not end");
    end(&o);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_right_first_try_earns_all_points),
        TEST(test_wrong_try_and_asked_hint_cost_and_open_hints),
        TEST(test_points_never_fall_below_zero),
        TEST(test_passed_question_earns_nothing),
        TEST(test_text_is_pending_and_void_is_worth_nothing),
        TEST(test_acts_are_bounded),
        TEST(test_solution_of_each_task_earns_its_points),
        TEST(test_other_deeds_hold_some_checks_or_none),
        TEST(test_deeds_that_make_no_run_are_refused),
        TEST(test_run_that_outgrows_its_limit_is_refused),
    };

    return run_tests("attempt", tests, ARRAY_LEN(tests));
}
