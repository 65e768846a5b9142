#include "tools/lib/quiz_answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/text.h"

enum { ANSWERS_BYTES_MAX = 1024 * 1024, ASKED_MAX = LAB_QUESTIONS_MAX + LAB_TASKS_MAX };

struct entry {
    size_t asked; /* number of the question; or of the task, behind them */
    char *text;
};

struct quiz_answers {
    const struct lab *lab;
    struct entry *entries;
    size_t count;
    size_t next[ASKED_MAX]; /* by what is asked: its first entry that was not read */
};

/* ---- Names ---- */

static size_t asked_count(const struct lab *lab)
{
    return lab->question_count + lab->task_count;
}

static const char *asked_name(const struct lab *lab, size_t asked)
{
    return asked < lab->question_count ? lab->questions[asked].name
                                       : lab->tasks[asked - lab->question_count].name;
}

/* What the LEN bytes at NAME call, or LAB_NONE. */
static size_t find(const struct lab *lab, const char *name, size_t len)
{
    for (size_t i = 0; i < asked_count(lab); i++)
        if (strlen(asked_name(lab, i)) == len && memcmp(asked_name(lab, i), name, len) == 0)
            return i;
    return LAB_NONE;
}

static void unknown(const struct lab *lab, struct mark mark, const char *at, size_t len,
                    struct diagnostics *d)
{
    char name[LAB_TITLE_MAX + 1], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    snprintf(name, sizeof(name), "%.*s", (int)min_size(len, LAB_TITLE_MAX), at);
    nearest_begin(&near, name);
    for (size_t i = 0; i < asked_count(lab); i++)
        nearest_offer(&near, asked_name(lab, i));
    diagnostic_error(d, mark, _("this lab has no question or task \"%s\"%s"), name,
                     nearest_clause(&near, clause, sizeof(clause)));
}

/* ---- Reading ---- */

static size_t blanks(const char *at, size_t len)
{
    size_t count = 0;

    while (count < len && (at[count] == ' ' || at[count] == '\t' || at[count] == '\r'))
        count++;
    return count;
}

/* One line of S, LEN bytes at LINE. */
static void take_line(struct quiz_answers *a, const struct source *s, uint32_t number,
                      const char *line, size_t len, struct diagnostics *d)
{
    size_t start = blanks(line, len), asked;
    const char *colon = memchr(line, ':', len);
    struct mark mark = { s, number, (uint32_t)start + 1, 1 };

    if (start == len || line[start] == '#')
        return;
    if (colon == NULL) {
        diagnostic_error(d, mark, _("no answer: write NAME: ANSWER"));
        return;
    }
    mark.length = (uint32_t)min_size((size_t)(colon - line) - start, LAB_TITLE_MAX);
    asked = find(a->lab, line + start, (size_t)(colon - line) - start);
    if (asked == LAB_NONE) {
        unknown(a->lab, mark, line + start, (size_t)(colon - line) - start, d);
        return;
    }
    colon++;
    start = (size_t)(colon - line);
    a->entries[a->count].asked = asked;
    a->entries[a->count].text = strndup(colon, len - start);
    ASSERT(a->entries[a->count].text != NULL);
    a->count++;
}

static void take_lines(struct quiz_answers *a, const struct source *s, struct diagnostics *d)
{
    const char *at = s->text, *end = s->text + s->len;

    for (uint32_t number = 1; at < end && !diagnostics_crowded(d); number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop != NULL ? stop : end) - at);

        take_line(a, s, number, at, len, d);
        at += len + 1;
    }
}

static size_t count_lines(const char *text, size_t len)
{
    size_t count = 1;

    for (size_t i = 0; i < len; i++)
        count += text[i] == '\n';
    return count;
}

struct quiz_answers *quiz_answers_parse(const char *text, size_t len, const char *name,
                                        const struct lab *lab, struct diagnostics *d)
{
    struct quiz_answers *a = calloc(1, sizeof(*a));
    size_t before = d->total;
    struct source s;

    ASSERT(a != NULL);
    a->lab = lab;
    a->entries = calloc(count_lines(text, min_size(len, ANSWERS_BYTES_MAX)), sizeof(*a->entries));
    ASSERT(a->entries != NULL);
    source_init(&s, name, text, len);
    if (len > ANSWERS_BYTES_MAX)
        diagnostic_name_error(d, name, _("answers have at most %d bytes"), ANSWERS_BYTES_MAX);
    else if (memchr(text, '\0', len) != NULL)
        diagnostic_name_error(d, name, _("this is no text: it holds a zero byte"));
    else
        take_lines(a, &s, d);
    source_free(&s);
    if (d->total == before)
        return a;
    quiz_answers_free(a);
    return NULL;
}

struct quiz_answers *quiz_answers_load(const char *path, const struct lab *lab,
                                       struct diagnostics *d)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char *text = calloc(1, ANSWERS_BYTES_MAX + 2);
    struct quiz_answers *a = NULL;
    size_t len = 0;

    ASSERT(text != NULL);
    if (file != NULL)
        len = fread(text, 1, ANSWERS_BYTES_MAX + 1, file);
    if (file == NULL || ferror(file)) {
        d->unreadable = true;
        diagnostic_name_error(d, path, _("cannot be read: %s"), strerror(errno));
    } else {
        a = quiz_answers_parse(text, len, path, lab, d);
    }
    free(text);
    if (file != NULL && !is_stdin)
        fclose(file);
    return a;
}

void quiz_answers_free(struct quiz_answers *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->count; i++)
        free(a->entries[i].text);
    free(a->entries);
    free(a);
}

/* ---- Giving ---- */

enum quiz_read quiz_answers_read(void *context, const char *name, char *line, size_t size)
{
    struct quiz_answers *a = context;
    size_t asked = find(a->lab, name, strlen(name)), *next;
    const char *text;

    line[0] = '\0';
    if (asked == LAB_NONE)
        return QUIZ_READ_END;
    next = &a->next[asked];
    while (*next < a->count && a->entries[*next].asked != asked)
        (*next)++;
    if (*next == a->count)
        return QUIZ_READ_END;
    text = a->entries[(*next)++].text;
    text += blanks(text, strlen(text));
    return (size_t)snprintf(line, size, "%s", text) < size ? QUIZ_READ_LINE : QUIZ_READ_TOO_LONG;
}
