#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/exercise_header.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/grow.h"
#include "tools/lib/lab_memory.h"
#include "tools/lib/lab_text.h"
#include "tools/lib/text.h"

/* The texts of a lab, with the values of the run in them. */

/* Where in the run whoever reads them is. */
struct place {
    struct exercise *e;
    uint32_t events, frame;
};

/* ---- One text ---- */

static void note_gap(struct exercise *e, const char *text, const struct lab_text_piece *piece)
{
    ASSERT(grow(&e->gaps, e->gap_count + 1, &e->gap_room, sizeof(*e->gaps)));
    e->gaps[e->gap_count++] = (struct exercise_gap){ text, piece->at, piece->len };
}

static enum value_type type_in_form(enum value_type type, enum lab_text_form form)
{
    switch (form) {
    case LAB_FORM_NUMBER: return VALUE_NUMBER;
    case LAB_FORM_HEX: return type == VALUE_HEX16 ? type : VALUE_HEX;
    case LAB_FORM_TIME: return VALUE_TIME;
    case LAB_FORM_BYTES: return VALUE_BYTES;
    case LAB_FORM_OWN: break;
    }
    return type;
}

static void put_value(const struct place *at, const char *text, const struct lab_text_piece *piece,
                      FILE *out)
{
    char value[ANSWER_TEXT_SIZE];
    enum value_type type;
    int64_t number;

    if (exercise_evaluate(at->e, at->events, at->frame, at->events, piece->expression, &type,
                          &number)) {
        answer_format(type_in_form(type, piece->form), number, value, sizeof(value));
        fputs(value, out);
    } else {
        note_gap(at->e, text, piece);
        fputs("(?)", out);
    }
}

static const char *tell(const struct place *at, const char *text)
{
    struct lab_text_piece piece;
    enum lab_text_kind kind;
    size_t from = 0, size = 0;
    char *told = NULL;
    const char *kept;
    FILE *out;

    if (text == NULL || !lab_text_has_braces(text))
        return text;
    out = open_memstream(&told, &size);
    ASSERT(out != NULL);
    while ((kind = lab_text_next(text, &from, &piece)) == LAB_TEXT_LETTERS ||
           kind == LAB_TEXT_VALUE) {
        if (kind == LAB_TEXT_VALUE)
            put_value(at, text, &piece, out);
        else
            fwrite(text + piece.at, 1, piece.len, out);
    }
    ASSERT(fclose(out) == 0);
    kept = lab_memory_text(at->e->texts, told, size);
    free(told);
    return kept;
}

/* ---- Several ---- */

static void *copy(const struct place *at, const void *from, size_t count, size_t size)
{
    void *to = lab_memory_take(at->e->texts, count + 1, size);

    if (count > 0)
        memcpy(to, from, count * size);
    return to;
}

static const char **tell_all(const struct place *at, const char *const *texts, size_t count)
{
    const char **told = lab_memory_take(at->e->texts, count + 1, sizeof(*told));

    for (size_t i = 0; i < count; i++)
        told[i] = tell(at, texts[i]);
    return told;
}

/* What is read before the answer, from where the gate is. */
static void tell_asked(const struct place *at, const struct lab_question *from,
                       struct lab_question *told)
{
    told->ask = tell(at, from->ask);
    told->choices = copy(at, from->choices, from->choice_count, sizeof(*told->choices));
    told->items = copy(at, from->items, from->item_count, sizeof(*told->items));
    for (size_t i = 0; i < from->choice_count; i++)
        told->choices[i].text = tell(at, from->choices[i].text);
    for (size_t i = 0; i < from->item_count; i++)
        told->items[i].text = tell(at, from->items[i].text);
}

/* What is read after it, from where answers hold. */
static void tell_answered(const struct place *at, const struct lab_question *from,
                          struct lab_question *told)
{
    told->explain = tell(at, from->explain);
    told->mistakes = copy(at, from->mistakes, from->mistake_count, sizeof(*told->mistakes));
    for (size_t i = 0; i < from->mistake_count; i++)
        told->mistakes[i].say = tell(at, from->mistakes[i].say);
    for (size_t i = 0; i < from->choice_count; i++)
        told->choices[i].say = tell(at, from->choices[i].say);
}

/* ---- The whole ---- */

void exercise_tell_question(struct exercise *e, struct exercise_question *q)
{
    const struct lab_question *from = q->asked;
    struct lab_question *told = lab_memory_take(e->texts, 1, sizeof(*told));
    uint32_t frame = exercise_frame(e, (size_t)(q - e->questions));
    struct place gate = { e, exercise_seen(&from->gate, &q->gate), frame };
    struct place answer = { e, q->evaluated.event, frame };
    size_t gaps = e->gap_count;

    if (from->kind != LAB_ASK_FIELD)
        gate.frame = from->gate.before ? 0 : q->gate.frame;
    *told = *from;
    tell_asked(&gate, from, told);
    q->has_gap = e->gap_count > gaps;
    if (q->has_gap)
        exercise_make_void(q, _("a value in its text cannot be computed in this run"));
    told->hints = tell_all(&gate, from->hints, from->hint_count);
    tell_answered(&answer, from, told);
    q->asked = told;
}

void exercise_tell_pages(struct exercise *e)
{
    const struct lab *lab = e->lab;
    struct lab_page *pages = lab_memory_take(e->texts, lab->page_count + 1, sizeof(*pages));

    for (size_t i = 0; i < lab->page_count; i++) {
        const struct lab_page *from = &lab->pages[i];
        struct exercise_moment moment;
        struct place at = { .e = e };

        pages[i] = *from;
        if (!lab_text_has_braces(from->text))
            continue;
        moment = exercise_resolve(e, &from->gate.moment);
        at.events = exercise_seen(&from->gate, &moment);
        at.frame = from->gate.before ? 0 : moment.frame;
        if (moment.comes)
            pages[i].text = tell(&at, from->text);
    }
    e->pages = pages;
}

void exercise_tell_tasks(struct exercise *e)
{
    const struct lab *lab = e->lab;
    struct lab_task *tasks = lab_memory_take(e->texts, lab->task_count + 1, sizeof(*tasks));
    struct place at = { e, e->simulation.trace.events.count, 0 };

    for (size_t i = 0; i < lab->task_count; i++) {
        tasks[i] = lab->tasks[i];
        tasks[i].ask = tell(&at, tasks[i].ask);
        tasks[i].hints = tell_all(&at, tasks[i].hints, tasks[i].hint_count);
    }
    e->tasks = tasks;
}
