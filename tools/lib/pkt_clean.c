#include <string.h>

#include "tools/lib/pkt_scan.h"
#include "tools/lib/text.h"

/* Comments and #ifdef, before anything is read. What stands in quotes, in
 * backticks or in %{ }% is left alone. */

struct cleaner {
    const struct source *source;
    char *text;
    size_t len, at;
    const struct pkt_defines *defines;
    struct diagnostics *diagnostics;
    bool inside;       /* of an #ifdef */
    bool left_out;     /* whose name is not defined */
    size_t ifdef_at;
};

static bool follows(const struct cleaner *c, const char *token)
{
    size_t len = strlen(token);

    return c->len - c->at >= len && memcmp(c->text + c->at, token, len) == 0;
}

static void blank(struct cleaner *c)
{
    if (c->text[c->at] != '\n' && c->text[c->at] != '\r')
        c->text[c->at] = ' ';
    c->at++;
}

static void blank_line(struct cleaner *c)
{
    while (c->at < c->len && c->text[c->at] != '\n')
        blank(c);
}

static bool blank_comment(struct cleaner *c)
{
    size_t from = c->at;

    blank(c);
    blank(c);
    while (c->at < c->len && !follows(c, "*/"))
        blank(c);
    if (c->at == c->len) {
        diagnostic_error(c->diagnostics, pkt_mark(c->source, from, from + 2),
                         _("this comment never ends: write \"*/\" behind it"));
        return false;
    }
    blank(c);
    blank(c);
    return true;
}

/* Steps over what is quoted, up to END. If that never comes, the parser will
 * say so: it is looked at again. */
static void skip_quoted(struct cleaner *c, size_t opening, const char *end)
{
    size_t from = c->at;

    c->at += opening;
    while (c->at < c->len && !follows(c, end)) {
        bool escaped = *end == '"' && c->text[c->at] == '\\' && c->at + 1 < c->len;

        if (*end == '"' && c->text[c->at] == '\n')
            break;
        c->at += escaped ? 2 : 1;
    }
    c->at = follows(c, end) ? c->at + strlen(end) : from + opening;
}

/* --define=NAME at the front of the script itself. */
static bool defined_in_script(const struct cleaner *c, const char *name, size_t len)
{
    static const char option[] = "--define=";
    const char *text = c->source->text, *end = text + c->source->len;

    for (const char *at = text; at != NULL && (size_t)(end - at) > sizeof(option) + len;
         at = memchr(at + 1, '\n', (size_t)(end - at - 1))) {
        const char *word = at + (*at == '\n' ? 1 : 0);
        size_t left = (size_t)(end - word);

        if (left < sizeof(option) - 1 + len || memcmp(word, option, sizeof(option) - 1) != 0 ||
            memcmp(word + sizeof(option) - 1, name, len) != 0)
            continue;
        word += sizeof(option) - 1 + len;
        if (word == end || *word == '\n' || *word == '\r' || *word == ' ' || *word == '=')
            return true;
    }
    return false;
}

static bool is_defined(const struct cleaner *c, const char *name, size_t len)
{
    static const char standard[] = "STANDARD";

    if (len == sizeof(standard) - 1 && memcmp(name, standard, len) == 0)
        return true;
    for (size_t i = 0; i < c->defines->count; i++)
        if (strlen(c->defines->at[i]) == len && memcmp(c->defines->at[i], name, len) == 0)
            return true;
    return defined_in_script(c, name, len);
}

static bool directive_error(struct cleaner *c, size_t from, const char *what)
{
    diagnostic_error(c->diagnostics, pkt_mark(c->source, from, c->at), "%s", what);
    return false;
}

static bool begin_ifdef(struct cleaner *c)
{
    size_t from = c->at, name, end;

    c->at += strlen("#ifdef");
    name = c->at + strspn(c->text + c->at, " \t");
    end = name + strcspn(c->text + name, " \t\r\n");
    if (name == end)
        return directive_error(c, from, _("#ifdef what? write #ifdef NAME"));
    if (c->inside)
        return directive_error(c, from, _("an #ifdef inside of an #ifdef: write #endif first"));
    c->inside = true;
    c->ifdef_at = from;
    c->left_out = !is_defined(c, c->text + name, end - name);
    c->at = from;
    blank_line(c);
    return true;
}

static bool end_ifdef(struct cleaner *c)
{
    if (!c->inside) {
        c->at += strlen("#endif");
        return directive_error(c, c->at - strlen("#endif"),
                               _("nothing to end: no #ifdef stands before this"));
    }
    c->inside = c->left_out = false;
    blank_line(c);
    return true;
}

/* One step: a comment, something quoted, or one character. */
static bool clean_next(struct cleaner *c)
{
    if (follows(c, "#ifdef"))
        return begin_ifdef(c);
    if (follows(c, "#endif"))
        return end_ifdef(c);
    if (follows(c, "/*"))
        return blank_comment(c);
    if (follows(c, "//") || follows(c, "#"))
        blank_line(c);
    else if (c->left_out)
        blank(c);
    else if (follows(c, "\""))
        skip_quoted(c, 1, "\"");
    else if (follows(c, "`"))
        skip_quoted(c, 1, "`");
    else if (follows(c, "%{"))
        skip_quoted(c, 2, "}%");
    else
        c->at++;
    return true;
}

bool pkt_clean(const struct source *source, char *text, size_t len,
               const struct pkt_defines *defines, struct diagnostics *d)
{
    static const struct pkt_defines none;
    struct cleaner c = { .source = source, .text = text, .len = len,
                         .defines = defines != NULL ? defines : &none, .diagnostics = d };

    while (c.at < len) {
        /* A zero byte would end the text for the parser. */
        if (text[c.at] == '\0')
            text[c.at] = '?';
        if (!clean_next(&c))
            return false;
    }
    if (c.inside) {
        c.at = c.ifdef_at + strlen("#ifdef");
        return directive_error(&c, c.ifdef_at, _("this #ifdef never ends: write #endif"));
    }
    return true;
}
