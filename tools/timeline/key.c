#include "tools/timeline/key.h"

#include <string.h>

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
        [WHEN_FRAME] = N_("no frame of a lab is here"),
        [WHEN_DEED] = N_("nothing was done to this run"),
        [WHEN_UNDONE] = N_("nothing was undone"),
        [WHEN_OTHER] = N_("there is but one future"),
        [WHEN_STOP] = N_("there is no breakpoint"),
        [WHEN_SEARCH] = N_("nothing was searched for"),
        [WHEN_PLAYING] = N_("it does not play"),
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
    return K_NONE;
}

int key_read(const char **text)
{
    const char *at = *text + strspn(*text, " ");
    size_t len = strcspn(at, " "), used;
    int key = named_key(at, len);
    uint32_t code;

    if (len == 0)
        return K_NONE;
    if (key != K_NONE) {
        *text = at + len;
        return key;
    }
    used = utf8_decode(at, len, &code);
    *text = at + (used > 0 ? used : 1);
    return used > 0 ? (int)code : '?';
}
