#include "tools/lib/pkt_names.h"

#include <string.h>

#include "layers/nearest.h"

/* The name as a script writes it and as this file spells it. */
#define NAME(name) { #name, PKT_##name }

struct named {
    const char *name;
    int64_t value;
};

static const struct named names[] = {
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
    NAME(TCP_KEEPCNT), NAME(TCP_INFO), NAME(TCP_CONGESTION), NAME(TCP_NOOPT),
    NAME(TCP_FUNCTION_BLK), NAME(TCP_LOG), { "TCP_LOGID", PKT_TCP_LOG }, NAME(IP_TOS),
    NAME(IP_TTL), NAME(IP_MTU_DISCOVER), NAME(IP_RECVERR), NAME(IP_PMTUDISC_DONT),
    NAME(IP_PMTUDISC_WANT), NAME(IP_PMTUDISC_DO),
    { "INADDR_ANY", 0 }, { "INADDR_LOOPBACK", 0x7f000001 },
};

static const struct named errors[] = {
    NAME(EBADF), NAME(EAGAIN), NAME(EFAULT), NAME(EINVAL), NAME(EPIPE), NAME(EPROTO),
    NAME(EDESTADDRREQ), NAME(EMSGSIZE), NAME(ENOPROTOOPT), NAME(EPROTONOSUPPORT),
    NAME(EOPNOTSUPP), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL), NAME(ENETUNREACH),
    NAME(ECONNABORTED), NAME(ECONNRESET), NAME(ENOBUFS), NAME(EISCONN), NAME(ENOTCONN),
    NAME(ETIMEDOUT), NAME(ECONNREFUSED), NAME(EHOSTUNREACH), NAME(EALREADY), NAME(EINPROGRESS),
};

static bool find(const struct named *table, size_t count, const char *name, int64_t *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, name) == 0) {
            *value = table[i].value;
            return true;
        }
    return false;
}

bool pkt_name_value(const char *name, int64_t *value)
{
    return find(names, ARRAY_LEN(names), name, value) ||
           find(errors, ARRAY_LEN(errors), name, value) || pkt_info_name(name, value);
}

const char *pkt_name_hint(const char *name, char *out, size_t size)
{
    struct nearest near;

    nearest_begin(&near, name);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        nearest_offer(&near, names[i].name);
    return nearest_clause(&near, out, size);
}

const char *pkt_errno_name(enum pkt_errno error)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (errors[i].value == (int64_t)error)
            return errors[i].name;
    return "?";
}

bool pkt_errno_is(enum pkt_errno error, const char *name)
{
    if (error == PKT_EAGAIN && strcmp(name, "EWOULDBLOCK") == 0)
        return true;
    return strcmp(pkt_errno_name(error), name) == 0;
}
