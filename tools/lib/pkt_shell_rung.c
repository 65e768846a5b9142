#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/units.h"
#include "tools/lib/pkt_shell.h"
#include "tools/lib/text.h"

/* `rung set tcp.min-rto 200ms`: any setting of our TCP, as labs call it. */

static const struct config_key *find(const char *name, char *clause)
{
    struct nearest near;

    nearest_begin(&near, name);
    for (const struct config_key *key = tcp_config_keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0)
            return key;
        nearest_offer(&near, key->name);
    }
    nearest_clause(&near, clause, NEAREST_CLAUSE_SIZE);
    return NULL;
}

bool pkt_rung_set(struct pkt_settings *s, const struct pkt_words *words, char *why, size_t size)
{
    static const char front[] = "tcp.";
    char clause[NEAREST_CLAUSE_SIZE];
    const struct config_key *key;
    int64_t value;

    if (words->count != 4 || strcmp(words->at[1], "set") != 0 ||
        strncmp(words->at[2], front, sizeof(front) - 1) != 0) {
        snprintf(why, size, "%s", _("of Rung, shell lines know: rung set tcp.NAME VALUE"));
        return false;
    }
    key = find(words->at[2] + sizeof(front) - 1, clause);
    if (key == NULL) {
        snprintf(why, size, _("no setting is called \"%.40s\"%s"), words->at[2], clause);
        return false;
    }
    if (!unit_parse_setting(key, words->at[3], &value, why, size))
        return false;
    *(int64_t *)(void *)((char *)&s->host.tcp + key->offset) = value;
    if (key->offset == offsetof(struct tcp_config, ecn))
        s->ecn = value;
    return true;
}
