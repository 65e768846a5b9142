#include "tools/lib/bench.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/link/ethernet.h"
#include "layers/link/switch.h"
#include "layers/udp/udp.h"

#define BENCH_PORT 9
#define BENCH_GREETING_PORT 7
#define BENCH_PAYLOAD 1400
#define BENCH_WARM_UP (1 * SECONDS)
#define BENCH_INTERVAL (20 * US) /* between two datagrams of the world */

/*
 * Host i sends to host i ^ 1, all at the same pace, evenly spread in time.
 * First each sends one datagram to host 0 and so becomes known to the switch:
 * who-has and flooding, which a flat network of 10,000 hosts answers with
 * 10,000 copies of each, are not what is measured.
 */
struct bench_source {
    struct event event;
    struct udp_socket *socket;
    struct udp_endpoint to, greets;
    uint64_t left;
    vtime interval;
    bool introduced;
};

struct bench_world {
    struct world *world;
    struct trace trace;
    struct bench_source *sources;
    struct udp_socket **sinks;
    unsigned hosts;
};

static const uint8_t bench_message[BENCH_PAYLOAD] = { 1, 2, 3 };

static ipv4 address_of(unsigned index)
{
    return 0x0a000001u + index; /* 10.0.0.1 upwards, in 10.0.0.0/8 */
}

static struct mac mac_of(unsigned index)
{
    return mac_from_int64((int64_t)0x020000000000 + index + 1);
}

static void source_fires(struct world *world, struct event *event)
{
    struct bench_source *source = CONTAINER_OF(event, struct bench_source, event);
    struct span message = { bench_message, sizeof(bench_message) };

    if (!source->introduced) {
        source->introduced = true;
        udp_send(source->socket, source->greets, (struct span){ bench_message, 1 });
        event_arm(&world->queue, &source->event, world->now + BENCH_WARM_UP);
        return;
    }
    udp_send(source->socket, source->to, message);
    if (--source->left > 0)
        event_arm(&world->queue, &source->event, world->now + source->interval);
}

static struct host *add_host(struct world *world, unsigned index,
                             const struct host_config *config)
{
    struct host *host;
    char name[16];

    snprintf(name, sizeof(name), "h%u", index);
    host = host_new(world, name, 1, false, config);
    host->interfaces[0].address = address_of(index);
    host->interfaces[0].prefix_len = 8;
    host->interfaces[0].mac = mac_of(index);
    host_attach(host);
    return host;
}

static void join(struct bench_world *b, unsigned index, struct port *port, struct port *other)
{
    struct link *link;
    char name[16];

    snprintf(name, sizeof(name), "w%u", index);
    link = link_new(b->world, name, port, other);
    for (unsigned end = 0; end < 2; end++) {
        link->direction[end].config.rate = 1000000000;
        link->direction[end].config.delay = 50 * US;
    }
}

static void add_source(struct bench_world *b, const struct bench_row *row, struct host *host,
                       unsigned index)
{
    struct bench_source *source = &b->sources[index];

    event_init(&source->event, host->node.id, source_fires);
    source->socket = udp_bind(host, 0, 5000, NULL, NULL);
    source->to = (struct udp_endpoint){ address_of(index ^ 1), BENCH_PORT };
    source->left = row->datagrams / row->hosts;
    source->interval = BENCH_INTERVAL * (vtime)row->hosts;
    b->sinks[index] = udp_bind(host, 0, BENCH_PORT, NULL, NULL);
    udp_bind(host, 0, BENCH_GREETING_PORT, NULL, NULL);
    source->greets = (struct udp_endpoint){ address_of(index == 0), BENCH_GREETING_PORT };
    arp_set(&host->interfaces[0], address_of(index ^ 1), mac_of(index ^ 1));
    arp_set(&host->interfaces[0], address_of(index == 0), mac_of(index == 0));
    if (source->left > 0)
        event_arm(&b->world->queue, &source->event, BENCH_INTERVAL * (vtime)index);
}

static bool bench_open(struct bench_world *b, const struct bench_row *row)
{
    struct world_config config = { .seed = 1, .node_limit = row->hosts + 1,
                                   .link_limit = row->hosts, .until = 1000 * HOURS,
                                   .frame_check = ethernet_frame_check };
    struct switch_config switch_config;
    struct host_config host_config;
    struct node *center = NULL, *left = NULL;

    memset(b, 0, sizeof(*b));
    b->world = world_new(&config);
    if (b->world == NULL || (row->traced && !trace_open(&b->trace)))
        return false;
    if (row->traced)
        world_observe(b->world, &b->trace);
    b->hosts = row->hosts;
    b->sources = ARENA_ARRAY(&b->world->arena, struct bench_source, row->hosts);
    b->sinks = ARENA_ARRAY(&b->world->arena, struct udp_socket *, row->hosts);
    host_config_defaults(&host_config);
    host_config.arp.timeout = 1000 * HOURS; /* the cost of UDP, not of ARP */
    switch_config_defaults(&switch_config);
    switch_config.table = max_i64(switch_config.table, row->hosts);
    if (row->through_switch)
        center = switch_new(b->world, "s", row->hosts, &switch_config);
    for (unsigned i = 0; i < row->hosts; i++) {
        struct host *host = add_host(b->world, i, &host_config);

        add_source(b, row, host, i);
        if (center != NULL)
            join(b, i, host->node.ports, &center->ports[i]);
        else if (i % 2 == 1)
            join(b, i, left->ports, host->node.ports);
        left = &host->node;
    }
    return true;
}

double bench_cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

bool bench_udp(const struct bench_row *row, struct bench_result *result)
{
    struct bench_world b;
    double begun;

    memset(result, 0, sizeof(*result));
    if (!bench_open(&b, row)) {
        world_free(b.world);
        return false;
    }
    world_start(b.world);
    b.world->until = BENCH_WARM_UP - 1;
    world_run(b.world);
    result->frames = b.world->frame_count;
    b.world->until = 1000 * HOURS;
    begun = bench_cpu_ns();
    result->events = world_run(b.world);
    result->cpu_ns = bench_cpu_ns() - begun;
    result->frames = b.world->frame_count - result->frames;
    for (unsigned i = 0; i < b.hosts; i++)
        result->datagrams += b.sinks[i]->messages_received;
    result->world_bytes = b.world->arena.used;
    result->trace_bytes = row->traced ? trace_size(&b.trace) : 0;
    world_free(b.world);
    if (row->traced)
        trace_close(&b.trace);
    return result->datagrams == row->datagrams / row->hosts * row->hosts;
}
