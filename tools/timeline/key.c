#include "tools/timeline/key.h"

#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

static const struct key_help table[] = {
#define KEY(key, also, name, label, command, help, when, group)                                    \
    { key, also, name, label, command, help, when, group },
#include "tools/timeline/keys.def"
#undef KEY
};

const struct key_help *key_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct key_help *key_find(int key)
{
    for (size_t i = 0; key != K_NONE && i < ARRAY_LEN(table); i++)
        if (table[i].key == key || table[i].also == key)
            return &table[i];
    return NULL;
}

const char *key_group_name(enum key_group group)
{
    static const char *const names[KEYS_GROUPS] = {
        [KEYS_TIME] = N_("Time"),    [KEYS_WHAT_IF] = N_("What if"), [KEYS_FIND] = N_("Find"),
        [KEYS_LOOK] = N_("Look at"), [KEYS_REST] = N_("Besides"),
    };

    return _(names[group]);
}

const char *key_when_text(enum key_when when)
{
    static const char *const texts[] = {
        [WHEN_ALWAYS] = "",
        [WHEN_FRAME] = N_("no frame is here; Down goes to the next one"),
        [WHEN_DEED] = N_("nothing was done to this run"),
        [WHEN_UNDONE] = N_("nothing was undone"),
        [WHEN_OTHER] = N_("there is but one future: d drops a frame"),
        [WHEN_STOP] = N_("there is no breakpoint: b makes one"),
        [WHEN_SEARCH] = N_("nothing was searched for"),
        [WHEN_PLAYING] = N_("it does not play"),
        [WHEN_TASK] = N_("there is no task, or not before all questions are settled"),
    };

    return _(texts[when]);
}

/* A key of the table by its name, of LEN bytes. */
static int named_key(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
            return table[i].key;
    if (len == 9 && memcmp(name, "Backspace", len) == 0)
        return K_BACKSPACE;
    if (len == 6 && memcmp(name, "Ctrl-", 5) == 0 && name[5] >= 'A' && name[5] <= 'Z')
        return K_CTRL_A + (name[5] - 'A');
    return K_NONE;
}

/* Bytes of the word at AT: up to a space, or to a comma behind a key's name. */
static size_t word_length(const char *at)
{
    size_t len = strcspn(at, " "), comma = strcspn(at, ",");

    return comma < len && named_key(at, comma) != K_NONE ? comma : len;
}

/* "Right", "Ctrl-L": a capital, and small letters. */
static bool looks_named(const char *word, size_t len)
{
    size_t small = strspn(word + 1, "abcdefghijklmnopqrstuvwxyz");

    return word[0] >= 'A' && word[0] <= 'Z' && small > 0 &&
           (small + 1 >= len || word[small + 1] == '-' || word[small + 1] == ',');
}

static bool refuse_word(const char *word, size_t len, char *why, size_t size)
{
    char name[NEAREST_WORD_MAX + 1], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    snprintf(name, sizeof(name), "%.*s", (int)min_size(len, strcspn(word, ",")), word);
    nearest_begin(&near, name);
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        nearest_offer(&near, table[i].name);
    snprintf(why, size, _("no key is called \"%s\"%s; a text to be typed stands in quotes"), name,
             nearest_clause(&near, clause, sizeof(clause)));
    return false;
}

/* The quote that closes the text which the one at AT begins, or NULL. */
static const char *closing(const char *at)
{
    if (*at != '"')
        return NULL;
    for (at++; *at != '\0' && *at != '"'; at++)
        at += at[0] == '\\' && at[1] == '"';
    return *at == '"' ? at : NULL;
}

bool key_check(const char *text, char *why, size_t size)
{
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t len = word_length(text);
        const char *end = closing(text);

        if (end != NULL) {
            len = (size_t)(end + 1 - text);
        } else if (text[0] == '"') {
            snprintf(why, size, "%s", _("a \" is missing: a text stands between two"));
            return false;
        } else if (looks_named(text, len) && named_key(text, len) == K_NONE) {
            return refuse_word(text, len, why, size);
        }
        text += len;
        text += *text == ',';
    }
    return true;
}

/* The character at TEXT, which is not at its end. */
static int take_character(struct key_text *text)
{
    uint32_t code;
    size_t used = utf8_decode(text->at, strlen(text->at), &code);

    text->at += used > 0 ? used : 1;
    return used > 0 ? (int)code : '?';
}

/* Goes past spaces and quotes to what is a key, or to the end. */
static void skip_to_key(struct key_text *text)
{
    for (;;) {
        if (!text->quoted)
            text->at += strspn(text->at, " ");
        if (text->quoted ? *text->at != '"' : closing(text->at) == NULL)
            return;
        text->at++;
        text->quoted = !text->quoted;
        text->at += !text->quoted && *text->at == ',';
    }
}

int key_read(struct key_text *text)
{
    size_t len;
    int key;

    skip_to_key(text);
    if (*text->at == '\0')
        return K_NONE;
    if (text->quoted) {
        text->at += text->at[0] == '\\' && text->at[1] == '"';
        return take_character(text);
    }
    len = word_length(text->at);
    key = named_key(text->at, len);
    if (key == K_NONE)
        return take_character(text);
    text->at += len;
    text->at += *text->at == ',';
    return key;
}
