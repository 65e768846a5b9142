/*
 * yaml_tree.h - YAML text as a tree whose every node knows its place.
 *
 *   hosts:                      MAP  key "hosts"
 *     a: { mtu: 1500 }            MAP  key "a"
 *                                   SCALAR "1500", key "mtu"
 *
 * The YAML that labs need and no more: maps, lists and scalars, through
 * libyaml's parser, whose marks give line and column. Refused, with what to
 * write instead: anchors, aliases, tags, a second document, keys that are
 * not plain words, the same key twice, tabs as indentation, control
 * characters, broken UTF-8, and whatever is larger than the limits below.
 *
 * The reader goes on after an error where it can, so that one run shows as
 * many as possible. Nodes live in the caller's lab_memory. Scalars are text;
 * what "on" or "20ms" means is for the caller.
 */
#ifndef RUNG_TOOLS_YAML_TREE_H
#define RUNG_TOOLS_YAML_TREE_H

#include "tools/lib/diagnostic.h"
#include "tools/lib/lab_memory.h"

enum {
    YAML_DEPTH_MAX = 32,
    YAML_NODES_MAX = 2000000,
    YAML_BYTES_MAX = 16 * 1024 * 1024,
};

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool plain;       /* a scalar without quotes */
    bool repeated;    /* its key stood in the map before: told, then left out */
    struct mark mark; /* where it begins */
    const char *text; /* scalar: decoded, terminated; else "" */
    size_t len;
    const struct yaml_node *key; /* in a map: its key, a scalar */
    struct yaml_node *first, *last; /* children, linked by next */
    struct yaml_node *next;
    size_t count; /* of children */
};

/*
 * Reads S into a tree of nodes in MEMORY. NULL if S is empty or so broken
 * that no tree can be made; else the root, perhaps with errors added to D.
 */
struct yaml_node *yaml_tree_parse(const struct source *s, struct lab_memory *memory,
                                  struct diagnostics *d);

/* A node in MEMORY, of which the caller is author: for values that come from
 * elsewhere than the file. TEXT must outlive it. */
struct yaml_node *yaml_node_new(struct lab_memory *memory, enum yaml_kind kind, struct mark mark,
                                const char *text);

/* Puts CHILD, under KEY for a map (NULL for a list), at the end of PARENT. */
void yaml_node_append(struct yaml_node *parent, const struct yaml_node *key,
                      struct yaml_node *child);

/* The child of MAP called KEY, or NULL. Linear: for maps with few keys. */
struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key);

/* Adds what libyaml, stopped by an error, has to say of S, in our words.
 * For yaml_tree.c; PARSER is a yaml_parser_t. */
struct yaml_parser_s;
void yaml_problem_report(const struct yaml_parser_s *parser, const struct source *s,
                         struct diagnostics *d);

/* Whether NODE says nothing: `key:`, `~` or `null`. */
bool yaml_node_is_empty(const struct yaml_node *node);

#endif
