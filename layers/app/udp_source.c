#include "layers/app/udp_source.h"

#include "layers/app/udp_port.h"
#include "layers/application.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"

#include <string.h>

#define PATTERN_FIRST '!'
#define PATTERN_LETTERS 94 /* the printable ones, without the space */

struct udp_source {
    struct application application;
    struct event next;
    struct udp_endpoint to;
    uint8_t *data; /* the text, or the pattern and one round of it more */
    size_t capacity;
    size_t size;
    bool is_text;
    uint16_t port;
    uint32_t sent, count;
    vtime interval;
};

static void source_stop(struct application *application)
{
    struct udp_source *source = CONTAINER_OF(application, struct udp_source, application);

    node_timer_stop(&application->host->node, &source->next, source->port);
    application->ended = true;
}

static const struct application_ops source_ops = { "udp source", source_stop };

static struct span message_of(const struct udp_source *source)
{
    size_t start = source->is_text ? 0 : source->sent % PATTERN_LETTERS;

    return (struct span){ source->data + start, source->size };
}

/* The port is looked up each time: it may have been closed meanwhile. */
static void send_one(struct udp_source *source)
{
    struct host *host = source->application.host;
    struct udp_socket *socket = udp_lookup(host, IPV4_ANY, source->port);
    struct span message = message_of(source);
    bool gone;

    if (socket == NULL) {
        WHY(&host->node, RULE_APP_PORT_CLOSED, source->port, source->count - source->sent);
        source->application.ended = true;
        return;
    }
    source->sent++;
    node_app(&host->node, APP_UDP_SENT, source->port, (int64_t)message.len, source->to.address);
    gone = udp_send(socket, source->to, message);
    if (!gone)
        node_app(&host->node, APP_UDP_NOT_SENT, source->port, (int64_t)message.len,
                 source->to.address);
    if (source->sent < source->count)
        node_timer_set(&host->node, &source->next, source->port,
                       host->node.world->now + source->interval);
    else
        source->application.ended = true;
}

static void next_is_due(struct world *world, struct event *event)
{
    (void)world;
    send_one(CONTAINER_OF(event, struct udp_source, next));
}

static void fill(struct udp_source *source, const struct udp_order *order)
{
    size_t need;

    source->is_text = order->text.at != NULL;
    source->size = source->is_text ? order->text.len : order->size;
    need = source->size + (source->is_text ? 0 : PATTERN_LETTERS);
    if (need > source->capacity) {
        source->data = world_alloc(source->application.host->node.world, need);
        source->capacity = need;
    }
    if (source->is_text && need > 0)
        memcpy(source->data, order->text.at, need);
    for (size_t i = 0; i < need && !source->is_text; i++)
        source->data[i] = (uint8_t)(PATTERN_FIRST + i % PATTERN_LETTERS);
}

bool udp_source_start(struct host *host, const struct udp_order *order)
{
    struct udp_socket *socket = NULL;
    struct udp_source *source;

    ASSERT(order->count >= 1 && order->interval >= 0);
    if (order->from != 0)
        socket = udp_lookup(host, IPV4_ANY, order->from);
    if (socket == NULL)
        socket = udp_port_open(host, order->from, UDP_PORT_SINK);
    if (socket == NULL)
        return false;
    source = CONTAINER_OF(application_new(host, &source_ops, sizeof(*source)), struct udp_source,
                          application);
    event_init(&source->next, host->node.id, next_is_due);
    source->next.timer = TIMER_UDP_SOURCE;
    source->to.address = order->to.address;
    source->to.port = order->to.port;
    source->port = socket->port;
    source->count = order->count;
    source->interval = order->interval;
    source->sent = 0;
    fill(source, order);
    send_one(source);
    return true;
}
