#include <ctype.h>
#include <string.h>

#include "tools/lib/lab_memory.h"
#include "tools/lib/pkt_names.h"
#include "tools/lib/pkt_scan.h"
#include "tools/lib/text.h"

/* A system call: name(arguments) = result ERRNO (words). */

static struct pkt_value *parse_value(struct pkt_scan *s);

static struct pkt_value *value_new(struct pkt_scan *s, enum pkt_value_kind kind)
{
    struct pkt_value *value = lab_memory_take(s->memory, 1, sizeof(*value));

    value->kind = kind;
    return value;
}

/* Items up to CLOSING, separated by commas; the opening is behind us. */
static bool parse_items(struct pkt_scan *s, struct pkt_value *value, const char *closing)
{
    struct pkt_value **end = &value->items;

    if (pkt_take(s, closing))
        return true;
    if (++s->depth > PKT_NESTING_MAX)
        return pkt_fail(s, _("too many lists inside of lists"));
    do {
        *end = parse_value(s);
        if (*end == NULL)
            return false;
        end = &(*end)->next;
    } while (pkt_take(s, ","));
    s->depth--;
    return pkt_need(s, closing);
}

static bool parse_string(struct pkt_scan *s, struct pkt_value *value)
{
    size_t from = s->at, end;

    s->at++;
    for (end = s->at; s->text[end] != '"'; end++) {
        if (end == s->len || s->text[end] == '\n')
            return pkt_fail_from(s, from, _("this string never ends: write \" behind it"));
        if (s->text[end] == '\\' && end + 1 < s->len)
            end++;
    }
    value->len = end - s->at;
    value->text = lab_memory_text(s->memory, s->text + s->at, value->len);
    s->at = end + 1;
    return true;
}

/* ---- Numbers and names, joined by | ---- */

static bool parse_literal(struct pkt_scan *s, int64_t *number)
{
    bool negative = pkt_take(s, "-");
    bool hex = pkt_take(s, "0x") || pkt_take(s, "0X");
    int base = hex ? 16 : 10;
    size_t from = s->at;

    *number = 0;
    for (; isxdigit((unsigned char)s->text[s->at]); s->at++) {
        char c = (char)tolower((unsigned char)s->text[s->at]);
        int digit = isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10;

        if (digit >= base)
            break;
        if (*number > (INT64_MAX - digit) / base)
            return pkt_fail_from(s, from, _("this number is too large"));
        *number = *number * base + digit;
    }
    if (s->at == from)
        return pkt_fail(s, _("a value is missing: write a number, a name, \"text\", [list], "
                             "{struct} or ..."));
    if (negative)
        *number = -*number;
    return true;
}

static bool parse_term(struct pkt_scan *s, struct pkt_value *value)
{
    const char *name = pkt_read_word(s);
    int64_t number;

    if (name == NULL && !parse_literal(s, &number))
        return false;
    if (name != NULL && !pkt_name_value(name, &number)) {
        value->unknown = value->unknown != NULL ? value->unknown : name;
        number = 0;
    }
    value->number |= number;
    return true;
}

static bool parse_terms(struct pkt_scan *s, struct pkt_value *value)
{
    size_t from = s->at, end;

    do {
        bool bracket = pkt_take(s, "(");

        if (!parse_term(s, value) || (bracket && !pkt_need(s, ")")))
            return false;
        end = s->at;
    } while (pkt_take(s, "|"));
    value->text = lab_memory_text(s->memory, s->text + from, end - from);
    return true;
}

/* ---- Values ---- */

/* NAME= or NAME(N)= in a struct; NAME(items) as a value. */
static bool parse_named(struct pkt_scan *s, struct pkt_value **value)
{
    size_t from = s->at;
    const char *name = pkt_read_word(s);
    struct pkt_value *call;

    *value = NULL;
    if (name == NULL)
        return true;
    if (pkt_sees(s, "=") && !pkt_sees(s, "==")) {
        s->at++;
        *value = parse_value(s);
        if (*value != NULL)
            (*value)->field = name;
        return *value != NULL;
    }
    if (!pkt_take(s, "(")) {
        s->at = from;
        return true;
    }
    call = value_new(s, PKT_VALUE_CALL);
    call->text = name;
    if (!parse_items(s, call, ")"))
        return false;
    *value = call;
    if (pkt_take(s, "=")) {
        *value = parse_value(s);
        if (*value != NULL)
            (*value)->field = name;
    }
    return *value != NULL;
}

static struct pkt_value *parse_bracketed(struct pkt_scan *s, enum pkt_value_kind kind,
                                         const char *closing)
{
    struct pkt_value *value = value_new(s, kind);

    s->at++;
    return parse_items(s, value, closing) ? value : NULL;
}

static struct pkt_value *parse_plain(struct pkt_scan *s)
{
    struct pkt_value *value;

    if (pkt_take(s, "...") || pkt_take(s, "*"))
        return value_new(s, PKT_VALUE_ANY);
    if (pkt_take_word(s, "NULL"))
        return value_new(s, PKT_VALUE_NULL);
    if (pkt_sees(s, "["))
        return parse_bracketed(s, PKT_VALUE_LIST, "]");
    if (pkt_sees(s, "{"))
        return parse_bracketed(s, PKT_VALUE_STRUCT, "}");
    if (pkt_sees(s, "\"")) {
        value = value_new(s, PKT_VALUE_STRING);
        return parse_string(s, value) ? value : NULL;
    }
    value = value_new(s, PKT_VALUE_NUMBER);
    return parse_terms(s, value) ? value : NULL;
}

static struct pkt_value *parse_value(struct pkt_scan *s)
{
    struct pkt_value *value = NULL;
    size_t from;

    pkt_skip_space(s);
    from = s->at;
    /* Names of fields nest too: a=a=a=... */
    if (s->depth > PKT_NESTING_MAX) {
        pkt_fail(s, _("too many lists inside of lists"));
        return NULL;
    }
    s->depth++;
    if (!parse_named(s, &value))
        return NULL;
    if (value == NULL)
        value = parse_plain(s);
    s->depth--;
    if (value != NULL)
        value->mark = pkt_mark(s->source, from, s->at);
    return value;
}

/* ---- The call ---- */

static bool parse_arguments(struct pkt_scan *s, struct pkt_call *call)
{
    struct pkt_value list = { .kind = PKT_VALUE_LIST };
    size_t from = s->at;

    if (!pkt_need(s, "(") || !parse_items(s, &list, ")"))
        return false;
    call->arguments = list.items;
    for (const struct pkt_value *value = list.items; value != NULL; value = value->next)
        call->argument_count++;
    return call->argument_count <= PKT_ARGUMENTS_MAX ||
           pkt_fail_from(s, from, _("no call has so many arguments"));
}

static bool is_errno(const struct pkt_scan *s)
{
    return s->text[s->at] == 'E' && isupper((unsigned char)s->text[s->at + 1]);
}

/* (Resource temporarily unavailable), (flags O_RDWR): for people. */
static bool skip_words(struct pkt_scan *s)
{
    size_t from = s->at, end;

    if (!pkt_take(s, "("))
        return true;
    end = s->at + strcspn(s->text + s->at, ")\n");
    if (s->text[end] != ')') {
        return pkt_fail_from(s, from, _("these words never end: write \")\" behind them"));
    }
    s->at = end + 1;
    return true;
}

static bool parse_result(struct pkt_scan *s, struct pkt_call *call)
{
    if (!pkt_need(s, "="))
        return false;
    call->result = parse_value(s);
    if (call->result == NULL)
        return false;
    pkt_skip_space(s);
    if (is_errno(s))
        call->error = pkt_read_word(s);
    pkt_skip_space(s);
    return skip_words(s);
}

struct pkt_call *pkt_parse_call(struct pkt_scan *s)
{
    struct pkt_call *call = lab_memory_take(s->memory, 1, sizeof(*call));
    size_t from;

    if (pkt_take(s, "...")) {
        call->blocks = true;
        if (!pkt_read_seconds(s, &call->until))
            return NULL;
    }
    pkt_skip_space(s);
    from = s->at;
    call->name = pkt_read_word(s);
    if (call->name == NULL) {
        pkt_fail(s, _("nothing that can happen: write < or > and a packet, a system call, `a "
                      "setting` or %%{ an assertion }%%"));
        return NULL;
    }
    call->name_mark = pkt_mark(s->source, from, s->at);
    return parse_arguments(s, call) && parse_result(s, call) ? call : NULL;
}
