#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/exercise_check.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/text.h"

/* What is taken for the right answer besides that itself, for who sets questions. */

struct taken {
    int64_t from, to;
};

static int64_t round_to(int64_t value, int64_t place)
{
    int64_t rest = value % place;

    if (2 * rest >= place)
        return value - rest + place;
    return 2 * rest <= -place ? value - rest - place : value - rest;
}

/* All that is the same as RIGHT to TOLERANCE, in round numbers. */
static struct taken round_span(int64_t right, int64_t tolerance)
{
    int64_t place = 1;
    struct taken span = { right - tolerance, right + tolerance };

    while (place <= tolerance / 50)
        place *= 10;
    span.from = round_to(span.from, place);
    span.to = round_to(span.to, place);
    if (span.from < right - tolerance)
        span.from += place;
    if (span.to > right + tolerance)
        span.to -= place;
    return span;
}

/* Writes the shortest rounding that is right, unless it lies in SPAN. */
static void find_rounding(const struct exercise *e, size_t index, struct taken span, char *out,
                          size_t size)
{
    const struct exercise_question *q = &e->questions[index];
    int64_t place = 1;

    out[0] = '\0';
    while (place <= HOURS / 10)
        place *= 10;
    for (; place > 1; place /= 10) {
        int64_t rounded = round_to(q->right, place);
        struct exercise_judgement j;

        answer_format(q->type, rounded, out, size);
        exercise_judge(e, index, out, &j);
        if (j.verdict == EXERCISE_RIGHT && (rounded < span.from || rounded > span.to))
            return;
        out[0] = '\0';
        if (rounded >= span.from && rounded <= span.to)
            return;
    }
}

size_t exercise_span_text(const struct exercise *e, size_t index, char *out, size_t size)
{
    const struct exercise_question *q = &e->questions[index];
    int64_t near = q->within > 0 ? q->within : (int64_t)answer_tolerance(q->type, q->right);
    char from[ANSWER_TEXT_SIZE], to[ANSWER_TEXT_SIZE], rounded[ANSWER_TEXT_SIZE] = "";
    struct taken span;

    if (size > 0)
        out[0] = '\0';
    if (q->is_void || q->asked->answer == NULL || near == 0 || q->right > INT64_MAX / 4 ||
        q->right < INT64_MIN / 4 || near > INT64_MAX / 4)
        return 0;
    span = (struct taken){ q->right - near, q->right + near };
    if (q->within == 0) {
        span = round_span(q->right, near);
        find_rounding(e, index, span, rounded, sizeof(rounded));
    }
    answer_format(q->type, span.from, from, sizeof(from));
    answer_format(q->type, span.to, to, sizeof(to));
    if (rounded[0] == '\0')
        return (size_t)snprintf(out, size, _("%s to %s"), from, to);
    return (size_t)snprintf(out, size, _("%s to %s; rounded: %s"), from, to, rounded);
}

static void print_span(const struct exercise *e, size_t index, FILE *out)
{
    char right[EXERCISE_ANSWER_SIZE], also[2 * EXERCISE_ANSWER_SIZE];

    if (exercise_span_text(e, index, also, sizeof(also)) == 0)
        return;
    exercise_right_text(e, index, right, sizeof(right));
    fprintf(out, _("    %s: %s, also %s\n"), e->lab->questions[index].name, right, also);
}

void exercise_print_notes(const struct lab *lab, FILE *out)
{
    char why[EXERCISE_WHY_SIZE];
    bool is_quiet = lab->question_count + lab->check_count == 0;
    struct exercise *e = is_quiet ? NULL : exercise_open(lab, NULL, why, sizeof(why));

    if (e == NULL)
        return;
    for (size_t i = 0; i < lab->check_count; i++)
        if (!e->simulation.checks[i].held)
            fprintf(out, _("    note: its check %zu does not hold: %s\n"), i + 1,
                    lab->checks[i].expression);
    for (size_t i = 0; i < lab->question_count; i++)
        print_span(e, i, out);
    exercise_close(e);
}
