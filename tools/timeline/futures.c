#include "tools/timeline/futures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
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
    if (used < sizeof(facts->states))
        snprintf(facts->states + used, sizeof(facts->states) - used, "%s%s %s",
                 used > 0 ? ", " : "", node->name, state_name(state));
}

/* Counts what was lost; marks the nodes whose TCP ever had a state. */
static void look_at_records(const struct session_run *run, bool *speaks_tcp,
                            struct future_facts *facts)
{
    for (uint32_t i = 0; i < run->records; i++) {
        struct record record = trace_read(run->view->trace, i);

        facts->lost += record.kind == RECORD_LOST;
        if (record.kind == RECORD_STATE && record.what == MACHINE_TCP)
            speaks_tcp[record.node] = true;
    }
}

bool futures_look(struct session *session, enum session_side side, struct future_facts *facts)
{
    const struct session_run *run = session_run(session, side);
    uint32_t count = run->view->world->node_count;
    bool *speaks_tcp = calloc((size_t)count + 1, sizeof(*speaks_tcp));

    memset(facts, 0, sizeof(*facts));
    if (speaks_tcp == NULL)
        return false;
    session_go(session, side, run->events);
    facts->hash = run->hash;
    facts->end = run->end;
    facts->frames = run->frames;
    look_at_records(run, speaks_tcp, facts);
    for (uint32_t i = 0; i < count; i++)
        if (speaks_tcp[i])
            look_at_host(run_node(run->view, i), facts);
    free(speaks_tcp);
    return true;
}
