#include "tools/lib/diagnostic.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

enum {
    EXCERPT_COLUMNS = 100, /* of a source line that are shown */
    EXCERPT_BEFORE = 60,   /* of these, at most so many before the caret */
    CROWDED = 40,          /* errors after which care for one more is wasted */
    MESSAGE_MAX = 600,
};

struct diagnostic {
    unsigned order;
    uint32_t line, column;
    size_t sequence;
    char *text; /* all its lines, ready to print */
};

static void *must(void *memory)
{
    ASSERT(memory != NULL);
    return memory;
}

/* ---- sources ---- */

void source_init(struct source *s, const char *name, const char *text, size_t len)
{
    static const char BOM[] = "\xef\xbb\xbf";
    size_t room = 64;

    if (len >= 3 && memcmp(text, BOM, 3) == 0) {
        text += 3;
        len -= 3;
    }
    *s = (struct source){ .name = name, .text = text, .len = len };
    s->line_at = must(malloc(room * sizeof *s->line_at));
    s->line_at[s->line_count++] = 0;
    for (size_t i = 0; i < len; i++) {
        bool crlf = text[i] == '\r' && i + 1 < len && text[i + 1] == '\n';
        if ((text[i] != '\n' && text[i] != '\r') || crlf)
            continue;
        if (s->line_count == room) {
            room *= 2;
            s->line_at = must(realloc(s->line_at, room * sizeof *s->line_at));
        }
        s->line_at[s->line_count++] = i + 1;
    }
}

void source_free(struct source *s)
{
    free(s->line_at);
    *s = (struct source){ .name = NULL };
}

struct span source_line(const struct source *s, uint32_t line)
{
    if (line < 1 || line > s->line_count)
        return (struct span){ (const uint8_t *)"", 0 };
    size_t start = s->line_at[line - 1];
    size_t end = line < s->line_count ? s->line_at[line] : s->len;
    while (end > start && (s->text[end - 1] == '\n' || s->text[end - 1] == '\r'))
        end--;
    return (struct span){ (const uint8_t *)s->text + start, end - start };
}

/* ---- rendering ---- */

/* The next character of a text as it may be shown: bytes, columns. */
struct glyph {
    const char *at;
    size_t len;  /* bytes to show */
    size_t used; /* bytes taken from the text */
    size_t columns;
};

static struct glyph glyph_next(const char *at, size_t len)
{
    uint32_t code = 0;
    size_t used = utf8_decode(at, len, &code);
    int width = used > 0 && utf8_is_printable(code) ? utf8_width(code) : -1;

    if (code == '\t' && used > 0)
        return (struct glyph){ " ", 1, used, 1 };
    if (width < 0)
        return (struct glyph){ "?", 1, used > 0 ? used : 1, 1 };
    return (struct glyph){ at, used, used, (size_t)width };
}

/* Columns that the first LEN bytes at LINE take; stops counting at MAX. */
static size_t count_columns(const char *line, size_t len, size_t max)
{
    size_t columns = 0;

    for (size_t i = 0; i < len && columns < max;) {
        struct glyph glyph = glyph_next(line + i, len - i);
        columns += glyph.columns;
        i += glyph.used;
    }
    return columns;
}

/* Byte offset in LINE of the first character to show, so that the caret,
 * CARET bytes in, is among the columns shown. */
static size_t excerpt_start(const char *line, size_t len, size_t caret)
{
    size_t columns = count_columns(line, caret, SIZE_MAX), start = 0;

    if (count_columns(line, len, EXCERPT_COLUMNS + 1) <= EXCERPT_COLUMNS)
        return 0;
    while (columns > EXCERPT_BEFORE) {
        struct glyph glyph = glyph_next(line + start, caret - start);
        columns -= min_size(glyph.columns, columns);
        start += glyph.used;
    }
    return start;
}

static size_t byte_of_column(const char *line, size_t len, size_t column)
{
    size_t at = 0;

    while (column-- > 1 && at < len)
        at += glyph_next(line + at, len - at).used;
    return at;
}

/* Writes "  the line\n  ^~~\n". */
static void write_excerpt(FILE *out, struct mark mark)
{
    struct span span = source_line(mark.source, mark.line);
    const char *line = (const char *)span.at;
    size_t caret = byte_of_column(line, span.len, mark.column);
    size_t at = excerpt_start(line, span.len, caret);
    size_t columns = 0, indent = at > 0 ? 5 : 2, under = 0, characters = 0;

    fprintf(out, at > 0 ? "  ..." : "  ");
    while (at < span.len && columns < EXCERPT_COLUMNS) {
        struct glyph glyph = glyph_next(line + at, span.len - at);
        fwrite(glyph.at, 1, glyph.len, out);
        columns += glyph.columns;
        if (at < caret)
            indent += glyph.columns;
        else if (characters++ < mark.length)
            under += glyph.columns;
        at += glyph.used;
    }
    fprintf(out, "%s\n%*s^", at < span.len ? "..." : "", (int)indent, "");
    while (under-- > 1)
        fputc('~', out);
    fputc('\n', out);
}

static char *render(struct mark mark, const char *name, const char *message)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = must(open_memstream(&text, &size));
    bool placed = mark.source != NULL && !mark.source->is_option && mark.line > 0;

    if (name != NULL) {
        utf8_print_clean(out, name, false);
        if (placed)
            fprintf(out, ":%u:%u", mark.line, mark.column);
        fputs(": ", out);
    }
    fputs(_("error: "), out);
    utf8_print_clean(out, message, false);
    fputc('\n', out);
    bool shown = placed && mark.column <= SOURCE_COLUMN_MAX;
    if (shown && source_line(mark.source, mark.line).len > 0)
        write_excerpt(out, mark);
    fclose(out);
    return must(text);
}

/* ---- the collection ---- */

void diagnostics_init(struct diagnostics *d)
{
    *d = (struct diagnostics){ .at = NULL };
}

void diagnostics_free(struct diagnostics *d)
{
    for (size_t i = 0; i < d->kept; i++)
        free(d->at[i].text);
    free(d->at);
    diagnostics_init(d);
}

static void add(struct diagnostics *d, struct mark mark, const char *name, const char *format,
                va_list args)
{
    char message[MESSAGE_MAX];
    size_t sequence = d->total++;

    if (d->kept == DIAGNOSTICS_KEPT)
        return;
    if (d->at == NULL)
        d->at = must(calloc(DIAGNOSTICS_KEPT, sizeof *d->at));
    vsnprintf(message, sizeof message, format, args);
    d->at[d->kept++] = (struct diagnostic){
        .order = mark.source != NULL ? mark.source->order : 0,
        .line = mark.line,
        .column = mark.column,
        .sequence = sequence,
        .text = render(mark, name, message),
    };
}

void diagnostic_verror(struct diagnostics *d, struct mark mark, const char *format, va_list args)
{
    add(d, mark, mark.source != NULL ? mark.source->name : NULL, format, args);
}

void diagnostic_error(struct diagnostics *d, struct mark mark, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    diagnostic_verror(d, mark, format, args);
    va_end(args);
}

void diagnostic_name_error(struct diagnostics *d, const char *name, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(d, (struct mark){ .source = NULL }, name, format, args);
    va_end(args);
}

bool diagnostics_crowded(const struct diagnostics *d)
{
    return d->total >= CROWDED;
}

static int compare(const void *left, const void *right)
{
    const struct diagnostic *a = left, *b = right;

    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static void sort(struct diagnostics *d)
{
    if (d->kept > 0)
        qsort(d->at, d->kept, sizeof *d->at, compare);
}

size_t diagnostics_first(struct diagnostics *d, char *out, size_t size)
{
    const char *text;

    sort(d);
    text = d->kept > 0 ? d->at[0].text : "";
    return (size_t)snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
}

void diagnostics_print(struct diagnostics *d, FILE *out)
{
    sort(d);
    for (size_t i = 0; i < d->kept && i < DIAGNOSTICS_SHOWN; i++)
        fputs(d->at[i].text, out);
    if (d->total > DIAGNOSTICS_SHOWN)
        fprintf(out, _("and %zu more errors\n"), d->total - DIAGNOSTICS_SHOWN);
}
