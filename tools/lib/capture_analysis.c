#include "tools/lib/capture_analysis.h"

#include <string.h>

#include "layers/wire/tcp_header.h"

bool capture_analysis_open(struct capture_analysis *a)
{
    memset(a, 0, sizeof(*a));
    if (!flow_table_open(&a->flows, sizeof(struct flow)))
        return false;
    a->fragments = capture_fragments_open();
    if (a->fragments == NULL)
        flow_table_close(&a->flows);
    return a->fragments != NULL;
}

void capture_analysis_close(struct capture_analysis *a)
{
    for (uint32_t i = 0; i < a->flows.count; i++)
        tcp_analysis_free(&((struct flow *)flow_table_flow(&a->flows, i))->tcp);
    flow_table_close(&a->flows);
    capture_fragments_close(a->fragments);
}

static struct flow *begin_flow(struct capture_analysis *a, struct capture_facts *facts)
{
    struct flow *flow;

    facts->stream = flow_table_add(&a->flows, &facts->segment.key);
    facts->sender = 0;
    if (facts->stream == UINT32_MAX)
        return NULL;
    flow = flow_table_flow(&a->flows, facts->stream);
    tcp_analysis_init(&flow->tcp);
    flow->first_ns = facts->segment.seen.time_ns;
    return flow;
}

static void note_rtt(struct flow_tally *sent, const struct tcp_facts *tcp)
{
    if (tcp->acked_frame == 0 || tcp->rtt_ns < 0)
        return;
    if (sent->acks == 0 || tcp->rtt_ns < sent->rtt_min_ns)
        sent->rtt_min_ns = tcp->rtt_ns;
    if (sent->acks == 0 || tcp->rtt_ns > sent->rtt_max_ns)
        sent->rtt_max_ns = tcp->rtt_ns;
    sent->rtt_sum_ns += tcp->rtt_ns < INT64_MAX - sent->rtt_sum_ns ? tcp->rtt_ns : 0;
    sent->acks++;
}

static void tally(struct flow *flow, const struct capture_facts *facts)
{
    struct flow_tally *from = &flow->tally[facts->sender];
    unsigned flags = facts->tcp.flags;

    from->frames++;
    from->bytes += facts->segment.seen.len;
    from->resent +=
        (flags & (TCP_IS_RETRANSMISSION | TCP_IS_FAST_RETRANSMISSION | TCP_IS_SPURIOUS)) != 0;
    from->duplicates += (flags & TCP_IS_DUPLICATE_ACK) != 0;
    from->out_of_order += (flags & TCP_IS_OUT_OF_ORDER) != 0;
    from->gaps += (flags & TCP_IS_AFTER_GAP) != 0;
    from->zero_windows += (flags & TCP_IS_ZERO_WINDOW) != 0;
    note_rtt(&flow->tally[!facts->sender], &facts->tcp);
    if (facts->segment.seen.time_ns > flow->last_ns)
        flow->last_ns = facts->segment.seen.time_ns;
}

/* Who opened it and who ended it, as far as the capture shows. */
static void note_ends(struct flow *flow, unsigned sender, uint8_t flags)
{
    if ((flags & TCP_SYN) != 0 && !flow->syn_seen) {
        flow->syn_seen = true;
        flow->opener = (uint8_t)((flags & TCP_ACK) != 0 ? !sender : sender);
    }
    if (flow->closer == FLOW_OPEN && (flags & (TCP_FIN | TCP_RST)) != 0) {
        flow->closer = (flags & TCP_RST) != 0 ? FLOW_RESET : FLOW_FIN;
        flow->closed_by = (uint8_t)sender;
    }
    if ((flags & TCP_FIN) != 0)
        flow->fins |= (uint8_t)(1u << sender);
}

bool capture_analysis_take(struct capture_analysis *a, const struct capture_frame *frame,
                           struct capture_facts *facts)
{
    const struct tcp_seen *seen = &facts->segment.seen;
    struct flow *flow = NULL;
    bool reused = false;

    a->frames++;
    if (!capture_segment_read(a->fragments, frame, &facts->segment))
        return false;
    a->segments++;
    facts->stream = flow_table_find(&a->flows, &facts->segment.key, &facts->sender);
    if (facts->stream != UINT32_MAX) {
        flow = flow_table_flow(&a->flows, facts->stream);
        reused = tcp_begins_anew(&flow->tcp, facts->sender, seen);
    }
    if (flow == NULL || reused)
        flow = begin_flow(a, facts);
    if (flow == NULL) {
        a->forgotten++;
        return false;
    }
    tcp_analyse(&flow->tcp, facts->sender, seen, reused, &facts->tcp);
    tally(flow, facts);
    note_ends(flow, facts->sender, seen->flags);
    return true;
}
