#include "layers/wire/text.h"

#include <stdarg.h>
#include <stdio.h>

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

void text_put(struct text *t, const char *string)
{
    while (*string != '\0')
        text_char(t, *string++);
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
