/*
 * replay_parts.h - what the files of `rung replay` share, and nobody else.
 *
 *   replay_options.c  the command line
 *   replay.c          reads, chooses, tells errors
 *   replay_frame.c    a frame -> who, to whom, what
 *   replay_line.c     that -> a line of so many columns
 *   replay_breaks.c   what breaks a rule, beside its frame
 *   replay_summary.c  all frames -> what they come to (replay_summary_parts.h)
 *   replay_json.c     a frame -> an object of JSON
 *   replay_write.c    the frames -> a capture
 *   replay_svg.c      the frames -> a drawing
 *   replay_progress.h how far it is
 */
#ifndef RUNG_TOOLS_REPLAY_PARTS_H
#define RUNG_TOOLS_REPLAY_PARTS_H

#include "layers/wire/summary.h"
#include "sim/capture_reader.h"
#include "tools/lib/capture_thread.h"
#include "tools/lib/capture_watch.h"
#include "tools/lib/replay.h"
#include "tools/lib/tcp_view.h"

#define REPLAY_HOST_SIZE 48 /* the longest IPv6 address, and its end */
#define REPLAY_HEADER_ROOM 14 /* an Ethernet header, made up */

/* Who says what to whom; empty texts where nobody knows. */
struct replay_frame {
    char from[REPLAY_HOST_SIZE], to[REPLAY_HOST_SIZE];
    bool to_group; /* broadcast, multicast: TO is no host */
    bool speaks;   /* an application's message: it matters more than the numbers before it */
    bool resends;  /* how long after says more than the numbers do */
    bool opens;    /* a SYN, whose window and options hold for all that follows */
    char facts[SUMMARY_SIZE], short_facts[SUMMARY_SIZE];
    char closer[2][SUMMARY_SIZE]; /* between the two, of a segment; else "" */
    char thread[THREAD_LINE_SIZE], thread_short[THREAD_LINE_SIZE]; /* capture_thread.h */
    char since[SINCE_SIZE], since_short[SINCE_SIZE];               /* the same */
};

/*
 * Understands CAPTURED. Its bytes lie behind REPLAY_HEADER_ROOM bytes that may
 * be written to: a header goes there where the capture has none of Ethernet's.
 * TCP follows the segments of all frames; NULL: nothing is remarked on them.
 */
void replay_understand(struct replay_frame *frame, const struct capture_frame *captured,
                       struct tcp_view *tcp);

/* Fills in what FRAME, which CAPTURED is, belongs to. Overwrites as replay_understand
 * does. */
void replay_add_thread(struct replay_frame *frame, const struct capture_frame *captured,
                       struct capture_threads *threads);

/* A captured frame as an Ethernet frame, whatever it came by. */
struct replay_packet {
    struct dissection d;
    bool made_up;          /* its Ethernet header: the capture has another, or none */
    uint16_t ethertype;    /* 0: nobody knows what it carries ... */
    struct span payload;   /* ... or where that begins */
};

/* Takes CAPTURED apart. Overwrites what stands in front of its payload, as
 * replay_understand does, if the link is not Ethernet. */
void replay_take_apart(struct replay_packet *packet, const struct capture_frame *captured);

/* Fills in who says it to whom. */
void replay_name_hosts(struct replay_frame *frame, const struct replay_packet *packet);

/* The same number for a segment that is seen once more on its way; 0 if that
 * cannot be told. */
uint64_t replay_identity(const struct dissection *d);

/* The comment that says that CAPTURED was lost, and why; else at is NULL. */
struct span replay_lost_cause(const struct capture_frame *captured);

/* The frame taken apart; false if its link type or what it carries is not known. Its
 * bytes lie as replay_understand wants them. */
bool replay_dissect(struct dissection *d, const struct capture_frame *captured);

/* A capture being read: its chosen frames, one after the other. */
struct replay;
bool replay_next(struct replay *replay, struct capture_frame *captured);
/* Its breaks, or NULL. If it can be read twice, all of it was looked through. */
struct replay_breaks *replay_look_through(struct replay *replay);

/* replay_breaks.c: what breaks a rule, beside its frame. NULL: no memory; all functions
 * take NULL, for nobody asks. */
struct replay_breaks;
struct replay_breaks *replay_breaks_open(void);
void replay_breaks_close(struct replay_breaks *all);
/* Takes a frame that is read, in a first look at all of them, or as it is shown. */
void replay_breaks_take(struct replay_breaks *all, const struct capture_frame *captured);
/* The first look is done. Then, or of a pipe: all are shown. */
void replay_breaks_looked_ahead(struct replay_breaks *all);
void replay_breaks_end(struct replay_breaks *all);
/* Those of FRAME; of a pipe, those that are news, whosever they are. Ask once a frame. */
const struct capture_break *replay_breaks_of(struct replay_breaks *all, uint64_t frame,
                                             uint32_t *count);
/* The wrong checksum in FRAME, sent by HOST, is one that a note has explained with offload
 * at an earlier frame; known only where one has looked ahead. */
bool replay_breaks_excuse(const struct replay_breaks *all, uint64_t frame, const char *host);
/* It is not a checksum that offload explains. */
bool replay_break_is_told(const struct replay_breaks *all, const struct capture_break *broken);

/* `--summary` and `--json`: read all and print. False when OUT takes no more. */
bool replay_summary(struct replay *replay, const struct replay_options *options, FILE *out);
bool replay_json(struct replay *replay, const struct replay_options *options, FILE *out);
/* `-w`. NOT_WRITTEN, with errno set: the file takes no more. OTHER_LINK: a pcap cannot
 * hold the frame that was read last beside the first. */
enum replay_written { REPLAY_WRITTEN, REPLAY_NOT_WRITTEN, REPLAY_OTHER_LINK };
enum replay_written replay_write(struct replay *replay, const struct replay_options *options);
/* `--svg`: false, with errno set, or with what is wrong in WHY (REPLAY_WHY_SIZE bytes). */
#define REPLAY_WHY_SIZE 600
bool replay_svg(FILE *in, const struct replay_options *options, char *why);

/* What all lines of one output have in common. */
struct replay_layout {
    int width;
    bool ascii, comments;
    bool two_hosts;      /* hosts[] are the only ones */
    char hosts[2][REPLAY_HOST_SIZE];
    int from_width, to_width; /* without two_hosts */
    bool names_known;    /* all have been looked at: what is wider is shortened */
    int number_width;
    bool interfaces;     /* there are several: name them */
    bool nanoseconds;
    int64_t start_ns;    /* time of the first frame */
    bool started;
};

/* Prints the line of names above everything else, if there are two hosts. */
void replay_print_heading(const struct replay_layout *layout, FILE *out);

/* Prints the line of one frame, and its comments if they are wanted. */
void replay_print_frame(const struct replay_layout *layout, const struct replay_frame *frame,
                        const struct capture_frame *captured, FILE *out);

/* Prints what is against FRAME below its line; frame 0: what is left of a pipe. */
void replay_print_breaks(struct replay_breaks *all, const struct replay_layout *layout,
                         uint64_t frame, FILE *out);

#endif
