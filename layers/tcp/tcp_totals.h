/*
 * tcp_totals.h - what all connections of a host have done together.
 *
 * A connection that is no more takes its numbers with it, but a class asks at
 * the end of a run how much was delivered. So TCP adds a connection's totals
 * to host->tcp_gone when it frees its TCB:
 *
 *   tcp_status(t, &status);
 *   tcp_totals_add(&host->tcp_gone, &status);
 */
#ifndef RUNG_LAYERS_TCP_TCP_TOTALS_H
#define RUNG_LAYERS_TCP_TCP_TOTALS_H

#include <stdint.h>

struct tcp_status;

struct tcp_totals {
    uint64_t bytes_sent, bytes_acked, bytes_retransmitted, bytes_delivered;
    uint64_t retransmissions, timeouts, fast_retransmits, duplicate_acks;
};

void tcp_totals_add(struct tcp_totals *totals, const struct tcp_status *status);

#endif
