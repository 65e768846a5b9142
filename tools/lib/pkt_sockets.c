#include "tools/lib/pkt_sockets.h"

#include <string.h>

#include "layers/rule.h"
#include "layers/state.h"
#include "layers/wire/icmp_message.h"

/* The life of a socket, and what its connection tells it. */

void pkt_sockets_begin(struct pkt_sockets *sockets, struct host *host,
                       const struct pkt_settings *settings)
{
    memset(sockets, 0, sizeof(*sockets));
    sockets->host = host;
    sockets->settings = settings;
}

struct pkt_socket *pkt_socket_find(struct pkt_sockets *sockets, int64_t fd)
{
    for (size_t i = 0; i < PKT_SOCKETS_MAX; i++)
        if (sockets->at[i].open && sockets->at[i].fd == fd)
            return &sockets->at[i];
    return NULL;
}

struct pkt_socket *pkt_socket_new(struct pkt_sockets *sockets, int64_t fd, bool is_udp)
{
    for (size_t i = 0; i < PKT_SOCKETS_MAX; i++) {
        struct pkt_socket *s = &sockets->at[i];

        if (s->open)
            continue;
        memset(s, 0, sizeof(*s));
        s->all = sockets;
        s->fd = fd;
        s->open = true;
        s->is_udp = is_udp;
        return s;
    }
    return NULL;
}

/* ---- TCP ---- */

static enum pkt_errno error_of_icmp(int type_and_code)
{
    if (type_and_code >> 8 != ICMP_UNREACHABLE)
        return PKT_EHOSTUNREACH;
    switch (type_and_code & 0xff) {
    case ICMP_UNREACHABLE_NET: return PKT_ENETUNREACH;
    case ICMP_UNREACHABLE_PROTOCOL: return PKT_ENOPROTOOPT;
    case ICMP_UNREACHABLE_PORT: return PKT_ECONNREFUSED;
    default: return PKT_EHOSTUNREACH;
    }
}

static enum pkt_errno error_of_end(const struct pkt_socket *s, const struct tcb *t, rule_id why)
{
    struct tcp_status status;

    switch (why) {
    case RULE_TCP_ENDED_RESET:
        tcp_status(t, &status);
        return s->connecting ? PKT_ECONNREFUSED : PKT_ECONNRESET;
    case RULE_TCP_ENDED_REFUSED:
    case RULE_TCP_ENDED_UNREACHABLE:
        return PKT_ECONNREFUSED;
    case RULE_TCP_ENDED_TIMEOUT:
    case RULE_TCP_ENDED_USER_TIMEOUT:
    case RULE_TCP_ENDED_KEEPALIVE:
        return s->soft_error != PKT_EOK ? s->soft_error : PKT_ETIMEDOUT;
    default:
        return PKT_EOK;
    }
}

/* Who stands in read() or write() goes on while the segment is still being received,
 * before its ACK goes, as the programs of labs do. */
static void tcp_wakes(struct tcb *t)
{
    struct pkt_socket *s = tcp_application(t);

    if (s->all->wake != NULL && !s->listening && s->all->settings->profile == PKT_STRICT)
        s->all->wake(s, s->all->wake_ctx);
}

static void tcp_connected(struct tcb *t)
{
    struct pkt_socket *s = tcp_application(t);

    s->connecting = false;
    s->connected = s->was_connected = true;
    tcp_wakes(t);
    if (s->write_shut)
        tcp_shutdown(t);
}

/* What was not read yet is lost with a reset (RFC 9293 3.10.7.4: queues are flushed), but
 * not with a clean end, nor where sockets keep what they have acknowledged. */
static void tcp_over(struct tcb *t, rule_id why)
{
    struct pkt_socket *s = tcp_application(t);
    bool keeps;

    s->error = error_of_end(s, t, why);
    keeps = s->error == PKT_EOK || s->all->settings->profile != PKT_STRICT;
    s->left = keeps ? tcp_available(t) : 0;
    s->tcb = NULL;
    s->connecting = s->connected = false;
}

static void tcp_trouble(struct tcb *t, int type_and_code)
{
    struct pkt_socket *s = tcp_application(t);

    if (type_and_code < 0)
        return;
    s->soft_error = error_of_icmp(type_and_code);
    if (s->set.recverr) /* who asked for it hears at once, and of all */
        s->error = s->soft_error;
}

static const struct tcp_events tcp_events = {
    .established = tcp_connected,
    .readable = tcp_wakes,
    .writable = tcp_wakes,
    .soft_error = tcp_trouble,
    .ended = tcp_over,
};

/* Linux gives twice of what is asked for, as half of it is for its own books; and
 * the last segment may stick out. */
static uint32_t send_buffer(const struct pkt_socket *s)
{
    int64_t size = min_i64(s->set.send, INT32_MAX / 4);
    struct tcp_status status;

    if (s->all->settings->profile != PKT_LINUX)
        return (uint32_t)size;
    tcp_status(s->tcb, &status);
    size *= 2;
    if (status.mss > 0)
        size = (size + status.mss - 1) / status.mss * status.mss;
    return (uint32_t)size;
}

void pkt_socket_push(struct pkt_socket *s)
{
    if (s->tcb == NULL || s->all->settings->profile != PKT_LINUX)
        return;
    tcp_set_cork(s->tcb, false);
    if (s->tcb != NULL)
        tcp_set_cork(s->tcb, s->cork);
}

void pkt_socket_apply(struct pkt_socket *s)
{
    const struct tcp_config *config = &s->all->host->config.tcp;
    vtime usual = config->keepalive > 0 ? config->keepalive : 2 * HOURS;
    struct tcb *t = s->tcb;

    if (t == NULL)
        return;
    tcp_set_buffers(t, (uint32_t)s->set.receive, send_buffer(s));
    if (s->set.mss > 0 && !(s->connected && s->all->settings->profile == PKT_LINUX))
        tcp_set_mss(t, (uint32_t)s->set.mss);
    tcp_set_tos(t, (uint8_t)s->set.tos);
    tcp_set_ttl(t, (uint8_t)s->set.ttl);
    if (s->set.has_discover)
        tcp_set_path_mtu_discovery(t, s->set.discover != PKT_IP_PMTUDISC_DONT);
    if (s->set.has_nodelay)
        tcp_set_nagle(t, !s->set.nodelay);
    tcp_set_cork(t, s->cork);
    tcp_set_user_timeout(t, s->set.user_timeout * MS);
    tcp_set_keepalive_probes(t, s->set.interval * SECONDS, (unsigned)s->set.probes);
    if (s->set.keepalive)
        tcp_set_keepalive(t, s->set.idle > 0 ? s->set.idle * SECONDS : usual);
    else
        tcp_set_keepalive(t, s->set.has_keepalive ? 0 : config->keepalive);
}

bool pkt_socket_open_tcp(struct pkt_socket *s)
{
    s->tcb = tcp_open(s->all->host, s->local, &tcp_events, s);
    pkt_socket_apply(s);
    return s->tcb != NULL;
}

void pkt_socket_adopt(struct pkt_socket *s, struct tcb *t)
{
    struct tcp_status status;

    tcp_status(t, &status);
    s->local = status.local;
    s->remote = status.remote;
    s->tcb = t;
    s->connected = s->was_connected = s->told = true;
    tcp_set_application(t, &tcp_events, s);
    if (s->tcb != NULL)
        tcp_set_buffers(t, 0, send_buffer(s));
}

/* ---- UDP ---- */

static void udp_received(struct udp_socket *socket, struct udp_endpoint from, struct span message)
{
    struct pkt_socket *s = socket->application;

    if (s->connected && (from.address != s->remote.address || from.port != s->remote.port))
        return;
    if (s->message_count < PKT_MESSAGES_MAX)
        s->messages[s->message_count++] = (uint32_t)message.len;
}

static void udp_error(struct udp_socket *socket, struct udp_endpoint to,
                      const struct icmp_report *report)
{
    struct pkt_socket *s = socket->application;

    (void)to;
    if (s->connected)
        s->error = error_of_icmp(report->type << 8 | report->code);
}

static const struct udp_events udp_events = { .received = udp_received, .error = udp_error };

bool pkt_socket_open_udp(struct pkt_socket *s)
{
    if (s->udp == NULL)
        s->udp = udp_bind(s->all->host, s->local.address, s->local.port, &udp_events, s);
    if (s->udp == NULL)
        return false;
    s->local.port = s->udp->port;
    s->udp->tos = (uint8_t)s->set.tos;
    s->udp->ttl = (uint8_t)s->set.ttl;
    s->all->bound_port = s->local.port;
    s->all->bound_udp = true;
    return true;
}

/* ---- Both ---- */

size_t pkt_socket_available(const struct pkt_socket *s)
{
    if (s->is_udp)
        return s->message_count > 0 ? s->messages[0] : 0;
    return s->tcb != NULL && !s->listening ? tcp_available(s->tcb) : s->left;
}

bool pkt_socket_at_end(const struct pkt_socket *s)
{
    if (s->is_udp)
        return false;
    if (s->tcb == NULL)
        return s->was_connected;
    return tcp_at_end(s->tcb) || s->read_shut;
}

enum pkt_errno pkt_socket_take_error(struct pkt_socket *s)
{
    enum pkt_errno error = s->error;

    s->error = PKT_EOK;
    return error;
}
