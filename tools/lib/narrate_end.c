/* The summary: when it ended, and what became of each connection. */
#include <inttypes.h>

#include "layers/state.h"
#include "tools/lib/narrate_parts.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void tell_connection(struct narrator *n, const struct node *node, uint32_t number)
{
    const struct narrate_connection *c = &n->connections[node->id][number];
    const struct run_ends *ends = &n->view->nodes[node->id].ends[number - 1];
    char ports[RUN_CONNECTION_NAME_SIZE], spoken[2 * RUN_CONNECTION_NAME_SIZE];

    if (c->state == STATE_NONE)
        return;
    run_connection_ports(n->view, node, number, ports, sizeof(ports));
    narrate_speak(ports, spoken, sizeof(spoken));
    if (ends->remote.port == 0)
        narrate_bare(n, _("The listener of %s at port %s ends in the state %s."), node->name,
                     spoken, state_name(c->state));
    else
        narrate_bare(n,
                     _("The connection of %s, %s, has sent %" PRIu64 " byte%s, with %" PRIu32
                       " retransmission%s, and ends in the state %s."),
                     node->name, spoken, c->sent, plural(c->sent), c->again, plural(c->again),
                     state_name(c->state));
}

void narrate_end(struct narrator *n)
{
    const struct trace *trace = n->view->trace;
    const struct world *world = n->view->world;
    char end[VTIME_TEXT_SIZE];

    vtime_format_plain(trace->events.count > 0 ? trace_event(trace, trace->events.count)->at : 0,
                       end, sizeof(end));
    narrate_bare(n, _("The run ends at %s, after %" PRIu64 " frame%s and %" PRIu64 " loss%s."), end,
                 n->frames, plural(n->frames), n->losses, n->losses == 1 ? "" : "es");
    if (n->flying > 0)
        narrate_bare(n, _("Still on their way: %" PRIu32 "."), n->flying);
    for (uint32_t i = 0; i < world->node_count; i++)
        for (uint32_t c = 1; n->connections[i] != NULL && c <= n->view->nodes[i].ends_count; c++)
            tell_connection(n, world->nodes[i], c);
}
