/*
 * capture_segment.h - the TCP segment of a captured frame, quickly.
 *
 *   any link type -> [802.1Q] -> IPv4 or IPv6 [extension headers] -> TCP
 *
 * For analysing captures: only what identifies a segment and what it says, no
 * checksum is held against anything (the sender's network card may be the one to
 * fill it in) and a header cut by the snapshot length is read as far as it is
 * there. dissect.h is for looking at one frame in full.
 *
 * Fragments of an IPv4 datagram are kept until the last is there; that frame
 * then has the segment. At most CAPTURE_FRAGMENTS_MAX datagrams are waited for.
 */
#ifndef RUNG_TOOLS_CAPTURE_SEGMENT_H
#define RUNG_TOOLS_CAPTURE_SEGMENT_H

#include "layers/wire/ipv4_header.h"
#include "sim/capture_reader.h"
#include "tools/lib/flow_table.h"
#include "tools/lib/tcp_analysis.h"

#define CAPTURE_FRAGMENTS_MAX 16

struct capture_segment {
    struct flow_key key; /* end[0] sent it */
    struct tcp_seen seen;
    struct span options;             /* TCP's, as far as they were captured, */
    uint8_t options_len;             /* of so many bytes on the wire */
    uint16_t urgent, identification; /* identification: IPv4's, or 0 */
    /* Text that IP's length tells of, but the frame's does not: an earlier capture has cut it. */
    uint32_t beyond;
    struct span payload; /* as far as it was captured */
    uint32_t stamp;                  /* of its timestamps option */
    bool has_stamp, options_read;    /* read: all of them were captured */
};

struct capture_fragments;

/* NULL: no memory. */
struct capture_fragments *capture_fragments_open(void);
void capture_fragments_close(struct capture_fragments *fragments);

/* Forgets all; whether there are any; and the bytes that all of it lies in, which may be
 * copied to be taken up again later. */
void capture_fragments_forget(struct capture_fragments *fragments);
bool capture_fragments_wait(const struct capture_fragments *fragments);
size_t capture_fragments_size(void);

/* Takes a fragment with the header IP, of which LEN bytes were sent and IN was captured.
 * True: its datagram is whole, *OUT is the front of its data, valid until the next, and
 * *TOTAL its length. */
bool capture_fragments_take(struct capture_fragments *fragments, const struct ipv4_header *ip,
                            struct span in, uint32_t len, struct span *out, uint32_t *total);

/* False: the frame completes no segment, or too little of one was captured. */
bool capture_segment_read(struct capture_fragments *fragments, const struct capture_frame *frame,
                          struct capture_segment *segment);

#endif
