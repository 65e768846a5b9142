/*
 * view_gate.c - pages, questions, tasks and the final sheet, over the screen.
 */
#include "tools/timeline/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/exercise_header.h"
#include "tools/lib/markdown.h"
#include "tools/lib/text.h"

/* ---- Texts ---- */

struct place {
    struct sheet *sheet;
    int x, y;
    enum meaning meaning;
};

static void write_line(void *context, const char *line, enum markdown_kind kind)
{
    struct place *at = context;
    enum meaning meaning = kind == MARKDOWN_HEADING ? MEANING_TITLE
                           : kind == MARKDOWN_CODE  ? MEANING_KEY
                                                    : at->meaning;

    sheet_text(at->sheet, at->x + (kind == MARKDOWN_CODE ? 2 : 0), at->y++, meaning, line);
}

/* The lab's TEXT from column X of row Y on; the row behind it. */
static int write_text(struct sheet *sheet, int x, int y, enum meaning meaning, const char *text)
{
    struct place at = { sheet, x, y, meaning };

    markdown_lines(text, sheet->width - x - 1, write_line, &at);
    return at.y;
}

/* LABEL, and the lab's TEXT behind it, broken below itself. */
static int write_labelled(struct sheet *sheet, int y, enum meaning meaning, const char *label,
                          const char *text)
{
    int width = sheet_text(sheet, 1, y, MEANING_KEY, label) + 2;

    return write_text(sheet, width, y, meaning, text);
}

static const char *points_text(int64_t points, char *out, size_t size)
{
    snprintf(out, size, points == 1 ? _("%" PRId64 " point") : _("%" PRId64 " points"), points);
    return out;
}

/* ---- Questions ---- */

static int write_choices(const struct exercise_question *q, struct sheet *sheet, int y)
{
    size_t count = q->asked->choice_count + q->asked->item_count;
    char number[24];

    for (size_t i = 0; i < count; i++) {
        snprintf(number, sizeof(number), "%zu", i + 1);
        y = write_labelled(sheet, y, MEANING_PLAIN, number,
                           q->asked->choice_count > 0 ? q->asked->choices[q->shown[i]].text
                                                      : q->asked->items[q->shown[i]].text);
    }
    return y;
}

/* The header that a field is asked of: as many fields in a row as there is room for. */
static int write_header(struct exercise *e, size_t index, struct sheet *sheet, int y)
{
    enum { FIELD_WIDTH = 26 };
    struct exercise_field fields[EXERCISE_FIELDS_MAX];
    size_t count = exercise_header(e, index, fields);
    int x = 1;

    sheet_say(sheet, 1, y++, MEANING_TITLE, _("Frame %" PRIu32), exercise_frame(e, index));
    for (size_t i = 0; i < count; i++) {
        char text[ANSWER_TEXT_SIZE + 80];
        int cells = FIELD_WIDTH;

        snprintf(text, sizeof(text), "%s %s", fields[i].name,
                 fields[i].is_blank ? "____" : fields[i].value);
        while (cells <= canvas_text_width(text) + 1)
            cells += FIELD_WIDTH;
        if (x > 1 && x + cells > sheet->width + 1) {
            x = 1;
            y++;
        }
        sheet_text(sheet, x, y, fields[i].is_blank ? MEANING_KEY : MEANING_PLAIN, text);
        x += cells;
    }
    return y + (count > 0);
}

static int write_hints(const struct attempt *a, size_t index, struct sheet *sheet, int y)
{
    const struct lab_question *asked = a->exercise->questions[index].asked;
    char label[40];

    for (size_t i = 0; i < attempt_open_hints(a, index); i++) {
        snprintf(label, sizeof(label), _("Hint %zu:"), i + 1);
        y = write_labelled(sheet, y, MEANING_WHY, label, asked->hints[i]);
    }
    return y;
}

/* What became of it, and why. */
static int write_settled(const struct attempt *a, size_t index, struct sheet *sheet, int y)
{
    const struct attempt_question *q = &a->questions[index];
    const char *explain = a->exercise->questions[index].asked->explain;
    char points[40], right[EXERCISE_ANSWER_SIZE], text[EXERCISE_ANSWER_SIZE + 80];

    exercise_right_text(a->exercise, index, right, sizeof(right));
    points_text(attempt_question_points(a, index).got, points, sizeof(points));
    if (q->right)
        snprintf(text, sizeof(text), _("Right: %s. (%s)"), right, points);
    else if (q->pending)
        snprintf(text, sizeof(text), "%s", _("Noted: a teacher will read it."));
    else if (right[0] != '\0')
        snprintf(text, sizeof(text), _("Passed. The right answer is %s."), right);
    else
        snprintf(text, sizeof(text), "%s", _("Passed."));
    y = sheet_wrap(sheet, 1, y + 1, MEANING_TITLE, text);
    if (explain != NULL)
        y = write_text(sheet, 1, y, MEANING_WHY, explain);
    return sheet_wrap(sheet, 1, y + 1, MEANING_DETAIL, _("Enter goes on."));
}

static const char *last_try(const struct attempt_question *q)
{
    for (size_t i = q->act_count; i-- > 0;)
        if (q->acts[i].kind == ATTEMPT_TRY)
            return q->acts[i].text;
    return "";
}

/* What is to be typed, and what is left; behind a wrong try what was wrong. */
static int write_waiting(const struct ui *ui, size_t index, struct sheet *sheet, int y)
{
    const struct attempt *a = ui->gates->attempt;
    const struct lab_question *asked = a->exercise->questions[index].asked;
    char wanted[EXERCISE_ANSWER_SIZE], points[40], text[ATTEMPT_TEXT_MAX + 80];

    y += attempt_open_hints(a, index) > 0;
    y = write_hints(a, index, sheet, y);
    if (ui->exercise.verdict == EXERCISE_UNREADABLE) {
        snprintf(text, sizeof(text), _("No answer yet, which costs nothing: %s."),
                 ui->exercise.why);
        y = sheet_wrap(sheet, 1, y + 1, MEANING_ERROR, text);
    }
    if (ui->exercise.verdict == EXERCISE_WRONG || ui->exercise.verdict == EXERCISE_MISTAKE) {
        snprintf(text, sizeof(text), _("%s: no."), last_try(&a->questions[index]));
        y = sheet_wrap(sheet, 1, y + 1, MEANING_ERROR, text);
        if (ui->exercise.say != NULL)
            y = write_text(sheet, 1, y, MEANING_PLAIN, ui->exercise.say);
    }
    exercise_wanted(a->exercise, index, wanted, sizeof(wanted));
    points_text(attempt_left(a, index), points, sizeof(points));
    snprintf(text, sizeof(text),
             _("Type %s. Right now that earns %s; a wrong try or a hint costs %" PRId64 "."),
             wanted, points, asked->penalty);
    return sheet_wrap(sheet, 1, y + 1, MEANING_DETAIL, text);
}

static void write_question(const struct ui *ui, size_t index, struct sheet *sheet)
{
    const struct attempt *a = ui->gates->attempt;
    const struct exercise_question *q = &a->exercise->questions[index];
    int y = write_text(sheet, 1, 0, MEANING_PLAIN, q->asked->ask);

    if (q->asked->kind == LAB_ASK_FIELD)
        y = write_header(ui->gates->exercise, index, sheet, y + 1);
    if (q->asked->choice_count + q->asked->item_count > 0)
        y = write_choices(q, sheet, y + 1);
    if (attempt_is_settled(a, index))
        write_settled(a, index, sheet, y);
    else
        write_waiting(ui, index, sheet, y);
}

void view_write_gate(const struct ui *ui, struct sheet *sheet)
{
    const struct exercise *e = ui->gates->exercise;
    const struct exercise_gate *gate = &e->gates[ui->exercise.gate];
    int y;

    if (!gate->is_page) {
        write_question(ui, gate->index, sheet);
        return;
    }
    y = write_text(sheet, 1, 0, MEANING_PLAIN, e->pages[gate->index].text);
    sheet_wrap(sheet, 1, y + 1, MEANING_DETAIL, _("Enter goes on, Esc goes back to the ladder."));
}

void view_gate_title(const struct ui *ui, char *out, size_t size)
{
    const struct exercise *e = ui->gates->exercise;
    const struct exercise_gate *gate = &e->gates[ui->exercise.gate];
    size_t count, place = gates_place(ui->gates, ui->exercise.gate, &count);
    char points[40];

    if (gate->is_page) {
        snprintf(out, size, "%s", e->lab->title[0] != '\0' ? e->lab->title : _("A page"));
        return;
    }
    points_text(e->questions[gate->index].asked->points, points, sizeof(points));
    snprintf(out, size, _("Question %zu of %zu, %s"), place, count, points);
}

/* ---- Tasks ---- */

static int write_check(const struct lab_check *check, const struct task_check *result,
                       struct sheet *sheet, int y)
{
    char text[400];

    snprintf(text, sizeof(text), _("%s  %s (%" PRId64 " of %" PRId64 ")"),
             result->held ? _("holds") : _("FAILS"), check->expression, result->points, result->of);
    y = sheet_wrap(sheet, 1, y, result->held ? MEANING_PLAIN : MEANING_ERROR, text);
    if (!result->held && check->hint != NULL)
        y = write_labelled(sheet, y, MEANING_WHY, _("  Hint:"), check->hint);
    return y;
}

void view_write_task(const struct ui *ui, struct sheet *sheet)
{
    size_t index = ui->exercise.task;
    const struct lab_task *task = &ui->gates->exercise->tasks[index];
    const struct attempt_task *tried = &ui->gates->attempt->tasks[index];
    int y = write_text(sheet, 1, 0, MEANING_PLAIN, task->ask) + 1;
    char label[40];

    for (size_t i = 0; i < ui->exercise.hints && i < task->hint_count; i++) {
        snprintf(label, sizeof(label), _("Hint %zu:"), i + 1);
        y = write_labelled(sheet, y, MEANING_WHY, label, task->hints[i]);
    }
    y += ui->exercise.hints > 0;
    for (size_t i = 0; tried->ran && i < tried->result.count; i++)
        y = write_check(&task->checks[i], &tried->result.checks[i], sheet, y);
    if (tried->ran) {
        sheet_say(sheet, 1, y++, MEANING_TITLE, _("%" PRId64 " of %" PRId64 " points"),
                  tried->result.points, tried->result.of);
        y++;
    }
    sheet_wrap(sheet, 1, y, MEANING_DETAIL,
               _("Change the run: d drops a frame, u, D and x do other things to it, : commands a "
                 "host; z takes back. Then come back by T: Enter judges what you did."));
}

void view_task_title(const struct ui *ui, char *out, size_t size)
{
    const struct lab *lab = ui->gates->exercise->lab;

    snprintf(out, size, _("Task %zu of %zu: %s (Enter judges)"), ui->exercise.task + 1,
             lab->task_count, lab->tasks[ui->exercise.task].name);
}

/* ---- The final sheet ---- */

static const char *question_state(const struct attempt *a, size_t index)
{
    const struct attempt_question *q = &a->questions[index];

    return a->exercise->questions[index].is_void ? _("not asked in this run")
           : q->pending                          ? _("a teacher will read it")
           : q->passed                           ? _("passed")
           : q->right                            ? _("right")
           : q->act_count > 0                    ? _("begun")
                                                 : _("not yet");
}

static void write_row(struct sheet *sheet, int y, const char *name, struct attempt_points points,
                      const char *state)
{
    sheet_say(sheet, 1, y, MEANING_PLAIN, "%-28s %4" PRId64 " of %" PRId64, name, points.got,
              points.of);
    sheet_text(sheet, 45, y, MEANING_DETAIL, state);
}

void view_write_score(const struct ui *ui, struct sheet *sheet)
{
    const struct attempt *a = ui->gates->attempt;
    const struct lab *lab = a->exercise->lab;
    struct attempt_points sum = attempt_points(a);
    char points[40];
    int y = 0;

    for (size_t i = 0; i < lab->question_count; i++)
        write_row(sheet, y++, lab->questions[i].name, attempt_question_points(a, i),
                  question_state(a, i));
    for (size_t i = 0; i < lab->task_count; i++)
        write_row(sheet, y++, lab->tasks[i].name, attempt_task_points(a, i),
                  a->tasks[i].ran ? _("task, tried") : _("task: T shows it"));
    sheet_say(sheet, 1, ++y, MEANING_TITLE, _("Together %" PRId64 " of %s."), sum.got,
              points_text(sum.of, points, sizeof(points)));
    if (sum.pending > 0)
        sheet_say(sheet, 1, ++y, MEANING_PLAIN,
                  _("Up to %" PRId64 " more when a teacher has read the texts."), sum.pending);
    y = sheet_wrap(sheet, 1, y + 2, MEANING_DETAIL,
                   gates_hide(ui->gates)
                       ? _("More is asked: Esc, then Right.")
                       : _("Nothing is hidden any more. :submit FILE writes what you hand in."));
    if (ui->gates->path[0] != '\0')
        sheet_wrap(sheet, 1, y, MEANING_DETAIL, _("What you did is kept; quit at any time."));
}
