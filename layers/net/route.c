#include "layers/net/route.h"

#include "layers/host.h"

#include <string.h>

#define ROUTES_AT_FIRST 4

/*
 * Kept in the order in which they are tried, so that the first that fits is
 * the one: networks of one's own before all others, then by prefix length.
 */
struct route_table {
    struct route *routes;
    unsigned count, capacity;
};

void route_attach(struct host *host)
{
    struct arena *arena = &host->node.world->arena;

    host->routes = ARENA_NEW(arena, struct route_table);
    host->routes->routes = ARENA_ARRAY(arena, struct route, ROUTES_AT_FIRST);
    host->routes->capacity = ROUTES_AT_FIRST;
}

static bool grow(struct host *host)
{
    struct route_table *table = host->routes;
    struct route *routes;

    if (table->count == ROUTES_MAX)
        return false;
    if (table->count < table->capacity)
        return true;
    routes = ARENA_ARRAY(&host->node.world->arena, struct route, table->capacity * 2);
    memcpy(routes, table->routes, sizeof(*routes) * table->count);
    table->routes = routes;
    table->capacity *= 2;
    return true;
}

/* A is tried before B. Of equals, the elder. */
static bool goes_before(const struct route *a, const struct route *b)
{
    if ((a->gateway == 0) != (b->gateway == 0))
        return a->gateway == 0;
    return a->prefix_len > b->prefix_len;
}

static void insert(struct route_table *table, const struct route *route)
{
    unsigned at = table->count;

    while (at > 0 && goes_before(route, &table->routes[at - 1]))
        at--;
    memmove(&table->routes[at + 1], &table->routes[at],
            sizeof(*route) * (table->count - at));
    memcpy(&table->routes[at], route, sizeof(*route));
    table->count++;
}

static struct interface *interface_towards(struct host *host, ipv4 gateway)
{
    for (unsigned i = 0; i < host->interface_count; i++) {
        struct interface *interface = &host->interfaces[i];

        if (interface->address != 0 && interface->address != gateway &&
            ipv4_same_network(interface->address, gateway, interface->prefix_len))
            return interface;
    }
    return NULL;
}

/* The route by a gateway to exactly this network, to be changed in place. */
static struct route *same_network(struct route_table *table, ipv4 network, uint8_t prefix_len)
{
    for (unsigned i = 0; i < table->count; i++) {
        struct route *route = &table->routes[i];

        if (route->gateway != 0 && route->network == network && route->prefix_len == prefix_len)
            return route;
    }
    return NULL;
}

bool route_add(struct host *host, ipv4 network, uint8_t prefix_len, ipv4 gateway,
               struct interface *interface)
{
    struct route *old;
    struct route route;

    if (prefix_len > 32)
        return false;
    network &= ipv4_mask(prefix_len);
    if (interface == NULL && gateway != 0)
        interface = interface_towards(host, gateway);
    if (interface == NULL)
        return false;
    old = gateway != 0 ? same_network(host->routes, network, prefix_len) : NULL;
    if (old != NULL) {
        old->gateway = gateway;
        old->interface = interface;
        return true;
    }
    if (!grow(host))
        return false;
    memset(&route, 0, sizeof(route));
    route.network = network;
    route.prefix_len = prefix_len;
    route.gateway = gateway;
    route.interface = interface;
    insert(host->routes, &route);
    return true;
}

const struct route *route_find(struct host *host, ipv4 destination)
{
    const struct route_table *table = host->routes;

    for (unsigned i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];

        if (ipv4_same_network(destination, route->network, route->prefix_len))
            return route;
    }
    return NULL;
}

const struct route *route_at(const struct host *host, unsigned index)
{
    return index < host->routes->count ? &host->routes->routes[index] : NULL;
}
