/*
 * watch.h - variables whose changes are recorded without the code saying so.
 *
 * A layer registers a field once; after each event the watched fields of the
 * node concerned are compared with what they were, and what changed becomes
 * a RECORD_VALUE. So protocol code holds no tracing.
 *
 * Fields of a node are compared after each of its events. Where there are
 * many (a host with 1,000 connections of 12 fields each), each owner keeps
 * its own in a group instead and touches it when it works on them: only the
 * touched groups are compared, after the event in which they were touched.
 */
#ifndef RUNG_SIM_WATCH_H
#define RUNG_SIM_WATCH_H

#include "sim/base.h"

struct node;
struct world;

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

/* The fields of one owner, in the arena. Zeroed, it is a valid empty group. */
struct watch_group {
    struct watch_group *next_touched;
    struct watch *watches; /* in the order in which they were added */
    struct node *node;     /* whose it is, once it was touched */
    bool touched;
};

/* The groups of a world that wait to be compared, in the order of touching:
 * also an event of nobody, or of another node, may touch a node's groups. */
struct watch_touched {
    struct watch_group *first, *last;
};

/* As watch_add, but the field is looked at only when GROUP is touched. */
void watch_group_add(struct watch_group *group, struct watch *watch, uint16_t variable,
                     uint32_t subject, const void *field, uint8_t size);

/* GROUP of NODE is to be compared after the present event. Touching it again
 * changes nothing; without a trace it costs one test of a pointer. */
void watch_group_touch(struct node *node, struct watch_group *group);

/* Before GROUP's memory goes: compares it, if touched, and empties it. */
void watch_group_forget(struct node *node, struct watch_group *group);

/* After an event of NODE: records what changed in its own fields, then in the
 * touched groups. */
void watch_compare(struct node *node);

/* After an event of nobody: only the touched groups. */
void watch_compare_touched(struct world *world);

#endif
