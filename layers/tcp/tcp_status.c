#include "layers/tcp/tcb.h"

#include "layers/names.h"

#include <string.h>

_Static_assert((int)TCP_STATUS_TIMERS == (int)TCP_TIMERS, "a status has room for each timer");

/* 3.10.6: STATUS, and the settings of one connection (3.9.1). */

static void status_of_timers(const struct tcb *t, struct tcp_status *status)
{
    const struct event_queue *queue = &t->host->node.world->queue;

    status->timer = "";
    status->timer_due = VTIME_NEVER;
    for (size_t i = 0; i < TCP_TIMERS; i++) {
        vtime due = event_due(queue, &t->timers[i]);

        if (due != VTIME_NEVER)
            status->timers[i].name = t->timers[i].timer;
        status->timers[i].due = due;
        if (due < status->timer_due) {
            status->timer_due = due;
            status->timer = timer_name(t->timers[i].timer)->name;
        }
    }
}

static void status_of_queues(const struct tcb *t, struct tcp_status *status)
{
    if (t->listen != NULL) {
        status->syn_queue = t->listen->syn_count;
        status->syn_queue_limit = t->listen->syn_limit;
        status->accept_queue = t->listen->accept_count;
        status->accept_queue_limit = t->listen->accept_limit;
        return;
    }
    status->send_queued = t->snd.end - seq_min(seq_max(t->snd.una, t->iss + 1), t->snd.end);
    status->receive_queued = (uint32_t)tcp_available(t);
    status->unsent = tcp_unsent(t);
}

static void status_of_spaces(const struct tcb *t, struct tcp_status *status)
{
    status->iss = t->iss;
    status->irs = t->irs;
    status->snd.una = t->snd.una;
    status->snd.nxt = t->snd.nxt;
    status->snd.end = t->snd.end;
    status->snd.wl1 = t->snd.wl1;
    status->snd.wl2 = t->snd.wl2;
    status->rcv.nxt = t->rcv.nxt;
    status->rcv.read = t->rcv.read;
    status->rcv.right = t->rcv.adv;
}

static void status_of_sending(const struct tcb *t, struct tcp_status *status)
{
    status->limit = t->limit;
    status->closing = t->closing;
    status->recover = t->recover;
    status->backoff = t->timeouts_in_row;
    status->duplicate_acks_now = t->duplicate_acks;
    status->nagle = t->nagle;
    status->timestamps = t->timestamps;
    status->sack = t->sack;
    status->scaling = t->scaling;
    status->ecn = t->ecn;
}

static enum tcp_trouble trouble(const struct tcb *t)
{
    if (t->repair == TCP_REPAIR_LOSS)
        return TCP_TROUBLE_LOSS;
    if (t->repair == TCP_REPAIR_RECOVERY)
        return TCP_TROUBLE_RECOVERY;
    if (t->ecn && seq_lt(t->snd.una, t->ecn_recover))
        return TCP_TROUBLE_MARKED;
    return t->duplicate_acks > 0 || t->queue.sacked > 0 ? TCP_TROUBLE_DISORDER : TCP_TROUBLE_NONE;
}

static void status_of_losses(const struct tcb *t, struct tcp_status *status)
{
    const struct tcp_queue *q = &t->queue;

    status->trouble = trouble(t);
    status->duplicate_threshold = (uint32_t)tcp_config(t)->duplicate_acks;
    status->unacked = q->end - q->first;
    status->sacked = q->reported;
    for (uint32_t n = q->first; n != q->end; n++) {
        status->lost += tcp_queue_at(q, n)->lost;
        status->resent += tcp_queue_at(q, n)->resent;
    }
}

static void status_of_patience(const struct tcb *t, struct tcp_status *status)
{
    status->probes = t->keeps_in_row > 0 ? t->keeps_in_row : t->probes_unanswered;
    status->doublings = t->persists_in_row > 0 ? t->persists_in_row : t->rtt.backoff;
    status->send_scale = t->snd.scale;
    status->receive_scale = t->rcv.scale;
    status->rtt_min = t->rtt.min;
    status->last_sent = t->last_sent;
    status->last_heard = t->last_heard;
}

void tcp_status(const struct tcb *t, struct tcp_status *status)
{
    memset(status, 0, sizeof(*status));
    status->number = t->number;
    status->state = t->state;
    status->local = t->local;
    status->remote = t->remote;
    status->accepted = t->parent == NULL;
    status->send_window = t->snd.wnd;
    status->receive_window = tcp_receive_window(t);
    status->mss = t->cc.mss;
    status->advertised_mss = t->advertised_mss;
    status->in_flight = tcp_flight(t);
    status->cwnd = t->cc.cwnd;
    status->ssthresh = t->cc.ssthresh;
    status->srtt = t->rtt.srtt;
    status->rttvar = t->rtt.rttvar;
    status->rto = tcp_rtt_timeout(&t->rtt, tcp_rto_limits(t));
    status->cc = t->cc.ops != NULL ? t->cc.ops->name : "";
    status->bytes_sent = t->count.bytes_sent;
    status->bytes_acked = t->count.bytes_acked;
    status->bytes_retransmitted = t->count.bytes_retransmitted;
    status->bytes_delivered = t->count.bytes_delivered;
    status->segments_sent = t->count.segments_sent;
    status->segments_received = t->count.segments_received;
    status->retransmissions = t->count.retransmissions;
    status->timeouts = t->count.timeouts;
    status->fast_retransmits = t->count.fast_retransmits;
    status->duplicate_acks = t->count.duplicate_acks;
    status_of_spaces(t, status);
    status_of_sending(t, status);
    status_of_queues(t, status);
    status_of_losses(t, status);
    status_of_patience(t, status);
    status_of_timers(t, status);
}

uint32_t tcp_number(const struct tcb *t)
{
    return t->number;
}

bool tcp_status_piece(const struct tcb *t, unsigned index, struct tcp_piece *piece)
{
    const struct tcp_queue *q = &t->queue;
    const struct tcp_sent *sent;

    if (index >= q->end - q->first)
        return false;
    sent = tcp_queue_at(q, q->first + index);
    *piece = (struct tcp_piece){ .seq = sent->seq,
                                 .len = sent->len,
                                 .at = sent->at,
                                 .times = sent->times,
                                 .sacked = sent->sacked,
                                 .lost = sent->lost,
                                 .resent = sent->resent };
    return true;
}

bool tcp_status_run(const struct tcb *t, unsigned index, uint32_t *left, uint32_t *right)
{
    if (index >= t->rcv.runs.count)
        return false;
    *left = t->rcv.runs.at[index].left;
    *right = t->rcv.runs.at[index].right;
    return true;
}

bool tcp_is_owned(const struct tcb *t)
{
    return t->owned;
}

void tcp_set_nagle(struct tcb *t, bool on)
{
    tcp_enter(t);
    t->nagle = on;
    tcp_leave(t); /* what Nagle held back goes now */
}

void tcp_set_keepalive(struct tcb *t, vtime idle)
{
    tcp_enter(t);
    t->keepalive = idle;
    tcp_keepalive_restart(t);
    tcp_leave(t);
}

void tcp_set_user_timeout(struct tcb *t, vtime time)
{
    tcp_enter(t);
    t->user_timeout = time;
    tcp_user_timeout_check(t);
    tcp_leave(t);
}

void tcp_set_keepalive_probes(struct tcb *t, vtime interval, unsigned probes)
{
    t->keepalive_interval = interval;
    t->keepalive_probes = probes;
}

void tcp_set_deaf(struct tcb *t)
{
    t->deaf = true;
}

void tcp_set_cork(struct tcb *t, bool on)
{
    tcp_enter(t);
    t->corked = on;
    tcp_leave(t);
}

void tcp_set_buffers(struct tcb *t, uint32_t receive, uint32_t send)
{
    tcp_enter(t);
    if (receive > 0) {
        t->receive_size = receive;
        if (t->state != STATE_TCP_CLOSED && t->state != STATE_TCP_LISTEN)
            t->rcv.size = receive;
    }
    if (send > 0)
        t->send_size = send;
    tcp_leave(t);
}

void tcp_set_mss(struct tcb *t, uint32_t mss)
{
    t->mss = mss;
    if (mss > 0 && t->snd.mss > mss) /* agreed upon already: less is always right */
        t->snd.mss = mss;
}

void tcp_set_ttl(struct tcb *t, uint8_t ttl)
{
    t->ttl = ttl;
}

void tcp_set_path_mtu_discovery(struct tcb *t, bool on)
{
    t->path_mtu_discovery = on;
}

void tcp_settings_inherit(struct tcb *to, const struct tcb *from)
{
    to->nagle = from->nagle;
    to->corked = from->corked;
    to->keepalive = from->keepalive;
    to->keepalive_interval = from->keepalive_interval;
    to->keepalive_probes = from->keepalive_probes;
    to->user_timeout = from->user_timeout;
    to->receive_size = from->receive_size;
    to->send_size = from->send_size;
    to->mss = from->mss;
    to->ttl = from->ttl;
    to->tos = from->tos;
    to->path_mtu_discovery = from->path_mtu_discovery;
}

void tcp_set_tos(struct tcb *t, uint8_t tos)
{
    t->tos = tos;
}

void tcp_set_ip_options(struct tcb *t, struct span options)
{
    ASSERT(options.len <= sizeof(t->ip_options) && options.len % 4 == 0);
    memcpy(t->ip_options, options.at, options.len);
    t->ip_options_len = (uint8_t)options.len;
    t->via = 0;
    t->route_given = false;
    if (t->remote.address != 0)
        tcp_route_begin(t);
}
