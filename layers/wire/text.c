#include "layers/wire/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base.h"

struct text text_begin(char *out, size_t size)
{
    if (size > 0)
        out[0] = '\0';
    return (struct text){ out, size, 0 };
}

void text_char(struct text *t, char c)
{
    if (t->len + 1 < t->size) {
        t->out[t->len] = c;
        t->out[t->len + 1] = '\0';
    }
    t->len++;
}

static void put_bytes(struct text *t, const char *bytes, size_t len)
{
    size_t room = t->len + 1 < t->size ? t->size - t->len - 1 : 0;
    size_t put = min_size(len, room);

    if (put > 0) {
        memcpy(t->out + t->len, bytes, put);
        t->out[t->len + put] = '\0';
    }
    t->len += len;
}

void text_put(struct text *t, const char *string)
{
    put_bytes(t, string, strlen(string));
}

void text_number(struct text *t, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put_bytes(t, digits + at, sizeof(digits) - at);
}

void text_format(struct text *t, const char *format, ...)
{
    char piece[TEXT_PIECE_SIZE];
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(piece, sizeof(piece), format, arguments);
    va_end(arguments);
    ASSERT(len >= 0 && len < TEXT_PIECE_SIZE);
    text_put(t, piece);
}
