#include "tools/lib/simulation_names.h"

#include <string.h>

static bool node_address(const struct lab_node *node, ipv4 *address)
{
    for (size_t i = 0; i < node->interface_count; i++)
        if (node->interfaces[i].has_address) {
            *address = node->interfaces[i].address;
            return true;
        }
    return false;
}

/* "b", or an interface of a router: "r1.lan". */
static bool address_of(void *ctx, const char *name, ipv4 *address)
{
    const struct simulation_target *target = ctx;
    const struct lab *lab = target->lab;
    const char *dot = strchr(name, '.');
    size_t len = dot == NULL ? strlen(name) : (size_t)(dot - name);
    size_t node = lab_find_node(lab, name, len);
    size_t interface;

    if (node == LAB_NONE)
        return false;
    if (dot == NULL)
        return node_address(&lab->nodes[node], address);
    interface = lab_find_interface(&lab->nodes[node], dot + 1, strlen(dot + 1));
    if (interface == LAB_NONE || !lab->nodes[node].interfaces[interface].has_address)
        return false;
    *address = lab->nodes[node].interfaces[interface].address;
    return true;
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
