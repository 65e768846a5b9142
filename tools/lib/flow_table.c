#include "tools/lib/flow_table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"

enum { PLACES_FIRST = 1024, SLOTS_FIRST = 64 };

#define NUMBER_LIMIT (UINT32_MAX / 4)

bool flow_table_open(struct flow_table *table, size_t flow_size)
{
    memset(table, 0, sizeof(*table));
    table->flow_size = flow_size;
    table->places = calloc(PLACES_FIRST, sizeof(*table->places));
    table->place_mask = PLACES_FIRST - 1;
    return table->places != NULL;
}

void flow_table_close(struct flow_table *table)
{
    for (uint32_t i = 0; i < table->count; i++)
        free(table->slots[i].flow);
    free(table->slots);
    free(table->places);
}

static uint64_t hash_end(const struct flow_end *end)
{
    uint64_t low, high;

    memcpy(&high, end->address, sizeof(high));
    memcpy(&low, end->address + 8, sizeof(low));
    return hash_mix(high * 31 + low + ((uint64_t)end->port << 40));
}

/* The same for both directions. */
static uint64_t hash_key(const struct flow_key *key)
{
    return hash_mix(hash_end(&key->end[0]) + hash_end(&key->end[1]) + key->ipv6);
}

static bool same_end(const struct flow_end *a, const struct flow_end *b)
{
    return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* Which end of A the first of B is, or -1. */
static int matches(const struct flow_key *a, const struct flow_key *b)
{
    if (a->ipv6 != b->ipv6)
        return -1;
    if (same_end(&a->end[0], &b->end[0]) && same_end(&a->end[1], &b->end[1]))
        return 0;
    if (same_end(&a->end[1], &b->end[0]) && same_end(&a->end[0], &b->end[1]))
        return 1;
    return -1;
}

/* Where the connection of KEY stands, or the free place for it. */
static uint32_t *place_of(const struct flow_table *table, const struct flow_key *key,
                          unsigned *sender)
{
    uint64_t hash = hash_key(key);

    for (;; hash++) {
        uint32_t *place = &table->places[hash & table->place_mask];
        int side = *place == 0 ? 0 : matches(&table->slots[*place - 1].key, key);

        if (side >= 0) {
            *sender = (unsigned)side;
            return place;
        }
    }
}

uint32_t flow_table_find(const struct flow_table *table, const struct flow_key *key,
                         unsigned *sender)
{
    return *place_of(table, key, sender) - 1; /* 0 - 1: UINT32_MAX */
}

/* Half of the places are free at least. */
static bool grow_places(struct flow_table *table)
{
    uint32_t *old = table->places, mask = table->place_mask;

    if (table->count <= mask / 2)
        return true;
    table->places = calloc((size_t)mask * 2 + 2, sizeof(*table->places));
    if (table->places == NULL) {
        table->places = old;
        return false;
    }
    table->place_mask = mask * 2 + 1;
    for (uint32_t i = 0; i <= mask; i++) {
        unsigned sender;

        if (old[i] != 0)
            *place_of(table, &table->slots[old[i] - 1].key, &sender) = old[i];
    }
    free(old);
    return true;
}

static bool grow_slots(struct flow_table *table)
{
    uint32_t room = table->room == 0 ? SLOTS_FIRST : table->room * 2;
    struct flow_slot *slots;

    if (table->count < table->room)
        return true;
    slots = realloc(table->slots, room * sizeof(*slots));
    if (slots == NULL)
        return false;
    table->slots = slots;
    table->room = room;
    return true;
}

uint32_t flow_table_add(struct flow_table *table, const struct flow_key *key)
{
    unsigned sender;
    void *flow;

    if (table->count == NUMBER_LIMIT || !grow_places(table) || !grow_slots(table) ||
        (flow = calloc(1, table->flow_size)) == NULL)
        return UINT32_MAX;
    table->slots[table->count] = (struct flow_slot){ *key, flow };
    *place_of(table, key, &sender) = table->count + 1;
    return table->count++;
}
