#include "tools/lib/cwnd_estimate.h"

#include "layers/tcp/tcp_seq.h"
#include "layers/wire/tcp_header.h"

enum {
    AT_ONCE = 8,     /* within the eighth part of a round trip */
    STILL_GROWS = 3, /* round trips in which cwnd has become another */
};

#define SENT_AGAIN                                                                                 \
    (TCP_IS_RETRANSMISSION | TCP_IS_FAST_RETRANSMISSION | TCP_IS_SPURIOUS | TCP_IS_OUT_OF_ORDER)

/* The peer acknowledges what E has sent, NEXT behind the last of it. */
static void take_ack(struct cwnd_estimate *e, uint32_t next, const struct tcp_seen *seen,
                     const struct tcp_facts *facts)
{
    uint32_t flight = next - e->una, ack = seen->acknowledgment;
    bool held_by_peer = seq_gt(next + e->mss, e->edge);

    if (!e->started || seq_gt(ack, next)) {
        e->waiting = 0;
    } else if (seq_gt(ack, e->una)) {
        if (facts->acked_frame != 0 && facts->rtt_ns > 0 &&
            (e->rtt_ns == 0 || facts->rtt_ns < e->rtt_ns))
            e->rtt_ns = facts->rtt_ns;
        e->waiting = e->lossy || held_by_peer || e->mss == 0 ? 0 : flight;
        e->ack_ns = seen->time_ns;
        e->lossy = e->lossy && seq_lt(ack, e->recover);
    }
    if (!e->started || seq_gt(ack, e->una))
        e->una = ack;
    e->edge = ack + facts->window;
    e->started = true;
}

/* E sends, by which the flight that waits is confirmed, or not. */
static bool take_data(struct cwnd_estimate *e, uint32_t next, const struct tcp_seen *seen,
                      const struct tcp_facts *facts)
{
    uint32_t waiting = e->waiting;
    int64_t passed = seen->time_ns - e->ack_ns;

    e->waiting = 0;
    if ((facts->flags & SENT_AGAIN) != 0) {
        e->lossy = true;
        e->recover = next;
        return false;
    }
    if (seen->len > e->mss)
        e->mss = (uint16_t)(seen->len < UINT16_MAX ? seen->len : UINT16_MAX);
    if (waiting == 0 || seen->len < e->mss || passed < 0 || passed > e->rtt_ns / AT_ONCE)
        return false;
    if (waiting != e->last)
        e->grown_ns = e->ack_ns;
    if (e->ack_ns - e->grown_ns > STILL_GROWS * e->rtt_ns)
        return false;
    e->last = waiting;
    e->largest = waiting > e->largest ? waiting : e->largest;
    return true;
}

bool cwnd_estimate_take(struct cwnd_estimate estimates[2], unsigned sender,
                        const struct tcp_seen *seen, const struct tcp_facts *facts,
                        const struct tcp_analysis *state)
{
    if (!seen->whole || (seen->flags & TCP_RST) != 0)
        return false;
    if ((seen->flags & TCP_ACK) != 0)
        take_ack(&estimates[!sender], state->sender[!sender].next, seen, facts);
    return seen->len > 0 && take_data(&estimates[sender], state->sender[sender].next, seen, facts);
}
