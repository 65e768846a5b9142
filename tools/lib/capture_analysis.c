#include "tools/lib/capture_analysis.h"

#include <string.h>

#include "layers/wire/tcp_header.h"

bool capture_analysis_open(struct capture_analysis *a)
{
    memset(a, 0, sizeof(*a));
    if (!flow_table_open(&a->flows, sizeof(struct flow)))
        return false;
    a->flows.fetched_size = offsetof(struct flow, rare);
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
    struct flow_slot *slot = flow_table_add(&a->flows, &facts->segment.key);
    struct flow *flow;

    facts->sender = 0;
    if (slot == NULL)
        return NULL;
    facts->stream = slot->number;
    flow = flow_slot_flow(slot);
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
    from->resent += (flags & TCP_IS_ANY_RETRANSMISSION) != 0;
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

/* Gives the segment of FACTS to its connection. */
static bool judge(struct capture_analysis *a, struct capture_facts *facts)
{
    const struct tcp_seen *seen = &facts->segment.seen;
    struct flow_slot *slot = flow_table_find(&a->flows, &facts->segment.key, &facts->sender);
    struct flow *flow = NULL;
    bool reused = false;

    if (slot != NULL) {
        facts->stream = slot->number;
        flow = flow_slot_flow(slot);
        reused = tcp_begins_anew(&flow->tcp, facts->sender, seen);
    }
    if (reused && a->rules != NULL && flow->closer == FLOW_OPEN && flow->tally[0].frames > 1 &&
        flow->tally[1].frames > 0)
        capture_rules_reopened(a->rules, &facts->segment);
    if (flow == NULL || reused)
        flow = begin_flow(a, facts);
    if (flow == NULL) {
        a->forgotten++;
        return false;
    }
    tcp_analyse(&flow->tcp, facts->sender, seen, reused, &facts->tcp);
    facts->cwnd =
        cwnd_estimate_take(flow->cwnd, facts->sender, seen, &facts->tcp, &flow->tcp)
            ? flow->cwnd[facts->sender].last
            : 0;
    if (a->rules != NULL)
        capture_rules_segment(a->rules, &flow->rules, flow->rare, facts->sender, &facts->segment,
                              &facts->tcp, &flow->tcp);
    tally(flow, facts);
    note_ends(flow, facts->sender, seen->flags);
    return true;
}

bool capture_analysis_take(struct capture_analysis *a, const struct capture_frame *frame,
                           struct capture_facts *facts)
{
    a->frames++;
    if (a->rules != NULL)
        capture_rules_frame(a->rules, frame);
    if (!capture_segment_read(a->fragments, frame, &facts->segment))
        return false;
    a->segments++;
    return judge(a, facts);
}

/* ---- Working behind ---- */

/* Steps, in segments, between reading, fetching the connection, fetching its list of
 * what is not acknowledged, and judging. */
enum { FETCH_AFTER = 5, LIST_AFTER = 10, JUDGE_AFTER = CAPTURE_AHEAD - 1 };

static void fetch_lists(const struct flow_slot *slot)
{
    const struct flow *flow = (const void *)(slot + 1);

    for (int i = 0; i < 2; i++)
        if (flow->tcp.sender[i].unacked_count > 0)
            __builtin_prefetch(flow->tcp.sender[i].unacked);
}

bool capture_analysis_add(struct capture_analysis *a, const struct capture_frame *frame)
{
    struct capture_ahead *ahead = &a->ahead;
    uint64_t now = ahead->added, due;
    struct capture_facts *facts = &ahead->facts[now % CAPTURE_AHEAD];

    a->frames++;
    if (a->rules != NULL)
        capture_rules_frame(a->rules, frame);
    if (!capture_segment_read(a->fragments, frame, &facts->segment))
        return false;
    a->segments++;
    ahead->added++;
    flow_table_expect(&a->flows, &facts->segment.key);
    if (now >= FETCH_AFTER) {
        due = (now - FETCH_AFTER) % CAPTURE_AHEAD;
        ahead->slots[due] = flow_table_expect_flow(&a->flows, &ahead->facts[due].segment.key);
    }
    if (now >= LIST_AFTER && ahead->slots[(now - LIST_AFTER) % CAPTURE_AHEAD] != NULL)
        fetch_lists(ahead->slots[(now - LIST_AFTER) % CAPTURE_AHEAD]);
    if (now >= JUDGE_AFTER)
        judge(a, &ahead->facts[ahead->settled++ % CAPTURE_AHEAD]);
    return true;
}

void capture_analysis_settle(struct capture_analysis *a)
{
    while (a->ahead.settled < a->ahead.added)
        judge(a, &a->ahead.facts[a->ahead.settled++ % CAPTURE_AHEAD]);
}
