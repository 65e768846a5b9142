#include "layers/tcp/tcp_memory.h"

#include <string.h>

static unsigned log_of(size_t size)
{
    unsigned log = TCP_BLOCK_MIN_LOG;

    while (((size_t)1 << log) < size)
        log++;
    ASSERT(log <= TCP_BLOCK_MAX_LOG);
    return log;
}

/* A block out of the list at FREE, or NULL. */
static void *list_take(struct tcp_memory *memory, void **free, size_t size)
{
    void *block = *free;

    memory->live += size;
    if (block != NULL)
        memcpy(free, block, sizeof(void *));
    return block;
}

static void list_put(struct tcp_memory *memory, void **free, void *block, size_t size)
{
    memory->live -= size;
    memcpy(block, free, sizeof(void *));
    *free = block;
}

void *tcp_memory_get(struct tcp_memory *memory, size_t size, size_t *room)
{
    unsigned log = log_of(size);
    void *block;

    *room = (size_t)1 << log;
    block = list_take(memory, &memory->free[log], *room);
    return block != NULL ? block : arena_alloc(memory->arena, *room);
}

void tcp_memory_put(struct tcp_memory *memory, void *block, size_t room)
{
    if (block != NULL)
        list_put(memory, &memory->free[log_of(room)], block, room);
}

/* ---- Rings ---- */

static struct tcp_ring ring_new(struct tcp_memory *memory, size_t need)
{
    unsigned log = log_of(need);
    struct tcp_ring ring = { NULL, (size_t)1 << log };

    ring.bytes = list_take(memory, &memory->free_rings[log], ring.size);
    if (ring.bytes == NULL) {
        ring.bytes = arena_alloc(memory->arena, ring.size);
        arena_tells(memory->arena, ring.bytes, ring.size);
    }
    return ring;
}

void tcp_ring_reserve(struct tcp_ring *ring, struct tcp_memory *memory, seq32 start, size_t kept,
                      size_t need)
{
    struct tcp_ring grown;

    if (need <= ring->size)
        return;
    grown = ring_new(memory, need);
    while (kept > 0) {
        struct span part = tcp_ring_peek(ring, start, kept);

        tcp_ring_write(&grown, memory, start, part);
        start += (seq32)part.len;
        kept -= part.len;
    }
    tcp_ring_release(ring, memory);
    *ring = grown;
}

void tcp_ring_release(struct tcp_ring *ring, struct tcp_memory *memory)
{
    if (ring->bytes != NULL) {
        list_put(memory, &memory->free_rings[log_of(ring->size)], ring->bytes, ring->size);
        arena_wrote(memory->arena, ring->bytes, sizeof(void *));
    }
    ring->bytes = NULL;
    ring->size = 0;
}

struct span tcp_ring_peek(const struct tcp_ring *ring, seq32 seq, size_t len)
{
    size_t at = ring->size == 0 ? 0 : seq & (ring->size - 1);

    return (struct span){ ring->bytes + at, min_size(len, ring->size - at) };
}

void tcp_ring_write(struct tcp_ring *ring, struct tcp_memory *memory, seq32 seq, struct span bytes)
{
    size_t at = seq & (ring->size - 1);
    size_t first = min_size(bytes.len, ring->size - at);

    if (bytes.len == 0)
        return;
    memcpy(ring->bytes + at, bytes.at, first);
    memcpy(ring->bytes, bytes.at + first, bytes.len - first);
    arena_wrote(memory->arena, ring->bytes + at, first);
    arena_wrote(memory->arena, ring->bytes, bytes.len - first);
}

void tcp_ring_read(const struct tcp_ring *ring, seq32 seq, uint8_t *out, size_t len)
{
    struct span first = tcp_ring_peek(ring, seq, len);

    if (len == 0)
        return;
    memcpy(out, first.at, first.len);
    memcpy(out + first.len, ring->bytes, len - first.len);
}
