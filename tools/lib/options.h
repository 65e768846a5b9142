/*
 * options.h - getopt_long, with errors that look like all others of Rung.
 *
 *   rung: error: run: unknown option "--foo", did you mean "--for"? (rung run --help)
 *
 * Each subcommand reads its options by options_next. Deliberately missing:
 * what an option's value may be, which each subcommand says itself.
 */
#ifndef RUNG_TOOLS_OPTIONS_H
#define RUNG_TOOLS_OPTIONS_H

#include <getopt.h>

#include "sim/base.h"

/* Begins reading an argv whose first word is the subcommand's name. */
void options_begin(void);

/*
 * The next option as getopt_long returns it, -1 after the last, or '?' after
 * an error that has been told on standard error. LETTERS must begin with ':'
 * so that a missing value is told apart.
 */
int options_next(int argc, char **argv, const char *letters, const struct option *options);

/* Whether nothing but options was given; tells, if not, what is too much. */
bool options_no_more(int argc, char **argv);

/* WORDS, up to a NULL, with blanks between them: a filter, say. False: too long. */
bool options_join(char *const *words, char *out, size_t size);

#endif
