/*
 * rung.h - the `rung` command: one function a subcommand.
 *
 * Each takes its own argc and argv (argv[0] is its name) and returns the
 * exit status. Results go to standard output, messages to standard error.
 */
#ifndef RUNG_TOOLS_RUNG_RUNG_H
#define RUNG_TOOLS_RUNG_RUNG_H

#include "sim/base.h"

enum exit_status {
    EXIT_DONE = 0,       /* and all checks hold */
    EXIT_CHECK = 1,      /* a check or an answer failed */
    EXIT_USAGE = 2,      /* usage, or an error in a lab file */
    EXIT_UNREADABLE = 3, /* an input that cannot be read */
    EXIT_INTERNAL = 4,   /* an internal invariant broke */
};

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments; /* "LAB [OPTION...]" */
    const char *help;      /* one line */
};

/* All of them; ends with a NULL name. */
extern const struct subcommand subcommands[];

int cmd_run(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_quiz(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_grade(int argc, char **argv);
int cmd_labs(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_worksheet(int argc, char **argv);
int cmd_fmt(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_script(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_help(int argc, char **argv);

/* "rung: error: ..." on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Flushes standard output. EXIT_UNREADABLE, with a message, if it could not
 * all be written; a reader that went away (a closed pipe) is no error. */
int close_output(int status);

#endif
