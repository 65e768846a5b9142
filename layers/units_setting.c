#include "layers/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_choice(const char *choices, const char *text, int64_t *value, char *why,
                         size_t size)
{
    int64_t index = 0;

    for (const char *at = choices;; index++) {
        size_t len = strcspn(at, "|");
        if (len == strlen(text) && memcmp(at, text, len) == 0) {
            *value = index;
            return true;
        }
        if (at[len] == '\0')
            break;
        at += len + 1;
    }
    return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is not a choice here: write %.120s", text,
                       choices);
}

/* ---- words for special values: "auto=-1|off=-2" ---- */

/* The word at *AT and its value; moves *AT behind them. False past the last. */
static bool next_word(const char **at, const char **word, size_t *len, int64_t *value)
{
    char *end;

    if (*at == NULL || **at == '\0')
        return false;
    *word = *at;
    *len = strcspn(*at, "=");
    ASSERT((*at)[*len] == '=');
    *value = strtoll(*at + *len + 1, &end, 10);
    *at = *end == '|' ? end + 1 : end;
    return true;
}

static const char *words_of(const struct config_key *key)
{
    return key->unit == UNIT_CHOICE ? NULL : key->choices;
}

static bool parse_word(const struct config_key *key, const char *text, int64_t *value)
{
    const char *at = words_of(key), *word;
    int64_t meant;
    size_t len;

    while (next_word(&at, &word, &len, &meant)) {
        if (strlen(text) != len || memcmp(word, text, len) != 0)
            continue;
        *value = meant;
        return true;
    }
    return false;
}

size_t unit_format_words(const struct config_key *key, char *out, size_t size)
{
    const char *at = words_of(key), *word;
    size_t used = 0, len;
    int64_t value;

    snprintf(out, size, "%s", "");
    while (next_word(&at, &word, &len, &value))
        used += (size_t)snprintf(out + min_size(used, size), size - min_size(used, size),
                                 "%s%.*s", *at == '\0' ? " or " : ", ", (int)len, word);
    return used;
}

/* Adds to WHY, which says what else to write, the words of KEY. Always false. */
static bool refuse_with_words(const struct config_key *key, char *why, size_t size)
{
    size_t len = strlen(why);

    unit_format_words(key, why + len, size - len);
    return false;
}

static bool in_range(const struct config_key *key, int64_t parsed, const char *text,
                     int64_t *value, char *why, size_t size)
{
    char min[40], max[40];

    if (parsed >= key->min && parsed <= key->max) {
        *value = parsed;
        return true;
    }
    unit_format_limit(key, key->min, min, sizeof min);
    unit_format_limit(key, key->max, max, sizeof max);
    return unit_refuse(why, size, UNIT_SHOWN " is out of range: write %s to %s", text, min, max);
}

static bool parse_number(const struct config_key *key, const char *text, int64_t *value, char *why,
                         size_t size)
{
    int64_t parsed = 0;

    switch (key->unit) {
    case UNIT_COUNT:
        return unit_parse_count(text, key->min, key->max, value, why, size);
    case UNIT_TIME:
        return unit_parse_time(text, &parsed, why, size)
               && in_range(key, parsed, text, value, why, size);
    case UNIT_SIZE:
        return unit_parse_size(text, &parsed, why, size)
               && in_range(key, parsed, text, value, why, size);
    case UNIT_SWITCH:
    case UNIT_CHOICE:
        break;
    }
    ASSERT(key->unit <= UNIT_COUNT);
    return false;
}

bool unit_parse_setting(const struct config_key *key, const char *text, int64_t *value, char *why,
                         size_t size)
{
    if (key->unit == UNIT_SWITCH)
        return unit_parse_switch(text, value, why, size);
    if (key->unit == UNIT_CHOICE)
        return parse_choice(key->choices, text, value, why, size);
    if (parse_word(key, text, value))
        return true;
    if (key->choices == NULL && key->min == 0 && strcmp(text, "off") == 0) {
        *value = 0;
        return true;
    }
    return parse_number(key, text, value, why, size) || refuse_with_words(key, why, size);
}

static size_t format_choice(const char *choices, int64_t value, char *out, size_t size)
{
    const char *at = choices;

    for (; value > 0 && strchr(at, '|') != NULL; value--)
        at = strchr(at, '|') + 1;
    return (size_t)snprintf(out, size, "%.*s", (int)strcspn(at, "|"), at);
}

size_t unit_format_limit(const struct config_key *key, int64_t value, char *out, size_t size)
{
    if (key->unit == UNIT_TIME)
        return unit_format_time(value, out, size);
    if (key->unit == UNIT_SIZE)
        return unit_format_size(value, out, size);
    return (size_t)snprintf(out, size, "%" PRId64, value);
}

size_t unit_format_setting(const struct config_key *key, int64_t value, char *out, size_t size)
{
    const char *at = words_of(key), *word;
    int64_t meant;
    size_t len;

    while (next_word(&at, &word, &len, &meant))
        if (meant == value)
            return (size_t)snprintf(out, size, "%.*s", (int)len, word);
    if (key->unit == UNIT_SWITCH)
        return (size_t)snprintf(out, size, "%s", value != 0 ? "on" : "off");
    if (key->unit == UNIT_CHOICE)
        return format_choice(key->choices, value, out, size);
    return unit_format_limit(key, value, out, size);
}
