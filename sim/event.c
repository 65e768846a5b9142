#include "sim/event.h"

#include <string.h>

#define HEAP_FIRST_CAPACITY 64
#define HEAP_ARITY 4

static uint32_t parent_of(uint32_t slot)
{
    return (slot - 2) / HEAP_ARITY + 1;
}

static uint32_t first_child_of(uint32_t slot)
{
    return (slot - 1) * HEAP_ARITY + 2;
}

static bool comes_before(const struct event_slot *a, const struct event_slot *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void put_in_slot(struct event_queue *queue, uint32_t slot, struct event_slot entry)
{
    queue->heap[slot] = entry;
    entry.event->slot = slot;
}

static void sift_up(struct event_queue *queue, uint32_t slot, struct event_slot entry)
{
    while (slot > 1 && comes_before(&entry, &queue->heap[parent_of(slot)])) {
        put_in_slot(queue, slot, queue->heap[parent_of(slot)]);
        slot = parent_of(slot);
    }
    put_in_slot(queue, slot, entry);
}

static uint32_t smallest_child(const struct event_queue *queue, uint32_t slot)
{
    uint32_t child = first_child_of(slot);
    uint32_t end = child + HEAP_ARITY;
    uint32_t best = child;

    if (child > queue->count)
        return 0;
    if (end > queue->count + 1)
        end = queue->count + 1;
    while (++child < end)
        if (comes_before(&queue->heap[child], &queue->heap[best]))
            best = child;
    return best;
}

static void sift_down(struct event_queue *queue, uint32_t slot, struct event_slot entry)
{
    uint32_t child;

    while ((child = smallest_child(queue, slot)) != 0 &&
           comes_before(&queue->heap[child], &entry)) {
        put_in_slot(queue, slot, queue->heap[child]);
        slot = child;
    }
    put_in_slot(queue, slot, entry);
}

/* Entry SLOT got another key: move it to where it belongs. */
static void settle(struct event_queue *queue, uint32_t slot, struct event_slot entry)
{
    if (slot > 1 && comes_before(&entry, &queue->heap[parent_of(slot)]))
        sift_up(queue, slot, entry);
    else
        sift_down(queue, slot, entry);
}

static void grow(struct event_queue *queue)
{
    uint32_t capacity = queue->capacity * 2;
    struct event_slot *heap;

    /* The old array is left behind: doubling wastes at most as much again. */
    heap = ARENA_ARRAY(queue->arena, struct event_slot, capacity + 1);
    memcpy(heap, queue->heap, ((size_t)queue->count + 1) * sizeof(*heap));
    queue->heap = heap;
    queue->capacity = capacity;
}

void event_queue_init(struct event_queue *queue, struct arena *arena)
{
    memset(queue, 0, sizeof(*queue));
    queue->arena = arena;
    queue->capacity = HEAP_FIRST_CAPACITY;
    queue->heap = ARENA_ARRAY(arena, struct event_slot, queue->capacity + 1);
}

void event_init(struct event *event, uint16_t node, event_fn *fire)
{
    memset(event, 0, sizeof(*event));
    event->fire = fire;
    event->node = node;
}

/* Puts ENTRY, whose event is not armed, into the heap. */
static void put_in(struct event_queue *queue, struct event_slot entry)
{
    if (queue->count == queue->capacity)
        grow(queue);
    if (!entry.event->housekeeping)
        queue->busy++;
    sift_up(queue, ++queue->count, entry);
}

void event_arm(struct event_queue *queue, struct event *event, vtime at)
{
    struct event_slot entry = { at, ++queue->inserted, event };

    ASSERT(event->fire != NULL);
    event->cause = queue->current;
    if (event_is_armed(event))
        settle(queue, event->slot, entry);
    else
        put_in(queue, entry);
}

struct event_ticket event_ticket_take(struct event_queue *queue, vtime at)
{
    return (struct event_ticket){ at, ++queue->inserted, queue->current, 0 };
}

void event_arm_by_ticket(struct event_queue *queue, struct event *event,
                         const struct event_ticket *ticket)
{
    ASSERT(event->fire != NULL && !event_is_armed(event));
    event->cause = ticket->cause;
    put_in(queue, (struct event_slot){ ticket->at, ticket->order, event });
}

/* Takes the entry in SLOT out of the heap. */
static void take_out(struct event_queue *queue, uint32_t slot)
{
    struct event *event = queue->heap[slot].event;
    struct event_slot last = queue->heap[queue->count--];

    if (!event->housekeeping)
        queue->busy--;
    event->slot = 0;
    if (last.event != event)
        settle(queue, slot, last);
}

void event_disarm(struct event_queue *queue, struct event *event)
{
    if (event_is_armed(event))
        take_out(queue, event->slot);
}

vtime event_due(const struct event_queue *queue, const struct event *event)
{
    return event_is_armed(event) ? queue->heap[event->slot].at : VTIME_NEVER;
}

struct event *event_next(struct event_queue *queue, vtime *at)
{
    struct event *event;

    if (queue->count == 0)
        return NULL;
    event = queue->heap[1].event;
    *at = queue->heap[1].at;
    take_out(queue, 1);
    return event;
}

vtime event_next_at(const struct event_queue *queue)
{
    return queue->count == 0 ? VTIME_NEVER : queue->heap[1].at;
}
