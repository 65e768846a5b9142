#include "layers/link/switch_table.h"

#include <string.h>

#include "sim/hash.h"

enum { FIRST_BUCKETS = 16 };

void switch_table_init(struct switch_table *table, struct arena *arena, uint32_t limit)
{
    table->arena = arena;
    table->bucket_count = FIRST_BUCKETS;
    table->buckets = ARENA_ARRAY(arena, struct switch_address *, FIRST_BUCKETS);
    pool_init(&table->pool, arena, sizeof(struct switch_address), limit);
}

static struct switch_address **bucket(const struct switch_table *table, int64_t mac)
{
    return &table->buckets[hash_mix((uint64_t)mac) & (table->bucket_count - 1)];
}

struct switch_address *switch_table_find(const struct switch_table *table, int64_t mac)
{
    struct switch_address *entry = *bucket(table, mac);

    while (entry != NULL && entry->mac != mac)
        entry = entry->next;
    return entry;
}

static void unlink_by_age(struct switch_table *table, struct switch_address *entry)
{
    if (entry->older != NULL)
        entry->older->newer = entry->newer;
    else
        table->oldest = entry->newer;
    if (entry->newer != NULL)
        entry->newer->older = entry->older;
    else
        table->newest = entry->older;
}

static void link_newest(struct switch_table *table, struct switch_address *entry)
{
    entry->newer = NULL;
    entry->older = table->newest;
    if (table->newest != NULL)
        table->newest->newer = entry;
    else
        table->oldest = entry;
    table->newest = entry;
}

/* Twice the buckets. The old ones stay behind in the arena, which takes
 * nothing back: all of them together are smaller than the new ones. */
static void grow(struct switch_table *table)
{
    table->bucket_count *= 2;
    table->buckets = ARENA_ARRAY(table->arena, struct switch_address *, table->bucket_count);
    for (struct switch_address *e = table->oldest; e != NULL; e = e->newer) {
        struct switch_address **at = bucket(table, e->mac);

        e->next = *at;
        *at = e;
    }
}

struct switch_address *switch_table_add(struct switch_table *table, int64_t mac, uint32_t port,
                                        vtime now)
{
    struct switch_address *entry = pool_get(&table->pool);
    struct switch_address **at;

    if (entry == NULL)
        return NULL;
    if (table->pool.live > table->bucket_count)
        grow(table);
    memset(entry, 0, sizeof(*entry));
    entry->mac = mac;
    entry->port = port;
    entry->seen = now;
    at = bucket(table, mac);
    entry->next = *at;
    *at = entry;
    link_newest(table, entry);
    return entry;
}

void switch_table_touch(struct switch_table *table, struct switch_address *entry, vtime now)
{
    entry->seen = now;
    if (table->newest == entry)
        return;
    unlink_by_age(table, entry);
    link_newest(table, entry);
}

void switch_table_remove(struct switch_table *table, struct switch_address *entry)
{
    struct switch_address **at = bucket(table, entry->mac);

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    unlink_by_age(table, entry);
    pool_put(&table->pool, entry);
}
