/*
 * flow_table.h - the TCP connections of a capture, found by their two ends.
 *
 *   (address, port) x 2 --hash--> the connection these ends have now
 *
 * Connections are numbered from 0 in the order of their first segment, as
 * Wireshark's tcp.stream. Ends that begin anew have another connection from then
 * on; the old one keeps its number. Neither the interface nor the VLAN tag is
 * asked: what is captured twice on its way is one connection, with everything
 * in it twice.
 *
 * Memory grows with the connections, never with the frames: of capture_analysis.h some
 * 650 bytes each, table and all (measured on a flood of SYNs from a million ends). Of
 * more than FLOW_TABLE_MAX, those that come last are not followed: that is 350 MB.
 */
#ifndef RUNG_TOOLS_FLOW_TABLE_H
#define RUNG_TOOLS_FLOW_TABLE_H

#include "sim/base.h"

#define FLOW_TABLE_MAX (1u << 19)

/* An IPv6 address; IPv4 stands in the last 4 bytes, behind zeros. */
struct flow_end {
    uint8_t address[16];
    uint16_t port;
};

struct flow_key {
    struct flow_end end[2];
    bool ipv6;
};

/* Begins what is kept of a connection; the caller's FLOW_SIZE bytes follow. One
 * piece: with thousands of connections each place looked at is a wait for memory. */
struct flow_slot {
    _Alignas(16) struct flow_key key; /* end[0] sent the first segment */
    uint32_t number;
};

struct flow_place {
    struct flow_slot *slot; /* NULL: free */
    uint64_t hash;          /* of its key */
};

struct flow_table {
    struct flow_slot **slots; /* by number */
    uint32_t count, room;
    struct flow_place *places;
    uint32_t place_mask;
    size_t flow_size, fetched_size; /* the second: what flow_table_expect_flow fetches of it */
};

/* False: no memory. FLOW_SIZE: bytes that the caller keeps of a connection. */
bool flow_table_open(struct flow_table *table, size_t flow_size);
/* What is in the caller's bytes is the caller's to free, before. */
void flow_table_close(struct flow_table *table);

/* The connection that the ends of KEY have now, and in *SENDER which of its ends
 * KEY's first is; NULL: none. */
struct flow_slot *flow_table_find(const struct flow_table *table, const struct flow_key *key,
                                  unsigned *sender);

/* A new connection between them, its bytes zero; NULL: no memory, or there are
 * FLOW_TABLE_MAX. */
struct flow_slot *flow_table_add(struct flow_table *table, const struct flow_key *key);

/* KEY will be looked for soon: these have its place fetched from memory, and, a little
 * later, what is kept of its connection, which is returned (NULL: none yet). */
void flow_table_expect(const struct flow_table *table, const struct flow_key *key);
struct flow_slot *flow_table_expect_flow(const struct flow_table *table,
                                         const struct flow_key *key);

static inline void *flow_slot_flow(struct flow_slot *slot)
{
    return slot + 1;
}

static inline void *flow_table_flow(const struct flow_table *table, uint32_t number)
{
    return flow_slot_flow(table->slots[number]);
}

#endif
