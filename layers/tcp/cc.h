/*
 * cc.h - congestion control: one table of hooks, one file an algorithm.
 *
 * The hooks are named as facts that TCP tells; the algorithm answers by
 * setting `cwnd` and `ssthresh`, and does nothing else. What to retransmit is
 * the business of loss recovery (tcp_loss.c), how much may be in flight that
 * of the algorithm. An algorithm knows no TCB: this file is all it includes.
 *
 *   cc.c          the equations of RFC 5681, which all of them share
 *   cc_none.c     no congestion window at all: how networks collapse
 *   cc_tahoe.c    slow start, congestion avoidance, fast retransmit
 *   cc_reno.c     and fast recovery (RFC 5681); newreno stays in it (RFC 6582)
 *   cc_cubic.c    RFC 9438, on the curve of cc_curve.c
 *   cc_hystart.c  HyStart++ (RFC 9406), for whoever's slow start wants it
 *
 * All sizes are bytes, all times ns, all numbers integers: a run must come out
 * the same on each machine.
 */
#ifndef RUNG_LAYERS_TCP_CC_H
#define RUNG_LAYERS_TCP_CC_H

#include "layers/rule.h"
#include "layers/tcp/tcp_seq.h"
#include "sim/vtime.h"
#include "sim/world.h"

struct cc;

/* An ACK of new data, as the algorithms need it. */
struct cc_ack {
    vtime now;
    uint32_t bytes;  /* newly acknowledged by the cumulative ACK */
    uint32_t flight; /* FlightSize before this ACK */
    vtime rtt;       /* measured by this ACK; 0: no sample */
    vtime srtt;      /* 0: none yet */
    seq32 una, nxt;  /* SND.UNA (after this ACK) and SND.NXT */
    bool after_timeout; /* what was sent before one is not all acknowledged */
    bool limited;    /* cwnd, not the application or the peer, held data back */
};

struct cc_ops {
    const char *name;
    /* Fast retransmit is followed by fast recovery; false: by slow start. */
    bool fast_recovery;
    /* Handshake done: the initial window is set in cc->cwnd already. May be NULL. */
    void (*established)(struct cc *cc);
    /* New data was acknowledged outside of fast recovery. */
    void (*ack_received)(struct cc *cc, const struct cc_ack *ack);
    /* Fast retransmit: data was lost while FLIGHT bytes were in flight. Sets
     * ssthresh and cwnd (without the inflation of RFC 5681 3.2 step 3, which is
     * loss recovery's). */
    void (*third_duplicate_ack)(struct cc *cc, uint32_t flight, vtime now);
    /* Fast recovery is over, FLIGHT bytes in flight. */
    void (*recovery_ended)(struct cc *cc, uint32_t flight, vtime now);
    /* The retransmission timer expired. AGAIN: for a segment that it had
     * retransmitted before: ssthresh stays (RFC 5681 3.1). */
    void (*timeout)(struct cc *cc, uint32_t flight, bool again, vtime now);
    /* The network marked instead of dropping: once for each window (RFC 3168). */
    void (*congestion_marked)(struct cc *cc, uint32_t flight, vtime now);
    /* Nothing was sent for one RTO (RFC 5681 4.1). */
    void (*idle)(struct cc *cc);
};

/* HyStart++'s own variables, named as in RFC 9406 4.2. All zero: not begun. */
struct cc_hystart {
    bool on;         /* the lab wants it: the core sets this once */
    bool round_open; /* a round is being measured */
    bool in_css;     /* conservative slow start */
    bool done;       /* the initial slow start is over: it never comes back */
    seq32 window_end;
    vtime last_round_min_rtt, current_round_min_rtt; /* VTIME_NEVER: infinity */
    vtime css_baseline_min_rtt;
    uint32_t rtt_sample_count; /* of this round */
    uint32_t css_rounds;       /* complete, the partial first one counted */
};

/* CUBIC's own variables, named as in RFC 9438 4.1.2. All zero: no congestion
 * was ever met. */
struct cc_cubic {
    bool started;        /* a congestion avoidance stage runs */
    bool paused;         /* the last ACK was application-limited: t stands still */
    uint32_t w_max;      /* 0: undefined (4.8, 4.10) */
    uint32_t cwnd_prior; /* 0: ssthresh was never set */
    int64_t k;           /* us */
    vtime elapsed;       /* t of Figure 1, application-limited time left out */
    vtime last_ack;      /* up to when `elapsed` has been counted */
    uint64_t w_est;      /* in 65536ths of a byte, for its steps are small */
    uint32_t fraction;   /* of a byte, in 65536ths, that cwnd has yet to grow */
};

struct cc {
    const struct cc_ops *ops;
    struct node *node;  /* for WHY; NULL: nobody is told */
    uint32_t subject;   /* the connection's number in the trace */
    uint32_t cwnd;      /* congestion window */
    uint32_t ssthresh;  /* slow start threshold */
    uint32_t mss;       /* SMSS: most data in a segment, options taken off */
    uint32_t initial_window; /* IW, bytes */
    uint32_t acked;     /* bytes counted toward the next growth, in avoidance */
    int64_t cubic_c, cubic_beta; /* per mille: 400, 700 */
    uint32_t abc_limit;    /* segments that one ACK adds at most; 0: as 1 */
    bool full_ack_ssthresh; /* cc_deflate: option 2 of RFC 6582 3.2 step 3 */
    bool bug_not_halved; /* deliberate fault: losses do not shrink cwnd */
    struct cc_hystart hystart;
    struct cc_cubic cubic;
};

#define CC_WINDOW_MAX (UINT32_C(1) << 30) /* the largest window that TCP can offer */

extern const struct cc_ops cc_none, cc_tahoe, cc_reno, cc_newreno, cc_cubic;

/* At equality RFC 5681 3.1 leaves the choice; here avoidance has begun. */
static inline bool cc_in_slow_start(const struct cc *cc) { return cc->cwnd < cc->ssthresh; }

/* The path turned out to carry only MSS bytes in a segment: the new SMSS, and
 * cwnd shrinks by the same ratio (RFC 5681 3.1). Not a hook, as it is the same
 * for all algorithms. */
void cc_mss_changed(struct cc *cc, uint32_t mss);

/* ---- Hooks that several algorithms have in common (cc.c) ---- */

/* Slow start below ssthresh, else congestion avoidance: RFC 5681 3.1. */
void cc_ack_received(struct cc *cc, const struct cc_ack *ack);
/* ssthresh by equation (4), unless AGAIN; cwnd = the loss window: RFC 5681 3.1. */
void cc_timed_out(struct cc *cc, uint32_t flight, bool again, vtime now);
/* Halves for a mark as for a loss, but cwnd may become 1 SMSS: RFC 3168 6.1.2. */
void cc_halve_for_mark(struct cc *cc, uint32_t flight, vtime now);
/* cwnd = min(IW, cwnd): RFC 5681 4.1. */
void cc_restart_window(struct cc *cc);

/* ---- And their parts ---- */

/* cwnd += min(N, SMSS): RFC 5681, equation (2), or HyStart++ if it is on. */
void cc_slow_start(struct cc *cc, const struct cc_ack *ack);
/* One SMSS for each window's worth of bytes acknowledged: RFC 5681 3.1. */
void cc_congestion_avoidance(struct cc *cc, const struct cc_ack *ack);
/* cwnd grows by BYTES, up to CC_WINDOW_MAX. */
void cc_grow(struct cc *cc, uint32_t bytes);
/* Whether cwnd may grow for ACK: only if it was cwnd that held data back. RULE
 * is the reason given if not. */
bool cc_was_full(struct cc *cc, const struct cc_ack *ack, rule_id rule);

/* Congestion was met: what was counted and measured before it is void, and
 * HyStart++ is over. False: by a deliberate fault ssthresh became cwnd, which
 * stays, and the caller has nothing more to do. */
bool cc_congestion_met(struct cc *cc);
/* max(FLIGHT / 2, 2 * SMSS): RFC 5681, equation (4). */
uint32_t cc_half_of_flight(const struct cc *cc, uint32_t flight);
/* cwnd = 1 SMSS; ssthresh becomes SSTHRESH, unless AGAIN. */
void cc_loss_window(struct cc *cc, uint32_t ssthresh, bool again);
/* The end of fast recovery without a burst: cwnd = min(ssthresh, max(FLIGHT,
 * SMSS) + SMSS), RFC 6582 3.2 step 3, option 1; or cwnd = ssthresh, option 2. */
void cc_deflate(struct cc *cc, uint32_t flight);

/* ---- cc_hystart.c ---- */

/* HyStart++ rules the present slow start: it is on, and this is the first. */
static inline bool cc_hystart_rules(const struct cc *cc)
{
    return cc->hystart.on && !cc->hystart.done;
}

/* To be told of each ACK in such a slow start: cwnd grows, and ssthresh becomes
 * cwnd when delays have risen for good. */
void cc_hystart_ack(struct cc *cc, const struct cc_ack *ack);

#define CC_WHY(cc, rule, a, b)                                                             \
    do {                                                                                   \
        if ((cc)->node != NULL && (cc)->node->world->trace != NULL)                        \
            node_why_about((cc)->node, (cc)->subject, (rule), (int64_t)(a), (int64_t)(b)); \
    } while (0)

#endif
