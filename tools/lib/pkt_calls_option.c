#include <string.h>

#include "tools/lib/pkt_sockets.h"
#include "tools/lib/text.h"

/* getsockopt setsockopt fcntl ioctl */

enum { LEVEL = 1, NAME = 2, VALUE = 3 };

/* ---- setsockopt ---- */

static const struct pkt_value *either_field(const struct pkt_value *value, const char *name,
                                            const char *other, unsigned index)
{
    const struct pkt_value *field = pkt_field(value, name, index);

    return field != NULL ? field : pkt_field(value, other, index);
}

static void set_linger(struct pkt_socket *s, const struct pkt_value *value)
{
    s->linger = pkt_number(either_field(value, "onoff", "l_onoff", 0), 0) != 0;
    s->linger_time = pkt_number(either_field(value, "linger", "l_linger", 1), 0);
}

/* Those that are kept, and told to the TCB when there is one. */
static bool set_kept(struct pkt_socket *s, int64_t name, int64_t value)
{
    switch (name) {
    case PKT_SO_RCVBUF: s->set.receive = max_i64(value, 1); break;
    case PKT_SO_SNDBUF: s->set.send = max_i64(value, 1); break;
    case PKT_SO_KEEPALIVE:
        s->set.keepalive = value != 0;
        s->set.has_keepalive = true;
        break;
    case PKT_TCP_NODELAY:
        s->set.nodelay = value != 0;
        s->set.has_nodelay = true;
        break;
    case PKT_TCP_MAXSEG: s->set.mss = value; break;
    case PKT_TCP_CORK: s->cork = value != 0; break;
    case PKT_TCP_USER_TIMEOUT: s->set.user_timeout = value; break;
    case PKT_TCP_KEEPIDLE: s->set.idle = value; break;
    case PKT_TCP_KEEPINTVL: s->set.interval = value; break;
    case PKT_TCP_KEEPCNT: s->set.probes = value; break;
    case PKT_IP_TOS: s->set.tos = value & 0xfc; break;
    case PKT_IP_RECVERR: s->set.recverr = value != 0; break;
    case PKT_IP_TTL: s->set.ttl = value; break;
    case PKT_IP_MTU_DISCOVER:
        s->set.discover = value;
        s->set.has_discover = true;
        break;
    default: return false;
    }
    return true;
}

/* What has no meaning where there is one connection and no other user. */
static bool is_harmless(int64_t name)
{
    return name == PKT_SO_REUSEADDR || name == PKT_SO_REUSEPORT || name == PKT_SO_DEBUG ||
           name == PKT_SO_OOBINLINE || name == PKT_TCP_CONGESTION || name == PKT_TCP_FUNCTION_BLK ||
           name == PKT_TCP_LOG;
}

static bool is_out_of_range(const struct pkt_socket *s, int64_t name, int64_t value)
{
    bool is_linux = s->all->settings->profile == PKT_LINUX;

    switch (name) {
    case PKT_TCP_MAXSEG: return is_linux ? value < 88 || value > 32767 : value < 1 || value > 65495;
    case PKT_IP_TTL: return value < 1 || value > 255;
    case PKT_TCP_KEEPIDLE:
    case PKT_TCP_KEEPINTVL: return value < 1 || value > 32767;
    case PKT_TCP_KEEPCNT: return value < 1 || value > 127;
    case PKT_TCP_USER_TIMEOUT: return value < 0 || value > INT32_MAX;
    default: return value < INT32_MIN || value > INT32_MAX;
    }
}

/* Linux's scale goes by the largest buffer that there may be: before OPEN a user may
 * say how large that is. */
static void scale_by_buffer(const struct pkt_socket *s)
{
    struct tcp_config *config = &s->all->host->config.tcp;

    if (s->all->settings->profile == PKT_LINUX && s->tcb == NULL && config->window_scale >= 0)
        config->window_scale = -1;
}

enum pkt_progress pkt_call_setsockopt(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);
    int64_t name = pkt_argument_number(a, NAME, -1);
    int64_t value = pkt_argument_number(a, VALUE, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (name == PKT_SO_LINGER) {
        set_linger(s, pkt_argument(a, VALUE));
        return pkt_done(a, 0);
    }
    if (is_out_of_range(s, name, value))
        return pkt_refused(a, PKT_EINVAL);
    if (is_harmless(name))
        return pkt_done(a, 0);
    if (!set_kept(s, name, value))
        return pkt_refused(a, PKT_ENOPROTOOPT);
    if (name == PKT_SO_RCVBUF)
        scale_by_buffer(s);
    pkt_socket_apply(s);
    if (name == PKT_TCP_NODELAY && value != 0)
        pkt_socket_push(s);
    return pkt_done(a, 0);
}

/* ---- getsockopt ---- */

static int64_t get_kept(const struct pkt_socket *s, int64_t name)
{
    const struct tcp_config *config = &s->all->host->config.tcp;
    int64_t twice = s->all->settings->profile == PKT_LINUX ? 2 : 1;

    switch (name) {
    case PKT_SO_RCVBUF: return s->set.receive > 0 ? s->set.receive * twice : config->rcvbuf;
    case PKT_SO_SNDBUF: return s->set.send > 0 ? s->set.send * twice : config->sndbuf;
    case PKT_SO_KEEPALIVE: return s->set.keepalive;
    case PKT_TCP_NODELAY: return s->set.has_nodelay ? s->set.nodelay : config->nagle == 0;
    case PKT_TCP_CORK: return s->cork;
    case PKT_TCP_USER_TIMEOUT: return s->set.user_timeout;
    case PKT_TCP_KEEPIDLE: return s->set.idle > 0 ? s->set.idle : 7200;
    case PKT_TCP_KEEPINTVL: return s->set.interval > 0 ? s->set.interval : 75;
    case PKT_TCP_KEEPCNT: return s->set.probes > 0 ? s->set.probes : config->keepalive_probes;
    case PKT_IP_TOS: return s->set.tos;
    case PKT_IP_TTL: return s->set.ttl > 0 ? s->set.ttl : 64;
    case PKT_IP_MTU_DISCOVER: return s->set.has_discover ? s->set.discover : PKT_IP_PMTUDISC_WANT;
    case PKT_SO_ACCEPTCONN: return s->listening;
    case PKT_SO_TYPE: return s->is_udp ? PKT_SOCK_DGRAM : PKT_SOCK_STREAM;
    case PKT_SO_REUSEADDR:
    case PKT_SO_DEBUG: return 1;
    default: return -1;
    }
}

static int64_t get_mss(const struct pkt_socket *s)
{
    struct tcp_status status;

    if (s->tcb == NULL || s->listening)
        return s->set.mss > 0 ? s->set.mss : 536;
    tcp_status(s->tcb, &status);
    if (status.mss == 0 && s->connecting && s->all->settings->profile == PKT_LINUX)
        return status.advertised_mss - (s->all->host->config.tcp.timestamps != 0 ? 12 : 0);
    if (status.mss == 0)
        return 536;
    /* FreeBSD counts the room for options as well. */
    return status.mss + (s->all->settings->profile == PKT_BSD && status.timestamps ? 12 : 0);
}

static enum pkt_progress compare(struct pkt_attempt *a, const struct pkt_value *want,
                                 const char *name, int64_t got)
{
    int64_t number = pkt_number(want, got);

    if (number == got)
        return pkt_done(a, 0);
    return pkt_wrong(a, _("%s is %lld, not %lld"), name, (long long)got, (long long)number);
}

static enum pkt_progress get_info(struct pkt_attempt *a, const struct pkt_socket *s)
{
    const struct pkt_value *want = pkt_argument(a, VALUE);

    if (want->kind != PKT_VALUE_STRUCT)
        return pkt_done(a, 0);
    for (const struct pkt_value *item = want->items; item != NULL; item = item->next) {
        int64_t value;

        if (item->field == NULL || item->kind == PKT_VALUE_ANY)
            continue;
        if (!pkt_info_value(a->sockets->settings, s->tcb, item->field, &value))
            return pkt_unknown(a, _("TCP_INFO has no %.60s here"), item->field);
        if (compare(a, item, item->field, value) != PKT_CALL_DONE)
            return PKT_CALL_WRONG;
    }
    return pkt_done(a, 0);
}

static enum pkt_progress get_linger(struct pkt_attempt *a, const struct pkt_socket *s)
{
    const struct pkt_value *want = pkt_argument(a, VALUE);

    if (compare(a, either_field(want, "onoff", "l_onoff", 0), "onoff", s->linger) != PKT_CALL_DONE)
        return PKT_CALL_WRONG;
    return compare(a, either_field(want, "linger", "l_linger", 1), "linger", s->linger_time);
}

enum pkt_progress pkt_call_getsockopt(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);
    int64_t name = pkt_argument_number(a, NAME, -1);
    const struct pkt_value *want = pkt_argument(a, VALUE);
    int64_t value;

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    if (want->kind == PKT_VALUE_NULL)
        return pkt_refused(a, PKT_EFAULT);
    if (name == PKT_SO_ERROR)
        return compare(a, want, "SO_ERROR", pkt_socket_take_error(s));
    if (name == PKT_TCP_INFO)
        return get_info(a, s);
    if (name == PKT_SO_LINGER)
        return get_linger(a, s);
    value = name == PKT_TCP_MAXSEG ? get_mss(s) : get_kept(s, name);
    if (value < 0)
        return pkt_refused(a, PKT_ENOPROTOOPT);
    return compare(a, want, pkt_argument(a, NAME)->text, value);
}

/* ---- fcntl, ioctl ---- */

enum pkt_progress pkt_call_fcntl(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    switch (pkt_argument_number(a, 1, -1)) {
    case PKT_F_GETFL: return pkt_done(a, PKT_O_RDWR | (s->nonblocking ? PKT_O_NONBLOCK : 0));
    case PKT_F_SETFL:
        s->nonblocking = (pkt_argument_number(a, 2, 0) & PKT_O_NONBLOCK) != 0;
        return pkt_done(a, 0);
    default: return pkt_refused(a, PKT_EINVAL);
    }
}

static int64_t unsent(const struct pkt_socket *s)
{
    struct tcp_status status;

    if (s->tcb == NULL)
        return 0;
    tcp_status(s->tcb, &status);
    return status.send_queued;
}

enum pkt_progress pkt_call_ioctl(struct pkt_attempt *a)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    switch (pkt_argument_number(a, 1, -1)) {
    case PKT_SIOCINQ:
        if (s->listening)
            return pkt_refused(a, PKT_EINVAL);
        return compare(a, pkt_argument(a, 2), "SIOCINQ", (int64_t)pkt_socket_available(s));
    case PKT_SIOCOUTQ: return compare(a, pkt_argument(a, 2), "SIOCOUTQ", unsent(s));
    case PKT_FIONBIO: s->nonblocking = pkt_argument_number(a, 2, 0) != 0; return pkt_done(a, 0);
    default: return pkt_refused(a, PKT_EINVAL);
    }
}
