/*
 * A lab that asks, in the timeline: what is hidden, what opens it, what it costs.
 */
#include "tools/timeline/gates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/asked.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"
#include "tools/timeline/view.h"

static const char *const handshake = "labs/handshake/lab.yaml";

static struct asked t;

static void test_page_at_the_start_is_met_by_the_first_step_and_left_by_enter(void)
{
    asked_open(&t, handshake, NULL);
    asked_press(&t, "Esc");
    EXPECT_EQ(asked_seen(&t), 0);
    EXPECT(asked_hides(&t, "LISTEN"));
    asked_press(&t, "Right");
    EXPECT_EQ(t.ui->overlay, OVERLAY_GATE);
    EXPECT(asked_shows(&t, "b listens, and nothing has been sent"));
    asked_press(&t, "Esc Left");
    EXPECT_EQ(t.ui->overlay, OVERLAY_NONE);
    EXPECT_EQ(asked_seen(&t), 0);
    asked_press(&t, "Right Enter");
    EXPECT_EQ(t.ui->overlay, OVERLAY_NONE);
    EXPECT_EQ(t.ui->moment.event, 1);
    EXPECT(asked_shows(&t, "event 1 of ?"));
    asked_close(&t);
}

static void test_question_hides_all_behind_it_until_it_is_answered(void)
{
    asked_open(&t, handshake, NULL);
    asked_press(&t, "Right Enter End");
    EXPECT(asked_says(&t, "something waits"));
    uint32_t before = asked_seen(&t);
    EXPECT(asked_hides(&t, "SYN ACK"));
    asked_press(&t, "Right");
    EXPECT(asked_shows(&t, "Question 1 of 4, 2 points"));
    asked_press(&t, "Space");
    EXPECT_STR(t.ui->prompt.text, "answer ");
    asked_press(&t, "Esc");
    EXPECT_EQ(t.ui->overlay, OVERLAY_GATE);
    asked_press(&t, "\"established\" Enter");
    EXPECT(asked_shows(&t, "established: no."));
    EXPECT(asked_shows(&t, "b does not know yet"));
    EXPECT(asked_shows(&t, "Hint 1:"));
    EXPECT_EQ(asked_seen(&t), before);
    asked_press(&t, "\"nonsense\" Enter");
    EXPECT(asked_says(&t, "costs nothing") && t.ui->prompt.open);
    asked_press(&t, "Ctrl-U \"answer syn_rcvd\" Enter");
    EXPECT(asked_shows(&t, "Right: SYN-RECEIVED. (1 point)"));
    EXPECT_EQ(attempt_points(t.ui->gates->attempt).got, 1);
    asked_press(&t, "Enter");
    EXPECT(asked_shows(&t, "Question 2 of 4"));
    asked_close(&t);
}

static void test_every_way_forward_ends_at_the_gate(void)
{
    static const char *const ways[] = {
        "Right Right Right Right Right Right",
        "Down Down Down Down",
        "PgDn PgDn PgDn",
        ". . . . . . . .",
        "i i i i i i i i i i i i i",
        "End",
        ":go Space 5s Enter",
        ":go Space event Space 9 Enter",
        "G l G l",
    };

    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        asked_open(&t, handshake, NULL);
        asked_press(&t, "Right Enter");
        uint32_t most = asked_seen(&t);
        asked_press(&t, ways[i]);
        EXPECT_EQ_ROW(ways[i], asked_seen(&t), most);
        EXPECT_ROW(ways[i], t.ui->moment.event <= most);
        EXPECT_ROW(ways[i], t.ui->moment.view->world->event_count <= most);
        asked_close(&t);
    }
}

static void test_other_future_is_refused_until_all_is_settled(void)
{
    asked_open(&t, handshake, NULL);
    asked_press(&t, "Right Enter End");
    asked_type(&t, "drop 1");
    EXPECT(asked_says(&t, "another future would tell too much"));
    asked_press(&t, "Esc d");
    EXPECT(asked_says(&t, "means nothing here"));
    EXPECT(!t.ui->has_other);
    asked_type(&t, "task doubt");
    EXPECT(asked_says(&t, "tasks come when"));
    asked_close(&t);
}

/* From the first step to behind the last gate, by passing all. */
static void pass_all(void)
{
    asked_press(&t, "Esc");
    for (int i = 0; i < 100 && gates_hide(t.ui->gates); i++) {
        asked_press(&t, "End Right");
        if (!t.ui->gates->exercise->gates[t.ui->exercise.gate].is_page)
            asked_type(&t, "pass");
        asked_press(&t, "Enter");
    }
    EXPECT(!gates_hide(t.ui->gates));
}

static void test_passing_all_costs_all_points_and_opens_the_run(void)
{
    asked_open(&t, handshake, NULL);
    pass_all();
    EXPECT_EQ(t.ui->overlay, OVERLAY_SCORE);
    EXPECT(asked_shows(&t, "passed"));
    EXPECT_EQ(attempt_points(t.ui->gates->attempt).got, 0);
    EXPECT(!session_run(t.session, SESSION_ORIGINAL)->limited);
    EXPECT(session_run(t.session, SESSION_ORIGINAL)->hash != 0);
    asked_press(&t, "Esc");
    EXPECT(asked_hides(&t, "of ?"));
    asked_close(&t);
}

static void test_task_is_judged_by_what_was_done_to_the_run(void)
{
    asked_open(&t, handshake, NULL);
    pass_all();
    asked_press(&t, "Esc T");
    EXPECT(asked_shows(&t, "Lose one frame"));
    asked_press(&t, "Enter");
    EXPECT(asked_shows(&t, "FAILS"));
    EXPECT(asked_shows(&t, "lose exactly one frame"));
    asked_press(&t, "Esc");
    asked_type(&t, "drop 3");
    asked_press(&t, "T Enter");
    EXPECT(asked_shows(&t, "4 of 4 points"));
    EXPECT_EQ(attempt_points(t.ui->gates->attempt).got, 4);
    asked_type(&t, "task nobody");
    EXPECT(asked_says(&t, "there is no task"));
    asked_press(&t, "Esc Esc");
    asked_type(&t, "hint");
    EXPECT(asked_shows(&t, "Which frame tells b"));
    asked_close(&t);
}

static void test_command_at_a_time_of_its_own_is_given_then(void)
{
    asked_open(&t, handshake, NULL);
    pass_all();
    asked_press(&t, "Esc");
    asked_type(&t, "at 25ms a: close");
    EXPECT(asked_says(&t, "at 25ms a: close: this is the other future"));
    EXPECT(t.ui->has_other);
    EXPECT_EQ(session_deed(t.session, 0)->at, 25 * MS);
    asked_type(&t, "at noon a: close");
    EXPECT(t.ui->message.is_error && t.ui->prompt.open);
    EXPECT_EQ(t.ui->prompt.caret, strlen("at "));
    asked_press(&t, "Esc");
    asked_type(&t, "at 25ms nobody: close");
    EXPECT(t.ui->message.is_error && t.ui->prompt.open);
    asked_press(&t, "Esc");
    EXPECT_EQ(session_deed_count(t.session), 1);
    asked_close(&t);
}

static void test_hint_costs_and_page_needs_no_answer(void)
{
    asked_open(&t, handshake, NULL);
    asked_press(&t, "Right");
    asked_type(&t, "answer 7");
    EXPECT(asked_says(&t, "nothing is asked here"));
    asked_press(&t, "Esc");
    asked_type(&t, "hint");
    EXPECT_EQ(t.ui->overlay, OVERLAY_GATE);
    asked_press(&t, "Enter End Right ?");
    EXPECT(asked_shows(&t, "Hint 1:"));
    EXPECT_EQ(attempt_left(t.ui->gates->attempt, 0), 1);
    asked_press(&t, "? ?");
    EXPECT(asked_says(&t, "there is no other hint"));
    asked_type(&t, "read");
    EXPECT(asked_says(&t, "first answer it"));
    asked_close(&t);
}

static void test_field_is_asked_in_the_header_of_a_frame_that_is_not_seen(void)
{
    char folder[] = "/tmp/rung-gates-XXXXXX", path[100];
    FILE *file;

    ASSERT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/field.yaml", folder);
    file = fopen(path, "w");
    ASSERT(file != NULL);
    fputs("defaults: { arp: { known: on } }\n"
          "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
          "links: { wire: { ends: [a, b], delay: 20ms } }\n"
          "script:\n"
          "  - { at: 0s, b: listen 80 }\n"
          "  - { at: 10ms, a: connect b:80 }\n"
          "questions:\n"
          "  - { question: q, before: { frame: tcp, nth: 2 }, ask: w, kind: field,\n"
          "      field: tcp.ack }\n",
          file);
    fclose(file);
    asked_open(&t, path, NULL);
    asked_press(&t, "End Right");
    EXPECT(asked_shows(&t, "Frame 2"));
    EXPECT(asked_shows(&t, "tcp.ack ____"));
    EXPECT(asked_shows(&t, "tcp.seq 0"));
    EXPECT(asked_hides(&t, "SYN ACK"));
    EXPECT(asked_hides(&t, "tcp.ack 1"));
    asked_press(&t, "1 Enter");
    EXPECT(asked_shows(&t, "Right: 1. (2 points)"));
    asked_close(&t);
    remove(path);
    rmdir(folder);
}

static void test_questions_are_refused_until_offered_then_hide_what_was_seen(void)
{
    static const struct gates_options offer = { .lab = "t" };
    struct session_options options = { .path = handshake };
    char error[300];

    t.session = session_open(&options, error, sizeof(error));
    t.ui = malloc(sizeof(*t.ui));
    EXPECT(t.session != NULL && t.ui != NULL && ui_open(t.ui, 80, 24) &&
           ui_attach(t.ui, t.session));
    asked_press(&t, "Esc");
    asked_type(&t, "answer 7"); /* of a run that an option has changed, say */
    EXPECT(asked_says(&t, "nothing is asked here"));
    asked_press(&t, "Esc T");
    EXPECT(asked_says(&t, "means nothing here"));
    t.ui->offer = &offer;
    asked_type(&t, "about");
    EXPECT(asked_shows(&t, "A asks what this lab asks"));
    asked_press(&t, "Esc");
    asked_type(&t, "answer 7");
    EXPECT(asked_says(&t, "A (:questions) begins"));
    asked_press(&t, "Esc End m x");
    asked_type(&t, "drop 2");
    asked_press(&t, "A");
    EXPECT(asked_says(&t, "first take back what was done") && t.ui->gates == NULL);
    asked_press(&t, "z A");
    EXPECT(t.ui->gates != NULL && gates_hide(t.ui->gates));
    EXPECT_EQ(t.ui->cursors[SESSION_ORIGINAL].event, 0);
    EXPECT(asked_hides(&t, "ACK"));
    asked_press(&t, "' x"); /* the mark lay behind a question */
    EXPECT(asked_hides(&t, "ACK"));
    asked_press(&t, "Right");
    EXPECT(t.ui->overlay == OVERLAY_GATE);
    asked_close(&t);
}

static void test_progress_goes_on_where_it_was_left(void)
{
    static const struct gates_options keeps = { .lab = "handshake", .keeps = true };
    char folder[] = "/tmp/rung-gates-XXXXXX", path[PROGRESS_PATH_SIZE];

    EXPECT(mkdtemp(folder) != NULL);
    setenv("XDG_STATE_HOME", folder, 1);
    asked_open(&t, handshake, &keeps);
    asked_press(&t, "Right Enter End Right");
    asked_type(&t, "pass");
    snprintf(path, sizeof(path), "%s", t.ui->gates->path);
    asked_close(&t);
    asked_open(&t, handshake, &keeps);
    EXPECT(asked_says(&t, "going on where you stopped"));
    EXPECT_EQ(t.ui->gates->next, 2); /* behind the page and the question that was passed */
    asked_press(&t, "Esc End Right");
    EXPECT(asked_shows(&t, "Question 2 of 4"));
    asked_close(&t);
    EXPECT_EQ(remove(path), 0);
    snprintf(path, sizeof(path), "%s/rung", folder);
    EXPECT_EQ(rmdir(path), 0);
    EXPECT_EQ(rmdir(folder), 0);
}

static void test_words_of_the_quiz_mean_the_same_where_an_answer_is_typed(void)
{
    asked_open(&t, handshake, NULL);
    asked_press(&t, "Right Enter End Right");
    asked_press(&t, "\"100\" Enter");
    EXPECT(asked_shows(&t, "No answer yet, which costs nothing: "));
    EXPECT(t.ui->prompt.open);
    asked_press(&t, "Ctrl-U \"answer ?\" Enter");
    EXPECT(asked_shows(&t, "Hint 1:"));
    EXPECT(asked_hides(&t, "No answer yet"));
    asked_press(&t, "\"hint\" Enter");
    EXPECT(asked_shows(&t, "Hint 2:"));
    EXPECT_EQ(attempt_points(t.ui->gates->attempt).got, 0);
    asked_press(&t, "\"nonsense\" Enter Ctrl-U \"answer :pass\" Enter");
    EXPECT(asked_shows(&t, "Passed. The right answer is SYN-RECEIVED."));
    asked_press(&t, "Enter \"pass\" Enter");
    EXPECT(asked_shows(&t, "Passed. The right answer is 1."));
    asked_close(&t);
}

static void test_submission_says_whose_it_is_not_and_what_was_not_judged(void)
{
    static const struct gates_options anna = { .lab = "t", .student = "anna" };
    char path[] = "/tmp/rung-submission-XXXXXX", line[100];
    int file = mkstemp(path);

    EXPECT(file >= 0 && close(file) == 0);
    snprintf(line, sizeof(line), "submit! %s", path);
    asked_open(&t, handshake, NULL);
    asked_type(&t, line);
    EXPECT(asked_says(&t, "it does not say whose it is"));
    asked_close(&t);
    asked_open(&t, handshake, &anna);
    pass_all();
    asked_press(&t, "Esc");
    asked_type(&t, line);
    EXPECT(strstr(t.ui->message.text, "whose") == NULL);
    asked_type(&t, "drop 3");
    asked_type(&t, line);
    EXPECT(asked_says(&t, "was not judged: T, then Enter"));
    asked_press(&t, "T Enter Esc");
    asked_type(&t, line);
    EXPECT(strstr(t.ui->message.text, "judged") == NULL);
    asked_press(&t, "z");
    asked_type(&t, "drop 2");
    asked_type(&t, line);
    EXPECT(asked_says(&t, "was not judged: T, then Enter"));
    asked_close(&t);
    remove(path);
}

static void test_submission_is_written_once_and_over_it_by_another_name(void)
{
    char path[] = "/tmp/rung-submission-XXXXXX", line[100];
    struct submission *s;
    struct diagnostics d;
    int file = mkstemp(path);

    EXPECT(file >= 0 && close(file) == 0);
    asked_open(&t, handshake, NULL);
    pass_all();
    asked_press(&t, "Esc");
    snprintf(line, sizeof(line), "submit %s", path);
    asked_type(&t, line);
    EXPECT(asked_says(&t, "submit! /tmp/"));
    asked_press(&t, "Esc");
    snprintf(line, sizeof(line), "submit! %s", path);
    asked_type(&t, line);
    EXPECT(asked_says(&t, "written"));
    diagnostics_init(&d);
    s = submission_load(path, &d);
    if (EXPECT(s != NULL))
        EXPECT_EQ(s->answer_count, 4);
    submission_free(s);
    diagnostics_free(&d);
    asked_close(&t);
    remove(path);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_page_at_the_start_is_met_by_the_first_step_and_left_by_enter),
        TEST(test_question_hides_all_behind_it_until_it_is_answered),
        TEST(test_every_way_forward_ends_at_the_gate),
        TEST(test_other_future_is_refused_until_all_is_settled),
        TEST(test_passing_all_costs_all_points_and_opens_the_run),
        TEST(test_task_is_judged_by_what_was_done_to_the_run),
        TEST(test_command_at_a_time_of_its_own_is_given_then),
        TEST(test_hint_costs_and_page_needs_no_answer),
        TEST(test_field_is_asked_in_the_header_of_a_frame_that_is_not_seen),
        TEST(test_questions_are_refused_until_offered_then_hide_what_was_seen),
        TEST(test_progress_goes_on_where_it_was_left),
        TEST(test_words_of_the_quiz_mean_the_same_where_an_answer_is_typed),
        TEST(test_submission_says_whose_it_is_not_and_what_was_not_judged),
        TEST(test_submission_is_written_once_and_over_it_by_another_name),
    };

    return run_tests("gates", tests, ARRAY_LEN(tests));
}
