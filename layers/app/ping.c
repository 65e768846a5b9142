#include "layers/app/ping.h"

#include "layers/application.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/icmp.h"

#include <string.h>


enum outcome { WAITING, ANSWERED, FAILED, GIVEN_UP };

struct ping {
    struct application application;
    struct icmp_listener listener;
    struct event next, wait;
    struct ping_order order;
    uint32_t sent, answered, settled; /* all up to number `settled` are decided */
    /* Of request N, at N % PING_OUTSTANDING: when it went out, what became of
     * it. A late answer still finds the time. */
    vtime sent_at[PING_OUTSTANDING];
    uint8_t outcome[PING_OUTSTANDING];
    bool started;
};

static void ping_stop(struct application *application);

static const struct application_ops ping_ops = { "ping", ping_stop };

static struct ping *ping_of(struct application *application)
{
    return CONTAINER_OF(application, struct ping, application);
}

static void tell(struct ping *ping, enum app_event what, int64_t a, int64_t b)
{
    node_app(&ping->application.host->node, (uint16_t)what, ping->listener.id, a, b);
}

static void end_if_done(struct ping *ping)
{
    struct host *host = ping->application.host;

    if (ping->application.ended || ping->settled < ping->order.count)
        return;
    node_timer_stop(&host->node, &ping->wait, ping->listener.id);
    tell(ping, APP_PING_DONE, ping->sent, ping->answered);
    /* The listener stays until the next ping: late answers still tell. */
    ping->application.ended = true;
}

static enum outcome outcome_of(const struct ping *ping, uint32_t sequence)
{
    return (enum outcome)ping->outcome[sequence % PING_OUTSTANDING];
}

/* Moves past what is decided and waits for the oldest that is not. */
static void watch_oldest(struct ping *ping)
{
    struct node *node = &ping->application.host->node;

    while (ping->settled < ping->sent && outcome_of(ping, ping->settled + 1) != WAITING)
        ping->settled++;
    if (ping->settled == ping->sent) {
        node_timer_stop(node, &ping->wait, ping->listener.id);
    } else {
        vtime due = ping->sent_at[(ping->settled + 1) % PING_OUTSTANDING] + PING_WAIT;

        if (event_due(&node->world->queue, &ping->wait) != due)
            node_timer_set(node, &ping->wait, ping->listener.id, due);
    }
    end_if_done(ping);
}

static void decide(struct ping *ping, uint32_t sequence, enum outcome outcome, enum app_event what,
                   int64_t b)
{
    ping->outcome[sequence % PING_OUTSTANDING] = (uint8_t)outcome;
    tell(ping, what, sequence, b);
    watch_oldest(ping);
}

/* A request that was sent and is not too old to be remembered. */
static bool is_known(const struct ping *ping, uint32_t sequence)
{
    return sequence >= 1 && sequence <= ping->sent && sequence + PING_OUTSTANDING > ping->sent;
}

static void ping_reply(struct icmp_listener *listener, struct host *host, ipv4 from,
                       uint16_t sequence, size_t len, uint8_t ttl)
{
    struct ping *ping = CONTAINER_OF(listener, struct ping, listener);
    vtime took;

    (void)from;
    (void)len;
    (void)ttl;
    if (!is_known(ping, sequence))
        return;
    took = host->node.world->now - ping->sent_at[sequence % PING_OUTSTANDING];
    switch (outcome_of(ping, sequence)) {
    case WAITING:
        ping->answered++;
        decide(ping, sequence, ANSWERED, APP_PING_ANSWERED, took);
        break;
    case ANSWERED:
        tell(ping, APP_PING_AGAIN, sequence, took);
        break;
    case FAILED:
    case GIVEN_UP:
        tell(ping, APP_PING_LATE, sequence, took);
        break;
    }
}

static void ping_error(struct icmp_listener *listener, struct host *host,
                       const struct icmp_report *report, uint16_t sequence)
{
    struct ping *ping = CONTAINER_OF(listener, struct ping, listener);

    (void)host;
    if (!is_known(ping, sequence) || outcome_of(ping, sequence) != WAITING)
        return;
    if (report->type == ICMP_TIME_EXCEEDED && report->code == ICMP_EXCEEDED_IN_TRANSIT)
        decide(ping, sequence, FAILED, APP_PING_EXPIRED, report->from);
    else
        decide(ping, sequence, FAILED, APP_PING_FAILED,
               icmp_type_and_code(report->type, report->code));
}

static void wait_is_over(struct world *world, struct event *event)
{
    struct ping *ping = CONTAINER_OF(event, struct ping, wait);

    (void)world;
    decide(ping, ping->settled + 1, GIVEN_UP, APP_PING_LOST, 0);
}

static void send_one(struct ping *ping)
{
    struct host *host = ping->application.host;
    struct icmp_echo echo = {
        .destination = ping->order.destination,
        .id = ping->listener.id,
        .len = ping->order.size,
        .ttl = ping->order.ttl,
        .dont_fragment = ping->order.dont_fragment,
    };
    uint32_t sequence;

    if (ping->sent - ping->settled == PING_OUTSTANDING - 1)
        decide(ping, ping->settled + 1, GIVEN_UP, APP_PING_LOST, 0);
    sequence = ++ping->sent;
    echo.sequence = (uint16_t)sequence;
    ping->sent_at[sequence % PING_OUTSTANDING] = host->node.world->now;
    ping->outcome[sequence % PING_OUTSTANDING] = WAITING;
    tell(ping, APP_PING_SENT, sequence, ping->order.size);
    if (sequence < ping->order.count)
        node_timer_set(&host->node, &ping->next, ping->listener.id,
                       host->node.world->now + ping->order.interval);
    if (icmp_send_echo(host, &echo))
        watch_oldest(ping);
    else if (outcome_of(ping, sequence) == WAITING)
        decide(ping, sequence, FAILED, APP_PING_NOT_SENT, 0);
}

static void next_is_due(struct world *world, struct event *event)
{
    (void)world;
    send_one(CONTAINER_OF(event, struct ping, next));
}

static void ping_stop(struct application *application)
{
    struct ping *ping = ping_of(application);
    struct node *node = &application->host->node;

    node_timer_stop(node, &ping->next, ping->listener.id);
    node_timer_stop(node, &ping->wait, ping->listener.id);
    application->ended = true;
}

/* Identifiers go up from 1, so that no late answer meets a newer ping. */
static uint16_t next_identifier(const struct host *host)
{
    uint16_t last = 0;

    for (struct application *a = host->applications; a != NULL; a = a->next)
        if (a->ops == &ping_ops && ping_of(a)->listener.id > last)
            last = ping_of(a)->listener.id;
    return (uint16_t)(last + 1);
}

void ping_start(struct host *host, const struct ping_order *order)
{
    struct ping *ping = ping_of(application_new(host, &ping_ops, sizeof(struct ping)));

    ASSERT(order->count >= 1 && order->count <= PING_COUNT_MAX && order->interval >= 0);
    if (ping->started)
        icmp_unlisten(host, &ping->listener);
    ping->started = true;
    ping->listener.id = next_identifier(host);
    ping->listener.reply = ping_reply;
    ping->listener.error = ping_error;
    icmp_listen(host, &ping->listener);
    event_init(&ping->next, host->node.id, next_is_due);
    ping->next.timer = TIMER_PING;
    event_init(&ping->wait, host->node.id, wait_is_over);
    ping->wait.timer = TIMER_PING_WAIT;
    memcpy(&ping->order, order, sizeof(*order));
    ping->sent = ping->answered = ping->settled = 0;
    send_one(ping);
}
