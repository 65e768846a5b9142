#include "layers/state.h"
#include "tools/lib/pkt_sockets.h"
#include "tools/lib/pkt_world.h"
#include "tools/lib/text.h"

/* socket bind listen accept connect close shutdown */

enum { USUAL_PORT = 8080, NEW_FD = 3 };

/* The number that the script expects, if it expects one. */
static int64_t new_fd(const struct pkt_attempt *a)
{
    int64_t fd = pkt_number(a->call->result, NEW_FD);

    return fd >= 0 ? fd : NEW_FD;
}

static bool is_bsd(const struct pkt_attempt *a)
{
    return a->sockets->settings->profile == PKT_BSD;
}

enum pkt_progress pkt_call_socket(struct pkt_attempt *a)
{
    int64_t type = pkt_argument_number(a, 1, PKT_SOCK_STREAM);
    int64_t domain = pkt_argument_number(a, 0, PKT_AF_INET);
    struct pkt_socket *s;

    if (domain != PKT_AF_INET)
        return pkt_unknown(a, _("only AF_INET is modelled"));
    if (pkt_socket_find(a->sockets, new_fd(a)) != NULL)
        return pkt_wrong(a, _("descriptor %lld is open already"), (long long)new_fd(a));
    s = pkt_socket_new(a->sockets, new_fd(a), (type & 0xf) == PKT_SOCK_DGRAM);
    if (s == NULL)
        return pkt_refused(a, PKT_ENOBUFS);
    s->nonblocking = (type & PKT_SOCK_NONBLOCK) != 0;
    return pkt_done(a, s->fd);
}

enum pkt_progress pkt_call_bind(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);
    struct tcp_endpoint local = { 0, USUAL_PORT };

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    pkt_address(pkt_argument(a, 1), &local);
    if (s->local.port != 0 || s->tcb != NULL)
        return pkt_refused(a, PKT_EINVAL);
    if (local.address != 0 && local.address != PKT_LOCAL_ADDRESS)
        return pkt_refused(a, PKT_EADDRNOTAVAIL);
    s->local = local;
    if (s->is_udp && !pkt_socket_open_udp(s))
        return pkt_refused(a, PKT_EADDRINUSE);
    if (!s->is_udp) {
        a->sockets->bound_port = local.port;
        a->sockets->bound_udp = false;
    }
    return pkt_done(a, 0);
}

enum pkt_progress pkt_call_listen(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);
    int64_t backlog = pkt_argument_number(a, 1, 1);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (s->is_udp)
        return pkt_refused(a, PKT_EOPNOTSUPP);
    if (s->listening)
        return pkt_done(a, 0);
    if (s->tcb != NULL || s->was_connected)
        return pkt_refused(a, PKT_EINVAL);
    if (s->local.port == 0)
        s->local.port = USUAL_PORT;
    if (!pkt_socket_open_tcp(s))
        return pkt_refused(a, PKT_ENOBUFS);
    if (!tcp_listen(s->tcb, (unsigned)min_i64(max_i64(backlog, 1), 65535))) {
        tcp_close(s->tcb);
        s->tcb = NULL;
        return pkt_refused(a, PKT_EADDRINUSE);
    }
    s->listening = true;
    a->sockets->bound_port = s->local.port;
    a->sockets->bound_udp = false;
    return pkt_done(a, 0);
}

enum pkt_progress pkt_call_accept(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0), *child;
    struct tcb *t;

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (!s->listening)
        return pkt_refused(a, PKT_EINVAL);
    t = tcp_accept(s->tcb);
    if (t == NULL)
        return pkt_wait(a, s, 0);
    if (pkt_socket_find(a->sockets, new_fd(a)) != NULL) {
        tcp_abort(t);
        return pkt_wrong(a, _("descriptor %lld is open already"), (long long)new_fd(a));
    }
    child = pkt_socket_new(a->sockets, new_fd(a), false);
    if (child == NULL) {
        tcp_abort(t);
        return pkt_refused(a, PKT_ENOBUFS);
    }
    child->set = s->set;
    child->linger = s->linger;
    child->linger_time = s->linger_time;
    child->nonblocking = (pkt_argument_number(a, 3, 0) & PKT_SOCK_NONBLOCK) != 0;
    pkt_socket_adopt(child, t);
    return pkt_done(a, child->fd);
}

/* ---- connect ---- */

static enum pkt_progress connect_udp(struct pkt_attempt *a, struct pkt_socket *s)
{
    if (!pkt_socket_open_udp(s))
        return pkt_refused(a, PKT_EADDRINUSE);
    s->connected = true;
    a->sockets->connects++;
    a->sockets->connect_local = s->local;
    a->sockets->connect_remote = s->remote;
    return pkt_done(a, 0);
}

/* It has been tried: how did that end? */
static enum pkt_progress connect_result(struct pkt_attempt *a, struct pkt_socket *s)
{
    enum pkt_errno error;

    if (s->connecting && a->tries > 1)
        return PKT_CALL_WAITS;
    if (s->connecting)
        return pkt_refused(a, PKT_EALREADY);
    error = pkt_socket_take_error(s);
    if (error != PKT_EOK)
        return pkt_refused(a, error);
    if (!s->connected)
        return pkt_refused(a, s->was_connected ? PKT_EISCONN : PKT_ECONNABORTED);
    if (s->told)
        return pkt_refused(a, PKT_EISCONN);
    s->told = true;
    if (a->tries == 1 && is_bsd(a))
        return pkt_refused(a, PKT_EISCONN);
    return pkt_done(a, 0);
}

static enum pkt_progress connect_begins(struct pkt_attempt *a, struct pkt_socket *s)
{
    struct tcp_status status;

    /* ECN that is only answered is not asked for. */
    a->sockets->host->config.tcp.ecn = a->sockets->settings->ecn == 1;
    if (!pkt_socket_open_tcp(s))
        return pkt_refused(a, PKT_EADDRNOTAVAIL);
    s->connecting = true;
    if (!tcp_connect(s->tcb, s->remote)) {
        tcp_close(s->tcb);
        s->tcb = NULL;
        s->connecting = false;
        return pkt_refused(a, PKT_EADDRNOTAVAIL);
    }
    tcp_status(s->tcb, &status);
    s->local = status.local;
    a->sockets->connects++;
    a->sockets->connect_local = status.local;
    a->sockets->connect_remote = s->remote;
    if (!s->nonblocking)
        return PKT_CALL_WAITS;
    return pkt_refused(a, PKT_EINPROGRESS);
}

enum pkt_progress pkt_call_connect(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (s->listening)
        return pkt_refused(a, is_bsd(a) ? PKT_EOPNOTSUPP : PKT_EISCONN);
    if (!s->is_udp && (s->tcb != NULL || s->was_connected || a->tries > 1))
        return connect_result(a, s);
    s->remote = (struct tcp_endpoint){ PKT_REMOTE_ADDRESS, USUAL_PORT };
    pkt_address(pkt_argument(a, 1), &s->remote);
    return s->is_udp ? connect_udp(a, s) : connect_begins(a, s);
}

/* ---- close, shutdown ---- */

/* A close that lingers waits until the peer has all, and our FIN. */
static bool is_unfinished(const struct pkt_socket *s)
{
    struct tcp_status status;

    if (s->tcb == NULL)
        return false;
    tcp_status(s->tcb, &status);
    return status.state == STATE_TCP_FIN_WAIT_1 || status.state == STATE_TCP_CLOSING ||
           status.state == STATE_TCP_LAST_ACK ||
           (status.state == STATE_TCP_CLOSE_WAIT && status.send_queued > 0);
}

static enum pkt_progress close_tcp(struct pkt_attempt *a, struct pkt_socket *s)
{
    if (s->linger && s->linger_time == 0 && s->connected) {
        tcp_abort(s->tcb);
    } else if (s->linger && s->connected && a->call->blocks) {
        if (a->tries == 1 && tcp_available(s->tcb) == 0)
            tcp_shutdown(s->tcb);
        if (is_unfinished(s) && a->now - a->began < s->linger_time * SECONDS)
            return PKT_CALL_WAITS;
        if (s->tcb != NULL)
            tcp_close(s->tcb);
    } else {
        tcp_close(s->tcb);
    }
    s->open = false;
    return pkt_done(a, 0);
}

enum pkt_progress pkt_call_close(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (s->tcb != NULL)
        return close_tcp(a, s);
    if (s->udp != NULL)
        udp_close(s->udp);
    s->open = false;
    return pkt_done(a, 0);
}

enum pkt_progress pkt_call_shutdown(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);
    int64_t how = pkt_argument_number(a, 1, PKT_SHUT_RDWR);
    bool early;

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (how < PKT_SHUT_RD || how > PKT_SHUT_RDWR)
        return pkt_refused(a, PKT_EINVAL);
    early = is_bsd(a) && s->connecting; /* it takes effect once there is a connection */
    if ((!s->connected && !early) || (!s->is_udp && s->tcb == NULL))
        return pkt_refused(a, PKT_ENOTCONN);
    s->read_shut = s->read_shut || how != PKT_SHUT_WR;
    s->write_shut = s->write_shut || how != PKT_SHUT_RD;
    if (!s->is_udp && s->read_shut && a->sockets->settings->profile == PKT_LINUX)
        tcp_set_deaf(s->tcb);
    if (!s->is_udp && how != PKT_SHUT_RD && !early)
        tcp_shutdown(s->tcb);
    return pkt_done(a, 0);
}
