/*
 * tcp_notes.h - what was said of segments, kept in a byte or two each.
 *
 *   segment --put--> | origin, told? copy? several? | (what is rare) | ... --get--> the same
 *
 * What tcp_view says of a segment depends on all that came before. Who goes
 * through a run a second time, or begins anywhere in it, need not follow all of
 * that again: the notes are read from a place on, for the same segments in the
 * same order. Most of what is said follows from the header, and from where its
 * connection's numbers begin: of those origins there are few, and a note has
 * the number of one.
 *
 * Used by tcp_view.c alone.
 */
#ifndef RUNG_TOOLS_TCP_NOTES_H
#define RUNG_TOOLS_TCP_NOTES_H

#include "tools/lib/tcp_view.h"

/* Of more connections than this, each note has its numbers in full. */
#define TCP_ORIGINS_MAX (1u << 16)

/* What is subtracted from numbers, and by how much a window is shifted. */
struct tcp_origin {
    uint32_t base, acked_base;
    unsigned shift;
};

/* Zeroed: there are none. */
struct tcp_notes {
    uint8_t *bytes;
    size_t used, room;
    struct tcp_origin *origins;
    size_t origin_count, origin_room;
    uint32_t *slots;   /* 1 + index of an origin, by its hash; 0: free */
    size_t slot_count; /* a power of two, at least twice as many as origins */
    uint32_t last;     /* the origin noted before */
    bool no_memory;    /* some notes are missing: they must not be read */
};

void tcp_notes_close(struct tcp_notes *notes);

/* Notes what is said of S. LEN: how long it is by its own frame. SEVERAL: more
 * than one connection was seen by then. */
void tcp_notes_put(struct tcp_notes *notes, const struct tcp_segment *s, uint32_t len,
                   bool several);

/* No more will come: gives back what room is left. */
void tcp_notes_finish(struct tcp_notes *notes);

/* Takes the note at *AT, a place in the bytes, and goes behind it. S has its
 * header and its length; all else but `hidden` is filled in. */
void tcp_notes_get(const struct tcp_notes *notes, size_t *at, struct tcp_segment *s, bool *several);

/* Bytes of memory that they take. */
size_t tcp_notes_size(const struct tcp_notes *notes);

#endif
