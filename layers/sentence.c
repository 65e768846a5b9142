#include "layers/rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "layers/wire/address.h"
#include "layers/wire/name.h"
#include "layers/wire/text.h"
#include "sim/base.h"
#include "sim/vtime.h"

/* The sentences of rule.h; a file of its own, as rule.c is about the table. */

static void put_integer(struct text *t, int64_t value)
{
    text_format(t, "%" PRId64, value);
}

/*
 * Exact, in the largest unit that keeps a whole part: 1500000 is "1.5 ms".
 * Negative times are differences and keep their sign.
 */
static void put_time(struct text *t, int64_t value)
{
    static const struct {
        int64_t ns;
        int digits;
        const char *name;
    } units[] = { { SECONDS, 9, "s" }, { MS, 6, "ms" }, { US, 3, "us" }, { NS, 0, "ns" } };
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t i = rest == 0 ? 0 : ARRAY_LEN(units) - 1;
    char fraction[24];
    int digits;

    if (value == VTIME_NEVER) {
        text_put(t, "never");
        return;
    }
    while (i > 0 && rest >= (uint64_t)units[i - 1].ns)
        i--;
    if (value < 0)
        text_char(t, '-');
    text_format(t, "%" PRIu64, rest / (uint64_t)units[i].ns);
    digits = units[i].digits;
    snprintf(fraction, sizeof(fraction), ".%0*" PRIu64, digits,
             rest % (uint64_t)units[i].ns);
    while (digits > 0 && fraction[digits] == '0')
        digits--;
    fraction[digits == 0 ? 0 : digits + 1] = '\0';
    text_put(t, fraction);
    text_format(t, " %s", units[i].name);
}

static void put_ip(struct text *t, int64_t value)
{
    char address[IPV4_TEXT_SIZE];

    ipv4_format((ipv4)value, address, sizeof(address));
    text_put(t, address);
}

static void put_mac(struct text *t, int64_t value)
{
    char address[MAC_TEXT_SIZE];

    mac_format(mac_from_int64(value), address, sizeof(address));
    text_put(t, address);
}

static void put_hex(struct text *t, int64_t value)
{
    text_format(t, "0x%04" PRIx64, (uint64_t)value);
}

static void put_ethertype(struct text *t, int64_t value)
{
    const char *name = ethertype_name((uint16_t)value);

    put_hex(t, value & 0xffff);
    if (name != NULL)
        text_format(t, " (%s)", name);
}

static void put_protocol(struct text *t, int64_t value)
{
    const char *name = ip_protocol_name((uint8_t)value);

    put_integer(t, value);
    if (name != NULL)
        text_format(t, " (%s)", name);
}

static void put_state(struct text *t, int64_t value)
{
    bool fits = value >= 0 && value < STATE_COUNT;

    text_put(t, state_name(fits ? (int)value : -1));
}

static void put_icmp(struct text *t, int64_t value)
{
    uint8_t type = (uint8_t)(value >> 8);
    uint8_t code = (uint8_t)value;
    const char *name = icmp_error_name(type, code);

    if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "ICMP type %u, code %u", (unsigned)type, (unsigned)code);
}

static void put_rule(struct text *t, int64_t value)
{
    bool known = value > RULE_NONE && value < RULE_COUNT;

    text_put(t, known ? rule_get((rule_id)value)->sentence : "?");
}

/* ---- Texts of up to eight characters ---- */

#define TEXT_GOES_ON 1 /* in place of the last character */
#define MADE_UP_MIN 4  /* fewer letters in a row may well be a word */

bool rule_text_is_made_up(struct span start)
{
    for (size_t i = 1; i < start.len; i++)
        if (start.at[i] != (start.at[i - 1] == '~' ? '!' : start.at[i - 1] + 1))
            return false;
    return start.len >= MADE_UP_MIN;
}

static int64_t pack(struct span start, size_t len)
{
    size_t shown = min_size(start.len, RULE_TEXT_MAX);
    bool goes_on = len > shown;
    uint64_t packed = 0;

    shown -= goes_on && shown == RULE_TEXT_MAX;
    for (size_t i = 0; i < shown; i++) {
        if ((start.at[i] < 0x20 || start.at[i] > 0x7e) && start.at[i] != '\n')
            return 0;
        packed = packed << 8 | start.at[i];
    }
    return (int64_t)(goes_on ? packed << 8 | TEXT_GOES_ON : packed);
}

int64_t rule_text_of(struct span start, size_t len)
{
    struct span shown = { start.at, min_size(start.len, RULE_TEXT_MAX) };

    return shown.len == 0 || rule_text_is_made_up(shown) ? 0 : pack(start, len);
}

int64_t rule_word(const char *word)
{
    struct span all = { (const uint8_t *)word, strlen(word) };

    return pack(all, all.len);
}

int64_t rule_text(struct span text)
{
    return rule_text_of(text, text.len);
}

static void put_word(struct text *t, int64_t value)
{
    for (int shift = 8 * (RULE_TEXT_MAX - 1); shift >= 0; shift -= 8) {
        char c = (char)((uint64_t)value >> shift & 0x7f);

        if (c == TEXT_GOES_ON)
            text_put(t, "...");
        else if (c == '\n')
            text_put(t, "\\n");
        else if (c >= ' ')
            text_char(t, c);
    }
}

static void put_letters(struct text *t, int64_t value)
{
    if (value == 0)
        return;
    text_put(t, " \"");
    put_word(t, value);
    text_char(t, '"');
}

/* How to print {a:form}. */
static const struct {
    const char *form;
    void (*put)(struct text *t, int64_t value);
} forms[] = {
    { "", put_integer },
    { ":ip", put_ip },
    { ":mac", put_mac },
    { ":time", put_time },
    { ":hex", put_hex },
    { ":ethertype", put_ethertype },
    { ":protocol", put_protocol },
    { ":state", put_state },
    { ":icmp", put_icmp },
    { ":rule", put_rule },
    { ":text", put_letters },
    { ":word", put_word },
};

/* What can be counted: {a:bytes} is "1 byte" or "2 bytes". */
static const struct {
    const char *one, *many;
} counted[] = {
    { "byte", "bytes" }, { "packet", "packets" },     { "frame", "frames" },
    { "copy", "copies" }, { "fragment", "fragments" }, { "message", "messages" },
    { "hop", "hops" },   { "request", "requests" },   { "read", "reads" },
    { "hole", "holes" },
};

/* And what it may do: {a:bytes were} is "1 byte was" or "2 bytes were". */
static const struct {
    const char *after, *one, *many;
} verbs[] = { { "", "", "" }, { " are", " is", " are" }, { " were", " was", " were" } };

/* The row of counted, and of verbs, of the LEN characters of FORM. */
static bool find_counted(const char *form, size_t len, size_t *what, size_t *verb)
{
    for (size_t i = 0; i < ARRAY_LEN(counted); i++)
        for (size_t k = 0; k < ARRAY_LEN(verbs); k++) {
            size_t many = strlen(counted[i].many);

            if (len != many + strlen(verbs[k].after) || memcmp(form, counted[i].many, many) != 0 ||
                memcmp(form + many, verbs[k].after, len - many) != 0)
                continue;
            *what = i;
            *verb = k;
            return true;
        }
    return false;
}

bool sentence_form_counts(const char *form)
{
    size_t what, verb;

    return find_counted(form, strcspn(form, "}"), &what, &verb);
}

/* Prints VALUE as FORM says, which has LEN characters. False: no such form. */
static bool put_form(struct text *t, const char *form, size_t len, int64_t value)
{
    size_t what, verb;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (strlen(forms[i].form) != len || memcmp(forms[i].form, form, len) != 0)
            continue;
        forms[i].put(t, value);
        return true;
    }
    if (len == 0 || !find_counted(form + 1, len - 1, &what, &verb))
        return false;
    put_integer(t, value);
    text_format(t, " %s%s", value == 1 ? counted[what].one : counted[what].many,
                value == 1 ? verbs[verb].one : verbs[verb].many);
    return true;
}

/*
 * Prints the placeholder that starts at AT, "{a:ip}" or "{a1:ip}", and
 * returns its length; 0 if it is none, so that it is printed as it stands.
 */
static size_t put_placeholder(struct text *t, const char *at, int64_t a, int64_t b)
{
    const char *end = strchr(at, '}');
    const char *form = at + 2;
    int64_t value = at[1] == 'a' ? a : b;

    if (end == NULL || (at[1] != 'a' && at[1] != 'b'))
        return 0;
    if (*form >= '1' && *form <= '3')
        value = rule_part(value, (unsigned)(*form++ - '0'));
    return put_form(t, form, (size_t)(end - form), value) ? (size_t)(end - at) + 1 : 0;
}

size_t sentence_format(const char *sentence, int64_t a, int64_t b, char *out, size_t size)
{
    struct text t = text_begin(out, size);

    while (*sentence != '\0') {
        size_t taken = *sentence == '{' ? put_placeholder(&t, sentence, a, b) : 0;

        if (taken == 0) {
            text_char(&t, *sentence);
            taken = 1;
        }
        sentence += taken;
    }
    return t.len;
}
