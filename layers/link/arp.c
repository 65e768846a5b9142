#include "layers/link/arp.h"

#include "layers/host.h"
#include "layers/link/arp_cache.h"
#include "layers/names.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/wire/ethernet_header.h"

static struct node *node_of(const struct arp_neighbour *n)
{
    return &n->interface->host->node;
}

static const struct arp_config *config_of(const struct arp_neighbour *n)
{
    return &n->interface->host->config.arp;
}

/* ---- A packet wants out ---- */

static void transmit(struct interface *interface, struct packet *p, struct mac to)
{
    interface->device->send(interface, p, to, ETHERTYPE_IPV4);
}

static void wait_for_answer(struct arp_neighbour *n, struct packet *p)
{
    uint32_t limit = (uint32_t)config_of(n)->queue;

    if (limit == 0) {
        packet_drop_with(p, node_of(n), RULE_ARP_NOT_QUEUED, n->address, 0);
        return;
    }
    /* More than one may have to go: the limit can be lowered at any time. */
    while (n->waiting.count >= limit)
        packet_drop_with(packet_list_take(&n->waiting), node_of(n), RULE_ARP_QUEUE_FULL,
                         n->address, limit);
    packet_list_add(&n->waiting, p);
}

/* Asks now, or as soon as the last request is old enough (RFC 1122 2.3.2.1). */
static void ask_in_time(struct arp_neighbour *n, bool poll)
{
    vtime at = arp_may_ask_at(n);
    vtime now = node_of(n)->world->now;

    if (at <= now) {
        arp_ask(n, poll);
        return;
    }
    WHY(node_of(n), RULE_ARP_ASKS_LATER, n->address, at - now);
    node_timer_set(node_of(n), &n->retry, n->address, at);
}

static void begin_to_ask(struct interface *interface, struct packet *p, ipv4 next_hop)
{
    struct node *node = &interface->host->node;
    struct arp_neighbour *n = arp_cache_add(interface->arp, next_hop);

    if (n == NULL) {
        packet_drop_with(p, node, RULE_ARP_TABLE_FULL, next_hop,
                         interface->arp->pool.live);
        return;
    }
    WHY(node, RULE_ARP_UNKNOWN, next_hop, 0);
    arp_go(n, STATE_ARP_INCOMPLETE, RULE_ARP_ENTRY_ASKED);
    wait_for_answer(n, p);
    if (n->waiting.count > 0)
        WHY(node, RULE_ARP_KEPT, next_hop, 0);
    ask_in_time(n, false);
}

/* Groups have an Ethernet address by computation. True if P was sent so. */
static bool sent_to_group(struct interface *interface, struct packet *p, ipv4 next_hop)
{
    struct node *node = &interface->host->node;
    struct mac group = { { 0x01, 0x00, 0x5e, 0, 0, 0 } };

    if (ipv4_is_multicast(next_hop)) {
        group = mac_from_int64(mac_to_int64(group) | (next_hop & 0x7fffff));
        WHY(node, RULE_ARP_MULTICAST_KNOWN, next_hop, mac_to_int64(group));
        transmit(interface, p, group);
        return true;
    }
    if (!arp_is_group(interface, next_hop))
        return false;
    WHY(node, RULE_ARP_BROADCAST_KNOWN, next_hop, 0);
    transmit(interface, p, MAC_BROADCAST);
    return true;
}

/* An old entry is used once more, while its owner is asked. */
static void begin_to_poll(struct arp_neighbour *n)
{
    node_timer_stop(node_of(n), &n->ageing, n->address);
    arp_go(n, STATE_ARP_PROBE, RULE_ARP_ENTRY_POLLED);
    ask_in_time(n, true);
}

static void fail_at_once(struct arp_neighbour *n, struct packet *p)
{
    struct world *world = node_of(n)->world;
    struct packet_list alone = { 0 };

    WHY(node_of(n), RULE_ARP_STILL_UNREACHABLE, n->address,
        event_due(&world->queue, &n->ageing) - world->now);
    packet_list_add(&alone, p);
    ip_next_hop_failed(n->interface, &alone, n->address);
}

static void send_known(struct arp_neighbour *n, struct packet *p)
{
    switch ((enum state_id)n->state) {
    case STATE_ARP_INCOMPLETE:
        wait_for_answer(n, p);
        WHY(node_of(n), RULE_ARP_WAITS, n->address, n->waiting.count);
        break;
    case STATE_ARP_FAILED:
        fail_at_once(n, p);
        break;
    default:
        WHY(node_of(n), RULE_ARP_KNOWN, n->address, mac_to_int64(n->mac));
        transmit(n->interface, p, n->mac);
        if (n->state == STATE_ARP_STALE)
            begin_to_poll(n);
    }
}

void arp_send(struct interface *interface, struct packet *p, ipv4 next_hop)
{
    struct arp_neighbour *n = arp_cache_find(interface->arp, next_hop);

    if (n != NULL)
        send_known(n, p);
    else if (!sent_to_group(interface, p, next_hop))
        begin_to_ask(interface, p, next_hop);
}

/* ---- What becomes of an entry ---- */

/* Field by field, for padding in the arena stays as it is. */
static struct packet_list take_waiting(struct arp_neighbour *n)
{
    struct packet_list list = n->waiting;

    n->waiting.first = NULL;
    n->waiting.last = NULL;
    n->waiting.count = 0;
    return list;
}

void arp_confirm(struct arp_neighbour *n, struct mac mac, rule_id reason)
{
    struct node *node = node_of(n);
    struct packet_list list = take_waiting(n);
    struct packet *p;

    n->mac = mac;
    n->confirmed = node->world->now;
    n->tries = 0;
    arp_cache_touch(n);
    node_timer_stop(node, &n->retry, n->address);
    arp_go(n, STATE_ARP_REACHABLE, reason);
    node_timer_set(node, &n->ageing, n->address, n->confirmed + config_of(n)->timeout);
    if (list.count > 0)
        WHY(node, RULE_ARP_RELEASES, n->address, list.count);
    while ((p = packet_list_take(&list)) != NULL)
        transmit(n->interface, p, mac);
}

/* IP may answer with ICMP, which comes back to this very cache: so the entry
 * is done with before IP hears of the packets. */
static void give_up(struct arp_neighbour *n)
{
    struct interface *interface = n->interface;
    struct packet_list list = take_waiting(n);
    struct node *node = node_of(n);
    ipv4 address = n->address;

    WHY(node, RULE_ARP_UNREACHABLE, address, n->tries);
    arp_go(n, STATE_ARP_FAILED, RULE_ARP_ENTRY_FAILED);
    node_timer_set(node, &n->ageing, address,
                   node->world->now + n->tries * config_of(n)->retry_interval);
    ip_next_hop_failed(interface, &list, address);
}

void arp_retry(struct world *world, struct event *event)
{
    struct arp_neighbour *n = CONTAINER_OF(event, struct arp_neighbour, retry);
    bool poll = n->state == STATE_ARP_PROBE;

    (void)world;
    if (n->tries < (poll ? ARP_POLLS : config_of(n)->tries))
        arp_ask(n, poll);
    else if (poll)
        arp_cache_remove(n, RULE_ARP_ENTRY_POLL_FAILED);
    else
        give_up(n);
}

void arp_age(struct world *world, struct event *event)
{
    struct arp_neighbour *n = CONTAINER_OF(event, struct arp_neighbour, ageing);

    if (n->state == STATE_NONE) {
        arp_cache_release(n);
        return;
    }
    if (n->state != STATE_ARP_REACHABLE) {
        arp_cache_remove(n, RULE_ARP_ENTRY_FORGOTTEN);
        return;
    }
    arp_go(n, STATE_ARP_STALE, RULE_ARP_ENTRY_AGED);
    /* Forgotten earlier, it would be missed before it may be asked for. */
    node_timer_set(node_of(n), &n->ageing, n->address,
                   max_i64(world->now + config_of(n)->timeout, arp_may_ask_at(n)));
}

bool arp_set(struct interface *interface, ipv4 address, struct mac mac)
{
    struct arp_neighbour *n = arp_cache_find(interface->arp, address);

    if (n == NULL)
        n = arp_cache_add(interface->arp, address);
    if (n == NULL)
        return false;
    arp_confirm(n, mac, RULE_ARP_ENTRY_SET);
    return true;
}

void arp_know(struct interface *interface, ipv4 address, struct mac mac)
{
    struct arp_neighbour *n = arp_cache_add(interface->arp, address);

    if (n == NULL)
        return;
    n->mac = mac;
    n->state = STATE_ARP_REACHABLE;
}

void arp_flush(struct interface *interface)
{
    struct arp_neighbour *next;

    for (struct arp_neighbour *n = interface->arp->oldest; n != NULL; n = next) {
        next = n->newer;
        if (n->state != STATE_NONE)
            arp_cache_remove(n, RULE_ARP_ENTRY_FLUSHED);
    }
}

/* ---- Set-up ---- */

const struct network_ops arp_network = {
    .name = "arp",
    .ethertype = ETHERTYPE_ARP,
    .input = arp_input,
};

static void announce_again(struct world *world, struct event *event)
{
    struct arp_cache *cache = CONTAINER_OF(event, struct arp_cache, announce);
    struct interface *interface = cache->interface;

    arp_announce(interface);
    if (--cache->announcements > 0)
        node_timer_set(&interface->host->node, event, interface->address,
                       world->now + ARP_ANNOUNCE_INTERVAL);
}

void arp_attach(struct interface *interface)
{
    struct node *node = &interface->host->node;

    interface->arp = ARENA_NEW(&node->world->arena, struct arp_cache);
    arp_cache_init(interface->arp, interface);
    event_init(&interface->arp->announce, node->id, announce_again);
    interface->arp->announce.timer = TIMER_ARP_ANNOUNCE;
}

void arp_start(struct interface *interface)
{
    struct arp_cache *cache = interface->arp;

    cache->announcements = (uint32_t)interface->host->config.arp.announce;
    if (cache->announcements > 0 && interface->address != IPV4_ANY)
        announce_again(interface->host->node.world, &cache->announce);
}
