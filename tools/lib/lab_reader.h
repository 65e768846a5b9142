/*
 * lab_reader.h - what the files lab_*.c share while they read a lab.
 *
 *   lab.c        the whole: text -> tree -> overrides -> model
 *   lab_read.c   values and maps by tables of keys
 *   lab_override.c  --set, on the tree
 *   lab_nodes.c  hosts, switches, hubs, routers
 *   lab_links.c  links; lab_direction.c what they do to frames
 *   lab_script.c, lab_faults.c, lab_checks.c
 *   lab_place.c  which wires are meant
 *   lab_moments.c  moments of a run, lab_named_moments.c those with a name
 *   lab_pages.c, lab_questions.c with lab_question_kinds.c, lab_tasks.c, lab_vary.c
 *   lab_texts.c  values that stand in texts
 *   lab_addresses.c  what holds between nodes: addresses, MACs, gateways
 *
 * Private to them, and to submission_read.c, which reads another file by the
 * same means; everybody else includes lab.h.
 */
#ifndef RUNG_TOOLS_LAB_READER_H
#define RUNG_TOOLS_LAB_READER_H

#include "layers/nearest.h"
#include "layers/units.h"
#include "tools/lib/lab.h"
#include "tools/lib/lab_keys.h"
#include "tools/lib/lab_memory.h"
#include "tools/lib/lab_values.h"
#include "tools/lib/yaml_tree.h"

struct lab_reader {
    struct lab *lab;
    struct lab_memory *memory;
    const struct lab_hooks *hooks; /* never NULL */
    struct diagnostics *d;
    /* The parts of the file, read in this order; NULL if not there. */
    const struct yaml_node *defaults, *hosts, *switches, *hubs, *routers, *links, *script, *faults,
        *checks, *vary, *moments, *pages, *questions, *tasks;
};

/* ---- lab_read.c ---- */

/* For lab_key.read: each reads a scalar of its kind into the member at
 * key->offset, int64_t unless said otherwise. */
void lab_read_time(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into);
void lab_read_rate(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into);
void lab_read_chance(struct lab_reader *r, const struct lab_key *key,
                     const struct yaml_node *value, void *into);
void lab_read_packets(struct lab_reader *r, const struct lab_key *key,
                      const struct yaml_node *value, void *into);
void lab_read_switch(struct lab_reader *r, const struct lab_key *key,
                     const struct yaml_node *value, void *into);
/* const char *. */
void lab_read_text(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into);
/* const struct yaml_node *: kept for later. */
void lab_read_keep(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into);

/* VALUE as a scalar that says something, or NULL after an error. */
const char *lab_scalar(struct lab_reader *r, const struct lab_key *key,
                       const struct yaml_node *value);

/* VALUE if it is a map, or a list; NULL, after an error unless it is empty,
 * if it is not. NAME and EXAMPLE say what to write. */
const struct yaml_node *lab_map(struct lab_reader *r, const struct yaml_node *value,
                                const char *name, const char *example);
const struct yaml_node *lab_list(struct lab_reader *r, const struct yaml_node *value,
                                 const char *name, const char *example);

/* VALUE as a list of at most MAX items; NULL as above, or if there are more. */
const struct yaml_node *lab_list_of(struct lab_reader *r, const struct yaml_node *value,
                                    const char *name, const char *example, size_t max);

/* Reads MAP by the table of GROUP, in the order of the table, into INTO. */
void lab_read_map(struct lab_reader *r, const struct yaml_node *map, const char *name,
                  const struct lab_key_group *group, void *into);

/* Reads the settings that MAP gives SECTION and appends them to *SETTINGS.
 * The key EXCEPT, if not NULL, is somebody else's. */
void lab_read_section(struct lab_reader *r, const struct yaml_node *map,
                      const struct config_section *section, const char *except,
                      struct lab_setting **settings);

/* Reads each section among the keys of MAP, except that called EXCEPT. */
void lab_read_sections(struct lab_reader *r, const struct yaml_node *map, const char *except,
                       struct lab_setting **settings);

/* Writes "in line 7", or "by an option", for a sentence about MARK. */
const char *lab_where(struct mark mark, char *out, size_t size);

/* An error at MARK. */
void lab_error(struct lab_reader *r, struct mark mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads NODE as a list of names; returns the array, its length in *COUNT. */
struct lab_word *lab_read_words(struct lab_reader *r, const struct yaml_node *node,
                                const char *name, size_t *count);

/* ---- lab_names.c ---- */

struct lab_names *lab_names_new(struct lab_memory *memory, size_t room);

/* Remembers NAME. If it is known already, changes nothing and returns false. */
bool lab_names_add(struct lab_names *names, const char *name, enum lab_target kind, size_t index);
bool lab_names_find(const struct lab_names *names, const char *name, size_t len,
                    enum lab_target *kind, size_t *index);

/* Whether KEY is a fit name for WHAT ("a host"); an error if not. */
bool lab_name_check(struct lab_reader *r, const struct yaml_node *key, const char *what);

/* Names KEY as lab->nodes[INDEX] or links[INDEX]; an error if it is taken. */
void lab_name_claim(struct lab_reader *r, const struct yaml_node *key, enum lab_target kind,
                    size_t index);

/* The node or link called by the LEN bytes at NAME; LAB_NONE after an error. */
size_t lab_resolve_node(struct lab_reader *r, struct mark mark, const char *name, size_t len);
size_t lab_resolve_link(struct lab_reader *r, struct mark mark, const char *name, size_t len);

/* Offers S the names of all nodes, or of all links. */
void lab_suggest_nodes(const struct lab_reader *r, struct nearest *near);
void lab_suggest_links(const struct lab_reader *r, struct nearest *near);

/* "host", "switch", "hub", "router". */
const char *lab_kind_name(enum lab_node_kind kind);

/* ---- the parts ---- */

void lab_read_nodes(struct lab_reader *r);
void lab_read_links(struct lab_reader *r);
void lab_read_script(struct lab_reader *r);
void lab_read_faults(struct lab_reader *r);
void lab_read_checks(struct lab_reader *r);
void lab_read_vary(struct lab_reader *r);
void lab_read_named_moments(struct lab_reader *r);
void lab_read_pages(struct lab_reader *r);
void lab_read_questions(struct lab_reader *r);
void lab_read_tasks(struct lab_reader *r);

/* A list of checks: the array, its length in *COUNT. */
struct lab_check *lab_read_check_list(struct lab_reader *r, const struct yaml_node *list,
                                      size_t *count);

/* ---- what several parts have ---- */

/* A whole number from MIN to MAX, without unit. */
bool lab_read_count(struct lab_reader *r, const struct yaml_node *value, const char *name,
                    int64_t min, int64_t max, int64_t *number);

/* Which wires are looked at; names become indices, or LAB_NONE. */
struct lab_place {
    const struct yaml_node *from, *to, *on;
};
void lab_read_place(struct lab_reader *r, const struct lab_place *place, size_t *from, size_t *to,
                    size_t *link);

/* "a ESTABLISHED", the value of NAME: a node, LAB_NONE after an error, and the
 * state, with its mark. */
void lab_read_state(struct lab_reader *r, const struct yaml_node *value, const char *name,
                    size_t *node, const char **state, struct mark *mark);

/* A moment: a map, or one of the words start and end, or a time. */
void lab_read_moment(struct lab_reader *r, const struct lab_key *key,
                     const struct yaml_node *value, struct lab_moment *moment);

/* The same as keys of a map that holds more. */
struct lab_moment_nodes {
    const struct yaml_node *frame, *state, *rule, *holds, *time, *nth, *node;
    struct lab_place place;
};
void lab_read_moment_nodes(struct lab_reader *r, const struct lab_moment_nodes *nodes,
                           struct mark mark, struct lab_moment *moment);

/* `before:`, `after:` and, where pages may have it, `at:`; of ENTRY, which
 * says in an error what it is ("question"). */
void lab_read_gate(struct lab_reader *r, const struct yaml_node *entry, const char *what,
                   struct lab_gate *gate);

/* The name under KEY of ENTRY: letters, digits and '-'. OTHERS yields the
 * names that are taken (NULL past the last). "" after an error. */
const char *lab_read_title(struct lab_reader *r, const struct yaml_node *entry, const char *key,
                           const char *(*others)(const struct lab *lab, size_t index));

/* A text, or NULL after an error, that must be there. */
const char *lab_read_needed(struct lab_reader *r, const struct yaml_node *entry, const char *key,
                            const char *example);

/* The texts of a list, at most LAB_MISTAKES_MAX; VALUE may be NULL. */
const char **lab_read_texts(struct lab_reader *r, const struct yaml_node *value, const char *name,
                            size_t *count);

/* Looks at the values that stand in the texts of ENTRY, which has been read as
 * QUESTION, as the page of GATE, or as a task. */
void lab_check_question_texts(struct lab_reader *r, const struct yaml_node *entry,
                              const struct lab_question *question);
void lab_check_page_texts(struct lab_reader *r, const struct yaml_node *entry,
                          const struct lab_gate *gate);
void lab_check_task_texts(struct lab_reader *r, const struct yaml_node *entry);

/* Names of questions and tasks, which share one space. */
const char *lab_asked_name(const struct lab *lab, size_t index);

/* What a link does where the file says nothing; what follows from the rest. */
void lab_direction_defaults(struct lab_direction *direction);
void lab_direction_complete(struct lab_direction *direction);

/* Interfaces and routes, for nodes. */
void lab_read_routes(struct lab_reader *r, struct lab_node *node, const struct yaml_node *gateway,
                     const struct yaml_node *routes);
void lab_read_interface_address(struct lab_reader *r, struct lab_interface *interface,
                                const struct yaml_node *value);
void lab_read_mtu(struct lab_reader *r, const struct yaml_node *value, int *mtu, bool *given,
                  struct mark *mark);

/* What holds between nodes: once nodes and links are read. */
void lab_check_addresses(struct lab_reader *r);

/* Changes the tree ROOT by one --set, whose source is S ("--set PATH=VALUE").
 * PATH_VALUE is its argument. */
void lab_override_apply(struct lab_reader *r, struct yaml_node *root, const struct source *s,
                        const char *path_value);

/* The node of the tree ROOT that PATH_VALUE is about, or NULL if the tree has
 * none yet. MEMORY is for its work. */
struct yaml_node *lab_override_target(struct lab_memory *memory, struct yaml_node *root,
                                      const char *path_value);

/* Whether VALUE, of a --set, is YAML: a list, a map or a quoted text; else it
 * is text as it stands. */
bool lab_override_is_yaml(const char *value);

/* ---- hooks ---- */

typedef bool lab_text_check(void *ctx, const struct lab *lab, const char *text, char *why,
                            size_t size, size_t *column);

/* Asks CHECK (NULL: content with all) about TEXT, which stands at MARK. */
void lab_ask(struct lab_reader *r, lab_text_check *check, const char *text, struct mark mark);

#endif
