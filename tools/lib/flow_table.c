#include "tools/lib/flow_table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"

enum { PLACES_FIRST = 1024, SLOTS_FIRST = 64, CACHE_LINE = 64 };

bool flow_table_open(struct flow_table *table, size_t flow_size)
{
    memset(table, 0, sizeof(*table));
    table->flow_size = table->fetched_size = flow_size;
    table->places = calloc(PLACES_FIRST, sizeof(*table->places));
    table->place_mask = PLACES_FIRST - 1;
    return table->places != NULL;
}

void flow_table_close(struct flow_table *table)
{
    for (uint32_t i = 0; i < table->count; i++)
        free(table->slots[i]);
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
static struct flow_place *place_of(const struct flow_table *table, const struct flow_key *key,
                                   uint64_t hash, unsigned *sender)
{
    for (uint64_t at = hash;; at++) {
        struct flow_place *place = &table->places[at & table->place_mask];
        int side = place->slot == NULL ? 0 : -1;

        if (place->slot != NULL && place->hash == hash)
            side = matches(&place->slot->key, key);
        if (side >= 0) {
            *sender = (unsigned)side;
            return place;
        }
    }
}

struct flow_slot *flow_table_find(const struct flow_table *table, const struct flow_key *key,
                                  unsigned *sender)
{
    return place_of(table, key, hash_key(key), sender)->slot;
}

void flow_table_expect(const struct flow_table *table, const struct flow_key *key)
{
    __builtin_prefetch(&table->places[hash_key(key) & table->place_mask]);
}

struct flow_slot *flow_table_expect_flow(const struct flow_table *table, const struct flow_key *key)
{
    uint64_t hash = hash_key(key);
    const struct flow_place *place = &table->places[hash & table->place_mask];

    if (place->slot == NULL || place->hash != hash)
        return NULL;
    for (size_t at = 0; at < sizeof(*place->slot) + table->fetched_size; at += CACHE_LINE)
        __builtin_prefetch((const char *)place->slot + at);
    return place->slot;
}

/* Half of the places are free at least. */
static bool grow_places(struct flow_table *table)
{
    struct flow_place *old = table->places;
    uint32_t mask = table->place_mask;

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

        if (old[i].slot != NULL)
            *place_of(table, &old[i].slot->key, old[i].hash, &sender) = old[i];
    }
    free(old);
    return true;
}

static bool grow_slots(struct flow_table *table)
{
    uint32_t room = table->room == 0 ? SLOTS_FIRST : table->room * 2;
    struct flow_slot **slots;

    if (table->count < table->room)
        return true;
    slots = realloc(table->slots, room * sizeof(*slots));
    if (slots == NULL)
        return false;
    table->slots = slots;
    table->room = room;
    return true;
}

struct flow_slot *flow_table_add(struct flow_table *table, const struct flow_key *key)
{
    uint64_t hash = hash_key(key);
    struct flow_slot *slot;
    unsigned sender;

    if (table->count == FLOW_TABLE_MAX || !grow_places(table) || !grow_slots(table) ||
        (slot = calloc(1, sizeof(*slot) + table->flow_size)) == NULL)
        return NULL;
    slot->key = *key;
    slot->number = table->count;
    table->slots[table->count++] = slot;
    *place_of(table, key, hash, &sender) = (struct flow_place){ slot, hash };
    return slot;
}
