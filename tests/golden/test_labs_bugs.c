/*
 * The labs, tested by mutation: where a lab is about something, a stack that does
 * that wrong has another run, so that who answers as for a sound one, and does the
 * tasks' solutions, loses points; and the lab's own checks do.
 *
 *   test_labs_bugs --all [LAB]     prints what every bug of every host costs in every lab
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/bugs.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/attempt.h"
#include "tools/lib/lab_path.h"

/* Points, of what a lab gives: questions and tasks, and its checks. */
struct worth {
    int64_t asked, checks;
};

/* ---- One lab ---- */

/* The lab at PATH, whose host HOST ("": none) has BUG. */
static struct lab *load(const char *path, const char *host, const char *bug)
{
    char text[200];
    const char *const at[] = { text };
    const struct lab_overrides overrides = { at, host[0] != '\0' };
    struct diagnostics d;
    struct lab *lab;

    snprintf(text, sizeof(text), "hosts.%s.bugs=[%s]", host, bug);
    diagnostics_init(&d);
    lab_load(path, &overrides, &simulation_hooks, &lab, &d);
    diagnostics_print(&d, stdout);
    diagnostics_free(&d);
    return lab;
}

/* To A what is right in the run of SOUND. */
static void answer_as(const struct exercise *sound, struct attempt *a)
{
    struct exercise_judgement j;
    struct deed deeds[LAB_SOLUTION_MAX];
    char text[EXERCISE_ANSWER_SIZE], why[300];

    for (size_t i = 0; i < sound->lab->question_count; i++) {
        exercise_right_text(sound, i, text, sizeof(text));
        attempt_try(a, i, text[0] != '\0' ? text : "A sentence.", &j);
    }
    for (size_t i = 0; i < sound->lab->task_count; i++)
        attempt_do(a, i, deeds, task_solution(sound->lab, i, deeds), NULL, why, sizeof(why));
}

/* What the answers of SOUND are worth in LAB; nothing, if LAB's run does not end. */
static struct worth worth_in(const struct exercise *sound, const struct lab *lab)
{
    const struct exercise_options options = { .trace_limit = 64 * 1024 * 1024 };
    struct worth worth = { 0, 0 };
    struct attempt_points points;
    char why[EXERCISE_WHY_SIZE];
    struct exercise *e = exercise_open(lab, &options, why, sizeof(why));
    struct attempt *a = e != NULL ? attempt_open(e) : NULL;
    int64_t of;

    if (a != NULL) {
        answer_as(sound, a);
        points = attempt_points(a);
        worth.asked = points.got + points.pending;
        worth.checks = simulation_points(&e->simulation, &of);
    }
    attempt_close(a);
    exercise_close(e);
    return worth;
}

/* What BUG of HOST costs. False: no such lab or host, or its sound run has not
 * all points. */
static bool cost_of(const char *path, const char *host, const char *bug, struct worth *cost)
{
    struct lab *lab = load(path, "", ""), *mutant = load(path, host, bug);
    char why[EXERCISE_WHY_SIZE];
    struct exercise *sound = lab != NULL ? exercise_open(lab, NULL, why, sizeof(why)) : NULL;
    bool made = sound != NULL && mutant != NULL;

    if (made) {
        struct worth full = worth_in(sound, lab), left = worth_in(sound, mutant);

        cost->asked = full.asked - left.asked;
        cost->checks = full.checks - left.checks;
    }
    exercise_close(sound);
    lab_free(lab);
    lab_free(mutant);
    return made;
}

/* ---- All of them, for whoever writes the table ---- */

static void print_costs(const char *name, const char *path, const struct lab *lab, size_t node)
{
    const struct bug_help *bug;
    struct worth cost;

    for (size_t i = 0; (bug = bug_at(i)) != NULL; i++)
        if (cost_of(path, lab->nodes[node].name, bug->name, &cost) &&
            (cost.asked != 0 || cost.checks != 0))
            printf("    { \"%s\", \"%s\", \"%s\" }, /* %" PRId64 " and %" PRId64 " */\n", name,
                   lab->nodes[node].name, bug->name, cost.asked, cost.checks);
}

/* CONTEXT: the only lab, or NULL. */
static bool visit(void *context, const char *name, const char *path)
{
    struct lab *lab;

    if (context != NULL && strcmp(context, name) != 0)
        return true;
    lab = load(path, "", "");
    for (size_t i = 0; lab != NULL && i < lab->node_count; i++)
        if (lab->nodes[i].kind == LAB_HOST)
            print_costs(name, path, lab, i);
    lab_free(lab);
    fflush(stdout);
    return true;
}

/* ---- Those that a lab is about ---- */

static const struct row {
    const char *lab, *host, *bug;
} TABLE[] = {
    { "handshake", "a", "checksum-without-pseudo-header" },
    { "teardown", "a", "no-time-wait" },
    { "teardown", "b", "ack-off-by-one" },
    { "half-close", "b", "ack-off-by-one" },
    { "simultaneous-close", "b", "ack-off-by-one" },
    { "lost-fin-ack", "a", "no-time-wait" },
    { "reset", "b", "no-reset-on-unread" },
    { "old-duplicate-syn", "a", "constant-isn" },
    { "sticky-packets", "b", "no-out-of-order" },
    { "stop-and-wait", "a", "no-backoff" },
    { "stop-and-wait", "b", "ack-off-by-one" },
    { "go-back-n", "b", "ack-off-by-one" },
    { "sliding-window", "a", "window-ignored" },
    { "sliding-window", "b", "no-out-of-order" },
    { "zero-window", "a", "no-persist" },
    { "zero-window", "a", "window-ignored" },
    { "silly-window", "a", "window-ignored" },
    { "nagle", "b", "ack-off-by-one" },
    { "rto-and-karn", "a", "no-karn" },
    { "rto-and-karn", "a", "no-backoff" },
    { "congestion-collapse", "a", "window-ignored" },
    { "slow-start", "a", "no-slow-start" },
    { "fast-retransmit", "a", "no-fast-retransmit" },
    { "fast-retransmit", "b", "no-out-of-order" },
    { "fast-recovery", "a", "cwnd-not-halved" },
    { "fast-recovery", "a", "no-fast-retransmit" },
    { "timeout", "a", "no-backoff" },
    { "timeout", "a", "cwnd-not-halved" },
    { "sack", "a", "no-fast-retransmit" },
    { "sack", "b", "no-out-of-order" },
    { "broken-stack", "b", "stretch-ack" },
    { "broken-stack", "b", "no-slow-start" },
    { "broken-stack", "b", "no-fast-retransmit" },
    { "broken-stack", "b", "ack-off-by-one" },
    { "reno-vs-cubic", "a", "cwnd-not-halved" },
    { "reno-vs-cubic", "a", "no-fast-retransmit" },
};

static void expect_costs(const struct row *row)
{
    char path[LAB_PATH_LIMIT], label[200];
    struct worth cost = { 0, 0 };

    snprintf(label, sizeof(label), "%s, %s has %s", row->lab, row->host, row->bug);
    if (EXPECT_ROW(label, lab_find(row->lab, path, sizeof(path))) &&
        EXPECT_ROW(label, cost_of(path, row->host, row->bug, &cost)))
        EXPECT_ROW(label, cost.asked > 0);
}

static void test_a_bug_that_a_lab_is_about_costs_points_of_its_questions(void)
{
    for (size_t i = 0; i < ARRAY_LEN(TABLE); i++)
        expect_costs(&TABLE[i]);
}

static void test_a_sound_stack_loses_no_points(void)
{
    char path[LAB_PATH_LIMIT];
    struct worth cost = { 1, 1 };

    EXPECT(lab_find("fast-recovery", path, sizeof(path)));
    EXPECT(cost_of(path, "", "", &cost));
    EXPECT_EQ(cost.asked, 0);
    EXPECT_EQ(cost.checks, 0);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_a_bug_that_a_lab_is_about_costs_points_of_its_questions),
        TEST(test_a_sound_stack_loses_no_points),
    };

    if (argc > 1) {
        lab_bundled(visit, argc > 2 ? argv[2] : NULL);
        return 0;
    }
    return run_tests("labs-bugs", tests, ARRAY_LEN(tests));
}
