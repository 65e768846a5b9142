#include "layers/tcp/tcb.h"

/*
 * A listener has two queues, each with its limit:
 *
 *   SYN ---> [ SYN queue: SYN-RECEIVED ] --- ACK ---> [ accept queue ] ---> tcp_accept
 *
 * What becomes of one too many (RFC 4987 tells why it matters): a SYN that
 * finds either queue full is dropped, so that the client tries again, or
 * reset. A handshake that completes while the accept queue is full waits in
 * the SYN queue: its ACK is passed over, and the SYN,ACK is sent again later.
 */

static void turn_away(struct tcb *t, const struct tcp_segment *seg, rule_id why, unsigned limit)
{
    if (tcp_config(t)->backlog_full == TCP_FULL_RESET)
        tcp_reset_answer(t->host, seg, why);
    else
        tcp_discard(t, seg, why, limit, seg->source.port);
}

struct tcb *tcp_listen_spawn(struct tcb *t, const struct tcp_segment *seg)
{
    struct tcp_listener *listen = t->listen;
    struct tcb *child;

    if (listen->syn_count >= listen->syn_limit) {
        turn_away(t, seg, RULE_TCP_SYN_QUEUE_FULL, listen->syn_limit);
        return NULL;
    }
    if (listen->accept_count >= listen->accept_limit) {
        turn_away(t, seg, RULE_TCP_ACCEPT_QUEUE_FULL_SYN, listen->accept_limit);
        return NULL;
    }
    child = tcb_new(t->host, STATE_TCP_LISTEN);
    if (child == NULL) {
        turn_away(t, seg, RULE_TCP_HOST_FULL, TCP_CONNECTIONS_MAX);
        return NULL;
    }
    child->events = t->events;
    child->application = t->application;
    tcp_endpoint_set(&child->local, seg->destination);
    tcp_endpoint_set(&child->remote, seg->source);
    child->passive = true;
    child->parent = t;
    tcp_settings_inherit(child, t);
    tcp_options_prepare(child);
    listen->syn_count++;
    return child;
}

bool tcp_listen_completed(struct tcb *t)
{
    struct tcp_listener *listen = t->parent != NULL ? t->parent->listen : NULL;

    if (listen == NULL)
        return true;
    if (listen->accept_count >= listen->accept_limit) {
        TCP_WHY(t, RULE_TCP_ACCEPT_QUEUE_FULL, listen->accept_limit, 0);
        return false;
    }
    listen->syn_count--;
    listen->accept_count++;
    if (listen->accept_last != NULL)
        listen->accept_last->accept_next = t;
    else
        listen->accept_first = t;
    listen->accept_last = t;
    TCP_WHY(t, RULE_TCP_ACCEPT_QUEUED, listen->accept_count, listen->accept_limit);
    return true;
}

static bool waits_to_be_accepted(const struct tcb *t)
{
    const struct tcb *at = t->parent->listen->accept_first;

    while (at != NULL && at != t)
        at = at->accept_next;
    return at != NULL;
}

static void take_out(struct tcp_listener *listen, struct tcb *t)
{
    struct tcb *before = NULL;
    struct tcb *at = listen->accept_first;

    for (; at != t; at = at->accept_next)
        before = at;
    if (before != NULL)
        before->accept_next = t->accept_next;
    else
        listen->accept_first = t->accept_next;
    if (listen->accept_last == t)
        listen->accept_last = before;
    t->accept_next = NULL;
    listen->accept_count--;
}

void tcp_listen_lost(struct tcb *t)
{
    if (t->parent == NULL)
        return;
    if (waits_to_be_accepted(t))
        take_out(t->parent->listen, t);
    else
        t->parent->listen->syn_count--;
    t->parent = NULL;
    t->owned = false;
}

struct tcb *tcp_accept(struct tcb *t)
{
    struct tcb *child = t->listen != NULL ? t->listen->accept_first : NULL;

    if (child == NULL)
        return NULL;
    take_out(t->listen, child);
    child->parent = NULL;
    TCP_WHY(child, RULE_TCP_ACCEPTED, t->local.port, 0);
    /* What came in meanwhile is news for whoever takes it. */
    if (tcp_available(child) > 0 || child->rcv.at_end)
        child->news |= TCP_NEWS_READABLE;
    if (tcp_urgent_left(child) > 0)
        child->news |= TCP_NEWS_URGENT;
    return child;
}

/* The children that nobody will accept are reset. */
void tcp_listen_close(struct tcb *t)
{
    struct tcb *next;

    for (struct tcb *child = tcp_of(t->host)->first; child != NULL; child = next) {
        next = child->next;
        if (child->parent != t)
            continue;
        tcp_enter(child);
        tcp_reset_peer(child, RULE_TCP_LISTENER_GONE);
        child->ended_by = RULE_TCP_ABORT;
        tcp_go(child, TCP_ABORT);
        tcp_leave(child);
    }
}
