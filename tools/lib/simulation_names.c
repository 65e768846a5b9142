#include "tools/lib/simulation_names.h"

#include <string.h>

/* Of an address that was refused, the error is told already: the command gets
 * another, which no run will ever see. */
static enum command_name interface_address(const struct lab_interface *interface, ipv4 *address)
{
    *address = interface->has_address ? interface->address : IPV4_BROADCAST;
    return interface->has_address || interface->address_refused ? COMMAND_NAME_KNOWN
                                                                : COMMAND_NAME_WITHOUT_ADDRESS;
}

static enum command_name node_address(const struct lab_node *node, ipv4 *address)
{
    enum command_name known = COMMAND_NAME_WITHOUT_ADDRESS;

    for (size_t i = 0; i < node->interface_count && known != COMMAND_NAME_KNOWN; i++)
        known = interface_address(&node->interfaces[i], address);
    return known;
}

/* "b", or an interface of a router: "r1.lan". */
static enum command_name address_of(void *ctx, const char *name, ipv4 *address)
{
    const struct simulation_target *target = ctx;
    const struct lab *lab = target->lab;
    const char *dot = strchr(name, '.');
    size_t len = dot == NULL ? strlen(name) : (size_t)(dot - name);
    size_t node = lab_find_node(lab, name, len);
    size_t interface;

    if (node == LAB_NONE)
        return COMMAND_NAME_UNKNOWN;
    if (lab->nodes[node].kind == LAB_ROUTER && lab->nodes[node].interface_count == 0) {
        *address = IPV4_BROADCAST; /* its interfaces were refused */
        return COMMAND_NAME_KNOWN;
    }
    if (dot == NULL)
        return node_address(&lab->nodes[node], address);
    interface = lab_find_interface(&lab->nodes[node], dot + 1, strlen(dot + 1));
    if (interface == LAB_NONE)
        return COMMAND_NAME_UNKNOWN;
    return interface_address(&lab->nodes[node].interfaces[interface], address);
}

static const char *name_at(void *ctx, size_t index)
{
    const struct simulation_target *target = ctx;

    return index < target->lab->node_count ? target->lab->nodes[index].name : NULL;
}

static bool end_of(void *ctx, const char *name, unsigned *end)
{
    const struct simulation_target *target = ctx;
    const struct lab_link *link = &target->lab->links[target->index];
    size_t node = lab_find_node(target->lab, name, strlen(name));

    for (unsigned i = 0; i < 2; i++)
        if (node != LAB_NONE && link->ends[i].node == node) {
            *end = i;
            return true;
        }
    return false;
}

static enum command_target kind_of(const struct simulation_target *target)
{
    static const enum command_target kinds[] = {
        [LAB_HOST] = COMMAND_ON_HOST,
        [LAB_SWITCH] = COMMAND_ON_SWITCH,
        [LAB_HUB] = COMMAND_ON_HUB,
        [LAB_ROUTER] = COMMAND_ON_ROUTER,
    };

    if (target->kind == LAB_TARGET_LINK)
        return COMMAND_ON_LINK;
    return kinds[target->lab->nodes[target->index].kind];
}

struct command_scope simulation_scope(const struct simulation_target *target)
{
    return (struct command_scope){
        .target = kind_of(target),
        .ctx = (void *)(uintptr_t)target,
        .address_of = address_of,
        .name_at = name_at,
        .end_of = target->kind == LAB_TARGET_LINK ? end_of : NULL,
    };
}

bool simulation_find_target(struct simulation_target *target, const char *name, size_t len)
{
    target->kind = LAB_TARGET_NODE;
    target->index = lab_find_node(target->lab, name, len);
    if (target->index != LAB_NONE)
        return true;
    target->kind = LAB_TARGET_LINK;
    target->index = lab_find_link(target->lab, name, len);
    return target->index != LAB_NONE;
}
