/*
 * conversations.h - who talked with whom in a capture, besides TCP.
 *
 *   UDP 10.0.0.1:4000 > 10.0.0.2:53     ICMP 10.0.0.1 > 10.0.0.2     ARP ...
 *
 * Frames, bytes on the wire and times, of both directions. TCP's connections are
 * capture_analysis.h's. Memory grows with the conversations, up to
 * CONVERSATIONS_MAX; what comes then is counted together.
 */
#ifndef RUNG_TOOLS_CONVERSATIONS_H
#define RUNG_TOOLS_CONVERSATIONS_H

#include "sim/capture_reader.h"
#include "tools/lib/flow_table.h"

#define CONVERSATIONS_MAX 100000

/* How ends are named. */
enum conversation_kind {
    TALK_UDP,      /* address and port; a later fragment has none: port 0 */
    TALK_ICMP,     /* address, of IPv4 or IPv6 */
    TALK_ARP,      /* who asks, and who is asked for */
    TALK_IP,       /* address; the port is IP's protocol number */
    TALK_ETHERNET, /* MAC address; the port is the EtherType, 0: none */
};
#define TALK_KINDS 5

struct conversation {
    uint64_t frames[2], bytes[2]; /* by side: 0 sent the first frame */
    int64_t first_ns, last_ns;
};

struct conversations {
    struct flow_table tables[TALK_KINDS];
    uint32_t count;
    struct conversation rest; /* those for which there was no room */
};

/* False: no memory. */
bool conversations_open(struct conversations *all);
void conversations_close(struct conversations *all);

/* Takes a frame that is no TCP segment. */
void conversations_take(struct conversations *all, const struct capture_frame *frame);

/* "UDP", "ICMP" ...; what stands in the ports of IP and Ethernet is the caller's to say. */
const char *conversation_kind_name(enum conversation_kind kind);
/* Writes the end SIDE of what has KEY: "10.0.0.1:53". As snprintf. */
size_t conversation_format_end(enum conversation_kind kind, const struct flow_key *key,
                               unsigned side, char *out, size_t size);

#endif
