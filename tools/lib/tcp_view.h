/*
 * tcp_view.h - what a reader of segments sees: follows all of them, in order.
 *
 *   frame --dissect--> segment --tcp_view_take--> "PSH ACK seq=1 ack=1 len=1460"
 *                                                 "... retransmission", "dup ACK 2"
 *
 * Nothing but the segments is asked, so that the ladder of a run and the
 * replay of somebody's capture look the same: sequence numbers count from each
 * side's first, windows are scaled to bytes (tcp_analysis.h), and what is
 * remarkable about a segment is said. Of a simulated run that is known
 * (tcp_marks.h). In a capture there are holes, and copies: there it is what
 * Wireshark guesses, from times too (tcp_analysis.h again).
 *
 * A segment that is forwarded is on several wires. It is annotated once: who
 * calls tells them apart by an identity. In a capture that shows it more than once
 * the others are "copy", where Wireshark, and so --json, sees a retransmission. Of
 * a segment in fragments that are captured nothing is said, but it is followed.
 * Memory is bounded: of very many connections the one not heard of for longest is
 * forgotten.
 */
#ifndef RUNG_TOOLS_TCP_VIEW_H
#define RUNG_TOOLS_TCP_VIEW_H

#include "layers/wire/dissect.h"
#include "sim/trace.h"
#include "tools/lib/tcp_analysis.h"

/* What a worksheet may leave blank in a segment's line. */
enum tcp_hidden {
    TCP_HIDE_SEQ = 1 << 0,
    TCP_HIDE_ACK = 1 << 1,
    TCP_HIDE_FLAGS = 1 << 2,
    TCP_HIDE_WIN = 1 << 3,
    TCP_HIDE_LEN = 1 << 4,
};

/* One segment, as annotated. */
struct tcp_segment {
    const struct tcp_header *header; /* of the dissection it was taken from */
    uint32_t len;         /* bytes of data */
    uint32_t window;      /* bytes */
    bool window_told;     /* it is news, or all that the segment has to say */
    uint32_t base, acked_base; /* to be subtracted: of its own numbers, of its ACKs */
    unsigned marks;       /* enum tcp_flag */
    bool copy;            /* in a capture: the same was seen before, and told */
    uint32_t duplicates;  /* TCP_IS_DUPLICATE_ACK: the how-manieth */
    unsigned hidden;      /* enum tcp_hidden: its line leaves these blank, for somebody to
                             fill in, and all words that would tell them */
};

struct tcp_view;

/* The TCP header of D, in IPv4 or IPv6, and the bytes of data behind it as IP's length
 * tells, for captures cut short. NULL if D is no TCP segment whose header could be read. */
const struct tcp_header *tcp_view_segment(const struct dissection *d, uint32_t *len);

/* How a view was made: sequence numbers as they are sent; of a capture, not of a
 * simulated run. */
enum { TCP_VIEW_ABSOLUTE = 1, TCP_VIEW_CAPTURE = 2 };

/* HOW: bits of these. NULL if there is no memory. */
struct tcp_view *tcp_view_open(unsigned how);
void tcp_view_close(struct tcp_view *view);

/* Forgets all connections, but not how many there were: for a second look at
 * the same frames. */
void tcp_view_restart(struct tcp_view *view);

/*
 * Notes, a byte or two a segment (tcp_notes.h), so that who goes through the same
 * frames again can begin anywhere. From tcp_view_note on VIEW keeps what it says, up
 * to tcp_view_note_no_more; that returns false if there was no memory for all of it.
 * tcp_view_place is the place of what comes next. Recalling from a PLACE, what is taken
 * and peeked at must be the same, in the same order, as was from there on: the same is
 * said of it, and nothing is followed any more.
 */
void tcp_view_note(struct tcp_view *view);
size_t tcp_view_place(const struct tcp_view *view);
bool tcp_view_note_no_more(struct tcp_view *view);
void tcp_view_recall(struct tcp_view *view, size_t place);
size_t tcp_view_notes_size(const struct tcp_view *view); /* bytes of memory */

/* More than one connection was seen: then facts name their ports. */
bool tcp_view_has_several(const struct tcp_view *view);

/* Where a frame was seen. */
struct tcp_sight {
    int64_t time_ns;
    uint64_t identity; /* the same for a segment that is seen once more on its way; 0: nobody
                          knows */
    unsigned vantage;  /* an interface of the capture */
};

static inline struct tcp_sight tcp_sight_of(const struct trace *trace, uint32_t number)
{
    const struct trace_frame *frame = trace_frame(trace, number);

    return (struct tcp_sight){ .time_ns = frame->sent, .identity = frame->identity };
}

/* Takes the next frame of the run or capture. False if it is no TCP segment whose
 * header could be read. */
bool tcp_view_take(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                   struct tcp_segment *segment);

/* The same for a frame that no wire took, and no capture has: what comes later
 * is told as if it had not been there. */
bool tcp_view_peek(struct tcp_view *view, const struct dissection *d, struct tcp_sight sight,
                   struct tcp_segment *segment);

/* How much of a segment its line tells, with what its application says and what is wrong
 * with the frame at the end. */
enum tcp_detail {
    TCP_IN_FULL,   /* SYN ACK seq=0 ack=1 win=65535 mss=1460 sackOK retransmission */
    TCP_CLOSER,    /* SYN ACK 0 ack 1 win=65535 mss=1460 sackOK retransmission */
    TCP_AS_MARKED, /* SYN ACK 0 ack 1 retransmission */
    TCP_IN_SHORT,  /* SYN ACK 0 ack 1 again */
    TCP_DETAILS
};

/* tcp_words.c: the line of a segment. As snprintf. VIEW may be NULL where a
 * segment was filled in by hand: then no ports are named. */
size_t tcp_view_format(const struct tcp_view *view, const struct dissection *d,
                       const struct tcp_segment *segment, enum tcp_detail detail, char *out,
                       size_t size);

#endif
