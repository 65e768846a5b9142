/*
 * capture_rules.h - watches a capture, and names what breaks an RFC.
 *
 *   frame   --capture_rules_frame----> Ethernet, ARP, IP, fragments, ICMP, checksums,
 *                                      DNS, DHCP
 *   segment --capture_rules_segment--> what it means on its TCP connection
 *                    \
 *                     +--> capture_breaks.h: rule, sentence, section, frames
 *
 * The rules stand in the rule book: what a parser refuses in layers/wire/rules_wire.def,
 * what only an observer can tell in layers/wire/rules_seen.def.
 *
 * An observer has holes, and copies: a capture begins in the middle, drops
 * frames, has them twice or in another order. So a rule that needs to know all that was
 * sent is silent on a connection in which something is missing, and what was
 * captured twice is one thing. IPv6 is not looked at beyond its TCP.
 *
 * Memory is bounded: every table has a fixed size, and forgets the oldest; sizes
 * stand at the tables (capture_rules_parts.h). What a connection needs, struct tcp_rules,
 * is the caller's.
 */
#ifndef RUNG_TOOLS_CAPTURE_RULES_H
#define RUNG_TOOLS_CAPTURE_RULES_H

#include "sim/capture_reader.h"
#include "tools/lib/capture_breaks.h"
#include "tools/lib/tcp_analysis.h"

struct capture_rules;
struct capture_segment;
struct flow_key;

/* What one end of a connection has said. Numbers as they were sent. */
struct tcp_rules_end {
    uint32_t next;      /* behind the highest that it has sent */
    uint32_t ack;       /* highest that it has acknowledged */
    uint32_t edge;      /* highest right edge of its window */
    uint32_t last_edge; /* of its last segment in order, no SYN */
    uint32_t stamp;     /* its last timestamp */
    uint32_t knows;     /* enum in capture_rules_tcp.c */
};

/* What is rarely asked of it. */
struct tcp_rules_rare {
    uint32_t fin;    /* number of its FIN */
    uint32_t unsent; /* acknowledged, but not sent as far as anybody saw */
    uint64_t unsent_frame, fin_frame, rst_frame;
    int64_t rst_ns;
};

struct tcp_rules {
    struct tcp_rules_end end[2];
};

/* NULL: no memory. */
struct capture_rules *capture_rules_open(void);
void capture_rules_close(struct capture_rules *rules);

/* Takes the next frame; of TCP only its header and its checksum. */
void capture_rules_frame(struct capture_rules *rules, const struct capture_frame *frame);

/*
 * Takes a segment of the connection TCP, sent by its end SENDER, of which tcp_analyse has
 * said FACTS, with STATE behind it. RARE is of its two ends.
 */
void capture_rules_segment(struct capture_rules *rules, struct tcp_rules *tcp,
                           struct tcp_rules_rare rare[2], unsigned sender,
                           const struct capture_segment *segment, const struct tcp_facts *facts,
                           const struct tcp_analysis *state);
/* SEGMENT begins another connection between the ends of one that is OPEN. */
void capture_rules_reopened(struct capture_rules *rules, const struct capture_segment *segment);

/* All frames were taken: adds what only the end tells. */
void capture_rules_end(struct capture_rules *rules);
/* The same; then takes out what offload explains, and sorts the list. */
void capture_rules_finish(struct capture_rules *rules);

/* While frames are still taken, the list is in the order in which breaks were found. */
const struct capture_breaks *capture_rules_breaks(const struct capture_rules *rules);
/* As far as is known by now, BROKEN is a checksum that offload explains. */
bool capture_rules_explained(const struct capture_rules *rules, const struct capture_break *broken);

#endif
