#include "tools/lib/lab_reader.h"

#include <stdio.h>
#include <string.h>

#include "tools/lib/text.h"

/* A link as its map has it. */
struct draft {
    const struct yaml_node *ends, *toward, *mtu;
    int64_t fcs;
    struct lab_direction both;
};

static const struct lab_key LINK_KEYS[] = {
    { "ends", "[a, b]", "the two nodes it joins; a router's by interface: r1.lan",
      lab_read_keep, offsetof(struct draft, ends) },
    { "mtu", "1420", "longest IP datagram that it carries, in bytes", lab_read_keep,
      offsetof(struct draft, mtu) },
    { "fcs", "off", "whether receivers check the frame check sequence", lab_read_switch,
      offsetof(struct draft, fcs) },
    { "toward", "{ b: { loss: 5% } }", "what differs in the direction of one end", lab_read_keep,
      offsetof(struct draft, toward) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_link_keys = {
    "link", "a link, under links:", LINK_KEYS, false, &lab_toward_keys,
    offsetof(struct draft, both)
};

/* ---- its ends ---- */

/* "r1.lan or r1.wan". */
static void list_interfaces(const struct lab_node *node, char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < node->interface_count && i < 4 && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s.%s", i > 0 ? _(" or ") : "",
                                node->name, node->interfaces[i].name);
}

static size_t router_interface(struct lab_reader *r, const struct lab_node *node,
                               const struct yaml_node *value, const char *name)
{
    char list[160], clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    if (node->interface_count == 0)
        return LAB_NONE; /* they were refused: told already */
    list_interfaces(node, list, sizeof list);
    if (name == NULL && node->interface_count == 1)
        return 0;
    if (name == NULL) {
        lab_error(r, value->mark, _("which interface of \"%s\"? write %s"), node->name, list);
        return LAB_NONE;
    }
    size_t index = lab_find_interface(node, name, strlen(name));
    if (index != LAB_NONE)
        return index;
    nearest_begin(&near, name);
    for (size_t i = 0; i < node->interface_count; i++)
        nearest_offer(&near, node->interfaces[i].name);
    nearest_clause(&near, clause, sizeof clause);
    if (clause[0] != '\0')
        lab_error(r, value->mark, _("router \"%s\" has no interface \"%.40s\"%s"), node->name, name,
                  clause);
    else
        lab_error(r, value->mark, _("router \"%s\" has no interface \"%.40s\": write %s"),
                  node->name, name, list);
    return LAB_NONE;
}

/* A further interface of a host, for its further link. */
static size_t add_interface(struct lab_reader *r, struct lab_node *node)
{
    size_t count = node->interface_count;
    struct lab_interface *grown = lab_memory_take(r->memory, count + 1, sizeof *grown);
    char name[LAB_NAME_MAX + 1];

    memcpy(grown, node->interfaces, count * sizeof *grown);
    snprintf(name, sizeof name, "eth%u", (unsigned)count);
    grown[count] = (struct lab_interface){
        .name = lab_memory_text(r->memory, name, strlen(name)),
        .mark = node->mark,
        .link = LAB_NONE,
        .mtu = grown[0].mtu,
        .mtu_given = grown[0].mtu_given,
        .mtu_mark = grown[0].mtu_mark,
    };
    node->interfaces = grown;
    return node->interface_count++;
}

/* Plugs LINK's end E into its interface, if that is free. */
static void take_interface(struct lab_reader *r, struct lab_node *node, size_t link, size_t e)
{
    struct lab_end *end = &r->lab->links[link].ends[e];

    if (node->interfaces[end->interface].link == LAB_NONE) {
        node->interfaces[end->interface].link = link;
        node->interfaces[end->interface].end = e;
    } else if (node->kind == LAB_ROUTER) {
        const struct lab_interface *taken = &node->interfaces[end->interface];
        lab_error(r, end->mark,
                  _("interface \"%s.%s\" is on link \"%s\" already: give \"%s\" another"),
                  node->name, taken->name, r->lab->links[taken->link].name, node->name);
    } else if (node->interface_count == LAB_HOST_LINKS_MAX) {
        lab_error(r, end->mark,
                  _("host \"%s\" is on %d links already: join more by a switch"), node->name,
                  LAB_HOST_LINKS_MAX);
    } else {
        end->interface = add_interface(r, node);
        take_interface(r, node, link, e);
    }
}

static void join(struct lab_reader *r, const struct yaml_node *value, const char *interface,
                 size_t link, size_t e)
{
    struct lab_end *end = &r->lab->links[link].ends[e];
    struct lab_node *node = &r->lab->nodes[end->node];

    if (node->kind == LAB_ROUTER) {
        end->interface = router_interface(r, node, value, interface);
        if (end->interface == LAB_NONE)
            return;
    } else if (interface != NULL) {
        lab_error(r, value->mark, _("%s \"%s\" has no named interfaces: write %s"),
                  lab_kind_name(node->kind), node->name, node->name);
        return;
    }
    if (node->kind == LAB_SWITCH || node->kind == LAB_HUB)
        end->interface = node->port_count++;
    else
        take_interface(r, node, link, e);
}

static void read_end(struct lab_reader *r, const struct yaml_node *value, size_t link, size_t e)
{
    static const struct lab_key KEY = { "ends", "[a, b]", "", NULL, 0 };
    struct lab_end *ends = r->lab->links[link].ends;
    const char *text = lab_scalar(r, &KEY, value);

    ends[e].mark = value->mark;
    if (text == NULL)
        return;
    const char *dot = strchr(text, '.');
    size_t len = dot != NULL ? (size_t)(dot - text) : strlen(text);
    ends[e].node = lab_resolve_node(r, value->mark, text, len);
    if (ends[e].node == LAB_NONE)
        return;
    if (e == 1 && ends[0].node == ends[1].node) {
        lab_error(r, value->mark, _("both ends are \"%s\": a link joins two nodes"),
                  r->lab->nodes[ends[1].node].name);
        return;
    }
    join(r, value, dot != NULL ? dot + 1 : NULL, link, e);
}

static void read_ends(struct lab_reader *r, const struct yaml_node *value, size_t link)
{
    const struct lab_link *this = &r->lab->links[link];
    const struct yaml_node *list = lab_list(r, value, "ends", "[a, b]");

    if (value == NULL || yaml_node_is_empty(value)) {
        lab_error(r, value != NULL && value->key != NULL ? value->key->mark : this->mark,
                  _("link \"%s\" has no ends: write ends: [a, b]"), this->name);
    } else if (list != NULL && list->count != 2) {
        lab_error(r, list->mark, _("a link has two ends, \"%s\" has %zu: write ends: [a, b]"),
                  this->name, list->count);
    } else if (list != NULL) {
        read_end(r, list->first, link, 0);
        read_end(r, list->last, link, 1);
    }
}

/* ---- the rest ---- */

/* The direction towards the node KEY, or NULL after an error. */
static struct lab_direction *direction_toward(struct lab_reader *r, const struct yaml_node *key,
                                              struct lab_link *link)
{
    const char *names[2] = { "", "" };
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, key->text);
    for (size_t e = 0; e < 2; e++) {
        if (link->ends[e].node == LAB_NONE)
            return NULL; /* an end is unknown: told already */
        names[e] = r->lab->nodes[link->ends[e].node].name;
        if (strcmp(names[e], key->text) == 0)
            return &link->dir[1 - e];
        nearest_offer(&near, names[e]);
    }
    if (near.best != NULL)
        lab_error(r, key->mark, _("\"%.40s\" is no end of this link%s"), key->text,
                  nearest_clause(&near, clause, sizeof clause));
    else
        lab_error(r, key->mark, _("\"%.40s\" is no end of this link: write %s or %s"), key->text,
                  names[0], names[1]);
    return NULL;
}

static void read_toward(struct lab_reader *r, const struct yaml_node *value,
                        struct lab_link *link)
{
    const struct yaml_node *map = lab_map(r, value, "toward", "{ b: { loss: 5% } }");

    if (map == NULL)
        return;
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        struct lab_direction unused, *direction = direction_toward(r, child->key, link);
        lab_read_map(r, child, child->key->text, &lab_toward_keys,
                     direction != NULL ? direction : &unused);
    }
}

static void read_link(struct lab_reader *r, const struct yaml_node *value, size_t index)
{
    struct lab_link *link = &r->lab->links[index];
    struct draft draft = { .fcs = 1 };
    bool mtu_given = false;
    struct mark mark;
    int mtu = 0;

    lab_direction_defaults(&draft.both);
    lab_read_map(r, value, link->name, &lab_link_keys, &draft);
    link->dir[0] = link->dir[1] = draft.both;
    if (value->kind == YAML_MAP || yaml_node_is_empty(value))
        read_ends(r, draft.ends, index);
    read_toward(r, draft.toward, link);
    lab_read_mtu(r, draft.mtu, &mtu, &mtu_given, &mark);
    link->mtu = mtu;
    link->fcs = draft.fcs;
    lab_direction_complete(&link->dir[0]);
    lab_direction_complete(&link->dir[1]);
}

void lab_read_links(struct lab_reader *r)
{
    const struct yaml_node *map = lab_map(r, r->links, "links", "{ wire: { ends: [a, b] } }");
    struct lab *lab = r->lab;

    if (map == NULL)
        return;
    if (map->count > LAB_NODES_MAX) {
        lab_error(r, map->key->mark, _("too many links: a lab has at most %d, this has %zu"),
                  LAB_NODES_MAX, map->count);
        return;
    }
    lab->links = lab_memory_take(r->memory, map->count, sizeof *lab->links);
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        size_t index = lab->link_count++;
        lab->links[index] = (struct lab_link){
            .name = child->key->text,
            .mark = child->key->mark,
            .ends = { { .node = LAB_NONE }, { .node = LAB_NONE } },
        };
        if (lab_name_check(r, child->key, _("a link")))
            lab_name_claim(r, child->key, LAB_TARGET_LINK, index);
        read_link(r, child, index);
    }
}
