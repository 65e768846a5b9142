#include "tools/lib/ladder_blanks.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/nearest.h"
#include "tools/lib/answer.h"
#include "tools/lib/text.h"

enum { LINE_SIZE = 1024, TOKEN_SIZE = 48, CLEAN_WHY_SIZE = 200 };

bool ladder_blanks_open(struct ladder_blanks *blanks, const struct trace *trace)
{
    memset(blanks, 0, sizeof(*blanks));
    blanks->frame_count = trace->frames.count;
    blanks->record_count = trace->records.count;
    blanks->frames = calloc((size_t)blanks->frame_count + 1, 1);
    blanks->records = calloc((size_t)blanks->record_count + 1, 1);
    return blanks->frames != NULL && blanks->records != NULL;
}

void ladder_blanks_close(struct ladder_blanks *blanks)
{
    free(blanks->frames);
    free(blanks->records);
    memset(blanks, 0, sizeof(*blanks));
}

void ladder_blanks_frame(struct ladder_blanks *blanks, uint32_t frame, unsigned bits)
{
    if (frame <= blanks->frame_count)
        blanks->frames[frame] |= (uint8_t)bits;
}

void ladder_blanks_record(struct ladder_blanks *blanks, uint32_t record)
{
    if (record < blanks->record_count)
        blanks->records[record] = 1;
}

void ladder_blanks_secret(struct ladder_blanks *blanks, const struct ladder_secret *secret)
{
    if (blanks->secret_count < LADDER_SECRETS_MAX)
        blanks->secrets[blanks->secret_count++] = *secret;
}

/* ---- What a person asks for ---- */

static const char *const NAMES[] = { "seq", "ack", "flags", "win", "len", "states", "times" };

static bool read_name(const char *name, unsigned *bits, char *why, size_t size)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, name);
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *bits |= 1u << i;
            return true;
        }
        nearest_offer(&near, NAMES[i]);
    }
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, size, _("\"%.40s\" cannot be blank%s"), name,
             clause[0] != '\0' ? clause : _(": write seq, ack, flags, win, len, states or times"));
    return false;
}

bool ladder_blanks_read(const char *text, unsigned *bits, char *why, size_t size)
{
    *bits = 0;
    while (true) {
        size_t len = strcspn(text, ",");
        char name[TOKEN_SIZE];

        snprintf(name, sizeof(name), "%.*s", (int)min_size(len, sizeof(name) - 1), text);
        if (!read_name(name, bits, why, size))
            return false;
        if (text[len] == '\0')
            return true;
        text += len + 1;
    }
}

/* ---- What the ladder asks ---- */

unsigned ladder_blanks_of_frame(const struct ladder_blanks *blanks, uint32_t frame)
{
    if (blanks == NULL)
        return 0;
    return blanks->everywhere | (frame <= blanks->frame_count ? blanks->frames[frame] : 0);
}

static bool hides_value(const struct ladder_blanks *blanks, uint32_t event, enum value_type type,
                        int64_t value)
{
    for (size_t i = 0; i < blanks->secret_count; i++) {
        const struct ladder_secret *secret = &blanks->secrets[i];

        if (secret->type == type && secret->frame == 0 && event > secret->event &&
            answer_same(type, secret->value, value))
            return true;
    }
    return false;
}

bool ladder_blanks_hides(const struct ladder_blanks *blanks, const struct trace *trace,
                         uint32_t index)
{
    struct record record;

    if (blanks == NULL)
        return false;
    if (index < blanks->record_count && blanks->records[index] != 0)
        return true;
    record = trace_read(trace, index);
    if (record.kind != RECORD_STATE || record.what != MACHINE_TCP)
        return false;
    return (blanks->everywhere & BLANK_STATES) != 0 ||
           hides_value(blanks, record.event, VALUE_STATE, record.b);
}

bool ladder_blanks_hides_time(const struct ladder_blanks *blanks, vtime time)
{
    return blanks != NULL && ((blanks->everywhere & BLANK_TIMES) != 0 ||
                              hides_value(blanks, UINT32_MAX, VALUE_TIME, time));
}

bool ladder_blanks_hides_number(const struct ladder_blanks *blanks, uint32_t event, int64_t value)
{
    static const enum value_type types[] = { VALUE_NUMBER, VALUE_BYTES, VALUE_HEX, VALUE_HEX16 };

    for (size_t i = 0; blanks != NULL && i < ARRAY_LEN(types); i++)
        if (hides_value(blanks, event, types[i], value))
            return true;
    return false;
}

/* ---- Numbers in a line ---- */

/* Bytes at AT that may be a value of TYPE: "1,460", "10.0.0.1", "20 ms". */
static size_t token_length(enum value_type type, const char *at)
{
    size_t len;

    if (type == VALUE_MAC)
        return strspn(at, "0123456789abcdef:");
    if ((type == VALUE_NUMBER || type == VALUE_HEX || type == VALUE_HEX16) &&
        strncmp(at, "0x", 2) == 0)
        return 2 + strspn(at + 2, "0123456789abcdefABCDEF");
    len = strspn(at, "0123456789.");
    while (len > 0 && at[len - 1] == '.')
        len--;
    if (type == VALUE_TIME && len > 0) {
        size_t space = at[len] == ' ' ? 1 : 0;
        return len + space + strspn(at + len + space, "numsih");
    }
    return len;
}

static bool is_secret_token(const struct ladder_secret *secret, const char *at, size_t len)
{
    char token[TOKEN_SIZE], why[CLEAN_WHY_SIZE];
    int64_t value;

    if (len == 0 || len >= sizeof(token) || secret->type == VALUE_STATE ||
        secret->type == VALUE_TRUTH)
        return false;
    memcpy(token, at, len);
    token[len] = '\0';
    return answer_read(secret->type, token, &value, why, sizeof(why)) &&
           answer_same(secret->type, secret->value, value);
}

/* Bytes at AT that are one of the secrets, or 0. */
static size_t secret_length(const struct ladder_blanks *blanks, uint32_t frame, uint32_t event,
                            const char *at)
{
    for (size_t i = 0; i < blanks->secret_count; i++) {
        const struct ladder_secret *secret = &blanks->secrets[i];
        size_t len = token_length(secret->type, at);
        bool meant =
            secret->frame != 0 ? secret->frame == frame : frame == 0 && event > secret->event;

        if (meant && is_secret_token(secret, at, len))
            return len;
    }
    return 0;
}

static bool may_begin(const char *text, const char *at)
{
    return isxdigit((unsigned char)*at) &&
           (at == text || (!isalnum((unsigned char)at[-1]) && strchr(".:", at[-1]) == NULL));
}

void ladder_blanks_clean(const struct ladder_blanks *blanks, uint32_t frame, uint32_t event,
                         char *text, size_t size)
{
    char line[LINE_SIZE];
    struct text t = text_begin(line, sizeof(line));
    const char *at = text;

    if (blanks == NULL || blanks->secret_count == 0)
        return;
    while (*at != '\0') {
        size_t len = may_begin(text, at) ? secret_length(blanks, frame, event, at) : 0;

        if (len > 0) {
            text_put(&t, LADDER_BLANK);
            at += len;
        } else {
            text_char(&t, *at++);
        }
    }
    snprintf(text, size, "%.*s", (int)min_size(size - 1, sizeof(line) - 1), line);
}
