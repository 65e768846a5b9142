#include "layers/link/flood.h"

#include "layers/rule.h"

static bool hears(const struct port *port, const struct port *in)
{
    return port != in && port->link != NULL && port->link->up;
}

unsigned flood_copies(const struct node *node, const struct port *in)
{
    unsigned copies = 0;

    for (unsigned i = 0; i < node->port_count; i++)
        if (hears(&node->ports[i], in))
            copies++;
    return copies;
}

static void send_copy(struct node *node, struct port *port, const struct packet *p)
{
    struct packet *copy = packet_clone(node->world, p);

    if (copy != NULL)
        link_send(port, copy);
    else
        WHY(node, RULE_LINK_NO_BUFFER, port->index + 1, 0);
}

void flood(struct node *node, const struct port *in, struct packet *p)
{
    struct port *last = NULL;

    for (unsigned i = 0; i < node->port_count; i++) {
        struct port *port = &node->ports[i];

        if (!hears(port, in))
            continue;
        if (last != NULL)
            send_copy(node, last, p);
        last = port;
    }
    if (last != NULL)
        link_send(last, p);
    else
        packet_free(node->world, p);
}
