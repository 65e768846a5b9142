/*
 * obey_gate.c - pages, questions and tasks: what a student does with them.
 */
#include "tools/timeline/obey.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/quiz.h"
#include "tools/lib/text.h"
#include "tools/timeline/view.h"

static void open_box(struct ui *ui, enum overlay overlay)
{
    ui->overlay = overlay;
    memset(&ui->overlay_state, 0, sizeof(ui->overlay_state));
}

/* What was said last is to be seen, and stands at the end. */
static void open_box_at_end(struct ui *ui, enum overlay overlay)
{
    open_box(ui, overlay);
    ui->overlay_state.item = view_overlay_last(ui);
}

/* ---- What can be seen ---- */

/* As much of the run as the gates let through; the cursor stays. */
static bool limit(struct ui *ui)
{
    struct cursor at = ui->cursors[SESSION_ORIGINAL];

    picture_close(ui->pictures[SESSION_ORIGINAL]); /* the view that it reads is another now */
    ui->pictures[SESSION_ORIGINAL] = NULL;
    plot_cache_close(&ui->plot);
    session_limit(ui->session, gates_shown(ui->gates));
    if (ui->side == SESSION_ORIGINAL)
        cursor_set(ui, at.event, at.record);
    return ui_lay_out(ui) || ui_refuse(ui, 0, "%s", _("out of memory"));
}

bool ui_attach_gates(struct ui *ui, struct gates *gates)
{
    ui->gates = gates;
    memset(ui->marked, 0, sizeof(ui->marked)); /* they may lie behind what can be seen */
    cursor_set(ui, 0, MOMENT_BEFORE);
    if (gates->found == PROGRESS_GOES_ON)
        ui_say(ui, "%s", _("going on where you stopped; :score tells how far that is"));
    else if (gates->found == PROGRESS_OTHER)
        ui_say(ui, "%s", _("what you did before was to another lab or variant: a new start"));
    return limit(ui);
}

bool ui_begin_gates(struct ui *ui, char *error, size_t size)
{
    const struct lab *lab = session_run(ui->session, SESSION_ORIGINAL)->lab;
    struct gates *gates = gates_open(lab, ui->offer, error, size);

    if (gates == NULL)
        return false;
    snprintf(error, size, "%s", _("out of memory"));
    return ui_attach_gates(ui, gates);
}

/* Who has looked around freely wants to be asked now. */
static void begin(struct ui *ui)
{
    char why[EXERCISE_WHY_SIZE];

    if (ui->gates != NULL)
        open_box(ui, OVERLAY_SCORE);
    else if (ui->has_other)
        ui_refuse(ui, 0, "%s",
                  _("questions are about the run as the lab has it: first take back what was "
                    "done (z)"));
    else if (!ui_begin_gates(ui, why, sizeof(why)))
        ui_refuse(ui, 0, "%s", why);
    else {
        ui_log(ui, "questions");
        if (ui->message.text[0] == '\0')
            ui_say(ui, "%s", _("Right goes on, up to the first page or question"));
    }
}

/* Something was done to the attempt. */
static void changed(struct ui *ui)
{
    uint32_t shown = gates_shown(ui->gates);
    bool kept = gates_changed(ui->gates);
    int error = errno;

    if (gates_shown(ui->gates) != shown)
        limit(ui);
    if (!kept)
        ui_refuse(ui, 0, _("your progress cannot be kept in %s: %s"), ui->gates->path,
                  strerror(error));
}

static void show_gate(struct ui *ui, size_t gate)
{
    ui->exercise.gate = gate;
    ui->exercise.verdict = EXERCISE_RIGHT;
    ui->exercise.say = NULL;
    open_box(ui, OVERLAY_GATE);
}

bool ui_meet_gate(struct ui *ui)
{
    if (!gates_hide(ui->gates) || ui->side != SESSION_ORIGINAL)
        return false;
    show_gate(ui, ui->gates->next);
    return true;
}

/* ---- Going on ---- */

static void step_on(struct ui *ui)
{
    struct order step = { .verb = ORDER_STEP };

    obey_move(ui, &step);
}

/* Behind GATE, which is settled, that of the same place comes at once. */
static void go_on(struct ui *ui, size_t gate)
{
    const struct gates *gates = ui->gates;
    const struct exercise_gate *all = gates->exercise->gates;

    open_box(ui, OVERLAY_NONE);
    if (!gates_hide(gates))
        open_box(ui, OVERLAY_SCORE);
    else if (all[gates->next].shown == all[gate].shown)
        show_gate(ui, gates->next);
    else
        step_on(ui);
}

/* The gate that orders are about: the one in the box, else the next one. */
static size_t gate_at_hand(const struct ui *ui)
{
    return ui->overlay == OVERLAY_GATE ? ui->exercise.gate : ui->gates->next;
}

static void read_on(struct ui *ui)
{
    size_t gate = gate_at_hand(ui);
    uint32_t shown = gates_shown(ui->gates);

    if (ui->overlay != OVERLAY_GATE) { /* it was typed: one has to see it first */
        step_on(ui);
        return;
    }
    gates_read(ui->gates, gate);
    if (!gates_is_settled(ui->gates, gate)) {
        ui_refuse(ui, 0, "%s", _("first answer it; ? is a hint, :pass gives it up"));
        return;
    }
    if (gates_shown(ui->gates) != shown && !limit(ui))
        return;
    ui_log(ui, "read");
    go_on(ui, gate);
}

/* ---- Questions ---- */

/* The question that waits, in its box, the cursor in front of what it hides; LAB_NONE,
 * and it has been said: none does. */
static size_t question_at_hand(struct ui *ui)
{
    size_t gate = gate_at_hand(ui);

    if (gate >= ui->gates->exercise->gate_count) {
        ui_refuse(ui, 0, "%s", _("all questions are done: :score"));
        return LAB_NONE;
    }
    if (ui->overlay != OVERLAY_GATE) {
        struct order end = { .verb = ORDER_END };

        ui->overlay = OVERLAY_NONE;
        obey_move(ui, &end);
        memset(&ui->message, 0, sizeof(ui->message));
        show_gate(ui, gate);
    }
    if (!ui->gates->exercise->gates[gate].is_page && !gates_is_settled(ui->gates, gate))
        return ui->gates->exercise->gates[gate].index;
    ui_say(ui, "%s", _("nothing is asked here: Enter goes on"));
    return LAB_NONE;
}

static void try_answer(struct ui *ui, size_t question, const char *text)
{
    struct exercise_judgement j;

    if (!attempt_try(ui->gates->attempt, question, text, &j)) {
        ui_refuse(ui, 0, "%s", _("no more tries: :pass goes on"));
        return;
    }
    ui->exercise.verdict = j.verdict;
    ui->exercise.say = j.say;
    if (j.verdict == EXERCISE_UNREADABLE) { /* it is often long: the box has room */
        snprintf(ui->exercise.why, sizeof(ui->exercise.why), "%s", j.why);
        ui_refuse(ui, 0, "%s",
                  _("no answer yet, which costs nothing: mend it; ? is a hint, pass gives it up"));
        open_box_at_end(ui, OVERLAY_GATE);
        return;
    }
    ui_log(ui, "answer %.*s", ORDER_TEXT_SIZE - 10, text);
    changed(ui);
    open_box_at_end(ui, OVERLAY_GATE);
}

static void hint(struct ui *ui);
static void pass(struct ui *ui);

/* What the quiz takes for a word of its own is one here, too; also behind a colon. */
static void answer(struct ui *ui, const char *text)
{
    size_t question = question_at_hand(ui);

    if (question == LAB_NONE)
        return;
    switch (quiz_word(text + (text[0] == ':'))) {
    case QUIZ_HINT: hint(ui); break;
    case QUIZ_PASS: pass(ui); break;
    case QUIZ_NONE: break;
    default: try_answer(ui, question, text); break;
    }
}

static void hint_of_task(struct ui *ui)
{
    const struct lab_task *task = &ui->gates->exercise->tasks[ui->exercise.task];

    if (ui->exercise.hints == task->hint_count) {
        ui_refuse(ui, 0, "%s", _("there is no other hint"));
        return;
    }
    ui->exercise.hints++;
    ui_log(ui, "hint");
    open_box_at_end(ui, OVERLAY_TASK);
}

static void hint(struct ui *ui)
{
    size_t question;

    if (ui->overlay == OVERLAY_TASK ||
        (!gates_hide(ui->gates) && ui->gates->exercise->lab->task_count > 0)) {
        hint_of_task(ui);
        return;
    }
    question = question_at_hand(ui);
    if (question == LAB_NONE)
        return;
    if (attempt_hint(ui->gates->attempt, question) == NULL) {
        ui_refuse(ui, 0, "%s", _("there is no other hint; :pass gives the question up"));
        return;
    }
    if (ui->exercise.verdict == EXERCISE_UNREADABLE) /* it was not meant as an answer */
        ui->exercise.verdict = EXERCISE_RIGHT;
    ui_log(ui, "hint");
    changed(ui);
    open_box_at_end(ui, OVERLAY_GATE);
}

static void pass(struct ui *ui)
{
    size_t question = question_at_hand(ui);

    if (question == LAB_NONE || !attempt_pass(ui->gates->attempt, question))
        return;
    ui_log(ui, "pass");
    changed(ui);
    open_box_at_end(ui, OVERLAY_GATE);
}

/* ---- Tasks ---- */

static bool tasks_are_open(struct ui *ui)
{
    if (ui->gates->exercise->lab->task_count == 0)
        return ui_refuse(ui, 0, "%s", _("this lab has no tasks"));
    return !gates_hide(ui->gates) ||
           ui_refuse(ui, 0, "%s", _("tasks come when all questions are answered, or passed"));
}

static void task(struct ui *ui, const char *name)
{
    const struct lab *lab = ui->gates->exercise->lab;
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    if (!tasks_are_open(ui))
        return;
    nearest_begin(&near, name);
    for (size_t i = 0; i < lab->task_count; i++) {
        nearest_offer(&near, lab->tasks[i].name);
        if (name[0] != '\0' && strcmp(lab->tasks[i].name, name) != 0)
            continue;
        if (name[0] != '\0' && ui->exercise.task != i)
            ui->exercise.hints = 0;
        ui->exercise.task = name[0] != '\0' ? i : ui->exercise.task;
        ui_log(ui, "task %s", lab->tasks[ui->exercise.task].name);
        open_box(ui, OVERLAY_TASK);
        return;
    }
    ui_refuse(ui, 0, _("there is no task \"%s\"%s"), name,
              nearest_clause(&near, clause, sizeof(clause)));
}

static void check(struct ui *ui)
{
    size_t count = session_deed_count(ui->session);
    char why[ORDER_TEXT_SIZE];

    if (!tasks_are_open(ui))
        return;
    if (!attempt_do(ui->gates->attempt, ui->exercise.task,
                    count > 0 ? session_deed(ui->session, 0) : NULL, count, NULL, why,
                    sizeof(why))) {
        ui_refuse(ui, 0, "%s", why);
        return;
    }
    ui_log(ui, "check");
    changed(ui);
    open_box_at_end(ui, OVERLAY_TASK);
}

/* ---- Handing in ---- */

static bool write_submission(FILE *out, const void *what)
{
    const struct gates *gates = what;

    submission_write(gates->attempt, &gates->head, out);
    return ferror(out) == 0;
}

/* What was done to the run, and will be missed by who believes it handed in. */
static bool is_unjudged(const struct ui *ui)
{
    size_t count = session_deed_count(ui->session);

    return count > 0 && ui->gates->exercise->lab->task_count > 0 &&
           !attempt_has_judged(ui->gates->attempt, session_deed(ui->session, 0), count);
}

static void submit(struct ui *ui, const struct order *order)
{
    const char *name = order->argument;

    if (!ui_write_file(ui, order, write_submission, ui->gates))
        return;
    ui_log(ui, "%s %s", order_help_of(order->verb)->name, name);
    if (is_unjudged(ui))
        ui_say(ui, _("written, but what you did to the run was not judged: T, then Enter; %s"),
               name);
    else if (ui->gates->head.student == NULL)
        ui_say(ui, _("written, but it does not say whose it is (--student ID); %s"), name);
    else
        ui_say(ui, _("written: hand in %s"), name);
}

static bool obey(struct ui *ui, const struct order *order)
{
    switch (order->verb) {
    case ORDER_QUESTIONS: begin(ui); return true;
    case ORDER_READ: read_on(ui); return true;
    case ORDER_ANSWER: answer(ui, order->argument); return true;
    case ORDER_HINT: hint(ui); return true;
    case ORDER_PASS: pass(ui); return true;
    case ORDER_TASK: task(ui, order->argument); return true;
    case ORDER_CHECK: check(ui); return true;
    case ORDER_SCORE: open_box(ui, OVERLAY_SCORE); return true;
    case ORDER_SUBMIT:
    case ORDER_SUBMIT_OVER: submit(ui, order); return true;
    default: return false;
    }
}

bool obey_gate(struct ui *ui, const struct order *order)
{
    /* They stand together in orders.def. */
    bool is_one = order->verb >= ORDER_QUESTIONS && order->verb <= ORDER_SUBMIT_OVER;

    if (is_one && ui->gates != NULL)
        return obey(ui, order);
    if (is_one && ui->offer == NULL)
        ui_refuse(ui, 0, "%s", _("nothing is asked here: this run is of no lab with questions, "
                                 "or was changed by an option"));
    else if (order->verb == ORDER_QUESTIONS)
        begin(ui);
    else if (is_one)
        ui_refuse(ui, 0, "%s", _("nothing is asked yet: A (:questions) begins"));
    return is_one;
}
