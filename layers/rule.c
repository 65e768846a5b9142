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

/* One table after the other; what stands in none of them is of no layer. */
#define RULE(name, kind, rfc, section, label, sentence) [RULE_##name] = TABLE,
static const uint8_t layer_of[RULE_COUNT] = {
#define TABLE RULE_OF_SIM
#include "sim/rules_sim.def"
#undef TABLE
#define TABLE RULE_OF_LINK
#include "layers/link/rules_link.def"
#undef TABLE
#define TABLE RULE_OF_ARP
#include "layers/link/rules_arp.def"
#undef TABLE
#define TABLE RULE_OF_IP
#include "layers/net/rules_ip.def"
#undef TABLE
#define TABLE RULE_OF_ICMP
#include "layers/net/rules_icmp.def"
#undef TABLE
#define TABLE RULE_OF_UDP
#include "layers/udp/rules_udp.def"
#undef TABLE
#define TABLE RULE_OF_TCP
#include "layers/tcp/rules_tcp.def"
#include "layers/tcp/rules_cc.def"
#undef TABLE
#define TABLE RULE_OF_APP
#include "layers/app/rules_app.def"
#undef TABLE
};
#undef RULE

enum rule_layer rule_layer(rule_id id)
{
    ASSERT(id < RULE_COUNT);
    return layer_of[id];
}

const char *rule_layer_name(enum rule_layer layer)
{
    static const char *const names[RULE_LAYERS] = { "none", "sim", "link", "arp", "ip",
                                                    "icmp", "udp", "tcp",  "app" };

    ASSERT(layer < RULE_LAYERS);
    return names[layer];
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
