/*
 * bench_tcp.h - what a simulated segment of TCP costs.
 *
 * Bulk transfers from host a to host b over one link, with real bytes from a
 * source's memory to a sink's, and checksums. Figures are CPU time of this
 * process divided by segments put on the wire, data and ACKs alike. A
 * measurement, not a test: nothing depends on it.
 */
#ifndef RUNG_TOOLS_BENCH_TCP_H
#define RUNG_TOOLS_BENCH_TCP_H

#include "sim/base.h"

struct bench_tcp_row {
    const char *name;
    unsigned flows;
    uint64_t bytes; /* of all flows together */
    int64_t buffer; /* of sender and receiver: the window */
    unsigned loss;  /* of each frame toward b, per million */
    unsigned queue; /* frames that wait for the link; less: a bottleneck */
    bool traced;
};

struct bench_tcp_result {
    uint64_t segments; /* on the wire */
    uint64_t retransmissions;
    double cpu_ns;      /* of the run alone, without set-up */
    double seconds;     /* virtual time until all was delivered */
    size_t world_bytes; /* arena used at the end */
    size_t trace_bytes; /* of records and frames; 0 untraced */
};

/* Runs ROW once. False if there is no memory, or a byte is missing or wrong. */
bool bench_tcp(const struct bench_tcp_row *row, struct bench_tcp_result *result);

#endif
