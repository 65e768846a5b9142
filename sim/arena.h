/*
 * arena.h - the one block of memory that a world lives in.
 *
 *   base                        used                       reserved
 *   |== allocated, in order =====|--- address space only ----|
 *
 * The arena reserves address space once and never moves, so pointers into it
 * stay good, also after a snapshot of it is copied back. Memory is handed out
 * in order and never taken back; what comes and goes (packets, cache entries)
 * comes from a pool, a free list whose objects are carved out of the arena.
 *
 * Fresh memory is zero. There is no failure to handle: a world that outgrows
 * its reservation is stopped by ASSERT, and the tables of the layers have
 * limits of their own that stop them much earlier.
 *
 * TOLD MEMORY: whoever takes copies of an arena (history.h) must look at all of
 * it to see what has changed, unless its writers tell. Large buffers that one
 * function writes to are told of: their pages are looked at only when it has.
 */
#ifndef RUNG_SIM_ARENA_H
#define RUNG_SIM_ARENA_H

#include "sim/base.h"

#define ARENA_PAGE 4096 /* bytes */

enum arena_page_mark {
    ARENA_TOLD = 1,  /* who writes to the page says so */
    ARENA_WROTE = 2, /* and has done it */
};

struct arena {
    uint8_t *base;
    size_t used;
    size_t reserved;
    uint8_t *marks; /* enum arena_page_mark of each page; NULL: nobody asks */
};

/* Reserves up to RESERVE bytes of address space, less where the system has
 * less to give. False if not even a small arena can be had. */
bool arena_open(struct arena *arena, size_t reserve);
void arena_close(struct arena *arena);

/* SIZE zeroed bytes, aligned for any object. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed room for one TYPE, or COUNT of them. */
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count)                                                            \
    ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

/* Begins to note what is told, and stops. False: no address space. */
bool arena_listen(struct arena *arena);
void arena_stop_listening(struct arena *arena);

/* From now on whoever writes to the SIZE bytes from AT on, which arena_alloc has
 * given, tells. Pages that also hold something else are not counted in. */
void arena_tells(struct arena *arena, const void *at, size_t size);

/* SIZE bytes from AT on, of memory that is told of, may have changed. */
static inline void arena_wrote(struct arena *arena, const void *at, size_t size)
{
    size_t first, last;

    if (arena->marks == NULL || size == 0)
        return;
    first = (size_t)((const uint8_t *)at - arena->base) / ARENA_PAGE;
    last = ((size_t)((const uint8_t *)at - arena->base) + size - 1) / ARENA_PAGE;
    for (size_t i = first; i <= last; i++)
        arena->marks[i] |= ARENA_WROTE;
}

/* Page I is as it was when arena_seen was said of it. */
static inline bool arena_is_as_seen(const struct arena *arena, size_t i)
{
    return arena->marks != NULL && arena->marks[i] == ARENA_TOLD;
}
static inline bool arena_is_told(const struct arena *arena, size_t i)
{
    return arena->marks != NULL && (arena->marks[i] & ARENA_TOLD) != 0;
}
static inline void arena_seen(struct arena *arena, size_t i)
{
    if (arena->marks != NULL)
        arena->marks[i] &= (uint8_t)~ARENA_WROTE;
}

/* Takes USED back to an earlier value; what lay beyond reads as zero again. */
void arena_truncate(struct arena *arena, size_t used);

/* Objects of one size. Lives in the arena that it carves from. */
struct pool {
    struct arena *arena;
    void *free; /* list through the first word of each free object */
    size_t object_size;
    uint32_t slab_objects; /* how many the next refill brings */
    uint32_t live;         /* objects handed out: 0 at the end of each test */
    uint32_t limit;        /* most objects alive at once */
};

void pool_init(struct pool *pool, struct arena *arena, size_t object_size, uint32_t limit);

/* An object with unspecified content, or NULL when LIMIT are alive. */
void *pool_get(struct pool *pool);
void pool_put(struct pool *pool, void *object);

#endif
