#include "tests/support/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/link/ethernet.h"
#include "layers/net/route.h"

enum { NET_NODES = 64, NET_LINKS = 64, NET_FAULTS = 16 };

/* Keeps the clock going where nothing else is due: it is not housekeeping. */
struct alarm {
    struct event event;
    bool rang;
};

static void alarm_rings(struct world *world, struct event *event)
{
    (void)world;
    CONTAINER_OF(event, struct alarm, event)->rang = true;
}

void net_open(struct net *net, uint64_t seed)
{
    struct world_config config = {
        .seed = seed,
        .node_limit = NET_NODES,
        .link_limit = NET_LINKS,
        .fault_limit = NET_FAULTS,
        .intervention_limit = NET_FAULTS,
        .until = 100 * HOURS,
        .frame_check = ethernet_frame_check,
    };

    memset(net, 0, sizeof(*net));
    ASSERT(trace_open(&net->trace));
    net->world = world_new(&config);
    ASSERT(net->world != NULL);
    world_observe(net->world, &net->trace);
    net->alarm = world_alloc(net->world, sizeof(*net->alarm));
    event_init(&net->alarm->event, NODE_NONE, alarm_rings);
    host_config_defaults(&net->config);
    switch_config_defaults(&net->switch_config);
}

void net_abandon(struct net *net)
{
    world_free(net->world);
    trace_close(&net->trace);
    memset(net, 0, sizeof(*net));
}

void net_close(struct net *net)
{
    if (net->world->started)
        world_run(net->world);
    expect_eq(world_live_packets(net->world), 0, "packets left at the end", NULL, __FILE__,
              __LINE__);
    net_abandon(net);
}

ipv4 net_ip(const char *text)
{
    ipv4 address = 0;

    ASSERT(ipv4_parse(text, &address));
    return address;
}

struct mac net_mac(const char *text)
{
    struct mac mac = MAC_NONE;

    ASSERT(mac_parse(text, &mac));
    return mac;
}

static void set_interface(struct net *net, struct interface *interface, const char *name,
                          const char *address)
{
    char ip[IPV4_TEXT_SIZE];
    const char *slash = strchr(address, '/');

    ASSERT(slash != NULL && (size_t)(slash - address) < sizeof(ip));
    memcpy(ip, address, (size_t)(slash - address));
    ip[slash - address] = '\0';
    interface->address = net_ip(ip);
    interface->prefix_len = (uint8_t)atoi(slash + 1);
    interface->mac = mac_from_int64(0x020000000000 + ++net->interfaces);
    interface->mtu = ETHERNET_DATA_MAX;
    snprintf(interface->name, sizeof(interface->name), "%s", name);
}

struct host *net_host(struct net *net, const char *name, const char *address)
{
    struct host *host = host_new(net->world, name, 1, false, &net->config);

    set_interface(net, &host->interfaces[0], "eth0", address);
    host_attach(host);
    return host;
}

struct host *net_router(struct net *net, const char *name, const char *const *addresses,
                        unsigned count)
{
    struct host *router = host_new(net->world, name, count, true, &net->config);
    char lan[16];

    for (unsigned i = 0; i < count; i++) {
        snprintf(lan, sizeof(lan), "lan%u", i);
        set_interface(net, &router->interfaces[i], lan, addresses[i]);
    }
    host_attach(router);
    return router;
}

struct node *net_switch(struct net *net, const char *name, unsigned ports)
{
    return switch_new(net->world, name, ports, &net->switch_config);
}

struct link *net_wire(struct net *net, struct port *a, struct port *b, vtime delay)
{
    char name[16];
    struct link *link;

    snprintf(name, sizeof(name), "w%u", ++net->wires);
    link = link_new(net->world, name, a, b);
    link->direction[0].config.delay = delay;
    link->direction[1].config.delay = delay;
    return link;
}

struct net_pair net_pair(struct net *net, vtime delay)
{
    struct net_pair pair;

    pair.a = net_host(net, "a", "10.0.0.1/24");
    pair.b = net_host(net, "b", "10.0.0.2/24");
    pair.wire = net_wire(net, net_port(pair.a, 0), net_port(pair.b, 0), delay);
    net_start(net);
    return pair;
}

struct net_desk net_desk(struct net *net, bool answers)
{
    struct net_desk desk;

    desk.a = net_host(net, "a", "10.0.0.1/24");
    desk.t = net_tester(net, "t", "10.0.0.9");
    desk.t->answers_arp = answers;
    desk.t->peer = desk.a->interfaces[0].mac;
    desk.wire = net_wire(net, net_port(desk.a, 0), &desk.t->node.ports[0], 1 * MS);
    net_start(net);
    return desk;
}

void net_gateway(struct host *host, const char *gateway)
{
    ASSERT(route_add(host, 0, 0, net_ip(gateway), NULL));
}

void net_start(struct net *net)
{
    world_start(net->world);
}

void net_run_until(struct net *net, vtime t)
{
    ASSERT(t >= net->world->now);
    net->alarm->rang = false;
    event_arm(&net->world->queue, &net->alarm->event, t);
    while (!net->alarm->rang && world_step(net->world))
        ;
    ASSERT(net->alarm->rang);
    /* What is due at t itself but was armed after the alarm belongs to it. */
    while (event_next_at(&net->world->queue) == t && world_step(net->world))
        ;
}

void net_run_for(struct net *net, vtime time)
{
    net_run_until(net, net->world->now + time);
}

void net_run(struct net *net)
{
    world_run(net->world);
}
