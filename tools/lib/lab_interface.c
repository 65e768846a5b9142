#include "tools/lib/lab_reader.h"

#include <stdio.h>

#include "tools/lib/text.h"

enum {
    MTU_MIN = 68, /* RFC 791 3.2: every module must be able to forward it */
    MTU_MAX = 65535,
};

void lab_read_mtu(struct lab_reader *r, const struct yaml_node *value, int *mtu, bool *given,
                  struct mark *mark)
{
    static const struct lab_key KEY = { "mtu", "1500", "", NULL, 0 };
    const char *text = value != NULL ? lab_scalar(r, &KEY, value) : NULL;
    char why[UNIT_WHY_SIZE];
    int64_t parsed;

    if (text == NULL)
        return;
    if (!unit_parse_count(text, 0, INT32_MAX, &parsed, why, sizeof why)) {
        lab_error(r, value->mark, _("\"%.40s\" is not an mtu: write a number of bytes, such as "
                                    "1500"), text);
        return;
    }
    if (parsed < MTU_MIN || parsed > MTU_MAX) {
        lab_error(r, value->mark,
                  _("an mtu of %s is not possible: IPv4 needs %d to %d (RFC 791)"), text, MTU_MIN,
                  MTU_MAX);
        return;
    }
    *mtu = (int)parsed;
    *given = true;
    *mark = value->mark;
}

/* ---- addresses ---- */

/* What ADDRESS cannot be as that of an interface, or NULL. */
static const char *address_fault(ipv4 address, int prefix_len)
{
    ipv4 host_part = address & ~ipv4_mask(prefix_len);

    if (address == IPV4_BROADCAST)
        return _("the broadcast address");
    if (ipv4_is_loopback(address))
        return _("a loopback address");
    if (ipv4_is_multicast(address))
        return _("a multicast address");
    if (ipv4_is_class_e(address))
        return _("a reserved address");
    if (address >> 24 == 0)
        return _("an address of \"this network\"");
    if (prefix_len <= 30 && host_part == 0)
        return _("the address of the network itself");
    if (prefix_len <= 30 && host_part == ~ipv4_mask(prefix_len))
        return _("the broadcast address of its network");
    return NULL;
}

void lab_read_interface_address(struct lab_reader *r, struct lab_interface *interface,
                                const struct yaml_node *value)
{
    static const struct lab_key KEY = { "ip", "10.0.0.1/24", "", NULL, 0 };
    const char *text = value != NULL ? lab_scalar(r, &KEY, value) : NULL;
    char why[UNIT_WHY_SIZE], example[IPV4_TEXT_SIZE];

    if (value != NULL)
        interface->address_refused = true; /* until it is found good */
    if (text == NULL)
        return;
    if (!lab_parse_prefix(text, 0, &interface->address, &interface->prefix_len, why,
                          sizeof why)) {
        lab_error(r, value->mark, "%s", why);
        return;
    }
    interface->has_address = true;
    interface->address_refused = false;
    interface->address_mark = value->mark;
    const char *fault = address_fault(interface->address, interface->prefix_len);
    if (fault == NULL)
        return;
    bool own_part = interface->prefix_len <= 30
                    && address_fault(interface->address ^ 3, interface->prefix_len) == NULL;
    ipv4_format(own_part ? (interface->address & ipv4_mask(interface->prefix_len)) + 1
                         : 0x0a000001, example, sizeof example);
    lab_error(r, value->mark, _("%.40s is %s, which no interface can have: write one such as "
                                "%s/%d"), text, fault, example,
              own_part ? interface->prefix_len : 24);
}

/* ---- routes ---- */

static bool read_gateway(struct lab_reader *r, const struct yaml_node *value,
                         struct lab_route *route)
{
    static const struct lab_key KEY = { "gateway", "10.0.0.254", "", NULL, 0 };
    const char *text = lab_scalar(r, &KEY, value);
    char why[UNIT_WHY_SIZE];

    if (text == NULL)
        return false;
    route->gateway_mark = value->mark;
    if (lab_parse_address(text, &route->gateway, why, sizeof why))
        return true;
    lab_error(r, value->mark, "%s", why);
    return false;
}

static bool read_prefix(struct lab_reader *r, const struct yaml_node *key,
                        struct lab_route *route)
{
    char why[UNIT_WHY_SIZE], network[IPV4_TEXT_SIZE];

    route->mark = key->mark;
    if (!lab_parse_prefix(key->text, 0, &route->network, &route->prefix_len, why, sizeof why)) {
        lab_error(r, key->mark, "%s", why);
        return false;
    }
    ipv4 masked = route->network & ipv4_mask(route->prefix_len);
    if (masked == route->network)
        return true;
    ipv4_format(masked, network, sizeof network);
    lab_error(r, key->mark, _("%.40s has bits behind its prefix: write %s/%d"), key->text, network,
              route->prefix_len);
    return false;
}

static void add_route(struct lab_reader *r, struct lab_node *node, const struct lab_route *route)
{
    char where[40];

    for (size_t i = 0; i < node->route_count; i++) {
        const struct lab_route *other = &node->routes[i];
        if (other->network != route->network || other->prefix_len != route->prefix_len)
            continue;
        lab_error(r, route->mark, _("a route to this network is given already, %s: remove one"),
                  lab_where(other->mark, where, sizeof where));
        return;
    }
    node->routes[node->route_count++] = *route;
}

void lab_read_routes(struct lab_reader *r, struct lab_node *node, const struct yaml_node *gateway,
                     const struct yaml_node *routes)
{
    const struct yaml_node *map = lab_map(r, routes, "routes", "{ 192.0.2.0/24: 10.0.0.254 }");
    size_t count = (map != NULL ? map->count : 0) + (gateway != NULL);
    struct lab_route route = { .network = 0 };

    if (count + node->interface_count > LAB_ROUTES_MAX) {
        lab_error(r, map != NULL ? map->mark : node->mark,
                  _("too many routes: \"%s\" can have at most %zu"), node->name,
                  LAB_ROUTES_MAX - node->interface_count);
        return;
    }
    node->routes = lab_memory_take(r->memory, count, sizeof *node->routes);
    if (gateway != NULL && read_gateway(r, gateway, &route)) {
        route.mark = gateway->key->mark;
        add_route(r, node, &route);
    }
    if (map == NULL)
        return;
    for (const struct yaml_node *child = map->first; child != NULL; child = child->next) {
        bool prefix_ok = read_prefix(r, child->key, &route);
        if (read_gateway(r, child, &route) && prefix_ok)
            add_route(r, node, &route);
    }
}
