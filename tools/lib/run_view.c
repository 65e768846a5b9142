#include "tools/lib/run_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/wire/dissect.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/run_connection.h"

bool run_node_is_host(const struct node *node)
{
    return strcmp(node->ops->kind, "host") == 0 || strcmp(node->ops->kind, "router") == 0;
}

bool run_node_is_end(const struct node *node)
{
    return run_node_is_host(node) || strcmp(node->ops->kind, CAPTURE_NODE_KIND) == 0;
}

uint16_t run_first_end(const struct run_view *view)
{
    for (uint32_t i = 0; i < view->world->node_count; i++)
        if (run_node_is_end(run_node(view, i)))
            return (uint16_t)i;
    return NODE_NONE;
}

size_t run_frame_length(const struct trace *trace, uint32_t number)
{
    const struct trace_frame *frame = trace_frame(trace, number);

    return (size_t)frame->len + frame->missing;
}

void run_dissect(const struct trace *trace, uint32_t number, struct dissection *d)
{
    dissect(d, trace_frame_bytes(trace, number), run_frame_length(trace, number), LAYER_ETHERNET);
}

static void fill_ports(struct run_port *ports, struct node *node)
{
    const struct host *host = host_of(node);

    for (unsigned i = 0; i < host->interface_count; i++) {
        const struct interface *interface = &host->interfaces[i];

        /* A host's only interface is the host itself to a reader. */
        ports[i].name = node->port_count > 1 ? interface->name : NULL;
        ports[i].has_address = interface->address != 0;
        ports[i].address = interface->address;
        ports[i].prefix_len = interface->prefix_len;
    }
}

static bool fill_nodes(struct run_view *view)
{
    struct run_port *ports = view->ports;

    for (uint32_t i = 0; i < view->world->node_count; i++) {
        struct node *node = view->world->nodes[i];

        if (!run_node_is_host(node))
            continue;
        fill_ports(ports, node);
        view->nodes[i].ports = ports;
        ports += node->port_count;
        if (!run_connection_list(node, &view->nodes[i].ends, &view->nodes[i].ends_count))
            return false;
    }
    return true;
}

void run_view_judge(struct run_view *view, const struct run_gist *gist)
{
    view->several_connections = run_gist_several_connections(gist);
    view->many_reads = run_gist_many_reads(gist);
}

bool run_view_open(struct run_view *view, const struct world *world, const struct trace *trace,
                   const char *title)
{
    struct run_gist gist = { .taken = 0 };

    if (!run_view_begin(view, world, trace, title))
        return false;
    run_gist_follow(&gist, trace, trace->records.count);
    run_view_judge(view, &gist);
    return true;
}

bool run_view_begin(struct run_view *view, const struct world *world, const struct trace *trace,
                    const char *title)
{
    size_t port_count = 1;

    for (uint32_t i = 0; i < world->node_count; i++)
        if (run_node_is_host(world->nodes[i]))
            port_count += world->nodes[i]->port_count;
    *view = (struct run_view){ .world = world, .trace = trace, .title = title };
    view->nodes = calloc((size_t)world->node_count + 1, sizeof(view->nodes[0]));
    view->ports = calloc(port_count, sizeof(view->ports[0]));
    if (view->nodes == NULL || view->ports == NULL) {
        run_view_close(view);
        return false;
    }
    if (!fill_nodes(view)) {
        run_view_close(view);
        return false;
    }
    view->shared_ports = run_has_shared_ports(view);
    return true;
}

void run_view_close(struct run_view *view)
{
    for (uint32_t i = 0; view->nodes != NULL && i < view->world->node_count; i++)
        free(view->nodes[i].ends);
    free(view->nodes);
    free(view->ports);
    view->nodes = NULL;
    view->ports = NULL;
}

const char *run_command_text(const struct run_view *view, const struct record *record)
{
    if (record->kind != RECORD_APP || record->what != APP_COMMAND)
        return NULL;
    return record->subject < view->command_count ? view->commands[record->subject] : NULL;
}

uint16_t run_command_link(const struct run_view *view, const struct record *record)
{
    if (record->b < 0 || record->b >= view->world->link_count)
        return LINK_NONE;
    return (uint16_t)record->b;
}

const struct port *run_frame_from(const struct run_view *view, const struct trace_frame *frame)
{
    return view->world->links[frame->link]->ends[frame->end];
}

const struct port *run_frame_to(const struct run_view *view, const struct trace_frame *frame)
{
    return view->world->links[frame->link]->ends[!frame->end];
}

size_t run_port_format(const struct run_view *view, const struct port *port, char *out, size_t size)
{
    const struct node *node = port->node;
    const struct run_port *ports = view->nodes[node->id].ports;

    if (ports != NULL && ports[port->index].name != NULL && ports[port->index].name[0] != '\0')
        return (size_t)snprintf(out, size, "%s.%s", node->name, ports[port->index].name);
    if (node->port_count == 1)
        return (size_t)snprintf(out, size, "%s", node->name);
    return (size_t)snprintf(out, size, "%s.%u", node->name, (unsigned)port->index + 1);
}

size_t run_address_format(const struct run_view *view, uint16_t node, unsigned port, char *out,
                          size_t size)
{
    const struct run_port *ports = view->nodes[node].ports;
    char address[IPV4_TEXT_SIZE];

    if (ports == NULL || !ports[port].has_address)
        return (size_t)snprintf(out, size, "%s", "");
    ipv4_format(ports[port].address, address, sizeof(address));
    return (size_t)snprintf(out, size, "%s/%d", address, ports[port].prefix_len);
}

enum run_loss run_loss_place(const struct record *record)
{
    if (record->what == LINK_NONE)
        return RUN_LOST_IN_NODE;
    return record->frame != 0 ? RUN_LOST_ON_WIRE : RUN_LOST_BEFORE_WIRE;
}

bool run_fate_duplicates(const struct record *record)
{
    return record->kind == RECORD_FATE &&
           (record->rule == RULE_LINK_DUPLICATE || record->rule == RULE_FAULT_DUPLICATE ||
            record->rule == RULE_INTERVENTION_DUPLICATE);
}
