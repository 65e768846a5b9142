/*
 * cmd_rules.c - `rung rules [WORD]`: the rule book; and two views of TCP,
 * its states (--fsm) and what RFC 9293 asks of it (--coverage).
 */
#include "tools/rung/rung.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "layers/rule.h"
#include "tools/lib/colour.h"
#include "tools/lib/coverage.h"
#include "tools/lib/fsm.h"
#include "tools/lib/options.h"
#include "tools/lib/text.h"

static const char *kind_name(enum rule_kind kind)
{
    static const char *const names[] = { "drop", "fate", "why", "seen" };

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

enum view { VIEW_BOOK, VIEW_COVERAGE, VIEW_FSM };

struct request {
    enum view view;
    bool ascii, help;
    const char *word; /* "" if none is given */
};

/* False after an error that has been told. */
static bool choose(struct request *request, enum view view)
{
    if (request->view != VIEW_BOOK && request->view != view) {
        complain(_("rules: --coverage and --fsm are two views: one at a time"));
        return false;
    }
    request->view = view;
    return true;
}

static bool read_options(int argc, char **argv, struct request *request)
{
    static const struct option options[] = { { "coverage", no_argument, NULL, 'c' },
                                             { "fsm", no_argument, NULL, 'f' },
                                             { "ascii", no_argument, NULL, 'a' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    options_begin();
    while (!request->help && (option = options_next(argc, argv, ":h", options)) != -1) {
        if (option == 'a')
            request->ascii = true;
        else if (option == 'h')
            request->help = true;
        else if (option != 'c' && option != 'f')
            return false;
        else if (!choose(request, option == 'c' ? VIEW_COVERAGE : VIEW_FSM))
            return false;
    }
    return true;
}

static bool read_word(int argc, char **argv, struct request *request)
{
    int words = argc - optind;

    if (request->view == VIEW_FSM && words > 0)
        return options_no_more(argc, argv);
    if (words > 1) {
        complain(_("one word at most: rung rules ARP"));
        return false;
    }
    request->word = words == 1 ? argv[optind] : "";
    return true;
}

static int print_help(void)
{
    puts(_("rung rules ARP               every rule that mentions ARP\n"
           "rung rules 'RFC 791'         every rule of RFC 791\n"
           "rung rules                   the whole rule book\n"
           "rung rules --fsm             TCP's states and what leads from one to another\n"
           "rung rules --coverage        what RFC 9293 asks of a TCP, and what shows it here\n"
           "rung rules --coverage 3.8.4  the same, of one section, label or word\n\n"
           "Each rule: what it is (drop: a packet ends here; fate: what a wire does to a\n"
           "frame; why: a decision), its name, its sentence, and where an RFC says so.\n"
           "--ascii draws the states with ASCII only."));
    return close_output(EXIT_DONE);
}

static int print_book(const char *word)
{
    unsigned shown = 0;

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

static int print_coverage(const char *word)
{
    if (!coverage_print(requirement_tests, word, stdout)) {
        complain(_("no requirement of RFC 9293 mentions \"%s\""), word);
        return EXIT_CHECK;
    }
    return close_output(EXIT_DONE);
}

static int print_fsm(bool ascii)
{
    if (!fsm_print(tcp_arrow_at, ascii || !colour_locale_is_utf8(), stdout)) {
        complain(_("out of memory"));
        return EXIT_INTERNAL;
    }
    return close_output(EXIT_DONE);
}

int cmd_rules(int argc, char **argv)
{
    struct request request = { .view = VIEW_BOOK, .word = "" };

    if (!read_options(argc, argv, &request))
        return EXIT_USAGE;
    if (request.help)
        return print_help();
    if (!read_word(argc, argv, &request))
        return EXIT_USAGE;
    switch (request.view) {
    case VIEW_COVERAGE:
        return print_coverage(request.word);
    case VIEW_FSM:
        return print_fsm(request.ascii);
    case VIEW_BOOK:
        break;
    }
    return print_book(request.word);
}
