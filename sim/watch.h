/*
 * watch.h - variables whose changes are recorded without the code saying so.
 *
 * A layer registers a field once; after each event the watched fields of the
 * node concerned are compared with what they were, and what changed becomes
 * a RECORD_VALUE. So protocol code holds no tracing.
 */
#ifndef RUNG_SIM_WATCH_H
#define RUNG_SIM_WATCH_H

#include "sim/base.h"

struct node;

struct watch {
    struct watch *next;
    const void *field;
    int64_t last;
    uint32_t subject;
    uint16_t variable; /* the layers' number of its name */
    uint8_t size;      /* 1, 2, 4 or 8 bytes, unsigned but for 8 */
};

/* Watches FIELD (in the arena, SIZE bytes). WATCH is the caller's memory. */
void watch_add(struct node *node, struct watch *watch, uint16_t variable, uint32_t subject,
               const void *field, uint8_t size);
void watch_remove(struct node *node, struct watch *watch);

/* Records what changed in NODE's watched fields. */
void watch_compare(struct node *node);

#endif
