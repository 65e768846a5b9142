#include "layers/tcp/tcb.h"

/* Selective acknowledgements: RFC 2018, D-SACK (RFC 2883), RFC 6675. */

/* ---- Reading ---- */

static void found(void *ctx, const struct tcp_sent *sent)
{
    struct tcb *t = ctx;

    if (seq_ge(sent->seq, t->lost_edge))
        t->lost_edge_above += sent->len;
    tcp_rack_sacked(t, sent);
}

/* RFC 2883 4: the first block tells of a duplicate if it lies below the ACK, or
 * inside of the second block. */
static bool is_dsack(const struct tcp_segment *seg)
{
    const struct tcp_run *first = &seg->option.sack[0], *second = &seg->option.sack[1];

    if (seq_le(first->right, seg->ack))
        return true;
    return seg->option.sack_count > 1 && seq_ge(first->left, second->left) &&
           seq_le(first->right, second->right);
}

/* A block must tell of something that is outstanding: else it is a lie, or old. */
static bool is_sound(const struct tcb *t, const struct tcp_run *block)
{
    return seq_lt(block->left, block->right) && seq_gt(block->right, t->snd.una) &&
           seq_le(block->right, t->snd.nxt) && seq_ge(block->left, t->snd.una);
}

uint32_t tcp_sack_read(struct tcb *t, const struct tcp_segment *seg, bool *dsack)
{
    uint32_t bytes = 0;
    unsigned first = 0;

    if (!t->sack || seg->option.sack_count == 0)
        return 0;
    *dsack = is_dsack(seg);
    if (*dsack) {
        TCP_WHY(t, RULE_TCP_DSACK_RECEIVED, seg->option.sack[0].left - t->iss,
                seg->option.sack[0].right - t->iss);
        first = 1;
    }
    for (unsigned i = first; i < seg->option.sack_count; i++) {
        const struct tcp_run *block = &seg->option.sack[i];

        if (is_sound(t, block))
            bytes += tcp_queue_sack(&t->queue, &tcp_of(t->host)->memory, block->left, block->right,
                                    found, t);
        else if (seq_gt(block->right, t->snd.una))
            TCP_WHY(t, RULE_TCP_SACK_UNSOUND, block->left - t->iss, block->right - t->iss);
    }
    if (bytes > 0)
        TCP_WHY(t, RULE_TCP_SACKED, bytes, t->queue.sacked);
    return bytes;
}

/* ---- IsLost: RFC 6675 4 ---- */

/* At least WANTED runs of reported entries from NUMBER on. */
static bool has_runs_above(struct tcp_queue *q, uint32_t number, int64_t wanted)
{
    bool inside = false;

    for (uint32_t n = number; n != q->end && wanted > 0; n++) {
        bool sacked = tcp_queue_at(q, n)->sacked;

        if (sacked && !inside)
            wanted--;
        inside = sacked;
    }
    return wanted <= 0;
}

/*
 * An entry is lost if more than (DupThresh - 1) * SMSS bytes, or DupThresh
 * separate runs, have been reported above it. If one is, all unreported ones
 * before it are: so the judged part of the queue ends at one edge, which
 * only moves right.
 */
bool tcp_sack_judge(struct tcb *t)
{
    struct tcp_queue *q = &t->queue;
    int64_t threshold = tcp_config(t)->duplicate_acks;
    uint64_t most = (uint64_t)(threshold - 1) * t->cc.mss;
    bool lost = false;
    uint32_t n;

    if (tcp_queue_is_empty(q) || q->sacked == 0)
        return false;
    for (n = tcp_queue_find(q, t->lost_edge); n != q->end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(q, n);

        if (seq_lt(sent->seq, t->lost_edge))
            continue;
        if (sent->sacked) {
            t->lost_edge_above -= sent->len;
        } else if (t->lost_edge_above <= most && !has_runs_above(q, n + 1, threshold)) {
            break;
        } else if (!sent->resent) { /* a guess has gone again before it was judged */
            tcp_queue_lose(q, n);
            lost = true;
        }
        t->lost_edge = sent->seq + sent->len;
    }
    if (lost)
        TCP_WHY(t, RULE_TCP_SACK_LOST, q->lost, q->sacked);
    return tcp_queue_at(q, q->first)->lost;
}
