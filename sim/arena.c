#include "sim/arena.h"

#include <string.h>
#include <sys/mman.h>

#define ARENA_ALIGN 16
#define ARENA_SMALLEST ((size_t)1 << 20)
#define ARENA_SMALL_PAGES ((size_t)1 << 20)
#define POOL_SLAB_BYTES 16384

/* Small worlds stay small; one that grows beyond a MiB or two would spend more
 * time on page faults than on frames, so it gets large pages from there. */
static void want_large_pages(const struct arena *arena)
{
#ifdef MADV_HUGEPAGE
    if (arena->reserved > 2 * ARENA_SMALL_PAGES)
        madvise(arena->base + ARENA_SMALL_PAGES, arena->reserved - ARENA_SMALL_PAGES,
                MADV_HUGEPAGE);
#else
    (void)arena;
#endif
}

bool arena_open(struct arena *arena, size_t reserve)
{
    /*
     * Only address space is taken here; a page costs memory once it is
     * touched. Some systems count reservations all the same: ask for less.
     */
    for (; reserve >= ARENA_SMALLEST; reserve /= 2) {
        void *base = mmap(NULL, reserve, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base != MAP_FAILED) {
            arena->base = base;
            arena->used = 0;
            arena->reserved = reserve;
            arena->marks = NULL;
            want_large_pages(arena);
            return true;
        }
    }
    return false;
}

static size_t marks_size(const struct arena *arena)
{
    return arena->reserved / ARENA_PAGE + 1;
}

bool arena_listen(struct arena *arena)
{
    void *marks = mmap(NULL, marks_size(arena), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (marks == MAP_FAILED)
        return false;
    arena_stop_listening(arena);
    arena->marks = marks;
    return true;
}

void arena_stop_listening(struct arena *arena)
{
    if (arena->marks != NULL)
        munmap(arena->marks, marks_size(arena));
    arena->marks = NULL;
}

void arena_tells(struct arena *arena, const void *at, size_t size)
{
    size_t start = (size_t)((const uint8_t *)at - arena->base);

    if (arena->marks == NULL)
        return;
    for (size_t i = (start + ARENA_PAGE - 1) / ARENA_PAGE; (i + 1) * ARENA_PAGE <= start + size;
         i++)
        arena->marks[i] = ARENA_TOLD | ARENA_WROTE;
}

/* Memory that is handed out is nobody's yet who tells: after going back, what
 * its pages were told of in another future does not count. */
static void forget_marks(struct arena *arena, size_t start, size_t size)
{
    if (arena->marks != NULL && size > 0)
        memset(arena->marks + start / ARENA_PAGE, 0,
               (start + size - 1) / ARENA_PAGE - start / ARENA_PAGE + 1);
}

void arena_close(struct arena *arena)
{
    arena_stop_listening(arena);
    if (arena->base != NULL)
        munmap(arena->base, arena->reserved);
    arena->base = NULL;
    arena->used = arena->reserved = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *at = arena->base + arena->used;

    size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    ASSERT(size <= arena->reserved - arena->used);
    forget_marks(arena, arena->used, size);
    arena->used += size;
    return at;
}

void arena_truncate(struct arena *arena, size_t used)
{
    ASSERT(used <= arena->used);
    memset(arena->base + used, 0, arena->used - used);
    arena->used = used;
}

void pool_init(struct pool *pool, struct arena *arena, size_t object_size, uint32_t limit)
{
    size_t unit = object_size < sizeof(void *) ? sizeof(void *) : object_size;

    pool->arena = arena;
    pool->free = NULL;
    pool->object_size = (unit + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    pool->slab_objects = 1;
    pool->live = 0;
    pool->limit = limit;
}

/* The first slabs are small: a world of 10,000 hosts has many pools of which
 * most hold an object or two. */
static void pool_refill(struct pool *pool)
{
    size_t most = POOL_SLAB_BYTES / pool->object_size;
    size_t count = pool->slab_objects;
    uint8_t *slab;

    pool->slab_objects = (uint32_t)min_size(count * 2, most > 0 ? most : 1);
    slab = arena_alloc(pool->arena, count * pool->object_size);
    /* Backwards, so that objects are handed out in the order of memory. */
    while (count-- > 0) {
        void *object = slab + count * pool->object_size;

        memcpy(object, &pool->free, sizeof(pool->free));
        pool->free = object;
    }
}

void *pool_get(struct pool *pool)
{
    void *object;

    if (pool->live == pool->limit)
        return NULL;
    if (pool->free == NULL)
        pool_refill(pool);
    object = pool->free;
    memcpy(&pool->free, object, sizeof(pool->free));
    pool->live++;
    return object;
}

void pool_put(struct pool *pool, void *object)
{
    ASSERT(pool->live > 0);
    memcpy(object, &pool->free, sizeof(pool->free));
    pool->free = object;
    pool->live--;
}
