/*
 * exercise_header.h - the header that a question of the kind `field` is about.
 *
 *   Source port            tcp.srcport   80
 *   Acknowledgment number  tcp.ack       ____      <- what is asked
 *
 * Values are what the ladder says: sequence numbers from 0, windows scaled.
 */
#ifndef RUNG_TOOLS_EXERCISE_HEADER_H
#define RUNG_TOOLS_EXERCISE_HEADER_H

#include "tools/lib/exercise.h"

enum { EXERCISE_FIELDS_MAX = 60 };

struct exercise_field {
    const char *label; /* "Time to Live", or "" */
    char name[40];     /* "ip.ttl" */
    bool is_blank;     /* it is the one that is asked */
    char value[ANSWER_TEXT_SIZE];
};

/* The fields of the header of question INDEX (kind `field`, not void), in its
 * order, into FIELDS; returns how many. What is no field of it as it travels (tcp.len)
 * comes last; what would give it away is left out. */
size_t exercise_header(struct exercise *e, size_t index,
                       struct exercise_field fields[EXERCISE_FIELDS_MAX]);

/* Whether the header that is shown when the field ASKED is asked of it ("tcp.ack")
 * tells FACT, too; the frame's number stands above it. */
bool exercise_header_tells(const char *asked, const struct frame_fact *fact);

/* The frame that it is the header of. */
uint32_t exercise_frame(const struct exercise *e, size_t index);

#endif
