/*
 * cmd_help.c - `rung help [TOPIC]`.
 */
#include "tools/rung/rung.h"

#include <stdio.h>
#include <string.h>

#include "layers/command.h"
#include "tools/lib/lab_keys.h"
#include "tools/lib/text.h"
#include "tools/lib/value.h"

static void print_overview(void)
{
    puts(_("rung run encapsulation                 watch one message go down and up the layers\n"
           "rung run fragmentation -w out.pcap     and look at it in Wireshark\n"
           "rung run who-catches-the-error --why   every decision, with its RFC\n"
           "rung replay file.pcap 'udp port 53'    somebody else's capture as a ladder\n"));
    puts(_("Subcommands:"));
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        printf("  %-7s %-18s %s\n", c->name, c->arguments, _(c->help));
    puts(_("\nrung SUBCOMMAND --help tells its options; rung help lab, rung help commands and\n"
           "rung help values what a lab file may hold.\n\n"
           "Exit status: 0 done and all checks hold, 1 a check failed, 2 usage or lab file,\n"
           "3 an input cannot be read, 4 an internal invariant broke."));
}

static void print_commands(void)
{
    const struct command_help *help;

    puts(_("What a lab's script can tell a host, switch or link:\n"));
    for (size_t i = 0; (help = command_at(i)) != NULL; i++) {
        const char *between = "      (";

        printf("  %s\n      %s\n      %s %s\n", help->syntax, help->help, _("for example:"),
               help->example);
        for (unsigned target = 0; target < COMMAND_TARGETS; target++)
            if (help->targets & 1u << target) {
                printf("%s%s", between, command_target_name((enum command_target)target));
                between = ", ";
            }
        puts(")");
    }
}

static const char *unit_example(const struct config_key *key)
{
    static const char *const examples[] = {
        [UNIT_TIME] = "20ms", [UNIT_SIZE] = "8kB", [UNIT_COUNT] = "3", [UNIT_SWITCH] = "on",
    };

    return key->unit == UNIT_CHOICE ? key->choices : examples[key->unit];
}

static void print_section(const struct config_section *section)
{
    printf(_("\n%s: (of a host, a router, or defaults:)\n"), section->name);
    for (const struct config_key *key = section->keys; key->name != NULL; key++)
        printf("  %-20s %-14s %s\n", key->name, unit_example(key), key->help);
}

static void print_lab_keys(void)
{
    const struct config_section *section;

    puts(_("A lab file is YAML. Each number has its unit. Every key, an example, its meaning:"));
    for (size_t i = 0; lab_key_groups[i] != NULL; i++) {
        const struct lab_key_group *group = lab_key_groups[i];

        printf("\n%s: %s\n", group->name, _(group->help));
        for (const struct lab_key *key = group->keys; key->name != NULL; key++)
            printf("  %-20s %-14s %s\n", key->name, key->example, _(key->help));
    }
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++)
        print_section(section);
}

static void print_values(void)
{
    static const char *const owners[] = {
        [VALUE_HOST] = "HOST.", [VALUE_SWITCH] = "SWITCH.", [VALUE_LINK] = "LINK.",
    };

    puts(_("What a check can ask (all are integers):\n"));
    for (const struct value *value = values; value->name != NULL; value++) {
        char name[48];

        snprintf(name, sizeof(name), "%s%s", owners[value->owner], value->name);
        printf("  %-26s %s\n", name, _(value->help));
    }
    printf("  %-26s %s\n", "time", _("virtual time, in ns: time < 5s"));
    printf("  %-26s %s\n", "count(WHAT)",
           _("how often so far: tx, rx, lost, why, or a rule's name"));
    printf("  %-26s %s\n", "count(NODE.WHAT)", _("the same, at one node only"));
    puts(_("\nCombine them with == != < <= > >= + - * / % and or not ( )."));
}

static int help_of(const char *name)
{
    char *arguments[] = { NULL, (char[]){ "--help" }, NULL };

    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        if (strcmp(name, c->name) == 0 && c->run != cmd_help) {
            arguments[0] = (char *)(uintptr_t)c->name;
            return c->run(2, arguments);
        }
    complain(_("no help on \"%s\"; there is: a subcommand, lab, commands, values"), name);
    return EXIT_USAGE;
}

int cmd_help(int argc, char **argv)
{
    const char *topic = argc > 1 ? argv[1] : "";

    if (topic[0] == '\0' || topic[0] == '-' || strcmp(topic, "help") == 0)
        print_overview();
    else if (strcmp(topic, "lab") == 0)
        print_lab_keys();
    else if (strcmp(topic, "commands") == 0)
        print_commands();
    else if (strcmp(topic, "values") == 0)
        print_values();
    else
        return help_of(topic);
    return close_output(EXIT_DONE);
}
