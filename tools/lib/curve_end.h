/*
 * curve_end.h - the values of one end of a connection that curves are drawn
 * from, in the order of time, two or three bytes each.
 *
 *   bytes    which variable, events later, by how much more | which ...
 *   chunks   of each CURVE_CHUNK values: between which heights the curves
 *            went, and what they were at its end
 *
 * Who draws a long time looks only at chunks; who draws a short one reads few
 * of them. Used by run_curves.h, which has all ends of a run, and run_plot.h.
 */
#ifndef RUNG_TOOLS_CURVE_END_H
#define RUNG_TOOLS_CURVE_END_H

#include "sim/base.h"

enum plot_curve {
    PLOT_CWND,     /* bytes */
    PLOT_SSTHRESH, /* bytes */
    PLOT_FLIGHT,   /* SND.NXT - SND.UNA, bytes */
    PLOT_SRTT,     /* ns */
    PLOT_RTO,      /* ns, without back-off */
    PLOT_SENT,     /* SND.NXT, counted from the ISS */
    PLOT_ACKED,    /* SND.UNA, counted from the ISS */
    PLOT_CURVES
};

/* What they are drawn from. */
enum curve_variable {
    CURVE_SND_UNA,
    CURVE_SND_NXT,
    CURVE_CWND,
    CURVE_SSTHRESH, /* below the highest that there is */
    CURVE_SRTT,
    CURVE_RTO,
    CURVE_VARIABLES
};

/* All curves of an end at one moment. Zeroed: before its first value. */
struct curve_heights {
    int64_t at[PLOT_CURVES];
    unsigned known; /* bit i: curve i has a height by then */
    uint32_t una, nxt, iss;
    bool has_una, has_iss;
};

/* VARIABLE is VALUE now. Returns the curves that this has set, as bits. */
unsigned curve_heights_set(struct curve_heights *heights, enum curve_variable variable,
                           int64_t value);

#define CURVE_CHUNK 256 /* values: as many as a plot may have to read for each bucket */

/* A full one. */
struct curve_chunk {
    size_t end;                                  /* of its bytes */
    uint32_t event;                              /* of its first value */
    unsigned set;                                /* bit i: curve i was set in it, */
    int64_t low[PLOT_CURVES], high[PLOT_CURVES]; /* and always between these */
    struct curve_heights after;
};

/* One end of a connection. */
struct curve_end {
    uint32_t subject; /* as in the trace */
    uint16_t node;
    uint16_t open;   /* values behind the full chunks */
    uint32_t event;  /* of the last value */
    uint32_t begun;  /* of the first of the open ones */
    int32_t step[2]; /* by how much SND.UNA and SND.NXT went on */
    struct curve_heights now;
    uint8_t *bytes;
    size_t used, room;
    struct curve_chunk *chunks;
    size_t chunk_count, chunk_room;
};

/* Reads the values of a chunk in their order. */
struct curve_reader {
    const uint8_t *at;
    struct curve_heights heights; /* after the last value that was taken */
    int32_t step[2];
    uint32_t event; /* of the value that comes next */
    enum curve_variable variable;
    unsigned left;
};

/* A fresh one; false: no memory. */
bool curve_end_open(struct curve_end *end, uint16_t node, uint32_t subject);
void curve_end_close(struct curve_end *end);

/* VARIABLE is VALUE from event EVENT on, which is not before the last one's.
 * False: no memory. */
bool curve_end_add(struct curve_end *end, enum curve_variable variable, int64_t value,
                   uint32_t event);

/* Gives back what room is left. */
void curve_end_trim(struct curve_end *end);

/* Bytes of memory that it takes besides its own struct. */
size_t curve_end_size(const struct curve_end *end);

/* Opens chunk I of END; I == chunk_count: the values behind the full ones. */
void curve_reader_open(struct curve_reader *reader, const struct curve_end *end, size_t i);
/* Is there a value? Then reader->event is its event, and it is to be taken;
 * that returns the curves that it sets, as bits. */
bool curve_reader_next(struct curve_reader *reader);
unsigned curve_reader_take(struct curve_reader *reader);

#endif
