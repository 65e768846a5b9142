/*
 * pkt_names.h - the numbers behind the names in system calls.
 *
 * Numbers are Linux's where scripts show them (O_RDWR is 0x02), else our own:
 * a script never sees them.
 */
#ifndef RUNG_TOOLS_PKT_NAMES_H
#define RUNG_TOOLS_PKT_NAMES_H

#include "sim/base.h"

enum {
    PKT_AF_INET = 2,
    PKT_SOCK_STREAM = 1, PKT_SOCK_DGRAM = 2, PKT_SOCK_NONBLOCK = 0x800, PKT_SOCK_CLOEXEC = 0x80000,
    PKT_F_GETFL = 3, PKT_F_SETFL = 4,
    PKT_O_NONBLOCK = 0x800, PKT_O_RDWR = 2,
    PKT_SHUT_RD = 0, PKT_SHUT_WR = 1, PKT_SHUT_RDWR = 2,
    PKT_MSG_OOB = 1, PKT_MSG_PEEK = 2, PKT_MSG_TRUNC = 0x20, PKT_MSG_DONTWAIT = 0x40,
    PKT_MSG_EOR = 0x80, PKT_MSG_WAITALL = 0x100, PKT_MSG_NOSIGNAL = 0x4000, PKT_MSG_MORE = 0x8000,
    PKT_POLLIN = 1, PKT_POLLPRI = 2, PKT_POLLOUT = 4, PKT_POLLERR = 8, PKT_POLLHUP = 0x10,
    PKT_POLLNVAL = 0x20, PKT_POLLRDNORM = 0x40, PKT_POLLRDHUP = 0x2000,
    PKT_SIOCINQ = 0x541b, PKT_SIOCOUTQ = 0x5411, PKT_FIONBIO = 0x5421,
};

/* Levels and names of options: level << 8 | number, in one space. */
enum {
    PKT_SOL_SOCKET = 1, PKT_IPPROTO_IP = 0, PKT_IPPROTO_TCP = 6, PKT_IPPROTO_UDP = 17,
};
enum pkt_socket_option {
    PKT_SO_REUSEADDR = 1001, PKT_SO_REUSEPORT, PKT_SO_ERROR, PKT_SO_RCVBUF, PKT_SO_SNDBUF,
    PKT_SO_LINGER, PKT_SO_KEEPALIVE, PKT_SO_DEBUG, PKT_SO_RCVLOWAT, PKT_SO_OOBINLINE,
    PKT_SO_ACCEPTCONN, PKT_SO_TYPE,
    PKT_TCP_NODELAY, PKT_TCP_MAXSEG, PKT_TCP_CORK, PKT_TCP_USER_TIMEOUT, PKT_TCP_KEEPIDLE,
    PKT_TCP_KEEPINTVL, PKT_TCP_KEEPCNT, PKT_TCP_INFO, PKT_TCP_CONGESTION,
    PKT_TCP_NOOPT,
    PKT_IP_TOS, PKT_IP_TTL, PKT_IP_MTU_DISCOVER, PKT_IP_RECVERR,
};
enum { PKT_IP_PMTUDISC_DONT = 0, PKT_IP_PMTUDISC_WANT = 1, PKT_IP_PMTUDISC_DO = 2 };

/* Errors, as numbers; their names are what scripts write. */
enum pkt_errno {
    PKT_EOK,
    PKT_EAGAIN, PKT_EBADF, PKT_EINVAL, PKT_EPIPE, PKT_ECONNRESET, PKT_ECONNREFUSED, PKT_ETIMEDOUT,
    PKT_EINPROGRESS, PKT_EALREADY, PKT_EISCONN, PKT_ENOTCONN, PKT_EADDRINUSE, PKT_EADDRNOTAVAIL,
    PKT_EHOSTUNREACH, PKT_ENETUNREACH, PKT_ENOPROTOOPT, PKT_EPROTO, PKT_EMSGSIZE, PKT_EDESTADDRREQ,
    PKT_ECONNABORTED, PKT_EOPNOTSUPP, PKT_ENOBUFS, PKT_EFAULT, PKT_EPROTONOSUPPORT,
    PKT_ERRNO_COUNT
};
const char *pkt_errno_name(enum pkt_errno error);
/* Whether a script's NAME is ERROR: EWOULDBLOCK is EAGAIN. */
bool pkt_errno_is(enum pkt_errno error, const char *name);

/* The number that NAME stands for in a system call; false if unknown. */
bool pkt_name_value(const char *name, int64_t *value);
/* A known name that NAME was probably meant to be, as `, did you mean "x"?`. */
const char *pkt_name_hint(const char *name, char *out, size_t size);

#endif
