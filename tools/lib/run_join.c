#include "tools/lib/run_join.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/dissect.h"
#include "sim/hash.h"
#include "sim/packet.h"

#define FORKED UINT32_MAX

struct run_joins {
    uint32_t count;          /* of frames */
    uint32_t *next, *before; /* by number */
};

/* What is on its way to a node that passes it: as which packet, in which frame. A
 * wire that doubles a frame makes another packet of the copy. */
struct expected {
    uint64_t identity;
    uint32_t frame; /* 0: free */
    uint16_t node;
};

struct expecting {
    struct expected *at;
    size_t size; /* a power of two, twice what can come */
};

static uint16_t receiver(const struct run_view *view, uint32_t number)
{
    return run_frame_to(view, trace_frame(view->trace, number))->node->id;
}

/* Where what NODE gets as packet IDENTITY stands, or may be put. */
static struct expected *find(const struct expecting *expecting, uint16_t node, uint64_t identity)
{
    size_t at = (size_t)hash_mix(identity + node) & (expecting->size - 1);

    while (expecting->at[at].frame != 0 &&
           (expecting->at[at].identity != identity || expecting->at[at].node != node))
        at = (at + 1) & (expecting->size - 1);
    return &expecting->at[at];
}

/* FRAME is sent: COPY of it, if a wire has doubled it (0: itself). */
static void expect(const struct run_view *view, const struct expecting *expecting, uint32_t frame,
                   unsigned copy)
{
    const struct trace_frame *sent = trace_frame(view->trace, frame);
    uint64_t identity = sent->identity;
    uint16_t node = receiver(view, frame);

    if (!view->nodes[node].passes)
        return;
    if (copy > 0)
        identity = packet_derived_identity(identity, sent->copy + copy);
    *find(expecting, node, identity) =
        (struct expected){ .identity = identity, .frame = frame, .node = node };
}

/* A router sends what came to it, rather than something of its own about it. */
static bool is_forwarded(const struct trace *trace, uint32_t in, uint32_t out)
{
    struct dissection a, b;
    const struct layer *x, *y;

    run_dissect(trace, in, &a);
    run_dissect(trace, out, &b);
    x = dissection_find(&a, LAYER_IPV4);
    y = dissection_find(&b, LAYER_IPV4);
    return x != NULL && y != NULL && x->parsed && y->parsed &&
           x->as.ipv4.source == y->as.ipv4.source &&
           x->as.ipv4.destination == y->as.ipv4.destination &&
           x->as.ipv4.identification == y->as.ipv4.identification &&
           x->as.ipv4.protocol == y->as.ipv4.protocol &&
           x->as.ipv4.fragment_offset == y->as.ipv4.fragment_offset &&
           x->as.ipv4.total_length == y->as.ipv4.total_length;
}

static bool same_wire(const struct trace *trace, uint32_t x, uint32_t y)
{
    const struct trace_frame *a = trace_frame(trace, x), *b = trace_frame(trace, y);

    return a->link == b->link && a->end == b->end;
}

/* NODE puts OUT on a wire: where it goes on from. */
static void join(struct run_joins *joins, const struct run_view *view,
                 const struct expecting *expecting, const struct node *node, uint32_t out)
{
    const struct trace *trace = view->trace;
    uint32_t in = find(expecting, node->id, trace_frame(trace, out)->identity)->frame;

    if (in == 0 || trace_frame(trace, in)->len != trace_frame(trace, out)->len ||
        (run_node_is_host(node) && !is_forwarded(trace, in, out)))
        return;
    joins->before[out] = in;
    if (joins->next[in] == 0)
        joins->next[in] = out;
    else if (joins->next[in] != FORKED &&
             !same_wire(trace, joins->next[in], out)) /* else a wire had doubled it */
        joins->next[in] = FORKED;
}

/* Undoes what turned out to be no way: a fork, or one that comes back. */
static void settle(struct run_joins *joins, const struct run_view *view)
{
    const struct trace *trace = view->trace;

    for (uint32_t out = 1; out <= joins->count; out++) {
        uint32_t in = joins->before[out];

        if (in != 0 &&
            (joins->next[in] == FORKED ||
             receiver(view, out) ==
                 run_frame_from(view, trace_frame(trace, run_join_first(joins, in)))->node->id)) {
            joins->before[out] = 0;
            if (joins->next[in] != FORKED)
                joins->next[in] = 0;
        }
    }
    for (uint32_t in = 1; in <= joins->count; in++)
        if (joins->next[in] == FORKED)
            joins->next[in] = 0;
}

static void read_run(struct run_joins *joins, const struct run_view *view,
                     const struct expecting *expecting)
{
    unsigned copies = 0;

    for (uint32_t i = 0; i < view->trace->records.count; i++) {
        struct record record = trace_read(view->trace, i);

        if (record.kind == RECORD_TX) {
            copies = 0;
            if (view->nodes[record.node].passes)
                join(joins, view, expecting, run_node(view, record.node), record.frame);
            expect(view, expecting, record.frame, 0);
        } else if (record.kind == RECORD_FATE && run_fate_duplicates(&record)) {
            expect(view, expecting, record.frame, ++copies);
        }
    }
}

/* How many packets come to nodes, at most. */
static size_t count_packets(const struct trace *trace)
{
    size_t count = trace->frames.count;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        count += record.kind == RECORD_FATE && run_fate_duplicates(&record);
    }
    return count;
}

struct run_joins *run_joins_open(const struct run_view *view)
{
    struct run_joins *joins = calloc(1, sizeof(*joins));
    struct expecting expecting = { .size = 64 };
    size_t count = view->trace->frames.count, packets = count_packets(view->trace);
    bool done = false;

    if (joins == NULL)
        return NULL;
    while (expecting.size < 2 * packets)
        expecting.size *= 2;
    joins->count = (uint32_t)count;
    joins->next = calloc(count + 1, sizeof(joins->next[0]));
    joins->before = calloc(count + 1, sizeof(joins->before[0]));
    expecting.at = calloc(expecting.size, sizeof(expecting.at[0]));
    if (joins->next != NULL && joins->before != NULL && expecting.at != NULL) {
        read_run(joins, view, &expecting);
        settle(joins, view);
        done = true;
    }
    free(expecting.at);
    if (done)
        return joins;
    run_joins_close(joins);
    return NULL;
}

void run_joins_close(struct run_joins *joins)
{
    if (joins == NULL)
        return;
    free(joins->next);
    free(joins->before);
    free(joins);
}

uint32_t run_join_next(const struct run_joins *joins, uint32_t frame)
{
    return joins == NULL || frame > joins->count ? 0 : joins->next[frame];
}

uint32_t run_join_before(const struct run_joins *joins, uint32_t frame)
{
    return joins == NULL || frame > joins->count ? 0 : joins->before[frame];
}

uint32_t run_join_first(const struct run_joins *joins, uint32_t frame)
{
    for (uint32_t before; (before = run_join_before(joins, frame)) != 0;)
        frame = before;
    return frame;
}

uint32_t run_join_last(const struct run_joins *joins, uint32_t frame)
{
    for (uint32_t next; (next = run_join_next(joins, frame)) != 0;)
        frame = next;
    return frame;
}
