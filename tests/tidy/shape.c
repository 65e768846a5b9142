#include "tests/tidy/tidy.h"

#include <string.h>

enum { HEADER_SIZE = 2048 };

/*
 * Reads a file declaration by declaration. HEADER gathers what stands at
 * depth 0 before an initialiser, with "{}" where a body was, which is enough
 * to tell a function from a variable from a type.
 */
struct reader {
    const struct source *source;
    size_t at, start; /* START: first byte of the declaration */
    char header[HEADER_SIZE];
    size_t header_len;
    bool initialised;
};

static void begin_declaration(struct reader *reader)
{
    reader->header_len = 0;
    reader->header[0] = '\0';
    reader->initialised = false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void gather(struct reader *reader, char c)
{
    if (is_blank(c))
        c = ' ';
    if (reader->header_len == 0) {
        if (c == ' ')
            return;
        reader->start = reader->at;
    }
    if (reader->initialised || reader->header_len + 1 >= HEADER_SIZE)
        return;
    reader->header[reader->header_len++] = c;
    reader->header[reader->header_len] = '\0';
}

/* The offset of the brace that closes the one at OPEN. */
static size_t closing_brace(const struct source *source, size_t open)
{
    int depth = 0;

    for (size_t i = open; i < source->len; i++) {
        if (source->bare[i] == '{')
            depth++;
        if (source->bare[i] == '}' && --depth == 0)
            return i;
    }
    report(source, open, "brace is never closed");
    return source->len;
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        if ((at == text || !is_word_byte(at[-1])) && !is_word_byte(at[len]))
            return true;
    return false;
}

/* Whether the object that HEADER declares can be written to. A pointer is
 * constant if const stands after its last star. */
static bool is_mutable(const char *header)
{
    const char *function_pointer = strstr(header, "(*");
    const char *star;
    char inner[128];

    if (function_pointer != NULL) {
        size_t len = min_size(strcspn(function_pointer, ")"), sizeof(inner) - 1);

        memcpy(inner, function_pointer, len);
        inner[len] = '\0';
        return !has_word(inner, "const");
    }
    star = strrchr(header, '*');
    return !has_word(star != NULL ? star : header, "const");
}

static bool is_type(const char *header)
{
    size_t len = strlen(header);
    int words = 1;

    while (len > 0 && header[len - 1] == ' ')
        len--;
    if (len >= 2 && strncmp(header + len - 2, "{}", 2) == 0)
        return true;
    for (size_t i = 0; i < len; i++)
        words += header[i] == ' ' && i > 0 && header[i - 1] != ' ';
    return words == 2 && has_prefix(header, "struct ");
}

static bool is_variable(const struct reader *reader)
{
    const char *header = reader->header;

    if (reader->header_len == 0 || has_prefix(header, "typedef") || has_prefix(header, "extern") ||
        has_prefix(header, "_Static_assert"))
        return false;
    if (reader->initialised || strstr(header, "(*") != NULL)
        return true;
    return strchr(header, '(') == NULL && !is_type(header);
}

static bool is_library(const char *path)
{
    return !has_prefix(path, "tools/") && !has_prefix(path, "tests/");
}

static void end_declaration(struct reader *reader)
{
    if (is_library(reader->source->path) && is_variable(reader) && is_mutable(reader->header))
        report(reader->source, reader->start, "mutable state outside a world: %.60s",
               reader->header);
    begin_declaration(reader);
}

static void check_local_static(const struct source *source, size_t at, size_t end)
{
    char header[HEADER_SIZE];
    size_t len = 0;

    for (size_t i = at; i < end && len + 1 < HEADER_SIZE; i++) {
        char c = source->bare[i];

        if (c == ';' || c == '=')
            break;
        header[len++] = is_blank(c) ? ' ' : c;
    }
    header[len] = '\0';
    if (is_mutable(header))
        report(source, at, "mutable state outside a world: %.60s", header);
}

static void check_body(const struct source *source, size_t open, size_t close)
{
    if (!is_library(source->path))
        return;
    for (size_t i = open + 1; i < close; i++)
        if (has_prefix(source->bare + i, "static") && !is_word_byte(source->bare[i - 1]) &&
            !is_word_byte(source->bare[i + 6]))
            check_local_static(source, i, close);
}

static void check_function(const struct reader *reader, size_t open, size_t close)
{
    const struct source *source = reader->source;
    size_t lines = 1, name_end = strcspn(reader->header, "("), name;

    for (size_t i = reader->start; i < close; i++)
        lines += source->text[i] == '\n';
    for (name = name_end; name > 0 && is_word_byte(reader->header[name - 1]); name--)
        ;
    if (lines > LINES_OF_FUNCTION)
        report(source, reader->start, "function %.*s has %zu lines, the limit is %d",
               (int)(name_end - name), reader->header + name, lines, LINES_OF_FUNCTION);
    check_body(source, open, close);
}

static bool opens_function(const struct reader *reader)
{
    size_t len = reader->header_len;

    while (len > 0 && reader->header[len - 1] == ' ')
        len--;
    return !reader->initialised && len > 0 && reader->header[len - 1] == ')';
}

static void read_braces(struct reader *reader)
{
    size_t open = reader->at, close = closing_brace(reader->source, open);

    if (opens_function(reader)) {
        check_function(reader, open, close);
        begin_declaration(reader);
    } else {
        gather(reader, '{');
        gather(reader, '}');
    }
    reader->at = close;
}

void check_shape(const struct source *source)
{
    struct reader reader = { .source = source };

    begin_declaration(&reader);
    for (; reader.at < source->len; reader.at++) {
        char c = source->bare[reader.at];

        if (c == '{')
            read_braces(&reader);
        else if (c == ';')
            end_declaration(&reader);
        else if (c == '=' && !reader.initialised)
            reader.initialised = true;
        else
            gather(&reader, c);
    }
}
