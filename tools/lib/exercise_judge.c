#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/exercise_parts.h"
#include "tools/lib/text.h"

enum { CHOICE_TEXT_SIZE = 500 };

/* ---- Values ---- */

/* VALUE, written to HALF, is RIGHT; within NEAR of it, where the lab says so. */
static bool fits(const struct exercise_question *q, int64_t right, int64_t near, int64_t value,
                 int64_t half)
{
    if (near > 0)
        return answer_distance(right, value) <= (uint64_t)near;
    return answer_same(q->type, right, value) || answer_is_rounded(right, value, half);
}

/* The same as the right answer, whatever the mistakes are. */
static bool is_right(const struct exercise_question *q, int64_t value)
{
    return answer_same(q->type, q->right, value) && fits(q, q->right, q->within, value, 0);
}

/* The mistake that VALUE is nearest to, of those that it fits; or LAB_NONE. */
static size_t nearest_mistake(const struct exercise_question *q, int64_t value, int64_t half)
{
    size_t nearest = LAB_NONE;

    for (size_t i = 0; i < q->asked->mistake_count; i++) {
        const struct exercise_mistake *mistake = &q->mistakes[i];

        if (mistake->computed && fits(q, mistake->value, 0, value, half) &&
            (nearest == LAB_NONE || answer_distance(mistake->value, value) <
                                        answer_distance(q->mistakes[nearest].value, value)))
            nearest = i;
    }
    return nearest;
}

/* Which mistake VALUE is, if any, before it is taken for near enough. */
static size_t find_mistake(const struct exercise_question *q, int64_t value, int64_t half)
{
    size_t mistake = nearest_mistake(q, value, 0);

    if (mistake != LAB_NONE)
        return mistake;
    mistake = nearest_mistake(q, value, half);
    if (mistake != LAB_NONE && fits(q, q->right, q->within, value, half) &&
        answer_distance(q->right, value) <= answer_distance(q->mistakes[mistake].value, value))
        return LAB_NONE;
    return mistake;
}

static void judge_value(const struct exercise_question *q, const char *text,
                        struct exercise_judgement *j)
{
    int64_t value, half = answer_half_place(q->type, text);
    size_t mistake;

    if (!answer_read(q->type, text, &value, j->why, sizeof(j->why))) {
        j->verdict = EXERCISE_UNREADABLE;
        return;
    }
    if (is_right(q, value)) {
        j->verdict = EXERCISE_RIGHT;
        return;
    }
    mistake = find_mistake(q, value, half);
    if (mistake != LAB_NONE) {
        j->verdict = EXERCISE_MISTAKE;
        j->mistake = mistake;
        j->say = q->asked->mistakes[mistake].say;
    } else if (fits(q, q->right, q->within, value, half)) {
        j->verdict = EXERCISE_RIGHT;
    }
}

/* ---- Lists of numbers ---- */

/* One pick of COUNT at *AT: a number from 1, or, if these are LETTERS, a letter from a;
 * SIZE_MAX if neither. Up to 9 things need one digit each, so that 4123 are four, as
 * dabc. */
static size_t take_pick(const char **at, size_t count, bool letters)
{
    size_t number = 0, digits = strspn(*at, "0123456789");
    const char *start = *at;

    if (count < 10 && digits > 1)
        digits = 1;
    if (digits > 0 && digits < 4) {
        for (*at += digits; start < *at; start++)
            number = 10 * number + (size_t)(*start - '0');
        return number - 1;
    }
    (*at)++;
    if (!letters)
        return SIZE_MAX;
    if (*start >= 'a' && *start <= 'z')
        return (size_t)(*start - 'a');
    return *start >= 'A' && *start <= 'Z' ? (size_t)(*start - 'A') : SIZE_MAX;
}

/* Reads "2, 3 1": each at most once, each below COUNT. */
static bool read_picks(const char *text, size_t count, bool letters, struct exercise_picks *picks)
{
    bool taken[LAB_MISTAKES_MAX] = { false };

    picks->count = 0;
    for (text += strspn(text, ", \t\r\n"); *text != '\0'; text += strspn(text, ", \t\r\n")) {
        size_t pick = take_pick(&text, count, letters);

        if (pick >= count || taken[pick])
            return false;
        taken[pick] = true;
        picks->at[picks->count++] = pick;
    }
    return picks->count > 0;
}

/* ---- Texts of choices ---- */

/* The letters and digits of the LEN bytes at TEXT, in small letters: people leave out
 * full stops and quotes. */
static void squeeze_choice(const char *text, size_t len, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < len && used + 1 < size; i++)
        if (isalnum((unsigned char)text[i]) || ((uint8_t)text[i] & 0x80) != 0)
            out[used++] = (char)tolower((unsigned char)text[i]);
    out[used] = '\0';
}

/* The place of the choice that the LEN bytes at TEXT say, or SIZE_MAX. */
static size_t find_choice(const struct exercise_question *q, const char *text, size_t len)
{
    char typed[CHOICE_TEXT_SIZE], known[CHOICE_TEXT_SIZE];
    size_t found = SIZE_MAX;

    squeeze_choice(text, len, typed, sizeof(typed));
    for (size_t i = 0; i < q->asked->choice_count && typed[0] != '\0'; i++) {
        const char *choice = q->asked->choices[q->shown[i]].text;

        squeeze_choice(choice, strlen(choice), known, sizeof(known));
        if (strcmp(typed, known) != 0)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX; /* two say the same */
        found = i;
    }
    return found;
}

/* Reads the texts of choices, SEPARATOR between; a text may have one itself. */
static bool read_choices(const struct exercise_question *q, const char *text, char separator,
                         struct exercise_picks *picks)
{
    const char stop[] = { separator, '\0' };
    bool taken[LAB_MISTAKES_MAX] = { false };

    picks->count = 0;
    while (*text != '\0') {
        size_t len = strlen(text), pick = find_choice(q, text, len);

        if (pick == SIZE_MAX) {
            len = strcspn(text, stop);
            pick = find_choice(q, text, len);
        }
        if (pick == SIZE_MAX || taken[pick])
            return false;
        taken[pick] = true;
        picks->at[picks->count++] = pick;
        text += len + (text[len] == separator);
    }
    return picks->count > 0;
}

/* Numbers; or, where choices are called so, texts; else letters. */
static bool read_any(const struct exercise_question *q, const char *text,
                     struct exercise_picks *picks)
{
    size_t count = q->asked->choice_count + q->asked->item_count;

    return read_picks(text, count, false, picks) || read_choices(q, text, ';', picks) ||
           read_choices(q, text, ',', picks) || read_picks(text, count, true, picks);
}

/* ---- Choices and items ---- */

static void judge_choices(const struct exercise_question *q, const struct exercise_picks *picks,
                          struct exercise_judgement *j)
{
    bool picked[LAB_MISTAKES_MAX] = { false };
    size_t count = q->asked->choice_count;
    bool single = q->asked->kind == LAB_ASK_CHOICE, right = true;

    for (size_t i = 0; i < picks->count; i++)
        picked[q->shown[picks->at[i]]] = true;
    if (single && q->chosen[q->shown[picks->at[0]]]) {
        j->verdict = EXERCISE_RIGHT;
        return;
    }
    /* First what was chosen wrongly, then what is missing. */
    for (size_t i = 0; i < 2 * count; i++) {
        const struct lab_choice *choice = &q->asked->choices[i % count];
        bool wrong = picked[i % count] != q->chosen[i % count] && picked[i % count] == (i < count);

        right = right && !wrong;
        if (!wrong || choice->say == NULL || (single && i >= count))
            continue;
        j->verdict = EXERCISE_MISTAKE;
        j->mistake = i % count;
        j->say = choice->say;
        return;
    }
    if (right)
        j->verdict = EXERCISE_RIGHT;
}

/* Items that happen at one moment may stand either way. */
static void judge_order(const struct exercise_question *q, const struct exercise_picks *picks,
                        struct exercise_judgement *j)
{
    for (size_t i = 1; i < picks->count; i++)
        if (exercise_moment_compare(&q->happens[q->shown[picks->at[i - 1]]],
                                    &q->happens[q->shown[picks->at[i]]]) > 0)
            return;
    j->verdict = EXERCISE_RIGHT;
}

static void judge_picks(const struct exercise *e, size_t index, const char *text,
                        struct exercise_judgement *j)
{
    const struct exercise_question *q = &e->questions[index];
    bool is_order = q->asked->kind == LAB_ASK_ORDER;
    struct exercise_picks picks;
    char wanted[EXERCISE_ANSWER_SIZE];

    if (!read_any(q, text, &picks) || (is_order && picks.count != q->asked->item_count) ||
        (q->asked->kind == LAB_ASK_CHOICE && picks.count != 1)) {
        exercise_wanted(e, index, wanted, sizeof(wanted));
        snprintf(j->why, sizeof(j->why), _("write %s"), wanted);
        j->verdict = EXERCISE_UNREADABLE;
    } else if (is_order) {
        judge_order(q, &picks, j);
    } else {
        judge_choices(q, &picks, j);
    }
}

void exercise_judge(const struct exercise *e, size_t index, const char *text,
                    struct exercise_judgement *j)
{
    const struct exercise_question *q = &e->questions[index];

    ASSERT(!q->is_void);
    *j = (struct exercise_judgement){ .verdict = EXERCISE_WRONG };
    if (q->asked->answer != NULL) {
        judge_value(q, text, j);
    } else if (q->asked->kind != LAB_ASK_TEXT) {
        judge_picks(e, index, text, j);
    } else if (text[strspn(text, " \t\r\n")] != '\0') {
        j->verdict = EXERCISE_PENDING;
    } else {
        j->verdict = EXERCISE_UNREADABLE;
        snprintf(j->why, sizeof(j->why), "%s", _("nothing is written: write a sentence"));
    }
}

/* ---- What is right, and what is wanted ---- */

/* "1, 3", from places counted from 0. */
static size_t format_picks(const struct exercise_picks *picks, const char *between, char *out,
                           size_t size)
{
    size_t len = 0;

    if (size > 0)
        out[0] = '\0';
    for (size_t i = 0; i < picks->count; i++)
        len += (size_t)snprintf(out + min_size(len, size), size - min_size(len, size), "%s%zu",
                                i > 0 ? between : "", picks->at[i] + 1);
    return len;
}

/* The places of the items, in the order in which they happen. */
static void right_order(const struct exercise_question *q, struct exercise_picks *picks)
{
    for (size_t i = 0; i < q->asked->item_count; i++) {
        size_t at = picks->count++;

        for (; at > 0 && exercise_moment_compare(&q->happens[q->shown[picks->at[at - 1]]],
                                                 &q->happens[q->shown[i]]) > 0;
             at--)
            picks->at[at] = picks->at[at - 1];
        picks->at[at] = i;
    }
}

size_t exercise_right_text(const struct exercise *e, size_t index, char *out, size_t size)
{
    const struct exercise_question *q = &e->questions[index];
    struct exercise_picks picks = { .count = 0 };

    if (q->asked->answer != NULL)
        return answer_format(q->type, q->right, out, size);
    if (q->asked->kind == LAB_ASK_ORDER) {
        right_order(q, &picks);
        return format_picks(&picks, " ", out, size);
    }
    for (size_t i = 0; i < q->asked->choice_count; i++)
        if (q->chosen[q->shown[i]] && (q->asked->kind == LAB_ASK_CHOICES || picks.count == 0))
            picks.at[picks.count++] = i;
    return format_picks(&picks, ", ", out, size);
}

size_t exercise_mistake_text(const struct exercise *e, size_t index, size_t number, char *out,
                             size_t size)
{
    const struct exercise_question *q = &e->questions[index];

    if (q->mistakes[number].computed)
        return answer_format(q->type, q->mistakes[number].value, out, size);
    return (size_t)snprintf(out, size, "%s", "");
}

size_t exercise_wanted(const struct exercise *e, size_t index, char *out, size_t size)
{
    const struct exercise_question *q = &e->questions[index];

    switch (q->asked->kind) {
    case LAB_ASK_CHOICE:
        return (size_t)snprintf(out, size, _("one number from 1 to %zu"), q->asked->choice_count);
    case LAB_ASK_CHOICES:
        return (size_t)snprintf(out, size, _("all that are right, such as 1, %zu"),
                                q->asked->choice_count);
    case LAB_ASK_ORDER:
        return (size_t)snprintf(out, size, _("the numbers 1 to %zu in the order of the run"),
                                q->asked->item_count);
    case LAB_ASK_TEXT: return (size_t)snprintf(out, size, "%s", _("a sentence"));
    default: return (size_t)snprintf(out, size, "%s", answer_wanted(q->type));
    }
}
