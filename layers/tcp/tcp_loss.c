#include "layers/tcp/tcb.h"

/*
 * Loss recovery: what to send again, and when to believe that it was lost.
 *
 *              third duplicate ACK, or SACK/RACK says so
 *     +------+ -------------------------------------------> +----------+
 *     | none |                                              | recovery |
 *     +------+ <------------------------------------------- +----------+
 *        |  ^      all that was sent before is acknowledged      |
 *        |  |                                                    | timeout
 *        |  +------------------ +------+ <-----------------------+
 *        +--------------------> | loss |
 *          timeout (or Tahoe)   +------+
 *
 * How much may be in flight meanwhile is congestion control's (cc.h). Only
 * the inflation of cwnd by departures (RFC 5681 3.2 steps 3, 4) is done here,
 * because it counts duplicate ACKs, not congestion.
 */

enum tcp_recovery_choice tcp_recovery(const struct tcb *t)
{
    enum tcp_recovery_choice choice = (enum tcp_recovery_choice)tcp_config(t)->recovery;

    if (choice == TCP_RECOVERY_SACK)
        return t->sack ? TCP_RECOVERY_SACK : TCP_RECOVERY_NEWRENO;
    if (choice != TCP_RECOVERY_AUTO)
        return choice;
    if (t->cc.ops == &cc_reno || t->cc.ops == &cc_tahoe)
        return TCP_RECOVERY_RENO;
    return t->sack ? TCP_RECOVERY_SACK : TCP_RECOVERY_NEWRENO;
}

static bool uses_fast_retransmit(const struct tcb *t)
{
    enum tcp_recovery_choice recovery = tcp_recovery(t);

    return recovery != TCP_RECOVERY_STOP_AND_WAIT && recovery != TCP_RECOVERY_GO_BACK_N &&
           !tcp_has_bug(t, BUG_NO_FAST_RETRANSMIT);
}

/* It marks what SACK's recovery sends again: the others know no marks. */
bool tcp_uses_rack(const struct tcb *t)
{
    return tcp_config(t)->rack != 0 && tcp_recovery(t) == TCP_RECOVERY_SACK;
}

/* ---- Into recovery ---- */

/* RFC 3168 6.1.2: CWR tells of every reduction, and until what is out now is
 * acknowledged no mark makes for another. */
void tcp_tell_of_reduction(struct tcb *t)
{
    if (!t->ecn)
        return;
    t->ecn_recover = t->snd.nxt;
    t->ecn_reduced_due = true;
}

/* Tahoe: everything after the hole is sent again, in slow start. */
static void begin_like_a_timeout(struct tcb *t)
{
    t->repair = TCP_REPAIR_LOSS;
    tcp_queue_lose_all(&t->queue);
    t->retransmit_next = true;
}

/* RFC 3168 6.1.2: one reduction is enough for all that was marked and lost of one
 * window of data. Tahoe, which goes back to one segment, does so all the same. */
static void reduce_window(struct tcb *t, uint32_t flight)
{
    if (t->ecn && seq_lt(t->snd.una, t->ecn_recover) && t->cc.ops->fast_recovery) {
        TCP_WHY(t, RULE_TCP_ECN_REDUCED_BEFORE, t->cc.cwnd, 0);
        return;
    }
    t->cc.ops->third_duplicate_ack(&t->cc, flight, tcp_now(t));
    tcp_tell_of_reduction(t);
}

/* What a loss reduces: RFC 5681 (4), or as RFC 9438 4.6 has it of some. */
static uint32_t reducible(const struct tcb *t, uint32_t flight)
{
    return tcp_config(t)->reduce_from == TCP_REDUCE_CWND ? t->cc.cwnd : flight;
}

/* SACK and RACK may know of a loss before there are enough duplicates. */
static void explain_recovery(const struct tcb *t)
{
    seq32 lost = t->snd.una - t->iss;

    if (t->duplicate_acks >= (uint64_t)tcp_config(t)->duplicate_acks)
        TCP_WHY(t, RULE_TCP_FAST_RETRANSMIT, t->duplicate_acks, rule_parts(lost, 0, 0));
    else
        TCP_WHY(t, RULE_TCP_RECOVERY_BEGINS, lost, 0);
}

static void begin_recovery(struct tcb *t, uint32_t flight)
{
    uint32_t window = reducible(t, flight);

    explain_recovery(t);
    t->count.fast_retransmits++;
    t->recover = t->snd.nxt;
    t->partial_acks = 0;
    t->rack.tail_outstanding = false; /* RFC 8985 7.1 */
    reduce_window(t, window);
    if (!t->cc.ops->fast_recovery) {
        begin_like_a_timeout(t);
        return;
    }
    t->repair = TCP_REPAIR_RECOVERY;
    t->retransmit_next = true;
    if (tcp_uses_prr(t))
        tcp_prr_begin(t, window);
    t->rescue =
        tcp_queue_at(&t->queue, t->queue.first)->seq + tcp_queue_at(&t->queue, t->queue.first)->len;
    if (tcp_recovery(t) != TCP_RECOVERY_SACK && t->cc.ops != &cc_none) {
        t->cc.cwnd += (uint32_t)tcp_config(t)->duplicate_acks * t->cc.mss;
        TCP_WHY(t, RULE_TCP_INFLATE, t->cc.cwnd, 0);
    }
}

void tcp_loss_found(struct tcb *t)
{
    if (t->repair != TCP_REPAIR_NONE || tcp_queue_is_empty(&t->queue))
        return;
    begin_recovery(t, tcp_flight(t));
    if (t->repair == TCP_REPAIR_RECOVERY && tcp_uses_prr(t))
        tcp_prr_ack(t, t->cc.mss, false);
}

/* With SACK the report itself is evidence; RFC 6582 wants proof that the
 * duplicates are not echoes of our own retransmissions. */
static bool may_begin(const struct tcb *t)
{
    if (!uses_fast_retransmit(t) || tcp_queue_is_empty(&t->queue))
        return false;
    if (tcp_recovery(t) == TCP_RECOVERY_SACK)
        return true;
    return seq_gt(t->snd.una, t->recover) || t->recover == t->iss;
}

/* A duplicate is, with SACK, an ACK that reports something new (RFC 6675 2); a
 * segment that the network has doubled makes none. */
static bool counts_as_duplicate(struct tcb *t, uint32_t sacked, bool duplicate)
{
    if (sacked == 0 && (!duplicate || tcp_recovery(t) == TCP_RECOVERY_SACK))
        return false;
    if (t->duplicate_acks == 0)
        t->limited_sent = 0;
    if (t->duplicate_acks < UINT32_MAX)
        t->duplicate_acks++;
    t->count.duplicate_acks++;
    TCP_WHY(t, RULE_TCP_DUPLICATE_ACK, t->duplicate_acks, rule_parts(t->snd.una - t->iss, 0, 0));
    return true;
}

static void none_ack(struct tcb *t, uint32_t sacked, bool duplicate, uint32_t flight)
{
    bool counts = counts_as_duplicate(t, sacked, duplicate);
    bool lost = false;

    if (!may_begin(t))
        return;
    if (tcp_uses_rack(t))
        lost = tcp_rack_detect(t); /* on each ACK */
    else if (counts && tcp_recovery(t) == TCP_RECOVERY_SACK)
        lost = tcp_sack_judge(t);
    if (counts && !tcp_uses_rack(t))
        lost = lost || t->duplicate_acks >= (uint64_t)tcp_config(t)->duplicate_acks;
    if (lost)
        begin_recovery(t, flight - (t->limited_sent < flight ? t->limited_sent : 0));
}

/* ---- In recovery ---- */

static void end_recovery(struct tcb *t)
{
    TCP_WHY(t, RULE_TCP_RECOVERY_ENDS, t->cc.cwnd, t->cc.ssthresh);
    t->repair = TCP_REPAIR_NONE;
    t->duplicate_acks = 0;
    tcp_queue_forget_losses(&t->queue);
    tcp_rack_recovery_ended(t);
    t->cc.ops->recovery_ended(&t->cc, tcp_flight(t), tcp_now(t));
}

/* RFC 6582 3.2 (3): the ACK shows the next hole. Deflate by what left. */
static void partial_ack(struct tcb *t, uint32_t bytes)
{
    TCP_WHY(t, RULE_TCP_PARTIAL_ACK, bytes, rule_parts(t->snd.una - t->iss, 0, 0));
    if (t->partial_acks < 3)
        t->partial_acks++;
    t->retransmit_next = true;
    if (t->cc.ops == &cc_none)
        return;
    t->cc.cwnd = t->cc.cwnd > bytes + t->cc.mss ? t->cc.cwnd - bytes : t->cc.mss;
    if (bytes >= t->cc.mss)
        t->cc.cwnd += t->cc.mss;
}

static void recovery_ack(struct tcb *t, const struct tcp_acked *acked, uint32_t sacked,
                         bool duplicate)
{
    enum tcp_recovery_choice recovery = tcp_recovery(t);

    if (duplicate || sacked > 0)
        t->count.duplicate_acks++;
    if (acked->bytes > 0 && (recovery == TCP_RECOVERY_RENO || seq_ge(t->snd.una, t->recover))) {
        end_recovery(t);
        return;
    }
    if (recovery == TCP_RECOVERY_SACK) { /* RFC 6675 5 (B), (C): tcp_output asks NextSeg */
        if (tcp_uses_rack(t))
            tcp_rack_detect(t);
        else
            tcp_sack_judge(t);
        return;
    }
    if (acked->bytes > 0)
        partial_ack(t, acked->bytes);
    else if (duplicate && t->cc.ops != &cc_none && t->cc.cwnd < CC_WINDOW_MAX)
        t->cc.cwnd += t->cc.mss; /* RFC 5681 3.2 (4): one has left the network */
}

/* ---- After a timeout ---- */

static void loss_ack(struct tcb *t, const struct tcp_acked *acked)
{
    if (tcp_uses_rack(t))
        tcp_rack_detect(t);
    if (acked->bytes == 0 || seq_lt(t->snd.una, t->recover))
        return;
    TCP_WHY(t, RULE_TCP_LOSS_ENDS, t->cc.cwnd, t->cc.ssthresh);
    t->repair = TCP_REPAIR_NONE;
    tcp_queue_forget_losses(&t->queue);
    tcp_rack_recovery_ended(t);
}

/* What was reported counts no more: the peer may have thrown it away (RFC 2018 5,
 * RFC 6675 5.1), and the next ACK reports it again. RACK keeps it, unless the
 * timeout proves the reports wrong. */
static void believe_lost(struct tcb *t)
{
    if (tcp_uses_rack(t) && !tcp_queue_at(&t->queue, t->queue.first)->sacked) {
        tcp_rack_timeout(t);
        t->retransmit_next = true; /* whatever else is in the network */
        return;
    }
    tcp_queue_forget_sacks(&t->queue);
    tcp_queue_forget_losses(&t->queue);
    tcp_queue_lose_all(&t->queue);
}

void tcp_loss_timeout(struct tcb *t)
{
    bool again = t->timeouts_in_row > 1;

    if (t->cc.ops != NULL && t->state != STATE_TCP_SYN_SENT && t->state != STATE_TCP_SYN_RECEIVED) {
        t->cc.ops->timeout(&t->cc, reducible(t, tcp_flight(t)), again, tcp_now(t));
        tcp_tell_of_reduction(t);
    }
    t->repair = TCP_REPAIR_LOSS;
    t->recover = t->snd.nxt;
    t->duplicate_acks = 0;
    t->lost_edge = t->snd.una;
    t->lost_edge_above = t->queue.sacked;
    t->rack.tail_outstanding = false; /* RFC 8985 7.1 */
    believe_lost(t);
}

/* ---- Each ACK ---- */

void tcp_loss_note_use(struct tcb *t)
{
    uint32_t segments = t->queue.end - t->queue.first;
    bool limited = t->limit == TCP_LIMIT_CWND || tcp_in_network(t) + t->cc.mss > t->cc.cwnd;

    if (seq_lt(t->snd.una, t->use.until) && !limited && (t->use.limited || segments <= t->use.most))
        return;
    t->use.limited = limited;
    t->use.most = segments;
    t->use.until = t->snd.nxt;
}

/* Was cwnd used, so that a larger one would be? It need not have held anything
 * back: an application may have written just as much. Slow start, which is to
 * double cwnd, needs half of it to be used. */
static bool used_window(const struct tcb *t, uint32_t flight)
{
    bool slow_start = cc_in_slow_start(&t->cc);
    uint64_t used = slow_start ? 2 * (uint64_t)flight : flight;

    if (tcp_config(t)->growth == TCP_GROWTH_DELIVERED)
        return t->use.limited || (slow_start && 2 * (uint64_t)t->use.most * t->cc.mss > t->cc.cwnd);
    return t->limit == TCP_LIMIT_CWND || used + t->cc.mss > t->cc.cwnd;
}

/* What the ACK shows to have arrived. Without SACK each DUPLICATE before it stood
 * for a segment. */
static uint32_t delivered(const struct tcb *t, const struct tcp_acked *acked, uint32_t sacked,
                          uint32_t duplicates)
{
    uint64_t before = (uint64_t)duplicates * t->cc.mss;

    if (t->sack)
        return acked->bytes - acked->reported + sacked;
    if (acked->bytes >= before + t->cc.mss)
        return (uint32_t)(acked->bytes - before);
    return acked->bytes < t->cc.mss ? acked->bytes : t->cc.mss;
}

static void grow(struct tcb *t, const struct tcp_acked *acked, uint32_t arrived, uint32_t flight)
{
    bool measures = acked->newest_sent_at > 0 && !acked->newest_resent;
    struct cc_ack ack = {
        .now = tcp_now(t),
        .bytes = tcp_config(t)->growth == TCP_GROWTH_DELIVERED ? arrived : acked->bytes,
        .flight = flight,
        .rtt = measures ? tcp_now(t) - acked->newest_sent_at : 0,
        .srtt = t->rtt.srtt,
        .una = t->snd.una,
        .nxt = t->snd.nxt,
        .after_timeout = t->repair == TCP_REPAIR_LOSS &&
                         tcp_config(t)->growth == TCP_GROWTH_ACKED,
        .limited = used_window(t, flight) || t->repair == TCP_REPAIR_LOSS,
    };

    t->cc.ops->ack_received(&t->cc, &ack);
}

void tcp_loss_ack(struct tcb *t, const struct tcp_acked *acked, uint32_t sacked, bool duplicate,
                  uint32_t flight_before)
{
    enum tcp_repair before = t->repair;
    uint32_t arrived = delivered(t, acked, sacked, t->duplicate_acks);
    uint32_t lost = t->queue.lost - t->queue.resent;

    if (acked->bytes > 0 && t->repair == TCP_REPAIR_NONE)
        t->duplicate_acks = 0;
    if (tcp_uses_rack(t))
        tcp_rack_ack(t, acked);
    switch (t->repair) {
    case TCP_REPAIR_NONE: none_ack(t, sacked, duplicate, flight_before); break;
    case TCP_REPAIR_RECOVERY: recovery_ack(t, acked, sacked, duplicate); break;
    case TCP_REPAIR_LOSS: loss_ack(t, acked); break;
    }
    if (t->repair == TCP_REPAIR_RECOVERY && tcp_uses_prr(t))
        tcp_prr_ack(t, arrived, acked->bytes > 0 && t->queue.lost - t->queue.resent <= lost);
    if (acked->bytes > 0 && before != TCP_REPAIR_RECOVERY && t->repair != TCP_REPAIR_RECOVERY &&
        !acked->marked)
        grow(t, acked, arrived, flight_before);
}
