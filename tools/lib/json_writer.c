#include "tools/lib/json_writer.h"

#include <string.h>

#include "tools/lib/utf8.h"

static void put(struct json_writer *w, const char *text, size_t len)
{
    fwrite_unlocked(text, 1, len, w->out);
}

static void put_key(struct json_writer *w, const char *key)
{
    if (w->comma)
        putc_unlocked(',', w->out);
    w->comma = true;
    if (key == NULL)
        return;
    putc_unlocked('"', w->out);
    put(w, key, strlen(key));
    put(w, "\":", 2);
}

void json_begin(struct json_writer *w, FILE *out)
{
    *w = (struct json_writer){ .out = out };
    putc_unlocked('{', out);
}

void json_end(struct json_writer *w)
{
    put(w, "}\n", 2);
}

void json_open(struct json_writer *w, const char *key, char bracket)
{
    put_key(w, key);
    putc_unlocked(bracket, w->out);
    w->comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
    putc_unlocked(bracket, w->out);
    w->comma = true;
}

static void put_digits(struct json_writer *w, uint64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(w, digits + at, sizeof(digits) - at);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
    put_key(w, key);
    if (value)
        put(w, "true", 4);
    else
        put(w, "false", 5);
}

void json_put_integer(struct json_writer *w, const char *key, int64_t value)
{
    put_key(w, key);
    if (value < 0)
        putc_unlocked('-', w->out);
    put_digits(w, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_put_unsigned(struct json_writer *w, const char *key, uint64_t value)
{
    bool quoted = value > INT64_MAX;

    put_key(w, key);
    if (quoted)
        putc_unlocked('"', w->out);
    put_digits(w, value);
    if (quoted)
        putc_unlocked('"', w->out);
}

/* What RFC 8259 7 demands to be escaped; DEL goes too, for terminals' sake. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || code == 0x7f;
}

static void put_escape(struct json_writer *w, uint32_t code)
{
    char text[8];

    if (code == '"' || code == '\\') {
        putc_unlocked('\\', w->out);
        putc_unlocked((int)code, w->out);
        return;
    }
    snprintf(text, sizeof(text), "\\u%04x", (unsigned)(code & 0xffff));
    put(w, text, 6);
}

/* Bytes of TEXT up to the first that must be looked at. */
static size_t plain_length(const char *text)
{
    size_t len = 0;

    while (text[len] >= 0x20 && text[len] < 0x7f && text[len] != '"' && text[len] != '\\')
        len++;
    return len;
}

/* Writes the character at TEXT, of which LEFT bytes are there; returns how
 * many of them it took. */
static size_t put_character(struct json_writer *w, const char *text, size_t left)
{
    uint32_t code;
    size_t len = utf8_decode(text, left, &code);

    if (len == 0) {
        put(w, "\xef\xbf\xbd", 3);
        return 1;
    }
    if (needs_escape(code))
        put_escape(w, code);
    else
        put(w, text, len);
    return len;
}

void json_put_string(struct json_writer *w, const char *key, const char *text)
{
    const char *end = text + strlen(text);

    put_key(w, key);
    putc_unlocked('"', w->out);
    while (text < end) {
        size_t plain = plain_length(text);

        put(w, text, plain);
        text += plain;
        if (text < end)
            text += put_character(w, text, (size_t)(end - text));
    }
    putc_unlocked('"', w->out);
}
