/*
 * tcp_memory.h - where a host's TCP keeps what grows: byte rings, queues.
 *
 * The arena takes nothing back, so blocks come in powers of two and return
 * to a free list of their size, from which the next connection takes them.
 *
 * A RING holds the bytes of a stream by sequence number: the byte SEQ lies
 * at SEQ modulo the ring's size, so nothing is ever moved, and what arrives
 * early is put where it belongs. It begins small and grows with its use. Rings
 * are most of a world's memory, so the arena is told of what is written there.
 */
#ifndef RUNG_LAYERS_TCP_TCP_MEMORY_H
#define RUNG_LAYERS_TCP_TCP_MEMORY_H

#include "layers/tcp/tcp_seq.h"
#include "sim/arena.h"

enum { TCP_BLOCK_MIN_LOG = 6, TCP_BLOCK_MAX_LOG = 31 };

struct tcp_memory {
    struct arena *arena;
    void *free[TCP_BLOCK_MAX_LOG + 1];       /* lists through the first word */
    void *free_rings[TCP_BLOCK_MAX_LOG + 1]; /* and of what is told of (arena.h) */
    uint64_t live;                           /* bytes in blocks that are taken */
};

/* A block of at least SIZE bytes, content unspecified; *ROOM is its size, a
 * power of two. */
void *tcp_memory_get(struct tcp_memory *memory, size_t size, size_t *room);
void tcp_memory_put(struct tcp_memory *memory, void *block, size_t room);

struct tcp_ring {
    uint8_t *bytes;
    size_t size; /* a power of two; 0: no memory yet */
};

/* Makes room for NEED bytes from START on, keeping the KEPT ones there. */
void tcp_ring_reserve(struct tcp_ring *ring, struct tcp_memory *memory, seq32 start, size_t kept,
                      size_t need);
void tcp_ring_release(struct tcp_ring *ring, struct tcp_memory *memory);

void tcp_ring_write(struct tcp_ring *ring, struct tcp_memory *memory, seq32 seq, struct span bytes);
void tcp_ring_read(const struct tcp_ring *ring, seq32 seq, uint8_t *out, size_t len);
/* Those of the LEN bytes from SEQ on that lie together in memory. */
struct span tcp_ring_peek(const struct tcp_ring *ring, seq32 seq, size_t len);

#endif
