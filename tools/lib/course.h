/*
 * course.h - the course of one TCP connection: its segments that say something,
 * in their order; and how alike two courses are.
 *
 *   a capture's connection --course_of_talk--> steps --+
 *                                                      +--course_compare--> 41 of 42
 *   a run of a lab         --course_of_run---> steps --+
 *
 * A step is a SYN, text, a FIN, a RST or a keep-alive; what only acknowledges is
 * none, for when that is sent is a matter of luck. Numbers are relative. Nor is the
 * push flag looked at: it changes nothing of what is sent.
 *
 * Of a connection that began before the capture, what is made up (capture_talk.h) is no
 * step either, in the end: course_forget_before; nor is in a run what stands for that.
 *
 * What network cards cut up or glue together on their way ("offload") is no
 * segment: text that is longer than a segment can be is counted as so many.
 */
#ifndef RUNG_TOOLS_COURSE_H
#define RUNG_TOOLS_COURSE_H

#include "tools/lib/capture_list.h"
#include "tools/lib/capture_talk.h"
#include "tools/lib/simulation.h"

/* By what the sendings of a step are counted. */
enum course_kind { COURSE_TEXT, COURSE_SYN, COURSE_FIN, COURSE_RST };

struct course_step {
    uint32_t seq, len;   /* SEQ: 0 is the SYN's */
    uint32_t ack;        /* relative; 0: none */
    uint32_t times;      /* how-manieth of its sender's segments with this number and text; of */
                         /* SYNs, FINs (without text) and RSTs: how-manieth of its sender's */
    uint8_t side, flags; /* of SYN, FIN, RST, ACK */
    bool keep_alive;     /* RFC 9293 3.8.4, or a probe like it: an old number, to be answered */
    bool before;         /* the capture began, it is made up */
    vtime at;
    uint64_t frame;
    uint32_t segment; /* of the talk */
};

struct course {
    struct capture_list steps;  /* struct course_step */
    struct capture_list counts; /* of course_times */
};

/* A frame of a run that who captured did not see (it was lost before), or saw later. */
struct course_unseen {
    uint32_t seq, times;
    uint8_t side;
    enum course_kind kind;
    bool lost; /* never seen */
    vtime by;  /* else: so much later */
};

/* How to read a run. */
struct course_place {
    const struct talk_join *join; /* of the talk; or NULL */
    uint16_t node[2];             /* the ends, by side */
    vtime distance[2];            /* from either end to where one looks */
    const struct course_unseen *unseen;
    uint32_t unseen_count;
};

/* Both are empty at first (zeroed), and the caller's to close. False: no memory. MOST:
 * bytes of text in a segment of either side, at least 1. */
bool course_of_talk(struct course *course, const struct capture_talk *talk, const uint32_t most[2]);
bool course_of_run(struct course *course, const struct simulation *run,
                   const struct course_place *place);
/* Takes out what is made up. */
void course_forget_before(struct course *course);
void course_close(struct course *course);

static inline const struct course_step *course_step(const struct course *course, uint32_t index)
{
    return (const struct course_step *)course->steps.items + index;
}

enum course_kind course_kind_of(const struct course_step *step);

struct course_likeness {
    uint32_t steps[2]; /* of either */
    uint32_t common;   /* in the longest course that is part of both */
    uint32_t alike;    /* steps from the beginning that are the same */
};

/* False: no memory. */
bool course_compare(const struct course *one, const struct course *other,
                    struct course_likeness *likeness);
/* The part of all steps that is common, in permille; 1000 only if nothing differs. */
unsigned course_permille(const struct course_likeness *likeness);

/* Writes "> SYN seq=0", "< seq=1 len=100". */
size_t course_step_format(const struct course_step *step, char *out, size_t size);

#endif
