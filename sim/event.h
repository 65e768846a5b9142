/*
 * event.h - the queue of what is going to happen, and timers.
 *
 * Events are ordered by (time, insertion number): what is armed first
 * happens first, and ties never depend on chance or on addresses. An event
 * is embedded in its owner and is its own timer: it is armed, moved and
 * disarmed in place, so no garbage piles up in the queue.
 *
 *   struct arp_entry { struct event retry; ... };
 *   event_init(&e->retry, arp_retry);
 *   event_arm(&world->queue, &e->retry, world->now + 1 * SECONDS);
 *
 * The queue is a 4-ary heap in the arena. Each event knows its slot.
 */
#ifndef RUNG_SIM_EVENT_H
#define RUNG_SIM_EVENT_H

#include "sim/arena.h"
#include "sim/vtime.h"

struct world;
struct event;

typedef void event_fn(struct world *world, struct event *event);

struct event {
    event_fn *fire;
    uint32_t slot;  /* place in the heap, counted from 1; 0: not armed */
    uint32_t cause; /* number of the event that armed it, for "why" */
    uint32_t subject; /* of a timer: its owner's number in the trace */
    uint16_t node;  /* whom it concerns, NODE_NONE if nobody */
    uint16_t timer; /* what to call it ("ARP retry"), 0: not a timer */
    bool housekeeping; /* a world in which only these are left has ended */
};

struct event_slot {
    vtime at;
    uint64_t order;
    struct event *event;
};

struct event_queue {
    struct arena *arena;
    struct event_slot *heap; /* heap[1] is next */
    uint32_t count, capacity;
    uint32_t busy;    /* armed events that are not housekeeping */
    uint32_t current; /* number of the event now happening: the cause */
    uint64_t inserted;
};

void event_queue_init(struct event_queue *queue, struct arena *arena);

/* A fresh event of NODE (NODE_NONE for none) that will call FIRE. */
void event_init(struct event *event, uint16_t node, event_fn *fire);

/* Arms EVENT for time AT, or moves it there. It counts as inserted now. */
void event_arm(struct event_queue *queue, struct event *event, vtime at);

/*
 * What waits in a line of its own, in the order in which it is due, needs no
 * entry in the queue but for its head: a wire with 3,000 frames on it is one
 * event. Who joins such a line takes a ticket, and when he has come to its
 * head, the line's event is armed with that: all happens in the very order in
 * which it would if each were armed at once.
 */
struct event_ticket {
    vtime at;
    uint64_t order;
    uint32_t cause;
    uint32_t unused; /* no padding from a stack may get into the arena */
};

/* A ticket for time AT, taken now: its place among equal times. */
struct event_ticket event_ticket_take(struct event_queue *queue, vtime at);

/* Arms EVENT, which is not armed, as it would be had it been armed then. */
void event_arm_by_ticket(struct event_queue *queue, struct event *event,
                         const struct event_ticket *ticket);

/* Disarms EVENT. Nothing happens if it is not armed. */
void event_disarm(struct event_queue *queue, struct event *event);

static inline bool event_is_armed(const struct event *event)
{
    return event->slot != 0;
}

/* When an armed event is due; VTIME_NEVER if it is not armed. */
vtime event_due(const struct event_queue *queue, const struct event *event);

/* Takes the next event off the queue; NULL when the queue is empty. */
struct event *event_next(struct event_queue *queue, vtime *at);

/* Time of the next event, or VTIME_NEVER. */
vtime event_next_at(const struct event_queue *queue);

#endif
