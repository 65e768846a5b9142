/*
 * fixture_cc.h - for the tests of congestion control: an algorithm without a
 * TCP, whose sender always has data and whose receiver acknowledges each
 * segment.
 */
#ifndef RUNG_TESTS_UNIT_FIXTURE_CC_H
#define RUNG_TESTS_UNIT_FIXTURE_CC_H

#include "layers/tcp/cc.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#define MSS 1000 /* so that 1234 is 1.234 segments */

/* Sequence numbers start just below the wrap. */
#define FIRST_SEQ UINT32_C(0xfffff000)

struct sender {
    struct cc cc;
    vtime now, rtt;
    seq32 una;
};

/* After the handshake: cwnd is SEGMENTS, ssthresh as high as can be. */
static inline struct sender sender_new(const struct cc_ops *ops, uint32_t segments)
{
    struct sender s = {
        .cc = { .ops = ops, .cwnd = segments * MSS, .ssthresh = CC_WINDOW_MAX, .mss = MSS,
                .initial_window = segments * MSS, .cubic_c = 400, .cubic_beta = 700 },
        .now = 1 * SECONDS,
        .rtt = 100 * MS,
        .una = FIRST_SEQ,
    };

    if (ops->established != NULL)
        ops->established(&s.cc);
    return s;
}

/* The same in congestion avoidance. */
static inline struct sender sender_in_avoidance(const struct cc_ops *ops, uint32_t segments)
{
    struct sender s = sender_new(ops, segments);

    s.cc.ssthresh = s.cc.cwnd;
    return s;
}

static inline void sender_ack_as(struct sender *s, uint32_t bytes, uint32_t flight, bool limited)
{
    struct cc_ack ack = { .now = s->now, .bytes = bytes, .flight = flight, .rtt = s->rtt,
                          .srtt = s->rtt, .limited = limited };

    s->una += bytes;
    ack.una = s->una;
    ack.nxt = s->una + flight - bytes;
    s->cc.ops->ack_received(&s->cc, &ack);
}

/* An ACK of BYTES while the window is full. */
static inline void sender_ack(struct sender *s, uint32_t bytes)
{
    sender_ack_as(s, bytes, s->cc.cwnd, true);
}

/* One round trip: each whole segment of the window is acknowledged. */
static inline void sender_round(struct sender *s)
{
    uint32_t segments = s->cc.cwnd / s->cc.mss;
    vtime end = s->now + s->rtt;

    for (uint32_t i = 0; i < segments; i++) {
        s->now += s->rtt / segments;
        sender_ack(s, s->cc.mss);
    }
    s->now = end;
}

static inline void sender_lose(struct sender *s, uint32_t flight)
{
    s->cc.ops->third_duplicate_ack(&s->cc, flight, s->now);
}

static inline void sender_time_out(struct sender *s, uint32_t flight, bool again)
{
    s->cc.ops->timeout(&s->cc, flight, again, s->now);
}

static inline void sender_recover(struct sender *s, uint32_t flight)
{
    s->cc.ops->recovery_ended(&s->cc, flight, s->now);
}

static inline void sender_mark(struct sender *s, uint32_t flight)
{
    s->cc.ops->congestion_marked(&s->cc, flight, s->now);
}

#endif
