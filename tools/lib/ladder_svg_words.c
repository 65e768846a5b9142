/*
 * Words and signs of a drawn ladder: row by row, where the ladder in text has
 * them. What a frame says follows its arrow.
 */
#include <string.h>

#include "tools/lib/ladder_svg_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum {
    FOOT = 16 * SVG_PX,   /* of letters, below the upper edge of their row */
    ABOVE = 4 * SVG_PX,   /* words are so far above their arrow */
    BESIDE = 12 * SVG_PX, /* and from the sender's column */
    PAPER = 14 * SVG_PX,  /* height of what is under words */
    SIGN = 4 * SVG_PX,    /* half of a sign at a column */
    WORDS_SIZE = 4 * LADDER_WIDTH_MAX + 1,
};

const char *ladder_svg_class(enum meaning meaning)
{
    static const char *const classes[MEANING_COUNT] = {
        [MEANING_TITLE] = "title", [MEANING_NODE] = "node",     [MEANING_DETAIL] = "detail",
        [MEANING_TIME] = "time",   [MEANING_NUMBER] = "number", [MEANING_ARP] = "arp",
        [MEANING_IP] = "ip",       [MEANING_ICMP] = "icmp",     [MEANING_UDP] = "udp",
        [MEANING_TCP] = "tcp",     [MEANING_LOST] = "lost",     [MEANING_FATE] = "fate",
        [MEANING_STATE] = "state", [MEANING_APP] = "app",       [MEANING_WHY] = "why",
        [MEANING_IDLE] = "idle",   [MEANING_COLUMN] = "column",
    };

    return classes[meaning] != NULL ? classes[meaning] : "other";
}

/* ---- Cells ---- */

/* A run of cells that belong together. */
struct words {
    char text[WORDS_SIZE];
    int x, width; /* cells */
    enum meaning meaning;
    uint32_t frame; /* whose they are; 0: nobody's */
};

/* Cells of lines: here these are drawn as such. */
static bool is_line(const struct cell *cell)
{
    switch (cell->character) {
    case CANVAS_EMPTY:
    case 0x2500: /* level */
    case 0x2502: /* a column */
    case 0x2571: /* leaning to the left, and to the right */
    case 0x2572:
    case 0x25b6: /* heads of arrows */
    case 0x25c0: return true;
    default: return cell->meaning == MEANING_COLUMN;
    }
}

static const struct cell *cell_at(const struct canvas *canvas, int x, int y)
{
    static const struct cell empty;
    const struct cell *cell = canvas_cell(canvas, x, y);

    return cell != NULL ? cell : &empty;
}

static uint32_t owner_at(const struct canvas *canvas, int x, int y)
{
    return canvas->owners != NULL ? canvas->owners[(size_t)y * (size_t)canvas->width + (size_t)x]
                                  : 0;
}

/* The x of a loss is drawn with its arrow. */
static bool is_cross(const struct canvas *canvas, int x, int y)
{
    const struct cell *cell = cell_at(canvas, x, y);

    return cell->character == 'x' && cell->meaning == MEANING_LOST &&
           (cell_at(canvas, x - 1, y)->character == 0x2500 ||
            cell_at(canvas, x + 1, y)->character == 0x2500);
}

static bool is_column(const struct ladder_svg *s, int x)
{
    for (unsigned i = 0; i < s->column_count; i++)
        if (s->columns[i].x == x)
            return true;
    return false;
}

/* The run of words, or the sign of a column, at or behind *X of row Y; *X goes
 * behind it. False: there are no more. */
static bool next_words(const struct ladder_svg *s, const struct canvas *canvas, int *x, int y,
                       struct words *words)
{
    size_t len = 0;

    while (*x < canvas->width &&
           (is_line(cell_at(canvas, *x, y)) || cell_at(canvas, *x, y)->character == ' ' ||
            is_cross(canvas, *x, y)))
        ++*x;
    if (*x >= canvas->width)
        return false;
    words->x = *x;
    words->meaning = cell_at(canvas, *x, y)->meaning;
    words->frame = owner_at(canvas, *x, y);
    for (; *x < canvas->width; ++*x) {
        const struct cell *cell = cell_at(canvas, *x, y);

        if (is_line(cell) || cell->meaning != words->meaning ||
            owner_at(canvas, *x, y) != words->frame || (*x > words->x && is_column(s, words->x)))
            break;
        if (cell->character != CANVAS_WIDE)
            len += utf8_encode(cell->character, words->text + len);
    }
    words->width = *x - words->x;
    words->text[len] = '\0';
    while (len > 0 && words->text[len - 1] == ' ') {
        words->text[--len] = '\0';
        words->width--;
    }
    return true;
}

/* ---- Signs ---- */

static void put_circle(FILE *out, const char *class, int64_t x, int64_t y)
{
    fprintf(out, "<circle class=\"%s\" cx=\"", class);
    svg_put_length(out, x);
    fputs("\" cy=\"", out);
    svg_put_length(out, y);
    fputs("\" r=\"", out);
    svg_put_length(out, SIGN);
    fputs("\"/>\n", out);
}

static void put_triangle(FILE *out, int64_t x, int64_t y)
{
    svg_path_begin(out, "sign-told");
    svg_path_move(out, x - SIGN, y - SIGN - SVG_PX);
    svg_path_to(out, x + SIGN + SVG_PX, y);
    svg_path_to(out, x - SIGN, y + SIGN + SVG_PX);
    svg_path_to(out, x - SIGN, y - SIGN - SVG_PX);
    svg_path_end(out);
}

/* A state is square, what an application sees is round. */
void ladder_svg_sign(FILE *out, uint32_t sign, enum meaning meaning, int64_t x, int64_t y)
{
    char text[5];

    switch (sign) {
    case 0x25cf:
        if (meaning == MEANING_STATE)
            svg_box(out, "sign-state", x - SIGN, y - SIGN, 2 * SIGN, 2 * SIGN);
        else
            put_circle(out, "sign-app", x, y);
        break;
    case 0x25e6: put_circle(out, "sign-why", x, y); break;
    case LADDER_COMMAND_MARK: put_triangle(out, x, y); break;
    case 'x':
        svg_line(out, "cross", x - SIGN, y - SIGN, x + SIGN, y + SIGN, NULL);
        svg_line(out, "cross", x - SIGN, y + SIGN, x + SIGN, y - SIGN, NULL);
        break;
    case ':': break; /* the column itself pauses */
    default:
        utf8_encode(sign, text);
        svg_text(out, ladder_svg_class(meaning), x, y + SIGN, SVG_MIDDLE, 0, text);
    }
}

/* ---- Rows ---- */

static void put_words(FILE *out, const struct words *words, int64_t y)
{
    int64_t x = ladder_svg_x(words->x);

    if (words->meaning != MEANING_TIME && words->meaning != MEANING_NUMBER)
        svg_box(out, "paper", x - SVG_PX, y + FOOT - PAPER + 4 * SVG_PX,
                words->width * CELL_WIDTH + 2 * SVG_PX, PAPER);
    svg_text(out, ladder_svg_class(words->meaning), x, y + FOOT, SVG_START, 0, words->text);
}

/* Words that stand on the first row of their frame's arrow follow it. */
static bool put_on_arrow(struct ladder_svg *s, FILE *out, const struct words *words, int64_t row)
{
    int64_t x, y, width = words->width * CELL_WIDTH;
    struct ladder_svg_arrow arrow;
    bool right;

    if (words->frame == 0 || words->meaning == MEANING_LOST || words->meaning == MEANING_FATE ||
        !ladder_svg_arrow(s, words->frame, s->fates[words->frame], &arrow) || arrow.first != row)
        return false;
    right = arrow.direction > 0;
    if (right ? words->x < arrow.cell || words->x > arrow.cell + 4
              : words->x > arrow.cell || words->x + words->width < arrow.cell - 4)
        return false;
    x = arrow.x1 + (right ? BESIDE : -BESIDE);
    y = arrow.y1 - ABOVE + ladder_svg_drop(&arrow, BESIDE);
    if (ladder_svg_slant(&arrow) == 0) /* others may cross it */
        svg_box(out, "paper", right ? x : x - width, y - PAPER + 3 * SVG_PX, width, PAPER);
    svg_text(out, ladder_svg_class(words->meaning), x, y, right ? SVG_START : SVG_END,
             ladder_svg_slant(&arrow), words->text);
    return true;
}

static void put_sign(struct ladder_svg *s, FILE *out, const struct words *words, int64_t y)
{
    uint32_t sign = cell_at(&s->row, words->x, 0)->character;

    s->signs |= 1u << words->meaning;
    ladder_svg_sign(out, sign, words->meaning, ladder_svg_middle_x(words->x), y);
}

static void put_row(struct ladder_svg *s, FILE *out, int64_t row)
{
    int64_t y = ladder_svg_y(s, row);
    struct words words;
    int x = 0;

    while (next_words(s, &s->row, &x, 0, &words)) {
        if (row < s->end && is_column(s, words.x) && words.width == 1)
            put_sign(s, out, &words, y + ROW_HEIGHT / 2);
        else if (row >= s->end || !put_on_arrow(s, out, &words, row))
            put_words(out, &words, y);
    }
}

bool ladder_svg_rows(struct ladder_svg *s, FILE *out)
{
    for (int64_t row = 0; row < s->rows; row++) {
        if (!ladder_book_row(s->book, row, &s->row, 0, 0))
            return false;
        put_row(s, out, row);
    }
    return true;
}

void ladder_svg_header(const struct ladder_svg *s, const struct canvas *header, FILE *out)
{
    struct words words;

    for (int y = 0; y < s->header; y++)
        for (int x = 0; next_words(s, header, &x, y, &words);)
            svg_text(out, ladder_svg_class(words.meaning), ladder_svg_x(words.x),
                     SVG_MARGIN + s->top + y * ROW_HEIGHT + FOOT, SVG_START, 0, words.text);
}

/* ---- The key ---- */

static int64_t put_key_text(FILE *out, int64_t x, int64_t y, const char *text)
{
    svg_text(out, "detail", x, y + SIGN, SVG_START, 0, text);
    return x + ((int64_t)strlen(text) + 3) * CELL_WIDTH;
}

static int64_t put_key_lines(const struct ladder_svg *s, FILE *out, int64_t x, int64_t y)
{
    static const struct {
        enum meaning meaning;
        const char *name;
    } lines[] = {
        { MEANING_ARP, "ARP" }, { MEANING_IP, "IP" },   { MEANING_ICMP, "ICMP" },
        { MEANING_UDP, "UDP" }, { MEANING_TCP, "TCP" }, { MEANING_OTHER, N_("other frames") },
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if ((s->used >> lines[i].meaning & 1) == 0)
            continue;
        svg_line(out, ladder_svg_class(lines[i].meaning), x, y, x + 36 * SVG_PX, y, NULL);
        x = put_key_text(out, x + 42 * SVG_PX, y, _(lines[i].name));
    }
    return x;
}

void ladder_svg_key(const struct ladder_svg *s, FILE *out)
{
    static const struct {
        uint32_t sign;
        enum meaning meaning;
        const char *name;
    } signs[] = {
        { LADDER_COMMAND_MARK, MEANING_APP, N_("a command") },
        { 0x25cf, MEANING_APP, N_("the application") },
        { 0x25cf, MEANING_STATE, N_("a state, a turn") },
        { 0x25e6, MEANING_WHY, N_("a reason") },
        { 'x', MEANING_LOST, N_("lost") },
        { '~', MEANING_FATE, N_("changed by the wire") },
    };
    int64_t x = SVG_MARGIN, y = ladder_svg_middle_y(s, s->rows + 1);

    if (s->column_count == 0)
        return;
    x = put_key_lines(s, out, x, y);
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if ((s->signs >> signs[i].meaning & 1) == 0)
            continue;
        ladder_svg_sign(out, signs[i].sign, signs[i].meaning, x + SIGN, y);
        x = put_key_text(out, x + 14 * SVG_PX, y, _(signs[i].name));
    }
}
