#include "tools/lib/pkt_scan.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "tools/lib/lab_memory.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/* ---- Places ---- */

static size_t line_of(const struct source *source, size_t offset)
{
    size_t low = 0, high = source->line_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->line_at[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint32_t characters(const char *text, size_t len)
{
    uint32_t count = 0, code;

    for (size_t i = 0; i < len; count++) {
        size_t used = utf8_decode(text + i, len - i, &code);

        i += used > 0 ? used : 1;
    }
    return count;
}

struct mark pkt_mark(const struct source *source, size_t from, size_t to)
{
    size_t line, start, end;
    struct mark mark = { .source = source };

    from = min_size(from, source->len);
    line = line_of(source, from);
    start = source->line_at[line];
    end = line + 1 < source->line_count ? source->line_at[line + 1] : source->len;
    mark.line = (uint32_t)line + 1;
    mark.column = characters(source->text + start, from - start) + 1;
    mark.length = characters(source->text + from, min_size(to > from ? to : from, end) - from);
    if (mark.length == 0)
        mark.length = 1;
    return mark;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* What is underlined at an error that nothing has been read of. */
static size_t token_end(const struct pkt_scan *s)
{
    size_t end = s->at;

    while (end < s->len && is_word_char(s->text[end]))
        end++;
    return end > s->at ? end : s->at + 1;
}

/* What is missing at the end of a line is missed there, not on the next one. */
static void stay_on_line(struct pkt_scan *s)
{
    size_t end = s->at;

    while (end > s->event_from && isspace((unsigned char)s->text[end - 1]))
        end--;
    if (end > s->event_from && memchr(s->text + end, '\n', s->at - end) != NULL)
        s->at = end;
}

bool pkt_fail(struct pkt_scan *s, const char *format, ...)
{
    va_list args;

    pkt_skip_space(s);
    stay_on_line(s);
    va_start(args, format);
    diagnostic_verror(s->diagnostics, pkt_mark(s->source, s->at, token_end(s)), format, args);
    va_end(args);
    return false;
}

bool pkt_fail_from(struct pkt_scan *s, size_t from, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    diagnostic_verror(s->diagnostics, pkt_mark(s->source, from, s->at), format, args);
    va_end(args);
    return false;
}

/* ---- Steps ---- */

void pkt_skip_space(struct pkt_scan *s)
{
    while (s->at < s->len && isspace((unsigned char)s->text[s->at]))
        s->at++;
}

bool pkt_sees(struct pkt_scan *s, const char *token)
{
    pkt_skip_space(s);
    return strncmp(s->text + s->at, token, strlen(token)) == 0;
}

bool pkt_sees_word(struct pkt_scan *s, const char *word)
{
    return pkt_sees(s, word) && !is_word_char(s->text[s->at + strlen(word)]);
}

bool pkt_take(struct pkt_scan *s, const char *token)
{
    if (!pkt_sees(s, token))
        return false;
    s->at += strlen(token);
    return true;
}

bool pkt_take_word(struct pkt_scan *s, const char *word)
{
    if (!pkt_sees_word(s, word))
        return false;
    s->at += strlen(word);
    return true;
}

bool pkt_need(struct pkt_scan *s, const char *token)
{
    return pkt_take(s, token) || pkt_fail(s, _("\"%s\" is missing here"), token);
}

const char *pkt_read_word(struct pkt_scan *s)
{
    size_t from;

    pkt_skip_space(s);
    from = s->at;
    if (isdigit((unsigned char)s->text[from]))
        return NULL;
    while (s->at < s->len && is_word_char(s->text[s->at]))
        s->at++;
    return s->at > from ? lab_memory_text(s->memory, s->text + from, s->at - from) : NULL;
}

/* ---- Numbers ---- */

bool pkt_read_number(struct pkt_scan *s, const char *what, uint32_t max, uint32_t *number)
{
    uint64_t value = 0;
    size_t from;

    pkt_skip_space(s);
    from = s->at;
    while (isdigit((unsigned char)s->text[s->at])) {
        if (value <= UINT32_MAX)
            value = value * 10 + (uint64_t)(s->text[s->at] - '0');
        s->at++;
    }
    if (s->at == from)
        return pkt_fail(s, _("%s is missing: write a number"), what);
    if (value > max)
        return pkt_fail_from(s, from, _("%s is too large: at most %u"), what, max);
    *number = (uint32_t)value;
    return true;
}

/* The digits behind the point; those beyond nanoseconds are left out. */
static vtime read_fraction(struct pkt_scan *s)
{
    vtime unit = SECONDS, fraction = 0;

    while (isdigit((unsigned char)s->text[s->at])) {
        unit /= 10;
        fraction += (s->text[s->at++] - '0') * unit;
    }
    return fraction;
}

/* "0...1" is two times: a point belongs to a number only before a digit. */
bool pkt_read_seconds(struct pkt_scan *s, vtime *time)
{
    enum { LONGEST = 1000000 };
    uint32_t whole = 0;

    pkt_skip_space(s);
    if (s->text[s->at] != '.' && !pkt_read_number(s, _("the time"), LONGEST, &whole))
        return false;
    *time = whole * SECONDS;
    if (s->text[s->at] != '.' || s->text[s->at + 1] == '.')
        return true;
    if (!isdigit((unsigned char)s->text[s->at + 1]))
        return isspace((unsigned char)s->text[s->at + 1]) && s->at > 0 &&
                       isdigit((unsigned char)s->text[s->at - 1])
                   ? (s->at++, true)
                   : pkt_fail(s, _("a time is in seconds: write 1, 0.5 or .5"));
    s->at++;
    *time += read_fraction(s);
    return true;
}

bool pkt_read_range(struct pkt_scan *s, struct pkt_range *range)
{
    size_t from;

    pkt_skip_space(s);
    from = s->at;
    if (!pkt_read_number(s, _("the first sequence number"), UINT32_MAX, &range->first) ||
        !pkt_need(s, ":") ||
        !pkt_read_number(s, _("the last sequence number"), UINT32_MAX, &range->last) ||
        !pkt_need(s, "(") || !pkt_read_number(s, _("the length"), PKT_TEXT_MAX, &range->len) ||
        !pkt_need(s, ")"))
        return false;
    if (range->first + range->len != range->last)
        return pkt_fail_from(s, from, _("%u bytes from %u on end at %u: write %u:%u(%u)"),
                             range->len, range->first, range->first + range->len, range->first,
                             range->first + range->len, range->len);
    return true;
}
