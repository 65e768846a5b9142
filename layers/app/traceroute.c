#include "layers/app/traceroute.h"

#include "layers/application.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/udp/udp.h"
#include "layers/wire/icmp_message.h"

struct traceroute {
    struct application application;
    struct udp_socket *socket;
    struct event next, wait;
    ipv4 destination;
    vtime sent_at;
    unsigned probes;  /* of each hop */
    unsigned probe;   /* number of the probe under way, counted from 0 */
    uint8_t last_hop; /* no hop after this one is tried: it is the end */
    bool reached;
};

static void traceroute_stop(struct application *application);

static const struct application_ops traceroute_ops = { "traceroute", traceroute_stop };

static uint8_t hop_of(const struct traceroute *t)
{
    return (uint8_t)(t->probe / t->probes + 1);
}

static uint16_t port_of(const struct traceroute *t)
{
    return (uint16_t)(TRACEROUTE_PORT + t->probe);
}

static void tell(struct traceroute *t, enum app_event what, int64_t b)
{
    node_app(&t->application.host->node, (uint16_t)what, t->socket->port, hop_of(t), b);
}

static void traceroute_stop(struct application *application)
{
    struct traceroute *t = CONTAINER_OF(application, struct traceroute, application);
    struct node *node = &application->host->node;

    node_timer_stop(node, &t->next, t->socket->port);
    node_timer_stop(node, &t->wait, t->socket->port);
    udp_close(t->socket);
    application->ended = true;
}

/* The probe under way is decided: the next one, or the end. It goes out as
 * an event of its own, so that it answers nothing and stamps itself. */
static void go_on(struct traceroute *t)
{
    struct node *node = &t->application.host->node;

    node_timer_stop(node, &t->wait, t->socket->port);
    if ((t->probe + 1) % t->probes == 0 && hop_of(t) == t->last_hop) {
        node_app(node, t->reached ? APP_TRACEROUTE_DONE : APP_TRACEROUTE_GAVE_UP,
                 t->socket->port, t->last_hop, 0);
        traceroute_stop(&t->application);
        return;
    }
    t->probe++;
    node_timer_set(node, &t->next, t->socket->port, node->world->now);
}

static void send_probe(struct world *world, struct event *event)
{
    static const uint8_t data[TRACEROUTE_SIZE];
    struct traceroute *t = CONTAINER_OF(event, struct traceroute, next);
    struct udp_endpoint to = { t->destination, port_of(t) };
    unsigned probe = t->probe;

    t->sent_at = world->now;
    t->socket->ttl = hop_of(t);
    tell(t, APP_TRACEROUTE_PROBE, to.port);
    node_timer_set(&t->application.host->node, &t->wait, t->socket->port,
                   world->now + TRACEROUTE_WAIT);
    if (udp_send(t->socket, to, (struct span){ data, sizeof(data) }))
        return;
    /* An error may have come back at once and decided it already. */
    if (t->application.ended || t->probe != probe)
        return;
    tell(t, APP_TRACEROUTE_NOT_SENT, 0);
    t->last_hop = hop_of(t);
    go_on(t);
}

static void wait_is_over(struct world *world, struct event *event)
{
    struct traceroute *t = CONTAINER_OF(event, struct traceroute, wait);

    (void)world;
    tell(t, APP_TRACEROUTE_SILENT, 0);
    go_on(t);
}

static void probe_answered(struct udp_socket *socket, struct udp_endpoint to,
                           const struct icmp_report *report)
{
    struct traceroute *t = socket->application;
    vtime now = socket->host->node.world->now;

    if (to.port != port_of(t) || to.address != t->destination || !event_is_armed(&t->wait))
        return;
    if (report->type == ICMP_UNREACHABLE && report->code != ICMP_UNREACHABLE_PORT) {
        tell(t, APP_TRACEROUTE_FAILED, icmp_type_and_code(report->type, report->code));
        t->last_hop = hop_of(t);
    } else if (report->type == ICMP_UNREACHABLE || report->type == ICMP_TIME_EXCEEDED) {
        node_app(&socket->host->node, APP_TRACEROUTE_HOP, socket->port,
                 rule_parts(report->from, hop_of(t), 0), now - t->sent_at);
        if (report->type == ICMP_UNREACHABLE) {
            t->last_hop = hop_of(t);
            t->reached = true;
        }
    } else {
        return;
    }
    go_on(t);
}

bool traceroute_start(struct host *host, ipv4 destination, unsigned probes)
{
    static const struct udp_events events = { .error = probe_answered };
    struct udp_socket *socket = udp_bind(host, IPV4_ANY, 0, &events, NULL);
    struct traceroute *t;

    ASSERT(probes >= 1 && probes <= TRACEROUTE_PROBES_MAX);
    if (socket == NULL)
        return false;
    t = CONTAINER_OF(application_new(host, &traceroute_ops, sizeof(*t)), struct traceroute,
                     application);
    event_init(&t->next, host->node.id, send_probe);
    event_init(&t->wait, host->node.id, wait_is_over);
    t->next.timer = TIMER_TRACEROUTE_NEXT;
    t->wait.timer = TIMER_TRACEROUTE;
    t->socket = socket;
    t->socket->application = t;
    t->destination = destination;
    t->probes = probes;
    t->probe = 0;
    t->last_hop = TRACEROUTE_HOPS_MAX;
    t->reached = false;
    node_timer_set(&host->node, &t->next, socket->port, host->node.world->now);
    return true;
}
