/*
 * frame_facts.h - what can be asked of one frame of a run: "frame.tcp.ack".
 *
 *   number len time            of the frame itself
 *   ip.ttl eth.type ...        every field of layers/wire/field.h
 *   tcp.seq tcp.ack tcp.len tcp.window_size ...
 *                              as the ladder tells them: from 0, scaled
 *
 * Names are Wireshark's. Beside it, what the ladder says of a segment
 * ("retransmission"), counted. Both need all the segments that went before, so
 * they are followed once, as far as is asked for, and remembered: what was said
 * of a frame stays true however often the run is taken back.
 */
#ifndef RUNG_TOOLS_FRAME_FACTS_H
#define RUNG_TOOLS_FRAME_FACTS_H

#include "layers/nearest.h"
#include "sim/trace.h"
#include "tools/lib/value.h"

struct world;

/* ---- Names ---- */

struct field;

struct frame_fact {
    const struct field *field; /* a header's field; else NULL: */
    unsigned special;          /* a row of our own table */
    enum value_type type;
};

/* The name of FACT. */
const char *frame_fact_word(const struct frame_fact *fact);

/* The fact called by the LEN bytes at NAME, "tcp.ack". False: there is none. */
bool frame_fact_find(const char *name, size_t len, struct frame_fact *fact);

/* Name number INDEX of those, NULL past the last; and a line of help. */
const char *frame_fact_name(size_t index, const char **help);

/* Words of the ladder, for count(WORD): a bit of tcp_view.h's marks, or 0. */
unsigned frame_mark_find(const char *word);
const char *frame_mark_name(size_t index);

/* ---- What was seen ---- */

struct frame_seen; /* of one segment */
struct tcp_view;

struct frame_facts {
    struct tcp_view *tcp;
    struct frame_seen *at; /* of frame number i + 1 */
    uint32_t count, room;
};

/* Zeroed is empty; what it takes is freed here. */
void frame_facts_close(struct frame_facts *facts);

/* Follows the frames of TRACE, always the same, up to number TO. False: no
 * memory. */
bool frame_facts_follow(struct frame_facts *facts, const struct trace *trace, uint32_t to);

/* FACT of frame NUMBER (from 1) of TRACE. False: the frame has none (an ARP
 * request has no port), or there is no memory. */
bool frame_fact_read(struct frame_facts *facts, const struct trace *trace, uint32_t number,
                     const struct frame_fact *fact, int64_t *value);

/* How many of the frames up to number TO, sent by host NODE (NODE_NONE: by any),
 * bear one of MARKS. Those that are forwarded count once. -1: no memory. */
int64_t frame_marks_count(struct frame_facts *facts, const struct world *world,
                          const struct trace *trace, uint32_t to, unsigned marks, uint16_t node);

#endif
