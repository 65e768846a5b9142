/*
 * application.h - what runs on a host: started by a command or by the lab.
 *
 * Commands ("udp send b:9 100B count 3") and the `apps:` of a lab start
 * applications. Each keeps its state in the arena, sends through the layers'
 * own interfaces and is called back by them. See layers/app/.
 *
 * The arena takes nothing back, so an application that has ended stays on
 * its host's list, and the next of its kind moves into its memory.
 */
#ifndef RUNG_LAYERS_APPLICATION_H
#define RUNG_LAYERS_APPLICATION_H

#include "sim/base.h"

struct application;
struct host;

struct application_ops {
    const char *name; /* "ping" */
    /* Ends it early: timers stopped, sockets closed. */
    void (*stop)(struct application *application);
};

struct application {
    struct application *next; /* the host's others */
    const struct application_ops *ops;
    struct host *host;
    bool ended; /* its memory may be taken over */
    uint32_t started; /* the how-manieth of its host it is: newer ones have more */
};

/* Puts APPLICATION (the caller's, in the arena) on HOST's list. */
void application_add(struct host *host, struct application *application,
                     const struct application_ops *ops);

/*
 * An application of SIZE bytes that begins with a struct application: one of
 * HOST's of the same OPS that has ended, its content as it was left, or a new
 * zeroed one. It is on HOST's list and has not ended.
 */
struct application *application_new(struct host *host, const struct application_ops *ops,
                                    size_t size);

/* Stops all of HOST's applications that have not ended. */
void application_stop_all(struct host *host);

#endif
