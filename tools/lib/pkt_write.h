/*
 * pkt_write.h - the run of a lab, written as a packet script about one host.
 *
 *   lab --simulation--> run --tap--> datagrams in and out   \
 *                           --trace-> what its program did   > script
 *                           host's settings that differ     /
 *
 * What came to the host goes in (`<`), what it sent is expected (`>`), and what
 * its program did is made a system call, each at its moment. A script is about
 * one connection; numbers count from each end's ISN.
 *
 * A program of a lab reads while the segment is being received, before the ACK
 * goes: it stands in read() already. So the script calls read() first, at the
 * segment's own moment, and blocks; and so it does with a write() that finds
 * no room.
 */
#ifndef RUNG_TOOLS_PKT_WRITE_H
#define RUNG_TOOLS_PKT_WRITE_H

#include "tools/lib/simulation.h"

enum { PKT_WRITE_WHY = 1000 };

struct pkt_write_order {
    const struct lab *lab;
    struct simulation_options options; /* keep_history: false */
    size_t node;                       /* of the lab: the host under test */
    uint16_t port;                     /* at either end of its connection; 0: it has only one */
    const char *command;               /* stands in the script's first lines: how it was made */
};

/*
 * The script's text, which is the caller's to free. It has been run, and passes
 * (profile strict). NULL: WHY (PKT_WRITE_WHY bytes) says why there is none, and
 * what to write instead where that helps.
 */
char *pkt_write(const struct pkt_write_order *order, char *why);

#endif
