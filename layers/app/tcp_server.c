#include "layers/app/tcp_server.h"

#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"

struct tcp_server {
    struct application application;
    struct tcb *listener;
    uint32_t number;
    uint16_t port;
    struct tcp_duty duty;
    bool reading;
    uint32_t wanted; /* of TCP_ROLE_NONE: how many it is still to accept */
};

static void server_stop(struct application *application)
{
    tcp_server_close(CONTAINER_OF(application, struct tcp_server, application));
}

static const struct application_ops server_ops = { "tcp server", server_stop };

static void accept_all(struct tcp_server *server)
{
    bool at_once = server->duty.role != TCP_ROLE_NONE;
    struct tcp_duty sink = { TCP_ROLE_SINK, 0 };
    struct tcb *t;

    while ((at_once || server->wanted > 0) && server->listener != NULL &&
           (t = tcp_accept(server->listener)) != NULL) {
        if (!at_once)
            server->wanted--;
        tcp_talk_accept(server->application.host, t, at_once ? server->duty : sink,
                        server->reading);
    }
}

static void on_acceptable(struct tcb *t)
{
    accept_all(tcp_application(t));
}

static void on_ended(struct tcb *t, rule_id why)
{
    struct tcp_server *server = tcp_application(t);

    node_app(&server->application.host->node, APP_TCP_ENDED, server->number, why, 0);
    server->listener = NULL;
    server->application.ended = true;
}

static const struct tcp_events server_events = { .acceptable = on_acceptable, .ended = on_ended };

bool tcp_server_start(struct host *host, uint16_t port, unsigned backlog, struct tcp_duty duty)
{
    struct tcb *t = tcp_open(host, (struct tcp_endpoint){ IPV4_ANY, port }, NULL, NULL);
    struct tcp_server *server;
    struct tcp_status status;

    if (t == NULL) {
        WHY(&host->node, RULE_APP_TCP_FULL, 0, 0);
        return false;
    }
    if (!tcp_listen(t, backlog)) {
        WHY(&host->node, RULE_APP_TCP_PORT_TAKEN, port, 0);
        tcp_abort(t);
        return false;
    }
    server = CONTAINER_OF(application_new(host, &server_ops, sizeof(*server)), struct tcp_server,
                          application);
    tcp_status(t, &status);
    server->listener = t;
    server->number = status.number;
    server->port = port;
    server->duty = duty;
    server->reading = !host->reads_later;
    server->wanted = 0;
    tcp_set_application(t, &server_events, server);
    node_app(&host->node, APP_TCP_LISTENS, status.number, port, 0);
    return true;
}

struct tcp_server *tcp_server_find(struct host *host, uint16_t port)
{
    struct tcp_server *found = NULL;

    for (struct application *a = host->applications; a != NULL; a = a->next) {
        struct tcp_server *server = CONTAINER_OF(a, struct tcp_server, application);

        if (a->ops != &server_ops || a->ended || (port != 0 && server->port != port))
            continue;
        if (found == NULL || a->started > found->application.started)
            found = server;
    }
    return found;
}

uint32_t tcp_server_started(const struct tcp_server *server)
{
    return server->application.started;
}

uint16_t tcp_server_port(const struct tcp_server *server)
{
    return server->port;
}

bool tcp_server_accept(struct tcp_server *server)
{
    if (server->duty.role != TCP_ROLE_NONE) {
        WHY(&server->application.host->node, RULE_APP_ACCEPTS_ALL, server->port, 0);
        return false;
    }
    server->wanted++;
    accept_all(server);
    return true;
}

void tcp_server_set_reading(struct tcp_server *server, bool reading)
{
    server->reading = reading;
}

void tcp_server_close(struct tcp_server *server)
{
    struct tcb *t = server->listener;

    if (t == NULL)
        return;
    node_app(&server->application.host->node, APP_TCP_NOT_LISTENING, server->number, server->port,
             0);
    server->listener = NULL;
    server->application.ended = true;
    tcp_close(t);
}
