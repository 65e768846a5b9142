/*
 * into.h - one side of a captured connection, fed to a simulated host.
 *
 *   capture --capture_talk--> segments of the side that is fed \
 *           -----------------> deeds of the other's program    > a world of two --> answers
 *   lab ------> settings of the host that answers             /
 *                                    answers | what the real peer had answered --> report
 *
 *   fed (vantage point)                       the simulated host
 *   its segments, at their times   <--wire--> TCP under test; the program plays what the
 *                                             real peer's program did
 *
 * The wire's delay is half the round trip from the capture point to the real peer, so that
 * an answer comes back when the real one passed. Numbers: those of the side that is fed stay
 * as they were sent; what it says of the peer's (ACK, SACK, echoed timestamps) is moved to the
 * simulated host's. Windows keep their size in bytes, whatever scaling is agreed on now; the
 * SYN that is fed offers no more than the real peer accepted.
 *
 * A connection that began before the capture has a handshake in front that is made up
 * (capture_talk.h); what the simulated host says to that is held against nothing.
 * Not fed: what was captured twice on its way, and what was lost behind the capture point.
 * Made up, with zeros: what the capture lacks but the real peer had acknowledged.
 */
#ifndef RUNG_TOOLS_INTO_H
#define RUNG_TOOLS_INTO_H

#include <stdio.h>

#include "tools/lib/capture_talk.h"
#include "tools/lib/lab.h"
#include "tools/lib/simulation.h"

enum into_times {
    INTO_ANSWERS, /* a segment waits until the peer has got as far as it had then */
    INTO_KEPT,    /* each at its own time */
};

enum { INTO_NAME_SIZE = 64 };

struct into_options {
    const struct capture_talk *talk; /* must outlive the run */
    unsigned as;                     /* the side that is fed */
    enum into_times times;
    const struct lab *lab; /* whose host answers, must outlive the run; NULL: a host that has
                              the options which the real peer's SYN had */
    size_t node;           /* of the lab */
    bool keep_history;     /* the run is to be walked about in */
};

/* What a segment of the host that answers said, in numbers from each end's ISN. */
struct into_answer {
    vtime at;       /* when it passed the capture point, since its first segment */
    uint32_t frame; /* real: in the file; simulated: of the run */
    uint32_t seq, ack;
    uint32_t len;
    uint32_t window; /* bytes */
    uint32_t after;  /* real: segments fed before; simulated: too */
    uint8_t flags;
};

/* In what two answers differ, or why there is only one. */
enum into_difference {
    INTO_SAME = 0,
    INTO_MISSING = 1 << 0, /* the simulated host did not say it */
    INTO_EXTRA = 1 << 1,   /* the real one did not */
    INTO_FLAGS = 1 << 2,
    INTO_SEQ = 1 << 3,
    INTO_ACK = 1 << 4,
    INTO_LENGTH = 1 << 5,
    /* These do not make an answer another one. */
    INTO_PUSH = 1 << 6,
    INTO_WINDOW = 1 << 7,
    INTO_EARLIER = 1 << 8,
    INTO_LATER = 1 << 9,
    INTO_CUT = 1 << 10,    /* the same text, in other pieces */
    INTO_AFTER = 1 << 11,  /* said when the capture is over, */
    INTO_BEFORE = 1 << 12, /* or had not begun */
};
#define INTO_OTHER 0x3fu /* those that do */

/* A row of the report: a segment that was fed, or answers beside each other. */
struct into_row {
    vtime at; /* simulated time since the first segment of the connection */
    bool fed;
    uint32_t segment; /* fed: of the talk; UINT32_MAX: made up, or a help */
    bool made_up, help, gave_up, lost;
    bool before;             /* made up, for the capture had not begun */
    struct into_answer said; /* fed: as it was fed */
    /* Answers: COUNT[0] real ones from number FIRST[0] on against COUNT[1] simulated ones.
     * Several stand for one that was sent in pieces. */
    uint32_t first[2], count[2];
    unsigned differs; /* enum into_difference */
    vtime by;         /* earlier or later */
};

struct into_tally {
    uint32_t real, simulated;                                                       /* answers */
    uint32_t same, cut, after, other_window, other_time, different, missing, extra; /* rows */
    uint32_t fed, made_up, helps, resets, given_up, lost, twice, truncated;
    uint32_t before; /* fed; not counted in MADE_UP */
};

struct into_run;

struct into {
    struct into_options options;
    struct lab *lab; /* of two hosts: NODE 0 is fed, NODE 1 answers */
    struct simulation simulation;
    struct into_run *run;           /* what of it is constant: into_parts.h */
    vtime end;                      /* of the run */
    struct into_answer *answers[2]; /* real, simulated */
    uint32_t answer_count[2];
    uint32_t before; /* the first simulated ones, which the capture is too late to show */
    struct into_row *rows;
    uint32_t row_count;
    uint32_t first_difference; /* row, if there is one that makes an answer another; else of
                                  the others; UINT32_MAX: none */
    struct into_tally tally;
    int real_state, simulated_state; /* STATE_TCP_... */
    int real_next; /* the real state if the last FIN was taken, though nothing shows it */
    bool agree;
    bool starved; /* not all could be fed: the simulated host never sent its SYN */
};

/* Builds the world, runs it, compares. False: WHY (TALK_WHY_SIZE bytes) says why not, and INTO
 * is closed already. */
bool into_open(struct into *into, const struct into_options *options, char *why);
void into_close(struct into *into);

/* How fields differ, "ack 2921, not 1461": of row ROW, which differs. */
size_t into_explain(const struct into *into, const struct into_row *row, char *out, size_t size);
/* The names of the bits: "other ack". */
const char *into_difference_name(enum into_difference difference);

struct into_print_options {
    int width;
    bool ascii;
    const char *file, *host; /* for the heading; HOST: "reset:b" or NULL */
};

/* The report as a table, or as JSON Lines. */
void into_print(const struct into *into, const struct into_print_options *options, FILE *out);
void into_print_json(const struct into *into, const struct into_print_options *options, FILE *out);

/* The node of LAB that can answer as the peer of SIDE of TALK: NAME if that is not "", else
 * who listens on the port (or connects, if the server is fed), else who has any such part, else
 * the first host. LAB_NONE: WHY says what is wrong. */
size_t into_choose_host(const struct lab *lab, const struct capture_talk *talk, unsigned side,
                        const char *name, char *why);

#endif
