/*
 * fixture_tcp.h - what the tests of TCP's sender have in common: p is an
 * established connection, its segments of 1000 bytes.
 */
#ifndef RUNG_TESTS_RFC_FIXTURE_TCP_H
#define RUNG_TESTS_RFC_FIXTURE_TCP_H

#include <string.h>

#include "layers/tcp/tcb.h"
#include "tests/support/req.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_peer.h"

enum { SEGMENT = 1000 };

/* Where segment number N (from 0) begins. */
static inline uint32_t segment_at(unsigned n)
{
    return 1 + n * SEGMENT;
}

static inline struct tcp_status status_of(const struct tcp_peer *p)
{
    struct tcp_status status;

    tcp_status(p->tcb, &status);
    return status;
}

static inline uint32_t cwnd_of(const struct tcp_peer *p)
{
    return status_of(p).cwnd;
}
static inline uint32_t ssthresh_of(const struct tcp_peer *p)
{
    return status_of(p).ssthresh;
}

/* a's application sends COUNT full segments. */
static inline void send_segments(struct tcp_peer *p, unsigned count)
{
    EXPECT_EQ(peer_host_sends(p, (size_t)count * SEGMENT), count * SEGMENT);
    peer_run(p, 5 * MS);
}

/* The peer acknowledges all before segment N. */
static inline void ack_to(struct tcp_peer *p, unsigned n)
{
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = segment_at(n));
}

static inline void ack_times(struct tcp_peer *p, unsigned n, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        ack_to(p, n);
}

/* Reads segments N to N + COUNT - 1, each full; whether it was pushed does not
 * matter. Nothing else has been sent. */
#define EXPECT_SEGMENTS(p, n, count) expect_segments((p), (n), (count), __LINE__)

static inline bool expect_segments(struct tcp_peer *p, unsigned n, unsigned count, int line)
{
    bool held = true;

    for (unsigned i = 0; i < count; i++) {
        const struct peer_segment *got = peer_read(p);

        held = expect_eq(got != NULL ? (int64_t)got->seq : -1, segment_at(n + i),
                         "segment's number", NULL, __FILE__, line);
        held = expect_eq(got != NULL ? got->len : 0, SEGMENT, "segment's length", NULL, __FILE__,
                         line) &&
               held;
        if (!held)
            return false;
    }
    return peer_expect_silence(p, "behind the segments", __FILE__, line);
}

/* cwnd and ssthresh as if the connection had lived long, in segments. */
static inline void set_window(struct tcp_peer *p, uint32_t cwnd, uint32_t ssthresh)
{
    p->tcb->cc.cwnd = cwnd * SEGMENT;
    p->tcb->cc.ssthresh = ssthresh * SEGMENT;
}

#endif
