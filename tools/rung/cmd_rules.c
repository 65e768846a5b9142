/*
 * cmd_rules.c - `rung rules [WORD]`: the rule book.
 */
#include "tools/rung/rung.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "layers/rule.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"

static const char *kind_name(enum rule_kind kind)
{
    static const char *const names[] = { "drop", "fate", "why" };

    return names[kind];
}

static bool contains(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (; *text != '\0'; text++)
        if (strncasecmp(text, word, len) == 0)
            return true;
    return len == 0;
}

static bool rule_mentions(rule_id id, const char *word)
{
    const struct rule *rule = rule_get(id);
    char citation[128];

    rule_citation(id, citation, sizeof(citation));
    return contains(rule->name, word) || contains(rule->sentence, word) ||
           contains(citation, word) || contains(rule->label, word);
}

static void print_rule(rule_id id)
{
    const struct rule *rule = rule_get(id);
    char citation[128];

    rule_citation(id, citation, sizeof(citation));
    printf("%-5s %s\n      %s\n", kind_name(rule->kind), rule->name, rule->sentence);
    if (citation[0] != '\0')
        printf("      %s%s%s\n", citation, rule->label[0] != '\0' ? ", " : "", rule->label);
}

int cmd_rules(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
    const char *word;
    unsigned shown = 0;
    int option;

    options_begin();
    while ((option = options_next(argc, argv, ":h", options)) != -1) {
        if (option != 'h')
            return EXIT_USAGE;
        puts(_("rung rules ARP        every rule that mentions ARP\n"
               "rung rules 'RFC 791'  every rule of RFC 791\n"
               "rung rules            the whole rule book\n\n"
               "Each rule: what it is (drop: a packet ends here; fate: what a wire does to a\n"
               "frame; why: a decision), its name, its sentence, and where an RFC says so."));
        return close_output(EXIT_DONE);
    }
    if (argc - optind > 1) {
        complain(_("one word at most: rung rules ARP"));
        return EXIT_USAGE;
    }
    word = optind < argc ? argv[optind] : "";
    for (rule_id id = 1; id < RULE_COUNT; id++) {
        if (!rule_mentions(id, word))
            continue;
        print_rule(id);
        shown++;
    }
    if (shown == 0) {
        complain(_("no rule mentions \"%s\""), word);
        return EXIT_CHECK;
    }
    return close_output(EXIT_DONE);
}
