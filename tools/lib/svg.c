#include "tools/lib/svg.h"

#include <inttypes.h>
#include <string.h>

#include "tools/lib/utf8.h"

void svg_put_length(FILE *out, int64_t tenths)
{
    int64_t whole = tenths / 10, rest = tenths % 10;

    if (rest == 0)
        fprintf(out, "%" PRId64, whole);
    else
        fprintf(out, "%s%" PRId64 ".%" PRId64, tenths < 0 ? "-" : "", whole < 0 ? -whole : whole,
                rest < 0 ? -rest : rest);
}

static void put_attribute(FILE *out, const char *name, int64_t tenths)
{
    fprintf(out, " %s=\"", name);
    svg_put_length(out, tenths);
    fputc('"', out);
}

/* XML 1.0 has no U+FFFE and U+FFFF, and no control characters. */
static bool may_stand_in_xml(uint32_t code)
{
    return utf8_is_printable(code) && code != 0xfffe && code != 0xffff;
}

static const char *escape_of(char c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    default: return NULL;
    }
}

void svg_put_text(FILE *out, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        uint32_t code = 0;
        size_t used = utf8_decode(text, len, &code);

        if (used == 0 || !may_stand_in_xml(code))
            fputc('?', out);
        else if (escape_of(*text) != NULL)
            fputs(escape_of(*text), out);
        else
            fwrite(text, 1, used, out);
        used += used == 0;
        text += used;
        len -= used;
    }
}

static void put_element(FILE *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    fprintf(out, "<%s>", name);
    svg_put_text(out, text);
    fprintf(out, "</%s>\n", name);
}

void svg_begin(FILE *out, const struct svg_page *page)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" xml:space=\"preserve\"",
          out);
    put_attribute(out, "width", page->width);
    put_attribute(out, "height", page->height);
    fputs(" viewBox=\"0 0 ", out);
    svg_put_length(out, page->width);
    fputc(' ', out);
    svg_put_length(out, page->height);
    fputs("\">\n", out);
    put_element(out, "title", page->title);
    put_element(out, "desc", page->about);
    fprintf(out, "<style>\n%s</style>\n", page->style);
    fputs("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n", out);
}

void svg_end(FILE *out)
{
    fputs("</svg>\n", out);
}

void svg_line(FILE *out, const char *class, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              const char *end)
{
    fprintf(out, "<line class=\"%s\"", class);
    put_attribute(out, "x1", x1);
    put_attribute(out, "y1", y1);
    put_attribute(out, "x2", x2);
    put_attribute(out, "y2", y2);
    if (end != NULL)
        fprintf(out, " marker-end=\"%s\"", end);
    fputs("/>\n", out);
}

void svg_text(FILE *out, const char *class, int64_t x, int64_t y, enum svg_anchor anchor, int angle,
              const char *text)
{
    static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };

    fprintf(out, "<text class=\"%s\"", class);
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    fputs(anchors[anchor], out);
    if (angle != 0) {
        fputs(" transform=\"rotate(", out);
        svg_put_length(out, angle);
        fputc(' ', out);
        svg_put_length(out, x);
        fputc(' ', out);
        svg_put_length(out, y);
        fputs(")\"", out);
    }
    fputc('>', out);
    svg_put_text(out, text);
    fputs("</text>\n", out);
}

void svg_box(FILE *out, const char *class, int64_t x, int64_t y, int64_t width, int64_t height)
{
    fprintf(out, "<rect class=\"%s\"", class);
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    put_attribute(out, "width", width);
    put_attribute(out, "height", height);
    fputs("/>\n", out);
}

void svg_path_begin(FILE *out, const char *class)
{
    fprintf(out, "<path class=\"%s\" d=\"", class);
}

static void put_point(FILE *out, char how, int64_t x, int64_t y)
{
    fputc(how, out);
    svg_put_length(out, x);
    fputc(' ', out);
    svg_put_length(out, y);
}

void svg_path_move(FILE *out, int64_t x, int64_t y)
{
    put_point(out, 'M', x, y);
}

void svg_path_to(FILE *out, int64_t x, int64_t y)
{
    put_point(out, 'L', x, y);
}

void svg_path_end(FILE *out)
{
    fputs("\"/>\n", out);
}
