/*
 * A lab that asks, in the timeline: what is hidden, what opens it, what it costs.
 */
#include "tools/timeline/gates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"
#include "tools/timeline/view.h"

static const char *const handshake = "labs/handshake/lab.yaml";

static struct ui *ui;
static struct session *session;
static const struct gates_options *how;

static void open_lab(const char *path)
{
    static const struct gates_options forgets = { .lab = "t" };
    struct session_options options = { .path = path };
    struct gates *gates = NULL;
    char error[300];

    session = session_open(&options, error, sizeof(error));
    ui = malloc(sizeof(*ui));
    if (EXPECT(session != NULL && ui != NULL && ui_open(ui, 80, 24) && ui_attach(ui, session)))
        gates = gates_open(session_run(session, SESSION_ORIGINAL)->lab,
                           how != NULL ? how : &forgets, error, sizeof(error));
    if (!EXPECT(gates != NULL && ui_attach_gates(ui, gates)))
        exit(1);
}

static void close_lab(void)
{
    gates_close(ui->gates);
    ui_close(ui);
    free(ui);
    session_close(session);
}

/* Presses KEYS, as --dump takes them. */
static void press(const char *text)
{
    struct key_text keys = { .at = text };
    int key;

    while ((key = key_read(&keys)) != K_NONE)
        ui_press(ui, (struct press){ key, 0, 0 });
}

/* Types LINE behind a colon. */
static void type(const char *line)
{
    ui_press(ui, (struct press){ ':', 0, 0 });
    for (; *line != '\0'; line++)
        ui_press(ui, (struct press){ (uint8_t)*line, 0, 0 });
    ui_press(ui, (struct press){ K_ENTER, 0, 0 });
}

/* The screen as text; good until the next call. */
static const char *screen(void)
{
    static char *text;
    char why[100];
    size_t len;
    FILE *out;

    free(text);
    out = open_memstream(&text, &len);
    EXPECT(screen_dump(ui, "80x24", out, why, sizeof(why)));
    fclose(out);
    return text;
}

static bool shows(const char *words)
{
    const char *text = screen();

    return EXPECT_STR_ROW(words, strstr(text, words) != NULL ? words : text, words);
}

static bool hides(const char *words)
{
    const char *text = screen();

    return EXPECT_STR_ROW(words, strstr(text, words) == NULL ? words : text, words);
}

static bool says(const char *words)
{
    return EXPECT_STR_ROW(words, strstr(ui->message.text, words) != NULL ? words : ui->message.text,
                          words);
}

static uint32_t seen(void)
{
    return session_run(session, SESSION_ORIGINAL)->events;
}

static void test_page_at_the_start_is_met_by_the_first_step_and_left_by_enter(void)
{
    open_lab(handshake);
    press("Esc");
    EXPECT_EQ(seen(), 0);
    EXPECT(hides("LISTEN"));
    press("Right");
    EXPECT_EQ(ui->overlay, OVERLAY_GATE);
    EXPECT(shows("b listens, and nothing has been sent"));
    press("Esc Left");
    EXPECT_EQ(ui->overlay, OVERLAY_NONE);
    EXPECT_EQ(seen(), 0);
    press("Right Enter");
    EXPECT_EQ(ui->overlay, OVERLAY_NONE);
    EXPECT_EQ(ui->moment.event, 1);
    EXPECT(shows("event 1 of ?"));
    close_lab();
}

static void test_question_hides_all_behind_it_until_it_is_answered(void)
{
    open_lab(handshake);
    press("Right Enter End");
    EXPECT(says("something waits"));
    uint32_t before = seen();
    EXPECT(hides("SYN ACK"));
    press("Right");
    EXPECT(shows("Question 1 of 4, 2 points"));
    press("Space");
    EXPECT_STR(ui->prompt.text, "answer ");
    press("Esc");
    EXPECT_EQ(ui->overlay, OVERLAY_GATE);
    press("\"established\" Enter");
    EXPECT(shows("established: no."));
    EXPECT(shows("b does not know yet"));
    EXPECT(shows("Hint 1:"));
    EXPECT_EQ(seen(), before);
    press("\"nonsense\" Enter");
    EXPECT(says("costs nothing") && ui->prompt.open);
    press("Ctrl-U \"answer syn_rcvd\" Enter");
    EXPECT(shows("Right: SYN-RECEIVED. (1 point)"));
    EXPECT_EQ(attempt_points(ui->gates->attempt).got, 1);
    press("Enter");
    EXPECT(shows("Question 2 of 4"));
    close_lab();
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
        open_lab(handshake);
        press("Right Enter");
        uint32_t most = seen();
        press(ways[i]);
        EXPECT_EQ_ROW(ways[i], seen(), most);
        EXPECT_ROW(ways[i], ui->moment.event <= most);
        EXPECT_ROW(ways[i], ui->moment.view->world->event_count <= most);
        close_lab();
    }
}

static void test_other_future_is_refused_until_all_is_settled(void)
{
    open_lab(handshake);
    press("Right Enter End");
    type("drop 1");
    EXPECT(says("another future would tell too much"));
    press("Esc d");
    EXPECT(says("means nothing here"));
    EXPECT(!ui->has_other);
    type("task doubt");
    EXPECT(says("tasks come when"));
    close_lab();
}

/* From the first step to behind the last gate, by passing all. */
static void pass_all(void)
{
    press("Esc");
    for (int i = 0; i < 100 && gates_hide(ui->gates); i++) {
        press("End Right");
        if (!ui->gates->exercise->gates[ui->exercise.gate].is_page)
            type("pass");
        press("Enter");
    }
    EXPECT(!gates_hide(ui->gates));
}

static void test_passing_all_costs_all_points_and_opens_the_run(void)
{
    open_lab(handshake);
    pass_all();
    EXPECT_EQ(ui->overlay, OVERLAY_SCORE);
    EXPECT(shows("passed"));
    EXPECT_EQ(attempt_points(ui->gates->attempt).got, 0);
    EXPECT(!session_run(session, SESSION_ORIGINAL)->limited);
    EXPECT(session_run(session, SESSION_ORIGINAL)->hash != 0);
    press("Esc");
    EXPECT(hides("of ?"));
    close_lab();
}

static void test_task_is_judged_by_what_was_done_to_the_run(void)
{
    open_lab(handshake);
    pass_all();
    press("Esc T");
    EXPECT(shows("Lose one frame"));
    press("Enter");
    EXPECT(shows("FAILS"));
    EXPECT(shows("lose exactly one frame"));
    press("Esc");
    type("drop 3");
    press("T Enter");
    EXPECT(shows("4 of 4 points"));
    EXPECT_EQ(attempt_points(ui->gates->attempt).got, 4);
    type("task nobody");
    EXPECT(says("there is no task"));
    press("Esc Esc");
    type("hint");
    EXPECT(shows("Which frame tells b"));
    close_lab();
}

static void test_command_at_a_time_of_its_own_is_given_then(void)
{
    open_lab(handshake);
    pass_all();
    press("Esc");
    type("at 25ms a: close");
    EXPECT(says("at 25ms a: close: this is the other future"));
    EXPECT(ui->has_other);
    EXPECT_EQ(session_deed(session, 0)->at, 25 * MS);
    type("at noon a: close");
    EXPECT(ui->message.is_error && ui->prompt.open);
    EXPECT_EQ(ui->prompt.caret, strlen("at "));
    press("Esc");
    type("at 25ms nobody: close");
    EXPECT(ui->message.is_error && ui->prompt.open);
    press("Esc");
    EXPECT_EQ(session_deed_count(session), 1);
    close_lab();
}

static void test_hint_costs_and_page_needs_no_answer(void)
{
    open_lab(handshake);
    press("Right");
    type("answer 7");
    EXPECT(says("nothing is asked here"));
    press("Esc");
    type("hint");
    EXPECT_EQ(ui->overlay, OVERLAY_GATE);
    press("Enter End Right ?");
    EXPECT(shows("Hint 1:"));
    EXPECT_EQ(attempt_left(ui->gates->attempt, 0), 1);
    press("? ?");
    EXPECT(says("there is no other hint"));
    type("read");
    EXPECT(says("first answer it"));
    close_lab();
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
    open_lab(path);
    press("End Right");
    EXPECT(shows("Frame 2"));
    EXPECT(shows("tcp.ack ____"));
    EXPECT(shows("tcp.seq 0"));
    EXPECT(hides("SYN ACK"));
    EXPECT(hides("tcp.ack 1"));
    press("1 Enter");
    EXPECT(shows("Right: 1. (2 points)"));
    close_lab();
    remove(path);
    rmdir(folder);
}

static void test_questions_are_refused_until_offered_then_hide_what_was_seen(void)
{
    static const struct gates_options offer = { .lab = "t" };
    struct session_options options = { .path = handshake };
    char error[300];

    session = session_open(&options, error, sizeof(error));
    ui = malloc(sizeof(*ui));
    EXPECT(session != NULL && ui != NULL && ui_open(ui, 80, 24) && ui_attach(ui, session));
    press("Esc");
    type("answer 7"); /* of a run that an option has changed, say */
    EXPECT(says("nothing is asked here"));
    press("Esc T");
    EXPECT(says("means nothing here"));
    ui->offer = &offer;
    type("about");
    EXPECT(shows("A asks what this lab asks"));
    press("Esc");
    type("answer 7");
    EXPECT(says("A (:questions) begins"));
    press("Esc End m x");
    type("drop 2");
    press("A");
    EXPECT(says("first take back what was done") && ui->gates == NULL);
    press("z A");
    EXPECT(ui->gates != NULL && gates_hide(ui->gates));
    EXPECT_EQ(ui->cursors[SESSION_ORIGINAL].event, 0);
    EXPECT(hides("ACK"));
    press("' x"); /* the mark lay behind a question */
    EXPECT(hides("ACK"));
    press("Right");
    EXPECT(ui->overlay == OVERLAY_GATE);
    close_lab();
}

static void test_progress_goes_on_where_it_was_left(void)
{
    static const struct gates_options keeps = { .lab = "handshake", .keeps = true };
    char folder[] = "/tmp/rung-gates-XXXXXX", path[PROGRESS_PATH_SIZE];

    EXPECT(mkdtemp(folder) != NULL);
    setenv("XDG_STATE_HOME", folder, 1);
    how = &keeps;
    open_lab(handshake);
    press("Right Enter End Right");
    type("pass");
    snprintf(path, sizeof(path), "%s", ui->gates->path);
    close_lab();
    open_lab(handshake);
    EXPECT(says("going on where you stopped"));
    EXPECT_EQ(ui->gates->next, 2); /* behind the page and the question that was passed */
    press("Esc End Right");
    EXPECT(shows("Question 2 of 4"));
    close_lab();
    how = NULL;
    EXPECT_EQ(remove(path), 0);
    snprintf(path, sizeof(path), "%s/rung", folder);
    EXPECT_EQ(rmdir(path), 0);
    EXPECT_EQ(rmdir(folder), 0);
}

static void test_submission_is_written_once_and_over_it_by_another_name(void)
{
    char path[] = "/tmp/rung-submission-XXXXXX", line[100];
    struct submission *s;
    struct diagnostics d;
    int file = mkstemp(path);

    EXPECT(file >= 0 && close(file) == 0);
    open_lab(handshake);
    pass_all();
    press("Esc");
    snprintf(line, sizeof(line), "submit %s", path);
    type(line);
    EXPECT(says("submit! /tmp/"));
    press("Esc");
    snprintf(line, sizeof(line), "submit! %s", path);
    type(line);
    EXPECT(says("hand in"));
    diagnostics_init(&d);
    s = submission_load(path, &d);
    if (EXPECT(s != NULL))
        EXPECT_EQ(s->answer_count, 4);
    submission_free(s);
    diagnostics_free(&d);
    close_lab();
    remove(path);
}

/* ---- Two labs that differ behind the question alone ---- */

/* ORDERS are what a does after it has connected. */
static void write_lab(const char *path, const char *orders)
{
    FILE *file = fopen(path, "w");

    ASSERT(file != NULL);
    fprintf(file,
            "title: two\n"
            "defaults: { arp: { known: on }, tcp: { mss: 500 } }\n"
            "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
            "links: { wire: { ends: [a, b], delay: 20ms } }\n"
            "script:\n"
            "  - { at: 0s, b: listen 80 }\n"
            "  - { at: 10ms, a: connect b:80 }\n"
            "%s"
            "questions:\n"
            "  - { question: q, after: { state: a ESTABLISHED }, ask: w, answer: time }\n",
            orders);
    fclose(file);
}

/* All that can be asked of the screen while the question waits. */
static const char *const questions[] = {
    "Right",
    "Down",
    "End",
    "PgDn",
    "Left Left",
    "Up",
    "1",
    "2 \\\\",
    "\\\\ 3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "0",
    "w",
    "W Esc",
    "I",
    "s",
    "F",
    "Home",
    "Home Right Right",
    "c",
    "C",
    "n",
    "N",
    "i i i",
    ". . . . . . . . .",
    "Space",
    "@ Esc",
    "? Down Down Esc",
    "Enter Esc",
    "d",
    "u",
    "T",
    "o",
    "z",
    ":score Enter",
    "Esc",
    "9",
    "m a ' a",
};

static const char *const typed[] = {
    "go 5s",
    "go frame 4",
    "go frame 3",
    "go event 7",
    "go a FIN-WAIT-1",
    "go b CLOSE-WAIT",
    "break time > 60ms",
    "break end.time > 1s",
    "break count(retransmission) > 0",
    "break tcp[tcpflags] & tcp-fin != 0",
    "continue",
    "reverse",
    "search FIN",
    "search PSH",
    "filter tcp[tcpflags] & tcp-push != 0",
    "filter",
    "hide connection",
    "show",
    "pane plot",
    "pane window",
    "pane tables",
    "host b",
    "drop 4",
    "a: send 5kB",
    "check",
    "hint",
    "only connection",
    "duplicate 9",
    "corrupt 9 3",
    "unbreak all",
    "delay 4 1s",
    "task x",
    "read",
    "future",
};

static uint32_t luck;

static uint32_t draw(uint32_t below)
{
    luck = luck * 1664525u + 1013904223u;
    return (luck >> 8) % below;
}

/* What somebody sees who presses what SEED says, screen after screen; the caller's. */
static char *play(const char *path, uint32_t seed, int width, int height)
{
    char *text = NULL, size[40], why[100];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    luck = seed;
    snprintf(size, sizeof(size), "%dx%d", width, height);
    open_lab(path);
    press("Esc");
    for (int i = 0; i < 40; i++) {
        uint32_t one = draw(2);

        if (one == 0)
            press(questions[draw(ARRAY_LEN(questions))]);
        else
            type(typed[draw(ARRAY_LEN(typed))]);
        press(draw(3) == 0 ? "" : "Esc");
        EXPECT(screen_dump(ui, size, out, why, sizeof(why)));
    }
    close_lab();
    fclose(out);
    return text;
}

static void test_futures_behind_a_question_are_told_apart_by_no_screen(void)
{
    static const char *const orders[] = {
        "",
        "  - { at: 100ms, a: send 9kB }\n  - { at: 2s, a: close }\n  - { at: 3s, b: close }\n",
        "  - { at: 60ms, b: send 700B }\n  - { at: 60ms, wire: set loss 20% }\n"
        "  - { at: 70ms, a: send 9kB }\n",
    };
    char folder[] = "/tmp/rung-gates-XXXXXX", path[100];

    EXPECT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/two.yaml", folder);
    for (uint32_t seed = 1; seed <= 30; seed++) {
        char *first = NULL;

        for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
            char *text;

            write_lab(path, orders[i]);
            text = play(path, seed, seed % 2 == 0 ? 80 : 130, seed % 3 == 0 ? 40 : 24);
            if (first == NULL)
                first = text;
            EXPECT_STR_ROW(orders[i], text, first);
            if (text != first)
                free(text);
        }
        free(first);
    }
    remove(path);
    rmdir(folder);
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
        TEST(test_submission_is_written_once_and_over_it_by_another_name),
        TEST(test_futures_behind_a_question_are_told_apart_by_no_screen),
    };

    return run_tests("gates", tests, ARRAY_LEN(tests));
}
