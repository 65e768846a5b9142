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

void *tcp_memory_get(struct tcp_memory *memory, size_t size, size_t *room)
{
    unsigned log = log_of(size);
    void *block = memory->free[log];

    *room = (size_t)1 << log;
    memory->live += *room;
    if (block == NULL)
        return arena_alloc(memory->arena, *room);
    memcpy(&memory->free[log], block, sizeof(void *));
    return block;
}

void tcp_memory_put(struct tcp_memory *memory, void *block, size_t room)
{
    unsigned log = log_of(room);

    if (block == NULL)
        return;
    memcpy(block, &memory->free[log], sizeof(void *));
    memory->free[log] = block;
    memory->live -= room;
}

/* ---- Rings ---- */

void tcp_ring_reserve(struct tcp_ring *ring, struct tcp_memory *memory, seq32 start, size_t kept,
                      size_t need)
{
    struct tcp_ring grown;

    if (need <= ring->size)
        return;
    grown.bytes = tcp_memory_get(memory, need, &grown.size);
    while (kept > 0) {
        struct span part = tcp_ring_peek(ring, start, kept);

        tcp_ring_write(&grown, start, part);
        start += (seq32)part.len;
        kept -= part.len;
    }
    tcp_ring_release(ring, memory);
    *ring = grown;
}

void tcp_ring_release(struct tcp_ring *ring, struct tcp_memory *memory)
{
    tcp_memory_put(memory, ring->bytes, ring->size);
    ring->bytes = NULL;
    ring->size = 0;
}

struct span tcp_ring_peek(const struct tcp_ring *ring, seq32 seq, size_t len)
{
    size_t at = ring->size == 0 ? 0 : seq & (ring->size - 1);

    return (struct span){ ring->bytes + at, min_size(len, ring->size - at) };
}

void tcp_ring_write(struct tcp_ring *ring, seq32 seq, struct span bytes)
{
    size_t at = seq & (ring->size - 1);
    size_t first = min_size(bytes.len, ring->size - at);

    if (bytes.len == 0)
        return;
    memcpy(ring->bytes + at, bytes.at, first);
    memcpy(ring->bytes, bytes.at + first, bytes.len - first);
}

void tcp_ring_read(const struct tcp_ring *ring, seq32 seq, uint8_t *out, size_t len)
{
    struct span first = tcp_ring_peek(ring, seq, len);

    if (len == 0)
        return;
    memcpy(out, first.at, first.len);
    memcpy(out + first.len, ring->bytes, len - first.len);
}
