#include "tools/lib/canvas.h"

#include <stdlib.h>
#include <limits.h>
#include <string.h>

#include "tools/lib/colour.h"
#include "tools/lib/utf8.h"

bool canvas_open(struct canvas *canvas, int width, int height)
{
    ASSERT(width > 0 && height > 0);
    *canvas = (struct canvas){ .width = width, .height = height };
    canvas->cells = calloc((size_t)width * (size_t)height, sizeof(struct cell));
    return canvas->cells != NULL;
}

bool canvas_own(struct canvas *canvas)
{
    canvas->owners =
        calloc((size_t)canvas->width * (size_t)canvas->height, sizeof(canvas->owners[0]));
    return canvas->owners != NULL;
}

void canvas_close(struct canvas *canvas)
{
    free(canvas->cells);
    free(canvas->owners);
    *canvas = (struct canvas){ 0 };
}

void canvas_clear(struct canvas *canvas, int y, int count)
{
    size_t width = (size_t)canvas->width;

    for (; count > 0; y++, count--) {
        if (y < 0 || y >= canvas->height)
            continue;
        memset(canvas->cells + (size_t)y * width, 0, width * sizeof(canvas->cells[0]));
        if (canvas->owners != NULL)
            memset(canvas->owners + (size_t)y * width, 0, width * sizeof(canvas->owners[0]));
    }
}

struct cell *canvas_cell(const struct canvas *canvas, int x, int y)
{
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return NULL;
    return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

void canvas_put(struct canvas *canvas, int x, int y, uint32_t character, enum meaning meaning)
{
    struct cell *cell = canvas_cell(canvas, x, y);

    if (cell == NULL)
        return;
    *cell = (struct cell){ .character = character, .meaning = (uint8_t)meaning };
    if (canvas->owners != NULL)
        canvas->owners[cell - canvas->cells] = canvas->owner;
}

void canvas_put_under(struct canvas *canvas, int x, int y, uint32_t character, enum meaning meaning)
{
    const struct cell *cell = canvas_cell(canvas, x, y);

    if (cell != NULL && cell->character == CANVAS_EMPTY)
        canvas_put(canvas, x, y, character, meaning);
}

/* A character of a text, made fit for a terminal. */
struct glyph {
    uint32_t code;
    int width;
    size_t len; /* bytes of the text */
};

static struct glyph next_glyph(const char *text)
{
    struct glyph glyph;

    if (text[0] >= 0x20 && text[0] < 0x7f)
        return (struct glyph){ (uint8_t)text[0], 1, 1 };
    glyph.len = utf8_decode(text, strlen(text), &glyph.code);
    if (glyph.len == 0)
        return (struct glyph){ '?', 1, 1 };
    if (!utf8_is_printable(glyph.code))
        return (struct glyph){ '?', 1, glyph.len };
    glyph.width = utf8_width(glyph.code);
    /* A locale that cannot print it cannot measure it either. */
    if (glyph.width < 0)
        glyph.width = 1;
    return glyph;
}

/* Bytes of TEXT, at most LIMIT, before the first that is no letter of one cell:
 * nearly always all of them. */
static int plain_length(const char *text, int limit)
{
    int len = 0;

    while (len < limit && text[len] >= ' ' && text[len] < 0x7f)
        len++;
    return len;
}

int canvas_text(struct canvas *canvas, int x, int y, const char *text, int limit,
                enum meaning meaning)
{
    int used = 0;

    if (y >= canvas->height) { /* nothing of it will be seen */
        used = plain_length(text, limit);
        text += used;
    }
    while (*text != '\0') {
        struct glyph glyph = next_glyph(text);

        if (used + glyph.width > limit)
            break;
        text += glyph.len;
        /* A mark that combines with the letter before it has no cell. */
        if (glyph.width == 0)
            continue;
        if (glyph.width == 2 && x + used + 1 >= canvas->width)
            glyph.code = '?';
        canvas_put(canvas, x + used, y, glyph.code, meaning);
        if (glyph.width == 2)
            canvas_put(canvas, x + used + 1, y, CANVAS_WIDE, meaning);
        used += glyph.width;
    }
    return used;
}

void canvas_line(struct canvas *canvas, int x, int y, int length, uint32_t character,
                 enum meaning meaning)
{
    for (int i = 0; i < length; i++)
        canvas_put_under(canvas, x + i, y, character, meaning);
}

void canvas_column(struct canvas *canvas, int x, int y, int length, uint32_t character,
                   enum meaning meaning)
{
    for (int i = 0; i < length; i++)
        canvas_put_under(canvas, x, y + i, character, meaning);
}

void canvas_emphasise(struct canvas *canvas, int x, int y, int length, enum emphasis emphasis)
{
    for (int i = 0; i < length; i++) {
        struct cell *cell = canvas_cell(canvas, x + i, y);

        if (cell == NULL)
            continue;
        if (cell->character == CANVAS_EMPTY)
            cell->character = ' ';
        cell->emphasis |= (uint8_t)emphasis;
    }
}

void canvas_copy(struct canvas *canvas, int x, int y, const struct canvas *from, int from_x,
                 int from_y, int width, int height)
{
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            const struct cell *cell = canvas_cell(from, from_x + column, from_y + row);
            struct cell *to = canvas_cell(canvas, x + column, y + row);

            if (cell != NULL && to != NULL)
                *to = *cell;
        }
}

int canvas_text_width(const char *text)
{
    int width = plain_length(text, INT_MAX);

    text += width;

    while (*text != '\0') {
        struct glyph glyph = next_glyph(text);

        width += glyph.width;
        text += glyph.len;
    }
    return width;
}

size_t canvas_text_break(const char *text, int columns)
{
    size_t at = 0, at_space = 0;
    int width = plain_length(text, columns);

    if (text[width] == '\0')
        return (size_t)width;
    width = 0;
    while (text[at] != '\0') {
        struct glyph glyph = next_glyph(text + at);

        if (text[at] == ' ')
            at_space = at;
        if (width + glyph.width > columns && at > 0)
            return at_space > 0 ? at_space : at;
        width += glyph.width;
        at += glyph.len;
    }
    return at;
}

uint32_t canvas_ascii(uint32_t character)
{
    static const struct {
        uint32_t unicode;
        char ascii;
    } table[] = {
        { 0x2502, '|' }, { 0x2500, '-' }, { 0x2572, '\\' }, { 0x2571, '/' }, { 0x2573, 'X' },
        { 0x25b6, '>' }, { 0x25c0, '<' }, { 0x25cf, '*' },  { 0x25e6, 'o' }, { 0x253c, '+' },
        { 0x2550, '=' }, { 0x25b7, '>' }, { 0x25b2, '^' },  { 0x25bc, 'v' }, { 0x250c, '+' },
        { 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' },  { 0x251c, '+' }, { 0x2524, '+' },
        { 0x252c, '+' }, { 0x2534, '+' }, { 0x2588, '#' },  { 0x2593, '%' }, { 0x2592, '=' },
        { 0x2591, '.' }, { 0x2192, '>' }, { 0x2190, '<' },  { 0x2191, '^' }, { 0x2193, 'v' },
        { 0x00b7, '.' }, { 0x2026, '~' }, { 0x256d, '+' },  { 0x256e, '+' }, { 0x2570, '+' },
        { 0x256f, '+' },
    };

    if (character < 0x80)
        return character;
    if (character >= 0x2800 && character < 0x2900) /* braille: a curve */
        return '*';
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].unicode == character)
            return (uint8_t)table[i].ascii;
    return '?';
}

static void put_utf8(uint32_t code, FILE *out)
{
    char bytes[5];

    if (code < 0x80)
        putc_unlocked((int)code, out);
    else
        fwrite_unlocked(bytes, 1, utf8_encode(code, bytes), out);
}

static void print_cell(const struct cell *cell, bool ascii, FILE *out)
{
    if (cell->character == CANVAS_EMPTY)
        putc_unlocked(' ', out);
    else if (cell->character == CANVAS_WIDE)
        /* In ASCII the wide character was one '?'. */
        fputs_unlocked(ascii ? "?" : "", out);
    else
        put_utf8(ascii ? canvas_ascii(cell->character) : cell->character, out);
}

void canvas_print_row(const struct canvas *canvas, int y, struct canvas_print how, FILE *out)
{
    const struct cell *row = canvas_cell(canvas, 0, y);
    int end = row == NULL ? 0 : canvas->width;
    enum meaning now = MEANING_PLAIN;

    while (end > 0 && (row[end - 1].character == CANVAS_EMPTY || row[end - 1].character == ' '))
        end--;
    for (int x = 0; x < end; x++) {
        enum meaning meaning = (enum meaning)row[x].meaning;

        if (how.colour && row[x].character != CANVAS_EMPTY && meaning != now) {
            fputs_unlocked(colour_change(now, meaning), out);
            now = meaning;
        }
        print_cell(&row[x], how.ascii, out);
    }
    if (now != MEANING_PLAIN)
        fputs_unlocked(colour_change(now, MEANING_PLAIN), out);
    putc_unlocked('\n', out);
}
