/*
 * fixture_capture.h - frames of a capture made by hand, held against the rules.
 *
 * Two hosts, A (10.0.0.1) and B (10.0.0.2), with their own MAC addresses. Each
 * frame is one millisecond after the one before, or at `now`.
 */
#ifndef RUNG_TESTS_FIXTURE_CAPTURE_H
#define RUNG_TESTS_FIXTURE_CAPTURE_H

#include <string.h>

#include "layers/wire/arp_message.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/udp_header.h"
#include "sim/capture_link.h"
#include "sim/vtime.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/capture_watch.h"
#include "tools/lib/tcp_analysis.h"

#define HOST_A 0x0a000001u
#define HOST_B 0x0a000002u
#define HOST_C 0x0a000003u

enum { FRAME_ROOM = 4096 };

static const struct mac mac_a = { { 2, 0, 0, 0, 0, 1 } }, mac_b = { { 2, 0, 0, 0, 0, 2 } },
                        mac_c = { { 2, 0, 0, 0, 0, 3 } };

/* The capture being watched. */
static struct capture_watch *watch;
static uint64_t frame_number;
static int64_t now;

static void begin_capture(void)
{
    watch = capture_watch_open();
    frame_number = 0;
    now = 1000 * SECONDS;
    ASSERT(watch != NULL);
}

static uint64_t broken(rule_id rule)
{
    return capture_watch_breaks(watch)->counts[rule];
}

/* All breaks together. */
static uint64_t broken_at_all(void)
{
    uint64_t sum = 0;

    for (rule_id rule = 0; rule < RULE_COUNT; rule++)
        sum += broken(rule);
    return sum;
}

static void end_capture(void)
{
    capture_watch_close(watch);
    watch = NULL;
}

/* Takes the LEN bytes of FRAME, of which CUT more were not captured. */
static void take(const uint8_t *frame, size_t len, size_t cut)
{
    struct capture_frame captured = { .number = ++frame_number,
                                      .time_ns = now += MS,
                                      .has_time = true,
                                      .linktype = LINKTYPE_ETHERNET,
                                      .original_len = len + cut,
                                      .bytes = { frame, len } };
    struct tcp_facts facts;

    capture_watch_take(watch, &captured, &facts);
}

static size_t put_ethernet(uint8_t *frame, struct mac from, struct mac to, uint16_t type)
{
    const struct ethernet_header h = { .source = from, .destination = to, .ethertype = type };

    return ethernet_header_emit(&h, frame);
}

/* A sound IP header: fields that a test wants otherwise it changes. */
static struct ipv4_header ip_header(uint8_t protocol, ipv4 from, ipv4 to)
{
    return (
        struct ipv4_header){ .ttl = 64, .protocol = protocol, .source = from, .destination = to };
}

/* The datagram IP with LEN bytes of PAYLOAD, from A's or another's Ethernet address. */
static void take_ip(struct ipv4_header ip, const uint8_t *payload, size_t len)
{
    uint8_t frame[FRAME_ROOM];
    size_t at = put_ethernet(frame, ip.source == HOST_B ? mac_b : mac_a,
                             ip.source == HOST_B ? mac_a : mac_b, ETHERTYPE_IPV4);

    ip.total_length = (uint16_t)(ipv4_header_length(&ip) + len);
    at += ipv4_header_emit(&ip, frame + at);
    memcpy(frame + at, payload, len);
    take(frame, at + len, 0);
}

/* A segment between port 1000 of A and port 80 of B. */
struct wanted {
    bool from_b;
    uint8_t flags;
    uint32_t seq, ack;
    uint16_t window, len, port; /* port of A; 0: 1000 */
    struct span options;
    uint16_t bad_sum; /* in the place of the right one; 0: none */
    uint8_t reserved;
};

static void take_tcp(struct wanted w)
{
    uint8_t segment[FRAME_ROOM] = { 0 };
    uint16_t port = w.port == 0 ? 1000 : w.port;
    struct tcp_header h = { .source_port = w.from_b ? 80 : port,
                            .destination_port = w.from_b ? port : 80,
                            .sequence = w.seq,
                            .acknowledgment = w.ack,
                            .flags = w.flags,
                            .reserved = w.reserved,
                            .window = w.window,
                            .options = w.options };
    ipv4 from = w.from_b ? HOST_B : HOST_A, to = w.from_b ? HOST_A : HOST_B;
    size_t len = tcp_header_emit(&h, segment) + w.len;

    put_be16(segment + TCP_CHECKSUM_AT,
             w.bad_sum != 0 ? w.bad_sum : tcp_checksum(from, to, (struct span){ segment, len }));
    take_ip(ip_header(IP_PROTOCOL_TCP, from, to), segment, len);
}

#endif
