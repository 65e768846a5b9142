/*
 * pkt_sockets.h - sockets, as scripts call them, over layers/tcp and udp.
 *
 *   pkt_call.c          the table of calls, and how they read arguments
 *   pkt_calls_open.c    socket bind listen accept connect close shutdown
 *   pkt_calls_data.c    read recv recvfrom recvmsg ... write send sendto writev
 *   pkt_calls_option.c  getsockopt setsockopt fcntl ioctl
 *   pkt_calls_poll.c    poll
 *   pkt_info.c          what TCP_INFO tells
 *
 * Nothing blocks: a call that cannot be completed yet says that it waits, and
 * is tried again after each event until it is done. Payload is zeros, so that
 * only its length is kept.
 */
#ifndef RUNG_TOOLS_PKT_SOCKETS_H
#define RUNG_TOOLS_PKT_SOCKETS_H

#include "layers/host.h"
#include "layers/tcp/tcp.h"
#include "layers/udp/udp.h"
#include "tools/lib/pkt_names.h"
#include "tools/lib/pkt_profile.h"
#include "tools/lib/pkt_script.h"

enum { PKT_SOCKETS_MAX = 64, PKT_MESSAGES_MAX = 256, PKT_WHY_SIZE = 200 };

struct pkt_socket {
    struct pkt_sockets *all;
    int64_t fd;
    bool open, is_udp;
    bool nonblocking, listening, connecting, connected;
    bool was_connected; /* it ended: reads give what is left, then 0 */
    bool told;          /* connect has said that it succeeded */
    bool read_shut, write_shut;
    bool cork, linger;
    int64_t linger_time; /* seconds */
    enum pkt_errno error, soft_error;
    size_t left; /* bytes that were unread when the connection ended */
    struct tcp_endpoint local, remote;
    struct tcb *tcb;         /* NULL before OPEN and after the end */
    struct udp_socket *udp;
    uint32_t messages[PKT_MESSAGES_MAX]; /* UDP: lengths of what waits */
    unsigned message_count;
    /* What setsockopt was told, for when there is a TCB. */
    struct {
        int64_t receive, send, mss, tos, ttl, user_timeout, idle, interval, probes, discover;
        bool nodelay, has_nodelay, keepalive, has_keepalive, has_discover, recverr;
    } set;
};

struct pkt_sockets {
    struct host *host;
    const struct pkt_settings *settings;
    struct pkt_socket at[PKT_SOCKETS_MAX];
    /* For the runner: the port last bound to, and the last connect. */
    uint16_t bound_port;
    bool bound_udp;
    unsigned connects;
    struct tcp_endpoint connect_local, connect_remote;
    /* A call on S may go on: called from inside of TCP (profile strict only). NULL: no. */
    void (*wake)(struct pkt_socket *s, void *ctx);
    void *wake_ctx;
};

void pkt_sockets_begin(struct pkt_sockets *sockets, struct host *host,
                       const struct pkt_settings *settings);
struct pkt_socket *pkt_socket_find(struct pkt_sockets *sockets, int64_t fd);
/* A new one, or NULL; its number is FD. */
struct pkt_socket *pkt_socket_new(struct pkt_sockets *sockets, int64_t fd, bool is_udp);
/* Gives S, which has none yet, its TCB, set as S was told. False: no room. */
bool pkt_socket_open_tcp(struct pkt_socket *s);
/* T, just accepted, becomes S's. */
void pkt_socket_adopt(struct pkt_socket *s, struct tcb *t);
/* S gets a port if it has none (UDP). False: taken. */
bool pkt_socket_open_udp(struct pkt_socket *s);
void pkt_socket_apply(struct pkt_socket *s);
/* What S's cork holds goes, though the cork stays: Linux's TCP_NODELAY. */
void pkt_socket_push(struct pkt_socket *s);
/* Bytes that a read would give. */
size_t pkt_socket_available(const struct pkt_socket *s);
/* The peer has finished, or the connection is over. */
bool pkt_socket_at_end(const struct pkt_socket *s);
/* Takes the pending error. */
enum pkt_errno pkt_socket_take_error(struct pkt_socket *s);

/* ---- A call ---- */

enum pkt_progress {
    PKT_CALL_DONE,
    PKT_CALL_WAITS,   /* try again later */
    PKT_CALL_UNKNOWN, /* a call, name or argument that is not known: WHY */
    PKT_CALL_WRONG,   /* what it gave back is not what the script says: WHY */
};

struct pkt_attempt {
    struct pkt_sockets *sockets;
    const struct pkt_call *call;
    vtime now, began;
    unsigned tries;
    int64_t result; /* as the system would: -1 on errors */
    enum pkt_errno error;
    uint64_t moved; /* bytes so far */
    char why[PKT_WHY_SIZE];
};

typedef enum pkt_progress pkt_call_fn(struct pkt_attempt *a);

/* Tries CALL once (again). */
enum pkt_progress pkt_call_try(struct pkt_attempt *a);

/* ---- For the files of calls ---- */

enum pkt_progress pkt_done(struct pkt_attempt *a, int64_t result);
enum pkt_progress pkt_refused(struct pkt_attempt *a, enum pkt_errno error);
enum pkt_progress pkt_unknown(struct pkt_attempt *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum pkt_progress pkt_wrong(struct pkt_attempt *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Waits, or EAGAIN where S does not block or FLAGS say so. */
enum pkt_progress pkt_wait(struct pkt_attempt *a, const struct pkt_socket *s, int64_t flags);

/* Argument INDEX, or NULL; its number (of a list: of its first item), or OTHERWISE if
 * the script leaves it open. */
const struct pkt_value *pkt_argument(const struct pkt_attempt *a, unsigned index);
int64_t pkt_number(const struct pkt_value *value, int64_t otherwise);
int64_t pkt_argument_number(const struct pkt_attempt *a, unsigned index, int64_t otherwise);
struct pkt_socket *pkt_argument_socket(const struct pkt_attempt *a, unsigned index);
/* The item of a struct by its name, or else by its place. */
const struct pkt_value *pkt_field(const struct pkt_value *value, const char *name,
                                  unsigned index);
/* {sa_family=AF_INET, sin_port=htons(P), sin_addr=inet_addr("A")}: what it says. */
void pkt_address(const struct pkt_value *value, struct tcp_endpoint *endpoint);

pkt_call_fn pkt_call_socket, pkt_call_bind, pkt_call_listen, pkt_call_accept, pkt_call_connect,
    pkt_call_close, pkt_call_shutdown;
pkt_call_fn pkt_call_read, pkt_call_recv, pkt_call_recvmsg, pkt_call_readv, pkt_call_write,
    pkt_call_send, pkt_call_sendmsg, pkt_call_writev;
pkt_call_fn pkt_call_getsockopt, pkt_call_setsockopt, pkt_call_fcntl, pkt_call_ioctl;
pkt_call_fn pkt_call_poll;

/* ---- TCP_INFO ---- */

/* Field NAME ("tcpi_snd_cwnd") of T, NULL: closed. False: there is none. */
bool pkt_info_value(const struct pkt_settings *settings, const struct tcb *t, const char *name,
                    int64_t *value);

/* STATE_TCP_... as scripts call it: "TCP_ESTABLISHED". */
const char *pkt_info_state(int state);

#endif
