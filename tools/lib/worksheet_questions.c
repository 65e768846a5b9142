/*
 * Questions and tasks of a worksheet, with room to write or with their answers.
 */
#include <inttypes.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"
#include "tools/lib/worksheet_parts.h"

enum { LINE_SIZE = 400, LINES_FOR_TEXT = 4, BLANKS_FOR_DEEDS = 3 };

#define SHORT_LINE_TO_WRITE "____________________"
#define LINE_TO_WRITE "________________________________________"

static char letter(size_t index)
{
    return (char)('a' + index);
}

static void put_answer_line(const struct worksheet *w, const char *before, const char *text)
{
    worksheet_text(w, before, text);
    fputc('\n', w->out);
}

/* ---- What is asked ---- */

/* A list, of choices by letter and of items by number. */
static void put_choices(const struct worksheet *w, const struct exercise_question *q)
{
    const struct lab_question *asked = q->asked;
    char before[40];

    for (size_t i = 0; i < asked->choice_count; i++) {
        snprintf(before, sizeof(before), "- %c) ", letter(i));
        worksheet_text(w, before, asked->choices[q->shown[i]].text);
    }
    for (size_t i = 0; i < asked->item_count; i++) {
        snprintf(before, sizeof(before), "%zu. ", i + 1);
        worksheet_text(w, before, asked->items[q->shown[i]].text);
    }
    if (asked->choice_count + asked->item_count > 0)
        fputc('\n', w->out);
}

static void put_room(const struct worksheet *w, const struct exercise_question *q, size_t index)
{
    char wanted[EXERCISE_ANSWER_SIZE];

    if (q->asked->kind == LAB_ASK_TEXT) {
        for (int i = 0; i < LINES_FOR_TEXT; i++)
            fputs(LINE_TO_WRITE LINE_TO_WRITE "\n\n", w->out);
        return;
    }
    if (q->asked->choice_count > 0)
        snprintf(wanted, sizeof(wanted), "%s",
                 q->asked->kind == LAB_ASK_CHOICE ? _("one letter")
                                                  : _("all letters that are "
                                                      "right"));
    else
        exercise_wanted(w->e, index, wanted, sizeof(wanted));
    fprintf(w->out, _("Answer (%s): %s\n\n"), wanted, SHORT_LINE_TO_WRITE);
}

/* ---- The key ---- */

/* "b", "a, c": letters, as the sheet has them. */
static void put_right_choices(const struct worksheet *w, const struct exercise_question *q)
{
    char line[LINE_SIZE] = "";

    for (size_t i = 0; i < q->asked->choice_count; i++)
        if (q->chosen[q->shown[i]])
            snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%c",
                     line[0] != '\0' ? ", " : "", letter(i));
    put_answer_line(w, _("Right: "), line);
    for (size_t i = 0; i < q->asked->choice_count; i++)
        if (q->asked->choices[q->shown[i]].say != NULL) {
            snprintf(line, sizeof(line), "- %c) ", letter(i));
            worksheet_text(w, line, q->asked->choices[q->shown[i]].say);
        }
}

static void put_mistakes(const struct worksheet *w, const struct exercise_question *q, size_t index)
{
    char text[EXERCISE_ANSWER_SIZE], before[LINE_SIZE];

    for (size_t i = 0; i < q->asked->mistake_count; i++) {
        if (!q->mistakes[i].computed)
            continue;
        exercise_mistake_text(w->e, index, i, text, sizeof(text));
        snprintf(before, sizeof(before), "- %s: ", text);
        worksheet_text(w, before, q->asked->mistakes[i].say);
    }
}

static void put_key(const struct worksheet *w, const struct exercise_question *q, size_t index)
{
    char right[3 * EXERCISE_ANSWER_SIZE], also[2 * EXERCISE_ANSWER_SIZE];

    if (q->asked->choice_count > 0) {
        put_right_choices(w, q);
    } else {
        exercise_right_text(w->e, index, right, sizeof(right));
        if (exercise_span_text(w->e, index, also, sizeof(also)) > 0)
            snprintf(right + strlen(right), sizeof(right) - strlen(right), _(" (also %s)"), also);
        put_answer_line(w, _("Right: "), right[0] != '\0' ? right : _("to be read by a teacher"));
        put_mistakes(w, q, index);
    }
    if (q->asked->choice_count + q->asked->mistake_count > 0)
        fputc('\n', w->out);
    if (q->asked->explain != NULL)
        put_answer_line(w, "", q->asked->explain);
}

/* ---- Questions ---- */

static void put_points(int64_t points, char *out, size_t size)
{
    snprintf(out, size, points == 1 ? _("%" PRId64 " point") : _("%" PRId64 " points"), points);
}

static void put_question(const struct worksheet *w, const struct exercise_gate *gate, size_t number)
{
    const struct exercise_question *q = &w->e->questions[gate->index];
    char heading[LINE_SIZE], points[40], frame[40] = "";

    if (q->asked->gate.moment.kind == LAB_MOMENT_FRAME)
        snprintf(frame, sizeof(frame), _(", frame %" PRIu32), gate->moment.frame);
    put_points(q->asked->points, points, sizeof(points));
    snprintf(heading, sizeof(heading), _("Question %zu%s (%s)"), number, frame, points);
    worksheet_heading(w, 2, heading);
    put_answer_line(w, "", q->asked->ask);
    put_choices(w, q);
    if (w->options->key)
        put_key(w, q, gate->index);
    else
        put_room(w, q, gate->index);
}

static void put_void(const struct worksheet *w)
{
    for (size_t i = 0; i < w->e->lab->question_count; i++) {
        const struct exercise_question *q = &w->e->questions[i];
        char line[LINE_SIZE];

        if (!q->is_void)
            continue;
        snprintf(line, sizeof(line), _("Not asked in this run: %s (%s)"), q->asked->name, q->why);
        put_answer_line(w, "", line);
    }
}

/* ---- Tasks ---- */

static void put_solution(const struct worksheet *w, const struct lab_task *task)
{
    char line[LINE_SIZE];

    for (size_t i = 0; i < task->solution_count; i++)
        worksheet_text(w, i == 0 ? _("Solution: ") : "- ", task->solution[i].text);
    fputc('\n', w->out);
    for (size_t i = 0; i < task->check_count; i++) {
        char points[40];

        put_points(task->checks[i].points, points, sizeof(points));
        snprintf(line, sizeof(line), "- %s: `%s`", points, task->checks[i].expression);
        worksheet_text(w, "", line);
    }
    fputc('\n', w->out);
}

static void put_task(const struct worksheet *w, const struct lab_task *task, size_t number)
{
    char heading[LINE_SIZE], points[40];
    int64_t of = 0;

    for (size_t i = 0; i < task->check_count; i++)
        of += task->checks[i].points;
    put_points(of, points, sizeof(points));
    snprintf(heading, sizeof(heading), _("Task %zu (%s)"), number, points);
    worksheet_heading(w, 2, heading);
    put_answer_line(w, "", task->ask);
    if (w->options->key) {
        put_solution(w, task);
        return;
    }
    for (int i = 0; i < BLANKS_FOR_DEEDS; i++)
        fputs(LINE_TO_WRITE LINE_TO_WRITE "\n\n", w->out);
}

void worksheet_questions(const struct worksheet *w)
{
    size_t number = 0;

    for (size_t i = 0; i < w->e->gate_count; i++)
        if (!w->e->gates[i].is_page)
            put_question(w, &w->e->gates[i], ++number);
    if (w->options->key)
        put_void(w);
    for (size_t i = 0; i < w->e->lab->task_count; i++)
        put_task(w, &w->e->tasks[i], i + 1);
}
