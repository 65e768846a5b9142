#include "tests/support/tcp_peer.h"

#include <string.h>

/* ---- What a's application hears ---- */

static struct peer_app *app_of(struct tcb *t)
{
    return &((struct tcp_peer *)tcp_application(t))->app;
}

static void on_established(struct tcb *t)
{
    app_of(t)->established++;
}

static void on_acceptable(struct tcb *t)
{
    app_of(t)->acceptable++;
}

static void on_readable(struct tcb *t)
{
    struct tcp_peer *p = tcp_application(t);

    p->app.readable++;
    if (p->reads)
        p->app.received += tcp_receive(t, NULL, tcp_available(t));
}

static void on_writable(struct tcb *t)
{
    app_of(t)->writable++;
}

static void on_urgent(struct tcb *t)
{
    app_of(t)->urgent++;
}

static void on_soft_error(struct tcb *t, int type_and_code)
{
    app_of(t)->soft_errors++;
    app_of(t)->soft_error = type_and_code;
}

static void on_ended(struct tcb *t, rule_id why)
{
    app_of(t)->ended++;
    app_of(t)->ended_by = why;
}

const struct tcp_events peer_events = {
    .established = on_established,
    .acceptable = on_acceptable,
    .readable = on_readable,
    .writable = on_writable,
    .urgent = on_urgent,
    .soft_error = on_soft_error,
    .ended = on_ended,
};

/* ---- The net ---- */

void peer_open(struct tcp_peer *p)
{
    memset(p, 0, sizeof(*p));
    net_open(&p->net, 1);
    p->net.config.tcp.isn = PEER_HOST_ISS;
    p->iss = PEER_ISS;
    p->win = UINT16_MAX;
    p->syn.mss = 1000;
}

void peer_closed(struct tcp_peer *p)
{
    struct net_desk desk;

    if (p->net.world == NULL)
        peer_open(p);
    if (p->a != NULL)
        return;
    desk = net_desk(&p->net, true);
    p->a = desk.a;
    p->t = desk.t;
    p->wire = desk.wire;
    p->host_iss = (seq32)p->net.config.tcp.isn;
}

void peer_close(struct tcp_peer *p)
{
    net_close(&p->net);
    memset(p, 0, sizeof(*p));
}

void peer_run(struct tcp_peer *p, vtime time)
{
    net_run_for(&p->net, time);
}

static bool is_alive(const struct tcp_peer *p)
{
    struct tcp_status status;
    struct tcb *t;

    for (unsigned i = 0; (t = tcp_at(p->a, i)) != NULL; i++) {
        tcp_status(t, &status);
        if (t == p->tcb && status.number == p->number)
            return true;
    }
    return false;
}

int peer_state(const struct tcp_peer *p)
{
    struct tcp_status status;

    if (p->tcb == NULL || !is_alive(p))
        return STATE_TCP_CLOSED;
    tcp_status(p->tcb, &status);
    return status.state;
}

static void watch(struct tcp_peer *p, struct tcb *t)
{
    struct tcp_status status;

    p->tcb = t;
    if (!EXPECT(t != NULL))
        return;
    tcp_status(t, &status);
    p->number = status.number;
}

void peer_watch(struct tcp_peer *p)
{
    watch(p, tcp_find(p->a, 0, 0));
}

uint32_t peer_absolute(const struct tcp_peer *p, uint32_t n)
{
    return n - p->host_iss;
}

size_t peer_host_sends(struct tcp_peer *p, size_t len)
{
    static uint8_t bytes[1 << 20];

    ASSERT(len <= sizeof(bytes));
    for (size_t i = 0; i < len; i++)
        bytes[i] = peer_byte((uint32_t)i);
    return tcp_send(p->tcb, (struct span){ bytes, len }, 0);
}

/* ---- States ---- */

/* The state is reached: nothing that led there counts any more. */
static void settle(struct tcp_peer *p, int state)
{
    expect_str(state_name(peer_state(p)), state_name(state), "state reached", NULL, __FILE__,
               __LINE__);
    peer_skip(p);
    net_mark(&p->net);
    memset(&p->app, 0, sizeof(p->app));
}

static void send_syn(struct tcp_peer *p, uint8_t flags, uint32_t ack)
{
    struct peer_segment syn = p->syn;

    syn.flags = flags;
    syn.ack = ack;
    peer_send_segment(p, syn);
}

void peer_listen(struct tcp_peer *p)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT };

    peer_closed(p);
    p->listener = tcp_open(p->a, here, &peer_events, p);
    EXPECT(tcp_listen(p->listener, 0));
    watch(p, p->listener);
    settle(p, STATE_TCP_LISTEN);
}

void peer_syn_sent(struct tcp_peer *p)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { net_ip("10.0.0.9"), PEER_PORT };

    peer_closed(p);
    watch(p, tcp_open(p->a, here, &peer_events, p));
    EXPECT(tcp_connect(p->tcb, there));
    peer_run(p, 10 * MS);
    settle(p, STATE_TCP_SYN_SENT);
}

void peer_syn_received(struct tcp_peer *p)
{
    peer_listen(p);
    send_syn(p, TCP_SYN, 0);
    peer_watch(p);
    settle(p, STATE_TCP_SYN_RECEIVED);
}

void peer_syn_received_active(struct tcp_peer *p)
{
    peer_syn_sent(p);
    send_syn(p, TCP_SYN, 0);
    settle(p, STATE_TCP_SYN_RECEIVED);
}

void peer_established(struct tcp_peer *p)
{
    peer_syn_sent(p);
    send_syn(p, TCP_SYN | TCP_ACK, 1);
    settle(p, STATE_TCP_ESTABLISHED);
}

void peer_accepted(struct tcp_peer *p)
{
    peer_syn_received(p);
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 1);
    EXPECT(tcp_accept(p->listener) == p->tcb);
    settle(p, STATE_TCP_ESTABLISHED);
}

void peer_fin_wait_1(struct tcp_peer *p)
{
    peer_established(p);
    tcp_shutdown(p->tcb);
    peer_run(p, 5 * MS);
    settle(p, STATE_TCP_FIN_WAIT_1);
}

void peer_fin_wait_2(struct tcp_peer *p)
{
    peer_fin_wait_1(p);
    peer_send(p, .flags = TCP_ACK, .seq = 1, .ack = 2);
    settle(p, STATE_TCP_FIN_WAIT_2);
}

void peer_closing(struct tcp_peer *p)
{
    peer_fin_wait_1(p);
    peer_send(p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    settle(p, STATE_TCP_CLOSING);
}

void peer_time_wait(struct tcp_peer *p)
{
    peer_fin_wait_2(p);
    peer_send(p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    settle(p, STATE_TCP_TIME_WAIT);
}

void peer_close_wait(struct tcp_peer *p)
{
    peer_established(p);
    peer_send(p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 1);
    settle(p, STATE_TCP_CLOSE_WAIT);
}

void peer_last_ack(struct tcp_peer *p)
{
    peer_close_wait(p);
    tcp_shutdown(p->tcb);
    peer_run(p, 5 * MS);
    settle(p, STATE_TCP_LAST_ACK);
}

void peer_enter(struct tcp_peer *p, int state)
{
    static void (*const ways[STATE_COUNT])(struct tcp_peer *) = {
        [STATE_TCP_CLOSED] = peer_closed,
        [STATE_TCP_LISTEN] = peer_listen,
        [STATE_TCP_SYN_SENT] = peer_syn_sent,
        [STATE_TCP_SYN_RECEIVED] = peer_syn_received,
        [STATE_TCP_ESTABLISHED] = peer_established,
        [STATE_TCP_FIN_WAIT_1] = peer_fin_wait_1,
        [STATE_TCP_FIN_WAIT_2] = peer_fin_wait_2,
        [STATE_TCP_CLOSE_WAIT] = peer_close_wait,
        [STATE_TCP_CLOSING] = peer_closing,
        [STATE_TCP_LAST_ACK] = peer_last_ack,
        [STATE_TCP_TIME_WAIT] = peer_time_wait,
    };

    ASSERT(ways[state] != NULL);
    ways[state](p);
}
