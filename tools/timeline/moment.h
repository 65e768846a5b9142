/*
 * moment.h - what the cursor stands on: all that a pane may ask.
 *
 * The world of the view has been taken to this moment: event `event` was the
 * last to happen. So a pane reads hosts, TCBs and tables as they are, and the
 * trace for what led there, or will come. Nothing here may be changed.
 */
#ifndef RUNG_TIMELINE_MOMENT_H
#define RUNG_TIMELINE_MOMENT_H

#include "tools/lib/run_view.h"

#define MOMENT_BEFORE UINT32_MAX /* record: the run has not begun */

struct plot_cache;

struct moment {
    const struct run_view *view;
    uint32_t event;   /* how many events have happened */
    vtime now;
    uint32_t record;  /* index of the one under the cursor, or MOMENT_BEFORE */
    uint32_t frame;   /* that it is about, else the last one sent before; 0: none */
    uint16_t node;    /* whose side is looked at (a host, if the run has one) */
    uint32_t subject; /* of its connections the one looked at; 0: none */
    struct plot_cache *plot; /* the curves drawn last (plot_cache.h); may be NULL */
    bool ascii;       /* say no more than ASCII can: for texts; cells are translated */
};

/* Whether RECORD belongs to the event that has just happened. */
static inline bool moment_is_now(const struct moment *moment, const struct record *record)
{
    return moment->record != MOMENT_BEFORE && record->event == moment->event;
}

/* Writes what record INDEX of the run says, in one line without its time:
 * "a sends SYN seq=0 (frame 1)". Always terminated. */
void moment_words(const struct moment *moment, uint32_t index, char *out, size_t size);

/* "12.3 ms" */
void moment_time(vtime time, char *out, size_t size);

struct tcb;
struct tcp_status;

/* The connection looked at, if it exists at this moment, else NULL; and its
 * name, "a:49152-b:80", also when it is gone; "" if none is looked at. */
struct tcb *moment_connection(const struct moment *moment, struct tcp_status *status);
void moment_connection_name(const struct moment *moment, char *out, size_t size);

/* The other end of the connection that STATUS is of, if it exists in this world
 * at this moment; else NULL. */
struct tcb *moment_peer(const struct moment *moment, const struct tcp_status *status,
                        struct tcp_status *peer);

/*
 * In a capture there is no TCB; what its segments tell of the connection looked
 * at, up to this moment: state, ends, iss, irs, snd.una and nxt, rcv.nxt, both
 * windows, mss, in_flight; srtt is the last RTT as seen where the capture was
 * made. PEER may be NULL. False: no capture, or nothing seen of it yet.
 */
bool moment_inferred(const struct moment *moment, struct tcp_status *own, struct tcp_status *peer);

/* What the event under the cursor changed about the connection looked at:
 * true, and the value before in *OLD, if it changed VARIABLE (enum
 * variable_name). */
bool moment_changed(const struct moment *moment, uint16_t variable, int64_t *old);

#endif
