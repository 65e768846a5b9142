#include "layers/udp/udp.h"

#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/udp/udp_state.h"
#include "layers/wire/bytes.h"
#include "sim/hash.h"

#include <string.h>

#define TABLE_FIRST 8
#define EPHEMERAL_COUNT (65536 - UDP_EPHEMERAL_FIRST)

void udp_attach(struct host *host)
{
    struct udp_state *udp = ARENA_NEW(&host->node.world->arena, struct udp_state);

    pool_init(&udp->sockets, &host->node.world->arena, sizeof(struct udp_socket),
              UDP_SOCKETS_MAX);
    udp->next_ephemeral = UDP_EPHEMERAL_FIRST;
    host->udp = udp;
}

/* ---- The table of ports ---- */

static struct udp_socket **place_of(const struct udp_state *udp, uint16_t port)
{
    return &udp->table[hash_mix(port) & (udp->table_size - 1)];
}

static void table_add(struct udp_state *udp, struct udp_socket *socket)
{
    struct udp_socket **place = place_of(udp, socket->port);

    socket->sharing = *place;
    *place = socket;
}

/* The old table stays in the arena; all of them together are not twice the
 * last one. */
static void table_grow(struct udp_state *udp, struct arena *arena)
{
    udp->table_size = udp->table_size == 0 ? TABLE_FIRST : udp->table_size * 2;
    udp->table = ARENA_ARRAY(arena, struct udp_socket *, udp->table_size);
    for (struct udp_socket *s = udp->first; s != NULL; s = s->next)
        table_add(udp, s);
}

struct udp_socket *udp_lookup(struct host *host, ipv4 address, uint16_t port)
{
    const struct udp_state *udp = host->udp;
    struct udp_socket *any = NULL;

    if (udp->table == NULL)
        return NULL;
    for (struct udp_socket *s = *place_of(udp, port); s != NULL; s = s->sharing) {
        if (s->port != port)
            continue;
        if (s->address == address)
            return s;
        if (s->address == IPV4_ANY)
            any = s;
    }
    return any;
}

/* Is exactly this pair taken? Port and any address do not exclude port and
 * one address. */
static bool is_taken(struct host *host, ipv4 address, uint16_t port)
{
    const struct udp_socket *s = udp_lookup(host, address, port);

    return s != NULL && s->address == address;
}

struct udp_socket *udp_find(struct host *host, uint16_t port)
{
    for (struct udp_socket *s = host->udp->first; s != NULL; s = s->next)
        if (s->port == port)
            return s;
    return NULL;
}

struct udp_socket *udp_socket_at(struct host *host, unsigned index)
{
    struct udp_socket *s = host->udp->first;

    for (; s != NULL && index > 0; index--)
        s = s->next;
    return s;
}

struct udp_socket *udp_newest(struct host *host)
{
    return host->udp->last;
}

/* ---- Binding and closing ---- */

/* A port from 49152 on that nobody has; there are more of them than sockets. */
static uint16_t ephemeral_port(struct host *host)
{
    struct udp_state *udp = host->udp;

    for (unsigned tries = 0; tries < EPHEMERAL_COUNT; tries++) {
        uint16_t port = udp->next_ephemeral;

        udp->next_ephemeral = port == UINT16_MAX ? UDP_EPHEMERAL_FIRST : (uint16_t)(port + 1);
        if (udp_find(host, port) == NULL)
            return port;
    }
    ASSERT(UDP_SOCKETS_MAX >= EPHEMERAL_COUNT);
    return 0;
}

static void watch_socket(struct udp_socket *socket)
{
    struct node *node = &socket->host->node;

    watch_add(node, &socket->watch_queued, VARIABLE_UDP_QUEUED, socket->port,
              &socket->queue.count, sizeof(socket->queue.count));
    watch_add(node, &socket->watch_delivered, VARIABLE_UDP_DELIVERED, socket->port,
              &socket->bytes_received, sizeof(socket->bytes_received));
}

struct udp_socket *udp_bind(struct host *host, ipv4 address, uint16_t port,
                            const struct udp_events *events, void *application)
{
    struct udp_state *udp = host->udp;
    struct udp_socket *socket;

    if ((address != IPV4_ANY && !ip_is_own(host, address)) ||
        (port != 0 && is_taken(host, address, port)))
        return NULL;
    socket = pool_get(&udp->sockets);
    if (socket == NULL)
        return NULL;
    memset(socket, 0, sizeof(*socket));
    socket->host = host;
    socket->events = events;
    socket->application = application;
    socket->address = address;
    socket->port = port != 0 ? port : ephemeral_port(host);
    socket->reading = true;
    if (udp->sockets.live > udp->table_size)
        table_grow(udp, &host->node.world->arena);
    table_add(udp, socket);
    if (udp->last != NULL)
        udp->last->next = socket;
    else
        udp->first = socket;
    udp->last = socket;
    watch_socket(socket);
    return socket;
}

static void unlink_socket(struct udp_state *udp, struct udp_socket *socket)
{
    struct udp_socket **at = place_of(udp, socket->port);
    struct udp_socket *before = NULL;

    while (*at != socket)
        at = &(*at)->sharing;
    *at = socket->sharing;
    if (udp->first == socket) {
        udp->first = socket->next;
    } else {
        for (before = udp->first; before->next != socket;)
            before = before->next;
        before->next = socket->next;
    }
    if (udp->last == socket)
        udp->last = before;
}

void udp_close(struct udp_socket *socket)
{
    struct node *node = &socket->host->node;
    struct packet *p;

    if (socket->closed)
        return;
    socket->closed = true;
    unlink_socket(socket->host->udp, socket);
    watch_remove(node, &socket->watch_queued);
    watch_remove(node, &socket->watch_delivered);
    while ((p = packet_list_take(&socket->queue)) != NULL)
        packet_drop_with(p, node, RULE_UDP_CLOSED_UNREAD, socket->port, 0);
    if (socket->callbacks == 0)
        pool_put(&socket->host->udp->sockets, socket);
}

void udp_callback_begins(struct udp_socket *socket)
{
    ASSERT(socket->callbacks < UINT8_MAX);
    socket->callbacks++;
}

void udp_callback_ends(struct udp_socket *socket)
{
    socket->callbacks--;
    if (socket->closed && socket->callbacks == 0)
        pool_put(&socket->host->udp->sockets, socket);
}

/* ---- Reading ---- */

void udp_set_reading(struct udp_socket *socket, bool reading)
{
    struct packet *p;

    socket->reading = reading;
    udp_callback_begins(socket);
    while (socket->reading && (p = packet_list_take(&socket->queue)) != NULL)
        udp_deliver(socket, p);
    udp_callback_ends(socket);
}

bool udp_read_one(struct udp_socket *socket)
{
    struct packet *p = packet_list_take(&socket->queue);

    if (p == NULL)
        return false;
    udp_deliver(socket, p);
    return true;
}

/* Who sent P. Its headers are still in the buffer, before the data. */
static struct udp_endpoint sender_of(const struct packet *p)
{
    struct udp_endpoint from;

    from.address = get_be32(packet_from(p, PACKET_NETWORK).at + 12);
    from.port = get_be16(packet_from(p, PACKET_TRANSPORT).at);
    return from;
}

void udp_deliver(struct udp_socket *socket, struct packet *p)
{
    struct udp_state *udp = socket->host->udp;
    const struct packet *outer = udp->delivering;
    uint32_t outer_answers = udp->answers;
    struct world *world = socket->host->node.world;

    socket->messages_received++;
    socket->bytes_received += p->len;
    if (socket->events != NULL && socket->events->received != NULL) {
        udp->delivering = p;
        udp->answers = 0;
        udp_callback_begins(socket);
        socket->events->received(socket, sender_of(p), packet_span(p));
        udp_callback_ends(socket);
        udp->delivering = outer;
        udp->answers = outer_answers;
    }
    packet_free(world, p);
}

bool udp_arrival(const struct udp_socket *socket, struct ipv4_header *ip)
{
    const struct packet *p = socket->host->udp->delivering;
    struct span payload;

    if (p == NULL)
        return false;
    /* Sound when it came in; a reassembled one may have a stale checksum. */
    (void)ipv4_header_parse(ip, packet_from(p, PACKET_NETWORK), &payload);
    return true;
}
