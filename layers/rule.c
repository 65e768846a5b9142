#include "layers/rule.h"

#include <stdio.h>

#include "sim/base.h"

/* ASCII only: a rule's name must not depend on the user's locale. */
static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static const struct rule rules[] = {
    { "NONE", RULE_KIND_WHY, 0, "", "", "" },
#define RULE(name, kind, rfc, section, label, sentence) \
    { #name, RULE_KIND_##kind, rfc, section, label, sentence },
#include "sim/rules_sim.def"
#include "layers/rules_all.def"
#undef RULE
};

_Static_assert(ARRAY_LEN(rules) == RULE_COUNT, "the enums read the same tables");

const struct rule *rule_get(rule_id id)
{
    ASSERT(id < RULE_COUNT);
    return &rules[id];
}

static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && upper(*a) == upper(*b)) {
        a++;
        b++;
    }
    return upper(*a) == upper(*b);
}

rule_id rule_find(const char *name)
{
    for (size_t id = RULE_NONE + 1; id < RULE_COUNT; id++)
        if (same_name(rules[id].name, name))
            return (rule_id)id;
    return RULE_NONE;
}

size_t rule_sentence(rule_id id, int64_t a, int64_t b, char *out, size_t size)
{
    return sentence_format(rule_get(id)->sentence, a, b, out, size);
}

size_t rule_citation(rule_id id, char *out, size_t size)
{
    const struct rule *rule = rule_get(id);

    if (rule->rfc == 0)
        return (size_t)snprintf(out, size, "%s", "");
    if (rule->section[0] == '\0')
        return (size_t)snprintf(out, size, "RFC %d", rule->rfc);
    return (size_t)snprintf(out, size, "RFC %d, %s", rule->rfc, rule->section);
}
