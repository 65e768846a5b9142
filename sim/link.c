#include "sim/link.h"

#include "sim/world.h"

#include <string.h>

static void direction_ready(struct world *world, struct event *event);
static void first_arrives(struct world *world, struct event *event);
static void other_arrives(struct world *world, struct event *event);

static void direction_init(struct link *link, uint8_t end)
{
    struct direction *d = &link->direction[end];

    d->link = link;
    d->end = end;
    d->config.queue = LINK_DEFAULT_QUEUE;
    event_init(&d->ready, NODE_NONE, direction_ready);
    event_init(&d->arrival, link->ends[!end]->node->id, first_arrives);
}

struct link *link_new(struct world *world, const char *name, struct port *a, struct port *b)
{
    struct link *link = ARENA_NEW(&world->arena, struct link);
    size_t len = strlen(name) + 1;

    ASSERT(world->link_count < world->link_limit);
    ASSERT(a->link == NULL && b->link == NULL && a != b);
    link->world = world;
    link->name = memcpy(world_alloc(world, len), name, len);
    link->id = (uint16_t)world->link_count;
    link->mtu = 1500;
    link->up = true;
    link->frame_check = true;
    link->ends[0] = a;
    link->ends[1] = b;
    for (uint8_t end = 0; end < 2; end++) {
        link->ends[end]->link = link;
        link->ends[end]->end = end;
        direction_init(link, end);
    }
    world->links[world->link_count++] = link;
    return link;
}

struct direction *link_from(struct port *port)
{
    ASSERT(port->link != NULL);
    return &port->link->direction[port->end];
}

struct port *link_other_end(const struct port *port)
{
    return port->link == NULL ? NULL : port->link->ends[!port->end];
}

vtime link_serialisation(int64_t rate, size_t len)
{
    int64_t bits = ((int64_t)len + LINK_FCS_BYTES) * 8;

    return rate == 0 ? 0 : (bits * SECONDS + rate - 1) / rate;
}

static void record_frame(struct direction *d, const struct packet *p, enum record_kind kind,
                         uint8_t end, rule_id rule, int64_t a, int64_t b)
{
    struct world *world = d->link->world;
    struct port *port = d->link->ends[end];
    struct record *record;

    if (world->trace == NULL)
        return;
    record = node_record(port->node, kind);
    record->frame = p->frame;
    if (p->frame == 0)
        record->subject = trace_add_unsent(world->trace, p->identity, packet_span(p));
    record->port = port->index;
    record->what = d->link->id;
    record->rule = rule;
    record->a = a;
    record->b = b;
    world_record(world, record);
}

/* P ends at this wire, in front of it or on its way, whatever the reason. */
static void lose(struct direction *d, struct packet *p, rule_id rule, int64_t a, int64_t b)
{
    d->lost_count++;
    record_frame(d, p, RECORD_LOST, d->end, rule, a, b);
    packet_free(d->link->world, p);
}

static void record_sent(struct direction *d, struct packet *p)
{
    struct world *world = d->link->world;
    struct trace_frame frame;

    if (world->trace == NULL)
        return;
    memset(&frame, 0, sizeof(frame));
    frame.identity = p->identity;
    frame.sent = world->now;
    frame.len = p->len;
    frame.event = world->event_count;
    frame.link = d->link->id;
    frame.end = d->end;
    frame.copy = p->copy;
    trace_add_frame(world->trace, &frame, packet_span(p), p->before);
    record_frame(d, p, RECORD_TX, d->end, RULE_NONE, p->len, d->end);
}

/* Frames arrive as they were sent: the queue of events knows of the first one
 * on the wire only. Those that may be overtaken, or that overtake what was on
 * a wire when it was cut, have an event of their own. */
static void fly(struct direction *d, struct packet *p, vtime arrival, bool keeps_order)
{
    struct event_queue *queue = &d->link->world->queue;
    const struct packet *last = d->flying.last;

    if (!keeps_order || (last != NULL && last->arrival.at > arrival)) {
        event_init(&p->event, d->arrival.node, other_arrives);
        event_arm(queue, &p->event, arrival);
        return;
    }
    p->arrival = event_ticket_take(queue, arrival);
    packet_list_add(&d->flying, p);
    if (last == NULL)
        event_arm_by_ticket(queue, &d->arrival, &p->arrival);
}

/* P's last bit is out at OUT; it arrives after the wire's delay and what fate
 * adds. It keeps the link's epoch: a wire that was cut meanwhile. */
static void launch(struct direction *d, struct packet *p, vtime out, const struct fate *fate)
{
    vtime arrival = out + d->config.delay + fate->late;

    if (fate->held > 0) {
        arrival += fate->held;
    } else {
        arrival = max_i64(arrival, d->last_arrival);
        d->last_arrival = arrival;
    }
    p->flight = d;
    p->epoch = d->link->epoch;
    fly(d, p, arrival, fate->held == 0);
}

static void launch_copies(struct direction *d, const struct packet *p, vtime out,
                          const struct fate *fate)
{
    for (unsigned i = 1; i <= fate->duplicates; i++) {
        struct packet *copy = packet_clone(d->link->world, p);

        if (copy == NULL)
            return;
        copy->copy = (uint8_t)(p->copy + i);
        packet_derive(copy, p, copy->copy);
        launch(d, copy, out, fate);
    }
}

static void spoil(struct direction *d, const struct fate *fate, struct packet *p)
{
    struct world *world = d->link->world;

    /* The check was right for the bytes as they were first sent. */
    if (!p->damaged && world->frame_check != NULL)
        p->original_check = world->frame_check(packet_span(p));
    p->damaged = true;
    fate_damage(fate, p);
}

/* Half of the queue behind P is in use: P carries the news, if it can. */
static bool mark_congestion(struct direction *d, struct packet *p)
{
    struct world *world = d->link->world;

    if (!d->config.ecn || !p->ecn_capable || world->mark_congestion == NULL)
        return false;
    if (d->waiting.count == 0 || (uint64_t)d->waiting.count * 2 < d->config.queue)
        return false;
    return world->mark_congestion(p);
}

/* The first bit of P goes on the wire now: it has a number, and a fate. */
static void put_on_wire(struct direction *d, struct packet *p)
{
    struct world *world = d->link->world;
    vtime out = world->now + link_serialisation(d->config.rate, p->len);
    bool marked = mark_congestion(d, p);
    struct fate fate;

    p->frame = ++world->frame_count;
    d->busy_until = out;
    d->tx_count++;
    d->tx_bytes += p->len;
    record_sent(d, p);
    if (marked)
        record_frame(d, p, RECORD_FATE, d->end, RULE_LINK_ECN_MARK, d->waiting.count, 0);
    fate_decide(d, p, p->frame, &fate);
    if (fate.lost.rule != RULE_NONE) {
        lose(d, p, fate.lost.rule, fate.lost.a, fate.lost.b);
        return;
    }
    for (unsigned i = 0; i < fate.note_count; i++)
        record_frame(d, p, RECORD_FATE, d->end, fate.notes[i].rule, fate.notes[i].a,
                     fate.notes[i].b);
    if (fate.damage_count > 0)
        spoil(d, &fate, p);
    launch_copies(d, p, out, &fate);
    launch(d, p, out, &fate);
}

/* The longest frame with P's header that LINK carries, without FCS. */
static size_t longest_frame(const struct link *link, const struct packet *p)
{
    uint32_t network = p->layer[PACKET_NETWORK];

    return link->mtu + (network > p->head ? network - p->head : LINK_HEADER_BYTES);
}

/* False if P is longer than the wire carries: then it is lost. */
static bool fits(struct direction *d, struct packet *p)
{
    size_t most = longest_frame(d->link, p);

    if (p->len <= most)
        return true;
    lose(d, p, RULE_LINK_TOO_LONG, p->len + LINK_FCS_BYTES, (int64_t)most + LINK_FCS_BYTES);
    return false;
}

/* The MTU may have been lowered while frames waited. */
static void direction_ready(struct world *world, struct event *event)
{
    struct direction *d = CONTAINER_OF(event, struct direction, ready);
    struct packet *p = packet_list_take(&d->waiting);

    while (p != NULL && !fits(d, p))
        p = packet_list_take(&d->waiting);
    if (p == NULL)
        return;
    put_on_wire(d, p);
    if (d->waiting.count > 0)
        event_arm(&world->queue, &d->ready, d->busy_until);
}

static void arrive(struct direction *d, struct packet *p)
{
    struct port *port = d->link->ends[!d->end];

    if (p->epoch != d->link->epoch) {
        lose(d, p, RULE_LINK_CUT, 0, 0);
        return;
    }
    d->link->world->current_frame = p->frame;
    record_frame(d, p, RECORD_RX, !d->end, RULE_NONE, p->len, d->end);
    port->node->ops->receive(port->node, port, p);
}

static void first_arrives(struct world *world, struct event *event)
{
    struct direction *d = CONTAINER_OF(event, struct direction, arrival);
    struct packet *p = packet_list_take(&d->flying);

    if (d->flying.first != NULL)
        event_arm_by_ticket(&world->queue, &d->arrival, &d->flying.first->arrival);
    arrive(d, p);
}

static void other_arrives(struct world *world, struct event *event)
{
    struct packet *p = CONTAINER_OF(event, struct packet, event);

    (void)world;
    arrive(p->flight, p);
}

/* Frames that find no room in front of the wire. */
static void queue_up(struct direction *d, struct packet *p)
{
    struct world *world = d->link->world;

    if (d->waiting.count >= d->config.queue) {
        d->queue_lost_count++;
        lose(d, p, RULE_LINK_QUEUE_FULL, d->waiting.count, 0);
        return;
    }
    packet_list_add(&d->waiting, p);
    if (!event_is_armed(&d->ready))
        event_arm(&world->queue, &d->ready, d->busy_until);
}

void link_send(struct port *port, struct packet *p)
{
    struct link *link = port->link;
    struct direction *d;

    p->before = p->frame;
    p->frame = 0;
    if (link == NULL) {
        packet_drop(p, port->node, RULE_LINK_NOT_CONNECTED);
        return;
    }
    d = link_from(port);
    if (!link->up)
        lose(d, p, RULE_LINK_DOWN, 0, 0);
    else if (!fits(d, p))
        return;
    else if (link->world->now >= d->busy_until && d->waiting.count == 0)
        put_on_wire(d, p);
    else
        queue_up(d, p);
}

static void tell_ends(struct link *link)
{
    for (unsigned end = 0; end < 2; end++) {
        struct node *node = link->ends[end]->node;

        if (node->ops->wire_changed != NULL)
            node->ops->wire_changed(node, link->ends[end]);
    }
}

static void direction_empty(struct direction *d)
{
    struct packet *p;

    event_disarm(&d->link->world->queue, &d->ready);
    /* What was on the wire will not arrive: nobody has to keep behind it. */
    d->busy_until = d->link->world->now;
    d->last_arrival = d->link->world->now;
    while ((p = packet_list_take(&d->waiting)) != NULL)
        lose(d, p, RULE_LINK_DOWN, 0, 0);
}

void link_set_up(struct link *link, bool up)
{
    if (link->up == up)
        return;
    link->up = up;
    if (!up) {
        link->epoch++;
        direction_empty(&link->direction[0]);
        direction_empty(&link->direction[1]);
    }
    tell_ends(link);
}

void link_set_mtu(struct link *link, uint32_t mtu)
{
    link->mtu = mtu;
    tell_ends(link);
}
