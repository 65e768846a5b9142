/*
 * pkt_world.h - the world in which a packet script runs: one real host, and
 * at the other end of a wire without delay nobody but the script.
 *
 *   local, 192.168.0.1                        remote, 192.0.2.1
 *   our TCP, UDP, IP, Ethernet                Ethernet; what comes is kept for
 *   <------------------ wire ----------------> the script, which answers by hand
 *
 * Time stands still unless the script lets it pass: pkt_world_pass one event
 * at a time, pkt_world_do up to a moment at which something is done.
 */
#ifndef RUNG_TOOLS_PKT_WORLD_H
#define RUNG_TOOLS_PKT_WORLD_H

#include "layers/host.h"
#include "sim/trace.h"
#include "sim/world.h"

#define PKT_LOCAL_ADDRESS UINT32_C(0xc0a80001)  /* 192.168.0.1 */
#define PKT_REMOTE_ADDRESS UINT32_C(0xc0000201) /* 192.0.2.1 */

/* A datagram that came out of the host. */
struct pkt_caught {
    struct pkt_caught *next;
    vtime at;
    uint32_t frame;
    struct span bytes; /* from the IP header on */
};

struct pkt_world {
    struct world *world;
    struct trace trace;
    struct host *local, *remote;
    struct pkt_caught *first, *last;
    struct pkt_caught *next; /* that was not taken yet */
    struct event alarm;
    void (*what)(void *ctx); /* of pkt_world_do */
    void *ctx;
    uint32_t injected;
    bool rang;
    uint32_t limit; /* of events: then time stands still for ever */
};

/* Builds and starts it. W must not move until it is closed. False: no memory. */
bool pkt_world_open(struct pkt_world *w, const struct host_config *config, uint16_t mtu);
void pkt_world_close(struct pkt_world *w);

/* Lets all happen that is due before or at AT; then calls WHAT, inside of an
 * event so that its records have a time; then all that follows without delay. */
void pkt_world_do(struct pkt_world *w, vtime at, void (*what)(void *ctx), void *ctx);

/* The limit is reached: nothing happens any more. */
static inline bool pkt_world_stands(const struct pkt_world *w)
{
    return w->world->event_count >= w->limit;
}

/* Lets the next event happen if it is due by LIMIT. False: none is. */
bool pkt_world_pass(struct pkt_world *w, vtime limit);

/* Sends DATAGRAM, which begins with its IP header, from the remote end. */
void pkt_world_inject(struct pkt_world *w, struct span datagram);

/* The oldest that came out and was not taken; NULL: none. Stays good until
 * the world is closed. */
const struct pkt_caught *pkt_world_take(struct pkt_world *w);

#endif
