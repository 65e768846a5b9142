#include "tools/lib/run_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/state.h"
#include "layers/tcp/tcp.h"

enum { READS_MANY = 32 };

/* Whose names begin with TCP_ are TCP's, or are told of its connections. */
#define IS_TCP(id) (sizeof(#id) > 4 && (#id)[0] == 'T' && (#id)[1] == 'C' && (#id)[2] == 'P')

static const bool timers[TIMER_COUNT] = {
#define TIMER(id, name, help) [TIMER_##id] = IS_TCP(id),
#include "layers/names_timers.def"
#undef TIMER
};
static const bool variables[VARIABLE_COUNT] = {
#define VARIABLE(id, name, help) [VARIABLE_##id] = IS_TCP(id),
#include "layers/names_variables.def"
#undef VARIABLE
};
static const bool apps[APP_COUNT] = {
#define APP(id, name, sentence) [APP_##id] = IS_TCP(id),
#include "layers/names_app.def"
#undef APP
};

bool run_connection_of(const struct run_view *view, const struct record *record)
{
    if (record->node == NODE_NONE || record->subject == 0 ||
        !run_node_is_end(run_node(view, record->node)))
        return false;
    switch ((enum record_kind)record->kind) {
    case RECORD_STATE: return record->what == MACHINE_TCP;
    case RECORD_VALUE: return variables[record->what];
    case RECORD_TIMER: return timers[record->what];
    case RECORD_APP: return apps[record->what];
    case RECORD_WHY: return true; /* no other layer gives its reasons a subject */
    default: return false;
    }
}

/* Addresses are the names of what a capture shows. */
static const struct node *node_at(const struct world *world, ipv4 address)
{
    for (uint32_t i = 0; i < world->node_count; i++)
        if (run_node_is_host(world->nodes[i]) &&
            host_interface(host_of(world->nodes[i]), address) != NULL)
            return world->nodes[i];
    return NULL;
}

/* A capture's nodes have no stack to ask: they are called by their addresses. */
static size_t put_end(const struct run_view *view, const struct tcp_endpoint *end, char *out,
                      size_t size)
{
    const struct node *node = view->capture != NULL ? NULL : node_at(view->world, end->address);
    char address[IPV4_TEXT_SIZE];

    ipv4_format(end->address, address, sizeof(address));
    return (size_t)snprintf(out, size, "%s:%u", node != NULL ? node->name : address, end->port);
}

static bool find_ends(const struct node *node, uint32_t number, struct tcp_endpoint *local,
                      struct tcp_endpoint *remote)
{
    const struct host *host = host_of((struct node *)(uintptr_t)node);

    return run_node_is_host(node) && host->tcp != NULL && tcp_name(host, number, local, remote);
}

/* The same of the end of a capture's connection, which is in no world. */
static bool find_captured(const struct run_view *view, const struct node *node, uint32_t number,
                          struct tcp_endpoint *local, struct tcp_endpoint *remote)
{
    const struct run_node *known = &view->nodes[node->id];

    if (run_node_is_host(node) || number - 1 >= known->ends_count)
        return false;
    *local = known->ends[number - 1].local;
    *remote = known->ends[number - 1].remote;
    return true;
}

bool run_connection_name(const struct run_view *view, const struct node *node, uint32_t number,
                         char *out, size_t size)
{
    struct tcp_endpoint local, remote;
    size_t len;

    snprintf(out, size, "%s", "");
    if (find_captured(view, node, number, &local, &remote))
        len = put_end(view, &local, out, size);
    else if (find_ends(node, number, &local, &remote))
        len = (size_t)snprintf(out, size, "%s:%u", node->name, local.port);
    else
        return false;
    if (remote.port == 0 || len + 1 >= size)
        return true;
    out[len++] = '-';
    put_end(view, &remote, out + len, size - len);
    return true;
}

bool run_connection_list(const struct node *node, struct run_ends **ends, uint32_t *count)
{
    uint32_t capacity = 0;
    struct run_ends found;

    *ends = NULL;
    for (*count = 0; find_ends(node, *count + 1, &found.local, &found.remote); ++*count) {
        struct run_ends *more = *ends;

        if (*count == capacity) {
            capacity = capacity == 0 ? 8 : capacity * 2;
            more = realloc(*ends, capacity * sizeof(*more));
        }
        if (more == NULL)
            return false;
        *ends = more;
        more[*count] = found;
    }
    return true;
}

bool run_connection_ports(const struct run_view *view, const struct node *node, uint32_t number,
                          char *out, size_t size)
{
    const struct run_node *known = &view->nodes[node->id];
    struct tcp_endpoint local, remote;
    size_t len;

    snprintf(out, size, "%s", "");
    if (number - 1 < known->ends_count) {
        local = known->ends[number - 1].local;
        remote = known->ends[number - 1].remote;
    } else if (!find_ends(node, number, &local, &remote)) {
        return false;
    }
    len = (size_t)snprintf(out, size, "%u", local.port);
    if (remote.port == 0)
        return true;
    if (view->shared_ports && len + 1 < size) {
        out[len++] = '>';
        put_end(view, &remote, out + len, size - len);
    } else {
        snprintf(out + len, size - len, ">%u", remote.port);
    }
    return true;
}

/* Looks at the first connections of NODE: more have no names that tell them
 * apart anyway. */
static bool shares_ports(const struct run_node *node)
{
    enum { LOOKED_AT = 256 };
    const struct run_ends *ends = node->ends;
    uint32_t count = (uint32_t)min_size(node->ends_count, LOOKED_AT);

    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (ends[i].local.port == ends[j].local.port &&
                ends[i].remote.port == ends[j].remote.port &&
                ends[i].remote.address != ends[j].remote.address)
                return true;
    return false;
}

bool run_has_shared_ports(const struct run_view *view)
{
    for (uint32_t i = 0; i < view->world->node_count; i++)
        if (shares_ports(&view->nodes[i]))
            return true;
    return false;
}

bool run_timer_is_of_tcp(uint16_t timer)
{
    return timers[timer] && timer != TIMER_TCP_SOURCE && timer != TIMER_TCP_TIME_WAIT;
}

vtime run_timer_length(const struct run_view *view, uint32_t index)
{
    const struct trace *trace = view->trace;
    struct record fired = trace_read(trace, index);
    uint32_t armed_by = fired.event == 0 ? 0 : trace_event(trace, fired.event)->cause;
    uint32_t i = trace_event_begin(trace, armed_by);
    vtime length = 0;

    /* It may have been set more than once then. */
    for (; i < index; i++) {
        struct record record = trace_read(trace, i);

        if (record.event != armed_by)
            break;
        if (record.kind == RECORD_TIMER && record.b == TIMER_SET && record.node == fired.node &&
            record.what == fired.what && record.subject == fired.subject)
            length = record.a - trace_time(trace, &record);
    }
    return length;
}

bool run_is_bulk(const struct record *record)
{
    if (record->kind != RECORD_APP)
        return false;
    return record->what == APP_TCP_SENT_PART ||
           ((record->what == APP_TCP_RECEIVED || record->what == APP_TCP_SENT) && record->b == 0);
}

bool run_gist_several_connections(const struct run_gist *gist)
{
    return gist->active > 1 || gist->passive > 1;
}

bool run_gist_many_reads(const struct run_gist *gist)
{
    return gist->reads > READS_MANY;
}

void run_gist_follow(struct run_gist *gist, const struct trace *trace, uint32_t count)
{
    for (; gist->taken < count; gist->taken++) {
        struct record record = trace_read(trace, gist->taken);

        gist->reads += run_is_bulk(&record);
        if (record.kind == RECORD_STATE && record.what == MACHINE_TCP) {
            gist->active += record.b == STATE_TCP_SYN_SENT;
            gist->passive += record.b == STATE_TCP_SYN_RECEIVED;
        }
        if (run_gist_several_connections(gist) && run_gist_many_reads(gist))
            break;
    }
}
