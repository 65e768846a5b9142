/*
 * lab_run.h - a lab given as text, built and ready to run, for tests.
 */
#ifndef RUNG_TESTS_SUPPORT_LAB_RUN_H
#define RUNG_TESTS_SUPPORT_LAB_RUN_H

#include "tools/lib/simulation.h"

struct lab_run {
    struct lab *lab;
    struct simulation simulation;
};

/* Reads TEXT and builds its world with these interventions. False, and a
 * failed expectation that shows the lab's errors, if it is not a sound lab. */
bool lab_run_open(struct lab_run *run, const char *text, const struct intervention *interventions,
                  uint32_t intervention_count);
void lab_run_close(struct lab_run *run);

/* Two networks, a switch, a router, every fault that chance can do, pings,
 * datagrams that are fragmented twice, a traceroute: SEED chooses the luck. */
void lab_run_busy_text(char *out, size_t size, uint64_t seed);

#endif
