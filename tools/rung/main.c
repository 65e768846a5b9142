/*
 * main.c - `rung`: picks the subcommand.
 */
#include "tools/rung/rung.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layers/nearest.h"
#include "tools/lib/output_file.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

const struct subcommand subcommands[] = {
    { "run", cmd_run, "LAB [OPTION...]", N_("run a lab and show what happened") },
    { "replay", cmd_replay, "CAPTURE [FILTER]", N_("open a capture, or print it as a ladder") },
    { "quiz", cmd_quiz, "LAB [OPTION...]", N_("answer a lab's questions, then see") },
    { "check", cmd_check, "LAB...", N_("look for errors in lab files without running them") },
    { "grade", cmd_grade, "LAB FILE|FOLDER...", N_("do again what a class has handed in") },
    { "labs", cmd_labs, "", N_("list the bundled labs") },
    { "new", cmd_new, "FOLDER | --from CAPTURE", N_("begin a lab, from a template or a capture") },
    { "script", cmd_script, "FILE|FOLDER...", N_("let packet scripts judge our TCP") },
    { "worksheet", cmd_worksheet, "LAB", N_("print a lab's questions on paper, or the key") },
    { "fmt", cmd_fmt, "LAB...", N_("lay lab files out as all others are") },
    { "schema", cmd_schema, "", N_("print a JSON schema of lab files, for editors") },
    { "rules", cmd_rules, "[WORD]", N_("print the rule book: every reason, with its RFC") },
    { "bench", cmd_bench, "", N_("measure the cost of a simulated frame") },
    { "help", cmd_help, "[TOPIC]", N_("explain a subcommand, or: lab, commands, values, filter") },
    { NULL, NULL, NULL, NULL },
};

void complain(const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fputs("rung: error: ", stderr);
    utf8_print_clean(stderr, text, false);
    fputc('\n', stderr);
}

int close_output(int status)
{
    bool failed = ferror(stdout) != 0;

    if (fflush(stdout) == 0 && !failed)
        return status;
    if (errno == EPIPE)
        return status;
    complain(_("standard output: %s"), strerror(errno));
    return EXIT_UNREADABLE;
}

static int unknown_subcommand(const char *name)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, name);
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        nearest_offer(&near, c->name);
    complain(_("there is no subcommand \"%s\"%s (`rung help` lists them)"), name,
             nearest_clause(&near, clause, sizeof(clause)));
    return EXIT_USAGE;
}

static int too_much(char **argv)
{
    complain(_("%s: \"%.80s\" is too much: leave it out"), argv[1], argv[2]);
    return EXIT_USAGE;
}

static int print_version(void)
{
    puts("rung " RUNG_VERSION);
    return close_output(EXIT_DONE);
}

/* No argument: what there is, for people; a usage error, for scripts. */
static int start_screen(void)
{
    if (!isatty(STDOUT_FILENO)) {
        cmd_help(0, NULL);
        return EXIT_USAGE;
    }
    puts(_("Rung: watch a network think.\n"));
    cmd_labs(0, NULL);
    puts(_("\nrung run LAB shows one of them; rung help tells the rest."));
    return close_output(EXIT_DONE);
}

/* Nothing half-written stays behind, whoever ends us. */
static void end_by_signal(int number)
{
    output_remove_temporaries();
    signal(number, SIG_DFL);
    raise(number);
}

/* An assert has said what broke; the status tells scripts. */
static void end_by_abort(int number)
{
    (void)number;
    output_remove_temporaries();
    _exit(EXIT_INTERNAL);
}

static void catch_signals(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (signal(ends[i], end_by_signal) == SIG_IGN)
            signal(ends[i], SIG_IGN); /* as nohup wants it */
    signal(SIGABRT, end_by_abort);
    signal(SIGPIPE, SIG_IGN); /* `rung ... | head` ends quietly: close_output */
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error of write(), with a message */
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    catch_signals();
    if (argc < 2)
        return start_screen();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return argc > 2 ? too_much(argv) : cmd_help(0, NULL);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return argc > 2 ? too_much(argv) : print_version();
    for (const struct subcommand *c = subcommands; c->name != NULL; c++)
        if (strcmp(argv[1], c->name) == 0)
            return c->run(argc - 1, argv + 1);
    return unknown_subcommand(argv[1]);
}
