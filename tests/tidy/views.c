#include "tests/tidy/tidy.h"

#include <string.h>

struct scan {
    const char *text;
    size_t len, at;
    char *out;
};

static char peek(const struct scan *scan, size_t ahead)
{
    return scan->at + ahead < scan->len ? scan->text[scan->at + ahead] : '\0';
}

/* Lines stay lines: everything but their ends becomes a blank. */
static void blank(struct scan *scan, size_t count)
{
    for (size_t i = 0; i < count && scan->at < scan->len; i++, scan->at++)
        scan->out[scan->at] = scan->text[scan->at] == '\n' ? '\n' : ' ';
}

static void keep(struct scan *scan)
{
    scan->out[scan->at] = scan->text[scan->at];
    scan->at++;
}

static void blank_line_comment(struct scan *scan)
{
    while (scan->at < scan->len && peek(scan, 0) != '\n')
        blank(scan, peek(scan, 0) == '\\' ? 2 : 1);
}

static void blank_comment(struct scan *scan)
{
    blank(scan, 2);
    while (scan->at < scan->len && !(peek(scan, 0) == '*' && peek(scan, 1) == '/'))
        blank(scan, 1);
    blank(scan, 2);
}

/* The quotes stay, so that a call with a string still has an argument. */
static void blank_quoted(struct scan *scan, char quote)
{
    keep(scan);
    while (scan->at < scan->len && peek(scan, 0) != quote && peek(scan, 0) != '\n')
        blank(scan, peek(scan, 0) == '\\' ? 2 : 1);
    if (scan->at < scan->len)
        keep(scan);
}

void write_code(const char *text, size_t len, char *code)
{
    struct scan scan = { .text = text, .len = len, .out = code };

    while (scan.at < scan.len) {
        char c = peek(&scan, 0);

        if (c == '/' && peek(&scan, 1) == '/')
            blank_line_comment(&scan);
        else if (c == '/' && peek(&scan, 1) == '*')
            blank_comment(&scan);
        else if (c == '"' || c == '\'')
            blank_quoted(&scan, c);
        else
            keep(&scan);
    }
    code[len] = '\0';
}

static bool is_directive(const char *line)
{
    return line[strspn(line, " \t")] == '#';
}

void write_bare(const char *code, size_t len, char *bare)
{
    struct scan scan = { .text = code, .len = len, .out = bare };

    while (scan.at < scan.len) {
        if (is_directive(code + scan.at)) {
            blank_line_comment(&scan);
            continue;
        }
        while (scan.at < scan.len && peek(&scan, 0) != '\n')
            keep(&scan);
        if (scan.at < scan.len)
            keep(&scan);
    }
    bare[len] = '\0';
}
