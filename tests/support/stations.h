/*
 * stations.h - two nodes without any protocol on one wire: what the engine's
 * own tests need. A station keeps when and what it received.
 */
#ifndef RUNG_TESTS_SUPPORT_STATIONS_H
#define RUNG_TESTS_SUPPORT_STATIONS_H

#include "sim/world.h"

#define STATION_ARRIVALS 512

struct arrival {
    vtime at;
    uint32_t frame, len, number; /* number: the sender's, from its bytes */
    uint32_t check;              /* frame check of the bytes as they arrived */
    uint32_t original_check;
    bool damaged;
};

struct station {
    struct node node;
    struct arrival arrivals[STATION_ARRIVALS];
    unsigned count;
    unsigned wire_changes;
    uint32_t sent;
    bool echoes; /* sends back what it receives */
};

struct stations {
    struct world *world;
    struct station *a, *b;
    struct link *wire;
    struct trace trace;
    bool traced;
};

/* Stations a and b on one wire of 10 ms delay. Not started yet. */
void stations_open(struct stations *s, uint64_t seed, bool traced);
/* Runs to the end, expects no packet left, frees. */
void stations_close(struct stations *s);

/* FROM sends frame number N of LEN bytes at time AT (now or later). */
void station_send_at(struct station *from, vtime at, uint32_t n, size_t len);

/* A sum over bytes that changes when any bit does: these worlds' FCS. */
uint32_t station_frame_check(struct span frame);

/* How often RULE stands in the trace. */
unsigned stations_count(const struct stations *s, rule_id rule);

#endif
