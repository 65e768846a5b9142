/*
 * pkt_write_parts.h - what the files that write packet scripts share.
 *
 *   pkt_write.c            the order of things
 *   pkt_write_choice.c     which connection
 *   pkt_write_settings.c   options, shell lines, setsockopt
 *   pkt_write_call.c       what the program did, as system calls
 *   pkt_write_arp.c        what was held back under TCP
 *   pkt_write_packet.c     datagrams, their numbers as a script counts
 */
#ifndef RUNG_TOOLS_PKT_WRITE_PARTS_H
#define RUNG_TOOLS_PKT_WRITE_PARTS_H

#include <stdio.h>

#include "layers/tcp/tcp.h"
#include "tools/lib/pkt_tap.h"
#include "tools/lib/pkt_write.h"

enum { PKT_WRITE_LIVES = 64 };

/* One life of the connection: the same two ends may meet again. */
struct pkt_life {
    uint32_t number; /* the trace's subject */
    int fd;          /* 0: has no socket (yet) */
    uint32_t opened; /* in which event */
    bool open;       /* established or accepted: it may be read */
    bool writes;     /* a write blocks, and is written down already */
};

struct pkt_writer {
    const struct pkt_write_order *order;
    struct simulation simulation;
    struct host *host;
    struct host_config config; /* as the lab began */
    struct pkt_tap tap;
    /* The connection. */
    struct tcp_endpoint local, remote;
    struct pkt_life lives[PKT_WRITE_LIVES];
    unsigned life_count;
    /* What stands in the script so far. */
    FILE *out;
    vtime last;  /* time of the event above */
    vtime early; /* by so much what event EARLY_EVENT did stands before its time */
    uint32_t early_event;
    unsigned shell_lines;
    int next_fd, listener_fd;
    uint32_t next_record; /* records before it are written */
    uint32_t skip;        /* this record, too: it was written ahead */
    /* Numbers. */
    bool has_local, has_remote, has_local_stamp, has_remote_stamp;
    uint32_t local_offset, remote_offset, local_stamp, remote_stamp;
    uint32_t windows_off; /* in this event, windows are not those of a script */
    const char *flaw;     /* something that no script can say, or NULL */
};

/* ---- pkt_write.c ---- */

/* "+0.02 ": what follows happens at AT. */
void pkt_write_time(struct pkt_writer *w, vtime at);
/* "+0.02...0.5 ": a call that returns at BACK. */
void pkt_write_blocks(struct pkt_writer *w, vtime at, vtime back);

/* ---- pkt_write_arp.c ---- */

/* What waited for ARP is moved to where it left TCP. */
void pkt_write_take_back(struct pkt_writer *w);

/* ---- pkt_write_choice.c ---- */

/* False: WHY says that there is none, or what to write to name one. */
bool pkt_write_choose(struct pkt_writer *w, char *why);
/* The life whose number is SUBJECT, or NULL. */
struct pkt_life *pkt_write_life(struct pkt_writer *w, uint32_t subject);

/* ---- pkt_write_settings.c ---- */

void pkt_write_head(struct pkt_writer *w);
/* setsockopt for what is set on socket FD. */
void pkt_write_socket_options(struct pkt_writer *w, vtime at, int fd);

/* ---- pkt_write_call.c ---- */

/* Record INDEX as calls, if it tells of one. */
void pkt_write_record(struct pkt_writer *w, uint32_t index);
/* A read that segment T, which comes now, will wake. */
void pkt_write_sleeper(struct pkt_writer *w, const struct pkt_tapped *t);

/* ---- pkt_write_packet.c ---- */

/* T, if it is about the connection. */
void pkt_write_packet(struct pkt_writer *w, const struct pkt_tapped *t);
/* T is about the connection. */
bool pkt_write_is_ours(const struct pkt_writer *w, const struct pkt_tapped *t);

#endif
