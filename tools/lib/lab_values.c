#include "tools/lib/lab_values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/text.h"

bool lab_parse_seed(const char *text, uint64_t *seed, char *why, size_t size)
{
    uint64_t value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (__builtin_mul_overflow(value, 10, &value)
            || __builtin_add_overflow(value, digit, &value))
            return unit_refuse(why, size,
                               _(UNIT_SHOWN " is too large: a seed is at most %" PRIu64), text,
                               UINT64_MAX);
    }
    if (at == text || *at != '\0')
        return unit_refuse(why, size,
                           _("\"" UNIT_SHOWN "\" is not a seed: write a whole number, such as 42"),
                           text);
    *seed = value;
    return true;
}

bool lab_parse_address(const char *text, ipv4 *address, char *why, size_t size)
{
    if (ipv4_parse(text, address))
        return true;
    return unit_refuse(why, size,
                       _("\"" UNIT_SHOWN "\" is not an IPv4 address: write four numbers from 0 to "
                         "255, such as 10.0.0.1"), text);
}

bool lab_parse_prefix(const char *text, int len_min, ipv4 *address, int *prefix_len, char *why,
                      size_t size)
{
    char before[IPV4_TEXT_SIZE + 1];
    const char *slash = strchr(text, '/');
    int64_t len;
    ipv4 parsed;

    size_t digits = slash != NULL ? (size_t)(slash - text) : strlen(text);
    snprintf(before, sizeof before, "%.*s", (int)min_size(digits, sizeof before), text);
    if (!ipv4_parse(before, &parsed))
        return unit_refuse(why, size,
                           _("\"" UNIT_SHOWN "\" is not an address with its prefix: write it like "
                             "10.0.0.1/24"), text);
    if (slash == NULL)
        return unit_refuse(why, size,
                           _(UNIT_SHOWN " in which network? write its prefix too, " UNIT_SHOWN
                             "/24"), text, text);
    if (!unit_parse_count(slash + 1, len_min, 32, &len, why, size))
        return unit_refuse(why, size,
                           _("a prefix of \"" UNIT_SHOWN "\" bits is not possible: write /%d to "
                             "/32"), slash + 1, len_min);
    *address = parsed;
    *prefix_len = (int)len;
    return true;
}

bool lab_parse_mac(const char *text, struct mac *mac, char *why, size_t size)
{
    if (mac_parse(text, mac))
        return true;
    return unit_refuse(why, size,
                       _("\"" UNIT_SHOWN "\" is not a MAC address: write it like "
                         "02:00:00:00:00:01"), text);
}
