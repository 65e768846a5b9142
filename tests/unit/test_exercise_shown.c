/* tools/lib/exercise.h: what is shown of a question: values in its texts, choices in
 * the order of its student. */
#include "tools/lib/exercise.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/dialogue.h"
#include "tests/support/expect.h"
#include "tests/support/handshake_text.h"
#include "tests/support/suite.h"

#define LAB HANDSHAKE_TEXT("3B")

static struct dialogue open_lab(const char *parts)
{
    char text[4000];
    struct dialogue d;

    snprintf(text, sizeof(text), "%s%s", LAB, parts);
    ASSERT(dialogue_open_text(&d, text));
    return d;
}

/* ---- Values in texts ---- */

static void test_value_in_a_text_is_that_of_the_moment_at_which_it_is_read(void)
{
    struct dialogue o = open_lab(
        "pages:\n"
        "  - { page: p, before: { frame: tcp, nth: 2 },\n"
        "      text: \"{time}, {{x}} }, {a.tcp.state}\" }\n"
        "  - { page: q, at: { frame: tcp, nth: 2 }, text: \"{frame.number}: {frame.tcp.flags}, "
        "{frame.tcp.flags:number}, {frame.eth.type}, {frame.eth.src}\" }\n"
        "questions:\n"
        "  - { question: q, before: { frame: tcp, nth: 4 }, ask: \"At {time}?\", evaluate: end,\n"
        "      answer: b.tcp.delivered, hints: [\"{count(tx)}\"],\n"
        "      mistakes: [{ answer: 7, say: \"not {7}, {time}\" }],\n"
        "      explain: \"{b.tcp.delivered}, {b.tcp.delivered:number} at {end.time}\" }\n"
        "  - { question: c, after: { frame: tcp, nth: 3 }, ask: w, kind: choice,\n"
        "      choices: [{ text: \"{frame.number}\", right: yes },\n"
        "                { text: \"{2 * frame.number}\", say: \"{frame.number * 100:time}\" }] }\n"
        "  - { question: o, after: end, ask: \"{2000:bytes} {16:hex} {end.time}\", kind: order,\n"
        "      items: [{ text: \"{1 + 1}\", time: 1ms }, { text: y, time: 50ms }] }\n"
        "tasks:\n"
        "  - { task: t, ask: \"In {time}\", hints: [\"{count(tx)} frames\"],\n"
        "      checks: [{ check: deeds == 1 }], solution: [drop 1] }\n");
    const struct exercise_question *q = o.e->questions;
    struct exercise_judgement j;

    EXPECT_STR(o.e->pages[0].text, "10 ms, {x} }, SYN-SENT");
    EXPECT_STR(o.e->pages[1].text, "2: 0x12, 18, 0x0800, 02:00:00:00:00:02");
    EXPECT_STR(q[0].asked->ask, "At 70 ms?");
    EXPECT_STR(q[0].asked->hints[0], "3");
    EXPECT_STR(q[0].asked->explain, "3 B, 3 at 140 ms");
    exercise_judge(o.e, 0, "7", &j);
    EXPECT_EQ(j.verdict, EXERCISE_MISTAKE);
    EXPECT_STR(j.say, "not 7, 140 ms");
    EXPECT_STR(q[1].asked->choices[0].text, "3");
    EXPECT_STR(q[1].asked->choices[1].text, "6");
    EXPECT_STR(q[1].asked->choices[1].say, "300 ns");
    EXPECT_STR(q[2].asked->ask, "2000 B 0x10 140 ms");
    EXPECT_STR(q[2].asked->items[0].text, "2");
    EXPECT_STR(o.e->tasks[0].ask, "In 140 ms");
    EXPECT_STR(o.e->tasks[0].hints[0], "5 frames");
    EXPECT_EQ(o.e->gap_count, 0);
    dialogue_close(&o);
}

static void test_value_that_the_run_does_not_have_voids_only_what_it_asks(void)
{
    struct dialogue o =
        open_lab("questions:\n"
                 "  - { question: a, after: end, ask: \"{1 / 0}\", answer: 1 }\n"
                 "  - { question: b, after: end, ask: w, answer: 1, explain: \"so {1 / 0}\" }\n");

    EXPECT(o.e->questions[0].is_void);
    EXPECT_STR(o.e->questions[0].why, "a value in its text cannot be computed in this run");
    EXPECT(!o.e->questions[1].is_void);
    EXPECT_STR(o.e->questions[1].asked->explain, "so (?)");
    EXPECT_EQ(o.e->gap_count, 2);
    EXPECT_EQ(o.e->gate_count, 1);
    dialogue_close(&o);
}

/* ---- The order of choices ---- */

#define SEVEN                                                                                      \
    "questions:\n"                                                                                 \
    "  - { question: q, ask: w, after: end, kind: choice, choices: [\n"                            \
    "      { text: zero, keep: yes }, { text: one, right: yes }, { text: two, say: no },\n"        \
    "      { text: three }, { text: four }, { text: five }, { text: none, keep: on } ] }\n"

/* Where the choices stand, "0132456". */
static void read_shown(const struct exercise *e, char *out)
{
    size_t count = e->questions[0].asked->choice_count;

    for (size_t i = 0; i < count; i++)
        out[i] = (char)('0' + e->questions[0].shown[i]);
    out[count] = '\0';
}

static void test_each_student_has_the_choices_in_an_order_of_its_own(void)
{
    static const char *const students[] = { "", "anna", "bob", "carl", "dora", "emil" };
    const struct exercise_options options = { .student = "carl" };
    char shown[ARRAY_LEN(students)][10], again[10], why[EXERCISE_WHY_SIZE];
    struct exercise *own;
    struct dialogue o = open_lab(SEVEN);
    size_t same = 0;

    for (size_t i = 0; i < ARRAY_LEN(students); i++) {
        exercise_shuffle(o.e, students[i]);
        read_shown(o.e, shown[i]);
        EXPECT_EQ_ROW(students[i], shown[i][0], '0');
        EXPECT_EQ_ROW(students[i], shown[i][6], '6');
        EXPECT_EQ_ROW(students[i], strspn("123456", shown[i]), 6);
        for (size_t n = 0; n < i; n++)
            same += strcmp(shown[i], shown[n]) == 0;
    }
    EXPECT(same <= 1); /* of 120 orders */
    exercise_shuffle(o.e, "bob");
    read_shown(o.e, again);
    EXPECT_STR(again, shown[2]);
    own = exercise_open(o.lab, &options, why, sizeof(why));
    ASSERT(own != NULL);
    read_shown(own, again);
    EXPECT_STR(again, shown[3]);
    exercise_close(own);
    dialogue_close(&o);
}

static void test_choice_is_judged_as_it_is_shown_to_its_student(void)
{
    struct dialogue o = open_lab(SEVEN);
    struct exercise_judgement j;
    char text[EXERCISE_ANSWER_SIZE];

    for (int student = 0; student < 20; student++) {
        snprintf(text, sizeof(text), "%d", student);
        exercise_shuffle(o.e, text);
        exercise_right_text(o.e, 0, text, sizeof(text));
        for (size_t i = 0; i < 7; i++) {
            char typed[4] = { (char)('1' + i), '\0' };

            exercise_judge(o.e, 0, typed, &j);
            EXPECT_EQ(j.verdict == EXERCISE_RIGHT, o.e->questions[0].shown[i] == 1);
            EXPECT_EQ(j.verdict == EXERCISE_RIGHT, strcmp(typed, text) == 0);
            EXPECT_EQ(j.verdict == EXERCISE_MISTAKE, o.e->questions[0].shown[i] == 2);
        }
        exercise_judge(o.e, 0, "One.", &j);
        EXPECT_EQ(j.verdict, EXERCISE_RIGHT);
        exercise_judge(o.e, 0, "two", &j);
        EXPECT_EQ(j.verdict, EXERCISE_MISTAKE);
        EXPECT_EQ(j.mistake, 2);
    }
    dialogue_close(&o);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_value_in_a_text_is_that_of_the_moment_at_which_it_is_read),
        TEST(test_value_that_the_run_does_not_have_voids_only_what_it_asks),
        TEST(test_each_student_has_the_choices_in_an_order_of_its_own),
        TEST(test_choice_is_judged_as_it_is_shown_to_its_student),
    };

    return run_tests("exercise-shown", tests, ARRAY_LEN(tests));
}
