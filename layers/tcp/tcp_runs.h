/*
 * tcp_runs.h - what arrived too early: runs of sequence numbers, in order.
 *
 *   RCV.NXT      |== run ==|      |=== run ===|   |=|
 *
 * The bytes lie in the receive ring already; this only knows where. SACK
 * blocks are made from it: the run that grew last comes first, then those
 * reported before it (RFC 2018 4).
 */
#ifndef RUNG_LAYERS_TCP_TCP_RUNS_H
#define RUNG_LAYERS_TCP_TCP_RUNS_H

#include "layers/tcp/tcp_memory.h"

enum { TCP_RUNS_MAX = 4096, TCP_RUNS_RECENT = 4 };

struct tcp_run {
    seq32 left, right; /* right: one past the last */
};

struct tcp_runs {
    struct tcp_run *at;
    size_t room;
    uint32_t count, capacity;
    seq32 recent[TCP_RUNS_RECENT]; /* a number in each, newest first */
    unsigned recent_count;
};

/* Adds LEFT to RIGHT, joining what touches. False if there are too many runs:
 * then nothing was added. */
bool tcp_runs_add(struct tcp_runs *runs, struct tcp_memory *memory, seq32 left, seq32 right);

/* Takes off the first run if it begins at or before NEXT: its end, or NEXT. */
seq32 tcp_runs_take(struct tcp_runs *runs, seq32 next);

/* The run that holds SEQ, or NULL. */
const struct tcp_run *tcp_runs_find(const struct tcp_runs *runs, seq32 seq);

/* The first run that holds some of LEFT to RIGHT, or NULL. */
const struct tcp_run *tcp_runs_overlap(const struct tcp_runs *runs, seq32 left, seq32 right);

/* At most MOST runs for a SACK option, most recently grown first, then others:
 * as many as there are (RFC 2018 4). */
unsigned tcp_runs_recent(const struct tcp_runs *runs, struct tcp_run *out, unsigned most);

void tcp_runs_release(struct tcp_runs *runs, struct tcp_memory *memory);

#endif
