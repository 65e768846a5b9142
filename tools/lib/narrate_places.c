/* Who is there, and how they are joined. */
#include <inttypes.h>
#include <string.h>

#include "layers/wire/text.h"
#include "tools/lib/narrate_parts.h"
#include "tools/lib/text.h"

static void put_addresses(const struct narrator *n, const struct node *node, struct text *t)
{
    unsigned count = 0;

    for (unsigned i = 0; i < node->port_count; i++) {
        char address[64];

        if (run_address_format(n->view, node->id, i, address, sizeof(address)) == 0)
            continue;
        text_put(t, count++ == 0 ? _(" has the address ") : _(" and the address "));
        text_put(t, address);
    }
}

static void tell_node(struct narrator *n, const struct node *node)
{
    char addresses[LADDER_TEXT_SIZE];
    struct text t = text_begin(addresses, sizeof(addresses));

    put_addresses(n, node, &t);
    if (t.len > 0)
        narrate_bare(n, _("The %s %s%s."), node->ops->kind, node->name, addresses);
    else
        narrate_bare(n, _("There is a %s, %s."), node->ops->kind, node->name);
}

void narrate_places(struct narrator *n)
{
    const struct world *world = n->view->world;

    for (uint32_t i = 0; i < world->node_count; i++)
        tell_node(n, world->nodes[i]);
    for (uint32_t i = 0; i < world->link_count; i++) {
        char left[NARRATE_NAME_SIZE], right[NARRATE_NAME_SIZE];

        run_port_format(n->view, world->links[i]->ends[0], left, sizeof(left));
        run_port_format(n->view, world->links[i]->ends[1], right, sizeof(right));
        narrate_bare(n, _("The link %s joins %s and %s."), world->links[i]->name, left, right);
    }
}
