#include "tools/timeline/futures.h"

#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tools/lib/value.h"

static int64_t ask(const struct node *node, const char *what)
{
    uint16_t port;
    const struct value_tcp *value = value_find_tcp(what, strlen(what), &port);

    return value->of(node, 0);
}

static void look_at_host(const struct node *node, struct future_facts *facts)
{
    size_t used = strlen(facts->states);
    int state = (int)ask(node, "tcp.state");

    facts->retransmissions += ask(node, "tcp.retransmissions");
    if (state != STATE_NONE && used < sizeof(facts->states))
        snprintf(facts->states + used, sizeof(facts->states) - used, "%s%s %s",
                 used > 0 ? ", " : "", node->name, state_name(state));
}

void futures_look(struct session *session, enum session_side side, struct future_facts *facts)
{
    const struct session_run *run = session_run(session, side);
    const struct trace *trace = run->view->trace;

    session_go(session, side, run->events);
    memset(facts, 0, sizeof(*facts));
    facts->hash = run->hash;
    facts->end = run->end;
    facts->frames = run->frames;
    for (uint32_t i = 0; i < run->records; i++)
        facts->lost += trace_read(trace, i).kind == RECORD_LOST;
    for (uint32_t i = 0; i < run->view->world->node_count; i++)
        if (run_node_is_host(run_node(run->view, i)))
            look_at_host(run_node(run->view, i), facts);
}
