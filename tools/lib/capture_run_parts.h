/*
 * capture_run_parts.h - what the files of capture_run.h share, and nobody else.
 *
 *   capture_run.c       takes frames, finds their hosts, fills the trace
 *   capture_run_read.c  reads them, at once or bit by bit; the world they make
 *   capture_run_tcp.c   connections: what is inferred, and asked for again
 */
#ifndef RUNG_TOOLS_CAPTURE_RUN_PARTS_H
#define RUNG_TOOLS_CAPTURE_RUN_PARTS_H

#include "tools/lib/capture_filter.h"
#include "tools/lib/capture_list.h"
#include "tools/lib/capture_run.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/run_connection.h"

enum {
    CAPTURE_HOST_NAME_SIZE = REPLAY_HOST_SIZE + 1,
    CAPTURE_TEXT_SIZE = 600,
    CAPTURE_NEAR = 8192
};

struct capture_end_host {
    char name[CAPTURE_HOST_NAME_SIZE];
    uint16_t ports;
    struct run_ends *ends; /* of its connections, from number 1 on */
    uint32_t *connections; /* their indices */
    uint32_t end_count, end_capacity;
};

/* The node of an address that was found lately. */
struct capture_near {
    ipv4 address;
    uint16_t host;
    bool known;
};

struct capture_wire {
    uint16_t node[2], port[2];
};

struct capture_fact {
    uint32_t number;     /* in the file */
    uint32_t next;       /* frame of the same connection; 0: none */
    uint32_t connection; /* index + 1; 0: it is of none */
    uint32_t thread;     /* frame that it belongs to, as THREAD_KIND tells */
    uint32_t since;      /* frame that it acknowledges or repeats, as SINCE_KIND tells */
    uint8_t thread_kind; /* enum thread_kind */
    uint8_t since_kind;  /* enum since_kind */
    bool made_up, lost;
};

struct capture_connection {
    struct tcp_inference now; /* end 0 is who was seen first */
    uint16_t node[2];
    uint32_t subject[2];
    uint32_t first, last; /* frames */
    uint32_t frames;
    uint32_t saved; /* index + 1 of its last state saved; 0: none */
    uint32_t older; /* index + 1 of the one before between these ends; 0: none */
};

/* So that any moment of a long connection is near. */
struct capture_saved {
    uint32_t before; /* index + 1 */
    uint32_t frame;  /* the last one taken */
    struct tcp_inference state;
};

/* While not all has been read. */
struct capture_reading {
    struct capture_run_options options;
    struct capture_filter filter;
    struct capture_reader *reader;
    uint8_t *memory; /* of the reader, with room in front of it */
    uint64_t bytes_offset; /* in the file, of the frame that is taken, */
    bool is_as_captured;   /* if these are its bytes */
};

/* The world of what has been read at some time. */
struct capture_shown {
    struct world *world;
    struct run_view view;
    bool is_open; /* the view */
};

struct capture_run {
    struct trace trace;
    bool trace_is_open, is_read;
    struct capture_reading reading;
    struct capture_shown part, whole;
    struct trace part_trace; /* what was read first: trace, cut */
    struct run_gist gist;
    char title[CAPTURE_TEXT_SIZE], trouble[CAPTURE_TEXT_SIZE], about[CAPTURE_TEXT_SIZE];
    struct capture_end_host hosts[CAPTURE_NODES_MAX];
    unsigned host_count;
    struct capture_near near[CAPTURE_NEAR];
    bool folded; /* some have no node of their own */
    uint16_t wire_of[CAPTURE_NODES_MAX][CAPTURE_NODES_MAX];
    struct capture_list wires;       /* struct capture_wire */
    struct capture_list facts;       /* struct capture_fact, by frame number - 1 */
    struct capture_list connections; /* struct capture_connection */
    struct capture_list saved;       /* struct capture_saved */
    uint32_t *table;                 /* of connections: index + 1, by their ends */
    uint32_t table_size;             /* a power of two */
    struct capture_threads *threads;
    struct capture_watch *watch;     /* what breaks a rule */
    uint64_t frames;                 /* in the file */
    int64_t start_ns;
    bool started, made_up, went_back, memory_is_short;
};

static inline struct capture_fact *capture_fact_of(const struct capture_run *run, uint32_t frame)
{
    return (struct capture_fact *)run->facts.items + (frame - 1);
}

/* Takes the next frame. False: no memory. */
bool capture_run_take(struct capture_run *run, const struct capture_frame *captured);

/* A record about FRAME, of NODE. */
void capture_run_record(struct capture_run *run, uint16_t node, struct record record);

/* One segment on its way through the run. */
struct capture_segment {
    struct capture_connection *connection; /* NULL: it is none */
    const struct tcp_header *header;
    uint32_t len;
    int sender;
};

/* Finds the connection of D, a frame between the nodes FROM and TO, or begins
 * it. False: no memory. */
bool capture_tcp_find(struct capture_run *run, const struct dissection *d, uint32_t frame,
                      uint16_t from, uint16_t to, struct capture_segment *segment);
/* What the sender must have done; then what it does to the receiver. */
void capture_tcp_sent(struct capture_run *run, const struct capture_segment *segment, vtime at);
void capture_tcp_arrives(struct capture_run *run, const struct capture_segment *segment, vtime at);
/* Both are done, as far as they go. False: no memory. */
bool capture_tcp_keep(struct capture_run *run, const struct capture_segment *segment,
                      uint32_t frame);

#endif
