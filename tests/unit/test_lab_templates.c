/* Each template is a lab that can be given to a class at once. */
#include "tools/lib/lab_templates.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/exercise_check.h"
#include "tools/lib/simulation.h"

static struct lab *make(const struct lab_template *t, const char *title, unsigned questions)
{
    char *text = lab_template_make(t, title, questions);
    struct diagnostics d;
    struct lab *lab = NULL;

    ASSERT(text != NULL);
    diagnostics_init(&d);
    EXPECT_ROW(t->name, lab_parse(text, strlen(text), t->name, NULL, &simulation_hooks, &lab, &d));
    EXPECT_ROW(t->name, lab == NULL || exercise_check(lab, NULL, &d));
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    free(text);
    ASSERT(lab != NULL);
    return lab;
}

static void expect_kinds_differ(const struct lab_template *t, const struct lab *lab)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < lab->question_count; i++) {
        const struct lab_question *q = &lab->questions[i];

        EXPECT_ROW(t->name, (kinds & 1u << q->kind) == 0);
        EXPECT_ROW(q->name, q->hint_count > 0 && q->explain != NULL);
        EXPECT_ROW(q->name, q->mistake_count + q->choice_count > 0);
        kinds |= 1u << q->kind;
    }
}

static void expect_checks_hold(const struct lab_template *t, const struct lab *lab)
{
    struct simulation_options options = { .untraced = false };
    struct simulation s;

    ASSERT(simulation_open(&s, lab, &options));
    simulation_run(&s, NULL);
    EXPECT_ROW(t->name, simulation_checks_hold(&s));
    simulation_close(&s);
}

static void test_each_template_has_a_page_and_three_sound_questions(void)
{
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++) {
        struct lab *lab = make(t, "A title: with a colon", LAB_TEMPLATE_QUESTIONS);

        EXPECT_STR_ROW(t->name, lab->title, "A title: with a colon");
        EXPECT_EQ_ROW(t->name, lab->page_count, 1);
        EXPECT_EQ_ROW(t->name, lab->question_count, LAB_TEMPLATE_QUESTIONS);
        expect_kinds_differ(t, lab);
        expect_checks_hold(t, lab);
        lab_free(lab);
    }
}

static void test_fewer_questions_leave_a_sound_lab(void)
{
    for (const struct lab_template *t = lab_templates; t->name != NULL; t++)
        for (unsigned count = 0; count < LAB_TEMPLATE_QUESTIONS; count++) {
            struct lab *lab = make(t, "X", count);

            EXPECT_EQ_ROW(t->name, lab->question_count, count);
            lab_free(lab);
        }
}

static void test_template_is_found_by_its_name(void)
{
    EXPECT(lab_template_find("loss") != NULL);
    EXPECT(lab_template_find("lost") == NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_template_has_a_page_and_three_sound_questions),
        TEST(test_fewer_questions_leave_a_sound_lab),
        TEST(test_template_is_found_by_its_name),
    };

    return run_tests("lab_templates", tests, ARRAY_LEN(tests));
}
