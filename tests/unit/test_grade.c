/* tools/lib/grade.h: what is handed in is done again; what is not so is named. */
#include "tools/lib/grade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/hand_in.h"
#include "tests/support/suite.h"
#include "tools/lib/variant.h"

static const char lab_text[] =
    "title: graded\n"
    "defaults: { arp: { known: on } }\n"
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
    "links: { wire: { ends: [a, b], delay: 20ms } }\n"
    "script: [{ at: 0s, a: ping b }]\n"
    "vary: [{ set: links.wire.delay, to: 10ms..60ms step 1ms }]\n"
    "questions:\n"
    "  - { question: there, after: { frame: icmp }, ask: w, evaluate: end, answer: end.time / 2,\n"
    "      points: 3, hints: [one, two] }\n"
    "  - { question: back, after: end, ask: w, answer: end.time }\n"
    "  - { question: why, after: end, ask: w, kind: text }\n"
    "tasks:\n"
    "  - { task: lose, ask: w, checks: [{ check: deeds.drop == 1, points: 2 }],\n"
    "      solution: [drop 1] }\n";

static struct lab *lab;
static struct grade *g;
static char printed[20000];

static void begin(void)
{
    char why[EXERCISE_WHY_SIZE];

    lab = hand_in_lab(lab_text);
    g = grade_open(lab, "t", NULL, why, sizeof(why));
    ASSERT(g != NULL);
}

static void end(void)
{
    grade_close(g);
    lab_free(lab);
}

/* Adds TEXT, and frees it. */
static void add(const char *file, char *text)
{
    grade_add(g, file, text, strlen(text));
    free(text);
}

static char *all_right(const char *student)
{
    return hand_in(lab, "t", student, hand_in_all_right, NULL, NULL);
}

static const char *print(void (*how)(const struct grade *, FILE *))
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");

    ASSERT(out != NULL);
    how(g, out);
    fclose(out);
    return printed;
}

/* Row INDEX has STATUS, and a remark of KIND that tells WHAT. */
static void expect_row(size_t index, enum grade_status status, enum grade_remark_kind kind,
                       const char *what)
{
    const struct grade_row *row = &g->rows[index];
    const char *last = "no such remark";

    EXPECT_STR_ROW(row->file, grade_status_name(row->status), grade_status_name(status));
    for (size_t i = 0; i < row->remark_count; i++)
        if (row->remarks[i].kind == kind) {
            last = row->remarks[i].text;
            if (strstr(last, what) != NULL) {
                EXPECT(true);
                return;
            }
        }
    EXPECT_STR_ROW(row->file, last, what);
}

/* The only row, of TEXT. */
static void expect_alone(char *text, enum grade_status status, enum grade_remark_kind kind,
                         const char *what)
{
    begin();
    add("f", text);
    grade_finish(g);
    expect_row(0, status, kind, what);
    EXPECT_EQ(grade_is_clean(g), status == GRADE_STATUS_GRADED);
    end();
}

/* A lab that is the same each time, for texts that are made before begin. */
static char *made(const char *student)
{
    char *text;

    lab = hand_in_lab(lab_text);
    text = all_right(student);
    lab_free(lab);
    return text;
}

/* ---- Points ---- */

static void do_some(void *context, struct attempt *a)
{
    struct exercise_judgement j;
    char right[EXERCISE_ANSWER_SIZE];

    (void)context;
    exercise_right_text(a->exercise, 0, right, sizeof(right));
    EXPECT(attempt_try(a, 0, "1ms", &j));
    EXPECT(attempt_hint(a, 0) != NULL);
    EXPECT(attempt_try(a, 0, right, &j));
    EXPECT(attempt_pass(a, 1));
    EXPECT(attempt_try(a, 2, "first\nsecond", &j));
}

static void test_all_right_has_all_points_but_those_a_teacher_gives(void)
{
    begin();
    add("f", all_right("anna"));
    grade_finish(g);
    EXPECT(grade_is_clean(g));
    EXPECT_STR(print(grade_print), "anna  7 of 9, 2 pending\n"
                                   "    text: why (2): Because it is so.\n"
                                   "1 submission of t, 1 student: 1 graded\n");
    EXPECT_STR(print(grade_print_csv),
               "student,points,of,pending,status,file,remarks,question.there,question.back,"
               "question.why,task.lose\n"
               "anna,7,9,2,graded,f,,3,2,pending,2\n");
    end();
}

static void test_points_lost_are_told_with_their_reasons(void)
{
    begin();
    add("f", hand_in(lab, "t", "anna", do_some, NULL, NULL));
    grade_finish(g);
    EXPECT_STR(print(grade_print),
               "anna  1 of 9, 2 pending: there 1 of 3 (1 wrong try, 1 hint), back 0 of 2 (passed), "
               "lose 0 of 2 (no run)\n"
               "    text: why (2): first second\n"
               "1 submission of t, 1 student: 1 graded\n");
    end();
}

static void test_nothing_done_is_graded_with_no_points(void)
{
    begin();
    add("f", hand_in(lab, "t", "anna", hand_in_nothing, NULL, NULL));
    grade_finish(g);
    EXPECT_EQ(g->rows[0].points.got, 0);
    EXPECT_EQ(g->rows[0].points.of, 9);
    EXPECT(grade_is_clean(g));
    end();
}

/* ---- Forged ---- */

static void test_edited_hash_of_the_run_is_named(void)
{
    char *text = made("anna");

    hand_in_spoil_hash(text, "\nrun:");
    expect_alone(text, GRADE_STATUS_FORGED, GRADE_OTHER_RUN, "nobody's in this class");
}

static void test_edited_hash_of_a_task_is_named(void)
{
    char *text = made("anna");

    hand_in_spoil_hash(strstr(text, "\ntasks:"), "run:");
    expect_alone(text, GRADE_STATUS_FORGED, GRADE_TASK_RUN, "task lose: it says run ");
}

static void test_deeds_other_than_those_of_the_hash_are_named(void)
{
    expect_alone(hand_in_replace(made("anna"), "drop 1", "drop 2"), GRADE_STATUS_FORGED,
                 GRADE_TASK_RUN, "task lose: it says run ");
}

static void test_another_version_of_the_lab_is_named(void)
{
    char *text = made("anna");

    hand_in_spoil_hash(text, "lab-hash:");
    expect_alone(text, GRADE_STATUS_OTHER_VERSION, GRADE_OTHER_VERSION, "has been changed");
}

/* The class's lab by another title, which deals all variants anew. */
static char *made_of(const char *title, const char *student,
                     void (*acts)(void *context, struct attempt *a), void *context)
{
    char text[sizeof(lab_text) + 40], *result;

    snprintf(text, sizeof(text), "title: %s%s", title, strchr(lab_text, '\n'));
    lab = hand_in_lab(text);
    result = hand_in(lab, "t", student, acts, context, NULL);
    lab_free(lab);
    return result;
}

static void test_a_title_changed_since_costs_no_points(void)
{
    char *text = made_of("before", "anna", hand_in_all_right, NULL);

    begin();
    add("f", text);
    grade_finish(g);
    expect_row(0, GRADE_STATUS_OTHER_VERSION, GRADE_OTHER_VERSION, "has been changed");
    expect_row(0, GRADE_STATUS_OTHER_VERSION, GRADE_REDRAWN,
               "judged by the variant that it has, which is not what the lab gives now");
    EXPECT_EQ(g->rows[0].points.got, 7);
    end();
}

static void test_a_value_that_the_changed_lab_never_gives_is_not_run(void)
{
    char *text = made_of("before", "anna", hand_in_all_right, NULL);
    const char *value = strstr(text, "delay=");
    char old[20], lost[] = "delay=70ms";

    snprintf(old, sizeof(old), "%.10s", value);
    text = hand_in_replace(text, old, lost);
    begin();
    add("f", text);
    grade_finish(g);
    expect_row(0, GRADE_STATUS_OTHER_VERSION, GRADE_REDRAWN,
               "its variant is none of this lab: judged by the one that the lab gives now");
    EXPECT(g->rows[0].points.got < 7);
    end();
}

static void test_another_lab_is_named_and_not_graded(void)
{
    char *text = hand_in_replace(made("anna"), "lab: t\n", "lab: u\n");

    hand_in_spoil_hash(text, "lab-hash:");
    expect_alone(text, GRADE_STATUS_OTHER_LAB, GRADE_OTHER_LAB, "of the lab u");
}

static void test_the_same_lab_by_another_name_is_graded(void)
{
    expect_alone(hand_in_replace(made("anna"), "lab: t\n", "lab: u\n"), GRADE_STATUS_GRADED,
                 GRADE_RENAMED, "called u there");
}

static void test_added_points_are_no_part_of_a_submission(void)
{
    expect_alone(hand_in_replace(made("anna"), "lab: t\n", "lab: t\npoints: 9\n"),
                 GRADE_STATUS_UNREADABLE, GRADE_UNREADABLE, "f:3:1: error: unknown key \"points\"");
}

static void test_a_try_after_the_right_one_is_named(void)
{
    expect_alone(hand_in_replace(made("anna"), "acts: [", "acts: [pass, "), GRADE_STATUS_FORGED,
                 GRADE_ACTS, "settled before");
}

static void test_a_variant_edited_by_hand_is_named(void)
{
    expect_alone(hand_in_replace(made("anna"), "delay=", "delay=1"), GRADE_STATUS_FORGED,
                 GRADE_OTHER_VARIANT, "nobody's in this class");
}

static void test_a_value_set_besides_the_variant_is_named(void)
{
    char *text = hand_in_replace(made("anna"), "ms]", "ms, until=1s]");

    expect_alone(text, GRADE_STATUS_FORGED, GRADE_OTHER_VARIANT, "more was changed");
}

static void test_the_lab_without_a_variant_is_named(void)
{
    char *text = hand_in_replace(made(""), "student: ''", "student: anna");

    expect_alone(text, GRADE_STATUS_FORGED, GRADE_OTHER_VARIANT, "the lab without --student");
}

static void test_nobodys_submission_is_graded_and_noted(void)
{
    expect_alone(made(""), GRADE_STATUS_GRADED, GRADE_NO_STUDENT, "nobody's");
}

static void test_another_students_submission_is_said_to_be_that_students(void)
{
    begin();
    add("a", all_right("anna"));
    add("b", hand_in_replace(all_right("anna"), "student: anna", "student: bert"));
    grade_finish(g);
    EXPECT_EQ(g->rows[0].status, GRADE_STATUS_GRADED);
    expect_row(1, GRADE_STATUS_FORGED, GRADE_OTHER_VARIANT, "it is that of anna");
    /* anna's answers are wrong for bert: only the task is right. */
    EXPECT_EQ(g->rows[1].points.got, 2);
    end();
}

/* The line of TEXT that tells the hash of its run. */
static void copy_run_line(const char *text, char *line, size_t size)
{
    const char *run = strstr(text, "\nrun:");

    ASSERT(run != NULL);
    snprintf(line, size, "%.*s", (int)strcspn(run + 1, "\n"), run + 1);
}

static void test_the_hash_of_another_students_run_is_said_to_be_that_students(void)
{
    char *annas, *berts, run[40], own[40];

    begin();
    annas = all_right("anna");
    berts = all_right("bert");
    copy_run_line(annas, run, sizeof(run));
    copy_run_line(berts, own, sizeof(own));
    add("a", annas);
    add("b", hand_in_replace(berts, own, run));
    grade_finish(g);
    expect_row(1, GRADE_STATUS_FORGED, GRADE_OTHER_RUN, "it is that of anna");
    end();
}

/* ---- Of note ---- */

static void type_annas_answers(void *context, struct attempt *a)
{
    const struct exercise *annas = context;
    struct exercise_judgement j;
    char text[EXERCISE_ANSWER_SIZE];

    for (size_t i = 0; i < 2; i++) {
        exercise_right_text(annas, i, text, sizeof(text));
        EXPECT(attempt_try(a, i, text, &j));
    }
}

static void test_wrong_answers_that_are_right_for_another_are_noted(void)
{
    char why[EXERCISE_WHY_SIZE];
    struct diagnostics d;
    struct lab *annas;
    struct exercise *e;

    begin();
    diagnostics_init(&d);
    annas = variant_lab(lab, "anna", &simulation_hooks, NULL, &d);
    diagnostics_free(&d);
    e = exercise_open(annas, NULL, why, sizeof(why));
    add("a", all_right("anna"));
    add("b", hand_in(lab, "t", "bert", type_annas_answers, e, NULL));
    grade_finish(g);
    expect_row(1, GRADE_STATUS_GRADED, GRADE_ANSWERS_OF,
               "2 wrong answers fit a variant: that of "
               "anna");
    exercise_close(e);
    lab_free(annas);
    end();
}

/* What bert typed may have been right in the lab as it was. */
static void test_nobody_is_accused_over_another_version(void)
{
    char *text, why[EXERCISE_WHY_SIZE];
    struct diagnostics d;
    struct lab *annas;
    struct exercise *e;

    begin();
    diagnostics_init(&d);
    annas = variant_lab(lab, "anna", &simulation_hooks, NULL, &d);
    diagnostics_free(&d);
    e = exercise_open(annas, NULL, why, sizeof(why));
    text = hand_in(lab, "t", "bert", type_annas_answers, e, NULL);
    hand_in_spoil_hash(text, "lab-hash:");
    add("a", all_right("anna"));
    add("b", text);
    grade_finish(g);
    expect_row(1, GRADE_STATUS_OTHER_VERSION, GRADE_OTHER_VERSION, "has been changed");
    for (size_t i = 0; i < g->rows[1].remark_count; i++)
        EXPECT(g->rows[1].remarks[i].kind != GRADE_ANSWERS_OF);
    exercise_close(e);
    lab_free(annas);
    end();
}

static void write_long(void *context, struct attempt *a)
{
    struct exercise_judgement j;

    (void)context;
    EXPECT(attempt_try(a, 2, "Because a ping goes there and comes back again.", &j));
}

static void test_the_same_words_of_two_are_noted_on_both(void)
{
    begin();
    add("a", hand_in(lab, "t", "anna", write_long, NULL, NULL));
    add("b", hand_in(lab, "t", "bert", write_long, NULL, NULL));
    add("c", all_right("carl"));
    grade_finish(g);
    expect_row(0, GRADE_STATUS_GRADED, GRADE_SAME_ACTS, "the same answers as bert");
    expect_row(1, GRADE_STATUS_GRADED, GRADE_SAME_ACTS, "the same answers as anna");
    EXPECT_EQ(g->rows[2].remark_count, 1);
    end();
}

static void guess(void *context, struct attempt *a)
{
    struct exercise_judgement j;

    EXPECT(attempt_try(a, 0, context, &j));
    EXPECT_EQ(j.verdict, EXERCISE_WRONG);
}

static void test_the_same_guess_in_two_variants_is_noted(void)
{
    begin();
    add("a", hand_in(lab, "t", "anna", guess, "123456 ms", NULL));
    add("b", hand_in(lab, "t", "bert", guess, "123456 ms", NULL));
    add("c", hand_in(lab, "t", "carl", guess, "123457 ms", NULL));
    grade_finish(g);
    expect_row(0, GRADE_STATUS_GRADED, GRADE_SAME_ACTS, "the same answers as bert");
    expect_row(1, GRADE_STATUS_GRADED, GRADE_SAME_ACTS, "the same answers as anna");
    for (size_t i = 0; i < g->rows[2].remark_count; i++)
        EXPECT(g->rows[2].remarks[i].kind != GRADE_SAME_ACTS);
    end();
}

static void test_of_two_of_a_student_the_better_counts_and_both_are_named(void)
{
    begin();
    add("1", hand_in(lab, "t", "anna", do_some, NULL, NULL));
    add("2", all_right("anna"));
    grade_finish(g);
    EXPECT(!g->rows[0].counts);
    EXPECT(g->rows[1].counts);
    expect_row(0, GRADE_STATUS_GRADED, GRADE_DUPLICATE, "2 counts for this student");
    expect_row(1, GRADE_STATUS_GRADED, GRADE_DUPLICATE, "handed in 2 times: 1, too");
    EXPECT(strstr(print(grade_print_csv), "\nanna,7,9,2,graded,2,") != NULL);
    EXPECT(strstr(printed, "\nanna,1") == NULL);
    end();
}

/* ---- Hostile ---- */

static void test_a_storm_of_deeds_is_cut_and_earns_nothing(void)
{
    begin();
    g->event_limit = 1000;
    add("f",
        hand_in_replace(all_right("anna"), "drop 1", "'at 1s a: ping b count 1000000 every 1us'"));
    grade_finish(g);
    expect_row(0, GRADE_STATUS_GRADED, GRADE_TASK, "with these deeds the run does not end");
    EXPECT_EQ(g->rows[0].points.got, 5);
    end();
}

static void test_a_formula_as_an_id_is_no_formula_in_the_table(void)
{
    begin();
    add("a \"b\".yaml", all_right("=1+1,2"));
    grade_finish(g);
    EXPECT(strstr(print(grade_print_csv), "\n\"'=1+1,2\",7,9,2,graded,\"a \"\"b\"\".yaml\",,3") !=
           NULL);
    end();
}

static void test_a_file_that_is_not_there_is_a_row_and_remembered(void)
{
    begin();
    grade_add_file(g, "no/such/file");
    grade_finish(g);
    expect_row(0, GRADE_STATUS_UNREADABLE, GRADE_UNREADABLE, "cannot be read");
    EXPECT(g->unreadable);
    EXPECT(strstr(print(grade_print_csv), "\n,0,9,0,unreadable,no/such/file,") != NULL);
    end();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_all_right_has_all_points_but_those_a_teacher_gives),
        TEST(test_points_lost_are_told_with_their_reasons),
        TEST(test_nothing_done_is_graded_with_no_points),
        TEST(test_edited_hash_of_the_run_is_named),
        TEST(test_edited_hash_of_a_task_is_named),
        TEST(test_deeds_other_than_those_of_the_hash_are_named),
        TEST(test_another_version_of_the_lab_is_named),
        TEST(test_a_title_changed_since_costs_no_points),
        TEST(test_a_value_that_the_changed_lab_never_gives_is_not_run),
        TEST(test_another_lab_is_named_and_not_graded),
        TEST(test_the_same_lab_by_another_name_is_graded),
        TEST(test_added_points_are_no_part_of_a_submission),
        TEST(test_a_try_after_the_right_one_is_named),
        TEST(test_a_variant_edited_by_hand_is_named),
        TEST(test_a_value_set_besides_the_variant_is_named),
        TEST(test_the_lab_without_a_variant_is_named),
        TEST(test_nobodys_submission_is_graded_and_noted),
        TEST(test_another_students_submission_is_said_to_be_that_students),
        TEST(test_the_hash_of_another_students_run_is_said_to_be_that_students),
        TEST(test_wrong_answers_that_are_right_for_another_are_noted),
        TEST(test_nobody_is_accused_over_another_version),
        TEST(test_the_same_words_of_two_are_noted_on_both),
        TEST(test_the_same_guess_in_two_variants_is_noted),
        TEST(test_of_two_of_a_student_the_better_counts_and_both_are_named),
        TEST(test_a_storm_of_deeds_is_cut_and_earns_nothing),
        TEST(test_a_formula_as_an_id_is_no_formula_in_the_table),
        TEST(test_a_file_that_is_not_there_is_a_row_and_remembered),
    };

    return run_tests("grade", tests, ARRAY_LEN(tests));
}
