/*
 * lab_from.h - a lab that does again what a captured TCP connection did.
 *
 *   capture --capture_talk.h--> one connection: segments, ends, deeds of programs
 *           --lab_from_ends---> hosts: addresses, settings, distances
 *           --lab_from_losses-> faults: what was lost, late, doubled
 *           --lab_from_script-> script: who did what, after what it had heard
 *           --lab_from_write--> YAML --run it--> course.h: how alike?
 *
 * Under `rung new --from`. What a capture cannot show is chosen, and said so in a
 * comment of the lab. The lab is run before it is given away: of several ways to
 * tell the same story the most alike is taken, and the lab says how alike it is.
 * "What if frame 17 had been lost?" is then a question that a run answers: a fault
 * more in the lab, or `d` in the timeline.
 */
#ifndef RUNG_TOOLS_LAB_FROM_H
#define RUNG_TOOLS_LAB_FROM_H

#include <stdio.h>

#include "tools/lib/course.h"

enum { LAB_FROM_WHY_SIZE = TALK_WHY_SIZE, LAB_FROM_ASSUMED_SIZE = 1200 };

enum lab_from_status {
    LAB_FROM_MADE,
    LAB_FROM_USAGE,  /* no such stream, a filter that is none */
    LAB_FROM_UNFIT,  /* nothing in this capture can become a lab */
    LAB_FROM_FAILED, /* no memory */
};

struct lab_from {
    char *lab;         /* YAML */
    char *readme;      /* Markdown */
    char names[2][80]; /* "10.0.0.1:80", client and server */
    uint32_t stream, connections, segments;
    char assumed[LAB_FROM_ASSUMED_SIZE]; /* lines, if it began before the capture; or "" */
    struct course_likeness likeness;     /* of the capture and of the lab's run */
    char differs[160];                   /* the first difference in words; or "" */
    bool udp;                            /* it is of datagrams: SEGMENTS of them */
    char trouble[TALK_WHY_SIZE];         /* why the capture was not read to its end; or "" */
};

/*
 * Makes a lab of the connection that CHOICE means in the capture IN, which is read from
 * its beginning, twice; of UDP datagrams if no TCP is chosen (lab_from_udp.h). NAME: the
 * capture, as the lab is to call it. If LAB_FROM_MADE, FROM is the caller's to
 * lab_from_free; else WHY (LAB_FROM_WHY_SIZE) says why not.
 */
enum lab_from_status lab_from_capture(struct lab_from *from, FILE *in, const char *name,
                                      const struct capture_talk_choice *choice, char *why);
void lab_from_free(struct lab_from *from);

#endif
