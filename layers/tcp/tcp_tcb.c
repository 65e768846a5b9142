#include "layers/tcp/tcb.h"

#include "layers/names.h"
#include "sim/hash.h"

#include <string.h>

/* ---- Birth ---- */

static void watch_everything(struct tcb *t)
{
    const struct {
        uint16_t variable;
        const void *field;
        uint8_t size;
    } fields[] = {
        { VARIABLE_TCP_SND_UNA, &t->snd.una, sizeof(t->snd.una) },
        { VARIABLE_TCP_SND_NXT, &t->snd.nxt, sizeof(t->snd.nxt) },
        { VARIABLE_TCP_SND_WND, &t->snd.wnd, sizeof(t->snd.wnd) },
        { VARIABLE_TCP_RCV_NXT, &t->rcv.nxt, sizeof(t->rcv.nxt) },
        { VARIABLE_TCP_RCV_WND, &t->rcv.wnd, sizeof(t->rcv.wnd) },
        { VARIABLE_TCP_CWND, &t->cc.cwnd, sizeof(t->cc.cwnd) },
        { VARIABLE_TCP_SSTHRESH, &t->cc.ssthresh, sizeof(t->cc.ssthresh) },
        { VARIABLE_TCP_SRTT, &t->rtt.srtt, sizeof(t->rtt.srtt) },
        { VARIABLE_TCP_RTTVAR, &t->rtt.rttvar, sizeof(t->rtt.rttvar) },
        { VARIABLE_TCP_RTO, &t->rtt.rto, sizeof(t->rtt.rto) },
        { VARIABLE_TCP_REPAIR, &t->repair, sizeof(t->repair) },
        { VARIABLE_TCP_LIMIT, &t->limit, sizeof(t->limit) },
    };

    _Static_assert(ARRAY_LEN(fields) == TCP_WATCHES, "one struct watch for each");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        watch_group_add(&t->watched, &t->watches[i], fields[i].variable, t->number,
                        fields[i].field, fields[i].size);
}

struct tcb *tcb_new(struct host *host, int state)
{
    struct tcp_state *tcp = tcp_of(host);
    struct tcb *t = pool_get(&tcp->tcbs);

    if (t == NULL)
        return NULL;
    memset(t, 0, sizeof(*t));
    t->host = host;
    t->state = (uint8_t)state;
    t->number = ++tcp->numbers;
    t->owned = true;
    t->nagle = host->config.tcp.nagle != 0;
    t->keepalive = host->config.tcp.keepalive;
    t->user_timeout = host->config.tcp.user_timeout;
    t->path_mtu_discovery = host->config.tcp.path_mtu_discovery != 0;
    t->soft_error = -1;
    t->waiting_since = -1;
    tcp_timers_init(t);
    tcp_rtt_begin(&t->rtt, tcp_rto_limits(t));
    watch_everything(t);
    t->previous = tcp->last;
    if (tcp->last != NULL)
        tcp->last->next = t;
    else
        tcp->first = t;
    tcp->last = t;
    return t;
}

static void tcb_free(struct tcb *t)
{
    struct tcp_state *tcp = tcp_of(t->host);
    struct tcp_status status;

    tcp_status(t, &status);
    tcp_totals_add(&t->host->tcp_gone, &status);
    if (t->successor != NULL)
        t->successor->former = NULL;
    tcp_unlink(t);
    tcp_timers_stop_all(t);
    watch_group_forget(&t->host->node, &t->watched);
    tcp_ring_release(&t->snd.ring, &tcp->memory);
    tcp_ring_release(&t->rcv.ring, &tcp->memory);
    tcp_queue_release(&t->queue, &tcp->memory);
    tcp_runs_release(&t->rcv.runs, &tcp->memory);
    if (t->listen != NULL)
        pool_put(&tcp->listeners, t->listen);
    if (t->next != NULL)
        t->next->previous = t->previous;
    else
        tcp->last = t->previous;
    if (t->previous != NULL)
        t->previous->next = t->next;
    else
        tcp->first = t->next;
    pool_put(&tcp->tcbs, t);
}

/* ---- From one incarnation to the next (RFC 9293 3.6.1, MAY-2) ---- */

/* The new one is above all numbers of the old one, which only steps aside: the
 * SYN might be an old duplicate after all. */
void tcp_succeed(struct tcb *t, struct tcb *former)
{
    t->iss = seq_max(t->iss, former->snd.nxt + 1);
    t->former = former;
    former->successor = t;
    tcp_unlink(former);
}

/* SYN-RECEIVED is over: T was opened, or the former one stays in TIME-WAIT. */
static void settle_succession(struct tcb *t)
{
    struct tcb *former = t->former;

    t->former = NULL;
    former->successor = NULL;
    if (t->state == STATE_TCP_LISTEN || t->state == STATE_TCP_CLOSED) {
        tcp_unlink(t);
        tcp_link(former);
        return;
    }
    tcp_enter(former);
    tcp_go(former, TCP_REUSE);
    tcp_leave(former);
}

/* ---- The state ---- */

/* What being in a state brings with it, whichever arrow led there. */
static void entered(struct tcb *t)
{
    int64_t patience = tcp_config(t)->fin_wait_2;

    switch (t->state) {
    case STATE_TCP_ESTABLISHED:
        t->news |= TCP_NEWS_ESTABLISHED;
        break;
    case STATE_TCP_FIN_WAIT_2:
        if (!t->owned && patience > 0)
            tcp_timer_set(t, TCP_2MSL, patience);
        break;
    case STATE_TCP_TIME_WAIT:
        tcp_timers_stop_all(t);
        tcp_timer_set(t, TCP_2MSL, tcp_has_bug(t, BUG_NO_TIME_WAIT) ? 0 : 2 * tcp_config(t)->msl);
        break;
    case STATE_TCP_LISTEN: /* of a connection that came from there: it is over */
    case STATE_TCP_CLOSED:
        tcp_timers_stop_all(t);
        tcp_listen_lost(t);
        if (t->ended_by == RULE_NONE && t->state == STATE_TCP_CLOSED)
            t->ended_by = RULE_TCP_ENDED_CLOSED;
        break;
    default:
        break;
    }
}

void tcp_go(struct tcb *t, enum tcp_event event)
{
    const struct tcp_arrow *arrow = tcp_arrow_find(t->state, event);
    int from = t->state;

    ASSERT(arrow != NULL);
    t->state = (uint8_t)arrow->to;
    node_state(&t->host->node, MACHINE_TCP, t->number, arrow->rule, from, arrow->to);
    entered(t);
    if (t->former != NULL && t->state != STATE_TCP_SYN_RECEIVED)
        settle_succession(t);
}

/* ---- Work on a connection ---- */

void tcp_enter(struct tcb *t)
{
    ASSERT(t->depth < UINT8_MAX);
    if (t->depth++ == 0)
        watch_group_touch(&t->host->node, &t->watched);
}

/* An established connection is news for its own application, or, if it came
 * from a listener, for the listener's. */
static void tell_established(struct tcb *t)
{
    struct tcb *parent = t->parent;

    if (parent == NULL) {
        if (t->events != NULL && t->events->established != NULL)
            t->events->established(t);
        return;
    }
    if (parent->events == NULL || parent->events->acceptable == NULL)
        return;
    tcp_enter(parent);
    parent->events->acceptable(parent);
    tcp_leave(parent);
}

static void tell(struct tcb *t, enum tcp_news news)
{
    const struct tcp_events *events = t->events;

    if (!t->owned || (t->news & news) == 0)
        return;
    t->news = (uint8_t)(t->news & ~(unsigned)news);
    if (news == TCP_NEWS_ESTABLISHED)
        tell_established(t);
    else if (events == NULL || t->parent != NULL)
        return;
    else if (news == TCP_NEWS_URGENT && events->urgent != NULL)
        events->urgent(t);
    else if (news == TCP_NEWS_READABLE && events->readable != NULL)
        events->readable(t);
    else if (news == TCP_NEWS_WRITABLE && events->writable != NULL)
        events->writable(t);
    else if (news == TCP_NEWS_SOFT_ERROR && events->soft_error != NULL)
        events->soft_error(t, t->soft_error);
}

static void tell_application(struct tcb *t)
{
    tell(t, TCP_NEWS_ESTABLISHED);
    tell(t, TCP_NEWS_SOFT_ERROR);
    tell(t, TCP_NEWS_URGENT);
    tell(t, TCP_NEWS_READABLE);
    tell(t, TCP_NEWS_WRITABLE);
}

static bool is_over(const struct tcb *t)
{
    return t->ended_by != RULE_NONE &&
           (t->state == STATE_TCP_CLOSED || t->state == STATE_TCP_LISTEN);
}

/* Closed in peace, and yet not read to the end: a user who hears that the peer
 * has closed trusts that its bytes have arrived (RFC 9293 3.6), so they wait
 * for ours to take them. The ends are free for others meanwhile. */
static bool waits_to_be_read(const struct tcb *t)
{
    return t->owned && t->parent == NULL && t->ended_by == RULE_TCP_ENDED_CLOSED &&
           (tcp_available(t) > 0 || tcp_timer_runs(t, TCP_2MSL));
}

/* The application's last word, and the end. */
static void finish(struct tcb *t)
{
    bool owned = t->owned && t->parent == NULL;

    t->owned = false;
    tcp_unlink(t);
    if (owned && t->events != NULL && t->events->ended != NULL) {
        t->depth = 1;
        t->events->ended(t, t->ended_by);
    }
    tcb_free(t);
}

void tcp_leave(struct tcb *t)
{
    ASSERT(t->depth > 0);
    if (t->depth == 1) {
        if (!is_over(t))
            tell_application(t);
        if (!is_over(t))
            tcp_output(t);
        t->rcv.wnd = tcp_receive_window(t);
    }
    t->depth--;
    if (t->depth > 0 || !is_over(t))
        return;
    if (waits_to_be_read(t))
        tcp_unlink(t);
    else
        finish(t);
}
