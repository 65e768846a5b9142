#include "tools/lib/deed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/units.h"
#include "tools/lib/simulation_names.h"
#include "tools/lib/text.h"

static const char *const NAMES[DEED_KINDS] = {
    [DEED_DROP] = "drop",       [DEED_DELAY] = "delay",     [DEED_DUPLICATE] = "duplicate",
    [DEED_CORRUPT] = "corrupt", [DEED_COMMAND] = "command",
};

const char *deed_kind_name(enum deed_kind kind)
{
    return NAMES[kind];
}

/* ---- Writing ---- */

size_t deed_format(const struct deed *deed, char *out, size_t size)
{
    char by[32];

    switch (deed->kind) {
    case DEED_DROP: return (size_t)snprintf(out, size, "drop %" PRIu32, deed->frame);
    case DEED_DELAY:
        unit_format_time(deed->by, by, sizeof(by));
        return (size_t)snprintf(out, size, "delay %" PRIu32 " %s", deed->frame, by);
    case DEED_DUPLICATE: return (size_t)snprintf(out, size, "duplicate %" PRIu32, deed->frame);
    case DEED_CORRUPT:
        if (deed->bit < 0)
            return (size_t)snprintf(out, size, "corrupt %" PRIu32, deed->frame);
        return (size_t)snprintf(out, size, "corrupt %" PRIu32 " bit %" PRId64, deed->frame,
                                deed->bit);
    case DEED_COMMAND: break;
    }
    return (size_t)snprintf(out, size, "%s: %s", deed->target, deed->text);
}

size_t deed_write(const struct deed *deed, char *out, size_t size)
{
    char at[32];
    size_t len = 0;

    if (deed->kind == DEED_COMMAND) {
        unit_format_time(deed->at, at, sizeof(at));
        len = (size_t)snprintf(out, size, "at %s ", at);
    }
    return len + deed_format(deed, out + (len < size ? len : size), len < size ? size - len : 0);
}

/* ---- Reading ---- */

struct line {
    const char *text, *at;
    const struct lab *lab;
    struct deed *deed;
    char *why;
    size_t size;
    size_t *column;
};

static bool refuse(struct line *line, const char *at, const char *why)
{
    snprintf(line->why, line->size, "%s", why);
    *line->column = (size_t)(at - line->text);
    return false;
}

/* The next word, up to a blank; false if there is none, or it is too long. */
static bool take_word(struct line *line, char *word, size_t size)
{
    size_t len;

    line->at += strspn(line->at, " ");
    len = strcspn(line->at, " ");
    if (len == 0 || len >= size)
        return false;
    memcpy(word, line->at, len);
    word[len] = '\0';
    line->at += len;
    return true;
}

static bool parse_frame(struct line *line)
{
    char word[32], why[UNIT_WHY_SIZE];
    const char *start = line->at;
    int64_t number;

    if (take_word(line, word, sizeof(word)) && strcmp(word, "frame") == 0)
        start = line->at;
    else
        line->at = start;
    start += strspn(start, " ");
    if (!take_word(line, word, sizeof(word)))
        return refuse(line, start, _("which frame? write its number, as the ladder shows it"));
    if (!unit_parse_count(word, 1, UINT32_MAX, &number, why, sizeof(why)))
        return refuse(line, start, why);
    line->deed->frame = (uint32_t)number;
    return true;
}

static bool parse_time(struct line *line, vtime *time, const char *missing)
{
    char word[32], why[UNIT_WHY_SIZE];
    const char *start = line->at + strspn(line->at, " ");

    if (!take_word(line, word, sizeof(word)))
        return refuse(line, start, missing);
    return unit_parse_time(word, time, why, sizeof(why)) || refuse(line, start, why);
}

static bool parse_bit(struct line *line)
{
    char word[32], why[UNIT_WHY_SIZE];
    const char *start = line->at + strspn(line->at, " ");

    line->deed->bit = -1;
    if (*start == '\0')
        return true;
    if (take_word(line, word, sizeof(word)) && strcmp(word, "bit") == 0) {
        start = line->at + strspn(line->at, " ");
        if (take_word(line, word, sizeof(word)) &&
            unit_parse_count(word, 0, 8 * 65600, &line->deed->bit, why, sizeof(why)))
            return true;
    }
    return refuse(line, start, _("which bit? write bit 304, or nothing"));
}

static bool ends(struct line *line)
{
    line->at += strspn(line->at, " ");
    return *line->at == '\0' || refuse(line, line->at, _("nothing may follow here: remove it"));
}

static bool parse_by_frame(struct line *line)
{
    if (!parse_frame(line))
        return false;
    if (line->deed->kind == DEED_DELAY &&
        !parse_time(line, &line->deed->by, _("how much later? write delay 7 50ms")))
        return false;
    if (line->deed->kind == DEED_CORRUPT && !parse_bit(line))
        return false;
    return ends(line);
}

/* "a: send 8kB", behind the time. */
static bool parse_command(struct line *line)
{
    struct simulation_target target = { .lab = line->lab };
    const char *start = line->at + strspn(line->at, " "), *colon = strchr(start, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - start);
    struct command_scope scope;
    struct command_error error;
    struct command command;
    struct deed *deed = line->deed;

    if (len == 0 || len >= sizeof(deed->target))
        return refuse(line, start, _("who shall do what? write at 50ms a: close"));
    if (!simulation_find_target(&target, start, len))
        return refuse(line, start, _("no host or link has this name"));
    colon++;
    colon += strspn(colon, " ");
    if (strlen(colon) >= sizeof(deed->text))
        return refuse(line, colon, _("this command is too long"));
    scope = simulation_scope(&target);
    if (!command_parse(colon, &scope, &command, &error))
        return refuse(line, colon + error.column, error.message);
    snprintf(deed->target, sizeof(deed->target), "%.*s", (int)len, start);
    snprintf(deed->text, sizeof(deed->text), "%s", colon);
    return true;
}

static bool unknown_verb(struct line *line, const char *start, const char *word)
{
    char clause[NEAREST_CLAUSE_SIZE], why[200];
    struct nearest near;

    if (strchr(line->text, ':') != NULL)
        return refuse(line, start, _("when? begin with a time: at 50ms a: close"));
    nearest_begin(&near, word);
    for (int kind = DEED_DROP; kind < DEED_COMMAND; kind++)
        nearest_offer(&near, NAMES[kind]);
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, sizeof(why), _("\"%s\" is no deed%s"), word,
             clause[0] != '\0' ? clause : _(": write drop 7, delay 7 50ms or at 50ms a: close"));
    return refuse(line, start, why);
}

bool deed_parse(const char *text, const struct lab *lab, struct deed *deed, char *why, size_t size,
                size_t *column)
{
    struct line line = { text, text, lab, deed, why, size, column };
    const char *start = text + strspn(text, " ");
    char word[32];

    memset(deed, 0, sizeof(*deed));
    if (!take_word(&line, word, sizeof(word)))
        return unknown_verb(&line, start, "");
    if (strcmp(word, "at") == 0) {
        deed->kind = DEED_COMMAND;
        return parse_time(&line, &deed->at, _("when? write at 50ms a: close")) &&
               parse_command(&line);
    }
    for (int kind = DEED_DROP; kind < DEED_COMMAND; kind++)
        if (strcmp(word, NAMES[kind]) == 0) {
            deed->kind = (enum deed_kind)kind;
            return parse_by_frame(&line);
        }
    return unknown_verb(&line, start, word);
}

/* ---- Doing ---- */

struct intervention deed_intervention(const struct deed *deed)
{
    static const enum fault_kind kinds[] = {
        [DEED_DROP] = FAULT_KIND_DROP,
        [DEED_DELAY] = FAULT_KIND_DELAY,
        [DEED_DUPLICATE] = FAULT_KIND_DUPLICATE,
        [DEED_CORRUPT] = FAULT_KIND_CORRUPT,
    };

    return (struct intervention){
        .kind = kinds[deed->kind], .frame = deed->frame, .by = deed->by, .bit = deed->bit
    };
}

struct lab_amendment deed_amendment(const struct deed *deed)
{
    struct lab_amendment amendment = { .kind = LAB_AMEND_COMMAND };

    if (deed->kind == DEED_COMMAND) {
        amendment.at = deed->at + 1; /* after all that has happened by then */
        amendment.name = deed->target;
        amendment.command = deed->text;
        return amendment;
    }
    amendment.kind = LAB_AMEND_FAULT;
    amendment.fault = deed_intervention(deed);
    return amendment;
}

struct deed_counts deed_count(const struct deed *deeds, size_t count)
{
    struct deed_counts counts = { .all = 0 };

    for (size_t i = 0; i < count; i++) {
        counts.all += !deeds[i].off;
        counts.of[deeds[i].kind] += !deeds[i].off;
    }
    return counts;
}
