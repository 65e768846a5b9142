/*
 * world.h - nodes, links, one queue of events, one arena.
 *
 * A run is a pure function of (how the world was built, seed, interventions).
 * A world is a value: several may live side by side, and they share nothing
 * that changes. All its mutable state is in its arena; see history.h for
 * going back in time.
 *
 * The engine knows of no protocol: a node is a name, some ports and a table
 * of functions.
 */
#ifndef RUNG_SIM_WORLD_H
#define RUNG_SIM_WORLD_H

#include "sim/event.h"
#include "sim/link.h"
#include "sim/packet.h"
#include "sim/trace.h"
#include "sim/watch.h"

#define NODE_NONE UINT16_MAX
#define WORLD_NODES_MAX 65000
#define WORLD_LINKS_MAX 65000
#define WORLD_INSTANT_EVENTS_MAX 10000000 /* at one moment: more is a loop */

struct node_ops {
    const char *kind; /* "host", "switch" */
    /* A frame arrived at PORT. Takes P. */
    void (*receive)(struct node *node, struct port *port, struct packet *p);
    /* PORT's wire went up or down or changed its MTU. May be NULL. */
    void (*wire_changed)(struct node *node, struct port *port);
    /* The world begins. May be NULL. */
    void (*start)(struct node *node);
};

struct node {
    const struct node_ops *ops;
    struct world *world;
    const char *name;
    struct watch *watches; /* variables whose changes are recorded */
    struct port *ports;
    uint16_t port_count;
    uint16_t id;
};

struct world_config {
    uint64_t seed;
    uint32_t node_limit, link_limit;
    uint32_t fault_limit, intervention_limit;
    vtime until; /* the latest time that it reaches */
    /* Frame check sequence of a frame, for damage to be noticed by. */
    uint32_t (*frame_check)(struct span frame);
    /* Writes "congestion experienced" into a frame that can say so; false if
     * it cannot. NULL: queues do not mark. */
    bool (*mark_congestion)(struct packet *p);
    size_t reserve; /* address space for the arena; 0: the default */
};

struct world {
    struct arena arena;
    struct event_queue queue;
    vtime now, until;
    uint64_t seed;
    uint32_t event_count; /* events that have happened */
    uint32_t instant_count; /* of them, at the present moment */
    bool stuck; /* a loop without delay: the clock would never move again */
    uint32_t frame_count; /* frames put on a wire so far */
    uint32_t current_frame; /* the frame being handled; 0: none */
    uint32_t (*frame_check)(struct span frame);
    bool (*mark_congestion)(struct packet *p);
    struct trace *trace; /* NULL: nobody looks */
    struct watch_touched touched; /* watch groups of any node */
    struct record untraced; /* a state change that no trace hears of */
    /* Told of each state change, traced or not: the lab's `when`. */
    void (*state_changed)(struct world *world, const struct record *record);
    /* Told of what applications do and see, traced or not: for the same. */
    void (*app_told)(struct world *world, uint16_t node, uint16_t what, int64_t a);
    void *script; /* the lab's, in the arena */
    struct pool packets[PACKET_SIZES];
    struct node **nodes;
    struct link **links;
    struct fault *faults;
    struct intervention *interventions;
    uint32_t node_count, link_count, fault_count, intervention_count;
    uint32_t node_limit, link_limit, fault_limit, intervention_limit;
    bool started;
};

/* An empty world, or NULL if no address space can be had. */
struct world *world_new(const struct world_config *config);
void world_free(struct world *world);

/* Fills in NODE (memory of the caller's, in the arena, zeroed) with PORT_COUNT
 * free ports and a copy of NAME, and gives it the next number. */
void world_add_node(struct world *world, struct node *node, const struct node_ops *ops,
                    const char *name, unsigned port_count);

struct fault *world_add_fault(struct world *world);
struct intervention *world_add_intervention(struct world *world);

/* Attaches an (empty) trace; the caller owns it and closes it after the world. */
void world_observe(struct world *world, struct trace *trace);

/* Starts all nodes. Called once, before the first step. */
void world_start(struct world *world);

/* Lets the next event happen. False when the run has ended: no event is left
 * but housekeeping, the next would be after `until`, or the world is stuck:
 * WORLD_INSTANT_EVENTS_MAX events have happened without time passing. */
bool world_step(struct world *world);

/* Steps to the end; returns the number of events that happened. */
uint32_t world_run(struct world *world);

/* Hash of all mutable state. Comparable between two moments of one world in
 * one process: it covers addresses, which differ elsewhere. */
uint64_t world_state_hash(const struct world *world);

/* Packets alive: 0 when all have been delivered or dropped. */
uint32_t world_live_packets(const struct world *world);

static inline void *world_alloc(struct world *world, size_t size)
{
    return arena_alloc(&world->arena, size);
}

/* For the engine's own files: packets' pools; a record about the frame that
 * is being handled, to be completed where it stands; and adding it, before
 * the next is begun, to the trace. */
void packet_pools_init(struct world *world);
struct record *node_record(struct node *node, enum record_kind kind);
void world_record(struct world *world, struct record *record);

/* ---- What nodes say of themselves (nothing happens without a trace) ---- */

/* "Why": a decision taken for RULE about the frame being handled. */
void node_why(struct node *node, rule_id rule, int64_t a, int64_t b);
/* The same about SUBJECT: a connection, a socket ... (node_why's is 0). */
void node_why_about(struct node *node, uint32_t subject, rule_id rule, int64_t a, int64_t b);
#define WHY(node_ptr, rule, a, b)                                                 \
    do {                                                                          \
        if ((node_ptr)->world->trace != NULL)                                     \
            node_why((node_ptr), (rule), (int64_t)(a), (int64_t)(b));             \
    } while (0)

/* A machine's state changed. MACHINE, OLD and NEW are the layers' numbers. */
void node_state(struct node *node, uint16_t machine, uint32_t subject, rule_id rule, int64_t old,
                int64_t new);

/* Something an application did or saw. */
void node_app(struct node *node, uint16_t what, uint32_t subject, int64_t a, int64_t b);

/* Arms, moves or disarms a timer of NODE and records it by its name. */
void node_timer_set(struct node *node, struct event *timer, uint32_t subject, vtime at);
void node_timer_stop(struct node *node, struct event *timer, uint32_t subject);

#endif
