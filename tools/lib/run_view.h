/*
 * run_view.h - a finished run, as those who show it want to see it.
 *
 *   world   names of nodes and links, and how they are joined
 *   trace   what happened
 *   nodes   what the engine does not know: addresses, names of ports
 *
 * A view owns only what it adds; world and trace must outlive it. The
 * ladder, the JSON and the captures of a run read from here, the lab builder
 * or a test fills it in.
 */
#ifndef RUNG_TOOLS_RUN_VIEW_H
#define RUNG_TOOLS_RUN_VIEW_H

#include "layers/wire/address.h"
#include "sim/link.h"
#include "sim/trace.h"
#include "sim/world.h"

struct run_port {
    const char *name; /* "lan"; NULL or "": the node's only one, or numbered */
    bool has_address;
    ipv4 address;
    int prefix_len;
};

struct run_ends; /* of a connection; run_connection.h */
struct capture_run; /* capture_run.h */
struct run_joins;   /* run_join.h */
struct run_curves;  /* run_curves.h */
struct ladder_blanks; /* ladder_blanks.h */
struct dissection;

struct run_node {
    const struct run_port *ports; /* node->port_count of them, or NULL */
    bool hidden;                  /* the ladder leaves its column out */
    bool passes;                  /* it has no column, but a place between the others: frames
                                     pass through there, and of what it does only losses are told */
    /* Of its connections, from number 1 on, as they were when the view was
     * opened: the world may be taken back to before there were any. */
    struct run_ends *ends;
    uint32_t ends_count;
};

struct run_view {
    const struct world *world;
    const struct trace *trace;
    const char *title; /* of the lab, or NULL */
    const char *const *commands; /* texts of the script, or NULL */
    uint32_t command_count;
    struct run_node *nodes; /* by node number */
    struct run_port *ports; /* what run_view_open found out by itself */
    bool several_connections; /* so that each is to be named */
    bool shared_ports; /* by connections with several peers, so that these are named, too */
    bool many_reads; /* by TCP programs: too many to tell of each */
    bool goes_on; /* it is the beginning of a run whose end is not to be seen: run_prefix.h */
    /* The run was not simulated but seen by somebody: what its nodes were
     * thinking is inferred. Else NULL. */
    const struct capture_run *capture;
    /* What passes the nodes without a column is one arrow; its owner closes it.
     * NULL: each frame has its own. */
    const struct run_joins *joins;
    /* What plots are drawn from, if somebody has collected it; else NULL. Not
     * the view's own. */
    const struct run_curves *curves;
    /* What the ladder leaves blank; NULL: nothing. Not the view's own. */
    const struct ladder_blanks *blanks;
};

/* A view on the run of WORLD that TRACE saw. The ports of nodes whose kind is
 * "host" or "router" (layers/host.h) are filled in; of others a caller may
 * tell in view->nodes. False if there is no memory. */
bool run_view_open(struct run_view *view, const struct world *world, const struct trace *trace,
                   const char *title);
void run_view_close(struct run_view *view);

/* The same for who has gone through the records already: what is to be known of them
 * (run_connection.h) is told afterwards. */
struct run_gist;
bool run_view_begin(struct run_view *view, const struct world *world, const struct trace *trace,
                    const char *title);
void run_view_judge(struct run_view *view, const struct run_gist *gist);

/* NODE is a struct host: a host or a router. */
bool run_node_is_host(const struct node *node);

/* A host, a router, or an address that a capture shows: whose side can be
 * looked at. */
bool run_node_is_end(const struct node *node);
/* The first of these, or NODE_NONE. */
uint16_t run_first_end(const struct run_view *view);

/* Takes frame NUMBER of TRACE apart as it was sent. */
void run_dissect(const struct trace *trace, uint32_t number, struct dissection *d);
/* Its length then; a capture may hold less of it. */
size_t run_frame_length(const struct trace *trace, uint32_t number);

static inline const struct node *run_node(const struct run_view *view, uint32_t id)
{
    return view->world->nodes[id];
}

/* The text of the command that RECORD (APP_COMMAND) tells of, or NULL; and
 * the link it is told to, or LINK_NONE if a node is. */
const char *run_command_text(const struct run_view *view, const struct record *record);
uint16_t run_command_link(const struct run_view *view, const struct record *record);

/* The node that sent FRAME, and the one at the other end of its link. */
const struct port *run_frame_from(const struct run_view *view, const struct trace_frame *frame);
const struct port *run_frame_to(const struct run_view *view, const struct trace_frame *frame);

/* Writes a vantage point's name: "a", "r1.lan", "s1.2". Returns the length it
 * would have had. */
size_t run_port_format(const struct run_view *view, const struct port *port, char *out,
                       size_t size);

/* Writes the address of port number PORT of NODE with its prefix,
 * "10.0.0.1/24", or "" if it has none. */
size_t run_address_format(const struct run_view *view, uint16_t node, unsigned port, char *out,
                          size_t size);

/*
 * Writes into ORDER (world->node_count entries) the numbers of the nodes
 * that are not hidden, from left to right, so that neighbours stand side by
 * side where that can be; returns how many. Beyond RUN_ORDER_MAX nodes it
 * is the order of the lab.
 */
#define RUN_ORDER_MAX 64
unsigned run_node_order(const struct run_view *view, uint16_t *order);

/* Where a RECORD_LOST happened: on a wire, with a frame number; in front of
 * one, where it never got a number; or inside a node. */
enum run_loss { RUN_LOST_ON_WIRE, RUN_LOST_BEFORE_WIRE, RUN_LOST_IN_NODE };
enum run_loss run_loss_place(const struct record *record);

/* This fate makes one more copy of the frame arrive. */
bool run_fate_duplicates(const struct record *record);

#endif
