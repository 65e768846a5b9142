#include "layers/tcp/tcb.h"

/* The seventh step of 3.10.7.4: the text. */

/* SEG cut to the window: what of it is new and may be kept. */
struct piece {
    seq32 left, right;
    struct span text;
    bool fin;
};

static struct piece cut_to_window(const struct tcb *t, const struct tcp_segment *seg)
{
    seq32 first = seg->seq + ((seg->flags & TCP_SYN) != 0);
    seq32 end = first + (uint32_t)seg->text.len, edge = t->rcv.nxt + tcp_accepted_window(t);
    struct piece piece = {
        .left = seq_max(first, t->rcv.nxt),
        .right = seq_min(end, edge),
        .fin = (seg->flags & TCP_FIN) != 0 && seq_lt(end, edge) && seq_ge(end, t->rcv.nxt),
    };

    if (seq_ge(piece.left, piece.right)) {
        piece.right = piece.left;
        return piece;
    }
    piece.text.at = seg->text.at + (piece.left - first);
    piece.text.len = piece.right - piece.left;
    return piece;
}

static void note_fin(struct tcb *t, const struct tcp_segment *seg, const struct piece *piece)
{
    if (!piece->fin || t->rcv.has_fin)
        return;
    t->rcv.has_fin = true;
    t->rcv.fin = seg->seq + ((seg->flags & TCP_SYN) != 0) + (uint32_t)seg->text.len;
}

/* ---- What has come twice: RFC 2883 4 ---- */

/* Only the first duplicate sequence in a segment is reported. */
static void note_twice(struct tcb *t, seq32 left, seq32 right)
{
    if (!t->sack || tcp_config(t)->dsack == 0 || t->rcv.twice.left != t->rcv.twice.right)
        return;
    t->rcv.twice = (struct tcp_run){ left, right };
    t->ack_now = true;
    TCP_WHY(t, RULE_TCP_DSACK_SENT, left, right);
}

void tcp_text_note_old(struct tcb *t, const struct tcp_segment *seg)
{
    seq32 right = seq_min(seg->seq + (uint32_t)seg->text.len, t->rcv.nxt);

    if (seg->text.len > 0 && seq_lt(seg->seq, right) &&
        seq_ge(seg->seq, t->rcv.nxt - CC_WINDOW_MAX))
        note_twice(t, seg->seq, right);
}

/* What PIECE has in common with what is kept already. */
static void note_kept(struct tcb *t, const struct piece *piece)
{
    const struct tcp_run *run = tcp_runs_overlap(&t->rcv.runs, piece->left, piece->right);

    if (run != NULL)
        note_twice(t, seq_max(run->left, piece->left), seq_min(run->right, piece->right));
}

/* ---- Keeping and delivering ---- */

/* Into the ring, which grows up to what was promised. */
static void store(struct tcb *t, const struct piece *piece)
{
    size_t kept = t->rcv.nxt + tcp_accepted_window(t) - t->rcv.read;
    size_t need = piece->right - t->rcv.read;

    if (need > t->rcv.ring.size)
        tcp_ring_reserve(&t->rcv.ring, &tcp_of(t->host)->memory, t->rcv.read,
                         min_size(kept, t->rcv.ring.size), need);
    tcp_ring_write(&t->rcv.ring, &tcp_of(t->host)->memory, piece->left, piece->text);
}

static bool keeps_out_of_order(const struct tcb *t)
{
    return tcp_config(t)->keep_out_of_order != 0 && !tcp_has_bug(t, BUG_NO_OUT_OF_ORDER);
}

static void drop_early(struct tcb *t, const struct tcp_segment *seg, const struct piece *piece)
{
    tcp_discard(t, seg, RULE_TCP_EARLY_DROPPED, piece->left, rule_parts(t->rcv.nxt, 0, 0));
    t->rcv.has_fin = false;
}

/* Too early: kept for later (SHLD-31), and acknowledged at once, so that the
 * sender learns of the hole (MAY-13, RFC 5681 4.2). */
static void keep_early(struct tcb *t, const struct tcp_segment *seg, const struct piece *piece)
{
    t->ack_now = true;
    if (!keeps_out_of_order(t)) {
        drop_early(t, seg, piece);
        return;
    }
    note_kept(t, piece);
    if (!tcp_runs_add(&t->rcv.runs, &tcp_of(t->host)->memory, piece->left, piece->right)) {
        tcp_discard(t, seg, RULE_TCP_TOO_MANY_HOLES, TCP_RUNS_MAX, 0);
        return;
    }
    store(t, piece);
    TCP_WHY(t, RULE_TCP_OUT_OF_ORDER, piece->left - t->rcv.nxt,
            rule_parts(piece->right - piece->left, 0, 0));
}

/* What the peer's full segments are: the longest that it has sent, but a peer
 * that has sent nothing but a few keystrokes has not sent a full one yet. */
static uint32_t full_segment(const struct tcb *t)
{
    enum { MSS_DEFAULT = 536 }; /* MUST-15 */
    uint32_t least = t->cc.mss < MSS_DEFAULT ? t->cc.mss : MSS_DEFAULT;

    return t->rcv.mss > least ? t->rcv.mss : least;
}

/* SHLD-19 speaks of full segments, or of as many bytes. */
static bool enough_for_an_ack(const struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    if (config->ack_small != 0)
        return t->unacked_segments >= config->ack_every || t->unacked_bytes > t->snd.mss;
    return t->unacked_bytes >= (uint64_t)config->ack_every * full_segment(t);
}

/* How soon the ACK goes: RFC 9293 3.8.6.3, RFC 5681 4.2. */
static void schedule_ack(struct tcb *t, uint32_t bytes, bool hole)
{
    const struct tcp_config *config = tcp_config(t);

    t->unacked_bytes += bytes;
    t->unacked_segments++;
    if (!hole && t->quick_acks > 0) {
        t->quick_acks--;
        TCP_WHY(t, RULE_TCP_ACK_QUICK, t->quick_acks, 0);
        t->ack_now = true;
        return;
    }
    if (hole || config->delayed_ack == 0) {
        t->ack_now = true;
        return;
    }
    if (enough_for_an_ack(t) && !tcp_has_bug(t, BUG_STRETCH_ACK)) {
        TCP_WHY(t, RULE_TCP_ACK_EVERY_SECOND, t->unacked_bytes, config->ack_every);
        t->ack_now = true;
    } else if (!t->ack_now && !tcp_timer_runs(t, TCP_DELAYED)) {
        TCP_WHY(t, RULE_TCP_ACK_DELAYED, config->delayed_ack, 0);
        tcp_timer_set(t, TCP_DELAYED, config->delayed_ack);
    }
}

static void deliver(struct tcb *t, seq32 to)
{
    t->rcv.nxt = to;
    t->rcv.adv = seq_max(t->rcv.adv, to);
    t->rcv.up = seq_max(t->rcv.up, t->rcv.read); /* never 2^31 behind */
    t->ack_repeats = 0;
    t->news |= TCP_NEWS_READABLE;
}

void tcp_text_advance(struct tcb *t)
{
    seq32 to = tcp_runs_take(&t->rcv.runs, t->rcv.nxt);

    if (to != t->rcv.nxt) {
        deliver(t, to);
        t->ack_now = true;
    }
}

static void take_in_order(struct tcb *t, const struct piece *piece)
{
    bool hole = t->rcv.runs.count > 0;
    seq32 before = t->rcv.nxt;

    note_kept(t, piece);
    store(t, piece);
    deliver(t, tcp_runs_take(&t->rcv.runs, piece->right));
    if (hole)
        TCP_WHY(t, RULE_TCP_HOLE_FILLED, t->rcv.nxt - before, t->rcv.runs.count);
    schedule_ack(t, t->rcv.nxt - before, hole);
}

/* Data for a user who has closed is lost: the peer must know (SHLD-3). The RST
 * has the number that the peer expects, which SND.NXT may lie beyond. */
static bool nobody_reads(struct tcb *t, const struct tcp_segment *seg, const struct piece *piece)
{
    bool read = t->owned && !(t->deaf && t->fin_sent);

    if (read || piece->text.len == 0 || tcp_has_bug(t, BUG_NO_RESET_ON_UNREAD))
        return false;
    tcp_reset_answer(t->host, seg, RULE_TCP_DATA_AFTER_CLOSE);
    t->ended_by = RULE_TCP_ENDED_RESET;
    tcp_go(t, TCP_ABORT);
    return true;
}

/* No text, or none that is new. A FIN in order is the next step's; one that has
 * come too early shows a hole, as text does. */
static void process_no_text(struct tcb *t, const struct tcp_segment *seg, const struct piece *piece)
{
    bool early = piece->fin && t->rcv.fin != t->rcv.nxt;

    if (piece->fin && piece->left == t->rcv.fin && !early)
        return;
    t->ack_now = true;
    if (early && !keeps_out_of_order(t))
        drop_early(t, seg, piece);
}

enum tcp_verdict tcp_process_text(struct tcb *t, const struct tcp_segment *seg)
{
    struct piece piece = cut_to_window(t, seg);

    if (!tcp_may_receive(t->state) || (seg->text.len == 0 && !piece.fin))
        return TCP_NEXT_STEP;
    if (nobody_reads(t, seg, &piece))
        return TCP_DONE;
    note_fin(t, seg, &piece);
    tcp_text_note_old(t, seg);
    if (seg->text.len > t->rcv.mss)
        t->rcv.mss = (uint32_t)seg->text.len;
    if (piece.text.len == 0) {
        process_no_text(t, seg, &piece);
        return TCP_NEXT_STEP;
    }
    if (piece.left == t->rcv.nxt)
        take_in_order(t, &piece);
    else
        keep_early(t, seg, &piece);
    if (!t->owned)
        t->rcv.read = t->rcv.nxt;
    return TCP_NEXT_STEP;
}

void tcp_text_keep(struct tcb *t, const struct tcp_segment *seg)
{
    struct piece piece = cut_to_window(t, seg);

    if (t->passive && tcp_config(t)->keep_syn_text == 0)
        return; /* it will come again */
    note_fin(t, seg, &piece);
    if (piece.text.len > 0 &&
        tcp_runs_add(&t->rcv.runs, &tcp_of(t->host)->memory, piece.left, piece.right))
        store(t, &piece);
}
