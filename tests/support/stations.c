#include "tests/support/stations.h"

#include "sim/hash.h"
#include "tests/support/expect.h"

#include <string.h>

struct sending {
    struct event event;
    struct station *from;
    uint32_t number;
    size_t len;
};

uint32_t station_frame_check(struct span frame)
{
    return (uint32_t)hash_bytes(0, frame.at, frame.len);
}

static struct packet *make_frame(struct station *from, uint32_t number, size_t len)
{
    struct packet *p = packet_new(from->node.world, len);

    memset(packet_bytes(p), 0, len);
    memcpy(packet_bytes(p), &number, sizeof(number));
    packet_stamp(p, hash_add(from->node.id, number), 0);
    return p;
}

static void station_receive(struct node *node, struct port *port, struct packet *p)
{
    struct station *station = CONTAINER_OF(node, struct station, node);
    struct arrival *arrival = &station->arrivals[station->count % STATION_ARRIVALS];

    station->count++;
    arrival->at = node->world->now;
    arrival->frame = p->frame;
    arrival->len = p->len;
    memcpy(&arrival->number, packet_bytes(p), sizeof(arrival->number));
    arrival->damaged = p->damaged;
    arrival->original_check = p->original_check;
    arrival->check = station_frame_check(packet_span(p));
    if (station->echoes) {
        struct packet *reply = packet_clone(node->world, p);

        packet_derive(reply, p, 1);
        link_send(port, reply);
    }
    packet_free(node->world, p);
}

static void station_wire_changed(struct node *node, struct port *port)
{
    (void)port;
    CONTAINER_OF(node, struct station, node)->wire_changes++;
}

static const struct node_ops station_ops = {
    .kind = "station", .receive = station_receive, .wire_changed = station_wire_changed,
};

static struct station *station_new(struct world *world, const char *name)
{
    struct station *station = ARENA_NEW(&world->arena, struct station);

    world_add_node(world, &station->node, &station_ops, name, 1);
    return station;
}

void stations_open(struct stations *s, uint64_t seed, bool traced)
{
    struct world_config config = { .seed = seed, .node_limit = 2, .link_limit = 1,
                                   .fault_limit = 4, .intervention_limit = 4,
                                   .until = 1 * HOURS, .frame_check = station_frame_check };

    memset(s, 0, sizeof(*s));
    s->world = world_new(&config);
    ASSERT(s->world != NULL);
    s->traced = traced;
    if (traced) {
        ASSERT(trace_open(&s->trace));
        world_observe(s->world, &s->trace);
    }
    s->a = station_new(s->world, "a");
    s->b = station_new(s->world, "b");
    s->wire = link_new(s->world, "wire", s->a->node.ports, s->b->node.ports);
    s->wire->direction[0].config.delay = 10 * MS;
    s->wire->direction[1].config.delay = 10 * MS;
}

void stations_close(struct stations *s)
{
    world_run(s->world);
    EXPECT_EQ(world_live_packets(s->world), 0);
    world_free(s->world);
    if (s->traced)
        trace_close(&s->trace);
}

static void send_now(struct world *world, struct event *event)
{
    struct sending *sending = CONTAINER_OF(event, struct sending, event);

    (void)world;
    link_send(sending->from->node.ports, make_frame(sending->from, sending->number, sending->len));
}

void station_send_at(struct station *from, vtime at, uint32_t n, size_t len)
{
    struct world *world = from->node.world;
    struct sending *sending = ARENA_NEW(&world->arena, struct sending);

    sending->from = from;
    sending->number = n;
    sending->len = len;
    event_init(&sending->event, from->node.id, send_now);
    event_arm(&world->queue, &sending->event, at);
}

unsigned stations_count(const struct stations *s, rule_id rule)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < s->trace.records.at; i++)
        if (trace_record(&s->trace, i)->rule == rule)
            count++;
    return count;
}
