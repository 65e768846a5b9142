#include "layers/net/reassembly_table.h"

#include "layers/host.h"
#include "layers/names.h"
#include "layers/net/icmp.h"
#include "layers/net/ip_parts.h"

#include <string.h>

void reassembly_attach(struct host *host)
{
    struct reassembly *r = &host->ip->reassembly;
    struct arena *arena = &host->node.world->arena;

    pool_init(&r->entries, arena, sizeof(struct reassembly_entry), REASSEMBLY_DATAGRAMS_MAX);
    pool_init(&r->pieces, arena, sizeof(struct reassembly_piece), REASSEMBLY_PIECES_MAX);
}

/* ---- Entries come and go ---- */

void reassembly_forget_piece(struct reassembly_entry *entry, struct reassembly_piece *piece)
{
    struct reassembly *r = &entry->host->ip->reassembly;

    entry->count--;
    entry->received -= piece->end - piece->first;
    entry->cost -= piece->cost;
    r->cost -= piece->cost;
    r->held--;
    pool_put(&r->pieces, piece);
}

/* Drops what has come of ENTRY's datagram. */
static void drop_pieces(struct reassembly_entry *entry, rule_id rule, int64_t a, int64_t b)
{
    while (entry->pieces != NULL) {
        struct reassembly_piece *piece = entry->pieces;

        entry->pieces = piece->next;
        packet_drop_with(piece->p, &entry->host->node, rule, a, b);
        reassembly_forget_piece(entry, piece);
    }
    entry->last = NULL;
}

void reassembly_remove(struct reassembly_entry *entry)
{
    struct reassembly *r = &entry->host->ip->reassembly;
    struct reassembly_entry **at = &r->newest;

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    r->entry_count--;
    node_timer_stop(&entry->host->node, &entry->timer, entry->id);
    pool_put(&r->entries, entry);
}

void reassembly_drop(struct reassembly_entry *entry, rule_id rule, int64_t a, int64_t b)
{
    drop_pieces(entry, rule, a, b);
    reassembly_remove(entry);
}

/* Takes fragment zero out of ENTRY; NULL if it has not come. */
static struct packet *take_first(struct reassembly_entry *entry)
{
    struct reassembly_piece *zero = entry->pieces;
    struct packet *p;

    if (zero == NULL || zero->first != 0)
        return NULL;
    p = zero->p;
    entry->pieces = zero->next;
    reassembly_forget_piece(entry, zero);
    return p;
}

/* All fragments are dropped before the source is told so: that quotes
 * fragment zero (RFC 792). */
static void timed_out(struct world *world, struct event *event)
{
    struct reassembly_entry *entry = CONTAINER_OF(event, struct reassembly_entry, timer);
    struct host *host = entry->host;
    int64_t received = entry->received;
    int64_t id = entry->id;
    bool poisoned = entry->poisoned;
    struct packet *zero = take_first(entry);

    if (zero != NULL)
        packet_tell_drop(zero, &host->node, RULE_REASSEMBLY_TIMEOUT, id, received);
    reassembly_drop(entry, RULE_REASSEMBLY_TIMEOUT, id, received);
    if (zero == NULL && !poisoned)
        WHY(&host->node, RULE_ICMP_QUIET_NO_FRAGMENT_ZERO, id, 0);
    if (zero == NULL)
        return;
    icmp_send_error(host, zero, ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_REASSEMBLY, 0);
    packet_free(world, zero);
}

/* The datagram contradicts itself. Its entry stays, to refuse the rest. */
void reassembly_poison(struct reassembly_entry *entry, rule_id rule, int64_t a, int64_t b)
{
    struct node *node = &entry->host->node;

    drop_pieces(entry, rule, a, b);
    entry->poisoned = true;
    node_timer_stop(node, &entry->timer, entry->id);
    entry->timer.housekeeping = true;
    node_timer_set(node, &entry->timer, entry->id, entry->deadline);
}

struct reassembly_entry *reassembly_find(struct host *host, const struct ipv4_header *h)
{
    struct reassembly_entry *entry = host->ip->reassembly.newest;

    for (; entry != NULL; entry = entry->next)
        if (entry->id == h->identification && entry->source == h->source &&
            entry->destination == h->destination && entry->protocol == h->protocol)
            return entry;
    return NULL;
}

/* Gives up the oldest datagram other than KEEP; false if there is none. */
static bool evict_oldest(struct host *host, const struct reassembly_entry *keep)
{
    struct reassembly_entry *oldest = NULL;

    for (struct reassembly_entry *e = host->ip->reassembly.newest; e != NULL; e = e->next)
        if (e != keep)
            oldest = e;
    if (oldest == NULL)
        return false;
    reassembly_drop(oldest, RULE_REASSEMBLY_EVICTED, oldest->id, oldest->received);
    return true;
}

struct reassembly_entry *reassembly_begin(struct host *host, const struct ipv4_header *h)
{
    struct reassembly *r = &host->ip->reassembly;
    struct node *node = &host->node;
    struct reassembly_entry *entry;

    if (r->entry_count == REASSEMBLY_DATAGRAMS_MAX)
        evict_oldest(host, NULL);
    entry = pool_get(&r->entries);
    memset(entry, 0, sizeof(*entry));
    entry->host = host;
    entry->source = h->source;
    entry->destination = h->destination;
    entry->id = h->identification;
    entry->protocol = h->protocol;
    entry->deadline = node->world->now + host->config.ip.reassembly_timeout;
    entry->next = r->newest;
    r->newest = entry;
    r->entry_count++;
    event_init(&entry->timer, node->id, timed_out);
    entry->timer.timer = TIMER_REASSEMBLY;
    WHY(node, RULE_REASSEMBLY_STARTED, entry->id, host->config.ip.reassembly_timeout);
    node_timer_set(node, &entry->timer, entry->id, entry->deadline);
    if (!r->watched) {
        watch_add(node, &r->watch, VARIABLE_IP_FRAGMENTS_HELD, 0, &r->held, sizeof(r->held));
        r->watched = true;
    }
    return entry;
}

/* Makes ENTRY fit into the memory, at the cost of older ones or its own. */
bool reassembly_fit_memory(struct reassembly_entry *entry)
{
    struct host *host = entry->host;
    int64_t limit = host->config.ip.reassembly_memory;

    while (host->ip->reassembly.cost > limit)
        if (!evict_oldest(host, entry)) {
            reassembly_drop(entry, RULE_REASSEMBLY_TOO_BIG, entry->cost, limit);
            return false;
        }
    return true;
}

/* ---- Looking ---- */

bool reassembly_entry(const struct host *host, unsigned index, struct reassembly_view *view)
{
    const struct reassembly_entry *entry = host->ip->reassembly.newest;

    while (entry != NULL && index-- > 0)
        entry = entry->next;
    if (entry == NULL)
        return false;
    memset(view, 0, sizeof(*view));
    view->source = entry->source;
    view->destination = entry->destination;
    view->id = entry->id;
    view->protocol = entry->protocol;
    view->fragments = entry->count;
    view->received = entry->received;
    view->total = entry->total;
    view->deadline = entry->deadline;
    return true;
}
