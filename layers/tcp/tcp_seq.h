/*
 * tcp_seq.h - arithmetic on sequence numbers (RFC 9293 3.4).
 *
 * Sequence numbers wrap from 2^32 - 1 to 0, so "less" means "less than half
 * the space ahead". Nobody in this folder compares two of them in any other
 * way than through these.
 */
#ifndef RUNG_LAYERS_TCP_TCP_SEQ_H
#define RUNG_LAYERS_TCP_TCP_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t seq32;

static inline bool seq_lt(seq32 a, seq32 b) { return (int32_t)(a - b) < 0; }
static inline bool seq_le(seq32 a, seq32 b) { return (int32_t)(a - b) <= 0; }
static inline bool seq_gt(seq32 a, seq32 b) { return (int32_t)(a - b) > 0; }
static inline bool seq_ge(seq32 a, seq32 b) { return (int32_t)(a - b) >= 0; }
static inline seq32 seq_max(seq32 a, seq32 b) { return seq_gt(a, b) ? a : b; }
static inline seq32 seq_min(seq32 a, seq32 b) { return seq_lt(a, b) ? a : b; }

/* SEQ lies in the LEN numbers that begin at START. */
static inline bool seq_in(seq32 seq, seq32 start, uint32_t len)
{
    return seq - start < len;
}

#endif
