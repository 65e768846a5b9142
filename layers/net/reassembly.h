/*
 * reassembly.h - fragments in, datagrams out (RFC 791 3.2, RFC 815).
 *
 *   entry: source, destination, protocol, identification
 *     |     0      1400                 3500   = total, once the last is here
 *     |     |=======|....hole....|======|
 *     +---> piece   -> piece                   in order, never overlapping
 *
 * The holes of RFC 815 are the gaps between the pieces. Each piece is a
 * fragment's own packet; bytes are copied once, when no hole is left.
 *
 * OVERLAPS. RFC 791's example procedure lets the later copy win, 4.3BSD the
 * one with the lower offset; RFC 1858 4 shows attacks on both. Here equal
 * bytes may overlap (RFC 1122 3.3.2 expects it of retransmissions that were
 * cut differently), but bytes that contradict each other, or an end that
 * does, condemn the whole datagram, as RFC 5722 4 demands for IPv6: what is
 * here is dropped, and so is what still comes, until the timeout.
 *
 * LIMITS. A datagram has reassembly-timeout from its first fragment on (fixed,
 * RFC 1122 3.3.2). A host holds at most REASSEMBLY_DATAGRAMS_MAX of them and
 * reassembly-memory bytes; the oldest makes room.
 *
 * ip_input.c calls this for fragments that are for this host; routers do not
 * reassemble what they forward (RFC 1812 5.2.6).
 */
#ifndef RUNG_LAYERS_NET_REASSEMBLY_H
#define RUNG_LAYERS_NET_REASSEMBLY_H

#include "layers/wire/address.h"
#include "layers/wire/ipv4_header.h"
#include "sim/world.h"

struct host;

#define REASSEMBLY_DATAGRAMS_MAX 64
/* Fragments have at least 8 bytes, so that no datagram has more pieces. */
#define REASSEMBLY_PIECES_MAX (REASSEMBLY_DATAGRAMS_MAX * 8192)
#define REASSEMBLY_HOLES_TOLD 8 /* holes a "why" enumerates */

struct reassembly_piece {
    struct reassembly_piece *next;
    struct packet *p;    /* its bytes in hand are the piece's data */
    uint32_t first, end; /* of the datagram's data; END is one past */
    uint32_t cost;       /* bytes that it counts in reassembly-memory */
};

struct reassembly_entry {
    struct reassembly_entry *next; /* the next older one */
    struct host *host;
    struct event timer;
    struct reassembly_piece *pieces, *last;
    ipv4 source, destination;
    uint16_t id;
    uint8_t protocol;
    uint8_t ecn_seen;  /* bit n: codepoint n was there */
    bool poisoned;     /* contradicted itself: refuses all until the timeout */
    uint32_t count;    /* pieces */
    uint32_t received; /* bytes of data */
    uint32_t total;    /* 0: last fragment not here yet */
    uint32_t more_end; /* farthest end of a fragment that said "more" */
    uint32_t cost;
    vtime deadline;
};

struct reassembly {
    struct pool entries, pieces;
    struct reassembly_entry *newest;
    uint32_t entry_count;
    uint32_t held; /* pieces of all entries: ip.fragments */
    int64_t cost;
    struct watch watch;
    bool watched;
};

/* Set-up time. */
void reassembly_attach(struct host *host);

/*
 * Takes fragment P, which begins with its header H. Returns the datagram,
 * beginning with a header as if it had never been cut, if P was the last
 * that it lacked; else NULL.
 */
struct packet *reassembly_add(struct host *host, struct packet *p, const struct ipv4_header *h);

#endif
