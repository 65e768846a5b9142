/*
 * tcp_world.h - a plan (tcp_plan.h) as a world that runs, with the programs
 * that hold its conversations.
 *
 * Each byte of a conversation is a function of the conversation, the end that
 * wrote it and its place in the stream: so a reader knows what must come. All
 * that changes lies in the world's arena: such a world can be taken back.
 */
#ifndef RUNG_TESTS_SUPPORT_TCP_WORLD_H
#define RUNG_TESTS_SUPPORT_TCP_WORLD_H

#include "layers/tcp/tcp.h"
#include "tests/support/net.h"
#include "tests/support/tcp_plan.h"

/* At one end of a conversation. */
struct program {
    struct tcp_town *town;
    const struct plan_side *side;
    struct host *host;
    unsigned talk, end; /* conversation; 0: client, 1: server */
    struct tcb *t;      /* NULL: none yet, over, or given away */
    uint32_t number;    /* of the connection; 0: there never was one */
    bool began, established;
    bool reading;
    bool shut;       /* has ended its stream */
    bool at_end;     /* has seen the end of the peer's */
    bool cut_short;  /* aborted, or closed before it had seen the end */
    bool left;       /* gave the connection away, content */
    rule_id ended;   /* as it was told; RULE_NONE: it was not */
    uint64_t written, read;
    uint64_t urgent_to; /* end of the last urgent byte it wrote */
    unsigned writes;
    unsigned urgent_told;
    uint64_t wrong_at;  /* offset of the first wrong byte, plus one; 0: none */
    uint64_t hash;      /* of what it read, when */
    struct event begin, write, read_next, kill;
};

struct server {
    struct tcp_town *town;
    struct tcb *t;
    struct event accept;
    vtime pause;
    unsigned ghosts; /* second connections of one conversation */
};

struct tcp_town {
    const struct tcp_plan *plan;
    unsigned host_count, router_count, link_count;
    struct host *hosts[PLAN_HOSTS], *routers[PLAN_ROUTERS];
    struct link *links[PLAN_LINKS];
    struct server servers[PLAN_HOSTS];
    struct program programs[PLAN_TALKS][2];
    struct change {
        struct event event;
        struct link *link;
        uint32_t mtu; /* 0: up or down */
        bool up;
    } changes[2 * PLAN_FLAPS + PLAN_NARROWINGS];
};

struct tcp_world {
    struct net net;
    struct tcp_town *town; /* in the arena */
};

/* Builds and starts PLAN's world. TRACED: else nobody looks. */
void tcp_world_open(struct tcp_world *w, const struct tcp_plan *plan, bool traced);
void tcp_world_close(struct tcp_world *w);

/* Ends what nobody has ended: listeners, and connections that are left. */
void tcp_world_stop(struct tcp_world *w);

/* What all programs read, and when. */
uint64_t tcp_world_deliveries(const struct tcp_world *w);

/* TCP segments in a frame: for scripted faults. Compiled once. */
const struct filter *tcp_world_filter(void);

/* ---- tcp_program.c ---- */

void program_init(struct tcp_town *town, unsigned talk, unsigned end);
void server_listen(struct tcp_town *town, unsigned host);

#endif
