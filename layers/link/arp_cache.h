/*
 * arp_cache.h - the table of an interface: IPv4 address -> MAC address.
 *
 *   buckets[hash] -> entry -> entry           finds an address
 *   oldest <-> entry <-> ... <-> newest       by when it was last confirmed
 *
 * Private to arp*.c. Buckets are only made with the first entry, and entries
 * come from a pool, so that ten thousand silent hosts cost little. An entry
 * that waits for an answer stands in the second list by when it was made.
 *
 * An entry that goes while its last request is younger than the retry interval
 * leaves a shadow until then: an entry in STATE_NONE that nobody finds or sees,
 * but that a new entry for the address takes over with the time of the request.
 * So no flush and no short timeout makes a host ask more often than RFC 1122
 * 2.3.2.1 allows.
 */
#ifndef RUNG_LAYERS_LINK_ARP_CACHE_H
#define RUNG_LAYERS_LINK_ARP_CACHE_H

#include "layers/link/arp.h"
#include "layers/wire/arp_message.h"
#include "sim/vtime.h"

struct arp_neighbour {
    struct arp_neighbour *next; /* in its bucket */
    struct arp_neighbour *older, *newer;
    struct interface *interface;
    struct packet_list waiting; /* INCOMPLETE only */
    struct event retry;         /* INCOMPLETE and PROBE: ask again, or give up */
    struct event ageing;        /* the other states: housekeeping */
    vtime confirmed;            /* 0: never */
    vtime asked;                /* when last a request went out */
    ipv4 address;
    struct mac mac;
    uint8_t state; /* enum state_id */
    uint8_t tries;
    bool was_asked; /* `asked` holds */
};

struct arp_cache {
    struct arp_neighbour **buckets; /* NULL until the first entry */
    struct arp_neighbour *oldest, *newest;
    struct pool pool;
    uint32_t bucket_count;   /* a power of two */
    uint32_t announcements;  /* still to be sent */
    struct event announce;   /* sends the next of them */
    struct interface *interface;
    vtime defended;
    bool has_defended; /* `defended` holds */
};

void arp_cache_init(struct arp_cache *cache, struct interface *interface);

/* The entry of ADDRESS, or NULL. */
struct arp_neighbour *arp_cache_find(const struct arp_cache *cache, ipv4 address);

/*
 * A new entry without a state; when the table is full, the one confirmed
 * longest ago goes. NULL if each waits for an answer or has been asked for so
 * lately that forgetting it might make us ask too often.
 */
struct arp_neighbour *arp_cache_add(struct arp_cache *cache, ipv4 address);

/* Takes N out of the table for REASON. Only a flush finds packets waiting
 * there: they are dropped. */
void arp_cache_remove(struct arp_neighbour *n, rule_id reason);

/* The time of N's last request is past mattering: its shadow goes. */
void arp_cache_release(struct arp_neighbour *n);

/* From when on N may be asked for (again); the past if never asked. */
vtime arp_may_ask_at(const struct arp_neighbour *n);

/* The entry is the latest confirmed one. */
void arp_cache_touch(struct arp_neighbour *n);

/* Moves N to STATE, and lets the trace and the lab hear of it. */
void arp_go(struct arp_neighbour *n, enum state_id state, rule_id reason);

/* N's MAC address is MAC, as of now: REACHABLE, and what waited goes. */
void arp_confirm(struct arp_neighbour *n, struct mac mac, rule_id reason);

/* What the two timers of an entry do. */
void arp_retry(struct world *world, struct event *event);
void arp_age(struct world *world, struct event *event);

/* A request for N by broadcast, or to its present address if POLL. */
void arp_ask(struct arp_neighbour *n, bool poll);

/* Turns P, the request M, into the reply to it, and sends that. Takes P. */
void arp_reply(struct interface *interface, struct packet *p, const struct arp_message *m);

/* IP address that no host can have as its own: a group, or no host's. */
bool arp_is_group(const struct interface *interface, ipv4 address);

/* "Packet Reception": P begins with an ARP message. Takes P. */
void arp_input(struct interface *interface, struct packet *p);

#endif
