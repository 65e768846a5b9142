/*
 * pkt_tap.h - all datagrams that one host of a simulation took or sent.
 *
 *      tcp, icmp          <-- what came, as the transport gets it: whole, and
 *          |                  past all checks of IP
 *          ip
 *          |              <-- what IP hands to the device: before ARP or a
 *      ethernet               queue may hold it back
 *
 * A tap sits at the host's seams (layers/host.h) between two layers and passes
 * on what it has written down; nothing of the run changes.
 */
#ifndef RUNG_TOOLS_PKT_TAP_H
#define RUNG_TOOLS_PKT_TAP_H

#include "layers/host.h"
#include "sim/trace.h"

enum { PKT_TAP_TRANSPORTS = 2, PKT_TAP_BYTES_MAX = 1 << 28 };

/* A datagram, from its IP header on. */
struct pkt_tapped {
    vtime at;
    uint32_t event;  /* in which */
    uint32_t record; /* records of the trace that came before */
    bool inbound;
    size_t offset, len; /* in the tap's bytes */
};

struct pkt_tap {
    struct {
        struct transport_ops ops;
        const struct transport_ops *real;
    } transports[PKT_TAP_TRANSPORTS];
    struct {
        struct device_ops ops; /* of every interface: by it the tap is found */
        const struct device_ops *real;
    } device;
    struct pkt_tapped *at;
    size_t count, room;
    uint8_t *bytes;
    size_t bytes_used, bytes_room;
    bool overflowed; /* no memory, or more than can be kept: something is missing */
};

/* Listens to HOST from now on. TAP must not move and must outlive the run. */
void pkt_tap_open(struct pkt_tap *tap, struct host *host);
void pkt_tap_close(struct pkt_tap *tap);

static inline struct span pkt_tap_bytes(const struct pkt_tap *tap, const struct pkt_tapped *t)
{
    return (struct span){ tap->bytes + t->offset, t->len };
}

#endif
