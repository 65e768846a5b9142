#include "layers/app/udp_port.h"

#include "layers/application.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"

struct udp_port {
    struct application application;
    struct udp_socket *socket;
    enum udp_port_kind kind;
};

static void port_stop(struct application *application);

static const struct application_ops sink_ops = { "udp sink", port_stop };
static const struct application_ops echo_ops = { "udp echo", port_stop };

static void port_stop(struct application *application)
{
    struct udp_port *port = CONTAINER_OF(application, struct udp_port, application);

    node_app(&application->host->node, APP_UDP_CLOSED, port->socket->port, port->socket->port, 0);
    udp_close(port->socket);
    application->ended = true;
}

static void tell_received(struct udp_socket *socket, struct udp_endpoint from, struct span message)
{
    node_app(&socket->host->node, APP_UDP_RECEIVED, socket->port, (int64_t)message.len,
             from.address);
}

static void tell_error(struct udp_socket *socket, struct udp_endpoint to,
                       const struct icmp_report *report)
{
    node_app(&socket->host->node, APP_UDP_ERROR, socket->port,
             icmp_type_and_code(report->type, report->code), to.address);
}

static void echo_received(struct udp_socket *socket, struct udp_endpoint from,
                          struct span message);

static const struct udp_events sink_events = { tell_received, tell_error };
static const struct udp_events echo_events = { echo_received, tell_error };

/* An answer to the same service elsewhere, or to another one of this host,
 * would be answered in its turn, and so on. */
static bool would_loop(const struct udp_socket *socket, struct udp_endpoint from)
{
    const struct udp_socket *own = NULL;

    if (ip_is_own(socket->host, from.address))
        own = udp_lookup(socket->host, from.address, from.port);
    return from.port == socket->port || (own != NULL && own->events == &echo_events);
}

static void echo_received(struct udp_socket *socket, struct udp_endpoint from, struct span message)
{
    struct node *node = &socket->host->node;
    ipv4 bound = socket->address;
    struct ipv4_header ip;

    tell_received(socket, from, message);
    if (from.port == 0) {
        WHY(node, RULE_APP_ECHO_NO_PORT, 0, 0);
        return;
    }
    if (would_loop(socket, from)) {
        WHY(node, RULE_APP_ECHO_LOOP, from.port, 0);
        return;
    }
    if (udp_arrival(socket, &ip) && ip_is_own(socket->host, ip.destination))
        socket->address = ip.destination;
    node_app(node, APP_UDP_SENT, socket->port, (int64_t)message.len, from.address);
    if (!udp_send(socket, from, message))
        node_app(node, APP_UDP_NOT_SENT, socket->port, (int64_t)message.len, from.address);
    socket->address = bound;
}

struct udp_socket *udp_port_open(struct host *host, uint16_t port, enum udp_port_kind kind)
{
    bool echo = kind == UDP_PORT_ECHO;
    struct udp_socket *socket =
        udp_bind(host, IPV4_ANY, port, echo ? &echo_events : &sink_events, NULL);
    struct udp_port *app;

    if (socket == NULL) {
        WHY(&host->node, RULE_APP_PORT_TAKEN, port, 0);
        return NULL;
    }
    app = CONTAINER_OF(application_new(host, echo ? &echo_ops : &sink_ops, sizeof(*app)),
                       struct udp_port, application);
    app->socket = socket;
    app->kind = kind;
    socket->application = app;
    return socket;
}

bool udp_port_close(struct host *host, uint16_t port)
{
    for (struct application *a = host->applications; a != NULL; a = a->next) {
        struct udp_port *app = CONTAINER_OF(a, struct udp_port, application);

        if (a->ended || (a->ops != &sink_ops && a->ops != &echo_ops) || app->socket->port != port)
            continue;
        port_stop(a);
        return true;
    }
    WHY(&host->node, RULE_APP_NO_SOCKET, port, 0);
    return false;
}

uint32_t udp_port_started(const struct udp_socket *socket)
{
    const struct udp_port *app = socket->application;

    return app != NULL ? app->application.started : 0;
}
