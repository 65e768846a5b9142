#include "layers/tcp/tcb.h"

#include "layers/names.h"

/* What each timer of a connection means, and when it runs. */

static const uint16_t names[TCP_TIMERS] = {
    [TCP_REXMT] = TIMER_TCP_RETRANSMISSION, [TCP_PERSIST] = TIMER_TCP_PERSIST,
    [TCP_DELAYED] = TIMER_TCP_DELAYED_ACK,  [TCP_2MSL] = TIMER_TCP_TIME_WAIT,
    [TCP_KEEP] = TIMER_TCP_KEEPALIVE,       [TCP_USER] = TIMER_TCP_USER_TIMEOUT,
    [TCP_REORDER] = TIMER_TCP_REORDERING,   [TCP_TAIL] = TIMER_TCP_TAIL_PROBE,
};

struct tcp_rtt_limits tcp_rto_limits(const struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    return (struct tcp_rtt_limits){ config->initial_rto, config->min_rto, config->max_rto,
                                    config->clock_granularity, config->rto_slack };
}

void tcp_give_up(struct tcb *t, rule_id why)
{
    t->ended_by = why;
    tcp_go(t, TCP_GIVE_UP);
}

/* ---- Retransmission: RFC 6298 5 ---- */

static void tell_application_of_trouble(struct tcb *t)
{
    enum { R1 = 3 }; /* SHLD-9, SHLD-10 */

    if (t->timeouts_in_row < R1 || t->told_r1)
        return;
    t->told_r1 = true;
    t->soft_error = -1;
    t->news |= TCP_NEWS_SOFT_ERROR;
    TCP_WHY(t, RULE_TCP_R1, t->timeouts_in_row, 0);
}

/* R2: MUST-20 to MUST-23. A SYN is measured in time, the others in tries. */
static bool is_hopeless(const struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    if (t->state == STATE_TCP_SYN_SENT || t->state == STATE_TCP_SYN_RECEIVED)
        return tcp_now(t) - t->waiting_since >= config->syn_retries;
    /* MUST-21: who has set a user timeout has chosen R2. */
    return t->user_timeout == 0 && t->timeouts_in_row > config->retries;
}

static void retransmission_timeout(struct tcb *t)
{
    vtime rto = tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t));

    t->ecn_pause = false;
    if (tcp_queue_is_empty(&t->queue))
        return;
    t->timeouts_in_row++;
    t->count.timeouts++;
    if (is_hopeless(t)) {
        TCP_WHY(t, RULE_TCP_R2, t->timeouts_in_row, tcp_now(t) - t->waiting_since);
        if (tcp_config(t)->reset_at_r2 != 0 && t->state != STATE_TCP_SYN_SENT &&
            t->state != STATE_TCP_SYN_RECEIVED)
            tcp_reset_peer(t, RULE_TCP_GAVE_UP_RESET);
        tcp_give_up(t, RULE_TCP_ENDED_TIMEOUT);
        return;
    }
    tell_application_of_trouble(t);
    if (!tcp_has_bug(t, BUG_NO_BACKOFF))
        tcp_rtt_back_off(&t->rtt);
    TCP_WHY(t, RULE_TCP_TIMEOUT, rto, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)));
    tcp_loss_timeout(t);
    tcp_timer_set(t, TCP_REXMT, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)));
}

void tcp_retransmit_timer_restart(struct tcb *t)
{
    if (tcp_queue_is_empty(&t->queue)) { /* (5.2) */
        if (!t->ecn_pause)
            tcp_timer_stop(t, TCP_REXMT);
        return;
    }
    /* RFC 6582 3.2 (3): of the partial ACKs only the first resets the timer. */
    if (t->repair == TCP_REPAIR_RECOVERY && tcp_recovery(t) == TCP_RECOVERY_NEWRENO &&
        t->partial_acks > 1)
        return;
    tcp_timer_set(t, TCP_REXMT, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t))); /* (5.3) */
}

/* ---- Persist: RFC 9293 3.8.6.1 ---- */

static vtime persist_interval(const struct tcb *t)
{
    const vtime override = SECONDS; /* 3.8.6.2.1: 0.1 to 1.0 s */
    struct tcp_rtt_limits limits = tcp_rto_limits(t);
    unsigned doubled = t->persists_in_row < 30 ? t->persists_in_row : 30;
    vtime rto = max_i64(t->rtt.rto, t->snd.wnd > 0 ? 0 : tcp_config(t)->min_persist);

    if (t->snd.wnd > 0)
        return min_i64(rto, override);
    return rto > limits.max >> doubled ? limits.max : min_i64(rto << doubled, limits.max);
}

static void persist_timeout(struct tcb *t)
{
    if (t->user_timeout == 0 && t->probes_unanswered >= (unsigned)tcp_config(t)->retries) {
        tcp_give_up(t, RULE_TCP_ENDED_TIMEOUT);
        return;
    }
    t->persist_due = true;
    t->persists_in_row++;
    t->probes_unanswered++;
}

/* ---- The others ---- */

static void delayed_ack_timeout(struct tcb *t)
{
    TCP_WHY(t, RULE_TCP_ACK_TIMER, t->unacked_bytes, 0);
    t->ack_now = true;
}

static void time_wait_timeout(struct tcb *t)
{
    if (t->state == STATE_TCP_TIME_WAIT) {
        tcp_go(t, TCP_TIMEOUT_2MSL);
    } else if (t->state == STATE_TCP_FIN_WAIT_2) {
        TCP_WHY(t, RULE_TCP_ENDED_FIN_WAIT_2, 0, 0);
        tcp_give_up(t, RULE_TCP_ENDED_FIN_WAIT_2);
    }
}

/* MUST-26: only if nothing is outstanding and nothing was heard. */
static void keepalive_timeout(struct tcb *t)
{
    vtime interval = t->keepalive_interval > 0 ? t->keepalive_interval
                                               : tcp_config(t)->keepalive_interval;
    vtime idle = tcp_now(t) - t->last_heard;
    bool outstanding = !tcp_queue_is_empty(&t->queue);

    if (t->keepalive == 0)
        return;
    if (outstanding) /* its timer asks the peer, and gives up in its time */
        t->keeps_in_row = 0;
    if (t->keeps_in_row == 0 && (idle < t->keepalive || outstanding)) {
        tcp_timer_set(t, TCP_KEEP, max_i64(t->keepalive - idle, interval));
        return;
    }
    if (t->keeps_in_row >= tcp_keepalive_probes(t)) {
        TCP_WHY(t, RULE_TCP_KEEPALIVE_FAILED, t->keeps_in_row, 0);
        tcp_reset_peer(t, RULE_TCP_GAVE_UP_RESET);
        tcp_give_up(t, RULE_TCP_ENDED_KEEPALIVE);
        return;
    }
    t->keep_due = true;
    t->keeps_in_row++;
    tcp_timer_set(t, TCP_KEEP, interval);
}

void tcp_keepalive_restart(struct tcb *t)
{
    t->keeps_in_row = 0;
    if (t->keepalive > 0 && tcp_is_synchronized(t->state) && t->state != STATE_TCP_TIME_WAIT)
        tcp_timer_set(t, TCP_KEEP, t->keepalive);
    else if (tcp_timer_runs(t, TCP_KEEP))
        tcp_timer_stop(t, TCP_KEEP);
}

static bool is_waiting(const struct tcb *t)
{
    return t->waiting_since >= 0 &&
           (!tcp_queue_is_empty(&t->queue) || tcp_timer_runs(t, TCP_PERSIST));
}

static void user_timeout(struct tcb *t)
{
    if (t->user_timeout == 0 || !is_waiting(t))
        return;
    if (tcp_now(t) - t->waiting_since < t->user_timeout) {
        tcp_user_timeout_check(t);
        return;
    }
    TCP_WHY(t, RULE_TCP_USER_TIMEOUT, t->user_timeout, 0);
    if (tcp_is_synchronized(t->state))
        tcp_reset_peer(t, RULE_TCP_GAVE_UP_RESET);
    tcp_give_up(t, RULE_TCP_ENDED_USER_TIMEOUT);
}

void tcp_user_timeout_check(struct tcb *t)
{
    if (t->user_timeout > 0 && is_waiting(t))
        tcp_timer_set(t, TCP_USER,
                      max_i64(t->waiting_since + t->user_timeout - tcp_now(t), 0));
    else if (tcp_timer_runs(t, TCP_USER))
        tcp_timer_stop(t, TCP_USER);
}

/* ---- Which run now ---- */

/* Also what nobody has pushed goes in the end: 3.8.6.2.1, rule (4). */
static bool needs_persist(const struct tcb *t)
{
    if (!tcp_queue_is_empty(&t->queue) || tcp_unsent(t) == 0)
        return false;
    if (t->limit == TCP_LIMIT_NOTHING_TO_SEND ||
        (t->limit == TCP_LIMIT_CORK && tcp_config(t)->cork_override != 0))
        return true;
    return (t->limit == TCP_LIMIT_PEER_WINDOW || t->limit == TCP_LIMIT_SILLY_WINDOW) &&
           !tcp_has_bug(t, BUG_NO_PERSIST);
}

static void persist_after_output(struct tcb *t)
{
    if (!needs_persist(t)) {
        if (tcp_timer_runs(t, TCP_PERSIST))
            tcp_timer_stop(t, TCP_PERSIST);
        return;
    }
    if (tcp_timer_runs(t, TCP_PERSIST))
        return;
    if (t->waiting_since < 0)
        t->waiting_since = tcp_now(t);
    tcp_timer_set(t, TCP_PERSIST, persist_interval(t));
}

void tcp_timers_after_output(struct tcb *t)
{
    if (t->state == STATE_TCP_TIME_WAIT || t->state == STATE_TCP_CLOSED)
        return;
    if (tcp_queue_is_empty(&t->queue) && !t->ecn_pause)
        tcp_timer_stop(t, TCP_REXMT);
    else if (!tcp_timer_runs(t, TCP_REXMT)) /* RFC 6298 (5.1) */
        tcp_timer_set(t, TCP_REXMT, tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t)));
    persist_after_output(t);
    tcp_tail_schedule(t);
    if (t->user_timeout > 0 || tcp_timer_runs(t, TCP_USER))
        tcp_user_timeout_check(t);
}

/* ---- The machinery ---- */

#define TIMER_FUNCTION(name, timer, handler)                                      \
    static void name(struct world *world, struct event *event)                    \
    {                                                                             \
        struct tcb *t = (struct tcb *)(void *)((char *)event -                    \
                                               offsetof(struct tcb, timers[timer])); \
        (void)world;                                                              \
        tcp_enter(t);                                                             \
        handler(t);                                                               \
        tcp_leave(t);                                                             \
    }

TIMER_FUNCTION(fire_retransmission, TCP_REXMT, retransmission_timeout)
TIMER_FUNCTION(fire_persist, TCP_PERSIST, persist_timeout)
TIMER_FUNCTION(fire_delayed, TCP_DELAYED, delayed_ack_timeout)
TIMER_FUNCTION(fire_2msl, TCP_2MSL, time_wait_timeout)
TIMER_FUNCTION(fire_keepalive, TCP_KEEP, keepalive_timeout)
TIMER_FUNCTION(fire_user, TCP_USER, user_timeout)
TIMER_FUNCTION(fire_reorder, TCP_REORDER, tcp_rack_reorder_timeout)
TIMER_FUNCTION(fire_tail, TCP_TAIL, tcp_tail_timeout)

void tcp_timers_init(struct tcb *t)
{
    static event_fn *const functions[TCP_TIMERS] = {
        [TCP_REXMT] = fire_retransmission, [TCP_PERSIST] = fire_persist,
        [TCP_DELAYED] = fire_delayed,      [TCP_2MSL] = fire_2msl,
        [TCP_KEEP] = fire_keepalive,       [TCP_USER] = fire_user,
        [TCP_REORDER] = fire_reorder,      [TCP_TAIL] = fire_tail,
    };

    for (size_t i = 0; i < TCP_TIMERS; i++) {
        event_init(&t->timers[i], t->host->node.id, functions[i]);
        t->timers[i].timer = names[i];
    }
}

void tcp_timer_set(struct tcb *t, enum tcp_timer timer, vtime after)
{
    node_timer_set(&t->host->node, &t->timers[timer], t->number, tcp_now(t) + after);
}

void tcp_timer_stop(struct tcb *t, enum tcp_timer timer)
{
    if (tcp_timer_runs(t, timer))
        node_timer_stop(&t->host->node, &t->timers[timer], t->number);
}

void tcp_timers_stop_all(struct tcb *t)
{
    for (size_t i = 0; i < TCP_TIMERS; i++)
        tcp_timer_stop(t, (enum tcp_timer)i);
}
