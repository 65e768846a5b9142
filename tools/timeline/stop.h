/*
 * stop.h - breakpoints: a tcpdump filter, or a condition.
 *
 *   tcp[tcpflags] & tcp-fin != 0      stops where such a frame is put on a wire
 *   a.tcp.state == FIN-WAIT-2         stops at the event that makes it true
 *
 * A condition is looked at between events, so what is true only within one
 * does not stop. Both work in both directions: backwards is "when did this
 * become true?". The world of the side is walked on the way; who calls takes
 * it to where the cursor goes.
 */
#ifndef RUNG_TIMELINE_STOP_H
#define RUNG_TIMELINE_STOP_H

#include "tools/timeline/session.h"

struct filter;
struct expression;

enum { STOP_TEXT_SIZE = 600, STOPS_MAX = 20 };

struct stop {
    char text[STOP_TEXT_SIZE];
    struct filter *filter; /* one of these two */
    struct expression *expression;
};

struct stop_list {
    struct stop *at[STOPS_MAX];
    size_t count;
};

/* Reads TEXT for the runs of SESSION and adds it. False: WHY says what is wrong, and *COLUMN
 * at which byte of TEXT. */
bool stop_add(struct stop_list *list, const struct session *session, const char *text, char *why,
              size_t size, size_t *column);
void stop_remove(struct stop_list *list, size_t index);
void stop_clear(struct stop_list *list);

struct stop_hit {
    uint32_t event;
    uint32_t record; /* of the frame; of a condition the event's first, or MOMENT_BEFORE */
    const struct stop *stop;
};

/* The nearest hit behind (or, if BACK, before) the moment EVENT, RECORD of
 * SIDE. False: there is none. */
bool stop_find(const struct stop_list *list, struct session *session, enum session_side side,
               uint32_t event, uint32_t record, bool back, struct stop_hit *hit);

#endif
