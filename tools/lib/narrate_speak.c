#include "tools/lib/narrate.h"

#include <ctype.h>
#include <string.h>

#include "layers/wire/text.h"
#include "tools/lib/text.h"

/* Short names of fields whose short form is no word. */
static const struct {
    const char *brief, *word;
} words[] = {
    { "win", N_("window") },
    { "len", N_("length") },
    { "ws", N_("window scale") },
    { "ttl", "TTL" },
};

static void put_name(struct text *t, const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i].brief) == len && strncmp(words[i].brief, name, len) == 0) {
            text_put(t, _(words[i].word));
            return;
        }
    for (size_t i = 0; i < len; i++)
        text_char(t, name[i]);
}

static bool between_digits(const char *word, size_t i, size_t len)
{
    return i > 0 && i + 1 < len && isdigit((unsigned char)word[i - 1]) &&
           isdigit((unsigned char)word[i + 1]);
}

/* "49152>80", "80>client:49152". */
static void put_ports(struct text *t, const char *word, size_t len)
{
    text_put(t, _("port "));
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '>')
            text_put(t, _(" to "));
        else if (word[i] == ':')
            text_put(t, _(" port "));
        else
            text_char(t, word[i]);
    }
}

/* "4001-5001,6001-7001", "-9". */
static void put_value(struct text *t, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '-' && between_digits(word, i, len))
            text_put(t, _(" to "));
        else if (word[i] == ',' && between_digits(word, i, len))
            text_put(t, _(" and "));
        else if (word[i] == '-' && i == 0 && len > 1 && isdigit((unsigned char)word[1]))
            text_put(t, _("minus "));
        else
            text_char(t, word[i]);
    }
}

void narrate_speak(const char *facts, char *out, size_t size)
{
    struct text t = text_begin(out, size);
    bool apart = false; /* a comma is due before what is no field */
    const char *at = facts;

    while (*at != '\0') {
        size_t len = strcspn(at, " "), name = strcspn(at, "= ");
        bool field = name > 0 && name<len, ports = len> 1 && memchr(at, '>', len) != NULL;

        if (at != facts)
            text_put(&t, field || apart ? ", " : " ");
        if (field) {
            put_name(&t, at, name);
            text_char(&t, ' ');
            put_value(&t, at + name + 1, len - name - 1);
        } else if (len == 1 && *at == '>') {
            text_put(&t, _("to"));
        } else if (ports) {
            put_ports(&t, at, len);
        } else {
            put_value(&t, at, len);
        }
        apart = field || ports;
        at += len + (at[len] == ' ');
    }
}
