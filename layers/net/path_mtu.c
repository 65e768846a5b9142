#include "layers/net/path_mtu.h"

#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/ip_parts.h"

#include <string.h>

/* RFC 1191 table 7-1. */
static const uint16_t plateaus[] = {
    65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, PATH_MTU_MIN,
};

uint16_t path_mtu_plateau_below(uint32_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(plateaus); i++)
        if (plateaus[i] < len)
            return plateaus[i];
    return PATH_MTU_MIN;
}

uint16_t path_mtu_refused_len(const struct ipv4_header *quoted, uint16_t current)
{
    size_t header = ipv4_header_length(quoted);

    if (quoted->total_length < current || quoted->total_length <= header)
        return quoted->total_length;
    return (uint16_t)(quoted->total_length - header);
}

void path_mtu_attach(struct host *host)
{
    struct path_mtu_table *table = &host->ip->path_mtus;

    pool_init(&table->pool, &host->node.world->arena, sizeof(struct path_mtu_entry),
              PATH_MTUS_MAX);
}

static struct path_mtu_entry *find(const struct host *host, ipv4 destination)
{
    struct path_mtu_entry *entry = host->ip->path_mtus.first;

    while (entry != NULL && entry->destination != destination)
        entry = entry->next;
    return entry;
}

uint16_t path_mtu_first_hop(struct host *host, ipv4 destination)
{
    const struct route *route;

    if (ip_is_own(host, destination))
        return IPV4_LOOPBACK_MTU;
    route = route_find(host, destination);
    return route != NULL ? route->interface->mtu : host->interfaces[0].mtu;
}

uint16_t path_mtu_beyond(const struct host *host, ipv4 destination, uint16_t first_hop)
{
    const struct path_mtu_entry *entry = find(host, destination);

    return entry != NULL && entry->mtu < first_hop ? entry->mtu : first_hop;
}

uint16_t path_mtu(struct host *host, ipv4 destination)
{
    return path_mtu_beyond(host, destination, path_mtu_first_hop(host, destination));
}

static void take_out(struct path_mtu_entry *entry)
{
    struct path_mtu_table *table = &entry->host->ip->path_mtus;
    struct path_mtu_entry **at = &table->first;

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    table->count--;
}

static void forget(struct path_mtu_entry *entry)
{
    struct node *node = &entry->host->node;

    node_timer_stop(node, &entry->ageing, entry->destination);
    watch_remove(node, &entry->watch);
    take_out(entry);
    pool_put(&entry->host->ip->path_mtus.pool, entry);
}

static void entry_aged(struct world *world, struct event *event)
{
    struct path_mtu_entry *entry = CONTAINER_OF(event, struct path_mtu_entry, ageing);

    (void)world;
    WHY(&entry->host->node, RULE_PATH_MTU_AGED, entry->destination, entry->mtu);
    forget(entry);
}

static void forget_last(struct host *host)
{
    struct path_mtu_entry *entry = host->ip->path_mtus.first;

    while (entry->next != NULL)
        entry = entry->next;
    WHY(&host->node, RULE_PATH_MTU_TABLE_FULL, entry->destination, 0);
    forget(entry);
}

static struct path_mtu_entry *learn(struct host *host, ipv4 destination, uint16_t current)
{
    struct path_mtu_table *table = &host->ip->path_mtus;
    struct path_mtu_entry *entry;

    if (table->count == PATH_MTUS_MAX)
        forget_last(host);
    entry = pool_get(&table->pool);
    memset(entry, 0, sizeof(*entry));
    entry->host = host;
    entry->destination = destination;
    entry->mtu = current;
    event_init(&entry->ageing, host->node.id, entry_aged);
    entry->ageing.timer = TIMER_PATH_MTU;
    entry->ageing.housekeeping = true;
    watch_add(&host->node, &entry->watch, VARIABLE_IP_PATH_MTU, destination, &entry->mtu,
              sizeof(entry->mtu));
    return entry;
}

/* ESTIMATE, which is lower than CURRENT, holds from now on. */
static void lower(struct host *host, ipv4 destination, uint16_t current, uint16_t estimate)
{
    struct path_mtu_table *table = &host->ip->path_mtus;
    struct path_mtu_entry *entry = find(host, destination);
    vtime timeout = host->config.ip.path_mtu_timeout;

    if (entry == NULL)
        entry = learn(host, destination, current);
    else
        take_out(entry);
    entry->next = table->first;
    table->first = entry;
    table->count++;
    WHY(&host->node, RULE_PATH_MTU_LOWERED, current, estimate);
    entry->mtu = estimate;
    if (timeout > 0)
        node_timer_set(&host->node, &entry->ageing, destination, host->node.world->now + timeout);
}

/* What a message that REFUSED_LEN bytes do not pass makes of the estimate. */
static uint16_t estimate_of(struct node *node, uint16_t next_hop_mtu, uint16_t refused_len)
{
    uint16_t estimate = next_hop_mtu;

    if (next_hop_mtu == 0) {
        estimate = path_mtu_plateau_below(refused_len);
        WHY(node, RULE_PATH_MTU_PLATEAU, refused_len, estimate);
    }
    if (estimate < PATH_MTU_MIN) {
        WHY(node, RULE_PATH_MTU_FLOOR, estimate, PATH_MTU_MIN);
        estimate = PATH_MTU_MIN;
    }
    return estimate;
}

void path_mtu_lower(struct host *host, ipv4 destination, uint16_t next_hop_mtu,
                    uint16_t refused_len)
{
    uint16_t current = path_mtu(host, destination);
    uint16_t estimate;

    if (next_hop_mtu != 0 && next_hop_mtu >= refused_len) {
        WHY(&host->node, RULE_PATH_MTU_IMPLAUSIBLE, refused_len, next_hop_mtu);
        return;
    }
    estimate = estimate_of(&host->node, next_hop_mtu, refused_len);
    if (estimate >= current) {
        WHY(&host->node, RULE_PATH_MTU_NOT_RAISED, current, estimate);
        return;
    }
    lower(host, destination, current, estimate);
}
