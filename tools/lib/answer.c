#include "tools/lib/answer.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/state.h"
#include "layers/units.h"
#include "layers/wire/address.h"
#include "tools/lib/lab_values.h"
#include "tools/lib/text.h"
#include "tools/lib/vtime_text.h"

enum { WORD_SIZE = 60 };

/* ---- Numbers ---- */

/* 1,460 and 12,345,678: commas before each three digits. */
static bool has_good_commas(const char *text)
{
    size_t first = strspn(text, "0123456789");

    if (text[first] == '\0')
        return true;
    if (first == 0 || first > 3)
        return false;
    for (text += first; *text == ','; text += 4)
        if (strspn(text + 1, "0123456789") != 3)
            return false;
    return *text == '\0';
}

static bool read_number(const char *text, int64_t *value, char *why, size_t size)
{
    bool negative = *text == '-', hex = strncmp(text + negative, "0x", 2) == 0;
    char digits[WORD_SIZE], *end;
    size_t len = 0;
    unsigned long long number;

    text += negative;
    if (!hex && !has_good_commas(text))
        return unit_refuse(why, size, _("\"%.40s\" is no number: write for example 1460"), text);
    for (; *text != '\0'; text++)
        if (*text != ',')
            digits[len++] = *text;
    digits[len] = '\0';
    errno = 0;
    number = strtoull(digits, &end, hex ? 16 : 10);
    if (end == digits || *end != '\0' || errno != 0 || number > INT64_MAX)
        return unit_refuse(why, size, _("\"%.40s\" is no number: write for example 1460"), digits);
    *value = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

/* 1460 alone is meant in bytes, as is "1460 bytes". */
static bool read_bytes(const char *text, int64_t *value, char *why, size_t size)
{
    char digits[WORD_SIZE];
    const char *unit = text + strspn(text, "-0123456789,");

    if (strncmp(text, "0x", 2) == 0)
        return read_number(text, value, why, size);
    snprintf(digits, sizeof(digits), "%.*s", (int)(unit - text), text);
    unit += strspn(unit, " ");
    if (*unit == '\0' || strcmp(unit, "B") == 0 || strcasecmp(unit, "bytes") == 0 ||
        strcasecmp(unit, "byte") == 0)
        return read_number(digits, value, why, size);
    return unit_parse_size(text, value, why, size);
}

static bool read_time(const char *text, int64_t *value, char *why, size_t size)
{
    bool negative = *text == '-';
    vtime time;

    if (!unit_parse_time(text + negative, &time, why, size))
        return false;
    *value = negative ? -time : time;
    return true;
}

/* ---- Words ---- */

/* What Linux, BSD and Wireshark call them. */
static const struct {
    const char *name;
    enum state_id state;
} aliases[] = {
    { "SYNRCVD", STATE_TCP_SYN_RECEIVED },
    { "SYNRECV", STATE_TCP_SYN_RECEIVED },
    { "ESTAB", STATE_TCP_ESTABLISHED },
    { "CLOSE", STATE_TCP_CLOSED },
};

/* TEXT in capitals, without what is written in many ways. */
static void squeeze_state(const char *text, char *out, size_t size)
{
    size_t len = 0;

    for (; *text != '\0' && len + 1 < size; text++)
        if (strchr("-_ ", *text) == NULL)
            out[len++] = (char)toupper((unsigned char)*text);
    out[len] = '\0';
}

static bool read_state(const char *text, int64_t *value, char *why, size_t size)
{
    char squeezed[WORD_SIZE], known[WORD_SIZE], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    squeeze_state(text, squeezed, sizeof(squeezed));
    nearest_begin(&near, text);
    for (int state = STATE_NONE + 1; state < STATE_COUNT; state++) {
        squeeze_state(state_name(state), known, sizeof(known));
        *value = state;
        if (strcmp(known, squeezed) == 0)
            return true;
        nearest_offer(&near, state_name(state));
    }
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        *value = aliases[i].state;
        if (strcmp(aliases[i].name, squeezed) == 0)
            return true;
    }
    nearest_clause(&near, clause, sizeof(clause));
    return unit_refuse(why, size, _("\"%.40s\" is no state%s"), text,
                       clause[0] != '\0' ? clause : _(": write for example ESTABLISHED"));
}

static bool read_truth(const char *text, int64_t *value, char *why, size_t size)
{
    static const char *const words[] = { "no", "yes", "n", "y", "false", "true", "0", "1" };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasecmp(words[i], text) == 0) {
            *value = i % 2;
            return true;
        }
    return unit_refuse(why, size, _("\"%.40s\": write yes or no"), text);
}

static bool read_ipv4(const char *text, int64_t *value, char *why, size_t size)
{
    ipv4 address;

    if (!lab_parse_address(text, &address, why, size))
        return false;
    *value = address;
    return true;
}

static bool read_mac(const char *text, int64_t *value, char *why, size_t size)
{
    struct mac mac;

    if (!lab_parse_mac(text, &mac, why, size))
        return false;
    *value = mac_to_int64(mac);
    return true;
}

bool answer_read(enum value_type type, const char *text, int64_t *value, char *why, size_t size)
{
    char word[WORD_SIZE];
    size_t len;

    text += strspn(text, " \t");
    len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    if (len == 0)
        return unit_refuse(why, size, _("nothing is written: write %s"), answer_wanted(type));
    if (len >= sizeof(word))
        return unit_refuse(why, size, _("this is too long: write %s"), answer_wanted(type));
    memcpy(word, text, len);
    word[len] = '\0';
    switch (type) {
    case VALUE_TIME: return read_time(word, value, why, size);
    case VALUE_BYTES: return read_bytes(word, value, why, size);
    case VALUE_STATE: return read_state(word, value, why, size);
    case VALUE_TRUTH: return read_truth(word, value, why, size);
    case VALUE_IPV4: return read_ipv4(word, value, why, size);
    case VALUE_MAC: return read_mac(word, value, why, size);
    case VALUE_HEX:
    case VALUE_HEX16:
    case VALUE_NUMBER: break;
    }
    return read_number(word, value, why, size);
}

/* ---- Writing ---- */

size_t answer_format(enum value_type type, int64_t value, char *out, size_t size)
{
    char text[ANSWER_TEXT_SIZE];

    switch (type) {
    case VALUE_TIME:
        if (value == INT64_MIN)
            break;
        vtime_format_plain(value < 0 ? -value : value, text, sizeof(text));
        return (size_t)snprintf(out, size, "%s%s", value < 0 ? "-" : "", text);
    case VALUE_BYTES: return (size_t)snprintf(out, size, "%" PRId64 " B", value);
    case VALUE_STATE:
        if (value <= STATE_NONE || value >= STATE_COUNT)
            break;
        return (size_t)snprintf(out, size, "%s", state_name((int)value));
    case VALUE_TRUTH: return (size_t)snprintf(out, size, "%s", value != 0 ? _("yes") : _("no"));
    case VALUE_IPV4: return ipv4_format((ipv4)value, out, size);
    case VALUE_MAC: return mac_format(mac_from_int64(value), out, size);
    case VALUE_HEX:
    case VALUE_HEX16:
        if (value < 0)
            break;
        return (size_t)snprintf(out, size, "0x%0*" PRIx64, type == VALUE_HEX ? 2 : 4,
                                (uint64_t)value);
    case VALUE_NUMBER: break;
    }
    return (size_t)snprintf(out, size, "%" PRId64, value);
}

/* ---- Judging ---- */

uint64_t answer_distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static uint64_t magnitude_of(int64_t value)
{
    return answer_distance(value, 0);
}

uint64_t answer_tolerance(enum value_type type, int64_t right)
{
    uint64_t magnitude = magnitude_of(right), least = magnitude / 1000;

    if (type != VALUE_TIME)
        return 0;
    return least < US / 2 && magnitude >= US ? US / 2 : least;
}

bool answer_same(enum value_type type, int64_t right, int64_t given)
{
    if (right == given)
        return true;
    return (right < 0) == (given < 0) &&
           answer_distance(right, given) <= answer_tolerance(type, right);
}

/* ---- Near enough ---- */

enum { ROUNDED_SHARE = 50 }; /* one part in so many */

int64_t answer_half_place(enum value_type type, const char *text)
{
    char one[WORD_SIZE], why[UNIT_WHY_SIZE];
    const char *unit, *point;
    vtime place;
    size_t places = 0;

    text += strspn(text, " \t-");
    unit = text + strspn(text, "0123456789.");
    point = memchr(text, '.', (size_t)(unit - text));
    if (point != NULL)
        places = (size_t)(unit - point) - 1;
    unit += strspn(unit, " ");
    snprintf(one, sizeof(one), "1%.*s", (int)strcspn(unit, " \t\r\n"), unit);
    if (type != VALUE_TIME || !unit_parse_time(one, &place, why, sizeof(why)))
        return 0;
    for (; places > 0 && place > 0; places--)
        place /= 10;
    return place / 2;
}

bool answer_is_rounded(int64_t right, int64_t given, int64_t half)
{
    uint64_t apart = answer_distance(right, given);

    return apart <= (uint64_t)half && apart <= magnitude_of(right) / ROUNDED_SHARE;
}

bool answer_read_span(enum value_type type, const char *text, int64_t right, int64_t *span,
                      char *why, size_t size)
{
    int64_t read, near, million = 1000000;

    if (type != VALUE_NUMBER && type != VALUE_TIME && type != VALUE_BYTES)
        return unit_refuse(why, size, _("there is nothing near such an answer: remove it"));
    if (strchr(text, '%') != NULL) {
        if (!unit_parse_chance(text, &read, why, size))
            return false;
        right = right < -INT64_MAX ? INT64_MAX : right < 0 ? -right : right;
        near = right / million * read + right % million * read / million;
    } else if (answer_read(type, text, &read, why, size)) {
        near = read;
    } else {
        return false;
    }
    if (read <= 0)
        return unit_refuse(why, size, _("\"%.40s\" is no span: write more than 0"), text);
    *span = near;
    return true;
}

const char *answer_wanted(enum value_type type)
{
    switch (type) {
    case VALUE_TIME: return _("a time such as 20ms");
    case VALUE_BYTES: return _("a number of bytes such as 1460");
    case VALUE_STATE: return _("a state such as ESTABLISHED");
    case VALUE_TRUTH: return _("yes or no");
    case VALUE_IPV4: return _("an address such as 10.0.0.1");
    case VALUE_MAC: return _("an address such as 02:00:00:00:00:01");
    case VALUE_HEX: return _("a number such as 0x12");
    case VALUE_HEX16: return _("a number such as 0x0800");
    case VALUE_NUMBER: break;
    }
    return _("a number such as 1460");
}
