/*
 * bulk.h - endless transfers through one link, to be measured.
 *
 *   source 1 ==\\                             //==> sink 1
 *   source 2 ===>> a --- rate, delay, queue --- b <<==> sink 2
 *
 *   struct bulk_config config = bulk_defaults();
 *   struct bulk bulk;
 *
 *   config.flows = 2;
 *   bulk_open(&bulk, &config);
 *   bulk_run_until(&bulk, 60 * SECONDS);
 *   use(bulk.flows[1].delivered);
 *   bulk_close(&bulk);
 *
 * All flows go from host a to host b and never end; what arrives is read at
 * once. No trace is kept: figures need long runs. Virtual time, so that each
 * figure is the same on every machine.
 */
#ifndef RUNG_TESTS_SUPPORT_BULK_H
#define RUNG_TESTS_SUPPORT_BULK_H

#include "layers/host.h"

struct filter;
struct tcb;

enum { BULK_FLOWS_MAX = 256 };

struct bulk_config {
    unsigned flows;
    vtime between;  /* two flows' beginnings */
    int64_t rate;   /* bits a second, 0: unlimited; each way */
    vtime delay;    /* each way */
    uint32_t queue; /* frames */
    uint32_t loss;  /* toward the sinks, per million */
    /* The every so manieth segment with data (its retransmissions are counted,
     * too) is lost; 0: none. */
    uint32_t drop_every;
    struct tcp_config tcp; /* of both hosts */
};

struct bulk_flow {
    struct event begin;
    struct bulk *bulk;
    struct tcb *source; /* NULL: not begun, or over */
    uint64_t delivered; /* bytes, to the sink's application */
};

struct bulk {
    struct world *world;
    struct host *a, *b;
    struct fault *drops;
    struct filter *data; /* what `drops` counts */
    unsigned accepted;
    struct bulk_flow flows[BULK_FLOWS_MAX];
};

/* One flow, 10 Mbit/s, 10 ms each way, 100 frames of queue, no losses; TCP as
 * a lab has it by default. */
struct bulk_config bulk_defaults(void);

void bulk_open(struct bulk *bulk, const struct bulk_config *config);
void bulk_close(struct bulk *bulk);

/* It is T then. */
void bulk_run_until(struct bulk *bulk, vtime t);
/* Until COUNT segments with data have gone. */
void bulk_run_segments(struct bulk *bulk, uint32_t count);

/* Of all flows together. */
uint64_t bulk_delivered(const struct bulk *bulk);

#endif
