#include "sim/world.h"

#include "sim/hash.h"

#include <string.h>

#define WORLD_RESERVE ((size_t)64 << 30)

struct world *world_new(const struct world_config *config)
{
    struct arena arena;
    struct world *world;

    ASSERT(config->node_limit <= WORLD_NODES_MAX && config->link_limit <= WORLD_LINKS_MAX);
    if (!arena_open(&arena, config->reserve != 0 ? config->reserve : WORLD_RESERVE))
        return NULL;
    world = ARENA_NEW(&arena, struct world);
    world->arena = arena;
    world->seed = config->seed;
    world->until = config->until;
    world->frame_check = config->frame_check;
    world->mark_congestion = config->mark_congestion;
    world->node_limit = config->node_limit;
    world->link_limit = config->link_limit;
    world->fault_limit = config->fault_limit;
    world->intervention_limit = config->intervention_limit;
    world->nodes = ARENA_ARRAY(&world->arena, struct node *, config->node_limit);
    world->links = ARENA_ARRAY(&world->arena, struct link *, config->link_limit);
    world->faults = ARENA_ARRAY(&world->arena, struct fault, config->fault_limit);
    world->interventions =
        ARENA_ARRAY(&world->arena, struct intervention, config->intervention_limit);
    event_queue_init(&world->queue, &world->arena);
    packet_pools_init(world);
    return world;
}

void world_free(struct world *world)
{
    /* The arena's own description lies inside it. */
    struct arena arena;

    if (world == NULL)
        return;
    arena = world->arena;
    arena_close(&arena);
}

void world_add_node(struct world *world, struct node *node, const struct node_ops *ops,
                    const char *name, unsigned port_count)
{
    size_t len = strlen(name) + 1;

    ASSERT(world->node_count < world->node_limit && port_count <= UINT16_MAX);
    node->ops = ops;
    node->world = world;
    node->name = memcpy(world_alloc(world, len), name, len);
    node->id = (uint16_t)world->node_count;
    node->port_count = (uint16_t)port_count;
    node->ports = ARENA_ARRAY(&world->arena, struct port, port_count);
    for (unsigned i = 0; i < port_count; i++) {
        node->ports[i].node = node;
        node->ports[i].index = (uint16_t)i;
    }
    world->nodes[world->node_count++] = node;
}

struct fault *world_add_fault(struct world *world)
{
    ASSERT(world->fault_count < world->fault_limit);
    return &world->faults[world->fault_count++];
}

struct intervention *world_add_intervention(struct world *world)
{
    ASSERT(world->intervention_count < world->intervention_limit);
    return &world->interventions[world->intervention_count++];
}

void world_observe(struct world *world, struct trace *trace)
{
    ASSERT(world->event_count == 0);
    world->trace = trace;
}

void world_start(struct world *world)
{
    ASSERT(!world->started);
    world->started = true;
    for (uint32_t i = 0; i < world->node_count; i++) {
        struct node *node = world->nodes[i];

        if (node->ops->start != NULL)
            node->ops->start(node);
    }
    watch_compare_touched(world);
}

struct record *node_record(struct node *node, enum record_kind kind)
{
    struct world *world = node->world;
    struct record *record = world->trace != NULL ? trace_next(world->trace) : &world->untraced;

    memset(record, 0, sizeof(*record));
    record->kind = (uint8_t)kind;
    record->node = node->id;
    record->frame = world->current_frame;
    return record;
}

static void record_timer(struct node *node, const struct event *timer, uint32_t subject,
                         vtime due, enum timer_change change)
{
    struct record *record;

    if (node->world->trace == NULL)
        return;
    record = node_record(node, RECORD_TIMER);
    record->subject = subject;
    record->what = timer->timer;
    record->a = due;
    record->b = change;
    world_record(node->world, record);
}

/* Is there a next event that may happen? A loop over wires without delay
 * would let infinitely many happen before the clock moves. */
static bool may_step(struct world *world)
{
    vtime next = event_next_at(&world->queue);

    if (world->queue.busy == 0 || next > world->until)
        return false;
    ASSERT(next >= world->now);
    if (next > world->now)
        world->instant_count = 0;
    world->stuck = ++world->instant_count > WORLD_INSTANT_EVENTS_MAX;
    return !world->stuck;
}

/* The watched fields that an event of NODE, or of nobody, may have changed. */
static void compare_watched(struct world *world, uint16_t node)
{
    if (world->trace == NULL)
        return;
    if (node != NODE_NONE)
        watch_compare(world->nodes[node]);
    else
        watch_compare_touched(world);
}

bool world_step(struct world *world)
{
    struct event *event;
    uint16_t node;
    vtime at;

    if (!may_step(world))
        return false;
    event = event_next(&world->queue, &at);
    node = event->node; /* the event may be gone once it has fired */
    world->now = at;
    world->event_count++;
    world->current_frame = 0;
    world->queue.current = world->event_count;
    if (world->trace != NULL) {
        trace_begin_event(world->trace, at, event->cause);
        if (event->timer != 0 && node != NODE_NONE)
            record_timer(world->nodes[node], event, event->subject, at, TIMER_FIRED);
    }
    event->fire(world, event);
    compare_watched(world, node);
    return true;
}

uint32_t world_run(struct world *world)
{
    uint32_t before = world->event_count;

    while (world_step(world))
        continue;
    return world->event_count - before;
}

uint64_t world_state_hash(const struct world *world)
{
    return hash_bytes(world->seed, world->arena.base, world->arena.used);
}

uint32_t world_live_packets(const struct world *world)
{
    uint32_t live = 0;

    for (unsigned size = 0; size < PACKET_SIZES; size++)
        live += world->packets[size].live;
    return live;
}

void world_record(struct world *world, struct record *record)
{
    record->event = world->event_count;
    if (world->trace != NULL)
        trace_add_next(world->trace);
    if (record->kind == RECORD_STATE && world->state_changed != NULL)
        world->state_changed(world, record);
}

void node_why(struct node *node, rule_id rule, int64_t a, int64_t b)
{
    node_why_about(node, 0, rule, a, b);
}

void node_why_about(struct node *node, uint32_t subject, rule_id rule, int64_t a, int64_t b)
{
    struct record *record;

    if (node->world->trace == NULL)
        return;
    record = node_record(node, RECORD_WHY);
    record->subject = subject;
    record->rule = rule;
    record->a = a;
    record->b = b;
    world_record(node->world, record);
}

void node_state(struct node *node, uint16_t machine, uint32_t subject, rule_id rule, int64_t old,
                int64_t new)
{
    struct record *record = node_record(node, RECORD_STATE);

    record->subject = subject;
    record->what = machine;
    record->rule = rule;
    record->a = old;
    record->b = new;
    world_record(node->world, record);
}

void node_app(struct node *node, uint16_t what, uint32_t subject, int64_t a, int64_t b)
{
    struct record *record;

    if (node->world->app_told != NULL)
        node->world->app_told(node->world, node->id, what, a);
    if (node->world->trace == NULL)
        return;
    record = node_record(node, RECORD_APP);
    record->subject = subject;
    record->what = what;
    record->a = a;
    record->b = b;
    world_record(node->world, record);
}

void node_timer_set(struct node *node, struct event *timer, uint32_t subject, vtime at)
{
    timer->subject = subject;
    event_arm(&node->world->queue, timer, at);
    record_timer(node, timer, subject, at, TIMER_SET);
}

void node_timer_stop(struct node *node, struct event *timer, uint32_t subject)
{
    if (!event_is_armed(timer))
        return;
    event_disarm(&node->world->queue, timer);
    record_timer(node, timer, subject, node->world->now, TIMER_STOPPED);
}
