#include "tools/lib/simulation_build.h"

#include <stdio.h>
#include <string.h>

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/link/hub.h"
#include "layers/link/switch.h"
#include "layers/net/route.h"

static void fill_interface(struct interface *interface, const struct lab_interface *from)
{
    const char *name = from->name[0] != '\0' ? from->name : "eth0";

    snprintf(interface->name, sizeof(interface->name), "%s", name);
    interface->mac = from->mac;
    interface->mtu = (uint16_t)from->mtu;
    interface->mtu_given = from->mtu_given;
    if (from->has_address) {
        interface->address = from->address;
        interface->prefix_len = (uint8_t)from->prefix_len;
    }
}

static void add_host(struct simulation *s, size_t index)
{
    const struct lab_node *node = &s->lab->nodes[index];
    struct host_config config;
    struct host *host;

    host_config_defaults(&config);
    lab_settings_apply(s->lab, index, &config);
    host = host_new(s->world, node->name, (unsigned)node->interface_count,
                    node->kind == LAB_ROUTER, &config);
    host->bugs = node->bugs;
    for (size_t i = 0; i < node->interface_count; i++)
        fill_interface(&host->interfaces[i], &node->interfaces[i]);
    host_attach(host);
    for (size_t i = 0; i < node->route_count; i++)
        route_add(host, node->routes[i].network, (uint8_t)node->routes[i].prefix_len,
                  node->routes[i].gateway, NULL);
}

static void add_switch(struct simulation *s, size_t index)
{
    const struct lab_node *node = &s->lab->nodes[index];
    struct switch_config config;

    switch_config_defaults(&config);
    lab_settings_apply(s->lab, index, &config);
    switch_new(s->world, node->name, (unsigned)node->port_count, &config);
}

void simulation_add_nodes(struct simulation *s)
{
    for (size_t i = 0; i < s->lab->node_count; i++) {
        const struct lab_node *node = &s->lab->nodes[i];

        if (node->kind == LAB_SWITCH)
            add_switch(s, i);
        else if (node->kind == LAB_HUB)
            hub_new(s->world, node->name, (unsigned)node->port_count);
        else
            add_host(s, i);
    }
}

static void fill_direction(struct direction_config *to, const struct lab_direction *from)
{
    to->rate = from->rate;
    to->delay = from->delay;
    to->queue = (uint32_t)from->queue;
    to->ecn = from->ecn != 0;
    to->chances.loss = (uint32_t)from->loss;
    to->chances.burst_enter = (uint32_t)from->burst_enter;
    to->chances.burst_leave = (uint32_t)from->burst_leave;
    to->chances.burst_loss = (uint32_t)from->burst_loss;
    to->chances.duplicate = (uint32_t)from->duplicate;
    to->chances.corrupt = (uint32_t)from->corrupt;
    to->chances.reorder = (uint32_t)from->reorder;
    to->chances.reorder_by = from->reorder_by;
    to->chances.jitter = from->jitter;
}

static struct port *port_of(struct simulation *s, const struct lab_end *end)
{
    return &s->world->nodes[end->node]->ports[end->interface];
}

void simulation_add_links(struct simulation *s)
{
    for (size_t i = 0; i < s->lab->link_count; i++) {
        const struct lab_link *from = &s->lab->links[i];
        struct link *link = link_new(s->world, from->name, port_of(s, &from->ends[0]),
                                     port_of(s, &from->ends[1]));

        if (from->mtu != 0)
            link->mtu = (uint32_t)from->mtu;
        link->frame_check = from->fcs != 0;
        fill_direction(&link->direction[0].config, &from->dir[0]);
        fill_direction(&link->direction[1].config, &from->dir[1]);
    }
}

/* ---- Who knows whom from the start ---- */

static struct host *host_at(const struct simulation *s, size_t index)
{
    const struct lab_node *node = &s->lab->nodes[index];

    if (node->kind == LAB_SWITCH || node->kind == LAB_HUB)
        return NULL;
    return host_of(s->world->nodes[index]);
}

static bool are_neighbours(const struct interface *one, const struct interface *other)
{
    ipv4 mask = ipv4_mask(one->prefix_len);

    return one != other && one->address != 0 && other->address != 0 &&
           one->address != other->address && ((one->address ^ other->address) & mask) == 0;
}

static void introduce(struct simulation *s, struct interface *interface)
{
    for (size_t i = 0; i < s->lab->node_count; i++) {
        struct host *host = host_at(s, i);

        for (unsigned k = 0; host != NULL && k < host->interface_count; k++)
            if (are_neighbours(interface, &host->interfaces[k]))
                arp_know(interface, host->interfaces[k].address, host->interfaces[k].mac);
    }
}

void simulation_introduce(struct simulation *s)
{
    for (size_t i = 0; i < s->lab->node_count; i++) {
        struct host *host = host_at(s, i);

        for (unsigned k = 0; host != NULL && k < host->interface_count; k++)
            if (host->config.arp.known != 0)
                introduce(s, &host->interfaces[k]);
    }
}
