#include "tools/lib/utf8.h"

#include <string.h>

#include <wchar.h>

/* By length of the sequence: what marks its first byte, and the smallest
 * code that needs that length. */
static const struct {
    uint8_t mask, lead;
    uint32_t least;
} FORMS[] = {
    { 0x80, 0x00, 0x0 },
    { 0xe0, 0xc0, 0x80 },
    { 0xf0, 0xe0, 0x800 },
    { 0xf8, 0xf0, 0x10000 },
};

size_t utf8_decode(const char *at, size_t len, uint32_t *code)
{
    const uint8_t *byte = (const uint8_t *)at;

    for (size_t form = 0; form < ARRAY_LEN(FORMS) && form < len; form++) {
        if ((byte[0] & FORMS[form].mask) != FORMS[form].lead)
            continue;
        uint32_t value = (uint32_t)(byte[0] & ~FORMS[form].mask);
        for (size_t i = 1; i <= form; i++) {
            if ((byte[i] & 0xc0) != 0x80)
                return 0;
            value = value << 6 | (byte[i] & 0x3f);
        }
        if (value < FORMS[form].least || value > 0x10ffff)
            return 0;
        if (value >= 0xd800 && value <= 0xdfff)
            return 0;
        *code = value;
        return form + 1;
    }
    return 0;
}

size_t utf8_encode(uint32_t code, char *out)
{
    size_t form = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

    for (size_t i = form; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(FORMS[form].lead | code);
    out[form + 1] = '\0';
    return form + 1;
}

bool utf8_is_printable(uint32_t code)
{
    bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    bool direction = (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)
                     || (code >= 0x2066 && code <= 0x2069);

    return !control && !direction;
}

int utf8_width(uint32_t code)
{
    return code < 0x80 ? 1 : wcwidth((wchar_t)code);
}

void utf8_print_clean(FILE *out, const char *text, bool lines)
{
    size_t len = strlen(text);

    while (len > 0) {
        uint32_t code = 0;
        size_t used = utf8_decode(text, len, &code);
        bool stays = used > 0 && (utf8_is_printable(code) || (lines && code == '\n'));

        if (stays)
            fwrite(text, 1, used, out);
        else
            fputc('?', out);
        used += used == 0;
        text += used;
        len -= used;
    }
}
