#include "tools/lib/lab_text.h"

#include <string.h>

#include "tools/lib/text.h"

bool lab_text_has_braces(const char *text)
{
    return strpbrk(text, "{}") != NULL;
}

static enum lab_text_kind broken(struct lab_text_piece *piece, size_t at, const char *why)
{
    piece->wrong_at = at;
    piece->why = why;
    return LAB_TEXT_BROKEN;
}

static bool read_form(const char *word, size_t len, enum lab_text_form *form)
{
    static const char *const names[] = { [LAB_FORM_NUMBER] = "number",
                                         [LAB_FORM_HEX] = "hex",
                                         [LAB_FORM_TIME] = "time",
                                         [LAB_FORM_BYTES] = "bytes" };

    for (size_t i = LAB_FORM_NUMBER; i < ARRAY_LEN(names); i++)
        if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0) {
            *form = (enum lab_text_form)i;
            return true;
        }
    return false;
}

/* What stands between the brace at byte AT and its other. */
static enum lab_text_kind read_value(const char *text, size_t *at, struct lab_text_piece *piece)
{
    size_t from = *at + 1, len = strcspn(text + from, "{}"), expression = len;
    const char *colon = memchr(text + from, ':', len);

    piece->form = LAB_FORM_OWN;
    if (text[from + len] != '}')
        return broken(piece, *at, _("this brace is not closed: write {{ if it stands for itself"));
    if (colon != NULL) {
        expression = (size_t)(colon - (text + from));
        if (!read_form(colon + 1, len - expression - 1, &piece->form))
            return broken(piece, from + expression + 1,
                          _("unknown form: write number, hex, time or bytes"));
    }
    if (expression > LAB_TEXT_EXPRESSION_MAX)
        return broken(piece, from, _("this is too long to stand in a text"));
    memcpy(piece->expression, text + from, expression);
    piece->expression[expression] = '\0';
    if (piece->expression[strspn(piece->expression, " \t\n")] == '\0')
        return broken(piece, *at, _("nothing is between these braces: write for example {time}"));
    piece->expression_at = from;
    piece->len = len + 2;
    *at += piece->len;
    return LAB_TEXT_VALUE;
}

enum lab_text_kind lab_text_next(const char *text, size_t *at, struct lab_text_piece *piece)
{
    const char *from = text + *at;

    if (*from == '\0')
        return LAB_TEXT_END;
    piece->at = *at;
    if (from[0] == '{' && from[1] != '{')
        return read_value(text, at, piece);
    if (from[0] == '{' || from[0] == '}') {
        piece->len = 1;
        *at += from[1] == from[0] ? 2 : 1;
        return LAB_TEXT_LETTERS;
    }
    piece->len = strcspn(from, "{}");
    *at += piece->len;
    return LAB_TEXT_LETTERS;
}
