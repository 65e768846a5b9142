#include "tests/support/tcp_guard.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/hash.h"

bool guard_fail(struct guard *g, const char *format, ...)
{
    va_list arguments;
    int len;

    if (g->message[0] != '\0')
        return false;
    len =
        snprintf(g->message, sizeof(g->message), "event %u, %.6f s: ", g->w->net.world->event_count,
                 (double)g->w->net.world->now / SECONDS);
    g->kind = format;
    va_start(arguments, format);
    vsnprintf(g->message + len, sizeof(g->message) - (size_t)len, format, arguments);
    va_end(arguments);
    return false;
}

#define NAME(t) (t)->host->node.name, (t)->number
#define OFF(t, number) ((number) - (t)->iss)

static struct shadow *shadow_of(struct guard *g, const struct tcb *t)
{
    for (unsigned i = 0; i < g->w->town->host_count; i++)
        if (g->w->town->hosts[i] == t->host)
            return &g->shadows[i][t->number];
    return NULL;
}

/* ---- Transitions ---- */

static bool is_arrow(const struct record *record)
{
    const struct tcp_arrow *arrow;

    for (size_t i = 0; (arrow = tcp_arrow_at(i)) != NULL; i++)
        if (arrow->from == record->a && arrow->to == record->b && arrow->rule == record->rule)
            return true;
    return false;
}

static void transition(struct world *world, const struct record *record)
{
    struct guard *g = world->script;
    struct tcp_town *town = g->w->town;
    struct shadow *s = NULL;

    if (record->what != MACHINE_TCP)
        return;
    for (unsigned i = 0; i < town->host_count; i++)
        if (town->hosts[i]->node.id == record->node && record->subject < GUARD_CONNECTIONS)
            s = &g->shadows[i][record->subject];
    if (s == NULL) {
        guard_fail(g, "node %u, connection %u: nobody's", record->node, record->subject);
        return;
    }
    if (!is_arrow(record))
        guard_fail(g, "node %u, connection %u: from state %d to %d is no arrow", record->node,
                   record->subject, (int)record->a, (int)record->b);
    if (s->known ? s->state != record->a
                 : record->a != STATE_TCP_CLOSED && record->a != STATE_TCP_LISTEN)
        guard_fail(g, "node %u, connection %u: an arrow from state %d, but it was in %d",
                   record->node, record->subject, (int)record->a, s->state);
    s->known = true;
    s->state = (uint8_t)record->b;
    s->was_established |= record->b == STATE_TCP_ESTABLISHED;
    if (record->b == STATE_TCP_CLOSED ||
        (record->b == STATE_TCP_LISTEN && record->a != STATE_TCP_CLOSED)) {
        s->over = true;
        s->final = record->rule;
    }
}

void guard_open(struct guard *g, struct tcp_world *w)
{
    memset(g, 0, sizeof(*g));
    g->w = w;
    w->net.world->script = g;
    w->net.world->state_changed = transition;
    for (unsigned i = 0; i < w->town->host_count; i++)
        for (struct tcb *t = tcp_of(w->town->hosts[i])->first; t != NULL; t = t->next) {
            struct shadow *s = &g->shadows[i][t->number];

            s->known = true;
            s->state = t->state;
        }
}

/* ---- Who talks to whom ---- */

static void find_peer(struct guard *g, const struct tcb *t, struct shadow *s)
{
    for (unsigned i = 0; i < g->w->town->host_count; i++)
        for (struct tcb *o = tcp_of(g->w->town->hosts[i])->first; o != NULL; o = o->next) {
            struct shadow *other;

            if (o->listen != NULL || o->local.address != t->remote.address ||
                o->remote.address != t->local.address || o->local.port != t->remote.port ||
                o->remote.port != t->local.port || o->irs != t->iss || o->iss != t->irs)
                continue;
            other = shadow_of(g, o);
            if (other->peer != NULL)
                continue;
            other->peer = s;
            s->peer = other;
            return;
        }
}

/* ---- The queue of what was sent ---- */

static bool check_queue(struct guard *g, const struct tcb *t)
{
    const struct tcp_queue *q = &t->queue;
    uint32_t sacked = 0, lost = 0, resent = 0, reported = 0;
    seq32 next = t->snd.una;

    for (uint32_t n = q->first; n != q->end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(q, n);

        if (sent->seq != next || sent->len == 0)
            return guard_fail(g, "%s/%u: entry %u of the queue begins at %u, not %u, and has %u",
                              NAME(t), n, OFF(t, sent->seq), OFF(t, next), sent->len);
        if ((sent->sacked && sent->lost) || (sent->resent && !sent->lost))
            return guard_fail(g, "%s/%u: entry %u is sacked %d lost %d resent %d", NAME(t), n,
                              sent->sacked, sent->lost, sent->resent);
        next += sent->len;
        sacked += sent->sacked ? sent->len : 0;
        reported += sent->sacked;
        lost += sent->lost ? sent->len : 0;
        resent += sent->resent ? sent->len : 0;
    }
    if (q->first != q->end && next != t->snd.nxt)
        return guard_fail(g, "%s/%u: the queue ends at %u, SND.NXT is %u", NAME(t), OFF(t, next),
                          OFF(t, t->snd.nxt));
    if (q->first == q->end && t->snd.una != t->snd.nxt)
        return guard_fail(g, "%s/%u: SND.UNA %u, SND.NXT %u, and no queue", NAME(t),
                          OFF(t, t->snd.una), OFF(t, t->snd.nxt));
    if (sacked != q->sacked || lost != q->lost || resent != q->resent || reported != q->reported)
        return guard_fail(g,
                          "%s/%u: sums of the queue: sacked %u (is %u) lost %u (%u) resent %u "
                          "(%u) reported %u (%u)",
                          NAME(t), q->sacked, sacked, q->lost, lost, q->resent, resent, q->reported,
                          reported);
    if (lost != resent) {
        uint32_t n = q->first;

        while (!tcp_queue_at(q, n)->lost || tcp_queue_at(q, n)->resent)
            n++;
        if ((int32_t)(q->next_lost - n) > 0)
            return guard_fail(g, "%s/%u: entry %u is lost, but looked for from %u on", NAME(t), n,
                              q->next_lost);
    }
    return true;
}

static uint64_t work_of(const struct tcb *t)
{
    const struct tcp_queue *q = &t->queue;

    return hash_add((uint64_t)t->snd.una << 32 | t->snd.nxt,
                    (uint64_t)q->sacked << 40 ^ (uint64_t)q->lost << 20 ^ q->resent ^
                        t->count.segments_received * UINT64_C(0x10001) ^
                        (uint64_t)t->count.segments_sent << 13);
}

/* ---- Windows ---- */

/* Bytes that the sender believes to be on their way, by our own count. */
static uint32_t in_network(const struct tcb *t)
{
    const struct tcp_queue *q = &t->queue;
    uint32_t bytes = 0;

    if (t->repair == TCP_REPAIR_RECOVERY && tcp_recovery(t) != TCP_RECOVERY_SACK)
        return t->snd.nxt - t->snd.una;
    for (uint32_t n = q->first; n != q->end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(q, n);

        bytes += !sent->sacked && (!sent->lost || sent->resent) ? sent->len : 0;
    }
    return bytes;
}

/* New text has gone: was there room for it? */
static bool check_sending(struct guard *g, const struct tcb *t, const struct shadow *s)
{
    const struct tcp_config *config = tcp_config(t);
    uint64_t most = t->cc.cwnd + (t->fin_sent ? 1 : 0);

    if (t->repair == TCP_REPAIR_NONE && !t->sack && config->limited_transmit != 0)
        most += 2 * (uint64_t)t->cc.mss; /* RFC 3042 */
    if (t->rack.tail_outstanding && t->snd.nxt - t->rack.tail_end <= (t->fin_sent ? 1 : 0))
        most = UINT64_MAX; /* RFC 8985 7.3: a probe goes whatever cwnd says */
    if (tcp_recovery(t) == TCP_RECOVERY_STOP_AND_WAIT)
        most = t->cc.mss + 1;
    if (tcp_recovery(t) == TCP_RECOVERY_GO_BACK_N && t->cc.ops == &cc_none)
        most = UINT64_MAX;
    if (in_network(t) > most)
        return guard_fail(g, "%s/%u: %u bytes in the network, cwnd is %u, mss %u, repair %d",
                          NAME(t), in_network(t), t->cc.cwnd, t->cc.mss, t->repair);
    if (s->peer != NULL && s->peer->has_edge &&
        seq_gt(t->snd.nxt, s->peer->edge + (t->fin_sent ? 1 : 0)))
        return guard_fail(g, "%s/%u: SND.NXT %u, but the peer's window ends at %u", NAME(t),
                          OFF(t, t->snd.nxt), OFF(t, s->peer->edge));
    return true;
}

static bool check_edges(struct guard *g, const struct tcb *t, struct shadow *s)
{
    bool receives = t->state != STATE_TCP_SYN_SENT;

    if (seq_gt(t->snd.una, t->snd.nxt) || seq_gt(t->snd.nxt, t->snd.end + 1) ||
        seq_gt(t->snd.nxt, t->snd.max_sent))
        return guard_fail(g, "%s/%u: SND.UNA %u, SND.NXT %u, end %u, most sent %u", NAME(t),
                          OFF(t, t->snd.una), OFF(t, t->snd.nxt), OFF(t, t->snd.end),
                          OFF(t, t->snd.max_sent));
    if (s->has_edge && seq_lt(t->snd.una, s->una))
        return guard_fail(g, "%s/%u: SND.UNA went from %u to %u", NAME(t), OFF(t, s->una),
                          OFF(t, t->snd.una));
    if (!receives)
        return true;
    if (s->has_edge && (seq_lt(t->rcv.adv, s->edge) || seq_lt(t->rcv.nxt, s->received)))
        return guard_fail(g, "%s/%u: the right edge went from %u to %u, RCV.NXT from %u to %u",
                          NAME(t), s->edge - t->irs, t->rcv.adv - t->irs, s->received - t->irs,
                          t->rcv.nxt - t->irs);
    if (seq_gt(t->rcv.nxt, t->rcv.adv) || seq_gt(t->rcv.read, t->rcv.nxt))
        return guard_fail(g, "%s/%u: RCV.NXT %u, right edge %u, read up to %u", NAME(t),
                          t->rcv.nxt - t->irs, t->rcv.adv - t->irs, t->rcv.read - t->irs);
    if (s->peer != NULL && s->peer->has_edge && seq_gt(t->snd.una, s->peer->received))
        return guard_fail(g, "%s/%u: SND.UNA %u, but the peer has received up to %u", NAME(t),
                          OFF(t, t->snd.una), OFF(t, s->peer->received));
    return true;
}

/* ---- Timers: whatever is to happen must have something that makes it ---- */

static bool still_sends(const struct tcb *t)
{
    return t->state == STATE_TCP_ESTABLISHED || t->state == STATE_TCP_CLOSE_WAIT ||
           t->state == STATE_TCP_FIN_WAIT_1 || t->state == STATE_TCP_CLOSING ||
           t->state == STATE_TCP_LAST_ACK;
}

/* The user has said that more follows. */
static bool is_held_by_user(const struct tcb *t)
{
    return !t->closing && !t->snd.blocked &&
           (t->corked || !t->snd.has_push || t->snd.push != t->snd.end);
}

static bool check_timers(struct guard *g, const struct tcb *t)
{
    bool outstanding = t->snd.una != t->snd.nxt;

    if (t->state == STATE_TCP_TIME_WAIT) {
        if (outstanding || !tcp_timer_runs(t, TCP_2MSL))
            return guard_fail(g, "%s/%u: TIME-WAIT without its timer, or with something sent",
                              NAME(t));
        return true;
    }
    outstanding |= t->ecn_pause; /* the timer ends the pause: RFC 3168 6.1.2 */
    if (outstanding && !tcp_timer_runs(t, TCP_REXMT))
        return guard_fail(g, "%s/%u: %u to %u are outstanding and no timer runs", NAME(t),
                          OFF(t, t->snd.una), OFF(t, t->snd.nxt));
    if (still_sends(t) && !outstanding && !is_held_by_user(t) && !tcp_timer_runs(t, TCP_PERSIST) &&
        (tcp_unsent(t) > 0 || (t->closing && !t->fin_sent)))
        return guard_fail(g, "%s/%u: %u bytes (and FIN: %d) wait for nothing; limit %d", NAME(t),
                          tcp_unsent(t), t->closing && !t->fin_sent, t->limit);
    if (t->rcv.nxt != t->rcv.acked && !tcp_timer_runs(t, TCP_DELAYED))
        return guard_fail(g, "%s/%u: RCV.NXT %u, acknowledged %u, and no timer", NAME(t),
                          t->rcv.nxt - t->irs, t->rcv.acked - t->irs);
    return true;
}

static bool look_at(struct guard *g, const struct tcb *t, struct shadow *s)
{
    bool sent;

    if (s->state != t->state && s->known)
        return guard_fail(g, "%s/%u: in state %d, but the last arrow led to %d", NAME(t), t->state,
                          s->state);
    if (t->depth != 0)
        return guard_fail(g, "%s/%u: somebody is still working on it", NAME(t));
    if (t->state == STATE_TCP_CLOSED || t->listen != NULL)
        return true;
    /* One that never came to be may be followed by a second child of the SYN. */
    if (s->peer != NULL && s->peer->over && !s->peer->was_established)
        s->peer = NULL;
    if (s->peer == NULL && tcp_is_synchronized(t->state))
        find_peer(g, t, s);
    if (!check_edges(g, t, s) || !check_timers(g, t))
        return false;
    /* A FIN alone may go at any time: it is no load. */
    sent = s->has_edge && t->snd.nxt - s->nxt > (t->fin_sent ? 1 : 0) && t->snd.una != t->snd.nxt;
    s->iss = t->iss;
    s->irs = t->irs;
    s->una = t->snd.una;
    s->nxt = t->snd.nxt;
    if (t->state != STATE_TCP_SYN_SENT) {
        s->has_edge = true;
        s->edge = t->rcv.adv;
        s->received = t->rcv.nxt;
    }
    if (s->work == work_of(t))
        return true;
    s->work = work_of(t);
    return check_queue(g, t) && (!sent || check_sending(g, t, s));
}

bool guard_look(struct guard *g)
{
    struct tcp_town *town = g->w->town;

    for (unsigned i = 0; i < town->host_count; i++)
        for (struct tcb *t = tcp_of(town->hosts[i])->first; t != NULL; t = t->next) {
            if (t->number >= GUARD_CONNECTIONS)
                return guard_fail(g, "%s/%u: too many connections", NAME(t));
            if (!look_at(g, t, &g->shadows[i][t->number]))
                return false;
        }
    return g->message[0] == '\0';
}
