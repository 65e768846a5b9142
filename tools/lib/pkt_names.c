#include "tools/lib/pkt_names.h"

#include <string.h>

#include "layers/nearest.h"

/* The name as a script writes it and as this file spells it. */
#define NAME(name) { #name, PKT_##name }

static const struct {
    const char *name;
    int64_t value;
} names[] = {
    NAME(AF_INET), { "PF_INET", PKT_AF_INET }, NAME(SOCK_STREAM), NAME(SOCK_DGRAM),
    NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC), NAME(SOL_SOCKET), NAME(IPPROTO_IP),
    { "SOL_IP", PKT_IPPROTO_IP }, NAME(IPPROTO_TCP), { "SOL_TCP", PKT_IPPROTO_TCP },
    NAME(IPPROTO_UDP), NAME(F_GETFL), NAME(F_SETFL), NAME(O_NONBLOCK), NAME(O_RDWR),
    NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR), NAME(MSG_OOB), NAME(MSG_PEEK), NAME(MSG_TRUNC),
    NAME(MSG_DONTWAIT), NAME(MSG_EOR), NAME(MSG_WAITALL), NAME(MSG_NOSIGNAL), NAME(MSG_MORE),
    NAME(POLLIN), NAME(POLLPRI), NAME(POLLOUT), NAME(POLLERR), NAME(POLLHUP), NAME(POLLNVAL),
    NAME(POLLRDNORM), { "POLLWRNORM", PKT_POLLOUT }, NAME(POLLRDHUP),
    NAME(SIOCINQ), { "FIONREAD", PKT_SIOCINQ },
    NAME(SIOCOUTQ), { "FIONWRITE", PKT_SIOCOUTQ }, NAME(FIONBIO), NAME(SO_REUSEADDR),
    NAME(SO_REUSEPORT), NAME(SO_ERROR), NAME(SO_RCVBUF), NAME(SO_SNDBUF), NAME(SO_LINGER),
    NAME(SO_KEEPALIVE), NAME(SO_DEBUG), NAME(SO_RCVLOWAT), NAME(SO_OOBINLINE), NAME(SO_ACCEPTCONN),
    NAME(SO_TYPE), NAME(TCP_NODELAY), NAME(TCP_MAXSEG), NAME(TCP_CORK),
    { "TCP_NOPUSH", PKT_TCP_CORK }, NAME(TCP_USER_TIMEOUT), NAME(TCP_KEEPIDLE), NAME(TCP_KEEPINTVL),
    NAME(TCP_KEEPCNT), NAME(TCP_INFO), NAME(TCP_CONGESTION), NAME(TCP_NOOPT), NAME(IP_TOS),
    NAME(IP_TTL), NAME(IP_MTU_DISCOVER), NAME(IP_RECVERR), NAME(IP_PMTUDISC_DONT),
    NAME(IP_PMTUDISC_WANT), NAME(IP_PMTUDISC_DO),
    { "INADDR_ANY", 0 }, { "INADDR_LOOPBACK", 0x7f000001 },
};

bool pkt_name_value(const char *name, int64_t *value)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i].name, name) == 0) {
            *value = names[i].value;
            return true;
        }
    return false;
}

const char *pkt_name_hint(const char *name, char *out, size_t size)
{
    struct nearest near;

    nearest_begin(&near, name);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        nearest_offer(&near, names[i].name);
    return nearest_clause(&near, out, size);
}

static const char *const errors[PKT_ERRNO_COUNT] = {
    [PKT_EOK] = "no error",
    [PKT_EAGAIN] = "EAGAIN",
    [PKT_EBADF] = "EBADF",
    [PKT_EINVAL] = "EINVAL",
    [PKT_EPIPE] = "EPIPE",
    [PKT_ECONNRESET] = "ECONNRESET",
    [PKT_ECONNREFUSED] = "ECONNREFUSED",
    [PKT_ETIMEDOUT] = "ETIMEDOUT",
    [PKT_EINPROGRESS] = "EINPROGRESS",
    [PKT_EALREADY] = "EALREADY",
    [PKT_EISCONN] = "EISCONN",
    [PKT_ENOTCONN] = "ENOTCONN",
    [PKT_EADDRINUSE] = "EADDRINUSE",
    [PKT_EADDRNOTAVAIL] = "EADDRNOTAVAIL",
    [PKT_EHOSTUNREACH] = "EHOSTUNREACH",
    [PKT_ENETUNREACH] = "ENETUNREACH",
    [PKT_ENOPROTOOPT] = "ENOPROTOOPT",
    [PKT_EPROTO] = "EPROTO",
    [PKT_EMSGSIZE] = "EMSGSIZE",
    [PKT_EDESTADDRREQ] = "EDESTADDRREQ",
    [PKT_ECONNABORTED] = "ECONNABORTED",
    [PKT_EOPNOTSUPP] = "EOPNOTSUPP",
    [PKT_ENOBUFS] = "ENOBUFS",
    [PKT_EFAULT] = "EFAULT",
    [PKT_EPROTONOSUPPORT] = "EPROTONOSUPPORT",
};

const char *pkt_errno_name(enum pkt_errno error)
{
    return errors[error];
}

bool pkt_errno_is(enum pkt_errno error, const char *name)
{
    if (error == PKT_EAGAIN && strcmp(name, "EWOULDBLOCK") == 0)
        return true;
    return strcmp(errors[error], name) == 0;
}
