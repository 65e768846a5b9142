#include "tools/lib/lab_reader.h"

#include <stdlib.h>

#include "tools/lib/text.h"

/*
 * What holds between the nodes of a lab: no address and no MAC address has
 * two owners, a router's networks are apart, a gateway can be reached.
 */

enum { MTU_DEFAULT = 1500 };

/* An interface and whose it is. */
struct owned {
    const struct lab_node *node;
    struct lab_interface *interface;
    size_t order;
};

struct owned_list {
    struct owned *at;
    size_t count;
};

static struct owned_list all_interfaces(const struct lab *lab)
{
    struct owned_list list = { NULL, 0 };
    size_t count = 0;

    for (size_t i = 0; i < lab->node_count; i++)
        count += lab->nodes[i].interface_count;
    list.at = malloc((count + 1) * sizeof *list.at);
    ASSERT(list.at != NULL);
    for (size_t i = 0; i < lab->node_count; i++) {
        const struct lab_node *node = &lab->nodes[i];
        for (size_t k = 0; k < node->interface_count; k++) {
            list.at[list.count] = (struct owned){ node, &node->interfaces[k], list.count };
            list.count++;
        }
    }
    return list;
}

static int by_order(const struct owned *a, const struct owned *b)
{
    return a->order < b->order ? -1 : a->order > b->order;
}

/* ---- addresses ---- */

static int compare_addresses(const void *left, const void *right)
{
    const struct owned *a = left, *b = right;

    if (a->interface->address != b->interface->address)
        return a->interface->address < b->interface->address ? -1 : 1;
    return by_order(a, b);
}

static void refuse_second_owner(struct lab_reader *r, const struct owned *first,
                                const struct owned *second)
{
    char address[IPV4_TEXT_SIZE], where[40];

    ipv4_format(second->interface->address, address, sizeof address);
    lab_error(r, second->interface->address_mark,
              _("%s is the address of \"%s\" already, %s: write another, or "
                "duplicate-address: on for a conflict"),
              address, first->node->name,
              lab_where(first->interface->address_mark, where, sizeof where));
}

static void check_twice_owned(struct lab_reader *r, const struct owned_list *list)
{
    const struct owned *first = NULL; /* the owner so far of the address looked at */

    qsort(list->at, list->count, sizeof *list->at, compare_addresses);
    for (size_t i = 0; i < list->count; i++) {
        const struct owned *second = &list->at[i];
        if (!second->interface->has_address || second->node->duplicate_address)
            continue;
        if (first == NULL || first->interface->address != second->interface->address)
            first = second;
        else if (first->node != second->node)
            refuse_second_owner(r, first, second);
    }
}

static void check_networks_apart(struct lab_reader *r, const struct lab_node *node)
{
    char where[40];

    for (size_t i = 1; i < node->interface_count; i++) {
        const struct lab_interface *b = &node->interfaces[i];
        for (size_t k = 0; k < i && b->has_address; k++) {
            const struct lab_interface *a = &node->interfaces[k];
            int len = a->prefix_len < b->prefix_len ? a->prefix_len : b->prefix_len;
            if (!a->has_address || !ipv4_same_network(a->address, b->address, len))
                continue;
            lab_error(r, b->address_mark,
                      _("this network overlaps that of \"%s\", %s: a router's interfaces "
                        "need networks of their own"),
                      a->name, lab_where(a->address_mark, where, sizeof where));
            break;
        }
    }
}

/* ---- gateways ---- */

static const struct lab_interface *interface_towards(const struct lab_node *node, ipv4 address)
{
    for (size_t i = 0; i < node->interface_count; i++) {
        const struct lab_interface *interface = &node->interfaces[i];
        if (interface->has_address
            && ipv4_same_network(interface->address, address, interface->prefix_len))
            return interface;
    }
    return NULL;
}

static bool has_address(const struct lab_node *node)
{
    for (size_t i = 0; i < node->interface_count; i++) {
        if (node->interfaces[i].has_address)
            return true;
    }
    return false;
}

/* Whether an error about an address of NODE was told already: what follows
 * from it is no error of its own. */
static bool address_was_refused(const struct lab_node *node)
{
    for (size_t i = 0; i < node->interface_count; i++) {
        if (node->interfaces[i].address_refused)
            return true;
    }
    return false;
}

static void check_gateway(struct lab_reader *r, const struct lab_node *node,
                          const struct lab_route *route)
{
    const struct lab_interface *interface = interface_towards(node, route->gateway);
    char address[IPV4_TEXT_SIZE], network[IPV4_TEXT_SIZE];

    if (address_was_refused(node))
        return;
    ipv4_format(route->gateway, address, sizeof address);
    if (!has_address(node)) {
        if (node->kind == LAB_HOST)
            lab_error(r, route->gateway_mark, _("a gateway needs a host with an address: write "
                                                "ip: 10.0.0.1/24 for \"%s\""), node->name);
        return;
    }
    if (interface != NULL && interface->address == route->gateway) {
        lab_error(r, route->gateway_mark,
                  _("%s is \"%s\" itself: write the address of a router"), address, node->name);
    } else if (interface == NULL && node->kind == LAB_HOST) {
        interface = &node->interfaces[0];
        ipv4_format(interface->address & ipv4_mask(interface->prefix_len), network,
                    sizeof network);
        lab_error(r, route->gateway_mark,
                  _("gateway %s is not in the host's own network %s/%d: write an address in it"),
                  address, network, interface->prefix_len);
    } else if (interface == NULL) {
        lab_error(r, route->gateway_mark,
                  _("gateway %s is not in the network of any interface of \"%s\": write an "
                    "address in one"), address, node->name);
    }
}

/* ---- MAC addresses ---- */

static struct mac mac_by_number(size_t number)
{
    return mac_from_int64((int64_t)0x020000000000 + (int64_t)number);
}

static int compare_macs(const void *left, const void *right)
{
    const struct owned *a = left, *b = right;
    int64_t x = mac_to_int64(a->interface->mac), y = mac_to_int64(b->interface->mac);

    if (x != y)
        return x < y ? -1 : 1;
    return by_order(a, b);
}

/* The interfaces whose MAC address the lab gives, sorted by it. */
static struct owned_list given_macs(const struct owned_list *all)
{
    struct owned_list given = { malloc((all->count + 1) * sizeof *all->at), 0 };

    ASSERT(given.at != NULL);
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i].interface->mac_given)
            given.at[given.count++] = all->at[i];
    }
    qsort(given.at, given.count, sizeof *given.at, compare_macs);
    return given;
}

static bool is_given(const struct owned_list *given, struct mac mac)
{
    size_t low = 0, high = given->count;
    int64_t wanted = mac_to_int64(mac);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mac_to_int64(given->at[middle].interface->mac) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < given->count && mac_equal(given->at[low].interface->mac, mac);
}

/* Interface N of the lab gets number N, or where a lab gives that to another,
 * the next beyond all numbers. */
static void number_macs(const struct owned_list *all, const struct owned_list *given)
{
    size_t spare = all->count;

    for (size_t i = 0; i < all->count; i++) {
        struct lab_interface *interface = all->at[i].interface;
        if (interface->mac_given)
            continue;
        interface->mac = mac_by_number(i + 1);
        while (is_given(given, interface->mac))
            interface->mac = mac_by_number(++spare);
    }
}

static void check_given_macs(struct lab_reader *r, const struct owned_list *given)
{
    char mac[MAC_TEXT_SIZE], where[40];

    for (size_t i = 1; i < given->count; i++) {
        const struct owned *first = &given->at[i - 1], *second = &given->at[i];
        if (!mac_equal(first->interface->mac, second->interface->mac))
            continue;
        mac_format(second->interface->mac, mac, sizeof mac);
        lab_error(r, second->interface->mac_mark,
                  _("%s is the MAC address of \"%s\" already, %s: write another"), mac,
                  first->node->name,
                  lab_where(first->interface->mac_mark, where, sizeof where));
    }
}

/* ---- the whole ---- */

/* What fits into a frame of the interface's link is its mtu, or the most that
 * it may be: the link would lose whatever is longer. */
static void complete_mtu(struct lab_reader *r, struct lab_interface *interface)
{
    const struct lab_link *link =
        interface->link != LAB_NONE ? &r->lab->links[interface->link] : NULL;
    int carried = link != NULL && link->mtu != 0 ? (int)link->mtu : MTU_DEFAULT;

    if (!interface->mtu_given)
        interface->mtu = carried;
    else if (link != NULL && interface->mtu > carried)
        lab_error(r, interface->mtu_mark,
                  _("mtu %d is more than link \"%s\" carries (%d): set links.%s.mtu too"),
                  interface->mtu, link->name, carried, link->name);
}

void lab_check_addresses(struct lab_reader *r)
{
    struct owned_list list = all_interfaces(r->lab);

    for (size_t i = 0; i < r->lab->node_count; i++) {
        const struct lab_node *node = &r->lab->nodes[i];
        check_networks_apart(r, node);
        for (size_t k = 0; k < node->route_count; k++)
            check_gateway(r, node, &node->routes[k]);
    }
    for (size_t i = 0; i < list.count; i++)
        complete_mtu(r, list.at[i].interface);
    struct owned_list given = given_macs(&list);
    number_macs(&list, &given);
    check_given_macs(r, &given);
    check_twice_owned(r, &list);
    free(given.at);
    free(list.at);
}
