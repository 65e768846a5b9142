/*
 * prop_gates.c - every bundled lab can be done in the timeline at 80x24: its own
 * answers, typed, open gate after gate and earn all points; its tasks' solutions,
 * done by keys, too.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/view.h"

static struct ui *ui;
static struct session *session;

static bool open_lab(const char *path)
{
    static const struct gates_options forgets = { .lab = "t" };
    struct session_options options = { .path = path };
    struct gates *gates = NULL;
    char error[300] = "";

    session = session_open(&options, error, sizeof(error));
    ui = malloc(sizeof(*ui));
    ASSERT(ui != NULL);
    if (EXPECT_ROW(path, session != NULL) && EXPECT(ui_open(ui, 80, 24)) &&
        EXPECT(ui_attach(ui, session)))
        gates =
            gates_open(session_run(session, SESSION_ORIGINAL)->lab, &forgets, error, sizeof(error));
    return EXPECT_ROW(path, gates != NULL) && EXPECT(ui_attach_gates(ui, gates));
}

static void close_lab(void)
{
    gates_close(ui->gates);
    ui_close(ui);
    free(ui);
    session_close(session);
}

static void press(int key)
{
    ui_press(ui, (struct press){ key, 0, 0 });
}

static void type(const char *text)
{
    for (; *text != '\0'; text++)
        press((uint8_t)*text);
    press(K_ENTER);
}

static void type_command(const char *text)
{
    press(':');
    type(text);
}

/* All that is seen fits the screen, and is seen by somebody. */
static void see(const char *lab)
{
    struct canvas canvas;
    struct spot spot;

    ASSERT(canvas_open(&canvas, ui->width, ui->height));
    spot = view(ui, &canvas);
    EXPECT_ROW(lab, spot.x < 80 && spot.y < 24);
    canvas_close(&canvas);
}

/* The right answer to the question in the box. */
static void answer(const char *lab, size_t question)
{
    char text[EXERCISE_ANSWER_SIZE];

    exercise_right_text(ui->gates->exercise, question, text, sizeof(text));
    type(text[0] != '\0' ? text : "as I see it");
    EXPECT_ROW(lab, attempt_is_settled(ui->gates->attempt, question));
    see(lab);
}

static void do_questions(const char *lab)
{
    const struct exercise *e = ui->gates->exercise;

    press(K_ESC);
    for (size_t i = 0; i < e->gate_count && gates_hide(ui->gates); i++) {
        uint32_t shown = gates_shown(ui->gates);
        const struct exercise_gate *gate;

        if (ui->overlay != OVERLAY_GATE) {
            press(K_END);
            press(K_RIGHT);
        }
        EXPECT_EQ_ROW(lab, ui->overlay, OVERLAY_GATE);
        EXPECT_EQ_ROW(lab, ui->exercise.gate, i);
        EXPECT_ROW(lab, ui->moment.event <= shown);
        see(lab);
        gate = &e->gates[ui->exercise.gate];
        if (!gate->is_page)
            answer(lab, gate->index);
        press(K_ENTER);
    }
    EXPECT_ROW(lab, !gates_hide(ui->gates));
    see(lab);
}

static void do_tasks(const char *lab)
{
    const struct lab *what = ui->gates->exercise->lab;
    struct deed deeds[LAB_SOLUTION_MAX];
    char text[DEED_TEXT_SIZE + 100];

    for (size_t i = 0; i < what->task_count; i++) {
        size_t count = task_solution(what, i, deeds);
        struct attempt_points points;

        press(K_ESC);
        while (session_deed_count(session) > 0)
            press('z');
        for (size_t k = 0; k < count; k++) {
            deed_write(&deeds[k], text, sizeof(text));
            type_command(text);
        }
        EXPECT_EQ_ROW(lab, session_deed_count(session), count);
        snprintf(text, sizeof(text), "task %.90s", what->tasks[i].name);
        type_command(text);
        press(K_ENTER);
        points = attempt_task_points(ui->gates->attempt, i);
        EXPECT_EQ_ROW(lab, points.got, points.of);
        see(lab);
    }
}

static void do_lab(const char *path)
{
    struct attempt_points points;

    if (!open_lab(path))
        return;
    do_questions(path);
    do_tasks(path);
    points = attempt_points(ui->gates->attempt);
    EXPECT_EQ_ROW(path, points.got + points.pending, points.of);
    close_lab();
}

static void test_each_bundled_lab_answered_rightly_earns_all_points(void)
{
    glob_t labs;

    ASSERT(glob("labs/*/lab.yaml", 0, NULL, &labs) == 0);
    for (size_t i = 0; i < labs.gl_pathc; i++)
        do_lab(labs.gl_pathv[i]);
    EXPECT(labs.gl_pathc > 30);
    globfree(&labs);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_bundled_lab_answered_rightly_earns_all_points),
    };

    return run_tests("gates", tests, ARRAY_LEN(tests));
}
