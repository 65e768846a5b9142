#include "tools/lib/bench_tcp.h"

#include <string.h>

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/link/ethernet.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/bench.h"

enum {
    BENCH_PORT = 9,
    BENCH_PIECE = 32768, /* what the applications write and read at once, at most */
};
#define BENCH_RATE INT64_C(10000000000)
#define BENCH_DELAY (1 * MS)
#define BENCH_BETWEEN_OPENS (20 * US)

struct bench_flow {
    struct event begin;
    struct bench_tcp_world *bench;
    uint64_t left;     /* to be written */
    uint64_t received; /* by the sink that this flow happens to have */
};

struct bench_tcp_world {
    struct world *world;
    struct trace trace;
    struct host *a, *b;
    struct bench_flow *flows;
    unsigned accepted; /* sinks so far */
    bool wrong;        /* a byte was not what was sent */
    uint64_t received;
    vtime received_at;        /* when the last byte was */
    uint8_t *pattern, *inbox; /* BENCH_PIECE bytes each, in the arena */
};

/* ---- The source: byte number N of each stream is pattern[N % BENCH_PIECE] ---- */

static void source_writes(struct tcb *t)
{
    struct bench_flow *flow = tcp_application(t);
    size_t sent;

    do {
        size_t len = flow->left % BENCH_PIECE != 0 ? flow->left % BENCH_PIECE : BENCH_PIECE;
        struct span piece = { flow->bench->pattern + BENCH_PIECE - len, len };

        if (flow->left == 0) {
            tcp_close(t);
            return;
        }
        sent = tcp_send(t, piece, flow->left > len ? TCP_SEND_MORE : 0);
        flow->left -= sent;
    } while (sent > 0);
}

static const struct tcp_events source_events = {
    .established = source_writes,
    .writable = source_writes,
};

static void source_begins(struct world *world, struct event *event)
{
    struct bench_flow *flow = CONTAINER_OF(event, struct bench_flow, begin);
    struct tcp_endpoint local = { 0, 0 };
    struct tcp_endpoint remote = { flow->bench->b->interfaces[0].address, BENCH_PORT };
    struct tcb *t = tcp_open(flow->bench->a, local, &source_events, flow);

    (void)world;
    if (t == NULL || !tcp_connect(t, remote))
        flow->bench->wrong = true;
}

/* ---- The sink ---- */

static void sink_takes(struct bench_flow *flow, size_t len)
{
    struct bench_tcp_world *bench = flow->bench;
    uint64_t left_of_first = flow->received % BENCH_PIECE;
    uint64_t left_of_last = (flow->received + len - 1) % BENCH_PIECE;

    if (bench->inbox[0] != bench->pattern[left_of_first] ||
        bench->inbox[len - 1] != bench->pattern[left_of_last])
        bench->wrong = true;
    flow->received += len;
    bench->received += len;
    bench->received_at = bench->world->now;
}

static void sink_reads(struct tcb *t)
{
    struct bench_flow *flow = tcp_application(t);
    size_t len;

    while ((len = tcp_receive(t, flow->bench->inbox, BENCH_PIECE)) > 0)
        sink_takes(flow, len);
    if (tcp_at_end(t))
        tcp_close(t);
}

static const struct tcp_events sink_events = { .readable = sink_reads };

static void sink_accepts(struct tcb *listener)
{
    struct bench_tcp_world *bench = tcp_application(listener);
    struct tcb *t = tcp_accept(listener);

    if (t != NULL)
        tcp_set_application(t, &sink_events, &bench->flows[bench->accepted++]);
}

static const struct tcp_events listener_events = { .acceptable = sink_accepts };

/* ---- The world ---- */

static struct host *add_host(struct bench_tcp_world *bench, const struct bench_tcp_row *row,
                             const char *name, unsigned number)
{
    struct host_config config;
    struct host *host;

    host_config_defaults(&config);
    config.arp.timeout = 1000 * HOURS; /* the cost of TCP, not of ARP */
    config.tcp.rcvbuf = config.tcp.sndbuf = row->buffer;
    host = host_new(bench->world, name, 1, false, &config);
    host->interfaces[0].address = 0x0a000000u + number;
    host->interfaces[0].prefix_len = 24;
    host->interfaces[0].mac = mac_from_int64((int64_t)0x020000000000 + number);
    host_attach(host);
    return host;
}

static void know_each_other(struct host *host, const struct host *other)
{
    arp_set(&host->interfaces[0], other->interfaces[0].address, other->interfaces[0].mac);
}

static void add_link(struct bench_tcp_world *bench, const struct bench_tcp_row *row)
{
    struct link *link = link_new(bench->world, "wire", bench->a->node.ports, bench->b->node.ports);

    for (unsigned end = 0; end < 2; end++) {
        link->direction[end].config.rate = BENCH_RATE;
        link->direction[end].config.delay = BENCH_DELAY;
        link->direction[end].config.queue = row->queue;
    }
    link_from(bench->a->node.ports)->config.chances.loss = row->loss;
}

static void add_flows(struct bench_tcp_world *bench, const struct bench_tcp_row *row)
{
    struct tcp_endpoint here = { 0, BENCH_PORT };

    bench->pattern = world_alloc(bench->world, BENCH_PIECE);
    bench->inbox = world_alloc(bench->world, BENCH_PIECE);
    for (size_t i = 0; i < BENCH_PIECE; i++)
        bench->pattern[i] = (uint8_t)(i * 7 + i / 251);
    tcp_listen(tcp_open(bench->b, here, &listener_events, bench), 0);
    bench->flows = ARENA_ARRAY(&bench->world->arena, struct bench_flow, row->flows);
    for (unsigned i = 0; i < row->flows; i++) {
        struct bench_flow *flow = &bench->flows[i];

        flow->bench = bench;
        flow->left = row->bytes / row->flows / BENCH_PIECE * BENCH_PIECE;
        event_init(&flow->begin, bench->a->node.id, source_begins);
        event_arm(&bench->world->queue, &flow->begin, BENCH_BETWEEN_OPENS * (vtime)i);
    }
}

static bool bench_open(struct bench_tcp_world *bench, const struct bench_tcp_row *row)
{
    struct world_config config = { .seed = 1,
                                   .node_limit = 2,
                                   .link_limit = 1,
                                   .until = 1000 * HOURS,
                                   .frame_check = ethernet_frame_check };

    memset(bench, 0, sizeof(*bench));
    bench->world = world_new(&config);
    if (bench->world == NULL || (row->traced && !trace_open(&bench->trace)))
        return false;
    if (row->traced)
        world_observe(bench->world, &bench->trace);
    bench->a = add_host(bench, row, "a", 1);
    bench->b = add_host(bench, row, "b", 2);
    know_each_other(bench->a, bench->b);
    know_each_other(bench->b, bench->a);
    add_link(bench, row);
    add_flows(bench, row);
    world_start(bench->world);
    return true;
}

static uint64_t sum_of_retransmissions(struct bench_tcp_world *bench)
{
    uint64_t sum = 0;
    struct tcb *t;

    for (unsigned i = 0; (t = tcp_at(bench->a, i)) != NULL; i++) {
        struct tcp_status status;

        tcp_status(t, &status);
        sum += status.retransmissions;
    }
    return sum;
}

bool bench_tcp(const struct bench_tcp_row *row, struct bench_tcp_result *result)
{
    uint64_t expected = row->bytes / row->flows / BENCH_PIECE * BENCH_PIECE * row->flows;
    struct bench_tcp_world bench;
    double begun;
    bool whole;

    memset(result, 0, sizeof(*result));
    if (!bench_open(&bench, row)) {
        world_free(bench.world);
        return false;
    }
    begun = bench_cpu_ns();
    while (bench.received < expected && world_step(bench.world))
        continue;
    result->cpu_ns = bench_cpu_ns() - begun;
    result->segments = bench.world->frame_count;
    result->seconds = (double)bench.received_at / 1e9;
    result->retransmissions = sum_of_retransmissions(&bench);
    world_run(bench.world);
    result->world_bytes = bench.world->arena.used;
    result->trace_bytes = row->traced ? trace_size(&bench.trace) : 0;
    whole = bench.received == expected && !bench.wrong && world_live_packets(bench.world) == 0;
    world_free(bench.world);
    if (row->traced)
        trace_close(&bench.trace);
    return whole;
}
