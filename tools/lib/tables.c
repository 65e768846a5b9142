#include "tools/lib/tables.h"

#include <inttypes.h>
#include <string.h>

#include "layers/host.h"
#include "layers/link/arp.h"
#include "layers/link/switch.h"
#include "layers/net/ip.h"
#include "layers/net/route.h"
#include "layers/udp/udp.h"
#include "tools/lib/run_view.h"
#include "tools/lib/tables_tcp.h"
#include "tools/lib/text.h"

struct printer {
    FILE *out;
    const char *node;
    bool titled; /* the present table's title is out */
};

static void title(struct printer *p, const char *text)
{
    if (!p->titled)
        fprintf(p->out, "\n%s: %s\n", p->node, text);
    p->titled = true;
}

static void print_arp(struct printer *p, const struct interface *interface)
{
    char address[IPV4_TEXT_SIZE], mac[MAC_TEXT_SIZE];
    struct arp_view view;

    for (unsigned i = 0; arp_entry(interface, i, &view); i++) {
        bool known = view.state != STATE_ARP_INCOMPLETE && view.state != STATE_ARP_FAILED;

        ipv4_format(view.address, address, sizeof(address));
        mac_format(view.mac, mac, sizeof(mac));
        title(p, _("ARP cache"));
        fprintf(p->out, "  %-15s  %-17s  %-10s  %s", address, known ? mac : "-",
                state_name((int)view.state), interface->name);
        if (view.waiting > 0)
            fprintf(p->out, _("  %u waiting"), view.waiting);
        fputc('\n', p->out);
    }
}

static void print_routes(struct printer *p, const struct host *host)
{
    char network[IPV4_TEXT_SIZE], gateway[IPV4_TEXT_SIZE];
    const struct route *route;

    for (unsigned i = 0; (route = route_at(host, i)) != NULL; i++) {
        char prefix[IPV4_TEXT_SIZE + 4];

        ipv4_format(route->network, network, sizeof(network));
        ipv4_format(route->gateway, gateway, sizeof(gateway));
        snprintf(prefix, sizeof(prefix), "%s/%u", network, route->prefix_len);
        title(p, _("routes"));
        fprintf(p->out, "  %-18s  %-15s  %s\n", prefix,
                route->gateway == 0 ? _("directly") : gateway, route->interface->name);
    }
}

static void print_sockets(struct printer *p, struct host *host)
{
    struct udp_socket *socket;

    for (unsigned i = 0; (socket = udp_socket_at(host, i)) != NULL; i++) {
        title(p, _("UDP sockets"));
        fprintf(p->out,
                _("  port %-5u  %s  sent %" PRIu64 ", received %" PRIu64 ", waiting %" PRIu32
                  ", lost to a full queue %" PRIu64 "\n"),
                socket->port, socket->reading ? _("reads    ") : _("reads not"),
                socket->messages_sent, socket->messages_received, socket->queue.count,
                socket->messages_lost);
    }
}

static void print_reassembly(struct printer *p, const struct host *host)
{
    char source[IPV4_TEXT_SIZE];
    struct reassembly_view view;

    for (unsigned i = 0; reassembly_entry(host, i, &view); i++) {
        ipv4_format(view.source, source, sizeof(source));
        title(p, _("datagrams with holes"));
        fprintf(p->out, _("  from %-15s  id %u, %u fragments, %zu bytes here"), source, view.id,
                view.fragments, view.received);
        if (view.total > 0)
            fprintf(p->out, _(" of %zu"), view.total);
        fputc('\n', p->out);
    }
}

static void print_host(struct printer *p, struct host *host)
{
    p->titled = false;
    for (unsigned i = 0; i < host->interface_count; i++)
        print_arp(p, &host->interfaces[i]);
    p->titled = false;
    print_routes(p, host);
    p->titled = false;
    print_sockets(p, host);
    tables_print_tcp(host, p->node, p->out);
    p->titled = false;
    print_reassembly(p, host);
}

static void print_switch(struct printer *p, const struct node *node)
{
    char mac[MAC_TEXT_SIZE];
    struct switch_view view;

    p->titled = false;
    for (unsigned i = 0; switch_entry(node, i, &view); i++) {
        const struct port *other = link_other_end(&node->ports[view.port]);

        mac_format(view.mac, mac, sizeof(mac));
        title(p, _("MAC table"));
        fprintf(p->out, _("  %-17s  port %u (to %s)\n"), mac, view.port + 1,
                other != NULL ? other->node->name : "-");
    }
}

void tables_print_node(struct node *node, FILE *out)
{
    struct printer printer = { .out = out, .node = node->name };

    if (node_is_switch(node))
        print_switch(&printer, node);
    else if (run_node_is_host(node))
        print_host(&printer, host_of(node));
}

void tables_print(const struct world *world, FILE *out)
{
    for (uint32_t i = 0; i < world->node_count; i++)
        tables_print_node(world->nodes[i], out);
}
