/*
 * diagnostic.h - what is wrong with a text, where, and what to write instead.
 *
 *   lab.yaml:4:18: error: unknown key "tpc", did you mean "tcp"?
 *     b: { ip: 10.0.0.2/24, tpc: { cc: cubic } }
 *                           ^~~
 *
 * A source is a named text; a mark is a place in it; diagnostics collect
 * the errors of a run, sorted by place, so that one run shows them all.
 * A source may also be an option of the command line: its errors have no
 * line and column, only its name: `--set seed=x: error: ...`.
 *
 * Diagnostics copy what they need: they outlive sources and labs.
 * Called by the yaml reader, the lab reader, and whoever holds a mark of a
 * lab. Deliberately missing: warnings; what is wrong is an error.
 */
#ifndef RUNG_TOOLS_DIAGNOSTIC_H
#define RUNG_TOOLS_DIAGNOSTIC_H

#include "sim/base.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    DIAGNOSTICS_SHOWN = 20,  /* errors printed in a run; the rest are counted */
    DIAGNOSTICS_KEPT = 1000, /* errors remembered for sorting */
    SOURCE_COLUMN_MAX = 20000, /* places beyond this column show no line: labs
                                  are written by hand, and seeking takes time */
};

/* A text with a name. The creator owns text and name; line_at is ours. */
struct source {
    const char *name; /* "labs/arp/lab.yaml", or "--set seed=7" */
    const char *text;
    size_t len;
    bool is_option;  /* no line and column are worth naming */
    unsigned order;  /* errors of a lower order come first */
    size_t *line_at; /* offset of each line's first byte */
    size_t line_count;
};

/* A place: line and column count from 1, in characters; line 0 is the text
 * as a whole. LENGTH characters are underlined, at least one. */
struct mark {
    const struct source *source;
    uint32_t line;
    uint32_t column;
    uint32_t length;
};

struct diagnostic; /* one error, rendered when it is added */

struct diagnostics {
    struct diagnostic *at;
    size_t kept;
    size_t total; /* errors added, kept or not */
    bool unreadable; /* a file could not be read at all */
};

/* Prepares S to be marked; NAME and TEXT must outlive it. A byte order mark
 * is left out of the text. */
void source_init(struct source *s, const char *name, const char *text, size_t len);
void source_free(struct source *s);

/* Line LINE (from 1) without its line break; empty past the end. */
struct span source_line(const struct source *s, uint32_t line);

void diagnostics_init(struct diagnostics *d);
void diagnostics_free(struct diagnostics *d);

/* Adds an error at MARK; its source may be NULL for an error that no text
 * causes, which is then printed without a place. FORMAT is a sentence in
 * lower case without a full stop. */
void diagnostic_error(struct diagnostics *d, struct mark mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diagnostic_verror(struct diagnostics *d, struct mark mark, const char *format, va_list args);

/* Adds an error of NAME as a whole, such as a file that cannot be opened. */
void diagnostic_name_error(struct diagnostics *d, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether there are so many errors that extra care for one more, such as
 * looking for a likely spelling, is wasted. */
bool diagnostics_crowded(const struct diagnostics *d);

/* Prints the errors in the order of their places, at most DIAGNOSTICS_SHOWN,
 * then how many more there are. Sorts D, changes nothing else. */
void diagnostics_print(struct diagnostics *d, FILE *out);

/* Writes the first of them on one line, without the lines of the source, as
 * snprintf; "" if there is none. Sorts D, too. */
size_t diagnostics_first(struct diagnostics *d, char *out, size_t size);

#endif
