/*
 * trace.h - what happened: records of fixed size, appended, never formatted.
 *
 * The trace observes a world and lives outside its arena, so that taking the
 * world back does not take back what is known of its future. Three columns:
 *
 *   events    when, and which earlier event armed it (the chain of causes)
 *   records   what each event did
 *   frames    the bytes that were put on a wire, numbered from 1
 *   unsent    the beginnings of those that were lost in front of one
 *
 * The first hundred thousand records, all of most runs, stand as they are. Of a
 * longer run the others are folded (trace_fold.h) as soon as a block of them
 * is full, to a few bytes each. Whoever scans a run takes them one by one by
 * value with trace_read; trace_record unfolds them for good, at an address
 * that stays.
 *
 * When a world has been taken back and runs forward again, every record that
 * it makes is compared with the one already here; `diverged` tells of a
 * difference, which is always a bug of ours: every step back is also a test
 * of determinism. A running hash of all records names the whole run.
 *
 * A world without a trace pays one test of a pointer for each record.
 */
#ifndef RUNG_SIM_TRACE_H
#define RUNG_SIM_TRACE_H

#include "sim/arena.h"
#include "sim/sim_rules.h"
#include "sim/vtime.h"

struct node;
struct packet;
struct world;

enum record_kind {
    RECORD_TX,    /* frame put on a wire; node sends, what: link, b: end */
    RECORD_RX,    /* frame arrived; node receives, what: link, b: end it came from */
    RECORD_LOST,  /* frame or packet lost: rule, a, b as its sentence prints them;
                     in front of a wire, subject: its number among the unsent */
    RECORD_FATE,  /* what the wire does to a frame that still arrives: rule, a, b */
    RECORD_STATE, /* machine `what` of `subject`: state a -> b, for rule */
    RECORD_VALUE, /* variable `what` of `subject`: a -> b */
    RECORD_TIMER, /* timer `what` of `subject`: a: due, b: enum timer_change */
    RECORD_WHY,   /* rule, a, b */
    RECORD_APP,   /* application event `what` of `subject`: a, b */
    RECORD_KINDS
};

enum timer_change { TIMER_SET, TIMER_FIRED, TIMER_STOPPED };

struct record {
    uint32_t event;   /* number of the event that did it */
    uint32_t frame;   /* the frame it is about; 0: none */
    uint32_t subject; /* connection, ARP entry, socket ...: the layer's number */
    uint16_t node;
    uint16_t rule;
    int64_t a, b;
    uint16_t what;
    uint16_t port; /* TX, RX: of the node */
    uint8_t kind;
    uint8_t unused[3];
};

struct trace_event {
    vtime at;
    uint32_t cause;        /* number of the event that armed this one; 0: set-up */
    uint32_t first_record; /* index; the next event's first_record ends it */
};

struct trace_frame {
    uint64_t offset;   /* of its bytes in what was lent, or behind it in the byte store */
    uint64_t identity; /* what its luck was drawn from */
    vtime sent;        /* first bit on the wire */
    uint32_t len;      /* without frame check sequence */
    uint32_t event;
    uint32_t record; /* index of its TX record */
    uint16_t link;
    uint8_t end; /* the end of the link that sent it */
    uint8_t copy;
    uint32_t missing; /* bytes of it that a capture did not keep, behind the others */
};

#define TRACE_UNSENT_BYTES 160 /* the headers of any frame */

/* What found a wire down, its queue full or itself too long. */
struct trace_unsent {
    uint64_t identity;
    uint32_t len;
    uint8_t bytes[TRACE_UNSENT_BYTES]; /* the first of them */
};

/* A growing column of the trace; `at` counts what the world has reached. */
struct trace_column {
    struct arena store;
    size_t size; /* of one entry */
    uint32_t count, at;
};

#define TRACE_BLOCK 1024                /* records that are folded together */
#define TRACE_PLAIN ((uint32_t)1 << 17) /* records that are not folded: 5 MiB */

/* A full block: where its folded bytes begin, and how many of its records
 * stand unfolded at their place. The last, open block has one, too. */
struct trace_block {
    uint64_t offset;
    uint32_t unfolded;
};

/* One block of records in hand. */
struct trace_window {
    uint32_t block;
    struct record records[TRACE_BLOCK];
};

/* Those that were last read by value, or folded: who goes through a run looks
 * back, time and again, to where some frame was sent. */
#define TRACE_LOOKS 4
struct trace_looks {
    unsigned next; /* to be given up for another block */
    struct trace_window *at[TRACE_LOOKS];
};

/* A column like the others to those who read; `at` and `count` as there. */
struct trace_records {
    uint32_t plain; /* so many are not folded */
    struct arena folded;
    struct arena blocks;   /* struct trace_block, of those behind the plain ones */
    struct arena unfolded; /* struct record, each at its place; with holes */
    struct arena windows;
    struct trace_window *open; /* the records that are not folded yet */
    struct trace_looks *looks;
    struct record *again;      /* made by a second run, to be compared */
    uint32_t count, at;
};

struct trace {
    struct trace_column events, frames, unsent;
    struct trace_records records;
    struct arena bytes;
    struct span lent;     /* bytes that frames have besides these: trace_lend */
    uint64_t hashed;      /* the hash of the first HASHED_TO records: see trace_hash */
    uint32_t hashed_to;   /* up to a few less than there are */
    bool diverged;        /* a second run of the same events did something else */
    uint32_t diverged_at; /* index of the first record that differed */
};

/* Where in the trace a world stands; kept with each snapshot of it. */
struct trace_position {
    uint32_t events, records, frames, unsent;
    uint64_t hash;
};

/* An empty trace; false if no address space can be had. */
bool trace_open(struct trace *trace);
void trace_close(struct trace *trace);

/* Folds all but the first PLAIN records (whole blocks; TRACE_PLAIN, unless
 * memory matters more than time). While TRACE is empty. */
void trace_fold_behind(struct trace *trace, uint32_t plain);

/* Frames whose bytes lie within BYTES, which must outlive TRACE, are not copied. While
 * TRACE is empty. */
void trace_lend(struct trace *trace, struct span bytes);

/* Bytes of memory that the run has taken; without what readers unfolded. */
size_t trace_size(const struct trace *trace);

/* Hash of all records up to the present position: the name of the run. */
uint64_t trace_hash(const struct trace *trace);

struct trace_position trace_position(const struct trace *trace);
/* Takes the trace back to POSITION; what was recorded beyond stays. */
void trace_go(struct trace *trace, struct trace_position position);

const struct trace_event *trace_event(const struct trace *trace, uint32_t number); /* from 1 */

/* Record INDEX, from 0. The pointer stays good, and pointers differ as their
 * indices do; but the record's block takes its full size from now on. */
const struct record *trace_record(const struct trace *trace, uint32_t index);
/* The same by value, for scans: quick in either direction, and takes nothing. */
struct record trace_read(const struct trace *trace, uint32_t index);

const struct trace_frame *trace_frame(const struct trace *trace, uint32_t number); /* from 1 */
struct span trace_frame_bytes(const struct trace *trace, uint32_t number);

const struct trace_unsent *trace_unsent(const struct trace *trace, uint32_t number); /* from 1 */

/* When RECORD happened. */
vtime trace_time(const struct trace *trace, const struct record *record);

/* The indices of EVENT's first record (0: of the set-up), and behind its last. */
uint32_t trace_event_begin(const struct trace *trace, uint32_t event);
uint32_t trace_event_end(const struct trace *trace, uint32_t event);

/* Found by halving: how many events there were up to TIME, it included; and how
 * many frames were sent by records in front of RECORD. */
uint32_t trace_events_until(const struct trace *trace, vtime time);
uint32_t trace_frames_before(const struct trace *trace, uint32_t record);

/* For the engine: an event begins, a record or a frame is added. */
void trace_begin_event(struct trace *trace, vtime at, uint32_t cause);
void trace_add(struct trace *trace, const struct record *record);
/* The same without a copy: fill in what trace_next points to, all of it. */
struct record *trace_next(struct trace *trace);
void trace_add_next(struct trace *trace);
/* The bytes of a frame that a switch or hub passes on stand there already, as
 * those of frame LIKE (0: none); if they are the same, they are kept once. */
void trace_add_frame(struct trace *trace, const struct trace_frame *frame, struct span bytes,
                     uint32_t like);
/* Keeps the beginning of BYTES, which no wire took; returns its number. */
uint32_t trace_add_unsent(struct trace *trace, uint64_t identity, struct span bytes);

#endif
