/*
 * into_parts.h - what the files of into.h share, and nobody else.
 *
 *   into_lab.c      a lab of two hosts, with the settings of the one that answers
 *   into_plan.c     the segments to be fed, and what each waits for
 *   into_feed.c     feeds them, in the world
 *   into_play.c     the program on the host that answers
 *   into.c          runs it, and reads what came of it
 *   into_compare.c  real answers beside simulated ones
 *   into_print.c    the report; into_json.c too
 */
#ifndef RUNG_TOOLS_INTO_PARTS_H
#define RUNG_TOOLS_INTO_PARTS_H

#include "layers/host.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/into.h"

enum {
    INTO_TEXT_MAX = 60000, /* bytes of one segment; longer ones were cut by a network card */
    INTO_STAMPS = 64,
};

/* A segment to be fed; numbers as in the capture. */
struct into_frame {
    struct talk_segment s;
    uint32_t segment; /* of the talk; UINT32_MAX: made up */
    bool needs_seq, needs_ack;
    uint32_t need_seq; /* the peer must have sent up to here, */
    uint32_t need_ack; /* and acknowledged this, */
    vtime need_at;     /* as it had at that time */
    bool echoes;       /* it has a timestamp of the peer's, which stood in a segment that */
    uint32_t echo_seq, echo_ack; /* said this */
};

/* What of a run never changes. */
struct into_run {
    const struct capture_talk *talk;
    unsigned as;
    enum into_times times;
    struct into_frame *frames;
    uint32_t frame_count;
    struct talk_deed *deeds; /* of the host that answers */
    uint32_t deed_count;
    vtime near, delay; /* from the capture point to the fed side; to the peer */
    vtime start;       /* when time 0 of the connection passes the capture point */
    ipv4 fed_address, address;
    bool fed_scaled;       /* the SYN that is fed has a window scale option */
    struct feeder *feeder; /* in the world's arena */
    struct player *player;
};

/* What has been fed, in the arena. */
struct fed_frame {
    uint32_t frame; /* of the run; 0: not yet */
    bool gave_up;
    struct into_answer said;
};

struct feeder {
    struct network_ops network; /* by it the feeder is found */
    const struct into_run *run;
    struct host *host, *other;
    struct event timer;
    struct fed_frame *fed; /* run->frame_count */
    uint32_t next;
    vtime due;
    bool due_set, gave_up, starved, done;
    vtime done_at;
    vtime fed_at;           /* when the one before was */
    vtime progress_at;      /* when the peer last got further */
    uint32_t helps, helped; /* helped: the number that was acknowledged last by ourselves */
    uint32_t injected;
    uint32_t resets; /* sent for a host that has no connection any more */
    /* The host that answers, in its own numbers. */
    bool syn_seen, scaled, acked;
    uint32_t iss, nxt, ack;
    uint32_t acked_by_us;
    struct {
        uint32_t seq, ack, value;
    } stamps[INTO_STAMPS];
    uint32_t stamp_count;
};

struct player {
    struct transport_ops ops; /* by it the player is found */
    const struct transport_ops *real;
    const struct into_run *run;
    struct host *host;
    struct event alarm;
    uint32_t next;
    bool due_set;
    vtime due;
    vtime done_at;     /* the deed before */
    bool synchronized; /* TCP has the SYN of the fed side */
    uint32_t received; /* numbers of the fed side's that TCP has taken */
    vtime received_at;
};

/* False: no memory. */
bool into_plan(struct into_run *run);
void into_plan_free(struct into_run *run);

/* The lab of two; also sets RUN's addresses. NULL: no memory, or its host cannot be. */
struct lab *into_lab(const struct into_options *options, struct into_run *run);

/* Put feeder and player into the world, which has not begun. */
void into_feed_attach(struct into_run *run, struct host *fed, struct host *other);
void into_play_attach(struct into_run *run, struct host *host);

/* Fills INTO's rows from its answers and what was fed. False: no memory. */
bool into_compare(struct into *into);

/* When the capture's first frame of the connection passed: 0, unless it was joined within. */
static inline vtime into_begins(const struct into_run *run)
{
    return run->talk->before < run->talk->count ? run->talk->segments[run->talk->before].at : 0;
}

/* A sequence number of the fed side from its ISN; of the peer's, real or simulated. */
static inline uint32_t into_peer(const struct into_run *run)
{
    return run->talk->end[!run->as].iss;
}

#endif
