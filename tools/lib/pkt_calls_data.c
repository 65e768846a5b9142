#include <string.h>

#include "tools/lib/pkt_sockets.h"
#include "tools/lib/pkt_world.h"
#include "tools/lib/text.h"

/* read recv recvfrom recvmsg readv, write send sendto sendmsg writev */

/* ---- Receiving ---- */

static enum pkt_progress receive_udp(struct pkt_attempt *a, struct pkt_socket *s, uint64_t len,
                                     int64_t flags)
{
    uint32_t whole;

    if (s->error != PKT_EOK)
        return pkt_refused(a, pkt_socket_take_error(s));
    if (s->message_count == 0)
        return s->read_shut ? pkt_done(a, 0) : pkt_wait(a, s, flags);
    whole = s->messages[0];
    if ((flags & PKT_MSG_PEEK) == 0)
        memmove(s->messages, s->messages + 1, --s->message_count * sizeof(s->messages[0]));
    return pkt_done(a, (int64_t)(whole < len || (flags & PKT_MSG_TRUNC) != 0 ? whole : len));
}

static void take(struct pkt_socket *s, size_t len)
{
    if (s->tcb != NULL)
        tcp_receive(s->tcb, NULL, len);
    else
        s->left -= len;
}

/* FreeBSD throws away what has come, and what still comes, once reading is shut. */
static void discard_unwanted(struct pkt_socket *s)
{
    if (s->read_shut && s->all->settings->profile == PKT_BSD)
        take(s, pkt_socket_available(s));
}

static enum pkt_progress receive_tcp(struct pkt_attempt *a, struct pkt_socket *s, uint64_t len,
                                     int64_t flags)
{
    bool all = (flags & PKT_MSG_WAITALL) != 0;
    size_t now;

    discard_unwanted(s);
    now = min_size(pkt_socket_available(s), (size_t)(len - a->moved));

    if (s->listening || (s->tcb == NULL && !s->was_connected && s->error == PKT_EOK))
        return pkt_refused(a, PKT_ENOTCONN);
    if ((flags & PKT_MSG_OOB) != 0)
        return pkt_refused(a, PKT_EINVAL); /* urgent data stays in its place: RFC 6093 */
    if (now > 0 && (flags & PKT_MSG_PEEK) == 0)
        take(s, now);
    a->moved += now;
    if (a->moved > 0 && (!all || a->moved == len))
        return pkt_done(a, (int64_t)a->moved);
    if (a->moved > 0 && (s->error != PKT_EOK || pkt_socket_at_end(s)))
        return pkt_done(a, (int64_t)a->moved);
    if (s->error != PKT_EOK)
        return pkt_refused(a, pkt_socket_take_error(s));
    if (len == 0 || pkt_socket_at_end(s))
        return pkt_done(a, 0);
    return pkt_wait(a, s, flags);
}

static enum pkt_progress receive(struct pkt_attempt *a, uint64_t len, int64_t flags)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    return s->is_udp ? receive_udp(a, s, len, flags) : receive_tcp(a, s, len, flags);
}

/* ---- Sending ---- */

static enum pkt_progress send_udp(struct pkt_attempt *a, struct pkt_socket *s, uint64_t len,
                                  const struct pkt_value *to)
{
    static const uint8_t zeros[UDP_PAYLOAD_MAX];
    struct tcp_endpoint remote = { PKT_REMOTE_ADDRESS, 8080 };
    struct udp_endpoint end;

    if (s->error != PKT_EOK)
        return pkt_refused(a, pkt_socket_take_error(s));
    if (s->connected)
        remote = s->remote;
    else if (to == NULL || to->kind == PKT_VALUE_NULL)
        return pkt_refused(a, PKT_EDESTADDRREQ);
    pkt_address(to, &remote);
    if (len > UDP_PAYLOAD_MAX)
        return pkt_refused(a, PKT_EMSGSIZE);
    if (!pkt_socket_open_udp(s))
        return pkt_refused(a, PKT_EAGAIN);
    end = (struct udp_endpoint){ remote.address, remote.port };
    a->sockets->connects++;
    a->sockets->connect_local = s->local;
    a->sockets->connect_remote = remote;
    if (!udp_send(s->udp, end, (struct span){ zeros, (size_t)len }))
        return pkt_refused(a, PKT_EMSGSIZE);
    return pkt_done(a, (int64_t)len);
}

/* What does not fill a segment waits for more where the call says MSG_MORE. */
static void send_zeros(struct pkt_attempt *a, struct pkt_socket *s, uint64_t len, int64_t flags)
{
    static const uint8_t zeros[1 << 16];
    unsigned how = (flags & PKT_MSG_OOB) != 0 ? TCP_SEND_URGENT : 0;
    bool more = (flags & PKT_MSG_MORE) != 0;

    if (more || len - a->moved > sizeof(zeros)) /* one write, though in parts */
        tcp_set_cork(s->tcb, true);
    while (s->tcb != NULL && a->moved < len) {
        size_t part = min_size((size_t)(len - a->moved), sizeof(zeros));
        bool last = part == len - a->moved;
        size_t sent = tcp_send(s->tcb, (struct span){ zeros, part },
                               last ? how | (more ? TCP_SEND_MORE : 0) : TCP_SEND_MORE);

        a->moved += sent;
        if (sent < part)
            break;
    }
    if (s->tcb != NULL && !more && !s->cork)
        tcp_set_cork(s->tcb, false);
}

/* Linux lets a writer sleep until a third of its buffer is free. */
static bool is_worth_waking(const struct pkt_socket *s)
{
    struct tcp_status status;

    if (s->all->settings->profile != PKT_LINUX)
        return true;
    tcp_status(s->tcb, &status);
    return tcp_send_room(s->tcb) >= status.send_queued / 2;
}

static enum pkt_progress send_tcp(struct pkt_attempt *a, struct pkt_socket *s, uint64_t len,
                                  int64_t flags)
{
    bool bsd = a->sockets->settings->profile == PKT_BSD; /* there, EPIPE comes before an error */

    if (s->error != PKT_EOK && a->moved == 0 && !(bsd && s->was_connected))
        return pkt_refused(a, pkt_socket_take_error(s));
    if (s->write_shut || (s->was_connected && s->tcb == NULL))
        return a->moved > 0 ? pkt_done(a, (int64_t)a->moved) : pkt_refused(a, PKT_EPIPE);
    if (s->listening || s->tcb == NULL)
        return pkt_refused(a, a->sockets->settings->profile == PKT_LINUX ? PKT_EPIPE
                                                                         : PKT_ENOTCONN);
    if (s->connecting && bsd)
        return pkt_refused(a, PKT_ENOTCONN);
    if (s->connecting || (a->tries > 1 && !is_worth_waking(s)))
        return pkt_wait(a, s, flags);
    send_zeros(a, s, len, flags);
    if (a->moved == len)
        return pkt_done(a, (int64_t)len);
    if (a->moved > 0 && (s->nonblocking || (flags & PKT_MSG_DONTWAIT) != 0))
        return pkt_done(a, (int64_t)a->moved);
    return pkt_wait(a, s, flags);
}

static enum pkt_progress transmit(struct pkt_attempt *a, uint64_t len, int64_t flags,
                                  const struct pkt_value *to)
{
    struct pkt_socket *s = pkt_argument_socket(a, 0);

    if (s == NULL)
        return pkt_refused(a, PKT_EBADF);
    return s->is_udp ? send_udp(a, s, len, to) : send_tcp(a, s, len, flags);
}

/* ---- The calls ---- */

static uint64_t length_argument(const struct pkt_attempt *a)
{
    return (uint64_t)max_i64(pkt_argument_number(a, 2, 0), 0);
}

enum pkt_progress pkt_call_read(struct pkt_attempt *a)
{
    return receive(a, length_argument(a), 0);
}

enum pkt_progress pkt_call_recv(struct pkt_attempt *a)
{
    return receive(a, length_argument(a), pkt_argument_number(a, 3, 0));
}

enum pkt_progress pkt_call_write(struct pkt_attempt *a)
{
    return transmit(a, length_argument(a), 0, NULL);
}

enum pkt_progress pkt_call_send(struct pkt_attempt *a)
{
    return transmit(a, length_argument(a), pkt_argument_number(a, 3, 0), pkt_argument(a, 4));
}

/* [{..., 1000}, {..., 500}]: 1500. */
static uint64_t vector_length(const struct pkt_value *vector)
{
    uint64_t len = 0;

    if (vector == NULL || vector->kind != PKT_VALUE_LIST)
        return 0;
    for (const struct pkt_value *item = vector->items; item != NULL; item = item->next)
        len += (uint64_t)max_i64(pkt_number(pkt_field(item, "iov_len", 1), 0), 0);
    return len;
}

enum pkt_progress pkt_call_readv(struct pkt_attempt *a)
{
    return receive(a, vector_length(pkt_argument(a, 1)), 0);
}

enum pkt_progress pkt_call_writev(struct pkt_attempt *a)
{
    return transmit(a, vector_length(pkt_argument(a, 1)), 0, NULL);
}

enum pkt_progress pkt_call_recvmsg(struct pkt_attempt *a)
{
    return receive(a, vector_length(pkt_field(pkt_argument(a, 1), "msg_iov", 1)),
                   pkt_argument_number(a, 2, 0));
}

enum pkt_progress pkt_call_sendmsg(struct pkt_attempt *a)
{
    const struct pkt_value *message = pkt_argument(a, 1);

    return transmit(a, vector_length(pkt_field(message, "msg_iov", 1)),
                    pkt_argument_number(a, 2, 0), pkt_field(message, "msg_name", 0));
}
