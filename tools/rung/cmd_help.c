/*
 * cmd_help.c - `rung help [TOPIC]`.
 */
#include "tools/rung/help_lab.h"
#include "tools/rung/rung.h"

#include <stdio.h>
#include <string.h>

#include "layers/bugs.h"
#include "layers/command.h"
#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/frame_facts.h"
#include "tools/lib/text.h"
#include "tools/lib/value.h"
#include "tools/timeline/key.h"
#include "tools/timeline/order.h"

static void print_overview(void)
{
    puts(_("rung run encapsulation                 watch one message go down and up the layers\n"
           "rung run fragmentation -w out.pcap     and look at it in Wireshark\n"
           "rung run who-catches-the-error --why   every decision, with its RFC\n"
           "rung replay file.pcap 'udp port 53'    somebody else's capture as a ladder\n"));
    puts(_("Subcommands:"));
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        printf("  %-9s %-18s %s\n", c->name, c->arguments, _(c->help));
    puts(_("\nrung SUBCOMMAND --help tells its options; rung help lab, rung help commands,\n"
           "rung help values, rung help bugs and rung help filter what a lab file may hold;\n"
           "rung help keys what can be pressed and typed in the timeline;\n"
           "rung help link, rung help arp, rung help arp.timeout and rung help ping one part of\n"
           "that.\n\n"
           "Exit status: 0 done and all checks hold, 1 a check failed, 2 usage or lab file,\n"
           "3 an input cannot be read, 4 an internal invariant broke."));
}

static void print_command(const struct command_help *help)
{
    const char *between = "      (";

    printf("  %s\n      %s\n      %s %s\n", help->syntax, _(help->help), _("for example:"),
           help->example);
    for (unsigned target = 0; target < COMMAND_TARGETS; target++)
        if (help->targets & 1u << target) {
            printf("%s%s", between, command_target_name((enum command_target)target));
            between = ", ";
        }
    puts(")");
}

static void print_commands(void)
{
    const struct command_help *help;

    puts(_("What a lab's script can tell a host, switch or link:\n"));
    for (size_t i = 0; (help = command_at(i)) != NULL; i++)
        print_command(help);
}

/* The commands called TOPIC, or whose first word that is; below something
 * else if not FIRST. */
static bool print_commands_called(const char *topic, bool first)
{
    const struct command_help *help;
    size_t len = strlen(topic);
    bool found = false;

    for (size_t i = 0; (help = command_at(i)) != NULL; i++) {
        if (strncmp(help->name, topic, len) != 0
            || (help->name[len] != '\0' && help->name[len] != ' '))
            continue;
        if (!found)
            printf(_("%sIn a lab's script:\n\n"), first ? "" : "\n");
        print_command(help);
        found = true;
    }
    return found;
}

/* What can be asked of the frame that a question is about, and counted. */
static void print_facts(void)
{
    const char *name, *help;

    puts(_("or a word of the ladder:"));
    for (size_t i = 0; (name = frame_mark_name(i)) != NULL; i++)
        printf("%s%s", name, frame_mark_name(i + 1) != NULL ? " " : ".\n");
    puts(_("\nWhat an answer can ask of the frame at its question's moment:\n"));
    for (size_t i = 0; (name = frame_fact_name(i, &help)) != NULL; i++)
        printf("  frame.%-25s %s\n", name, help);
    puts(_("\nAnd of a moment that moments: gives a name (of kind frame: with its frame):\n"));
    printf("  %-31s %s\n", "NAME.time", _("when it was: again.time - lost.time"));
    printf("  %-31s %s\n", "NAME.frame.FIELD", _("as above: lost.frame.tcp.seq"));
    putchar('\n');
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
    for (const struct value_tcp *value = values_tcp; value->name != NULL; value++)
        printf("  HOST.tcp.%-17s %s\n", value->name, _(value->help));
    printf("  %-26s %s\n", "time", _("virtual time, in ns: time < 5s"));
    printf("  %-26s %s\n", "count(WHAT)",
           _("how often so far: tx, rx, lost, why, or as below"));
    printf("  %-26s %s\n", "deeds, deeds.KIND",
           _("in tasks: what was done; drop, delay, duplicate ..."));
    printf("  %-26s %s\n", "end.time", _("when the run's last event happened"));
    printf("  %-26s %s\n", "count(NODE.WHAT)", _("the same, at one node only"));
    puts(_("\nOf one connection: HOST.tcp.PORT.cwnd and so on, PORT being either end's. States:"));
    for (int state = STATE_TCP_LISTEN; state <= STATE_TCP_CLOSED; state++)
        printf("%s%s", state_name(state), state < STATE_TCP_CLOSED ? " " : ".\n");
    puts(_("\nWHAT may be a rule's name, of `rung rules`, or what an application does or sees:"));
    for (unsigned app = APP_NONE + 1; app < APP_COUNT; app++)
        printf("%s%s", app_name((uint16_t)app)->name,
               app + 1 == APP_COUNT ? ".\n" : (app - APP_NONE) % 6 == 0 ? "\n" : " ");
    print_facts();
    puts(_("Combine them with == != < <= > >= + - * / % and or not ( ). A number beside a time\n"
           "needs its unit, time - 50ms; a time by a time is a number: time / 1ms."));
}

static void print_bugs(void)
{
    const struct bug_help *bug;

    puts(_("Mistakes that a host can be given: hosts: { b: { bugs: [no-karn] } }. Its TCP\n"));
    for (size_t i = 0; (bug = bug_at(i)) != NULL; i++)
        printf("  %-30s  %s\n", bug->name, _(bug->help));
    puts(_("\nFind them by what the ladder shows; the sections are those of RFC 2525."));
}

static void print_keys(void)
{
    const struct key_help *key;
    const struct order_help *order;

    puts(_("What can be pressed in the timeline of `rung run LAB`:"));
    for (int group = 0; group < KEYS_GROUPS; group++) {
        printf("\n%s\n", key_group_name((enum key_group)group));
        for (size_t i = 0; (key = key_at(i)) != NULL; i++)
            if ((int)key->group == group)
                printf("  %-7s %s\n", key->name, _(key->help));
    }
    puts(_("\nAnd typed behind a colon; a beginning that is no other's will do:\n"));
    for (size_t i = 0; (order = order_at(i)) != NULL; i++)
        printf("  %s%s%s\n      %s\n", order->name, order->argument[0] != '\0' ? " " : "",
               order->argument, _(order->help));
    puts(_("  NAME: COMMAND\n      tells a host or link something at this moment: a: close, "
           "wire: set loss 5%"));
}

static int help_of_subcommand(const struct subcommand *c)
{
    char *arguments[] = { (char *)(uintptr_t)c->name, (char[]){ "--help" }, NULL };

    return c->run(2, arguments);
}

/* A part of a lab file and a command may have one name: both are told. */
static void print_filters(void)
{
    puts(_("Which frames: tcpdump's language, as pcap-filter(7) describes it. Addresses and\n"
           "numbers, not the names of a lab's hosts. For example:\n\n"
           "  arp                                    every ARP frame\n"
           "  icmp[icmptype] == icmp-echo            echo requests; icmp-echoreply: answers\n"
           "  udp port 9 and src host 10.0.0.1       datagrams from 10.0.0.1 or to its port 9\n"
           "  ip[6:2] & 0x3fff != 0                  fragments\n"
           "  ip[8] == 1                             time to live 1\n"
           "  ether dst ff:ff:ff:ff:ff:ff            broadcasts\n"
           "  tcp[tcpflags] & tcp-syn != 0           SYNs"));
}

static void complain_of_topic(const char *topic)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, topic);
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        nearest_offer(&near, c->name);
    help_lab_offer(&near);
    if (near.best != NULL)
        complain(_("no help on \"%s\"%s"), topic, nearest_clause(&near, clause, sizeof(clause)));
    else
        complain(_("no help on \"%s\"; there is: a subcommand, lab, commands, values, bugs, "
                   "filter, keys, or a name in one of these"), topic);
}

static int help_of(const char *topic)
{
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        if (strcmp(topic, c->name) == 0 && c->run != cmd_help)
            return help_of_subcommand(c);
    bool part = help_lab_part(topic);
    if (print_commands_called(topic, !part) || part || help_lab_key(topic))
        return close_output(EXIT_DONE);
    complain_of_topic(topic);
    return EXIT_USAGE;
}

int cmd_help(int argc, char **argv)
{
    const char *topic = argc > 1 ? argv[1] : "";
    int most = strcmp(topic, "lab") == 0 ? 3 : 2; /* words: "help lab link" */

    if (argc > most) {
        complain(_("help: \"%.80s\" is too much: one topic at a time"), argv[most]);
        return EXIT_USAGE;
    }
    if (topic[0] == '\0' || topic[0] == '-' || strcmp(topic, "help") == 0)
        print_overview();
    else if (strcmp(topic, "lab") == 0 && argc > 2)
        return help_of(argv[2]);
    else if (strcmp(topic, "lab") == 0)
        help_lab();
    else if (strcmp(topic, "commands") == 0)
        print_commands();
    else if (strcmp(topic, "values") == 0)
        print_values();
    else if (strcmp(topic, "keys") == 0)
        print_keys();
    else if (strcmp(topic, "bugs") == 0)
        print_bugs();
    else if (strcmp(topic, "filter") == 0)
        print_filters();
    else
        return help_of(topic);
    return close_output(EXIT_DONE);
}
