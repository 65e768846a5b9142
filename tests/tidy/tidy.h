/*
 * tidy.h - the house style, as a test.
 *
 *   tidy FOLDER       checks the tree in FOLDER: file:line: message, status 1
 *   tidy --selftest   checks that each check can fail, on trees of one file
 *
 * A text is checked in three views of equal length, so that an offset means
 * the same line in each: as it is; without comments, strings and characters
 * ("code"); and without preprocessor lines as well ("bare"), which is what
 * braces are counted in.
 */
#ifndef RUNG_TESTS_TIDY_TIDY_H
#define RUNG_TESTS_TIDY_TIDY_H

#include "sim/base.h"

enum {
    LINES_OF_FILE = 600,
    LINES_OF_FUNCTION = 60,
    COLUMNS = 100,
};

struct violations {
    char **lines; /* "file:line: message" */
    size_t count;
};

struct tree {
    const char *root;
    struct violations found;
    char curses_file[256]; /* the first one that includes it */
};

struct source {
    struct tree *tree;
    const char *path; /* from the root: "sim/base.h" */
    char *text, *code, *bare;
    size_t len;
};

/* Checks all of the tree in ROOT; FOUND is the caller's to free. */
void tidy_tree(struct tree *tree);
void tidy_free(struct tree *tree);

/* Notes a violation at LINE (0: the file itself) of PATH. */
void tidy_add(struct tree *tree, const char *path, size_t line, const char *message);

/* Notes a violation at OFFSET of the source's text. */
__attribute__((format(printf, 3, 4)))
void report(const struct source *source, size_t offset, const char *format, ...);

bool has_prefix(const char *text, const char *prefix);
bool has_suffix(const char *text, const char *suffix);
bool is_word_byte(char c);
bool tree_has(const struct tree *tree, const char *path);
/* The whole of a file, terminated; NULL if it cannot be read. Caller frees. */
char *tree_read(const struct tree *tree, const char *path, size_t *len);

/* The checks. */
void check_text(const struct source *source);      /* any text: forbidden words and paths */
void check_lines(const struct source *source);     /* .c .h .def: length, width, blanks */
void check_includes(const struct source *source);  /* .c .h: direction */
void check_calls(const struct source *source);     /* .c .h outside tools, tests */
void check_shape(const struct source *source);     /* .c .h: functions, mutable statics */
void check_registered(const struct source *source); /* tests: each test stands in its table */
void check_links(const struct source *source);     /* .md */
void check_names(struct tree *tree);               /* what is there, and what it is called */

/* Status for main. */
int selftest(void);

/* Writes the views of TEXT that hold no comments, and no preprocessor. */
void write_code(const char *text, size_t len, char *code);
void write_bare(const char *code, size_t len, char *bare);

#endif
