/*
 * switch_table.h - the memory of a switch: MAC address -> port, by age.
 *
 *   buckets[hash] -> entry -> entry      finds an address
 *   oldest <-> entry <-> ... <-> newest  by when it was last seen
 *
 * Private to switch.c. Entries come from a pool and the buckets grow with
 * their number, so that a switch without traffic costs next to nothing and
 * one with ten thousand addresses still answers at once.
 */
#ifndef RUNG_LAYERS_LINK_SWITCH_TABLE_H
#define RUNG_LAYERS_LINK_SWITCH_TABLE_H

#include "sim/arena.h"
#include "sim/vtime.h"

struct switch_address {
    struct switch_address *next; /* in its bucket */
    struct switch_address *older, *newer;
    int64_t mac; /* mac_to_int64 */
    vtime seen;
    uint32_t port; /* index, from 0 */
};

struct switch_table {
    struct arena *arena;
    struct switch_address **buckets;
    struct switch_address *oldest, *newest;
    struct pool pool;
    uint32_t bucket_count; /* a power of two */
};

void switch_table_init(struct switch_table *table, struct arena *arena, uint32_t limit);

/* The entry of MAC, or NULL. */
struct switch_address *switch_table_find(const struct switch_table *table, int64_t mac);

/* A new entry of MAC, just seen; NULL when the table is full. */
struct switch_address *switch_table_add(struct switch_table *table, int64_t mac, uint32_t port,
                                        vtime now);

/* ENTRY was seen NOW. */
void switch_table_touch(struct switch_table *table, struct switch_address *entry, vtime now);

void switch_table_remove(struct switch_table *table, struct switch_address *entry);

#endif
