#include "layers/link/arp_cache.h"

#include <string.h>

#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "sim/hash.h"

enum { FIRST_BUCKETS = 8 };

void arp_cache_init(struct arp_cache *cache, struct interface *interface)
{
    struct arena *arena = &interface->host->node.world->arena;

    cache->interface = interface;
    pool_init(&cache->pool, arena, sizeof(struct arp_neighbour), UINT32_MAX);
}

static struct arp_neighbour **bucket(const struct arp_cache *cache, ipv4 address)
{
    return &cache->buckets[hash_mix(address) & (cache->bucket_count - 1)];
}

/* An entry or its shadow. */
static struct arp_neighbour *find_any(const struct arp_cache *cache, ipv4 address)
{
    struct arp_neighbour *n;

    if (cache->buckets == NULL)
        return NULL;
    n = *bucket(cache, address);
    while (n != NULL && n->address != address)
        n = n->next;
    return n;
}

struct arp_neighbour *arp_cache_find(const struct arp_cache *cache, ipv4 address)
{
    struct arp_neighbour *n = find_any(cache, address);

    return n != NULL && n->state != STATE_NONE ? n : NULL;
}

static void unlink_by_age(struct arp_cache *cache, struct arp_neighbour *n)
{
    if (n->older != NULL)
        n->older->newer = n->newer;
    else
        cache->oldest = n->newer;
    if (n->newer != NULL)
        n->newer->older = n->older;
    else
        cache->newest = n->older;
}

static void link_newest(struct arp_cache *cache, struct arp_neighbour *n)
{
    n->newer = NULL;
    n->older = cache->newest;
    if (cache->newest != NULL)
        cache->newest->newer = n;
    else
        cache->oldest = n;
    cache->newest = n;
}

/* The old buckets stay behind in the arena, which takes nothing back: all of
 * them together are smaller than the new ones. */
static void grow(struct arp_cache *cache)
{
    cache->bucket_count = cache->buckets == NULL ? FIRST_BUCKETS : 2 * cache->bucket_count;
    cache->buckets =
        ARENA_ARRAY(cache->pool.arena, struct arp_neighbour *, cache->bucket_count);
    for (struct arp_neighbour *n = cache->oldest; n != NULL; n = n->newer) {
        struct arp_neighbour **at = bucket(cache, n->address);

        n->next = *at;
        *at = n;
    }
}

vtime arp_may_ask_at(const struct arp_neighbour *n)
{
    return n->was_asked ? n->asked + n->interface->host->config.arp.retry_interval : 0;
}

static bool is_asked_lately(const struct arp_neighbour *n)
{
    return arp_may_ask_at(n) > n->interface->host->node.world->now;
}

static bool may_go(const struct arp_neighbour *n)
{
    return n->state != STATE_ARP_INCOMPLETE && !is_asked_lately(n);
}

static bool make_room(struct arp_cache *cache)
{
    struct arp_neighbour *n = cache->oldest;

    if ((int64_t)cache->pool.live < cache->interface->host->config.arp.table)
        return true;
    while (n != NULL && !may_go(n))
        n = n->newer;
    if (n == NULL)
        return false;
    arp_cache_remove(n, RULE_ARP_ENTRY_EVICTED);
    return true;
}

static void neighbour_init(struct arp_neighbour *n, struct interface *interface, ipv4 address)
{
    uint16_t node = interface->host->node.id;

    memset(n, 0, sizeof(*n));
    n->interface = interface;
    n->address = address;
    n->state = STATE_NONE;
    event_init(&n->retry, node, arp_retry);
    n->retry.timer = TIMER_ARP_RETRY;
    event_init(&n->ageing, node, arp_age);
    n->ageing.timer = TIMER_ARP_AGEING;
    n->ageing.housekeeping = true;
}

/* A shadow becomes an entry, made now. */
static struct arp_neighbour *revive(struct arp_neighbour *n)
{
    node_timer_stop(&n->interface->host->node, &n->ageing, n->address);
    arp_cache_touch(n);
    return n;
}

struct arp_neighbour *arp_cache_add(struct arp_cache *cache, ipv4 address)
{
    struct arp_neighbour *n = find_any(cache, address);
    struct arp_neighbour **at;

    if (n != NULL)
        return revive(n);
    if (!make_room(cache))
        return NULL;
    n = pool_get(&cache->pool);
    ASSERT(n != NULL);
    if (cache->pool.live > cache->bucket_count)
        grow(cache);
    neighbour_init(n, cache->interface, address);
    at = bucket(cache, address);
    n->next = *at;
    *at = n;
    link_newest(cache, n);
    return n;
}

void arp_cache_release(struct arp_neighbour *n)
{
    struct arp_cache *cache = n->interface->arp;
    struct arp_neighbour **at = bucket(cache, n->address);

    node_timer_stop(&n->interface->host->node, &n->ageing, n->address);
    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
    unlink_by_age(cache, n);
    pool_put(&cache->pool, n);
}

void arp_cache_remove(struct arp_neighbour *n, rule_id reason)
{
    struct node *node = &n->interface->host->node;
    struct packet *p;

    while ((p = packet_list_take(&n->waiting)) != NULL)
        packet_drop_with(p, node, RULE_ARP_FLUSHED, n->address, 0);
    node_timer_stop(node, &n->retry, n->address);
    node_timer_stop(node, &n->ageing, n->address);
    arp_go(n, STATE_NONE, reason);
    if (!is_asked_lately(n)) {
        arp_cache_release(n);
        return;
    }
    n->mac = MAC_NONE;
    n->confirmed = 0;
    n->tries = 0;
    node_timer_set(node, &n->ageing, n->address, arp_may_ask_at(n));
}

void arp_cache_touch(struct arp_neighbour *n)
{
    struct arp_cache *cache = n->interface->arp;

    unlink_by_age(cache, n);
    link_newest(cache, n);
}

void arp_go(struct arp_neighbour *n, enum state_id state, rule_id reason)
{
    struct node *node = &n->interface->host->node;
    int64_t old = n->state;

    if (old == (int64_t)state)
        return;
    n->state = (uint8_t)state;
    node_state(node, MACHINE_ARP_ENTRY, n->address, reason, old, state);
}

bool arp_entry(const struct interface *interface, unsigned index, struct arp_view *view)
{
    const struct arp_neighbour *n = interface->arp->oldest;

    while (n != NULL && (n->state == STATE_NONE || index-- > 0))
        n = n->newer;
    if (n == NULL)
        return false;
    view->address = n->address;
    view->mac = n->mac;
    view->state = (enum state_id)n->state;
    view->waiting = n->waiting.count;
    view->tries = n->tries;
    view->confirmed = n->confirmed;
    return true;
}
