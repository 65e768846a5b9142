#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/markdown.h"
#include "tools/lib/quiz_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum { WIDTH_MAX = 100 }; /* longer lines of text are hard to read */

/* ---- Words out ---- */

int quiz_width(const struct quiz *q)
{
    int width = q->o->ladder.width > 0 ? q->o->ladder.width : LADDER_WIDTH_DEFAULT;

    return width < WIDTH_MAX ? width : WIDTH_MAX;
}

void quiz_say(struct quiz *q, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int len;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    ASSERT(len >= 0);
    utf8_print_clean(q->out, text, true);
    free(text);
    q->gap = false;
}

void quiz_gap(struct quiz *q)
{
    if (!q->gap)
        fputc('\n', q->out);
    q->gap = true;
}

void quiz_text(struct quiz *q, const char *markdown)
{
    markdown_print(markdown, quiz_width(q), q->out);
    q->gap = false;
}

void quiz_tell(struct quiz *q, const char *before, const char *markdown)
{
    char *text = NULL;
    int len = asprintf(&text, "%s%s", before, markdown);

    ASSERT(len >= 0);
    quiz_text(q, text);
    free(text);
}

void quiz_wrap(struct quiz *q, const char *format, ...)
{
    char *text = NULL, *at;
    va_list args;
    int len;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    ASSERT(len >= 0);
    for (at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t piece = canvas_text_break(at, quiz_width(q));

        quiz_say(q, "%.*s\n", (int)piece, at);
        at += piece;
    }
    free(text);
}

const char *quiz_stop(const char *why)
{
    size_t len = strlen(why);

    return len > 0 && why[len - 1] == '?' ? "" : ".";
}

const char *quiz_points(int64_t points, char *out, size_t size)
{
    snprintf(out, size, points == 1 ? _("%lld point") : _("%lld points"), (long long)points);
    return out;
}

/* ---- Lines in ---- */

static void trim(char *line)
{
    size_t start = strspn(line, " \t\r\n"), len = strlen(line);

    while (len > start && strchr(" \t\r\n", line[len - 1]) != NULL)
        len--;
    memmove(line, line + start, len - start);
    line[len - start] = '\0';
}

enum quiz_word quiz_word(const char *line)
{
    static const struct {
        const char *word;
        enum quiz_word means;
    } words[] = { { "?", QUIZ_HINT },    { "hint", QUIZ_HINT }, { "pass", QUIZ_PASS },
                  { "quit", QUIZ_QUIT }, { "help", QUIZ_HELP }, { "", QUIZ_NONE } };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(line, words[i].word) == 0)
            return words[i].means;
    return QUIZ_ANSWER;
}

enum quiz_word quiz_listen(struct quiz *q, const char *name)
{
    const struct quiz_input *input = &q->o->input;

    for (;;) {
        enum quiz_read got;

        fputs("> ", q->out);
        q->gap = false;
        fflush(q->out);
        got = input->read(input->context, name, q->line, sizeof(q->line));
        if (got == QUIZ_READ_END) {
            q->line[0] = '\0';
            fputc('\n', q->out);
            return QUIZ_END;
        }
        if (input->echo)
            quiz_say(q, "%s\n", q->line);
        trim(q->line);
        if (got == QUIZ_READ_LINE)
            return quiz_word(q->line);
        quiz_say(q, _("This line is too long: write at most %d bytes.\n"), ATTEMPT_TEXT_MAX);
    }
}

void quiz_changed(struct quiz *q)
{
    if (q->o->changed != NULL)
        q->o->changed(q->o->context);
}
