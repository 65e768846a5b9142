#include "sim/packet.h"

#include "sim/hash.h"
#include "sim/world.h"

#include <string.h>

static const uint32_t capacities[PACKET_SIZES] = {
    [PACKET_SMALL] = PACKET_SMALL_BYTES,
    [PACKET_MIDDLE] = PACKET_MIDDLE_BYTES,
    [PACKET_FRAME] = PACKET_FRAME_BYTES,
    [PACKET_DATAGRAM] = PACKET_DATAGRAM_BYTES,
};

void packet_pools_init(struct world *world)
{
    for (unsigned size = 0; size < PACKET_SIZES; size++)
        pool_init(&world->packets[size], &world->arena,
                  sizeof(struct packet) + capacities[size], PACKET_POOL_LIMIT);
}

static struct packet *packet_of_size(struct world *world, enum packet_size size)
{
    struct packet *p = pool_get(&world->packets[size]);

    if (p == NULL)
        return NULL;
    memset(p, 0, sizeof(*p));
    p->size = (uint8_t)size;
    p->capacity = capacities[size];
    return p;
}

struct packet *packet_new(struct world *world, size_t len)
{
    unsigned size = PACKET_SMALL;
    struct packet *p;

    while (size < PACKET_SIZES && PACKET_HEADROOM + len > capacities[size])
        size++;
    if (size == PACKET_SIZES)
        return NULL;
    p = packet_of_size(world, (enum packet_size)size);
    if (p == NULL)
        return NULL;
    p->head = PACKET_HEADROOM;
    p->len = (uint32_t)len;
    return p;
}

struct packet *packet_clone(struct world *world, const struct packet *p)
{
    struct packet *copy = packet_of_size(world, (enum packet_size)p->size);
    size_t end = (size_t)p->head + p->len;
    size_t start = p->head;

    if (copy == NULL)
        return NULL;
    /* Headers that were taken off may still be wanted (ICMP quotes them). */
    for (unsigned layer = 0; layer < PACKET_LAYERS; layer++)
        if (p->layer[layer] != 0 && p->layer[layer] < start)
            start = p->layer[layer];
    memcpy(copy->buffer + start, p->buffer + start, end - start);
    memcpy(copy->layer, p->layer, sizeof(copy->layer));
    copy->identity = p->identity;
    copy->frame = p->frame;
    copy->before = p->before;
    copy->head = p->head;
    copy->len = p->len;
    copy->original_check = p->original_check;
    copy->damaged = p->damaged;
    copy->to_group = p->to_group;
    copy->ecn_capable = p->ecn_capable;
    copy->copy = p->copy;
    return copy;
}

void packet_free(struct world *world, struct packet *p)
{
    struct pool *pool = &world->packets[p->size];

    ASSERT(!event_is_armed(&p->event));
    /* What is left of it would be in every snapshot. */
    memset(p, 0, sizeof(*p) + p->head + p->len);
    pool_put(pool, p);
}

void packet_drop(struct packet *p, struct node *node, rule_id rule)
{
    packet_drop_with(p, node, rule, 0, 0);
}

void packet_tell_drop(const struct packet *p, struct node *node, rule_id rule, int64_t a,
                      int64_t b)
{
    struct record *record;

    if (node->world->trace == NULL)
        return;
    record = node_record(node, RECORD_LOST);
    record->frame = p->frame;
    record->rule = rule;
    record->a = a;
    record->b = b;
    record->what = LINK_NONE;
    world_record(node->world, record);
}

void packet_drop_with(struct packet *p, struct node *node, rule_id rule, int64_t a, int64_t b)
{
    packet_tell_drop(p, node, rule, a, b);
    packet_free(node->world, p);
}

uint8_t *packet_push(struct packet *p, size_t n)
{
    ASSERT(n <= p->head);
    p->head -= (uint32_t)n;
    p->len += (uint32_t)n;
    return packet_bytes(p);
}

void packet_pull(struct packet *p, size_t n)
{
    ASSERT(n <= p->len);
    p->head += (uint32_t)n;
    p->len -= (uint32_t)n;
}

void packet_trim(struct packet *p, size_t len)
{
    ASSERT(len <= p->len);
    p->len = (uint32_t)len;
}

bool packet_pad(struct packet *p, size_t n)
{
    if (n > p->capacity - p->head - p->len)
        return false;
    memset(packet_bytes(p) + p->len, 0, n);
    p->len += (uint32_t)n;
    return true;
}

struct span packet_from(const struct packet *p, enum packet_layer layer)
{
    uint32_t start = p->layer[layer];

    if (start == 0 || start > p->head + p->len)
        return (struct span){ p->buffer + p->head, 0 };
    return (struct span){ p->buffer + start, p->head + p->len - start };
}

void packet_stamp(struct packet *p, uint64_t what, uint32_t nth)
{
    p->identity = hash_add(hash_mix(what), nth);
}

void packet_derive(struct packet *p, const struct packet *from, uint64_t part)
{
    p->identity = packet_derived_identity(from->identity, part);
}

void packet_list_add(struct packet_list *list, struct packet *p)
{
    p->next = NULL;
    if (list->first == NULL)
        list->first = p;
    else
        list->last->next = p;
    list->last = p;
    list->count++;
}

struct packet *packet_list_take(struct packet_list *list)
{
    struct packet *p = list->first;

    if (p == NULL)
        return NULL;
    list->first = p->next;
    if (list->first == NULL)
        list->last = NULL;
    p->next = NULL;
    list->count--;
    return p;
}
