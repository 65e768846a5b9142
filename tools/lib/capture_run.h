/*
 * capture_run.h - somebody's capture as a run: a world, and a trace of it.
 *
 *   capture --> nodes, one an address; a wire between each two that talk
 *           --> one event a frame: TX and RX at its time, for a capture knows
 *               of no flight; LOST where its comment says so
 *           --> STATE records where a segment shows that an end has changed
 *               its mind (tcp_infer.h): inferred
 *
 * So everything that shows a run shows a capture. The world is one of names
 * and wires alone: its nodes have no stack and it never moves.
 *
 * Addresses are IP's; of who speaks none, the MAC address. Frames to a group
 * go to the node "all". A host that talks to itself has a second node, with a
 * quotation mark behind its name, for the end with the lower port. What has
 * no node left (CAPTURE_NODES_MAX) is "others".
 *
 * A frame that came by another link than Ethernet gets an Ethernet header that
 * is made up (capture_run_header_made_up). Times that go back are those of the
 * frame before.
 *
 * Memory: a frame takes at most CAPTURE_FRAME_BYTES beside its own bytes, of
 * which CAPTURE_KEPT_BYTES are kept at most, and no more than
 * CAPTURE_FRAMES_MAX frames are read.
 */
#ifndef RUNG_TOOLS_CAPTURE_RUN_H
#define RUNG_TOOLS_CAPTURE_RUN_H

#include "sim/capture_reader.h"
#include "tools/lib/capture_breaks.h"
#include "tools/lib/capture_thread.h"
#include "tools/lib/run_view.h"
#include "tools/lib/tcp_infer.h"

#define CAPTURE_NODE_KIND "capture"

enum {
    CAPTURE_NODES_MAX = RUN_ORDER_MAX,
    CAPTURE_FRAMES_MAX = 20000000,
    CAPTURE_KEPT_BYTES = 65535,
    /* Event 16, frame 48, TX and RX 80, four values and four changes of state
     * 320, the file's number, connection, next and thread 40; if it is the first of a
     * connection 760. Most take some 150: the records behind the first half a
     * million are folded, and few frames change so much. */
    CAPTURE_FRAME_BYTES = 1264
};

struct capture_run_options {
    struct byte_source source;
    struct span file;                       /* all bytes of the source, to be left where they
                                               are until the run is closed; or none */
    const char *filter;                     /* tcpdump's; "" chooses every frame */
    uint64_t count;                         /* chosen frames to read; 0: all */
    uint64_t part;                          /* frames to read at first; 0: all */
    const char *title;                      /* copied */
    uint64_t size;                          /* of the source, for PROGRESS; 0: nobody knows */
    void (*progress)(vtime done, vtime of); /* bytes, while it is opened; or NULL */
};

struct capture_run;

/*
 * Reads all of the capture, or what is good of it: capture_run_trouble tells
 * of the rest. NULL: the filter is none, or no memory: ERROR says so. Where
 * options->part is less than there is, only so many frames are read (more, if the
 * filter has chosen none of them), and source and filter must stay until
 * capture_run_is_whole.
 */
struct capture_run *capture_run_open(const struct capture_run_options *options, char *error,
                                     size_t size);
void capture_run_close(struct capture_run *run);

/*
 * Reads FRAMES frames more, if not all is read. After the last, the run is whole: a
 * view of it replaces that of the first part, which stays as it was until RUN is
 * closed. Numbers of nodes, events, records and frames are the same in both. In
 * between nothing that is asked below changes. False: no memory.
 */
bool capture_run_go_on(struct capture_run *run, uint64_t frames);
bool capture_run_is_whole(const struct capture_run *run);
/* How many of how many bytes are read; 0 of 0: nobody knows. */
void capture_run_done(const struct capture_run *run, uint64_t *bytes, uint64_t *of);
/* All that has been read, in a trace that grows. */
const struct trace *capture_run_trace(const struct capture_run *run);

/* The whole run, or what was read of it at first. */
const struct run_view *capture_run_view(const struct capture_run *run);
/* Takes its worlds to the moment at which EVENTS events have happened: their clocks. */
void capture_run_go(struct capture_run *run, uint32_t events);
/* Frames that the capture holds, chosen or not. */
uint64_t capture_run_frames(const struct capture_run *run);

/* Why it could not be read to its end: "frame 3 (at byte 240): ..."; or "". */
const char *capture_run_trouble(const struct capture_run *run);
/* What a reader must know of how it is shown, in sentences; or "". */
const char *capture_run_about(const struct capture_run *run);

/* The Ethernet header of frame NUMBER of the trace was none of the capture's. */
bool capture_run_header_made_up(const struct capture_run *run, uint32_t number);
/* Its number in the file, which counts those that the filter left out. */
uint64_t capture_run_file_number(const struct capture_run *run, uint32_t number);

/* What frame NUMBER of the trace belongs to; without words. */
void capture_run_thread(const struct capture_run *run, uint32_t number,
                        struct capture_thread *thread);

/* Which segment frame NUMBER of the trace acknowledges, or sends again, and how long after. */
void capture_run_since(const struct capture_run *run, uint32_t number, struct capture_since *since);

/* Which TCP connection of the run frame NUMBER is of, from 0 in the order of their
 * first segments (Wireshark's tcp.stream). False: none. */
bool capture_run_stream(const struct capture_run *run, uint32_t number, uint32_t *stream);

/* What frame NUMBER breaks of the rules, *COUNT of it (capture_breaks.h). */
const struct capture_break *capture_run_breaks(const struct capture_run *run, uint32_t number,
                                               uint32_t *count);
/* One of these as the ladder says it: capture_break_tell. */
size_t capture_run_tell_break(const struct capture_run *run, const struct capture_break *broken,
                              char *out, size_t size);

/*
 * Both ends of connection SUBJECT of NODE after event EVENT, as far as the
 * segments tell: END[0] is NODE's own. False: there is no such connection, or
 * none of its segments has been seen yet.
 */
bool capture_run_connection(const struct capture_run *run, uint32_t event, uint16_t node,
                            uint32_t subject, struct tcp_inferred end[2]);

#endif
