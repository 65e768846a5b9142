#include "tools/lib/yaml_cut.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

enum { EXAMPLE_MAX = 200 };

/* A line, read from its left to its right. */
struct line {
    const char *at;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool ends_word(struct line line, size_t at)
{
    return at >= line.len || is_blank(line.at[at]);
}

/* What at AT ends a plain value in YAML: 0 if nothing does. */
static char plain_end(struct line line, size_t at, bool in_flow)
{
    char c = line.at[at];

    if (c == ':' && (ends_word(line, at + 1) || (in_flow && strchr(",[]{}", line.at[at + 1]))))
        return c;
    if (c == '#' && at > 0 && is_blank(line.at[at - 1]))
        return c;
    return in_flow && strchr(",[]{}", c) != NULL ? c : '\0';
}

/* Just behind the plain value that begins at AT, where its end stands. */
static size_t skip_plain(struct line line, size_t at, bool in_flow)
{
    while (at < line.len && plain_end(line, at, in_flow) == '\0')
        at++;
    return at;
}

/* Just behind the quoted YAML value that begins at AT. */
static size_t skip_quoted(struct line line, size_t at)
{
    char quote = line.at[at++];

    for (; at < line.len; at++) {
        if (line.at[at] == '\\' && quote == '"')
            at++;
        else if (line.at[at] == quote)
            return at + 1;
    }
    return line.len;
}

/* ---- texts ---- */

/* Where a text begins in a command between AT and END, or END. */
static size_t find_text(struct line line, size_t at, size_t end)
{
    for (; at + 1 < end; at++) {
        if (is_blank(line.at[at]) && line.at[at + 1] == '"')
            return at + 1;
    }
    return end;
}

/* Just behind the text that begins at AT; past END if it does not end. */
static size_t skip_text(struct line line, size_t at, size_t end)
{
    for (at++; at < end; at++) {
        if (line.at[at] == '\\')
            at++;
        else if (line.at[at] == '"')
            return at + 1;
    }
    return end + 1;
}

/* Where the text begins that stands open at END; END if none does. */
static size_t open_text(struct line line, size_t at, size_t end)
{
    while ((at = find_text(line, at, end)) < end) {
        size_t after = skip_text(line, at, end);
        if (after > end)
            return at;
        at = after;
    }
    return end;
}

bool yaml_cut_is_open(const char *value, size_t len)
{
    return open_text((struct line){ value, len }, 0, len) < len;
}

/* ---- the error ---- */

static const char *name_of(char end)
{
    switch (end) {
    case ',':
        return _("a comma ends the value here");
    case '#':
        return _("\"#\" begins a comment here");
    case ':':
        return _("\": \" ends the value here");
    default:
        return NULL;
    }
}

/* VALUE as a YAML value in single quotes; false if it is too long to show. */
static bool quote(struct span value, char *out, size_t size)
{
    size_t len = 0;

    if (2 * value.len + 3 > size)
        return false;
    out[len++] = '\'';
    for (size_t i = 0; i < value.len; i++) {
        out[len++] = (char)value.at[i];
        if (value.at[i] == '\'')
            out[len++] = '\'';
    }
    out[len++] = '\'';
    out[len] = '\0';
    return true;
}

static void report(struct mark mark, char end, struct span key, struct span value,
                   struct diagnostics *d)
{
    char what[60], example[EXAMPLE_MAX];

    if (name_of(end) != NULL)
        snprintf(what, sizeof what, "%s", name_of(end));
    else
        snprintf(what, sizeof what, _("\"%c\" ends the value here"), end);
    if (!quote(value, example, sizeof example))
        snprintf(example, sizeof example, "'...'");
    diagnostic_error(d, mark, _("%s: put the whole value in quotes: %.*s%s%s"), what,
                     (int)min_size(key.len, 40), (const char *)key.at, key.len > 0 ? ": " : "",
                     example);
}

/* ---- finding them ---- */

static uint32_t column_of(struct line line, size_t at)
{
    uint32_t column = 1;

    for (size_t i = 0; i < at && i < line.len; i++)
        column += ((uint8_t)line.at[i] & 0xc0) != 0x80;
    return column;
}

static size_t byte_of(struct line line, uint32_t column)
{
    size_t at = 0;

    while (at < line.len && --column > 0) {
        do
            at++;
        while (at < line.len && ((uint8_t)line.at[at] & 0xc0) == 0x80);
    }
    return at;
}

/* The value at START, which YAML ends at END, if END is within a text: with
 * the rest of its text and what follows that. */
static bool whole_value(struct line line, size_t start, size_t end, bool in_flow,
                        struct span *value)
{
    size_t text = open_text(line, start, end);

    if (text == end)
        return false;
    size_t after = skip_text(line, text, line.len);
    if (after > line.len)
        return false;
    if (!ends_word(line, after) && plain_end(line, after, in_flow) == '\0')
        return false;
    after = skip_plain(line, after, in_flow);
    while (after > start && is_blank(line.at[after - 1]))
        after--;
    *value = (struct span){ (const uint8_t *)line.at + start, after - start };
    return true;
}

static bool report_at(struct mark mark, struct line line, size_t start, struct span key,
                      bool in_flow, struct diagnostics *d, struct yaml_cut *cut)
{
    size_t end = skip_plain(line, start, in_flow);

    if (end >= line.len || !whole_value(line, start, end, in_flow, &cut->value))
        return false;
    cut->end_column = column_of(line, start + cut->value.len);
    mark.column = column_of(line, end);
    mark.length = 1;
    report(mark, line.at[end], key, cut->value, d);
    return true;
}

static struct line line_of(const struct source *s, uint32_t number)
{
    struct span span = source_line(s, number);

    return (struct line){ (const char *)span.at, span.len };
}

bool yaml_cut_report_value(struct mark mark, struct span key, bool in_flow,
                           struct diagnostics *d, struct yaml_cut *cut)
{
    struct line line = line_of(mark.source, mark.line);

    if (mark.column > SOURCE_COLUMN_MAX)
        return false;
    return report_at(mark, line, byte_of(line, mark.column), key, in_flow, d, cut);
}

bool yaml_cut_report_line(const struct source *s, uint32_t number, struct diagnostics *d)
{
    struct line line = line_of(s, number);
    struct mark mark = { s, number, 1, 1 };
    struct span key = { NULL, 0 };
    struct yaml_cut cut;
    size_t at = 0, end, depth = 0;

    line.len = min_size(line.len, SOURCE_COLUMN_MAX);
    for (; at < line.len; at = end) {
        char c = line.at[at];
        end = at + 1;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        else if (c == '#' && (at == 0 || is_blank(line.at[at - 1])))
            return false;
        else if (c == '"' || c == '\'')
            end = skip_quoted(line, at);
        else if (!is_blank(c) && strchr(",:}]", c) == NULL && !(c == '-' && ends_word(line, end))) {
            end = skip_plain(line, at, depth > 0);
            if (report_at(mark, line, at, key, depth > 0, d, &cut))
                return true;
            key = (struct span){ (const uint8_t *)line.at + at, end - at };
        }
    }
    return false;
}
