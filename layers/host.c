#include "layers/host.h"

#include "layers/link/arp.h"
#include "layers/link/ethernet.h"
#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "layers/tcp/tcp.h"
#include "layers/udp/udp.h"
#include "sim/hash.h"

#include <string.h>

static void host_wire_changed(struct node *node, struct port *port)
{
    struct host *host = host_of(node);
    struct interface *interface = &host->interfaces[port->index];

    if (!interface->mtu_given)
        interface->mtu = (uint16_t)min_i64(port->link->mtu, UINT16_MAX);
}

static void host_start(struct node *node)
{
    struct host *host = host_of(node);

    for (unsigned i = 0; i < host->interface_count; i++)
        arp_start(&host->interfaces[i]);
}

static const struct node_ops host_ops = {
    .kind = "host",
    .receive = ethernet_receive,
    .wire_changed = host_wire_changed,
    .start = host_start,
};

static const struct node_ops router_ops = {
    .kind = "router",
    .receive = ethernet_receive,
    .wire_changed = host_wire_changed,
    .start = host_start,
};

struct host *host_new(struct world *world, const char *name, unsigned interface_count,
                      bool forwards, const struct host_config *config)
{
    struct host *host = ARENA_NEW(&world->arena, struct host);

    world_add_node(world, &host->node, forwards ? &router_ops : &host_ops, name, interface_count);
    host->forwards = forwards;
    host->config = *config;
    host->interface_count = interface_count;
    host->interfaces = ARENA_ARRAY(&world->arena, struct interface, interface_count);
    for (unsigned i = 0; i < interface_count; i++) {
        struct interface *interface = &host->interfaces[i];

        interface->host = host;
        interface->port = &host->node.ports[i];
        interface->device = &ethernet_device;
        interface->mtu = 1500;
    }
    return host;
}

void host_attach(struct host *host)
{
    ip_attach(host);
    route_attach(host);
    icmp_attach(host);
    udp_attach(host);
    tcp_attach(host);
    host_add_network(host, &arp_network);
    host_add_network(host, &ip_network);
    host_add_transport(host, &icmp_transport);
    host_add_transport(host, &udp_transport);
    host_add_transport(host, &tcp_transport);
    for (unsigned i = 0; i < host->interface_count; i++) {
        struct interface *interface = &host->interfaces[i];

        arp_attach(interface);
        if (interface->address != 0)
            route_add(host, interface->address & ipv4_mask(interface->prefix_len),
                      interface->prefix_len, 0, interface);
    }
}

void host_add_network(struct host *host, const struct network_ops *network)
{
    ASSERT(host->networks[HOST_NETWORKS - 1] == NULL);
    memmove(host->networks + 1, host->networks, (HOST_NETWORKS - 1) * sizeof(host->networks[0]));
    host->networks[0] = network;
}

void host_add_transport(struct host *host, const struct transport_ops *transport)
{
    ASSERT(host->transports[HOST_TRANSPORTS - 1] == NULL);
    memmove(host->transports + 1, host->transports,
            (HOST_TRANSPORTS - 1) * sizeof(host->transports[0]));
    host->transports[0] = transport;
}

const struct network_ops *host_network(const struct host *host, uint16_t ethertype)
{
    for (unsigned i = 0; i < HOST_NETWORKS && host->networks[i] != NULL; i++)
        if (host->networks[i]->ethertype == ethertype)
            return host->networks[i];
    return NULL;
}

const struct transport_ops *host_transport(const struct host *host, uint8_t protocol)
{
    for (unsigned i = 0; i < HOST_TRANSPORTS && host->transports[i] != NULL; i++)
        if (host->transports[i]->protocol == protocol)
            return host->transports[i];
    return NULL;
}

struct interface *host_interface(struct host *host, ipv4 address)
{
    for (unsigned i = 0; i < host->interface_count; i++)
        if (host->interfaces[i].address == address)
            return &host->interfaces[i];
    return NULL;
}

uint32_t host_sending(struct host *host, uint64_t what)
{
    return host->sendings[hash_mix(what) % HOST_SENDINGS]++;
}
