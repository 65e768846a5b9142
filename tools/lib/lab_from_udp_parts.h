/*
 * lab_from_udp_parts.h - what the files of lab_from_udp.h share, and nobody else.
 *
 *   lab_from_udp.c        reads, plans, tries
 *   lab_from_udp_write.c  all that as YAML and Markdown
 */
#ifndef RUNG_TOOLS_LAB_FROM_UDP_PARTS_H
#define RUNG_TOOLS_LAB_FROM_UDP_PARTS_H

#include "tools/lib/lab_from_parts.h"

enum { UDP_PORTS_MOST = 64, UDP_DATAGRAMS_MOST = 2000, UDP_REMARK_SIZE = 100 };

struct from_datagram {
    vtime at;       /* since the first */
    uint64_t frame; /* of the capture */
    uint32_t len;   /* of its message, */
    uint16_t source, destination;
    uint8_t side; /* who sent it: 0 is who sent the first */
    bool is_text; /* which is TEXT, */
    char text[FROM_TEXT_MAX + 1];
    char remark[UDP_REMARK_SIZE]; /* and means this; or "" */
    /* When its sender had got HEARD bytes, AFTER that; nothing yet: AFTER the beginning. */
    uint64_t heard;
    vtime after;
};

struct udp_plan {
    struct from_plan hosts;        /* addresses and prefix only */
    struct capture_talk ends;      /* of these */
    struct capture_list datagrams; /* struct from_datagram */
    uint16_t ports[2][UDP_PORTS_MOST];
    unsigned port_count[2];
    uint64_t text[2]; /* bytes sent by either side */
    vtime delay;      /* of the wire */
    bool delay_known;
    uint32_t alike;    /* datagrams that a run sends as they were, from the first on */
    uint32_t left_out; /* of other hosts */
};

char *udp_plan_write(const struct udp_plan *plan, const struct lab_from *result);
char *udp_plan_readme(const struct udp_plan *plan, const struct lab_from *result);

#endif
