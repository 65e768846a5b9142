#include "layers/command_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/units.h"

bool command_refuse(struct command_reader *r, size_t column, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(r->error->message, sizeof r->error->message, format, args);
    va_end(args);
    r->error->column = column;
    return false;
}

/* ---- Splitting ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

/* The character that a backslash and C stand for; 0 if for nothing. */
static char escaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\\':
        return c;
    default:
        return 0;
    }
}

/* A text from the quote at TEXT[*AT] on, into out->text. */
static bool split_text(struct command_reader *r, const char *text, size_t *at)
{
    size_t start = *at, i = start + 1;

    if (r->out->is_text)
        return command_refuse(r, start, "a second text: a command takes only one");
    r->out->is_text = true;
    for (; text[i] != '"'; i++) {
        char c = text[i];

        if (c == '\0')
            return command_refuse(r, start, "the text has no end: write \" behind it");
        if (c == '\\') {
            c = escaped(text[++i]);
            if (c == 0)
                return command_refuse(r, i - 1, "\"\\\" must stand before n, r, t, \" or \\");
        }
        if (r->out->text_len == COMMAND_TEXT_MAX)
            return command_refuse(r, start, "the text is longer than %d bytes; write a size, "
                                  "such as 1kB, for something long", COMMAND_TEXT_MAX);
        r->out->text[r->out->text_len++] = c;
    }
    *at = i + 1;
    if (text[*at] != '\0' && !is_blank(text[*at]))
        return command_refuse(r, *at, "a blank is missing behind the text");
    return true;
}

static bool split_word(struct command_reader *r, const char *text, size_t *at)
{
    struct command_word *word;
    size_t len = 0;

    if (r->count == COMMAND_WORDS_MAX)
        return command_refuse(r, *at, "too many words for one command");
    word = &r->words[r->count++];
    word->text[0] = '\0';
    word->column = *at;
    word->quoted = text[*at] == '"';
    if (word->quoted)
        return split_text(r, text, at);
    while (text[*at + len] != '\0' && !is_blank(text[*at + len]))
        len++;
    if (len >= COMMAND_WORD_SIZE)
        return command_refuse(r, *at, "a word of %zu letters is too long", len);
    memcpy(word->text, text + *at, len);
    word->text[len] = '\0';
    *at += len;
    return true;
}

bool command_split(struct command_reader *r, const char *text)
{
    size_t at = 0;

    if (strnlen(text, COMMAND_LENGTH_MAX + 1) > COMMAND_LENGTH_MAX)
        return command_refuse(r, COMMAND_LENGTH_MAX, "a command is at most %d bytes long",
                              COMMAND_LENGTH_MAX);
    for (size_t i = 0; text[i] != '\0'; i++)
        if (is_control(text[i]))
            return command_refuse(r, i, "a control character in a command: write "
                                  "\\n or \\t in a text, or leave it out");
    for (;;) {
        while (is_blank(text[at]))
            at++;
        if (text[at] == '\0')
            return true;
        if (!split_word(r, text, &at))
            return false;
        r->end = at;
    }
}

/* ---- Taking words ---- */

const struct command_word *command_peek(const struct command_reader *r)
{
    return r->next < r->count ? &r->words[r->next] : NULL;
}

const struct command_word *command_next(struct command_reader *r, const char *what)
{
    const struct command_word *word = command_peek(r);

    if (word == NULL) {
        command_refuse(r, r->end, "%s is missing: write %s", what, r->entry->help.syntax);
        return NULL;
    }
    if (word->quoted) {
        command_refuse(r, word->column, "a text cannot stand here: write %s",
                       r->entry->help.syntax);
        return NULL;
    }
    r->next++;
    return word;
}

bool command_read_time(struct command_reader *r, const char *name, vtime *time)
{
    const struct command_word *word = command_next(r, name);
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_time(word->text, time, why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

bool command_read_size(struct command_reader *r, const char *name, int64_t *size)
{
    const struct command_word *word = command_next(r, name);
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_size(word->text, size, why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

bool command_read_chance(struct command_reader *r, const char *name, int64_t *ppm)
{
    const struct command_word *word = command_next(r, name);
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_chance(word->text, ppm, why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

bool command_read_count(struct command_reader *r, const char *name, int64_t min, int64_t max,
                        int64_t *count)
{
    const struct command_word *word = command_next(r, name);
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_count(word->text, min, max, count, why, sizeof why) ||
           command_refuse(r, word->column, "%s: %s", name, why);
}

bool command_port_of(struct command_reader *r, const char *text, size_t column, uint16_t *port)
{
    char why[UNIT_WHY_SIZE];
    int64_t value;

    if (!unit_parse_count(text, 1, UINT16_MAX, &value, why, sizeof why))
        return command_refuse(r, column, "port: %s", why);
    *port = (uint16_t)value;
    return true;
}

bool command_read_port(struct command_reader *r, uint16_t *port)
{
    const struct command_word *word = command_next(r, "a port");

    return word != NULL && command_port_of(r, word->text, word->column, port);
}

/* ---- Hosts ---- */

static bool resolve(struct command_reader *r, const char *name, size_t column, ipv4 *address)
{
    const struct command_scope *scope = r->scope;
    enum command_name known = COMMAND_NAME_UNKNOWN;
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    if (ipv4_parse(name, address))
        return true;
    if (scope->address_of != NULL)
        known = scope->address_of(scope->ctx, name, address);
    if (known == COMMAND_NAME_KNOWN)
        return true;
    if (known == COMMAND_NAME_WITHOUT_ADDRESS)
        return command_refuse(r, column, "\"%s\" has no address: write the name of one that has, "
                              "or give it one", name);
    nearest_begin(&near, name);
    for (size_t i = 0; scope->name_at != NULL && scope->name_at(scope->ctx, i) != NULL; i++)
        nearest_offer(&near, scope->name_at(scope->ctx, i));
    if (near.best == NULL)
        return command_refuse(r, column, "\"%s\" is neither a host nor an address such as "
                              "10.0.0.2", name);
    return command_refuse(r, column, "no host is called \"%s\"%s", name,
                          nearest_clause(&near, clause, sizeof clause));
}

bool command_read_host(struct command_reader *r, ipv4 *address)
{
    const struct command_word *word = command_next(r, "a host");

    return word != NULL && resolve(r, word->text, word->column, address);
}

bool command_endpoint_of(struct command_reader *r, const struct command_word *word,
                         ipv4 *address, uint16_t *port)
{
    char name[COMMAND_WORD_SIZE];
    const char *colon = strrchr(word->text, ':');

    if (colon == NULL || colon == word->text || colon[1] == '\0')
        return command_refuse(r, word->column, "\"%s\" is not a host and a port: write HOST:PORT, "
                              "such as b:9", word->text);
    memcpy(name, word->text, (size_t)(colon - word->text));
    name[colon - word->text] = '\0';
    return resolve(r, name, word->column, address) &&
           command_port_of(r, colon + 1, word->column + (size_t)(colon + 1 - word->text), port);
}

bool command_read_endpoint(struct command_reader *r, ipv4 *address, uint16_t *port)
{
    const struct command_word *word = command_next(r, "HOST:PORT");

    return word != NULL && command_endpoint_of(r, word, address, port);
}
