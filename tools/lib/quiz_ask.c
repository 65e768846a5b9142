#include <inttypes.h>
#include <string.h>

#include "tools/lib/exercise_header.h"
#include "tools/lib/quiz_parts.h"
#include "tools/lib/text.h"

/* ---- Asking ---- */

static void show_choices(struct quiz *q, const struct exercise_question *question)
{
    char number[24];

    for (size_t i = 0; i < question->asked->choice_count; i++) {
        snprintf(number, sizeof(number), "%zu. ", i + 1);
        quiz_tell(q, number, question->asked->choices[question->shown[i]].text);
    }
    for (size_t i = 0; i < question->asked->item_count; i++) {
        snprintf(number, sizeof(number), "%zu. ", i + 1);
        quiz_tell(q, number, question->asked->items[question->shown[i]].text);
    }
}

static void show_header(struct quiz *q, size_t index)
{
    struct exercise_field fields[EXERCISE_FIELDS_MAX];
    size_t count = exercise_header(q->e, index, fields);

    quiz_say(q, _("In frame %" PRIu32 ":\n"), exercise_frame(q->e, index));
    for (size_t i = 0; i < count; i++)
        quiz_say(q, "  %s%s(%s): %s\n", fields[i].label, fields[i].label[0] != '\0' ? " " : "",
                 fields[i].name, fields[i].is_blank ? _("____, which is asked") : fields[i].value);
}

static void ask(struct quiz *q, size_t index)
{
    const struct exercise_question *question = &q->e->questions[index];
    char wanted[EXERCISE_ANSWER_SIZE];

    quiz_text(q, question->asked->ask);
    if (question->asked->kind == LAB_ASK_FIELD)
        show_header(q, index);
    show_choices(q, question);
    exercise_wanted(q->e, index, wanted, sizeof(wanted));
    quiz_say(q, _("Write %s; or ?, pass, quit, help.\n"), wanted);
}

/* Its place among all that are asked, in the order of the run. */
static void announce(struct quiz *q, size_t index)
{
    const struct lab_question *asked = q->e->questions[index].asked;
    size_t place = 0, count = 0;
    char points[40], left[40] = "";

    for (size_t i = 0; i < q->e->gate_count; i++) {
        if (q->e->gates[i].is_page)
            continue;
        count++;
        if (q->e->gates[i].index == index)
            place = count;
    }
    if (q->a->questions[index].act_count > 0)
        snprintf(left, sizeof(left), _(", %lld left"), (long long)attempt_left(q->a, index));
    quiz_gap(q);
    quiz_say(q, _("Question %zu of %zu, %s%s: %s\n"), place, count,
             quiz_points(asked->points, points, sizeof(points)), left, asked->name);
}

static void tell_hint(struct quiz *q, const struct lab_question *asked, size_t number)
{
    char before[60];

    snprintf(before, sizeof(before), _("Hint %zu of %zu: "), number, asked->hint_count);
    quiz_tell(q, before, asked->hints[number - 1]);
}

/* What was tried and shown before somebody left, and is paid for. */
static void recall(struct quiz *q, size_t index)
{
    const struct attempt_question *before = &q->a->questions[index];

    for (size_t i = 0; i < before->act_count; i++)
        if (before->acts[i].kind == ATTEMPT_TRY)
            quiz_wrap(q, _("Tried before, and wrong: %s"), before->acts[i].text);
    for (size_t i = 1; i <= attempt_open_hints(q->a, index); i++)
        tell_hint(q, q->e->questions[index].asked, i);
}

/* ---- Answering ---- */

static void explain(struct quiz *q, size_t index)
{
    const char *text = q->e->questions[index].asked->explain;

    if (text != NULL)
        quiz_text(q, text);
}

/* What a wrong try has cost, and the hint that it has opened, if any. */
static void tell_cost(struct quiz *q, size_t index, size_t hints_before)
{
    size_t hints = attempt_open_hints(q->a, index);
    char points[40];

    if (hints > hints_before)
        tell_hint(q, q->e->questions[index].asked, hints);
    quiz_say(q, _("Left for the right answer: %s.\n"),
             quiz_points(attempt_left(q->a, index), points, sizeof(points)));
}

static void take_answer(struct quiz *q, size_t index)
{
    size_t hints = attempt_open_hints(q->a, index);
    struct exercise_judgement j;
    char points[40];

    if (!attempt_try(q->a, index, q->line, &j)) {
        quiz_say(q, _("This cannot be taken as an answer: too many tries, or no text. "
                      "pass goes on.\n"));
        return;
    }
    switch (j.verdict) {
    case EXERCISE_UNREADABLE:
        quiz_wrap(q, _("That is no answer yet, and costs nothing: %s%s"), j.why,
                  quiz_stop(j.why));
        return;
    case EXERCISE_RIGHT:
        quiz_say(q, _("Right: %s.\n"),
                 quiz_points(attempt_question_points(q->a, index).got, points, sizeof(points)));
        explain(q, index);
        break;
    case EXERCISE_PENDING:
        quiz_say(q, _("Noted. A teacher will read it.\n"));
        explain(q, index);
        break;
    case EXERCISE_MISTAKE:
    case EXERCISE_WRONG:
        if (j.say != NULL)
            quiz_tell(q, _("No. "), j.say);
        else
            quiz_say(q, _("No.\n"));
        tell_cost(q, index, hints);
        break;
    }
    quiz_changed(q);
}

static void take_hint(struct quiz *q, size_t index)
{
    size_t before = attempt_open_hints(q->a, index);

    if (attempt_hint(q->a, index) == NULL) {
        quiz_say(q, _("There are no more hints.\n"));
        return;
    }
    tell_cost(q, index, before);
    quiz_changed(q);
}

static void give_up(struct quiz *q, size_t index)
{
    char right[EXERCISE_ANSWER_SIZE];

    if (!attempt_pass(q->a, index)) { /* as many acts as can be counted */
        q->left = true;
        return;
    }
    exercise_right_text(q->e, index, right, sizeof(right));
    if (right[0] != '\0')
        quiz_say(q, _("Passed. The right answer is %s.\n"), right);
    else
        quiz_say(q, _("Passed.\n"));
    explain(q, index);
    quiz_changed(q);
}

static void help(struct quiz *q, size_t index)
{
    quiz_say(q,
             _("?     a hint; like a wrong try, it costs %lld of the question's points\n"
               "pass  give up this question, and see the right answer\n"
               "quit  leave; what you have done is kept\n"
               "Anything else is an answer. The question again:\n"),
             (long long)q->e->questions[index].asked->penalty);
    ask(q, index);
}

/* A list of answers holds no more for this question: it is not to block the others. */
static void end_of_lines(struct quiz *q, size_t index)
{
    if (!q->o->input.end_settles) {
        q->left = true;
        return;
    }
    quiz_say(q, _("There is no more answer to this.\n"));
    give_up(q, index);
}

void quiz_ask(struct quiz *q, size_t index)
{
    announce(q, index);
    ask(q, index);
    recall(q, index);
    while (!q->left && !attempt_is_settled(q->a, index) && !ferror(q->out)) {
        switch (quiz_listen(q, q->e->questions[index].asked->name)) {
        case QUIZ_ANSWER: take_answer(q, index); break;
        case QUIZ_HINT: take_hint(q, index); break;
        case QUIZ_PASS: give_up(q, index); break;
        case QUIZ_HELP: help(q, index); break;
        case QUIZ_NONE: break;
        case QUIZ_QUIT: q->left = true; break;
        case QUIZ_END: end_of_lines(q, index); break;
        }
    }
}
