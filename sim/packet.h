/*
 * packet.h - bytes on their way through the layers.
 *
 *   buffer        head                      head+len      capacity
 *   |-- headroom --|== the bytes now in hand ==|- tailroom -|
 *                  ^ push moves left, pull moves right
 *
 * SINGLE OWNER: passing a packet gives it away; to keep it, clone it. Losing
 * one is a verb with a reason: packet_drop(p, node, RULE). Nobody shares
 * packets; the link clones when it duplicates, TCP builds segments anew.
 *
 * IDENTITY: luck is drawn from what a packet carries and from the
 * how-manieth sending of it that this is. The layer that makes a packet
 * stamps it (packet_stamp); whoever derives one from another (a fragment, a
 * reply, a copy) derives the stamp too (packet_derive). The link only hashes
 * it, so that losing one packet never changes the luck of another.
 */
#ifndef RUNG_SIM_PACKET_H
#define RUNG_SIM_PACKET_H

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/hash.h"
#include "sim/sim_rules.h"

struct direction;
struct node;
struct world;

enum packet_size { PACKET_SMALL, PACKET_MIDDLE, PACKET_FRAME, PACKET_DATAGRAM, PACKET_SIZES };

#define PACKET_HEADROOM 128 /* Ethernet 18, IPv4 60, transport: all fit */
#define PACKET_SMALL_BYTES 256
#define PACKET_MIDDLE_BYTES 768
#define PACKET_FRAME_BYTES 1664
#define PACKET_DATAGRAM_BYTES (65536 + PACKET_HEADROOM)
#define PACKET_POOL_LIMIT 200000 /* of each size, alive at once */

/* Where each layer's header began, as offset into the buffer; 0: not there. */
enum packet_layer { PACKET_LINK, PACKET_NETWORK, PACKET_TRANSPORT, PACKET_LAYERS };

struct packet {
    struct packet *next; /* for whoever keeps it in a list */
    struct event event;  /* its arrival, where it keeps no line with others */
    struct event_ticket arrival; /* at the other end of a wire, where it does */
    struct direction *flight;    /* the wire it is on */
    uint32_t epoch;              /* the wire's, when it was sent */
    uint64_t identity;
    uint32_t frame;  /* number of the frame that last carried it; 0: none */
    uint32_t before; /* of the one before that, whose bytes may be the same */
    uint32_t head, len, capacity;
    uint32_t layer[PACKET_LAYERS];
    uint32_t original_check; /* frame check of the bytes as they were sent */
    bool damaged;     /* some bit changed on a wire: original_check holds */
    bool to_group;    /* arrived as a link-layer broadcast or multicast */
    bool ecn_capable; /* set by the sender: a queue may mark it */
    uint8_t size;     /* enum packet_size */
    uint8_t copy;     /* how many duplicating wires made it what it is */
    uint8_t buffer[];
};

/* A packet with LEN bytes of payload room after the headroom, content
 * unspecified, identity 0. NULL when LEN exceeds 65535 or the pool is empty. */
struct packet *packet_new(struct world *world, size_t len);

/* A copy of P with the same identity. NULL when the pool is empty. */
struct packet *packet_clone(struct world *world, const struct packet *p);

/* The end of a packet that arrived: consumed, delivered or copied on. */
void packet_free(struct world *world, struct packet *p);

/* The end of a packet that is lost at NODE for RULE; the trace hears of it. */
void packet_drop(struct packet *p, struct node *node, rule_id rule);

/* The same, with the integers that the rule's sentence prints. */
void packet_drop_with(struct packet *p, struct node *node, rule_id rule, int64_t a, int64_t b);

/* Only tells the trace that P ends here: its owner still looks at it, to say
 * whom it was from or to quote it, and then frees it. */
void packet_tell_drop(const struct packet *p, struct node *node, rule_id rule, int64_t a,
                      int64_t b);

static inline uint8_t *packet_bytes(struct packet *p) { return p->buffer + p->head; }
static inline struct span packet_span(const struct packet *p)
{
    return (struct span){ p->buffer + p->head, p->len };
}

/* Room for N more bytes in front; returns where they begin. */
uint8_t *packet_push(struct packet *p, size_t n);
/* Takes N bytes off the front; N must be there. */
void packet_pull(struct packet *p, size_t n);
/* Cuts to LEN bytes (padding off the end). */
void packet_trim(struct packet *p, size_t len);
/* Appends N zero bytes (padding). False if they do not fit. */
bool packet_pad(struct packet *p, size_t n);

/* Notes that LAYER's header begins at the present head. */
static inline void packet_mark(struct packet *p, enum packet_layer layer)
{
    p->layer[layer] = p->head;
}
/* From the beginning of LAYER's header to the end; empty if never marked. */
struct span packet_from(const struct packet *p, enum packet_layer layer);

/* Stamps P: WHAT says what it carries (a hash), NTH which sending of it. */
void packet_stamp(struct packet *p, uint64_t what, uint32_t nth);
/* The stamp of the PART-th thing made out of what has stamp IDENTITY. */
static inline uint64_t packet_derived_identity(uint64_t identity, uint64_t part)
{
    return hash_add(identity, hash_mix(part));
}
/* Stamps P as the PART-th thing made out of FROM. */
void packet_derive(struct packet *p, const struct packet *from, uint64_t part);

/* First in, first out; packets linked through `next`. */
struct packet_list {
    struct packet *first, *last;
    uint32_t count;
};
void packet_list_add(struct packet_list *list, struct packet *p);
struct packet *packet_list_take(struct packet_list *list); /* NULL when empty */

#endif
