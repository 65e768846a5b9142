/*
 * link.h - a wire between two ports, with a queue in front of each end.
 *
 *   port a ==[ queue ]==> rate ==> faults ==> delay ==> port b
 *   port b <== delay <== faults <== rate <==[ queue ]== port a
 *
 * Each direction has its own rate, delay, queue and chances. A frame gets its
 * number when its first bit goes on the wire; what finds the queue full, or
 * the wire down, never was on it and has no number. A frame occupies the wire
 * for (len + FCS) * 8 / rate; preamble and inter-frame gap are not modelled,
 * nor is half duplex: there are no collisions, also not on a hub.
 *
 * The MTU counts what stands behind a frame's header. Where that begins, the
 * sender has marked (PACKET_NETWORK); without a mark, LINK_HEADER_BYTES are
 * left for it: an Ethernet header with one tag.
 *
 * Jitter keeps the order of frames; only `reorder` and scripted delays let a
 * later frame overtake.
 */
#ifndef RUNG_SIM_LINK_H
#define RUNG_SIM_LINK_H

#include "sim/fault.h"
#include "sim/packet.h"

#define LINK_NONE UINT16_MAX
#define LINK_FCS_BYTES 4
#define LINK_HEADER_BYTES 18 /* longest header that the MTU does not count */
#define LINK_DEFAULT_QUEUE 1000

struct port {
    struct node *node;
    struct link *link; /* NULL: nothing plugged in */
    uint16_t index;    /* which port of the node */
    uint8_t end;       /* which end of the link */
};

struct direction_config {
    int64_t rate; /* bits a second; 0: no time needed */
    vtime delay;
    uint32_t queue; /* most frames that wait */
    bool ecn;       /* mark ECN-capable packets once half of the queue is used */
    struct chances chances;
};

struct direction {
    struct link *link;
    struct direction_config config;
    struct packet_list waiting;
    vtime busy_until;   /* when the last bit of the present frame is out */
    vtime last_arrival; /* no frame that keeps order arrives before it */
    struct event ready; /* the wire is free and somebody waits */
    struct packet_list flying; /* on the wire, in the order of their arrivals */
    struct event arrival;      /* of the first of them */
    uint64_t burst_slot; /* one more than the last slot whose state is known */
    bool in_burst;       /* Gilbert-Elliott's bad state */
    uint32_t tx_count, lost_count, queue_lost_count;
    uint64_t tx_bytes;
    uint8_t end; /* the end that sends */
};

struct link {
    struct world *world;
    const char *name;
    struct port *ends[2];
    struct direction direction[2]; /* [e] is from end e */
    uint32_t mtu; /* longest payload of a frame, in bytes */
    uint32_t epoch; /* counts how often it went down: cuts what was on it */
    uint16_t id;
    bool up;
    bool frame_check; /* receivers check the FCS */
};

/* A wire from port A to port B, both still free. Set-up time only. */
struct link *link_new(struct world *world, const char *name, struct port *a, struct port *b);

/* Sends P out of PORT. Takes P. It may wait, be lost, or arrive. */
void link_send(struct port *port, struct packet *p);

/* Takes the wire down (what is on it or waiting is lost) or up again. */
void link_set_up(struct link *link, bool up);

/* Changes the MTU; both ends' nodes are told (node_ops.wire_changed). Frames
 * that wait and are too long now are lost when their turn comes. */
void link_set_mtu(struct link *link, uint32_t mtu);

/* The direction that begins at PORT; PORT must be connected. */
struct direction *link_from(struct port *port);
struct port *link_other_end(const struct port *port);

/* Time on the wire of a frame of LEN bytes (without FCS), rounded up to ns. */
vtime link_serialisation(int64_t rate, size_t len);

#endif
