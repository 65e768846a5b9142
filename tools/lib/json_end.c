#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "tools/lib/json_parts.h"

bool json_totals_open(struct json_totals *totals, const struct run_view *view)
{
    totals->links = calloc((size_t)view->world->link_count + 1, sizeof(totals->links[0]));
    totals->nodes = calloc((size_t)view->world->node_count + 1, sizeof(totals->nodes[0]));
    json_connections_open(&totals->connections);
    return totals->links != NULL && totals->nodes != NULL;
}

void json_totals_close(struct json_totals *totals)
{
    free(totals->links);
    free(totals->nodes);
    json_connections_close(&totals->connections);
    memset(totals, 0, sizeof(*totals));
}

void json_totals_add(struct json_totals *totals, const struct run_view *view,
                     const struct record *record)
{
    json_connections_add(&totals->connections, view, record);
    switch ((enum record_kind)record->kind) {
    case RECORD_TX:
        totals->links[record->what].carried++;
        totals->links[record->what].bytes += (uint64_t)record->a;
        totals->nodes[record->node].sent++;
        break;
    case RECORD_RX:
        totals->nodes[record->node].received++;
        break;
    case RECORD_LOST:
        if (run_loss_place(record) == RUN_LOST_IN_NODE)
            totals->nodes[record->node].lost++;
        else
            totals->links[record->what].lost++;
        break;
    default:
        break;
    }
}

#define COUNTER(name) { #name, offsetof(struct host_counters, name) }
static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    COUNTER(ip_in),       COUNTER(ip_out),        COUNTER(ip_forwarded), COUNTER(ip_dropped),
    COUNTER(fragments_in), COUNTER(fragments_out), COUNTER(reassembled),  COUNTER(icmp_in),
    COUNTER(icmp_out),    COUNTER(udp_in),        COUNTER(udp_out),      COUNTER(udp_dropped),
    COUNTER(tcp_in),      COUNTER(tcp_out),       COUNTER(tcp_dropped),
};
#undef COUNTER

static void put_host_counters(struct json_writer *w, struct node *node)
{
    const char *base = (const char *)&host_of(node)->counters;

    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        uint64_t value;

        memcpy(&value, base + counters[i].offset, sizeof(value));
        json_put_unsigned(w, counters[i].name, value);
    }
}

static void put_nodes(struct json_writer *w, const struct run_view *view,
                      const struct json_totals *totals)
{
    json_open(w, "nodes", '[');
    for (uint32_t i = 0; i < view->world->node_count; i++) {
        json_open(w, NULL, '{');
        json_put_string(w, "name", view->world->nodes[i]->name);
        json_put_unsigned(w, "sent", totals->nodes[i].sent);
        json_put_unsigned(w, "received", totals->nodes[i].received);
        json_put_unsigned(w, "lost", totals->nodes[i].lost);
        if (run_node_is_host(view->world->nodes[i]))
            put_host_counters(w, view->world->nodes[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_links(struct json_writer *w, const struct run_view *view,
                      const struct json_totals *totals)
{
    json_open(w, "links", '[');
    for (uint32_t i = 0; i < view->world->link_count; i++) {
        json_open(w, NULL, '{');
        json_put_string(w, "name", view->world->links[i]->name);
        json_put_unsigned(w, "carried", totals->links[i].carried);
        json_put_unsigned(w, "bytes", totals->links[i].bytes);
        json_put_unsigned(w, "lost", totals->links[i].lost);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void json_put_end(struct json_writer *w, const struct run_view *view,
                  const struct json_totals *totals)
{
    const struct trace *trace = view->trace;
    char hash[20];

    json_put_string(w, "kind", "end");
    json_put_integer(w, "events", trace->events.count);
    json_put_integer(w, "records", trace->records.count);
    json_put_integer(w, "frames", trace->frames.count);
    put_links(w, view, totals);
    put_nodes(w, view, totals);
    json_put_connections(w, view, &totals->connections);
    snprintf(hash, sizeof(hash), "%016" PRIx64, trace_hash(trace));
    json_put_string(w, "hash", hash);
}
