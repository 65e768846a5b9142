/* tools/lib/exercise.h: what is near enough, and moments that have a name. */
#include "tools/lib/exercise.h"

#include "tests/unit/fixture_exercise.h"

static void test_time_is_right_as_it_is_rounded_but_not_where_a_mistake_is_nearer(void)
{
    static const struct judged rows[] = {
        { "40.102 ms", EXERCISE_RIGHT, "" },     { "40.1ms", EXERCISE_RIGHT, "" },
        { "40ms", EXERCISE_RIGHT, "" },          { "0.04s", EXERCISE_RIGHT, "" },
        { "40.0ms", EXERCISE_WRONG, "" },        { "41ms", EXERCISE_WRONG, "" },
        { "20ms", EXERCISE_MISTAKE, "one way" }, { "20.052ms", EXERCISE_MISTAKE, "one way" },
        { "20.0ms", EXERCISE_WRONG, "" },
    };
    static const struct judged exact[] = {
        { "40ms", EXERCISE_MISTAKE, "on the wire" },
        { "0.04s", EXERCISE_MISTAKE, "on the wire" },
        { "40.1ms", EXERCISE_RIGHT, "" },
    };
    static const struct judged nearer[] = {
        { "40ms", EXERCISE_MISTAKE, "near" },
        { "40.2ms", EXERCISE_RIGHT, "" },
    };

    expect_judged("after: end, answer: 40102us, mistakes: [{ answer: 20052us, say: one way }]",
                  rows, ARRAY_LEN(rows));
    expect_judged("after: end, answer: 40102us, mistakes: [{ answer: 40ms, say: on the wire }]",
                  exact, ARRAY_LEN(exact));
    expect_judged("after: end, answer: 40202us, mistakes: [{ answer: 39900us, say: near }]", nearer,
                  ARRAY_LEN(nearer));
}

static void test_what_the_lab_finds_near_enough_is_right(void)
{
    static const struct judged rows[] = {
        { "39.2ms", EXERCISE_RIGHT, "" },   { "41.102ms", EXERCISE_RIGHT, "" },
        { "41.103ms", EXERCISE_WRONG, "" }, { "40.5ms", EXERCISE_MISTAKE, "no" },
        { "40.7ms", EXERCISE_RIGHT, "" },
    };
    static const struct judged narrow[] = {
        { "40102us", EXERCISE_RIGHT, "" },
        { "40.11ms", EXERCISE_WRONG, "" },
        { "40ms", EXERCISE_WRONG, "" },
    };
    static const struct judged number[] = {
        { "95", EXERCISE_RIGHT, "" },
        { "105", EXERCISE_RIGHT, "" },
        { "106", EXERCISE_WRONG, "" },
        { "99", EXERCISE_MISTAKE, "one off" },
    };

    expect_judged("after: end, answer: 40102us, within: 1ms, mistakes: [\n"
                  "  { answer: 40500us, say: no }]",
                  rows, ARRAY_LEN(rows));
    expect_judged("after: end, answer: 40102us, within: 2us", narrow, ARRAY_LEN(narrow));
    expect_judged("after: end, answer: 100, within: 5%, mistakes: [{ answer: 99, say: one off }]",
                  number, ARRAY_LEN(number));
}

static void test_answer_asks_of_moments_that_have_a_name(void)
{
    static const struct {
        const char *question, *right;
    } rows[] = {
        { "after: syn, answer: answer.time - syn.time", "20 ms" },
        { "after: syn, answer: late.time", "77 ms" },
        { "before: answer, answer: syn.frame.tcp.seq_raw + frame.tcp.seq_raw", "400" },
        { "after: syn, answer: frame.number + answer.frame.number * 10", "21" },
        { "after: end, answer: up.time - start-1.time", "50 ms" },
        { "after: end, answer: syn.frame.number, mistakes: [{ answer: up.frame.number, say: x }]",
          "1" },
        { "after: end, answer: late.frame.len", "" },
        { "after: end, answer: never.time", "" },
        { "after: syn, evaluate: answer, answer: frame.number", "2" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char parts[900], text[EXERCISE_ANSWER_SIZE];
        struct opened o;

        snprintf(parts, sizeof(parts),
                 "moments:\n"
                 "  syn: { frame: tcp }\n"
                 "  answer: { frame: tcp, from: b }\n"
                 "  up: { state: a ESTABLISHED }\n"
                 "  late: 77ms\n"
                 "  start-1: start\n"
                 "  never: { frame: udp }\n"
                 "questions: [{ question: q, ask: w, %s }]\n",
                 rows[i].question);
        o = open_lab(parts);
        exercise_right_text(o.e, 0, text, sizeof(text));
        EXPECT_STR_ROW(rows[i].question, o.e->questions[0].is_void ? "" : text, rows[i].right);
        close_lab(&o);
    }
}

static void test_text_tells_of_a_moment_only_who_has_seen_it(void)
{
    struct opened o = open_lab("moments: { syn: { frame: tcp }, back: { frame: tcp, nth: 2 } }\n"
                               "pages:\n"
                               "  - { page: p, after: syn, text: 'at {syn.time}' }\n"
                               "  - { page: q, after: syn, text: 'at {back.time}' }\n"
                               "  - { page: r, after: back, text: 'at {back.time}' }\n");

    EXPECT_STR(o.e->pages[0].text, "at 10 ms");
    EXPECT_STR(o.e->pages[1].text, "at (?)");
    EXPECT_STR(o.e->pages[2].text, "at 30 ms");
    EXPECT_EQ(o.e->gap_count, 1);
    close_lab(&o);
}

static void test_span_that_is_taken_is_told(void)
{
    static const struct {
        const char *question, *span;
    } rows[] = {
        { "answer: 80102us", "80.03 ms to 80.18 ms; rounded: 80 ms" },
        { "answer: 240257us", "240.02 ms to 240.49 ms; rounded: 240 ms" },
        { "answer: 60ms", "59.94 ms to 60.06 ms" },
        { "answer: 80102us, mistakes: [{ answer: 80ms, say: x }]", "80.03 ms to 80.18 ms" },
        { "answer: 80102us, within: 1ms", "79.102 ms to 81.102 ms" },
        { "answer: 1460B, within: 10%", "1314 B to 1606 B" },
        { "answer: 1460B", "" },
        { "answer: 7", "" },
        { "answer: 0s", "" },
        { "kind: state, answer: a.tcp.state", "" },
        { "kind: text", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char parts[300], text[2 * EXERCISE_ANSWER_SIZE];
        struct opened o;

        snprintf(parts, sizeof(parts), "questions: [{ question: q, ask: w, after: end, %s }]\n",
                 rows[i].question);
        o = open_lab(parts);
        exercise_span_text(o.e, 0, text, sizeof(text));
        EXPECT_STR_ROW(rows[i].question, text, rows[i].span);
        close_lab(&o);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_time_is_right_as_it_is_rounded_but_not_where_a_mistake_is_nearer),
        TEST(test_what_the_lab_finds_near_enough_is_right),
        TEST(test_answer_asks_of_moments_that_have_a_name),
        TEST(test_text_tells_of_a_moment_only_who_has_seen_it),
        TEST(test_span_that_is_taken_is_told),
    };

    return run_tests("exercise_near", tests, ARRAY_LEN(tests));
}
