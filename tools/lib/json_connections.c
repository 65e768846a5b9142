/*
 * What the last line tells of each connection, counted from the records: also
 * of those that are no more. Each end of a connection is told by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/state.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/json_parts.h"
#include "tools/lib/run_connection.h"

struct json_connection {
    uint16_t node;
    uint32_t number;
    struct tcp_endpoint local, remote;
    int64_t state;
    uint64_t written, delivered; /* by and to the program */
    uint64_t sent, retransmitted; /* bytes of data in segments */
    uint32_t segments, retransmissions;
};

void json_connections_open(struct json_connections *all)
{
    memset(all, 0, sizeof(*all));
    all->tcp = tcp_view_open(TCP_VIEW_ABSOLUTE);
}

void json_connections_close(struct json_connections *all)
{
    tcp_view_close(all->tcp);
    free(all->at);
    memset(all, 0, sizeof(*all));
}

static struct json_connection *append(struct json_connections *all)
{
    struct json_connection *grown;

    if (all->count == all->capacity) {
        size_t capacity = all->capacity == 0 ? 16 : 2 * all->capacity;

        grown = realloc(all->at, capacity * sizeof(*grown));
        if (grown == NULL)
            return NULL;
        all->at = grown;
        all->capacity = capacity;
    }
    memset(&all->at[all->count], 0, sizeof(all->at[0]));
    return &all->at[all->count++];
}

/* Most records are about the connection of the one before. */
static struct json_connection *find(struct json_connections *all, const struct run_view *view,
                                    const struct record *record)
{
    struct json_connection *c;

    for (size_t i = 0; i < all->count; i++) {
        c = &all->at[(all->last + i) % all->count];
        if (c->node == record->node && c->number == record->subject) {
            all->last = (size_t)(c - all->at);
            return c;
        }
    }
    c = append(all);
    if (c == NULL)
        return NULL;
    c->node = record->node;
    c->number = record->subject;
    tcp_name(host_of(view->world->nodes[record->node]), record->subject, &c->local, &c->remote);
    return c;
}

static void add_segment(struct json_connections *all, const struct record *record,
                        const struct layer *ip, const struct tcp_segment *segment)
{
    for (size_t i = 0; i < all->count; i++) {
        struct json_connection *c = &all->at[all->count - 1 - i];

        if (c->node != record->node || c->local.port != segment->header->source_port ||
            c->remote.port != segment->header->destination_port ||
            c->remote.address != ip->as.ipv4.destination)
            continue;
        c->segments++;
        c->sent += segment->len;
        if (segment->marks & TCP_IS_ANY_RETRANSMISSION) {
            c->retransmissions++;
            c->retransmitted += segment->len;
        }
        return;
    }
}

static void add_frame(struct json_connections *all, const struct run_view *view,
                      const struct record *record)
{
    struct span bytes = trace_frame_bytes(view->trace, record->frame);
    const struct layer *ip;
    struct tcp_segment segment;
    struct dissection d;

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    ip = dissection_find(&d, LAYER_IPV4);
    if (all->tcp != NULL && ip != NULL &&
        tcp_view_take(all->tcp, &d, tcp_sight_of(view->trace, record->frame), &segment))
        add_segment(all, record, ip, &segment);
}

void json_connections_add(struct json_connections *all, const struct run_view *view,
                          const struct record *record)
{
    struct json_connection *c;

    if (record->kind == RECORD_TX) {
        add_frame(all, view, record);
        return;
    }
    if ((record->kind != RECORD_STATE && record->kind != RECORD_APP) ||
        !run_connection_of(view, record) || (c = find(all, view, record)) == NULL)
        return;
    if (record->kind == RECORD_STATE)
        c->state = record->b;
    else if (record->what == APP_TCP_RECEIVED)
        c->delivered += (uint64_t)record->a;
    else if (record->what == APP_TCP_SENT || record->what == APP_TCP_SENT_PART)
        c->written += (uint64_t)record->a;
}

void json_put_connections(struct json_writer *w, const struct run_view *view,
                          const struct json_connections *all)
{
    char name[RUN_CONNECTION_NAME_SIZE];

    json_open(w, "connections", '[');
    for (size_t i = 0; i < all->count; i++) {
        const struct json_connection *c = &all->at[i];
        const struct node *node = view->world->nodes[c->node];

        if (c->remote.port == 0)
            continue; /* a listener */
        json_open(w, NULL, '{');
        run_connection_name(view, node, c->number, name, sizeof(name));
        json_put_string(w, "conn", name);
        json_put_string(w, "node", node->name);
        json_put_string(w, "state", state_name((int)c->state));
        json_put_unsigned(w, "written", c->written);
        json_put_unsigned(w, "delivered", c->delivered);
        json_put_unsigned(w, "sent", c->sent);
        json_put_unsigned(w, "retransmitted", c->retransmitted);
        json_put_unsigned(w, "segments", c->segments);
        json_put_unsigned(w, "retransmissions", c->retransmissions);
        json_close(w, '}');
    }
    json_close(w, ']');
}
