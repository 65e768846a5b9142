/*
 * pkt_wire.h - between the numbers of a script and those on the wire.
 *
 *   sequence numbers of the remote end     as written
 *   of the local end                       from its real ISN on
 *   timestamps of the local end            from the first that it sent on
 *
 * A flow is what these numbers are about: one pair of ports. Used by
 * pkt_run.c; knows nothing of time or order.
 */
#ifndef RUNG_TOOLS_PKT_WIRE_H
#define RUNG_TOOLS_PKT_WIRE_H

#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "tools/lib/pkt_script.h"

enum { PKT_STAMPS_MAX = 64, PKT_DATAGRAM_MAX = 65535 };

struct pkt_flow {
    uint16_t local_port, remote_port;
    bool open_isn;   /* the next SYN that comes out sets the offset (again) */
    uint32_t offset; /* real number less the script's, of the local end */
    bool has_stamp;
    uint32_t stamp_script, stamp_real; /* the first TSval that came out */
    struct {
        uint32_t script, real;
    } stamps[PKT_STAMPS_MAX]; /* the last ones */
    unsigned stamp_count;
    uint16_t window; /* of the last inbound segment that named one */
};

/* A datagram that came out, its numbers as the script counts. Options keep
 * their order, NOPs too. */
struct pkt_seen {
    struct ipv4_header ip;
    enum pkt_protocol protocol;
    bool sound; /* it could be read, and its checksums are right */
    const char *flaw; /* if not: what is wrong */
    struct pkt_tcp tcp;
    struct pkt_tcp_option options[PKT_TCP_OPTIONS_MAX];
    uint32_t real_seq;
    uint32_t udp_len;
    struct pkt_icmp icmp;
    uint16_t source_port, destination_port;
};

/* Writes PACKET, which goes into the stack, to OUT (PKT_DATAGRAM_MAX bytes);
 * returns its length. What ICMP quotes if the script does not say so: QUOTED. */
size_t pkt_wire_build(const struct pkt_packet *packet, struct pkt_flow *flow, struct span quoted,
                      uint8_t *out);

/* Reads DATAGRAM, in real numbers. SEEN must not move. */
void pkt_wire_read(struct span datagram, struct pkt_seen *seen);
/* Turns its numbers into the script's. */
void pkt_wire_map(struct pkt_seen *seen, const struct pkt_flow *flow);

/* A SYN came out where the script has EXPECTED: the numbers count from it. */
void pkt_flow_anchor(struct pkt_flow *flow, const struct pkt_seen *seen, uint32_t expected);
/* SCRIPT is what the script calls the TSval REAL that came out. */
void pkt_flow_stamp(struct pkt_flow *flow, uint32_t script, uint32_t real);

#endif
