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
    PKT_TCP_FUNCTION_BLK, PKT_TCP_LOG,
    PKT_IP_TOS, PKT_IP_TTL, PKT_IP_MTU_DISCOVER, PKT_IP_RECVERR,
};
enum { PKT_IP_PMTUDISC_DONT = 0, PKT_IP_PMTUDISC_WANT = 1, PKT_IP_PMTUDISC_DO = 2 };

/* Errors; the numbers are Linux's. */
enum pkt_errno {
    PKT_EOK = 0, PKT_EBADF = 9, PKT_EAGAIN = 11, PKT_EFAULT = 14, PKT_EINVAL = 22, PKT_EPIPE = 32,
    PKT_EPROTO = 71, PKT_EDESTADDRREQ = 89, PKT_EMSGSIZE = 90, PKT_ENOPROTOOPT = 92,
    PKT_EPROTONOSUPPORT = 93, PKT_EOPNOTSUPP = 95, PKT_EADDRINUSE = 98, PKT_EADDRNOTAVAIL = 99,
    PKT_ENETUNREACH = 101, PKT_ECONNABORTED = 103, PKT_ECONNRESET = 104, PKT_ENOBUFS = 105,
    PKT_EISCONN = 106, PKT_ENOTCONN = 107, PKT_ETIMEDOUT = 110, PKT_ECONNREFUSED = 111,
    PKT_EHOSTUNREACH = 113, PKT_EALREADY = 114, PKT_EINPROGRESS = 115,
};
const char *pkt_errno_name(enum pkt_errno error);
/* Whether a script's NAME is ERROR: EWOULDBLOCK is EAGAIN. */
bool pkt_errno_is(enum pkt_errno error, const char *name);

/* The number that NAME stands for in a system call; false if unknown. */
bool pkt_name_value(const char *name, int64_t *value);
/* The same for what TCP_INFO's fields are compared with: TCP_ESTABLISHED,
 * TCP_CA_Open ... (pkt_info.c). */
bool pkt_info_name(const char *name, int64_t *value);
/* A known name that NAME was probably meant to be, as `, did you mean "x"?`. */
const char *pkt_name_hint(const char *name, char *out, size_t size);

#endif
