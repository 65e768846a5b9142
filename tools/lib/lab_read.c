#include "tools/lib/lab_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

enum { KEY_LIST_SIZE = 300 };

void lab_error(struct lab_reader *r, struct mark mark, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    diagnostic_verror(r->d, mark, format, args);
    va_end(args);
}

const char *lab_where(struct mark mark, char *out, size_t size)
{
    if (mark.source != NULL && mark.source->is_option)
        snprintf(out, size, "%s", _("by an option"));
    else
        snprintf(out, size, _("in line %u"), mark.line);
    return out;
}

/* ---- scalars ---- */

const char *lab_scalar(struct lab_reader *r, const struct lab_key *key,
                       const struct yaml_node *value)
{
    if (value->kind == YAML_SCALAR && !yaml_node_is_empty(value))
        return value->text;
    if (value->kind == YAML_SCALAR)
        lab_error(r, value->key != NULL ? value->key->mark : value->mark,
                  _("\"%s\" has no value: write %s: %s"), key->name, key->name, key->example);
    else
        lab_error(r, value->mark, _("\"%s\" needs one value: write %s: %s"), key->name, key->name,
                  key->example);
    return NULL;
}

static int64_t *member(const struct lab_key *key, void *into)
{
    return (int64_t *)(void *)((char *)into + key->offset);
}

typedef bool parse_function(const char *text, int64_t *value, char *why, size_t size);

static void read_value(struct lab_reader *r, const struct lab_key *key,
                       const struct yaml_node *value, void *into, parse_function *parse)
{
    char why[UNIT_WHY_SIZE];
    const char *text = lab_scalar(r, key, value);

    if (text != NULL && !parse(text, member(key, into), why, sizeof why))
        lab_error(r, value->mark, "%s", why);
}

void lab_read_time(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into)
{
    read_value(r, key, value, into, unit_parse_time);
}

void lab_read_rate(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into)
{
    read_value(r, key, value, into, unit_parse_rate);
}

void lab_read_chance(struct lab_reader *r, const struct lab_key *key,
                     const struct yaml_node *value, void *into)
{
    read_value(r, key, value, into, unit_parse_chance);
}

void lab_read_packets(struct lab_reader *r, const struct lab_key *key,
                      const struct yaml_node *value, void *into)
{
    read_value(r, key, value, into, unit_parse_packets);
}

void lab_read_switch(struct lab_reader *r, const struct lab_key *key,
                     const struct yaml_node *value, void *into)
{
    read_value(r, key, value, into, unit_parse_switch);
}

void lab_read_text(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into)
{
    const char *text = lab_scalar(r, key, value);

    if (text != NULL)
        *(const char **)(void *)((char *)into + key->offset) = text;
}

void lab_read_keep(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                   void *into)
{
    (void)r;
    *(const struct yaml_node **)(void *)((char *)into + key->offset) = value;
}

bool lab_read_count(struct lab_reader *r, const struct yaml_node *value, const char *name,
                    int64_t min, int64_t max, int64_t *number)
{
    const struct lab_key key = { name, "3", "", NULL, 0 };
    const char *text = lab_scalar(r, &key, value);
    char why[UNIT_WHY_SIZE];

    if (text == NULL)
        return false;
    if (unit_parse_count(text, min, max, number, why, sizeof why))
        return true;
    lab_error(r, value->mark, "%s", why);
    return false;
}

/* ---- maps and lists ---- */

const struct yaml_node *lab_map(struct lab_reader *r, const struct yaml_node *value,
                                const char *name, const char *example)
{
    if (value == NULL || yaml_node_is_empty(value))
        return NULL;
    if (value->kind == YAML_MAP)
        return value;
    lab_error(r, value->mark, _("\"%.40s\" needs a map: write %.40s: %s"), name, name, example);
    return NULL;
}

const struct yaml_node *lab_list(struct lab_reader *r, const struct yaml_node *value,
                                 const char *name, const char *example)
{
    if (value == NULL || yaml_node_is_empty(value))
        return NULL;
    if (value->kind == YAML_LIST)
        return value;
    lab_error(r, value->mark, _("\"%s\" needs a list: write %s: %s"), name, name, example);
    return NULL;
}

const struct yaml_node *lab_list_of(struct lab_reader *r, const struct yaml_node *value,
                                    const char *name, const char *example, size_t max)
{
    const struct yaml_node *list = lab_list(r, value, name, example);

    if (list == NULL || list->count <= max)
        return list;
    lab_error(r, list->mark, _("\"%s\" has %zu entries: write at most %zu"), name, list->count,
              max);
    return NULL;
}

static bool has_key(const struct lab_key_group *group, const char *name)
{
    for (const struct lab_key *key = group->keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0)
            return true;
    }
    return group->also != NULL && has_key(group->also, name);
}

/* Adds NAME to the comma-separated list OUT. */
static void list_add(char *out, size_t size, const char *name)
{
    size_t len = strlen(out);

    snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", name);
}

/* What is wrong with a key that is in no table; LIST has all that are. */
static void unknown_key(struct lab_reader *r, const struct yaml_node *key,
                        const struct nearest *near, const char *what, const char *list)
{
    const char *colon = strchr(key->text, ':');
    char clause[NEAREST_CLAUSE_SIZE];

    if (near->best != NULL)
        lab_error(r, key->mark, _("unknown key \"%.60s\"%s"), key->text,
                  nearest_clause(near, clause, sizeof clause));
    else if (colon != NULL && key->plain)
        lab_error(r, key->mark,
                  _("unknown key \"%.60s\": write a space after the colon, %.*s: %.40s"),
                  key->text, (int)min_size((size_t)(colon - key->text), 40), key->text,
                  colon + 1);
    else
        lab_error(r, key->mark, _("unknown key \"%.60s\": %s has %s"), key->text, what,
                  list[0] != '\0' ? list : _("none"));
}

static void unknown_group_key(struct lab_reader *r, const struct yaml_node *key,
                              const struct lab_key_group *group)
{
    char list[KEY_LIST_SIZE] = "", what[60];
    struct nearest near;
    const struct config_section *section;

    nearest_begin(&near, key->text);
    for (const struct lab_key_group *g = group; g != NULL; g = g->also) {
        for (const struct lab_key *k = g->keys; k->name != NULL; k++) {
            nearest_offer(&near, k->name);
            list_add(list, sizeof list, k->name);
        }
    }
    for (size_t i = 0; group->has_sections && (section = lab_section(i)) != NULL; i++) {
        if (has_key(group, section->name))
            continue;
        nearest_offer(&near, section->name);
        list_add(list, sizeof list, section->name);
    }
    snprintf(what, sizeof what, "\"%s\"", group->name);
    unknown_key(r, key, &near, what, list);
}

static void read_keys(struct lab_reader *r, const struct yaml_node *map,
                      const struct lab_key_group *group, void *into)
{
    for (const struct lab_key *key = group->keys; key->name != NULL; key++) {
        const struct yaml_node *value = yaml_map_get(map, key->name);
        if (value != NULL && key->read != NULL)
            key->read(r, key, value, into);
    }
    if (group->also != NULL)
        read_keys(r, map, group->also, (char *)into + group->also_at);
}

void lab_read_map(struct lab_reader *r, const struct yaml_node *node, const char *name,
                  const struct lab_key_group *group, void *into)
{
    const struct yaml_node *map = lab_map(r, node, name, "{ ... }");

    if (map == NULL)
        return;
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        const char *key = child->key->text;
        if (!has_key(group, key) && !(group->has_sections && lab_section_find(key) != NULL))
            unknown_group_key(r, child->key, group);
        if (diagnostics_crowded(r->d))
            break;
    }
    read_keys(r, map, group, into);
}

/* ---- settings ---- */

static const struct config_key *find_setting(const struct config_section *section,
                                             const char *name)
{
    for (const struct config_key *key = section->keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0)
            return key;
    }
    return NULL;
}

static void unknown_setting(struct lab_reader *r, const struct yaml_node *key,
                            const struct config_section *section, const char *except)
{
    char list[KEY_LIST_SIZE] = "", what[60];
    struct nearest near;

    nearest_begin(&near, key->text);
    if (except != NULL) {
        nearest_offer(&near, except);
        list_add(list, sizeof list, except);
    }
    for (const struct config_key *k = section->keys; k->name != NULL; k++) {
        nearest_offer(&near, k->name);
        list_add(list, sizeof list, k->name);
    }
    snprintf(what, sizeof what, "\"%s\"", section->name);
    unknown_key(r, key, &near, what, list);
}

static void read_setting(struct lab_reader *r, const struct yaml_node *value,
                         const struct config_section *section, const struct config_key *key,
                         struct lab_setting **settings)
{
    const struct lab_key plain = { key->name, _("VALUE"), key->help, NULL, 0 };
    const char *text = lab_scalar(r, &plain, value);
    char why[UNIT_WHY_SIZE];
    int64_t parsed;

    if (text == NULL)
        return;
    if (!unit_parse_setting(key, text, &parsed, why, sizeof why)) {
        lab_error(r, value->mark, "%s", why);
        return;
    }
    struct lab_setting *setting = lab_memory_take(r->memory, 1, sizeof *setting);
    *setting = (struct lab_setting){ section, key, parsed, value->mark, NULL };
    while (*settings != NULL)
        settings = &(*settings)->next;
    *settings = setting;
}

void lab_read_section(struct lab_reader *r, const struct yaml_node *node,
                      const struct config_section *section, const char *except,
                      struct lab_setting **settings)
{
    const struct yaml_node *map = lab_map(r, node, section->name, "{ ... }");

    if (map == NULL)
        return;
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        const struct config_key *key = find_setting(section, child->key->text);
        if (key != NULL)
            read_setting(r, child, section, key, settings);
        else if (except == NULL || strcmp(child->key->text, except) != 0)
            unknown_setting(r, child->key, section, except);
    }
}

void lab_read_sections(struct lab_reader *r, const struct yaml_node *map, const char *except,
                       struct lab_setting **settings)
{
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        const struct config_section *section = lab_section_find(child->key->text);
        bool excepted = except != NULL && strcmp(child->key->text, except) == 0;
        if (section != NULL && !excepted)
            lab_read_section(r, child, section, NULL, settings);
    }
}

/* ---- words, hooks ---- */

struct lab_word *lab_read_words(struct lab_reader *r, const struct yaml_node *node,
                                const char *name, size_t *count)
{
    const struct yaml_node *list = lab_list(r, node, name, "[one, another]");
    const struct lab_key key = { name, _("[one, another]"), "", NULL, 0 };

    *count = 0;
    if (list == NULL)
        return NULL;
    struct lab_word *words = lab_memory_take(r->memory, list->count, sizeof *words);
    for (const struct yaml_node *child = list->first; child != NULL; child = child->next) {
        const char *text = lab_scalar(r, &key, child);
        if (text != NULL)
            words[(*count)++] = (struct lab_word){ text, child->mark };
    }
    return words;
}

void lab_ask(struct lab_reader *r, lab_text_check *check, const char *text, struct mark mark)
{
    char why[300] = "";
    size_t column = 0;

    if (check != NULL && !check(r->hooks->ctx, r->lab, text, why, sizeof why, &column))
        lab_error(r, lab_mark_within(mark, text, column), "%s", why);
}
