/*
 * bench_replay.h - what `rung replay --summary` costs on a long capture.
 *
 * A capture is made in a temporary file: thousands of connections at once, each with
 * handshake, data and ACKs, one segment in a hundred sent again, and FINs, whose
 * places new connections take; frames cut at 96 bytes, as one captures who is
 * after headers. Then it is read and analysed in full. A measurement, not a test,
 * but where the analysis does not find what was put in, it fails.
 */
#ifndef RUNG_TOOLS_BENCH_REPLAY_H
#define RUNG_TOOLS_BENCH_REPLAY_H

#include "sim/base.h"

struct bench_replay_row {
    uint32_t frames, connections; /* connections: at a time */
};

struct bench_replay_result {
    uint64_t frames, bytes; /* bytes: of the file */
    uint32_t connections;   /* in all */
    uint64_t resent, found; /* put in, and said to be sent again */
    double cpu_ns;          /* of `--summary`, output to nowhere */
    size_t grown_bytes;     /* peak memory of the process, by how much it grew */
};

/* False: no room for the file, or something else was found than was put in. */
bool bench_replay(const struct bench_replay_row *row, struct bench_replay_result *result);

#endif
