/* Quizzes of all bundled labs: a script with the right answers earns all points, and
 * no part of a run is shown otherwise than if the run had ended there. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/ladder_stream.h"
#include "tools/lib/narrate.h"
#include "tools/lib/quiz_answers.h"
#include "tools/lib/run_prefix.h"

static unsigned asked, gates;

/* ---- Right answers, by a script ---- */

/* A line for each question and each deed of the solutions. */
static char *right_answers(const struct dialogue *d)
{
    char *text = NULL, right[EXERCISE_ANSWER_SIZE];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    for (size_t i = 0; i < d->lab->question_count; i++) {
        if (d->e->questions[i].is_void)
            continue;
        exercise_right_text(d->e, i, right, sizeof(right));
        fprintf(out, "%s: %s\n", d->lab->questions[i].name,
                right[0] != '\0' ? right : "as the book says");
    }
    for (size_t i = 0; i < d->lab->task_count; i++)
        for (size_t k = 0; k < d->lab->tasks[i].solution_count; k++)
            fprintf(out, "%s: %s\n", d->lab->tasks[i].name, d->lab->tasks[i].solution[k].text);
    fclose(out);
    return text;
}

static bool answer_lab(void *context, const char *name, const char *path)
{
    struct quiz_input input = { .read = quiz_answers_read, .echo = true, .end_settles = true };
    bool *narrate = context;
    struct attempt_points points;
    struct diagnostics diagnostics;
    struct dialogue d;
    char *answers;

    (void)path;
    if (!dialogue_open(&d, name))
        return true;
    diagnostics_init(&diagnostics);
    answers = right_answers(&d);
    input.context = quiz_answers_parse(answers, strlen(answers), name, d.lab, &diagnostics);
    diagnostics_print(&diagnostics, stdout);
    diagnostics_free(&diagnostics);
    if (EXPECT_ROW(name, input.context != NULL)) {
        dialogue_hold_with(&d, input, *narrate);
        points = attempt_points(d.a);
        EXPECT_EQ_ROW(name, d.end, QUIZ_DONE);
        EXPECT_EQ_ROW(name, points.got + points.pending, points.of);
        asked += d.lab->question_count > 0;
    }
    quiz_answers_free(input.context);
    free(answers);
    dialogue_close(&d);
    return true;
}

static void test_right_answers_of_each_lab_earn_all_points(void)
{
    bool narrate = false;

    asked = 0;
    lab_bundled(answer_lab, &narrate);
    EXPECT(asked >= 2);
}

static void test_right_answers_in_sentences_do_as_well(void)
{
    bool narrate = true;

    lab_bundled(answer_lab, &narrate);
}

/* ---- Nothing is given away ---- */

static char *ladder_to(const struct run_view *view, uint32_t events)
{
    const struct ladder_options options = { .width = 80 };
    struct ladder_stream *s;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    s = ladder_stream_open(view, &options, 0, out);
    ASSERT(s != NULL);
    EXPECT(ladder_stream_to(s, events));
    ladder_stream_close(s);
    fclose(out);
    return text;
}

static char *sentences_to(const struct run_view *view, uint32_t events)
{
    const struct narrate_options options = { .goes_on = true };
    struct run_prefix prefix;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL);
    run_prefix_take(&prefix, view, events);
    EXPECT(narrate(&prefix.view, &options, out));
    fclose(out);
    return text;
}

/* GOT and the beginning of WANT, which may go on. */
static void expect_begins(const char *name, char *got, char *want)
{
    if (strlen(want) > strlen(got))
        want[strlen(got)] = '\0';
    EXPECT_STR_ROW(name, got, want);
    free(got);
    free(want);
}

/* What is seen of WHOLE up to EVENTS, and the same of a run that ends there. */
static void compare(const char *name, const struct lab *lab, const struct run_view *whole,
                    uint32_t events)
{
    const struct simulation_options options = { .until_given = true,
                                                .until = trace_event(whole->trace, events)->at };
    struct run_view short_view;
    struct simulation s;

    ASSERT(simulation_open(&s, lab, &options));
    simulation_run(&s, NULL);
    ASSERT(run_view_open(&short_view, s.world, &s.trace, NULL));
    short_view.commands = whole->commands;
    short_view.command_count = whole->command_count;
    if (EXPECT_EQ_ROW(name, s.trace.events.count, events)) {
        expect_begins(name, ladder_to(whole, events), ladder_to(&short_view, events));
        expect_begins(name, sentences_to(whole, events), sentences_to(&short_view, events));
        gates++;
    }
    run_view_close(&short_view);
    simulation_close(&s);
}

static const char **commands_of(const struct lab *lab)
{
    const char **texts = calloc(lab->command_count + 1, sizeof(*texts));

    ASSERT(texts != NULL);
    for (size_t i = 0; i < lab->command_count; i++)
        texts[i] = lab->commands[i].text;
    return texts;
}

/* A moment is cut where time passes: simulation_options.until takes all of it. */
static bool is_cut(const struct trace *trace, uint32_t events)
{
    return events > 0 && events < trace->events.count &&
           trace_event(trace, events)->at < trace_event(trace, events + 1)->at;
}

static bool compare_lab(void *context, const char *name, const char *path)
{
    const struct trace *trace;
    struct run_view view;
    struct dialogue d;
    uint32_t last = 0;

    (void)context;
    (void)path;
    if (!dialogue_open(&d, name))
        return true;
    trace = &d.e->simulation.trace;
    ASSERT(run_view_open(&view, d.e->simulation.world, trace, NULL));
    view.commands = commands_of(d.lab);
    view.command_count = (uint32_t)d.lab->command_count;
    for (size_t i = 0; i < d.e->gate_count; i++) {
        uint32_t events = d.e->gates[i].shown;

        if (events != last && is_cut(trace, events))
            compare(name, d.lab, &view, events);
        last = events;
    }
    free((void *)view.commands);
    run_view_close(&view);
    dialogue_close(&d);
    return true;
}

static void test_part_of_each_lab_is_as_if_its_run_had_ended_there(void)
{
    gates = 0;
    lab_bundled(compare_lab, NULL);
    EXPECT(gates >= 5);
    printf("%u gates of all labs: ", gates);
}

/* ---- What a class is promised ---- */

/* Somebody who is wrong may be told why. */
static bool has_feedback(const struct lab_question *q)
{
    bool says = q->mistake_count > 0;

    for (size_t i = 0; i < q->choice_count; i++)
        says = says || q->choices[i].say != NULL;
    return says && q->hint_count > 0;
}

struct promise {
    unsigned labs, with_tasks;
};

static bool count_lab(void *context, const char *name, const char *path)
{
    struct promise *promise = context;
    struct dialogue d;
    size_t helped = 0;

    (void)path;
    if (!dialogue_open(&d, name))
        return true;
    for (size_t i = 0; i < d.lab->question_count; i++)
        helped += has_feedback(&d.lab->questions[i]);
    EXPECT_ROW(name, d.lab->page_count > 0);
    EXPECT_ROW(name, helped >= 4);
    promise->labs++;
    promise->with_tasks += d.lab->task_count > 0;
    dialogue_close(&d);
    return true;
}

static void test_each_lab_has_four_questions_that_help_who_is_wrong(void)
{
    struct promise promise = { 0, 0 };

    lab_bundled(count_lab, &promise);
    EXPECT(promise.labs > 30);
    EXPECT(3 * promise.with_tasks >= promise.labs);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_right_answers_of_each_lab_earn_all_points),
        TEST(test_each_lab_has_four_questions_that_help_who_is_wrong),
        TEST(test_right_answers_in_sentences_do_as_well),
        TEST(test_part_of_each_lab_is_as_if_its_run_had_ended_there),
    };

    return run_tests("quiz labs", tests, ARRAY_LEN(tests));
}
