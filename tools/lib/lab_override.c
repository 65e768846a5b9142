#include "tools/lib/lab_reader.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

/*
 * --set PATH=VALUE changes the tree before the model is read from it, so that
 * every value of a file can be set and every check holds. New nodes are
 * marked with the option: what is wrong with them is told by its name.
 */

enum { PATH_PARTS_MAX = 16 };

struct edit {
    struct lab_reader *r;
    struct mark mark; /* of the option */
    const char *value;
    const char *at; /* what is left of the path */
    const char *end;
    const char *parent; /* the part before, "" at the top */
};

/* Values that may be written short, and the key that they then are short for. */
static const struct {
    const char *name, *key;
} SHORT_FORMS[] = { { "ip", "address" }, { "reorder", "chance" } };

/* ---- values ---- */

/* VALUE as the file would have it: a list, a map or a quoted text is YAML,
 * anything else is text as it stands. */
static struct yaml_node *value_node(struct edit *e)
{
    const char *value = e->value;
    struct diagnostics problems;
    struct source s;

    if (!lab_override_is_yaml(value)) {
        struct yaml_node *scalar = yaml_node_new(e->r->memory, YAML_SCALAR, e->mark, value);
        scalar->plain = true;
        return scalar;
    }
    diagnostics_init(&problems);
    source_init(&s, "", value, strlen(value));
    struct yaml_node *node = yaml_tree_parse(&s, e->r->memory, &problems);
    source_free(&s);
    bool good = node != NULL && problems.total == 0;
    diagnostics_free(&problems);
    if (good)
        return node;
    lab_error(e->r, e->mark, _("\"%.60s\" is not a value: close its quotes and brackets"), value);
    return NULL;
}

/* Marks NODE, its keys and all below as coming from the option. */
static void mark_all(struct yaml_node *node, struct mark mark)
{
    node->mark = mark;
    for (struct yaml_node *child = node->first; child != NULL; child = child->next) {
        if (child->key != NULL) {
            struct yaml_node *key = (struct yaml_node *)(uintptr_t)child->key;
            key->mark = mark;
        }
        mark_all(child, mark);
    }
}

/* ---- paths ---- */

/* The length of the path's next part: the longest key of MAP that it begins
 * with, as keys such as 0.0.0.0/0 have dots; else all up to the next dot, or
 * the whole rest if that begins like a prefix. */
static size_t next_part(const struct edit *e, const struct yaml_node *map)
{
    size_t rest = (size_t)(e->end - e->at), best = 0;

    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        if (child->key == NULL || child->key->len > rest || child->key->len <= best)
            continue;
        const char *after = e->at + child->key->len;
        if (memcmp(child->key->text, e->at, child->key->len) == 0
            && (after == e->end || *after == '.'))
            best = child->key->len;
    }
    if (best > 0)
        return best;
    if (map->kind == YAML_MAP && strcmp(e->parent, "routes") == 0)
        return rest;
    const char *dot = memchr(e->at, '.', rest);
    return dot != NULL ? (size_t)(dot - e->at) : rest;
}

/* A scalar on the way becomes the map that it is short for. */
static bool make_map(struct edit *e, struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR)
        return true;
    if (yaml_node_is_empty(node)) {
        node->kind = YAML_MAP;
        node->text = "";
        node->len = 0;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(SHORT_FORMS); i++) {
        if (strcmp(e->parent, SHORT_FORMS[i].name) != 0)
            continue;
        struct yaml_node *value = yaml_node_new(e->r->memory, YAML_SCALAR, node->mark, node->text);
        value->plain = node->plain;
        node->kind = YAML_MAP;
        node->text = "";
        node->len = 0;
        yaml_node_append(node, yaml_node_new(e->r->memory, YAML_SCALAR, node->mark,
                                             SHORT_FORMS[i].key), value);
        return true;
    }
    lab_error(e->r, e->mark, _("\"%.40s\" is a value and holds no \"%.*s\": end the path there"),
              e->parent, (int)min_size((size_t)(e->end - e->at), 40), e->at);
    return false;
}

static struct yaml_node *list_item(struct edit *e, const struct yaml_node *list, const char *part)
{
    char why[UNIT_WHY_SIZE];
    int64_t index;
    struct yaml_node *item = list->first;

    if (list->count == 0 || !unit_parse_count(part, 0, (int64_t)list->count - 1, &index, why,
                                              sizeof why)) {
        lab_error(e->r, e->mark, _("\"%.40s\" is a list of %zu, counted from 0: no \"%.40s\" in "
                                      "it"), e->parent, list->count, part);
        return NULL;
    }
    while (index-- > 0)
        item = item->next;
    return item;
}

/* Nodes and links are not made by a slip of the fingers. */
static bool must_exist(const char *parent)
{
    static const char *const KINDS[] = { "hosts", "switches", "hubs", "routers", "links",
                                         "interfaces" };

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        if (strcmp(parent, KINDS[i]) == 0)
            return true;
    }
    return false;
}

static void tell_missing(struct edit *e, const struct yaml_node *map, const char *part)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, part);
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next)
        nearest_offer(&near, child->key->text);
    nearest_clause(&near, clause, sizeof clause);
    lab_error(e->r, e->mark, _("nothing under \"%s\" is called \"%.40s\"%s"), e->parent, part,
              clause[0] != '\0' ? clause : _(": write the name of one in the file"));
}

static struct yaml_node *map_item(struct edit *e, struct yaml_node *map, const char *part)
{
    struct yaml_node *item = yaml_map_get(map, part);

    if (item != NULL)
        return item;
    if (must_exist(e->parent)) {
        tell_missing(e, map, part);
        return NULL;
    }
    item = yaml_node_new(e->r->memory, YAML_SCALAR, e->mark, "");
    item->plain = true;
    yaml_node_append(map, yaml_node_new(e->r->memory, YAML_SCALAR, e->mark, part), item);
    return item;
}

/* One part further down; NULL after an error. */
static struct yaml_node *step(struct edit *e, struct yaml_node *node)
{
    if (!make_map(e, node))
        return NULL;
    size_t len = next_part(e, node);
    const char *part = lab_memory_text(e->r->memory, e->at, len);

    if (len == 0) {
        lab_error(e->r, e->mark, _("the path has an empty part: write it like hosts.a.mtu=1400"));
        return NULL;
    }
    node = node->kind == YAML_LIST ? list_item(e, node, part) : map_item(e, node, part);
    e->at += len;
    e->at += e->at < e->end;
    e->parent = part;
    return node;
}

/* Puts VALUE where NODE was; its key is the option's too, as errors are told
 * where a key stands. */
static void replace(struct edit *e, struct yaml_node *node, const struct yaml_node *value)
{
    struct yaml_node *next = node->next, *key = NULL;

    if (node->key != NULL) {
        key = yaml_node_new(e->r->memory, YAML_SCALAR, e->mark, node->key->text);
        key->plain = node->key->plain;
    }
    *node = *value;
    node->next = next;
    node->key = key;
}

struct yaml_node *lab_override_target(struct lab_memory *memory, struct yaml_node *root,
                                      const char *path_value)
{
    struct edit e = { .at = path_value, .end = strchr(path_value, '='), .parent = "" };
    struct yaml_node *node = root;

    while (node != NULL && node->kind != YAML_SCALAR && e.at < e.end) {
        size_t len = next_part(&e, node);
        const char *part = lab_memory_text(memory, e.at, len);
        char why[UNIT_WHY_SIZE];
        int64_t index;

        if (node->kind == YAML_MAP) {
            node = yaml_map_get(node, part);
        } else if (unit_parse_count(part, 0, (int64_t)node->count - 1, &index, why, sizeof why)) {
            for (node = node->first; index > 0; index--)
                node = node->next;
        } else {
            node = NULL;
        }
        e.at += len;
        e.at += e.at < e.end;
        e.parent = part;
    }
    return e.at == e.end ? node : NULL;
}

bool lab_override_is_yaml(const char *value)
{
    return value[0] != '\0' && strchr("{[\"'", value[0]) != NULL;
}

/* Whether the path can be followed at all; nothing is changed if not. */
static bool check_path(const struct edit *e, const char *path)
{
    size_t parts = 1;

    for (const char *at = path; at < e->end; at++)
        parts += *at == '.';
    if (e->end == NULL || e->end == path)
        lab_error(e->r, e->mark, _("not PATH=VALUE: write it like --set links.wire.loss=2%%"));
    else if (e->end[-1] == '.')
        lab_error(e->r, e->mark, _("the path has an empty part: write it like hosts.a.mtu=1400"));
    else if (parts > PATH_PARTS_MAX)
        lab_error(e->r, e->mark, _("the path is too long: a lab is not that deep"));
    else
        return true;
    return false;
}

void lab_override_apply(struct lab_reader *r, struct yaml_node *root, const struct source *s,
                        const char *path_value)
{
    const char *equals = strchr(path_value, '=');
    struct edit e = { .r = r, .mark = { s, 0, 0, 0 }, .at = path_value, .end = equals,
                      .parent = "" };
    struct yaml_node *node = root;

    if (!check_path(&e, path_value))
        return;
    e.value = lab_memory_text(r->memory, equals + 1, strlen(equals + 1));
    while (e.at < e.end && node != NULL)
        node = step(&e, node);
    struct yaml_node *value = node != NULL ? value_node(&e) : NULL;
    if (value == NULL)
        return;
    mark_all(value, e.mark);
    replace(&e, node, value);
}
