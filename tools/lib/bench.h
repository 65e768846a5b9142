/*
 * bench.h - what a simulated frame costs.
 *
 * UDP datagrams of 1,400 bytes, with real bytes and checksums, from host to
 * host. Figures are CPU time of this process divided by frames put on a
 * wire (through a switch each datagram is two frames). A measurement, not a
 * test: nothing depends on it.
 */
#ifndef RUNG_TOOLS_BENCH_H
#define RUNG_TOOLS_BENCH_H

#include "sim/base.h"

struct bench_row {
    unsigned hosts;
    bool through_switch;
    bool traced;
    uint64_t datagrams; /* to send in all */
};

struct bench_result {
    uint64_t frames, datagrams, events;
    double cpu_ns;       /* of the run alone, without set-up */
    size_t world_bytes;  /* arena used at the end */
    size_t trace_bytes;  /* of records and frames; 0 untraced */
};

/* Runs ROW once. False if there is no memory or a datagram went astray. */
bool bench_udp(const struct bench_row *row, struct bench_result *result);

/* CPU time of this process so far, ns. */
double bench_cpu_ns(void);

#endif
