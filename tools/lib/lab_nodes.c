#include "tools/lib/lab_reader.h"

#include <string.h>

#include "layers/bugs.h"
#include "tools/lib/text.h"

/* A node as its map has it, before the parts are put together. */
struct draft {
    struct lab_node *node;
    const struct yaml_node *ip, *address, *mac, *gateway, *routes, *mtu, *interfaces, *apps,
        *bugs;
    int64_t duplicate_address;
};

#define KEEP(field) lab_read_keep, offsetof(struct draft, field)

static const struct lab_key HOST_KEYS[] = {
    { "ip", "10.0.0.1/24", "its address and prefix, or a map of IP settings", KEEP(ip) },
    { "address", "10.0.0.1/24", "its address, where ip: holds settings", KEEP(address) },
    { "mac", "02:00:00:00:00:01", "its MAC address; by order if left out", KEEP(mac) },
    { "gateway", "10.0.0.254", "the router to all other networks", KEEP(gateway) },
    { "mtu", "1500", "longest IP datagram of its interface, in bytes", KEEP(mtu) },
    { "routes", "{ 192.0.2.0/24: 10.0.0.254 }", "networks behind other routers", KEEP(routes) },
    { "apps", "[udp echo 7]", "commands that run when the world begins", KEEP(apps) },
    { "bugs", "[no-karn]", "mistakes that this host makes; rung help bugs lists them", KEEP(bugs) },
    { "duplicate-address", "on", "it may own the address of another, for a conflict",
      lab_read_switch, offsetof(struct draft, duplicate_address) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key ROUTER_KEYS[] = {
    { "interfaces", "{ lan: 10.0.0.254/24 }", "its interfaces, by name", KEEP(interfaces) },
    { "routes", "{ 0.0.0.0/0: 192.0.2.254 }", "networks behind other routers", KEEP(routes) },
    { "mtu", "1500", "mtu of the interfaces that name none", KEEP(mtu) },
    { "bugs", "[no-karn]", "mistakes that this router makes; rung help bugs", KEEP(bugs) },
    { "duplicate-address", "on", "it may own the address of another, for a conflict",
      lab_read_switch, offsetof(struct draft, duplicate_address) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key INTERFACE_KEYS[] = {
    { "ip", "10.0.0.254/24", "its address and prefix", KEEP(ip) },
    { "mac", "02:00:00:00:00:01", "its MAC address; by order if left out", KEEP(mac) },
    { "mtu", "1500", "longest IP datagram, in bytes", KEEP(mtu) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key IP_KEYS[] = {
    { "address", "10.0.0.1/24", "its address, among the settings", KEEP(address) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key NO_KEYS[] = { { NULL, NULL, NULL, NULL, 0 } };

const struct lab_key_group lab_host_keys = {
    "host", "a host, under hosts:", HOST_KEYS, true, NULL, 0
};
const struct lab_key_group lab_router_keys = {
    "router", "a router, under routers:", ROUTER_KEYS, true, NULL, 0
};
const struct lab_key_group lab_switch_keys = {
    "switch", "a switch, under switches:", NO_KEYS, false, NULL, 0
};
const struct lab_key_group lab_hub_keys = {
    "hub", "a hub, under hubs:", NO_KEYS, false, NULL, 0
};
const struct lab_key_group lab_interface_keys = {
    "interface", "an interface, under interfaces:; or only its address", INTERFACE_KEYS, false,
    NULL, 0
};
const struct lab_key_group lab_ip_keys = {
    "ip", "of a host, if it is a map: IP's settings, and", IP_KEYS, false, NULL, 0
};
const struct lab_key_group lab_defaults_keys = {
    "defaults", "settings of every host that does not set its own", NO_KEYS, true, NULL, 0
};

/* ---- one interface ---- */

static void read_mac(struct lab_reader *r, const struct yaml_node *value,
                     struct lab_interface *interface)
{
    static const struct lab_key KEY = { "mac", "02:00:00:00:00:01", "", NULL, 0 };
    const char *text = value != NULL ? lab_scalar(r, &KEY, value) : NULL;
    char why[UNIT_WHY_SIZE];

    if (text == NULL)
        return;
    if (!lab_parse_mac(text, &interface->mac, why, sizeof why)) {
        lab_error(r, value->mark, "%s", why);
        return;
    }
    interface->mac_given = true;
    interface->mac_mark = value->mark;
    if (mac_is_group(interface->mac))
        lab_error(r, value->mark,
                  _("\"%s\" is a group of stations: the second digit of one is even"), text);
    else if (mac_equal(interface->mac, MAC_NONE))
        lab_error(r, value->mark, _("\"%s\" is nobody's: write one with a digit other than 0"),
                  text);
}

static void read_interface(struct lab_reader *r, const struct draft *draft,
                           struct lab_interface *interface)
{
    lab_read_interface_address(r, interface, draft->address);
    read_mac(r, draft->mac, interface);
    lab_read_mtu(r, draft->mtu, &interface->mtu, &interface->mtu_given, &interface->mtu_mark);
}

/* ---- bugs ---- */

static void unknown_bug(struct lab_reader *r, const struct lab_word *word)
{
    const struct bug_help *bug;
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, word->text);
    for (size_t i = 0; (bug = bug_at(i)) != NULL; i++)
        nearest_offer(&near, bug->name);
    nearest_clause(&near, clause, sizeof clause);
    lab_error(r, word->mark, _("unknown bug \"%.40s\"%s"), word->text,
              clause[0] != '\0' ? clause : _(": rung help bugs lists them all"));
}

static uint64_t read_bugs(struct lab_reader *r, const struct yaml_node *value)
{
    size_t count;
    const struct lab_word *words = lab_read_words(r, value, "bugs", &count);
    uint64_t bugs = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t bit = bug_find(words[i].text);

        if (bit == 0)
            unknown_bug(r, &words[i]);
        else if (bugs & bit)
            lab_error(r, words[i].mark, _("\"%s\" is given twice: remove one"), words[i].text);
        bugs |= bit;
    }
    return bugs;
}

/* ---- hosts ---- */

/* `ip:` is the address, or a map of settings which may hold the address. */
static void read_host_ip(struct lab_reader *r, struct draft *draft)
{
    const struct config_section *section = lab_section_find("ip");
    const struct yaml_node *address = draft->ip;

    if (draft->ip == NULL || yaml_node_is_empty(draft->ip))
        return;
    if (draft->ip->kind == YAML_MAP) {
        address = yaml_map_get(draft->ip, "address");
        lab_read_section(r, draft->ip, section, "address", &draft->node->settings);
    }
    if (address != NULL && draft->address != NULL)
        lab_error(r, draft->address->key->mark,
                  _("the address stands under \"ip\" already: remove one"));
    if (address != NULL)
        draft->address = address;
}

static void read_host(struct lab_reader *r, const struct yaml_node *map, struct lab_node *node)
{
    struct draft draft = { .node = node };

    node->interfaces = lab_memory_take(r->memory, 1, sizeof *node->interfaces);
    node->interface_count = 1;
    node->interfaces[0] = (struct lab_interface){ .name = "eth0", .mark = node->mark,
                                                  .link = LAB_NONE };
    if (map != NULL) {
        lab_read_map(r, map, node->name, &lab_host_keys, &draft);
        read_host_ip(r, &draft);
        lab_read_sections(r, map, "ip", &node->settings);
    }
    read_interface(r, &draft, &node->interfaces[0]);
    lab_read_routes(r, node, draft.gateway, draft.routes);
    node->apps = lab_read_words(r, draft.apps, "apps", &node->app_count);
    node->bugs = read_bugs(r, draft.bugs);
    node->duplicate_address = draft.duplicate_address != 0;
}

/* ---- routers ---- */

static void read_router_interface(struct lab_reader *r, const struct yaml_node *value,
                                  struct lab_interface *interface)
{
    struct draft draft = { .node = NULL };

    *interface = (struct lab_interface){ .name = value->key->text, .mark = value->key->mark,
                                         .link = LAB_NONE };
    lab_name_check(r, value->key, _("an interface"));
    if (value->kind == YAML_MAP)
        lab_read_map(r, value, value->key->text, &lab_interface_keys, &draft);
    else
        draft.ip = value;
    if (draft.ip == NULL)
        lab_error(r, value->key->mark, _("interface \"%s\" has no address: write ip: 10.0.0.1/24"),
                  interface->name);
    interface->address_refused = draft.ip == NULL;
    draft.address = draft.ip;
    read_interface(r, &draft, interface);
}

static void read_interfaces(struct lab_reader *r, const struct yaml_node *value,
                            struct lab_node *node)
{
    const struct yaml_node *map = lab_map(r, value, "interfaces", "{ lan: 10.0.0.254/24 }");

    if (map == NULL || map->count == 0) {
        if (value == NULL || map != NULL || yaml_node_is_empty(value))
            lab_error(r, node->mark,
                      _("router \"%s\" has no interfaces: write interfaces: "
                        "{ lan: 10.0.0.254/24 }"),
                      node->name);
        return;
    }
    if (map->count > LAB_INTERFACES_MAX) {
        lab_error(r, map->mark, _("too many interfaces: a router has at most %d"),
                  LAB_INTERFACES_MAX);
        return;
    }
    node->interfaces = lab_memory_take(r->memory, map->count, sizeof *node->interfaces);
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next)
        read_router_interface(r, child, &node->interfaces[node->interface_count++]);
}

static void read_router(struct lab_reader *r, const struct yaml_node *map,
                        struct lab_node *node)
{
    struct draft draft = { .node = node };
    struct mark mark;
    int mtu = 0;
    bool given = false;

    if (map != NULL) {
        lab_read_map(r, map, node->name, &lab_router_keys, &draft);
        lab_read_sections(r, map, NULL, &node->settings);
    }
    read_interfaces(r, draft.interfaces, node);
    lab_read_mtu(r, draft.mtu, &mtu, &given, &mark);
    for (size_t i = 0; given && i < node->interface_count; i++) {
        struct lab_interface *interface = &node->interfaces[i];
        if (interface->mtu_given)
            continue;
        interface->mtu = mtu;
        interface->mtu_given = true;
        interface->mtu_mark = mark;
    }
    lab_read_routes(r, node, NULL, draft.routes);
    node->bugs = read_bugs(r, draft.bugs);
    node->duplicate_address = draft.duplicate_address != 0;
}

/* ---- all of them ---- */

/* The maps of the file that hold nodes, in the order of struct lab. */
static const struct {
    size_t offset; /* in struct lab_reader */
    enum lab_node_kind kind;
    const char *name, *example, *item_example, *what;
} KINDS[] = {
    { offsetof(struct lab_reader, hosts), LAB_HOST, "hosts", "{ a: { ip: 10.0.0.1/24 } }",
      "{ ip: 10.0.0.1/24 }", "a host" },
    { offsetof(struct lab_reader, switches), LAB_SWITCH, "switches", "{ s1: {} }", "{}",
      "a switch" },
    { offsetof(struct lab_reader, hubs), LAB_HUB, "hubs", "{ h1: {} }", "{}", "a hub" },
    { offsetof(struct lab_reader, routers), LAB_ROUTER, "routers",
      "{ r1: { interfaces: { lan: 10.0.0.254/24 } } }", "{ interfaces: { lan: 10.0.0.254/24 } }",
      "a router" },
};

static const struct yaml_node *kind_map(struct lab_reader *r, size_t kind)
{
    const struct yaml_node *value =
        *(const struct yaml_node **)(void *)((char *)r + KINDS[kind].offset);

    return lab_map(r, value, KINDS[kind].name, KINDS[kind].example);
}

static void read_node(struct lab_reader *r, const struct yaml_node *value, size_t kind)
{
    struct lab *lab = r->lab;
    size_t index = lab->node_count++;
    struct lab_node *node = &lab->nodes[index];

    *node = (struct lab_node){ .kind = KINDS[kind].kind, .name = value->key->text,
                               .mark = value->key->mark };
    if (lab_name_check(r, value->key, KINDS[kind].what))
        lab_name_claim(r, value->key, LAB_TARGET_NODE, index);
    const struct yaml_node *map = lab_map(r, value, node->name, KINDS[kind].item_example);
    switch (node->kind) {
    case LAB_HOST:
        read_host(r, map, node);
        break;
    case LAB_ROUTER:
        read_router(r, map, node);
        break;
    case LAB_SWITCH:
        lab_read_section(r, map, &lab_switch_section, NULL, &node->settings);
        break;
    case LAB_HUB:
        lab_read_map(r, map, node->name, &lab_hub_keys, NULL);
        break;
    }
}

static void read_defaults(struct lab_reader *r)
{
    lab_read_map(r, r->defaults, "defaults", &lab_defaults_keys, NULL);
    if (r->defaults != NULL && r->defaults->kind == YAML_MAP)
        lab_read_sections(r, r->defaults, NULL, &r->lab->defaults);
}

void lab_read_nodes(struct lab_reader *r)
{
    const struct yaml_node *maps[ARRAY_LEN(KINDS)];
    size_t links = r->links != NULL ? r->links->count : 0, total = 0;

    for (size_t kind = 0; kind < ARRAY_LEN(KINDS); kind++) {
        maps[kind] = kind_map(r, kind);
        total += maps[kind] != NULL ? maps[kind]->count : 0;
    }
    r->lab->names = lab_names_new(r->memory, total + links);
    read_defaults(r);
    if (total > LAB_NODES_MAX) {
        lab_error(r, (struct mark){ r->lab->source, 0, 0, 0 },
                  _("too many nodes: a lab has at most %d, this has %zu"), LAB_NODES_MAX, total);
        return;
    }
    r->lab->nodes = lab_memory_take(r->memory, total, sizeof *r->lab->nodes);
    for (size_t kind = 0; kind < ARRAY_LEN(KINDS); kind++) {
        if (maps[kind] == NULL)
            continue;
        for (const struct yaml_node *child = maps[kind]->first; child != NULL; child = child->next)
            read_node(r, child, kind);
    }
    bool hosts_wrong = maps[0] == NULL && r->hosts != NULL && !yaml_node_is_empty(r->hosts);
    if ((maps[0] == NULL || maps[0]->count == 0) && !hosts_wrong)
        lab_error(r, (struct mark){ r->lab->source, 0, 0, 0 },
                  _("no hosts: write hosts: { a: { ip: 10.0.0.1/24 } }"));
}
