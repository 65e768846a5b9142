#include "layers/link/switch.h"

#include "layers/link/ethernet.h"
#include "layers/link/flood.h"
#include "layers/link/switch_table.h"
#include "layers/names.h"
#include "layers/rule.h"

#define SWITCH_TABLE_MAX 1000000

struct bridge {
    struct node node; /* first: a switch is a node of the world */
    struct switch_config config;
    struct switch_table table;
    struct event ageing; /* armed while the table is not empty */
};

const struct config_key switch_config_keys[] = {
    { "ageing", UNIT_TIME, offsetof(struct switch_config, ageing), 1 * MS, VTIME_MAX, NULL,
      "an address that was not seen for so long is forgotten" },
    { "table", UNIT_COUNT, offsetof(struct switch_config, table), 1, SWITCH_TABLE_MAX, NULL,
      "most addresses that it remembers" },
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

void switch_config_defaults(struct switch_config *config)
{
    config->ageing = 300 * SECONDS; /* recommended by IEEE 802.1D */
    config->table = 16384;
}

static struct bridge *bridge_of(struct node *node)
{
    return CONTAINER_OF(node, struct bridge, node);
}

/* The timer waits for the oldest address only; if that has been seen again
 * meanwhile, there is another oldest, and the timer waits for that. */
static void await_ageing(struct bridge *b)
{
    if (b->table.oldest != NULL)
        node_timer_set(&b->node, &b->ageing, 0, b->table.oldest->seen + b->config.ageing);
}

static void forget_old(struct world *world, struct event *event)
{
    struct bridge *b = CONTAINER_OF(event, struct bridge, ageing);
    struct switch_address *entry;

    while ((entry = b->table.oldest) != NULL && entry->seen + b->config.ageing <= world->now) {
        WHY(&b->node, RULE_SWITCH_FORGETS, entry->mac, entry->port + 1);
        switch_table_remove(&b->table, entry);
    }
    await_ageing(b);
}

/* Where SOURCE lives is where it sends from. A group lives nowhere. */
static void learn(struct bridge *b, const struct port *port, struct mac source)
{
    vtime now = b->node.world->now;
    int64_t mac = mac_to_int64(source);
    struct switch_address *entry;

    if (mac_is_group(source))
        return;
    entry = switch_table_find(&b->table, mac);
    if (entry != NULL) {
        if (entry->port != port->index)
            WHY(&b->node, RULE_SWITCH_MOVED, mac, port->index + 1);
        entry->port = port->index;
        switch_table_touch(&b->table, entry, now);
        return;
    }
    if (switch_table_add(&b->table, mac, port->index, now) == NULL) {
        WHY(&b->node, RULE_SWITCH_TABLE_FULL, mac, b->config.table);
        return;
    }
    WHY(&b->node, RULE_SWITCH_LEARNS, mac, port->index + 1);
    if (!event_is_armed(&b->ageing))
        await_ageing(b);
}

static void flood_for(struct bridge *b, const struct port *in, struct packet *p, rule_id rule,
                      int64_t mac)
{
    WHY(&b->node, rule, mac, flood_copies(&b->node, in));
    flood(&b->node, in, p);
}

/* 01:80:c2:00:00:00 to :0f, IEEE 802.1D: pause, spanning tree, LLDP. */
static bool is_reserved(int64_t mac)
{
    return mac >> 4 == 0x0180c2000000 >> 4;
}

static void forward(struct bridge *b, const struct port *in, struct packet *p,
                    struct mac destination)
{
    int64_t mac = mac_to_int64(destination);
    const struct switch_address *entry;

    if (is_reserved(mac)) {
        packet_drop_with(p, &b->node, RULE_SWITCH_RESERVED_GROUP, mac, 0);
        return;
    }
    if (mac_is_group(destination)) {
        flood_for(b, in, p, RULE_SWITCH_FLOODS_GROUP, mac);
        return;
    }
    entry = switch_table_find(&b->table, mac);
    if (entry == NULL) {
        flood_for(b, in, p, RULE_SWITCH_FLOODS_UNKNOWN, mac);
    } else if (entry->port == in->index) {
        WHY(&b->node, RULE_SWITCH_FILTERS, mac, entry->port + 1);
        packet_free(b->node.world, p);
    } else {
        WHY(&b->node, RULE_SWITCH_FORWARDS, mac, entry->port + 1);
        link_send(&b->node.ports[entry->port], p);
    }
}

static void switch_receive(struct node *node, struct port *port, struct packet *p)
{
    struct bridge *b = bridge_of(node);
    const uint8_t *frame;

    if (!ethernet_frame_is_sound(node, port, p))
        return;
    /* What goes on has a check of this switch's making. */
    p->damaged = false;
    frame = packet_bytes(p);
    learn(b, port, mac_get(frame + MAC_LEN));
    forward(b, port, p, mac_get(frame));
}

static void switch_wire_changed(struct node *node, struct port *port)
{
    struct bridge *b = bridge_of(node);
    struct switch_address *entry = b->table.oldest;

    if (port->link->up)
        return;
    while (entry != NULL) {
        struct switch_address *newer = entry->newer;

        if (entry->port == port->index) {
            WHY(node, RULE_SWITCH_PORT_DOWN, entry->mac, entry->port + 1);
            switch_table_remove(&b->table, entry);
        }
        entry = newer;
    }
}

static const struct node_ops switch_ops = {
    .kind = "switch",
    .receive = switch_receive,
    .wire_changed = switch_wire_changed,
    .start = NULL,
};

struct node *switch_new(struct world *world, const char *name, unsigned port_count,
                        const struct switch_config *config)
{
    struct bridge *b = ARENA_NEW(&world->arena, struct bridge);

    world_add_node(world, &b->node, &switch_ops, name, port_count);
    b->config = *config;
    switch_table_init(&b->table, &world->arena, (uint32_t)config->table);
    event_init(&b->ageing, b->node.id, forget_old);
    b->ageing.timer = TIMER_SWITCH_AGEING;
    b->ageing.housekeeping = true;
    return &b->node;
}

bool switch_entry(const struct node *node, unsigned index, struct switch_view *view)
{
    const struct bridge *b = (const struct bridge *)(const void *)node;
    const struct switch_address *entry = b->table.oldest;

    while (entry != NULL && index-- > 0)
        entry = entry->newer;
    if (entry == NULL)
        return false;
    view->mac = mac_from_int64(entry->mac);
    view->port = entry->port;
    view->seen = entry->seen;
    return true;
}

void switch_flush(struct node *node)
{
    struct bridge *b = bridge_of(node);

    while (b->table.oldest != NULL)
        switch_table_remove(&b->table, b->table.oldest);
    node_timer_stop(node, &b->ageing, 0);
}

bool node_is_switch(const struct node *node)
{
    return node->ops == &switch_ops;
}
