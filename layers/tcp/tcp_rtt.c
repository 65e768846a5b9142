#include "layers/tcp/tcp_rtt.h"

#include <string.h>

enum { BACKOFF_MAX = 30 };

void tcp_rtt_begin(struct tcp_rtt *rtt, struct tcp_rtt_limits limits)
{
    /* Also the bytes between the fields: a world's hash is over all of them. */
    memset(rtt, 0, sizeof(*rtt));
    rtt->rto = limits.initial;
}

static vtime within(vtime rto, struct tcp_rtt_limits limits)
{
    return min_i64(max_i64(rto, limits.min), limits.max);
}

void tcp_rtt_sample(struct tcp_rtt *rtt, struct tcp_rtt_limits limits, vtime r)
{
    vtime granularity = limits.granularity > 0 ? limits.granularity : TCP_CLOCK_GRANULARITY;

    if (rtt->srtt == 0) { /* (2.2) */
        rtt->srtt = max_i64(r, 1);
        rtt->rttvar = r / 2;
        rtt->min = rtt->srtt;
    } else { /* (2.3): RTTVAR first, with the old SRTT */
        vtime off = rtt->srtt > r ? rtt->srtt - r : r - rtt->srtt;

        rtt->rttvar += (off - rtt->rttvar) / 4;
        rtt->srtt = max_i64(rtt->srtt + (r - rtt->srtt) / 8, 1);
        rtt->min = min_i64(rtt->min, max_i64(r, 1));
    }
    rtt->latest = r;
    rtt->backoff = 0;
    rtt->rto = within(rtt->srtt + max_i64(granularity, 4 * rtt->rttvar) + limits.slack, limits);
}

void tcp_rtt_back_off(struct tcp_rtt *rtt)
{
    if (rtt->backoff < BACKOFF_MAX)
        rtt->backoff++;
}

vtime tcp_rtt_timeout(const struct tcp_rtt *rtt, struct tcp_rtt_limits limits)
{
    if (rtt->rto > limits.max >> rtt->backoff)
        return max_i64(limits.max, limits.min);
    return within(rtt->rto << rtt->backoff, limits);
}
