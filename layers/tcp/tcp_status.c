#include "layers/tcp/tcb.h"

#include "layers/names.h"

#include <string.h>

/* 3.10.6: STATUS, and the settings of one connection (3.9.1). */

static void status_of_timers(const struct tcb *t, struct tcp_status *status)
{
    const struct event_queue *queue = &t->host->node.world->queue;

    status->timer = "";
    status->timer_due = VTIME_NEVER;
    for (size_t i = 0; i < TCP_TIMERS; i++) {
        vtime due = event_due(queue, &t->timers[i]);

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
    status_of_queues(t, status);
    status_of_timers(t, status);
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

void tcp_set_tos(struct tcb *t, uint8_t tos)
{
    t->tos = tos;
}

void tcp_set_ip_options(struct tcb *t, struct span options)
{
    ASSERT(options.len <= sizeof(t->ip_options) && options.len % 4 == 0);
    memcpy(t->ip_options, options.at, options.len);
    t->ip_options_len = (uint8_t)options.len;
}
