/*
 * tcp_queue.h - the retransmission queue, which is the SACK scoreboard too.
 *
 *   SND.UNA                                             SND.NXT
 *   | lost, resent | lost | sacked | sacked | lost? | sent |
 *                                   ^ entries, one a segment as it was sent
 *
 * Each entry knows when it was last sent and how often, whether the peer has
 * reported it (SACK, RFC 2018), and whether it is believed lost. The sums
 * over all entries are kept up to date, so that the pipe of RFC 6675 is an
 * addition, and "next one that was not reported" skips over whole runs.
 *
 * Entries have numbers that rise for ever; the oldest in the queue is
 * `first`. Nothing here decides anything: tcp_loss.c and tcp_rack.c do.
 */
#ifndef RUNG_LAYERS_TCP_TCP_QUEUE_H
#define RUNG_LAYERS_TCP_TCP_QUEUE_H

#include "layers/tcp/tcp_memory.h"
#include "sim/vtime.h"

struct tcp_sent {
    vtime at;     /* of the last sending */
    seq32 seq;
    uint32_t len; /* in sequence space: SYN and FIN count */
    uint32_t skip; /* number of the next entry that may be unreported */
    uint16_t times; /* sent so often */
    bool syn : 1, fin : 1;
    bool sacked : 1;
    bool lost : 1;
    bool resent : 1; /* since it was believed lost */
};

struct tcp_queue {
    struct tcp_sent *ring;
    size_t room;               /* bytes of the block */
    uint32_t capacity;         /* entries, a power of two */
    uint32_t first, end;       /* numbers; equal: empty */
    uint32_t sacked, lost, resent; /* bytes; resent ones are lost ones too */
    uint32_t reported;         /* entries that are sacked */
    uint32_t next_lost;        /* nothing before it needs to be sent again */
    seq32 highest_sacked;      /* right edge; only good while sacked > 0 */
};

static inline bool tcp_queue_is_empty(const struct tcp_queue *q) { return q->first == q->end; }
static inline struct tcp_sent *tcp_queue_at(const struct tcp_queue *q, uint32_t number)
{
    return &q->ring[number & (q->capacity - 1)];
}

/* Adds what was just sent for the first time. */
struct tcp_sent *tcp_queue_add(struct tcp_queue *q, struct tcp_memory *memory, seq32 seq,
                               uint32_t len, vtime now);
void tcp_queue_release(struct tcp_queue *q, struct tcp_memory *memory);

/* What one cumulative ACK took off the queue. */
struct tcp_acked {
    uint32_t bytes;      /* in sequence space */
    uint32_t reported;   /* of them, what SACK had reported before */
    vtime sent_at;       /* of the oldest that was sent once and not reported; -1: none */
    vtime newest_sent_at; /* of the one sent last, resent or not; 0: of none */
    seq32 newest_end;
    bool newest_resent;
    bool resent;         /* some had been sent more than once */
    bool once;           /* some had been sent once and not been reported: */
    seq32 once_end;      /* where the oldest of them ends */
    bool syn, fin;
    bool marked;         /* the ACK echoed a congestion mark: its reader notes that */
};

/* Takes off what lies before UNA; an entry of which a part does is cut. */
void tcp_queue_acked(struct tcp_queue *q, seq32 una, struct tcp_acked *acked);

/* What a SACK block newly reports: LEFT to RIGHT, within the queue. Entries
 * that lie across an edge are split. Each newly reported one is told to FOUND
 * (may be NULL). Returns the bytes that were not reported before. */
typedef void tcp_queue_fn(void *ctx, const struct tcp_sent *sent);
uint32_t tcp_queue_sack(struct tcp_queue *q, struct tcp_memory *memory, seq32 left, seq32 right,
                        tcp_queue_fn *found, void *ctx);

/* The peer has thrown away what it reported (reneging, RFC 2018 8). */
void tcp_queue_forget_sacks(struct tcp_queue *q);

/* Believes entry NUMBER lost; nothing happens if it is, or was reported. A
 * resent one is believed lost again. */
void tcp_queue_lose(struct tcp_queue *q, uint32_t number);
void tcp_queue_lose_all(struct tcp_queue *q);
/* All lost marks are taken back: recovery is over. */
void tcp_queue_forget_losses(struct tcp_queue *q);

/* The oldest entry that is believed lost and not resent; NULL if none. */
struct tcp_sent *tcp_queue_next_lost(struct tcp_queue *q);

/* Entry SENT goes out again, now. */
void tcp_queue_sent_again(struct tcp_queue *q, struct tcp_sent *sent, vtime now);

/* Cuts entry NUMBER so that it holds LEN bytes; the rest becomes the next. */
void tcp_queue_split(struct tcp_queue *q, struct tcp_memory *memory, uint32_t number,
                     uint32_t len);

/* Number of the entry that holds SEQ, which must lie in the queue. */
uint32_t tcp_queue_find(const struct tcp_queue *q, seq32 seq);

/* From NUMBER on, the first entry that was not reported; q->end if all were. */
uint32_t tcp_queue_unsacked(struct tcp_queue *q, uint32_t number);

/* Bytes believed to be in the network, of IN_FLIGHT = SND.NXT - SND.UNA. */
static inline uint32_t tcp_queue_pipe(const struct tcp_queue *q, uint32_t in_flight)
{
    return in_flight - q->sacked - q->lost + q->resent;
}

#endif
