#include "layers/tcp/tcb.h"

#include "layers/net/ip.h"

#include <string.h>

/* RFC 9293 3.10.1 to 3.10.6: what the user calls. Each call that may lead to
 * sending stands between tcp_enter and tcp_leave. */

/* ---- 3.10.1: OPEN ---- */

struct tcb *tcp_open(struct host *host, struct tcp_endpoint local, const struct tcp_events *events,
                     void *application)
{
    struct tcb *t;

    if (local.address != 0 && !ip_is_own(host, local.address))
        return NULL;
    t = tcb_new(host, STATE_TCP_CLOSED);
    if (t == NULL)
        return NULL;
    t->events = events;
    t->application = application;
    tcp_endpoint_set(&t->local, local);
    return t;
}

void *tcp_application(const struct tcb *t)
{
    return t->application;
}

void tcp_set_application(struct tcb *t, const struct tcp_events *events, void *application)
{
    tcp_enter(t);
    t->events = events;
    t->application = application;
    tcp_leave(t);
}

static bool listen_here(struct tcb *t, unsigned backlog)
{
    static const struct tcp_endpoint nobody;
    struct tcp_listener *listen = pool_get(&tcp_of(t->host)->listeners);

    if (listen == NULL)
        return false;
    memset(listen, 0, sizeof(*listen));
    listen->accept_limit = backlog > 0 ? backlog : (unsigned)tcp_config(t)->backlog;
    listen->syn_limit = (unsigned)tcp_config(t)->syn_backlog;
    t->listen = listen;
    t->remote = nobody;
    return true;
}

bool tcp_listen(struct tcb *t, unsigned backlog)
{
    struct tcb *other = tcp_lookup_listener(t->host, &t->local);

    if (t->state != STATE_TCP_CLOSED || t->local.port == 0 ||
        (other != NULL && other->local.address == t->local.address) || !listen_here(t, backlog))
        return false;
    tcp_enter(t);
    tcp_link(t);
    tcp_go(t, TCP_PASSIVE_OPEN);
    tcp_leave(t);
    return true;
}

/* RFC 6056 asks for ports that are hard to guess; here they count up, so that
 * a lab's ladder is the same as the teacher's. */
static bool choose_port(struct host *host, struct tcp_endpoint *local,
                        const struct tcp_endpoint *remote)
{
    struct tcp_state *tcp = tcp_of(host);

    for (unsigned tries = 0; tries <= UINT16_MAX - TCP_EPHEMERAL_FIRST; tries++) {
        local->port = tcp->next_ephemeral;
        tcp->next_ephemeral = local->port == UINT16_MAX ? TCP_EPHEMERAL_FIRST
                                                        : (uint16_t)(local->port + 1);
        if (tcp_lookup(host, local, remote) == NULL)
            return true;
    }
    return false;
}

static bool is_somebody(struct host *host, const struct tcp_endpoint *remote)
{
    return remote->address != 0 && remote->port != 0 && !ipv4_is_multicast(remote->address) &&
           !ip_is_broadcast(host, remote->address);
}

/* "Error: connection already exists", also in TIME-WAIT, which only a SYN of the
 * peer may cut short (MUST-13, MAY-2). A listener is no connection. */
static bool exists(struct host *host, const struct tcp_endpoint *local,
                   const struct tcp_endpoint *remote)
{
    struct tcb *other = tcp_lookup(host, local, remote);

    return other != NULL && other->listen == NULL;
}

/* LISTEN becomes SYN-SENT: nobody can connect here any more. */
static void stop_listening(struct tcb *t)
{
    tcp_listen_close(t);
    tcp_unlink(t);
    pool_put(&tcp_of(t->host)->listeners, t->listen);
    t->listen = NULL;
}

static void begin_sending(struct tcb *t, seq32 iss)
{
    t->iss = iss;
    t->snd.una = t->snd.nxt = t->snd.max_sent = t->snd.small = iss;
    t->snd.end = t->snd.up = iss + 1;
}

static bool may_open(const struct tcb *t)
{
    return t->ended_by == RULE_NONE &&
           (t->state == STATE_TCP_CLOSED || t->state == STATE_TCP_LISTEN);
}

bool tcp_connect(struct tcb *t, struct tcp_endpoint remote)
{
    struct tcp_endpoint local = t->local;
    ipv4 source;

    if (!may_open(t) || !is_somebody(t->host, &remote))
        return false;
    source = ip_source_for(t->host, tcp_route_first(t, remote.address));
    if (source == 0)
        return false;
    if (local.address == 0)
        local.address = source; /* MUST-44, MUST-45 */
    if ((local.port == 0 && !choose_port(t->host, &local, &remote)) ||
        exists(t->host, &local, &remote))
        return false;
    tcp_enter(t);
    if (t->state == STATE_TCP_LISTEN)
        stop_listening(t);
    tcp_endpoint_set(&t->local, local);
    tcp_endpoint_set(&t->remote, remote);
    tcp_route_begin(t);
    tcp_options_prepare(t);
    tcp_link(t);
    begin_sending(t, tcp_choose_iss(t));
    tcp_go(t, TCP_ACTIVE_OPEN);
    tcp_leave(t);
    return true;
}

/* ---- 3.10.2: SEND ---- */

static bool takes_text(const struct tcb *t)
{
    return tcp_may_send(t->state) && !t->closing;
}

size_t tcp_send_room(const struct tcb *t)
{
    uint32_t used = t->snd.end - seq_max(t->snd.una, t->iss + 1);
    uint32_t limit = t->send_size > 0 ? t->send_size : (uint32_t)tcp_config(t)->sndbuf;

    return used < limit && takes_text(t) ? limit - used : 0;
}

static void buffer(struct tcb *t, struct span bytes)
{
    seq32 start = seq_max(t->snd.una, t->iss + 1);
    uint32_t used = t->snd.end - start;

    tcp_ring_reserve(&t->snd.ring, &tcp_of(t->host)->memory, start, used, used + bytes.len);
    tcp_ring_write(&t->snd.ring, &tcp_of(t->host)->memory, t->snd.end, bytes);
    t->snd.end += (uint32_t)bytes.len;
}

size_t tcp_send(struct tcb *t, struct span bytes, unsigned flags)
{
    size_t room = tcp_send_room(t);

    if (!takes_text(t) || bytes.len == 0)
        return 0;
    if (bytes.len >= room) { /* full by now: `writable` tells when it no longer is */
        t->snd.blocked = true;
        bytes.len = room;
    }
    tcp_enter(t);
    buffer(t, bytes);
    if ((flags & TCP_SEND_URGENT) != 0 && bytes.len > 0) {
        t->snd.urgent = true;
        t->snd.up = t->snd.end;
    }
    if ((flags & TCP_SEND_MORE) == 0) {
        t->snd.has_push = true;
        t->snd.push = t->snd.end;
    }
    tcp_leave(t);
    return bytes.len;
}

/* ---- 3.10.3: RECEIVE ---- */

size_t tcp_available(const struct tcb *t)
{
    return t->rcv.nxt - t->rcv.read - (t->rcv.at_end ? 1 : 0);
}

struct span tcp_peek(const struct tcb *t, size_t skip)
{
    skip = min_size(skip, tcp_available(t));
    return tcp_ring_peek(&t->rcv.ring, t->rcv.read + (uint32_t)skip, tcp_available(t) - skip);
}

size_t tcp_receive(struct tcb *t, uint8_t *out, size_t len)
{
    len = min_size(len, tcp_available(t));
    if (len == 0)
        return 0;
    tcp_enter(t);
    if (out != NULL)
        tcp_ring_read(&t->rcv.ring, t->rcv.read, out, len);
    t->rcv.read += (uint32_t)len;
    t->count.bytes_delivered += len;
    if (t->rcv.urgent && seq_ge(t->rcv.read, t->rcv.up))
        t->rcv.urgent = false;
    /* All that was left of it is read: it ends, but not under the reader's hands. */
    if (t->state == STATE_TCP_CLOSED && tcp_available(t) == 0)
        tcp_timer_set(t, TCP_2MSL, 0);
    tcp_leave(t);
    return len;
}

bool tcp_at_end(const struct tcb *t)
{
    return t->rcv.at_end && tcp_available(t) == 0;
}

size_t tcp_urgent_left(const struct tcb *t)
{
    return t->rcv.urgent && seq_gt(t->rcv.up, t->rcv.read) ? t->rcv.up - t->rcv.read : 0;
}

/* ---- 3.10.4: CLOSE ---- */

static void close_sending(struct tcb *t)
{
    switch (t->state) {
    case STATE_TCP_LISTEN:
        tcp_listen_close(t);
        tcp_go(t, TCP_CLOSE);
        break;
    case STATE_TCP_SYN_SENT:
        tcp_go(t, TCP_CLOSE);
        break;
    case STATE_TCP_SYN_RECEIVED: /* queued until ESTABLISHED if data waits */
        t->closing = true;
        if (t->snd.end == t->iss + 1)
            tcp_go(t, TCP_CLOSE);
        break;
    case STATE_TCP_ESTABLISHED:
        t->closing = true;
        tcp_go(t, TCP_CLOSE);
        break;
    case STATE_TCP_CLOSE_WAIT: /* LAST-ACK once the FIN is on its way */
        t->closing = true;
        break;
    default:
        break;
    }
}

void tcp_shutdown(struct tcb *t)
{
    if (t->closing)
        return;
    tcp_enter(t);
    close_sending(t);
    tcp_leave(t);
}

/* Half-duplex close: unread data is lost, and the peer is told so (SHLD-3), unless
 * it is gone: TIME-WAIT, which must last (MUST-13), would end for nothing. */
static bool loses_data(const struct tcb *t)
{
    return tcp_available(t) > 0 && t->state != STATE_TCP_TIME_WAIT &&
           tcp_config(t)->reset_unread != 0 && !tcp_has_bug(t, BUG_NO_RESET_ON_UNREAD);
}

void tcp_close(struct tcb *t)
{
    tcp_enter(t);
    t->owned = false;
    t->news = 0;
    if (t->state == STATE_TCP_CLOSED) {
        t->ended_by = RULE_TCP_ENDED_CLOSED;
    } else if (loses_data(t)) {
        tcp_reset_peer(t, RULE_TCP_CLOSED_UNREAD);
        t->ended_by = RULE_TCP_ABORT;
        tcp_go(t, TCP_ABORT);
    } else {
        if (!t->closing)
            close_sending(t);
        t->rcv.read += (uint32_t)tcp_available(t);
        if (t->state == STATE_TCP_FIN_WAIT_2 && tcp_config(t)->fin_wait_2 > 0)
            tcp_timer_set(t, TCP_2MSL, tcp_config(t)->fin_wait_2);
    }
    tcp_leave(t);
}

/* ---- 3.10.5: ABORT ---- */

void tcp_abort(struct tcb *t)
{
    tcp_enter(t);
    t->owned = false;
    t->news = 0;
    t->ended_by = RULE_TCP_ABORT;
    if (t->state == STATE_TCP_LISTEN)
        tcp_listen_close(t);
    if (t->state == STATE_TCP_SYN_RECEIVED || t->state == STATE_TCP_ESTABLISHED ||
        t->state == STATE_TCP_FIN_WAIT_1 || t->state == STATE_TCP_FIN_WAIT_2 ||
        t->state == STATE_TCP_CLOSE_WAIT)
        tcp_reset_peer(t, RULE_TCP_ABORTED_BY_USER);
    if (t->state != STATE_TCP_CLOSED)
        tcp_go(t, TCP_ABORT);
    tcp_leave(t);
}
