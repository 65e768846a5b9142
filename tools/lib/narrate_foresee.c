/* What a narrator knows before it begins: how each frame will fare. */
#include <stdlib.h>

#include "tools/lib/ladder_layout.h"
#include "tools/lib/narrate_parts.h"

static void foresee(struct narrator *n)
{
    const struct trace *trace = n->view->trace;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);
        struct narrate_fate *fate = &n->fates[record.frame];

        if (record.kind == RECORD_TX) {
            fate->copies++;
        } else if (record.kind == RECORD_RX) {
            fate->last = trace_time(trace, &record);
            if (fate->arrivals++ == 0)
                fate->first = fate->last;
        } else if (record.kind == RECORD_LOST && run_loss_place(&record) == RUN_LOST_ON_WIRE) {
            fate->losses++;
        } else if (run_fate_duplicates(&record)) {
            fate->copies++;
        }
    }
}

static bool open_connections(struct narrator *n)
{
    uint32_t nodes = n->view->world->node_count;

    n->connections = calloc((size_t)nodes + 1, sizeof(n->connections[0]));
    n->last = calloc((size_t)nodes + 1, sizeof(n->last[0]));
    if (n->connections == NULL || n->last == NULL)
        return false;
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t count = n->view->nodes[i].ends_count;

        if (count == 0)
            continue;
        n->connections[i] = calloc((size_t)count + 1, sizeof(n->connections[i][0]));
        if (n->connections[i] == NULL)
            return false;
    }
    return true;
}

/* A segment names its ports from the first one on, if there will be several
 * connections: TCP's readers know once they have seen them. */
static void foresee_several(struct narrator *n)
{
    uint32_t count = n->view->trace->frames.count;

    if (!n->several)
        return; /* nobody has been followed: there is nothing to begin anew */
    for (uint32_t i = 1; i <= count && !tcp_view_has_several(n->tcp); i++)
        ladder_follow(n->view, n->tcp, i);
    tcp_view_restart(n->tcp);
}

bool narrate_open(struct narrator *n)
{
    struct ladder_layout layout = { 0 };
    bool laid = ladder_layout_open(&layout, n->view, &n->ladder, NULL);

    n->fold = layout.fold;
    ladder_layout_close(&layout);
    n->tcp = ladder_open_tcp(n->view, n->options->absolute);
    n->fates = calloc((size_t)n->view->trace->frames.count + 1, sizeof(n->fates[0]));
    if (!laid || n->tcp == NULL || n->fates == NULL || !open_connections(n))
        return false;
    foresee(n);
    foresee_several(n);
    return true;
}

void narrate_close(struct narrator *n)
{
    for (uint32_t i = 0; n->connections != NULL && i < n->view->world->node_count; i++)
        free(n->connections[i]);
    free(n->connections);
    free(n->last);
    free(n->fates);
    tcp_view_close(n->tcp);
}
