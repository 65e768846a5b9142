/*
 * tcp_view.h - what a reader of segments sees: follows all of them, in order.
 *
 *   frame --dissect--> segment --tcp_view_take--> "PSH ACK seq=1 ack=1 len=1460"
 *                                                 "... retransmission", "dup ACK 2"
 *
 * Nothing but the segments is asked, so that the ladder of a run and the
 * replay of somebody's capture say the same: sequence numbers count from each
 * side's first, windows are scaled to bytes, and what is remarkable about a
 * segment is said: sent before, a duplicate ACK, a window that opens or shuts.
 *
 * In a capture there are holes, and copies: what Wireshark guesses of such, from
 * times too, is tcp_analysis.h.
 *
 * A segment that is forwarded is on several wires. It is annotated once: who
 * calls tells them apart by an identity. Memory is bounded: of very many
 * connections the one not heard of for longest is forgotten.
 */
#ifndef RUNG_TOOLS_TCP_VIEW_H
#define RUNG_TOOLS_TCP_VIEW_H

#include "layers/wire/dissect.h"

enum tcp_mark {
    TCP_MARK_RETRANSMISSION = 1, /* some of it was sent before */
    TCP_MARK_OUT_OF_ORDER = 2,   /* it fills a gap in what was seen */
    TCP_MARK_KEEP_ALIVE = 4,
    TCP_MARK_ZERO_WINDOW = 8,
    TCP_MARK_WINDOW_PROBE = 16, /* into a window of zero */
    TCP_MARK_WINDOW_UPDATE = 32,
    TCP_MARK_DUPLICATE_ACK = 64,
    TCP_MARK_PROBE_ACK = 128, /* the window is still zero, as asked by a probe */
};

/* One segment, as annotated. */
struct tcp_segment {
    const struct tcp_header *header; /* of the dissection it was taken from */
    uint32_t len;         /* bytes of data */
    uint32_t window;      /* bytes */
    bool window_told;     /* it is news, or all that the segment has to say */
    uint32_t base, acked_base; /* to be subtracted: of its own numbers, of its ACKs */
    unsigned marks;       /* enum tcp_mark */
    uint32_t duplicates;  /* TCP_MARK_DUPLICATE_ACK: the how-manieth */
};

struct tcp_view;

/* The TCP header of D and the bytes of data behind it as IP's length tells, for
 * captures cut short. NULL if D is no TCP segment whose header could be read. */
const struct tcp_header *tcp_view_segment(const struct dissection *d, uint32_t *len);

/* NULL if there is no memory. ABSOLUTE: sequence numbers as they are sent. */
struct tcp_view *tcp_view_open(bool absolute);
void tcp_view_close(struct tcp_view *view);

/* Forgets all connections, but not how many there were: for a second look at
 * the same frames. */
void tcp_view_restart(struct tcp_view *view);

/* What VIEW knows now, to be taken up again later: without the places that are
 * empty, in one piece of memory that the caller frees. NULL: there is none. */
struct tcp_view_saved;
struct tcp_view_saved *tcp_view_save(const struct tcp_view *view);
size_t tcp_view_saved_size(const struct tcp_view *view); /* bytes that it would take */
void tcp_view_restore(struct tcp_view *view, const struct tcp_view_saved *saved);

/* More than one connection was seen: then facts name their ports. */
bool tcp_view_has_several(const struct tcp_view *view);

/*
 * Takes the next frame of the run or capture, as seen at VANTAGE, an interface
 * of the capture. IDENTITY is the same for a segment that is seen there once
 * more on its way, and 0 if nobody knows. False if it is no TCP segment whose
 * header could be read.
 */
bool tcp_view_take(struct tcp_view *view, const struct dissection *d, unsigned vantage,
                   uint64_t identity, struct tcp_segment *segment);

/* The same for a frame that no wire took, and no capture has: what comes later
 * is told as if it had not been there. */
bool tcp_view_peek(struct tcp_view *view, const struct dissection *d, unsigned vantage,
                   uint64_t identity, struct tcp_segment *segment);

/* tcp_words.c: the line of a segment, in full and for narrow columns, with
 * what is wrong with the frame at its end. As snprintf. VIEW may be NULL where a
 * segment was filled in by hand: then no ports are named. */
size_t tcp_view_format(const struct tcp_view *view, const struct dissection *d,
                       const struct tcp_segment *segment, char *out, size_t size);
size_t tcp_view_format_short(const struct tcp_view *view, const struct dissection *d,
                             const struct tcp_segment *segment, char *out, size_t size);

#endif
