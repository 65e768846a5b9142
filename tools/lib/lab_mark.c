#include "tools/lib/lab.h"

#include <string.h>

/*
 * From an offset in a decoded scalar back to a column of the file: walks the
 * source and the text side by side, through the escapes of quotes. Where the
 * scalar spans lines, its beginning must do.
 */

static size_t character_bytes(const char *at, const char *end)
{
    size_t len = 1;

    while (at + len < end && ((uint8_t)at[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* How many bytes of source stand for one character of text. */
static size_t source_bytes(const char *at, const char *end, char quote)
{
    static const struct {
        char letter;
        size_t len;
    } LONG[] = { { 'x', 4 }, { 'u', 6 }, { 'U', 10 } };

    if (quote == '\'' && at + 1 < end && at[0] == '\'' && at[1] == '\'')
        return 2;
    if (quote != '"' || at[0] != '\\' || at + 1 >= end)
        return character_bytes(at, end);
    for (size_t i = 0; i < ARRAY_LEN(LONG); i++) {
        if (at[1] == LONG[i].letter && (size_t)(end - at) >= LONG[i].len)
            return LONG[i].len;
    }
    return 2;
}

static const char *skip_characters(const char *at, const char *end, size_t count)
{
    while (count-- > 0 && at < end)
        at += character_bytes(at, end);
    return at;
}

struct mark lab_mark_within(struct mark mark, const char *text, size_t offset)
{
    struct mark within = mark;
    size_t text_len = strlen(text);

    if (mark.source == NULL || mark.source->is_option || mark.length <= 1 ||
        mark.column > SOURCE_COLUMN_MAX)
        return mark;
    struct span line = source_line(mark.source, mark.line);
    const char *end = (const char *)line.at + line.len;
    const char *at = skip_characters((const char *)line.at, end, mark.column - 1);
    char quote = at < end && (*at == '"' || *at == '\'') ? *at : '\0';
    const char *stop = skip_characters(at, end, mark.length - (quote != '\0'));
    const char *from = at + (quote != '\0');
    size_t done = 0;

    within.column += quote != '\0';
    while (done < min_size(offset, text_len) && from < stop) {
        size_t used = source_bytes(from, stop, quote);
        for (const char *byte = from; byte < from + used; byte++)
            within.column += ((uint8_t)*byte & 0xc0) != 0x80;
        from += used;
        done += character_bytes(text + done, text + text_len);
    }
    within.length = 1;
    return within;
}

/* ---- Pieces of longer texts ---- */

/* A text is written with at most so many bytes for one of its own, and indented. */
enum { SOURCE_BYTES_MAX = 12, SOURCE_BYTES_MORE = 4096, PIECE_TEXT_MAX = 1 << 16 };

/* How often the LEN bytes at PIECE stand between FROM and END; *LAST is the last. */
static size_t count_pieces(const char *from, const char *end, const char *piece, size_t len,
                           size_t most, const char **last)
{
    size_t count = 0;

    while (count < most && (from = memmem(from, (size_t)(end - from), piece, len)) != NULL) {
        *last = from++;
        count++;
    }
    return count;
}

/* MARK, moved to the byte AT, which is behind it. */
static struct mark moved(struct mark mark, const char *from, const char *at)
{
    for (; from < at; from++) {
        if (*from == '\n') {
            mark.line++;
            mark.column = 1;
        } else if (((uint8_t)*from & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    mark.length = 1;
    return mark;
}

struct mark lab_mark_of_piece(struct mark mark, const char *text, size_t offset, size_t len,
                              size_t within)
{
    const struct source *s = mark.source;
    size_t text_len = strlen(text), nth, most;
    const char *piece = text + offset, *found = NULL, *from, *end;

    if (s == NULL || s->is_option || mark.column > SOURCE_COLUMN_MAX || text_len > PIECE_TEXT_MAX)
        return mark;
    nth = 1 + count_pieces(text, piece + len - 1, piece, len, SIZE_MAX, &found);
    struct span line = source_line(mark.source, mark.line);
    from =
        skip_characters((const char *)line.at, (const char *)line.at + line.len, mark.column - 1);
    most = SOURCE_BYTES_MAX * text_len + SOURCE_BYTES_MORE;
    end = from + min_size(most, s->len - (size_t)(from - s->text));
    if (count_pieces(from, end, piece, len, nth, &found) < nth)
        return mark;
    return moved(mark, from, found + within);
}
