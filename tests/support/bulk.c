#include "tests/support/bulk.h"

#include <string.h>

#include "layers/link/arp.h"
#include "layers/link/ethernet.h"
#include "layers/tcp/tcp.h"
#include "sim/filter.h"
#include "tests/support/expect.h"

enum { PORT = 9, PIECE = 16384 };

/* ---- The ends ---- */

static void source_writes(struct tcb *t)
{
    static const uint8_t bytes[PIECE];

    while (tcp_send(t, (struct span){ bytes, sizeof(bytes) }, TCP_SEND_MORE) > 0)
        continue;
}

static void source_ended(struct tcb *t, rule_id why)
{
    struct bulk_flow *flow = tcp_application(t);

    (void)why;
    flow->source = NULL;
}

static const struct tcp_events source_events = {
    .established = source_writes,
    .writable = source_writes,
    .ended = source_ended,
};

static void flow_begins(struct world *world, struct event *event)
{
    struct bulk_flow *flow = CONTAINER_OF(event, struct bulk_flow, begin);
    struct tcp_endpoint local = { 0, 0 };
    struct tcp_endpoint remote = { flow->bulk->b->interfaces[0].address, PORT };

    (void)world;
    flow->source = tcp_open(flow->bulk->a, local, &source_events, flow);
    ASSERT(flow->source != NULL && tcp_connect(flow->source, remote));
}

static void sink_reads(struct tcb *t)
{
    struct bulk_flow *flow = tcp_application(t);

    flow->delivered += tcp_receive(t, NULL, SIZE_MAX);
}

static const struct tcp_events sink_events = { .readable = sink_reads };

/* Which source it belongs to does not matter: its port says it. */
static void sink_accepts(struct tcb *listener)
{
    struct bulk *bulk = tcp_application(listener);
    struct tcb *t = tcp_accept(listener);

    if (t != NULL)
        tcp_set_application(t, &sink_events, &bulk->flows[bulk->accepted++]);
}

static const struct tcp_events listener_events = { .acceptable = sink_accepts };

/* ---- The world ---- */

struct bulk_config bulk_defaults(void)
{
    struct bulk_config config = {
        .flows = 1,
        .rate = 10000000,
        .delay = 10 * MS,
        .queue = 100,
    };

    tcp_config_defaults(&config.tcp);
    return config;
}

static struct host *add_host(struct bulk *bulk, const struct bulk_config *bulk_config,
                             const char *name, unsigned number)
{
    struct host_config config;
    struct host *host;

    host_config_defaults(&config);
    config.tcp = bulk_config->tcp;
    config.arp.timeout = 1000 * HOURS;
    host = host_new(bulk->world, name, 1, false, &config);
    host->interfaces[0].address = 0x0a000000u + number;
    host->interfaces[0].prefix_len = 24;
    host->interfaces[0].mac = mac_from_int64((int64_t)0x020000000000 + number);
    host_attach(host);
    return host;
}

static void add_link(struct bulk *bulk, const struct bulk_config *config)
{
    struct link *link = link_new(bulk->world, "wire", bulk->a->node.ports, bulk->b->node.ports);

    for (unsigned end = 0; end < 2; end++) {
        link->direction[end].config.rate = config->rate;
        link->direction[end].config.delay = config->delay;
        link->direction[end].config.queue = config->queue;
    }
    link_from(bulk->a->node.ports)->config.chances.loss = config->loss;
}

/* Data by its length: pure ACKs and SYNs are short. */
static void add_drops(struct bulk *bulk, const struct bulk_config *config)
{
    char error[FILTER_ERROR_BYTES];

    bulk->data = filter_compile("tcp and src host 10.0.0.1 and greater 100", FILTER_ETHERNET, error,
                                sizeof(error), NULL);
    ASSERT(bulk->data != NULL);
    bulk->drops = world_add_fault(bulk->world);
    bulk->drops->kind = FAULT_KIND_DROP;
    bulk->drops->filter = bulk->data;
    bulk->drops->from = bulk->drops->to = NODE_NONE;
    bulk->drops->link = LINK_NONE;
    bulk->drops->every = config->drop_every > 0 ? config->drop_every : UINT32_MAX;
}

void bulk_open(struct bulk *bulk, const struct bulk_config *config)
{
    struct world_config world_config = { .seed = 1,
                                         .node_limit = 2,
                                         .link_limit = 1,
                                         .fault_limit = 1,
                                         .until = 1000 * HOURS,
                                         .frame_check = ethernet_frame_check };
    struct tcp_endpoint here = { 0, PORT };

    ASSERT(config->flows > 0 && config->flows <= BULK_FLOWS_MAX);
    memset(bulk, 0, sizeof(*bulk));
    bulk->world = world_new(&world_config);
    ASSERT(bulk->world != NULL);
    bulk->a = add_host(bulk, config, "a", 1);
    bulk->b = add_host(bulk, config, "b", 2);
    arp_set(&bulk->a->interfaces[0], bulk->b->interfaces[0].address, bulk->b->interfaces[0].mac);
    arp_set(&bulk->b->interfaces[0], bulk->a->interfaces[0].address, bulk->a->interfaces[0].mac);
    add_link(bulk, config);
    add_drops(bulk, config);
    ASSERT(tcp_listen(tcp_open(bulk->b, here, &listener_events, bulk), 0));
    for (unsigned i = 0; i < config->flows; i++) {
        struct bulk_flow *flow = &bulk->flows[i];

        flow->bulk = bulk;
        event_init(&flow->begin, bulk->a->node.id, flow_begins);
        event_arm(&bulk->world->queue, &flow->begin, config->between * (vtime)i);
    }
    world_start(bulk->world);
}

void bulk_close(struct bulk *bulk)
{
    world_free(bulk->world);
    filter_free(bulk->data);
    memset(bulk, 0, sizeof(*bulk));
}

/* ---- Running ---- */

void bulk_run_until(struct bulk *bulk, vtime t)
{
    bulk->world->until = t;
    world_run(bulk->world);
}

void bulk_run_segments(struct bulk *bulk, uint32_t count)
{
    while (bulk->drops->seen < count && world_step(bulk->world))
        continue;
}

uint64_t bulk_delivered(const struct bulk *bulk)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < BULK_FLOWS_MAX; i++)
        sum += bulk->flows[i].delivered;
    return sum;
}
