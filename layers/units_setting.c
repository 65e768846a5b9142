#include "layers/units.h"

#include <inttypes.h>
#include <stdio.h>
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

static bool in_range(const struct config_key *key, int64_t parsed, const char *text,
                     int64_t *value, char *why, size_t size)
{
    char min[40], max[40];

    if (parsed >= key->min && parsed <= key->max) {
        *value = parsed;
        return true;
    }
    unit_format_setting(key, key->min, min, sizeof min);
    unit_format_setting(key, key->max, max, sizeof max);
    return unit_refuse(why, size, UNIT_SHOWN " is out of range: write %s to %s", text, min, max);
}

bool unit_parse_setting(const struct config_key *key, const char *text, int64_t *value, char *why,
                         size_t size)
{
    int64_t parsed = 0;
    bool is_number = key->unit != UNIT_SWITCH && key->unit != UNIT_CHOICE;

    if (is_number && key->min == 0 && strcmp(text, "off") == 0) {
        *value = 0;
        return true;
    }
    switch (key->unit) {
    case UNIT_SWITCH:
        return unit_parse_switch(text, value, why, size);
    case UNIT_CHOICE:
        return parse_choice(key->choices, text, value, why, size);
    case UNIT_COUNT:
        return unit_parse_count(text, key->min, key->max, value, why, size);
    case UNIT_TIME:
        return unit_parse_time(text, &parsed, why, size)
               && in_range(key, parsed, text, value, why, size);
    case UNIT_SIZE:
        return unit_parse_size(text, &parsed, why, size)
               && in_range(key, parsed, text, value, why, size);
    }
    ASSERT(key->unit <= UNIT_CHOICE);
    return false;
}

static size_t format_choice(const char *choices, int64_t value, char *out, size_t size)
{
    const char *at = choices;

    for (; value > 0 && strchr(at, '|') != NULL; value--)
        at = strchr(at, '|') + 1;
    return (size_t)snprintf(out, size, "%.*s", (int)strcspn(at, "|"), at);
}

size_t unit_format_setting(const struct config_key *key, int64_t value, char *out, size_t size)
{
    switch (key->unit) {
    case UNIT_TIME:
        return unit_format_time(value, out, size);
    case UNIT_SIZE:
        return unit_format_size(value, out, size);
    case UNIT_SWITCH:
        return (size_t)snprintf(out, size, "%s", value != 0 ? "on" : "off");
    case UNIT_CHOICE:
        return format_choice(key->choices, value, out, size);
    case UNIT_COUNT:
        break;
    }
    return (size_t)snprintf(out, size, "%" PRId64, value);
}
