#include "tools/lib/lab_reader.h"

#include <string.h>

#include "tools/lib/text.h"

/* An open hash table; never more than half full. */
struct slot {
    const char *name; /* NULL: free */
    enum lab_target kind;
    size_t index;
};

struct lab_names {
    struct slot *slots;
    size_t size; /* a power of two */
};

static size_t hash(const char *name, size_t len)
{
    uint64_t value = 0xcbf29ce484222325;

    for (size_t i = 0; i < len; i++)
        value = (value ^ (uint8_t)name[i]) * 0x100000001b3;
    return (size_t)(value ^ value >> 32);
}

struct lab_names *lab_names_new(struct lab_memory *memory, size_t room)
{
    struct lab_names *names = lab_memory_take(memory, 1, sizeof *names);

    names->size = 16;
    while (names->size < 2 * room)
        names->size *= 2;
    names->slots = lab_memory_take(memory, names->size, sizeof *names->slots);
    return names;
}

static struct slot *find_slot(const struct lab_names *names, const char *name, size_t len)
{
    for (size_t at = hash(name, len);; at++) {
        struct slot *slot = &names->slots[at & (names->size - 1)];
        if (slot->name == NULL
            || (strncmp(slot->name, name, len) == 0 && slot->name[len] == '\0'))
            return slot;
    }
}

bool lab_names_add(struct lab_names *names, const char *name, enum lab_target kind, size_t index)
{
    struct slot *slot = find_slot(names, name, strlen(name));

    if (slot->name != NULL)
        return false;
    *slot = (struct slot){ name, kind, index };
    return true;
}

bool lab_names_find(const struct lab_names *names, const char *name, size_t len,
                    enum lab_target *kind, size_t *index)
{
    const struct slot *slot = find_slot(names, name, len);

    if (slot->name == NULL)
        return false;
    *kind = slot->kind;
    *index = slot->index;
    return true;
}

static size_t find_kind(const struct lab *lab, enum lab_target wanted, const char *name,
                        size_t len)
{
    enum lab_target kind;
    size_t index;

    if (!lab_names_find(lab->names, name, len, &kind, &index) || kind != wanted)
        return LAB_NONE;
    return index;
}

size_t lab_find_node(const struct lab *lab, const char *name, size_t len)
{
    return find_kind(lab, LAB_TARGET_NODE, name, len);
}

size_t lab_find_link(const struct lab *lab, const char *name, size_t len)
{
    return find_kind(lab, LAB_TARGET_LINK, name, len);
}

size_t lab_find_interface(const struct lab_node *node, const char *name, size_t len)
{
    for (size_t i = 0; i < node->interface_count; i++) {
        const char *known = node->interfaces[i].name;
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return i;
    }
    return LAB_NONE;
}

/* ---- while reading ---- */

const char *lab_kind_name(enum lab_node_kind kind)
{
    switch (kind) {
    case LAB_HOST: return _("host");
    case LAB_SWITCH: return _("switch");
    case LAB_HUB: return _("hub");
    case LAB_ROUTER: return _("router");
    }
    return "";
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_reserved(const char *name)
{
    return strcmp(name, "at") == 0 || strcmp(name, "when") == 0 || strcmp(name, "after") == 0;
}

bool lab_name_check(struct lab_reader *r, const struct yaml_node *key, const char *what)
{
    bool fits = is_letter(key->text[0]);

    for (const char *at = key->text; *at != '\0' && fits; at++)
        fits = is_letter(*at) || (*at >= '0' && *at <= '9') || *at == '-';
    if (!fits)
        lab_error(r, key->mark,
                  _("\"%.40s\" cannot name %s: write a letter, then letters, digits or -"),
                  key->text, what);
    else if (key->len > LAB_NAME_MAX)
        lab_error(r, key->mark, _("\"%.40s\" is too long a name: write at most %d letters"),
                  key->text, LAB_NAME_MAX);
    else if (is_reserved(key->text))
        lab_error(r, key->mark,
                  _("\"%s\" is a word of the script: give %s another name"), key->text, what);
    else
        return true;
    return false;
}

void lab_name_claim(struct lab_reader *r, const struct yaml_node *key, enum lab_target kind,
                    size_t index)
{
    enum lab_target other = LAB_TARGET_NODE;
    size_t taken = 0;
    char where[40];

    if (lab_names_add(r->lab->names, key->text, kind, index))
        return;
    lab_names_find(r->lab->names, key->text, key->len, &other, &taken);
    bool is_link = other == LAB_TARGET_LINK;
    struct mark mark = is_link ? r->lab->links[taken].mark : r->lab->nodes[taken].mark;
    lab_error(r, key->mark, _("\"%.40s\" is the name of a %s already, %s: write another"),
              key->text, is_link ? _("link") : lab_kind_name(r->lab->nodes[taken].kind),
              lab_where(mark, where, sizeof where));
}

void lab_suggest_nodes(const struct lab_reader *r, struct nearest *near)
{
    if (diagnostics_crowded(r->d))
        return;
    for (size_t i = 0; i < r->lab->node_count; i++)
        nearest_offer(near, r->lab->nodes[i].name);
}

void lab_suggest_links(const struct lab_reader *r, struct nearest *near)
{
    if (diagnostics_crowded(r->d))
        return;
    for (size_t i = 0; i < r->lab->link_count; i++)
        nearest_offer(near, r->lab->links[i].name);
}

/* Tells that NAME is no WHAT, with the nearest that is. */
static void not_found(struct lab_reader *r, struct mark mark, const char *what, const char *name,
                      size_t len, bool links)
{
    const char *word = lab_memory_text(r->memory, name, min_size(len, 60));
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, word);
    if (links)
        lab_suggest_links(r, &near);
    else
        lab_suggest_nodes(r, &near);
    nearest_clause(&near, clause, sizeof clause);
    lab_error(r, mark, _("no %s is called \"%.60s\"%s"), what, word,
              clause[0] != '\0' ? clause : _(": write the name of one in this file"));
}

size_t lab_resolve_node(struct lab_reader *r, struct mark mark, const char *name, size_t len)
{
    size_t index = lab_find_node(r->lab, name, len);

    if (index == LAB_NONE)
        not_found(r, mark, _("host, switch, hub or router"), name, len, false);
    return index;
}

size_t lab_resolve_link(struct lab_reader *r, struct mark mark, const char *name, size_t len)
{
    size_t index = lab_find_link(r->lab, name, len);

    if (index == LAB_NONE)
        not_found(r, mark, _("link"), name, len, true);
    return index;
}
