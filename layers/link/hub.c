#include "layers/link/hub.h"

#include "layers/link/flood.h"
#include "layers/rule.h"

/* Damaged or too short, it does not read: a repeater knows bits, not frames. */
static void hub_receive(struct node *node, struct port *port, struct packet *p)
{
    WHY(node, RULE_HUB_REPEATS, flood_copies(node, port), 0);
    flood(node, port, p);
}

static const struct node_ops hub_ops = {
    .kind = "hub",
    .receive = hub_receive,
    .wire_changed = NULL,
    .start = NULL,
};

struct node *hub_new(struct world *world, const char *name, unsigned port_count)
{
    struct node *hub = ARENA_NEW(&world->arena, struct node);

    world_add_node(world, hub, &hub_ops, name, port_count);
    return hub;
}
