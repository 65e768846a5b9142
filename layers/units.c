#include "layers/units.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DECIMALS_MAX = 18 }; /* digits after the point; 10^18 fits in 63 bits */

struct unit {
    const char *name; /* NULL ends a table */
    int64_t factor;   /* how many of the smallest unit it is */
};

/* A kind of quantity; the texts are for people. */
struct quantity {
    const struct unit *units;
    const char *what;    /* "a time" */
    const char *example; /* a unit to suggest: "ms" */
    const char *names;   /* of all units */
    const char *step;    /* the smallest unit */
    const char *most;    /* max, or the last round value before it */
    int64_t max;
};

static const struct quantity TIME = {
    .units = (const struct unit[]){ { "ns", NS }, { "us", US }, { "ms", MS }, { "s", SECONDS },
                                    { "min", MINUTES }, { "h", HOURS }, { NULL, 0 } },
    .what = "a time",
    .example = "ms",
    .names = "ns, us, ms, s, min or h",
    .step = "1ns",
    .most = "640511h",
    .max = VTIME_MAX,
};

static const struct quantity SIZE = {
    .units = (const struct unit[]){ { "B", 1 }, { "kB", 1000 }, { "KiB", 1 << 10 },
                                    { "MB", 1000000 }, { "MiB", 1 << 20 },
                                    { "GB", 1000000000 }, { "GiB", 1 << 30 }, { NULL, 0 } },
    .what = "a size",
    .example = "B",
    .names = "B, kB (1000), KiB (1024), MB, MiB, GB or GiB",
    .step = "1B",
    .most = "8388608GiB",
    .max = (int64_t)1 << 53,
};

static const struct quantity RATE = {
    .units = (const struct unit[]){ { "bit", 1 }, { "kbit", 1000 }, { "Mbit", 1000000 },
                                    { "Gbit", 1000000000 }, { "bit/s", 1 }, { "kbit/s", 1000 },
                                    { "Mbit/s", 1000000 }, { "Gbit/s", 1000000000 },
                                    { NULL, 0 } },
    .what = "a rate",
    .example = "Mbit",
    .names = "bit, kbit, Mbit or Gbit",
    .step = "1bit",
    .most = "1000Gbit",
    .max = 1000000000000,
};

static const struct quantity CHANCE = {
    .units = (const struct unit[]){ { "%", 10000 }, { NULL, 0 } },
    .what = "a chance",
    .example = "%",
    .names = "%",
    .step = "0.0001%",
    .most = "100%",
    .max = 1000000,
};

static const struct quantity PACKETS = {
    .units = (const struct unit[]){ { "packets", 1 }, { "packet", 1 }, { NULL, 0 } },
    .what = "a number of packets",
    .example = " packets",
    .names = "packets",
    .step = "1 packet",
    .most = "1000000 packets",
    .max = 1000000,
};

bool unit_refuse(char *why, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- decimal numbers ---- */

/* A number as written: whole + fraction / 10^decimals. */
struct decimal {
    int64_t whole;
    int64_t fraction;
    int64_t scale; /* 10^decimals */
    const char *end;
    bool too_large; /* for an int64_t */
    bool too_fine;  /* more decimals than any unit has */
};

static const char *read_whole(const char *at, struct decimal *n)
{
    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(n->whole, 10, &n->whole)
            || __builtin_add_overflow(n->whole, *at - '0', &n->whole))
            n->too_large = true;
    }
    return at;
}

static const char *read_fraction(const char *at, struct decimal *n)
{
    const char *last = at; /* past the last digit that is not 0 */

    for (const char *digit = at; is_digit(*digit); digit++)
        last = *digit != '0' ? digit + 1 : last;
    if (last - at > DECIMALS_MAX)
        n->too_fine = true;
    for (; at < last && !n->too_fine; at++) {
        n->fraction = n->fraction * 10 + (*at - '0');
        n->scale *= 10;
    }
    while (is_digit(*at))
        at++;
    return at;
}

static bool read_decimal(const char *text, struct decimal *n)
{
    *n = (struct decimal){ .scale = 1 };
    if (!is_digit(text[0]))
        return false;
    n->end = read_whole(text, n);
    if (n->end[0] == '.' && is_digit(n->end[1]))
        n->end = read_fraction(n->end + 1, n);
    return true;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

enum fit { FITS, TOO_FINE, TOO_LARGE };

/* N times FACTOR, if that is a whole number up to MAX. */
static enum fit scale_exactly(const struct decimal *n, int64_t factor, int64_t max, int64_t *out)
{
    int64_t divisor = common_divisor(n->scale, factor);
    int64_t whole, value;

    if (n->too_large || __builtin_mul_overflow(n->whole, factor, &whole) || whole > max)
        return TOO_LARGE;
    if (n->too_fine || n->fraction % (n->scale / divisor) != 0)
        return TOO_FINE;
    int64_t rest = n->fraction / (n->scale / divisor) * (factor / divisor);
    if (__builtin_add_overflow(whole, rest, &value) || value > max)
        return TOO_LARGE;
    *out = value;
    return FITS;
}

/* ---- quantities ---- */

/* What people write for a unit, and the unit. Not KB: who writes that is told
 * both kilos. */
static const struct {
    const char *written, *unit;
} OTHER_NAMES[] = {
    { "sec", "s" }, { "secs", "s" }, { "second", "s" }, { "seconds", "s" }, { "S", "s" },
    { "msec", "ms" }, { "msecs", "ms" }, { "usec", "us" }, { "usecs", "us" }, { "nsec", "ns" },
    { "\xc2\xb5s", "us" }, { "\xce\xbcs", "us" }, { "mins", "min" },
    { "minute", "min" }, { "minutes", "min" }, { "hour", "h" }, { "hours", "h" }, { "hr", "h" },
    { "b", "B" }, { "byte", "B" }, { "bytes", "B" }, { "Kib", "KiB" }, { "kib", "KiB" },
    { "kiB", "KiB" }, { "bps", "bit" },
    { "bits", "bit" }, { "kbps", "kbit" }, { "Kbps", "kbit" }, { "Kbit", "kbit" },
    { "Mbps", "Mbit" }, { "mbps", "Mbit" }, { "mbit", "Mbit" }, { "MBit", "Mbit" },
    { "Gbps", "Gbit" }, { "gbps", "Gbit" }, { "gbit", "Gbit" }, { "GBit", "Gbit" },
    { "percent", "%" },
};

/* The unit of Q that NAME, which is none, is meant to be; or NULL. */
static const char *unit_meant(const struct quantity *q, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(OTHER_NAMES); i++) {
        for (const struct unit *unit = q->units; unit->name != NULL; unit++) {
            if (strcmp(name, OTHER_NAMES[i].written) == 0
                && strcmp(unit->name, OTHER_NAMES[i].unit) == 0)
                return unit->name;
        }
    }
    return NULL;
}

static const struct unit *find_unit(const struct quantity *q, const char *name)
{
    for (const struct unit *unit = q->units; unit->name != NULL; unit++) {
        if (strcmp(unit->name, name) == 0)
            return unit;
    }
    return NULL;
}

static bool parse_quantity(const struct quantity *q, const char *text, int64_t *out, char *why,
                           size_t size)
{
    struct decimal n;

    if (text[0] == '-' && is_digit(text[1]))
        return unit_refuse(why, size, "%s cannot be negative: write " UNIT_SHOWN, q->what,
                           text + 1);
    if (!read_decimal(text, &n))
        return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is not %s: write a number and %s", text,
                           q->what, q->names);
    const char *name = n.end + (n.end[0] == ' ');
    int digits = (int)min_size((size_t)(n.end - text), 40);
    if (name[0] == '\0' && q == &CHANCE && text[0] == '0')
        return unit_refuse(why, size, "%.*s what? write %.*s%%, or 20%% for one in five", digits,
                           text, digits, text);
    if (name[0] == '\0')
        return unit_refuse(why, size, "%.*s what? write %.*s%s", digits, text, digits, text,
                           q->example);
    const struct unit *unit = find_unit(q, name);
    const char *meant = unit_meant(q, name);
    if (unit == NULL && meant != NULL)
        return unit_refuse(why, size, "unknown unit \"" UNIT_SHOWN "\" for %s: write %.*s%s", name,
                           q->what, digits, text, meant);
    if (unit == NULL)
        return unit_refuse(why, size, "unknown unit \"" UNIT_SHOWN "\" for %s: write %s", name,
                           q->what, q->names);
    switch (scale_exactly(&n, unit->factor, q->max, out)) {
    case TOO_FINE:
        return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is too fine: the smallest step is %s",
                           text, q->step);
    case TOO_LARGE:
        return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is too large for %s: write at most %s",
                           text, q->what, q->most);
    case FITS:
        break;
    }
    return true;
}

static const struct quantity *const QUANTITIES[] = {
    [UNIT_OF_TIME] = &TIME,     [UNIT_OF_SIZE] = &SIZE,       [UNIT_OF_RATE] = &RATE,
    [UNIT_OF_CHANCE] = &CHANCE, [UNIT_OF_PACKETS] = &PACKETS,
};

bool unit_is_known(const char *name, enum unit_kind kind)
{
    const struct quantity *q = QUANTITIES[kind];

    return find_unit(q, name) != NULL || unit_meant(q, name) != NULL;
}

size_t unit_format_pattern(enum unit_kind kind, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "^[0-9]+([.][0-9]+)? ?(");

    for (const struct unit *unit = QUANTITIES[kind]->units; unit->name != NULL; unit++)
        len += (size_t)snprintf(out + min_size(len, size), size - min_size(len, size), "%s%s",
                                unit->name,
                                unit[1].name != NULL ? "|" : ")$");
    return len;
}

bool unit_parse_time(const char *text, vtime *time, char *why, size_t size)
{
    return parse_quantity(&TIME, text, time, why, size);
}

bool unit_parse_size(const char *text, int64_t *bytes, char *why, size_t size)
{
    return parse_quantity(&SIZE, text, bytes, why, size);
}

bool unit_parse_rate(const char *text, int64_t *bits, char *why, size_t size)
{
    int64_t rate;

    if (!parse_quantity(&RATE, text, &rate, why, size))
        return false;
    if (rate == 0)
        return unit_refuse(why, size, "a rate of 0 carries nothing: leave it out for a link that "
                           "needs no time, or write down in the script");
    *bits = rate;
    return true;
}

bool unit_parse_chance(const char *text, int64_t *ppm, char *why, size_t size)
{
    return parse_quantity(&CHANCE, text, ppm, why, size);
}

bool unit_parse_packets(const char *text, int64_t *packets, char *why, size_t size)
{
    return parse_quantity(&PACKETS, text, packets, why, size);
}

/* ---- plain values ---- */

bool unit_parse_count(const char *text, int64_t min, int64_t max, int64_t *count, char *why,
                      size_t size)
{
    struct decimal n;
    bool negative = text[0] == '-';

    if (!read_decimal(text + negative, &n) || n.end[0] != '\0' || n.scale != 1 || n.too_fine)
        return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is not a whole number: write one from %"
                           PRId64 " to %" PRId64, text, min, max);
    int64_t value = n.too_large ? 0 : negative ? -n.whole : n.whole;
    if (n.too_large || value < min || value > max)
        return unit_refuse(why, size, UNIT_SHOWN " is out of range: write a number from %" PRId64
                           " to %" PRId64, text, min, max);
    *count = value;
    return true;
}

bool unit_parse_switch(const char *text, int64_t *on, char *why, size_t size)
{
    static const char *const WORDS[2][3] = { { "off", "false", "no" }, { "on", "true", "yes" } };

    for (int state = 0; state < 2; state++) {
        for (size_t i = 0; i < ARRAY_LEN(WORDS[state]); i++) {
            if (strcmp(text, WORDS[state][i]) == 0) {
                *on = state;
                return true;
            }
        }
    }
    return unit_refuse(why, size, "\"" UNIT_SHOWN "\" is not a switch: write on or off", text);
}

/* ---- back to text ---- */

static size_t format_quantity(const struct quantity *q, int64_t value, char *out, size_t size)
{
    const struct unit *best = q->units;

    for (const struct unit *unit = q->units; unit->name != NULL; unit++) {
        if (value != 0 && value % unit->factor == 0 && unit->factor > best->factor)
            best = unit;
    }
    return (size_t)snprintf(out, size, "%" PRId64 "%s", value / best->factor, best->name);
}

size_t unit_format_time(vtime time, char *out, size_t size)
{
    return time == 0 ? (size_t)snprintf(out, size, "0s") : format_quantity(&TIME, time, out, size);
}

size_t unit_format_size(int64_t bytes, char *out, size_t size)
{
    return format_quantity(&SIZE, bytes, out, size);
}
