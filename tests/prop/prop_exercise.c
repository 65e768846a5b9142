/*
 * Every bundled lab that asks something: its answers are right, and its
 * mistakes are mistakes, under other seeds and for many students; who types
 * the right answers and does the solutions has all points.
 *
 *   prop_exercise [FIRST [COUNT]]     seeds and students, 1 and 100 if left out
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/attempt.h"
#include "tools/lib/exercise_check.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/variant.h"

enum { EVENTS_MANY = 5000, SEEDS_FEW = 5 }; /* a long run is tried less often */

static uint64_t first = 1, count = 100;
static unsigned labs_asking;

/* Types every right answer, does every solution. */
static void earn_all(const struct exercise *e, struct attempt *a, const char *name)
{
    struct exercise_judgement j;
    struct deed deeds[LAB_SOLUTION_MAX];
    char text[EXERCISE_ANSWER_SIZE], why[300];

    for (size_t i = 0; i < e->lab->question_count; i++) {
        exercise_right_text(e, i, text, sizeof(text));
        EXPECT_ROW(name, attempt_try(a, i, text[0] != '\0' ? text : "A sentence.", &j));
        EXPECT_ROW(name, j.verdict == EXERCISE_RIGHT || j.verdict == EXERCISE_PENDING);
    }
    for (size_t i = 0; i < e->lab->task_count; i++)
        EXPECT_ROW(
            name, attempt_do(a, i, deeds, task_solution(e->lab, i, deeds), NULL, why, sizeof(why)));
}

/* What is typed as TEXT is answered with SAY, which the lab has for it. */
static void expect_says(const struct exercise *e, size_t index, const char *text, const char *say)
{
    struct exercise_judgement j = { .say = NULL };

    exercise_judge(e, index, text, &j);
    EXPECT_EQ_ROW(text, j.verdict, EXERCISE_MISTAKE);
    EXPECT_STR_ROW(e->questions[index].asked->name, j.say != NULL ? j.say : "", say);
}

/* Each mistake, and each wrong one of which one is to be chosen, has its own words. */
static void expect_feedback(const struct exercise *e, size_t index)
{
    const struct exercise_question *q = &e->questions[index];
    char text[EXERCISE_ANSWER_SIZE];

    for (size_t i = 0; i < q->asked->mistake_count; i++) {
        exercise_mistake_text(e, index, i, text, sizeof(text));
        expect_says(e, index, text, q->asked->mistakes[i].say);
    }
    for (size_t i = 0; q->asked->kind == LAB_ASK_CHOICE && i < q->asked->choice_count; i++)
        if (!q->chosen[q->shown[i]] && q->asked->choices[q->shown[i]].say != NULL) {
            snprintf(text, sizeof(text), "%zu", i + 1);
            expect_says(e, index, text, q->asked->choices[q->shown[i]].say);
        }
}

static uint32_t expect_full_points(const struct lab *lab, const char *name, const char *student)
{
    const struct exercise_options options = { .student = student };
    char why[EXERCISE_WHY_SIZE];
    struct exercise *e = exercise_open(lab, &options, why, sizeof(why));
    struct attempt *a = e != NULL ? attempt_open(e) : NULL;
    struct attempt_points points;
    uint32_t events = 0;

    if (EXPECT_ROW(name, a != NULL)) {
        for (size_t i = 0; i < lab->question_count; i++)
            expect_feedback(e, i);
        earn_all(e, a, name);
        points = attempt_points(a);
        EXPECT_EQ_ROW(name, points.got + points.pending, points.of);
        EXPECT_EQ_ROW(name, points.of, exercise_points(lab));
        events = e->simulation.trace.events.count;
    }
    attempt_close(a);
    exercise_close(e);
    return events;
}

/* LAB as it is; a failure prints the command that shows it again. */
static bool expect_sound(const struct lab *lab, const char *name, const char *whose,
                         uint64_t number, struct diagnostics *d)
{
    bool sound = exercise_check(lab, whose, d);

    EXPECT_ROW(name, sound);
    if (!sound) {
        printf("  again: tests/prop/prop_exercise %" PRIu64 " 1\n", number);
        diagnostics_print(d, stdout);
    }
    return sound;
}

static void try_seeds(struct lab *lab, const char *name, uint64_t seeds)
{
    struct diagnostics d;
    bool sound = true;

    diagnostics_init(&d);
    for (uint64_t i = 0; sound && i < seeds; i++) {
        lab->seed = first + i;
        sound = expect_sound(lab, name, NULL, first + i, &d);
    }
    diagnostics_free(&d);
}

static void try_students(const struct lab *lab, const char *name, uint64_t students)
{
    struct diagnostics d;
    bool sound = lab->vary_count > 0;

    diagnostics_init(&d);
    for (uint64_t i = 0; sound && i < students; i++) {
        char student[30];
        struct lab *one;

        snprintf(student, sizeof(student), "student-%" PRIu64, first + i);
        one = variant_lab(lab, student, &simulation_hooks, NULL, &d);
        sound = EXPECT_ROW(name, one != NULL) && expect_sound(one, name, student, first + i, &d);
        if (sound && i == 0)
            expect_full_points(one, name, student);
        lab_free(one);
    }
    diagnostics_free(&d);
}

static bool visit(void *context, const char *name, const char *path)
{
    struct diagnostics d;
    struct lab *lab;

    (void)context;
    diagnostics_init(&d);
    if (EXPECT_ROW(name, lab_load(path, NULL, &simulation_hooks, &lab, &d)) &&
        lab->page_count + lab->question_count + lab->task_count > 0) {
        bool many = expect_full_points(lab, name, NULL) > EVENTS_MANY;
        uint64_t tries = many && count > SEEDS_FEW ? SEEDS_FEW : count;

        labs_asking++;
        try_students(lab, name, tries);
        try_seeds(lab, name, tries);
    }
    lab_free(lab);
    diagnostics_free(&d);
    return true;
}

static void test_answers_stay_right_under_any_seed_and_student(void)
{
    lab_bundled(visit, NULL);
    printf("%u labs ask something ", labs_asking);
    EXPECT(labs_asking >= 2);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_answers_stay_right_under_any_seed_and_student),
    };

    if (argc > 1)
        first = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        count = strtoull(argv[2], NULL, 10);
    return run_tests("exercise", tests, ARRAY_LEN(tests));
}
