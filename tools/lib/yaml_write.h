/*
 * yaml_write.h - YAML as text again: a value, a tree, an entry among others.
 *
 *   script:                              script:
 *     - { at: 0s, a: ping b }  # hello     - { at: 0s, a: ping b }  # hello
 *                                   ->     - { at: 1s, b: close }
 *
 * What a person wrote keeps its comments and its form: entries are put in
 * where they belong, in the style of their list, and nothing else changes.
 * yaml_tree.h reads what is written here.
 */
#ifndef RUNG_TOOLS_YAML_WRITE_H
#define RUNG_TOOLS_YAML_WRITE_H

#include "tools/lib/yaml_tree.h"

#include <stdio.h>

/* Writes TEXT as a scalar that may stand anywhere: in quotes if it needs them. */
void yaml_write_scalar(FILE *out, const char *text);

/* Writes NODE in YAML's flow style, on one line. */
void yaml_write_flow(FILE *out, const struct yaml_node *node);

/* Writes the map ROOT with a line for each of its grandchildren. */
void yaml_write_tree(FILE *out, const struct yaml_node *root);

/*
 * TEXT, whose root is a map, with COUNT more ENTRIES, each in YAML's flow
 * style, at the end of the list KEY, which is added if it is not there. The
 * result is the caller's to free; NULL if TEXT is not such a text, or KEY is
 * no list.
 */
char *yaml_add_entries(const char *text, const char *key, const char *const *entries, size_t count);

/* TEXT, whose root is a map without KEY, with KEY and VALUE (in flow style) at
 * its end. As above. */
char *yaml_add_key(const char *text, const char *key, const char *value);

/* TEXT with VALUE in place of the scalar or flow value NODE, whose mark is in
 * S, the source of TEXT. As above; NULL if NODE takes more than one line. */
char *yaml_replace(const struct source *s, const struct yaml_node *node, const char *value);

#endif
