/*
 * narrate_parts.h - what the parts of the narration share. Used by them alone.
 *
 *   narrate.c         goes through the trace; silences
 *   narrate_foresee.c what it knows before it begins
 *   narrate_places.c  who is there, at the beginning
 *   narrate_frames.c  a frame that is sent, and how it fares
 *   narrate_words.c   what else happens
 *   narrate_speak.c   symbols, spelt out
 *   narrate_end.c     the summary
 */
#ifndef RUNG_TOOLS_NARRATE_PARTS_H
#define RUNG_TOOLS_NARRATE_PARTS_H

#include "tools/lib/ladder.h"
#include "tools/lib/ladder_words.h"
#include "tools/lib/narrate.h"
#include "tools/lib/tcp_view.h"
#include "tools/lib/vtime_text.h"

enum { NARRATE_NAME_SIZE = 256, NARRATE_LINE_SIZE = 4 * LADDER_TEXT_SIZE };

/* How a frame fares, read in advance. */
struct narrate_fate {
    vtime first, last; /* arrivals */
    uint32_t arrivals;
    uint32_t copies; /* that are to arrive, with those that the wire makes */
    uint32_t losses; /* of its copies, on the wire */
};

/* A connection, as far as it has been told; its state, NONE: none yet. */
struct narrate_connection {
    int state;
    int limit;      /* enum tcp_limit: what was last told to hold it back */
    bool shut;      /* the peer's window was told to have closed */
    bool begun;     /* `top` is known */
    uint32_t top;   /* one past the highest number sent */
    uint64_t sent;  /* bytes of data, each counted once */
    uint32_t again; /* segments sent again */
};

struct narrator {
    const struct run_view *view; /* as the caller's, but connections are not named in notes */
    bool several;                /* connections: each is named */
    const struct narrate_options *options;
    struct ladder_options ladder; /* what of the run is to be seen */
    FILE *out;
    struct tcp_view *tcp;
    struct narrate_fate *fates;              /* by frame number */
    struct narrate_connection **connections; /* by node, by number; [0] is unused */
    uint32_t *last;                          /* by node: connection that sent last */
    vtime now, fold;
    uint32_t flying; /* copies of frames */
    bool begun;
    bool quiet; /* what comes was told before */
    uint64_t frames, losses;
};

/* Fills in what N needs besides its view, options and stream. False: no memory;
 * narrate_close is due in any case. */
bool narrate_open(struct narrator *n);
void narrate_close(struct narrator *n);

/* One line, "12 ms: SENTENCE.", without what must not reach a terminal. */
__attribute__((format(printf, 2, 3))) void narrate_line(struct narrator *n, const char *format,
                                                        ...);
/* The same without the time. */
__attribute__((format(printf, 2, 3))) void narrate_bare(struct narrator *n, const char *format,
                                                        ...);

/* "a", or "a (port 49152 to 80)" where RECORD is about one of several connections. */
void narrate_who(const struct narrator *n, const struct record *record, char *out, size_t size);

/* The connection that RECORD is about, or NULL. */
struct narrate_connection *narrate_connection(const struct narrator *n,
                                              const struct record *record);

/* It is the time of RECORD now: tells of the silence before, if it was long. */
void narrate_go_to(struct narrator *n, const struct record *record);

void narrate_places(struct narrator *n);
void narrate_sending(struct narrator *n, uint32_t index, const struct record *tx);
/* Whether INDEX was told with the sending of its frame. */
bool narrate_is_told_by_sending(const struct narrator *n, const struct record *record);
void narrate_record(struct narrator *n, uint32_t index, const struct record *record);
/* Windows that close, and what holds a sender back; RECORD is a VALUE. */
void narrate_value(struct narrator *n, const struct record *record);
void narrate_end(struct narrator *n);

#endif
