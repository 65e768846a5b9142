/*
 * capture_analysis.h - a capture's TCP, all connections of it.
 *
 *   frame --capture_segment--> segment --flow_table--> its connection
 *         --tcp_analysis-----> numbers, flags, RTT
 *
 * Under `rung replay --summary` and `--json`. Frames go in, in the order of the
 * capture; nothing of them is kept but what tcp_analysis.h says.
 */
#ifndef RUNG_TOOLS_CAPTURE_ANALYSIS_H
#define RUNG_TOOLS_CAPTURE_ANALYSIS_H

#include "tools/lib/capture_rules.h"
#include "tools/lib/capture_segment.h"
#include "tools/lib/cwnd_estimate.h"
#include "tools/lib/flow_table.h"
#include "tools/lib/tcp_analysis.h"

/* What one side of a connection did. */
struct flow_tally {
    uint64_t frames, bytes;      /* bytes: of data, what is sent again too */
    uint32_t resent;             /* segments: any of the three retransmissions */
    uint32_t acks, duplicates;   /* acks: of those that gave an RTT, of what it sent */
    uint32_t out_of_order, gaps; /* gaps: segments missing in the capture */
    uint32_t zero_windows;
    int64_t rtt_min_ns, rtt_max_ns, rtt_sum_ns;
};

enum flow_closer { FLOW_OPEN, FLOW_FIN, FLOW_RESET };

struct flow {
    struct tcp_analysis tcp;
    struct tcp_rules rules;
    struct cwnd_estimate cwnd[2];
    struct flow_tally tally[2]; /* by side: 0 sent the first segment */
    int64_t first_ns, last_ns;
    enum flow_closer closer; /* what the first was that ended it, */
    uint8_t closed_by;       /* and from which side */
    uint8_t fins;            /* bit n: side n sent its FIN */
    bool syn_seen;           /* begins in the capture */
    uint8_t opener;          /* side that sent the SYN */
    struct tcp_rules_rare rare[2]; /* last: it is not fetched ahead */
};

/* What was found in one frame. */
struct capture_facts {
    struct capture_segment segment;
    struct tcp_facts tcp;
    uint32_t stream;
    unsigned sender; /* side of the connection */
    uint32_t cwnd;   /* inferred of the sender, where it is news; else 0 */
};

/* Segments on their way to their connections, see capture_analysis_add. */
#define CAPTURE_AHEAD 16

struct capture_ahead {
    struct capture_facts facts[CAPTURE_AHEAD];
    struct flow_slot *slots[CAPTURE_AHEAD];
    uint64_t added, settled;
};

struct capture_analysis {
    struct flow_table flows;
    struct capture_fragments *fragments;
    uint64_t frames, segments;
    struct capture_ahead ahead;
    struct capture_rules *rules; /* the caller's, told of all that is taken; NULL: nobody asks */
    uint32_t forgotten; /* segments for which there was no memory */
};

/* False: no memory. */
bool capture_analysis_open(struct capture_analysis *a);
void capture_analysis_close(struct capture_analysis *a);

/* Takes the next frame; false: it is no TCP segment, FACTS are not set. */
bool capture_analysis_take(struct capture_analysis *a, const struct capture_frame *frame,
                           struct capture_facts *facts);

/*
 * The same for who asks for the connections only, at the end, after
 * capture_analysis_settle. Works a few segments behind: of thousands of connections
 * each is long out of the cache when it speaks again, and is fetched meanwhile. False: the
 * frame is no segment.
 */
bool capture_analysis_add(struct capture_analysis *a, const struct capture_frame *frame);
void capture_analysis_settle(struct capture_analysis *a);

static inline const struct flow *capture_analysis_flow(const struct capture_analysis *a,
                                                       uint32_t stream)
{
    return flow_table_flow(&a->flows, stream);
}

#endif
