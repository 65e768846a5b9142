#include "tools/lib/markdown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/canvas.h"
#include "tools/lib/utf8.h"

enum { WIDTH_MIN = 10, INDENT_MAX = 8 };

struct writer {
    int width;
    void (*line)(void *context, const char *line, enum markdown_kind kind);
    void *context;
    char *raw;       /* the lines of the paragraph, joined, with their marks: one may */
    size_t raw_len;  /* span two lines */
    char *paragraph; /* the same without marks */
    size_t len;
    int first, rest;  /* columns before its first line, and the others */
    const char *sign; /* before the first: "- ", or "" */
    char number[12];
    bool said, blank; /* a line was written; an empty one is due before the next */
    bool fenced;
};

/* ---- In a line ---- */

/* The mark of LEN bytes at AT has its partner before END: where it is, or NULL. */
static const char *partner(const char *at, size_t len, const char *end)
{
    for (const char *p = at + len + 1; p + len <= end; p++)
        if (strncmp(p, at, len) == 0 && !isspace((unsigned char)p[-1]))
            return p;
    return NULL;
}

/* The bytes that a mark of emphasis or code takes which begins at AT; 0: none. */
static size_t mark_at(const char *text, const char *at)
{
    bool inside = at > text && isalnum((unsigned char)at[-1]);

    if (strncmp(at, "**", 2) == 0)
        return 2;
    if (*at == '`')
        return 1;
    return (*at == '*' || *at == '_') && !inside ? 1 : 0;
}

static void put(struct writer *w, const char *text, size_t len)
{
    memcpy(w->paragraph + w->len, text, len);
    w->len += len;
}

/* "[text](where)" at AT as "text (where)"; returns its bytes, 0: none. */
static size_t put_link(struct writer *w, const char *at, const char *end)
{
    const char *middle = *at == '[' ? memmem(at, (size_t)(end - at), "](", 2) : NULL;
    const char *close = middle != NULL ? memchr(middle, ')', (size_t)(end - middle)) : NULL;

    if (close == NULL)
        return 0;
    put(w, at + 1, (size_t)(middle - at - 1));
    put(w, " (", 2);
    put(w, middle + 2, (size_t)(close - middle - 1));
    return (size_t)(close - at) + 1;
}

/* TEXT, up to END, without its marks. */
static void put_inline(struct writer *w, const char *text, const char *end)
{
    for (const char *at = text; at < end;) {
        size_t mark = mark_at(text, at), link = put_link(w, at, end);
        const char *close = mark > 0 && at + mark < end && !isspace((unsigned char)at[mark])
                                ? partner(at, mark, end)
                                : NULL;

        if (link > 0) {
            at += link;
        } else if (close == NULL) {
            put(w, at++, 1);
        } else {
            if (*at == '`')
                put(w, at + mark, (size_t)(close - at) - mark);
            else
                put_inline(w, at + mark, close);
            at = close + mark;
        }
    }
}

/* ---- Lines ---- */

static void write_line(struct writer *w, const char *line, enum markdown_kind kind)
{
    if (w->blank && w->said)
        w->line(w->context, "", MARKDOWN_TEXT);
    w->blank = false;
    w->said = true;
    w->line(w->context, line, kind);
}

/* LEN bytes at TEXT, behind INDENT blanks or SIGN. */
static void write_indented(struct writer *w, const char *sign, int indent, const char *text,
                           size_t len, enum markdown_kind kind)
{
    char *line = malloc((size_t)indent + len + 1);

    ASSERT(line != NULL);
    memset(line, ' ', (size_t)indent);
    memcpy(line, sign, strlen(sign));
    memcpy(line + indent, text, len);
    line[(size_t)indent + len] = '\0';
    write_line(w, line, kind);
    free(line);
}

static void end_paragraph(struct writer *w, enum markdown_kind kind)
{
    const char *at = w->paragraph, *sign = w->sign;
    int indent = w->first;

    w->raw[w->raw_len] = '\0';
    put_inline(w, w->raw, w->raw + w->raw_len);
    w->paragraph[w->len] = '\0';
    for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = canvas_text_break(at, w->width - indent);

        write_indented(w, sign, indent, at, len, kind);
        at += len;
        sign = "";
        indent = w->rest;
    }
    w->raw_len = w->len = 0;
    w->first = w->rest = 0;
    w->sign = "";
}

/* Adds a line, up to END, to the paragraph. */
static void add_line(struct writer *w, const char *text, const char *end)
{
    if (w->raw_len > 0)
        w->raw[w->raw_len++] = ' ';
    memcpy(w->raw + w->raw_len, text, (size_t)(end - text));
    w->raw_len += (size_t)(end - text);
}

/* "- item", "2. item": begins one, and returns what stands behind the sign. A
 * number that only came to the start of a line, as in "has\n20. Then", is none:
 * within plain text, a list begins with 1. */
static const char *begin_item(struct writer *w, const char *text, int indent)
{
    size_t digits = strspn(text, "0123456789");
    bool bullet = strchr("-*+", text[0]) != NULL && text[0] != '\0' && text[1] == ' ';
    bool numbered = digits > 0 && digits < 4 && text[digits] == '.' && text[digits + 1] == ' ';
    bool in_text = w->raw_len > 0 && w->sign[0] == '\0';
    int base = indent < INDENT_MAX ? indent : INDENT_MAX;

    if (numbered && in_text)
        numbered = digits == 1 && text[0] == '1';
    if (!bullet && !numbered)
        return text;
    end_paragraph(w, MARKDOWN_TEXT);
    snprintf(w->number, sizeof(w->number), "%*s%.*s ", bullet ? base : 0, "",
             bullet ? 1 : (int)digits + 1, bullet ? "-" : text);
    w->sign = w->number;
    w->first = w->rest = (int)strlen(w->number);
    return text + (bullet ? 2 : digits + 2);
}

static void take_code(struct writer *w, const char *line, size_t len)
{
    end_paragraph(w, MARKDOWN_TEXT);
    write_indented(w, "", 2, line, len, MARKDOWN_CODE);
}

static void take_heading(struct writer *w, const char *text, const char *end)
{
    end_paragraph(w, MARKDOWN_TEXT);
    text += strspn(text, "#");
    w->blank = true;
    add_line(w, text + strspn(text, " "), end);
    end_paragraph(w, MARKDOWN_HEADING);
    w->blank = true;
}

static void take_line(struct writer *w, const char *line, size_t len)
{
    size_t indent = strspn(line, " ");
    const char *text = line + (indent < len ? indent : len), *end = line + len;

    if (len - (size_t)(text - line) >= 3 && strncmp(text, "```", 3) == 0) {
        end_paragraph(w, MARKDOWN_TEXT);
        w->fenced = !w->fenced;
    } else if (w->fenced) {
        take_code(w, line, len);
    } else if (text == end) {
        end_paragraph(w, MARKDOWN_TEXT);
        w->blank = true;
    } else if (indent >= 4 && w->raw_len == 0) {
        take_code(w, line + 4, len - 4);
    } else if (*text == '#') {
        take_heading(w, text, end);
    } else {
        text = begin_item(w, text, (int)indent);
        add_line(w, text, end);
    }
}

void markdown_lines(const char *text, int width,
                    void (*line)(void *context, const char *line, enum markdown_kind kind),
                    void *context)
{
    struct writer w = { .width = width < WIDTH_MIN ? WIDTH_MIN : width,
                        .line = line,
                        .context = context,
                        .sign = "",
                        .raw = malloc(strlen(text) + 1),
                        .paragraph = malloc(strlen(text) + 1) };

    ASSERT(w.raw != NULL && w.paragraph != NULL);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        take_line(&w, text, len);
        text += len + (text[len] == '\n');
    }
    end_paragraph(&w, MARKDOWN_TEXT);
    free(w.raw);
    free(w.paragraph);
}

static void print_line(void *context, const char *line, enum markdown_kind kind)
{
    (void)kind;
    utf8_print_clean(context, line, false);
    fputc('\n', context);
}

void markdown_print(const char *text, int width, FILE *out)
{
    markdown_lines(text, width, print_line, out);
}
