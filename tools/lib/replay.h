/*
 * replay.h - `rung replay`: somebody's capture as a ladder, one line a frame.
 *
 *       #        time  10.0.0.1                                      10.0.0.2
 *       1    0.000000  |-- UDP 49152 > 9 len=12 ----------------------------->|
 *       2    0.000210  |<- ICMP unreachable: port 9 of 10.0.0.2 --------------|
 *
 * Two hosts stand in two columns; where more than two talk, or where the
 * input is a pipe and nobody knows yet how many will, each line names its
 * own: `10.0.0.1 -> 10.0.0.2  UDP ...`. Hosts are IP addresses; who speaks
 * no IP goes by MAC address. A frame that Rung itself marked as lost (a
 * pcapng of `rung run -w`) ends in an x.
 *
 * A capture of which only a part can be read is shown that far, then the
 * error is told. Called by the `rung` command. Deliberately missing: names
 * (nothing is ever looked up). What is said of TCP segments: tcp_view.h; which
 * rules a frame breaks, on the lines below it: capture_rules.h.
 */
#ifndef RUNG_TOOLS_REPLAY_H
#define RUNG_TOOLS_REPLAY_H

#include <stdint.h>
#include <stdio.h>

#include "sim/base.h"

enum { REPLAY_DONE = 0, REPLAY_USAGE = 2, REPLAY_UNREADABLE = 3 };

#define REPLAY_WIDTH_MIN 40
#define REPLAY_WIDTH_MAX 1000
#define REPLAY_FILTER_SIZE 4096 /* bytes of a filter, with its end */

enum replay_form { REPLAY_LADDER, REPLAY_SUMMARY, REPLAY_JSON, REPLAY_WRITE, REPLAY_SVG };

struct replay_options {
    enum replay_form form;
    const char *name;   /* of the input, for messages */
    const char *filter; /* tcpdump filter; "" chooses every frame */
    uint64_t count;     /* stop after so many lines; 0: show all */
    int width;          /* columns of a line */
    bool ascii;
    bool comments;      /* show a frame's comments below it */
    const char *write;  /* REPLAY_WRITE: the file, or - */
    const char *svg;    /* REPLAY_SVG: the same */
    bool width_given;   /* WIDTH is the user's own */
    bool progress;      /* tell on ERR how far it is read */
    uint64_t size;      /* of the input, for that; 0: nobody knows */
    bool anonymise;     /* what is written, see capture_anonymise.h */
    bool quiz;          /* facts without what they mean: no marks of tcp_view.h */
    bool absolute;      /* TCP's sequence numbers as they were sent */
};

enum { REPLAY_SETS_MAX = 64 };

/* What --as and --into ask for: see into.h. */
struct replay_into {
    bool wanted;
    unsigned as;     /* TALK_CLIENT or TALK_SERVER */
    const char *lab; /* LAB or LAB:HOST; NULL: none */
    bool times_kept;
    bool by_stream;
    uint32_t stream;
    const char *sets[REPLAY_SETS_MAX]; /* of --set */
    size_t set_count;
    bool for_it; /* an option was given that is for it only */
};

/* The command line, read. */
struct replay_command {
    struct replay_options options; /* name: "-" is standard input */
    char filter[REPLAY_FILTER_SIZE];
    bool text;         /* asked for by name, or by an option of its own */
    bool quiet;        /* nothing is told on the way */
    const char *dump;  /* --dump WxH[:KEYS], or NULL */
    const char *theme; /* --theme NAME, or NULL */
    struct replay_into into;
};

/* Reads `replay ...`. A status to leave with, or -1: go on. */
int replay_command_read(int argc, char **argv, struct replay_command *command);
/* Prints what COMMAND chooses. Returns the exit status. */
int replay_command_print(struct replay_command *command);

/* Both, without the timeline: argv[0] is "replay". Returns the exit status. */
int replay_main(int argc, char **argv);

/*
 * Shows the capture IN on OUT and complains on ERR. IN is read from where it
 * stands, twice if it can be rewound. Returns one of the statuses above.
 */
int replay_capture(const struct replay_options *options, FILE *in, FILE *out, FILE *err);

#endif
