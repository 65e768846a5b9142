/*
 * tcp.h - TCP as an application sees it (RFC 9293 3.9.1).
 *
 *   tcp_open --> tcp_connect ------------------> established
 *           \--> tcp_listen --> acceptable --> tcp_accept
 *                                  tcp_send, tcp_receive
 *                                  tcp_shutdown, tcp_close, tcp_abort --> ended
 *
 * No call blocks and no thread exists: a call does what can be done now, and
 * the application is called back (struct tcp_events) when more can be. All
 * calls may be made from inside callbacks, also tcp_close and tcp_abort.
 *
 * LIFE: a struct tcb is the application's from tcp_open or tcp_accept on,
 * until it calls tcp_close or tcp_abort, or until `ended` has been called,
 * whichever comes first. After that it must not be touched; TCP finishes
 * closing alone.
 */
#ifndef RUNG_LAYERS_TCP_TCP_H
#define RUNG_LAYERS_TCP_TCP_H

#include "layers/rule.h"
#include "layers/tcp/tcp_config.h"
#include "layers/wire/address.h"
#include "sim/base.h"
#include "sim/vtime.h"

struct host;
struct tcb;

extern const struct transport_ops tcp_transport;

#define TCP_CONNECTIONS_MAX 65536 /* of a host, listeners counted */
#define TCP_EPHEMERAL_FIRST 49152

struct tcp_endpoint {
    ipv4 address; /* 0: any */
    uint16_t port;
};

/* What the application behind a connection is told. Any may be NULL. */
struct tcp_events {
    /* The connection is ESTABLISHED (an active OPEN has succeeded). */
    void (*established)(struct tcb *t);
    /* A connection waits in the accept queue of listener T. */
    void (*acceptable)(struct tcb *t);
    /* Bytes, or the end of the peer's stream, wait to be received. */
    void (*readable)(struct tcb *t);
    /* The send buffer, which had no room, has some again. */
    void (*writable)(struct tcb *t);
    /* The peer has sent urgent data that is not consumed yet (MUST-32). */
    void (*urgent)(struct tcb *t);
    /* Trouble that may pass (MUST-47, SHLD-25): ICMP's type << 8 | code, or -1 if
     * nothing is acknowledged for long (R1, SHLD-9). */
    void (*soft_error)(struct tcb *t, int type_and_code);
    /* The last call: the connection is over. WHY is TCP_ENDED_CLOSED after a
     * clean close, else what broke it (TCP_ENDED_RESET, TCP_ENDED_TIMEOUT ...). */
    void (*ended)(struct tcb *t, rule_id why);
};

/* Gives HOST its TCP. Set-up time. */
void tcp_attach(struct host *host);

/* ---- OPEN (3.10.1) ---- */

/* A connection in state CLOSED, bound to LOCAL (address 0: any of the host's;
 * port 0: an ephemeral one). NULL if the host is full. EVENTS may be NULL. */
struct tcb *tcp_open(struct host *host, struct tcp_endpoint local, const struct tcp_events *events,
                     void *application);
void *tcp_application(const struct tcb *t);
void tcp_set_application(struct tcb *t, const struct tcp_events *events, void *application);

/* Passive OPEN. BACKLOG: most connections that wait to be accepted, 0: as
 * configured. False if the port is listened to already, or T is in use. */
bool tcp_listen(struct tcb *t, unsigned backlog);

/* Active OPEN. False, and nothing sent, if REMOTE is no host's address
 * (MUST-46), there is no route, or the connection exists already. A listener
 * becomes active by it. */
bool tcp_connect(struct tcb *t, struct tcp_endpoint remote);

/* Takes the oldest connection that waits at listener T; NULL if none does. It
 * has T's events and application until tcp_set_application. */
struct tcb *tcp_accept(struct tcb *t);

/* ---- SEND (3.10.2), RECEIVE (3.10.3) ---- */

#define TCP_SEND_URGENT 1 /* the last byte is urgent (MUST-30, RFC 6093) */
#define TCP_SEND_MORE 2   /* more follows at once: do not push yet */

/* Puts as much of BYTES as fits into the send buffer; returns how much. 0 also
 * if the connection cannot send (any more). Sent once established. */
size_t tcp_send(struct tcb *t, struct span bytes, unsigned flags);

/* How much of it would be taken now: the room in the send buffer, 0 if the
 * connection cannot send (any more). */
size_t tcp_send_room(const struct tcb *t);

/* Moves up to LEN received bytes to OUT (NULL: discards them); returns how
 * many. The window opens as far as the rules let it. */
size_t tcp_receive(struct tcb *t, uint8_t *out, size_t len);

/* Bytes that tcp_receive would give; those behind the first SKIP of them, as
 * many as lie together: a look at all of them may take two pieces. */
size_t tcp_available(const struct tcb *t);
struct span tcp_peek(const struct tcb *t, size_t skip);

/* The peer has finished and all its bytes were received. */
bool tcp_at_end(const struct tcb *t);

/* Bytes up to the end of urgent data, 0: not in urgent mode (MUST-33). */
size_t tcp_urgent_left(const struct tcb *t);

/* ---- CLOSE (3.10.4), ABORT (3.10.5) ---- */

/* No more will be sent; what is buffered still goes, then FIN. Receiving goes
 * on. The connection stays the application's. */
void tcp_shutdown(struct tcb *t);

/* Ends both directions and gives T away. With received bytes unread, or if
 * more arrive, the peer is reset, for they are lost (SHLD-3). */
void tcp_close(struct tcb *t);

/* Resets the connection and gives T away. `ended` is not called. */
void tcp_abort(struct tcb *t);

/* ---- STATUS (3.10.6) and settings of one connection ---- */

/* What the sender believes of the network. */
enum tcp_trouble {
    TCP_TROUBLE_NONE,
    TCP_TROUBLE_DISORDER, /* duplicate ACKs, or SACK shows a hole */
    TCP_TROUBLE_MARKED,   /* cwnd reduced for a mark (ECN) */
    TCP_TROUBLE_RECOVERY,
    TCP_TROUBLE_LOSS,     /* after a timeout */
};

/* What holds sending back; for `ss`, and for "why is it not sending?". */
enum tcp_limit {
    TCP_LIMIT_NOTHING_TO_SEND,
    TCP_LIMIT_CWND,
    TCP_LIMIT_PEER_WINDOW,
    TCP_LIMIT_NAGLE,
    TCP_LIMIT_SILLY_WINDOW,
    TCP_LIMIT_STATE,
    TCP_LIMIT_STOP_AND_WAIT,
    TCP_LIMIT_CORK,
};

enum { TCP_STATUS_TIMERS = 8 };

struct tcp_status {
    uint32_t number; /* the trace's subject */
    int state;       /* STATE_TCP_... */
    struct tcp_endpoint local, remote;
    bool accepted;   /* or not one that waits at a listener */
    /* Of a listener: what waits, of how many. */
    unsigned syn_queue, syn_queue_limit, accept_queue, accept_queue_limit;
    uint32_t send_queued, receive_queued; /* bytes: unacknowledged or unsent; unread */
    /* The sequence spaces of 3.3.1. `end`: one past the last byte that the user
     * gave, or the FIN's number; `read`: the next one for the user; `right`: the
     * edge of the window as the peer knows it. */
    uint32_t iss, irs;
    struct {
        uint32_t una, nxt, end, wl1, wl2;
    } snd;
    struct {
        uint32_t nxt, read, right;
    } rcv;
    enum tcp_limit limit;  /* when it last looked */
    bool closing;          /* the user has closed; FIN follows the last byte */
    uint32_t recover;      /* SND.NXT when the recovery under way began */
    unsigned backoff;      /* timeouts of the oldest segment in a row */
    uint32_t duplicate_acks_now; /* in a row */
    bool nagle, timestamps, sack, scaling, ecn;
    uint32_t send_window, receive_window, mss;
    uint32_t in_flight, cwnd, ssthresh;
    uint32_t advertised_mss; /* what our SYN says or said */
    enum tcp_trouble trouble;
    /* Segments in flight: all; reported by SACK; believed lost; resent. */
    uint32_t unacked, sacked, lost, resent;
    uint32_t duplicate_threshold;
    uint32_t probes;  /* of a closed window, or keep-alives, without an answer */
    uint32_t doublings; /* of the timer that runs */
    uint32_t unsent;  /* bytes */
    uint8_t send_scale, receive_scale;
    vtime rtt_min;    /* 0: none yet */
    vtime last_sent, last_heard; /* text; anything */
    vtime srtt, rttvar, rto; /* srtt 0: not measured yet */
    const char *cc;          /* congestion control's name */
    const char *timer;       /* which runs out next, "" if none */
    vtime timer_due;
    struct {
        uint16_t name; /* enum timer_name; 0: not running */
        vtime due;
    } timers[TCP_STATUS_TIMERS];
    uint64_t bytes_sent, bytes_acked, bytes_retransmitted, bytes_delivered;
    uint32_t segments_sent, segments_received, retransmissions, timeouts, fast_retransmits;
    uint32_t duplicate_acks;
};
void tcp_status(const struct tcb *t, struct tcp_status *status);
uint32_t tcp_number(const struct tcb *t); /* the trace's subject */

/* What was sent and not acknowledged, segment by segment: number INDEX from
 * the oldest. False past the last. */
struct tcp_piece {
    uint32_t seq, len; /* in sequence space: SYN and FIN count */
    vtime at;          /* last sent */
    unsigned times;    /* sent so often */
    bool sacked, lost, resent;
};
bool tcp_status_piece(const struct tcb *t, unsigned index, struct tcp_piece *piece);

/* What arrived too early: run number INDEX, RIGHT being one past its last
 * number. False past the last. */
bool tcp_status_run(const struct tcb *t, unsigned index, uint32_t *left, uint32_t *right);

/* Connection number INDEX of HOST (listeners too), in the order in which they
 * were made; NULL past the last. */
struct tcb *tcp_at(struct host *host, unsigned index);
/* The connection of that number (tcp_number), and the one between LOCAL and
 * REMOTE, which may be closed already; NULL: there is none, or no more. */
struct tcb *tcp_numbered(struct host *host, uint32_t number);
struct tcb *tcp_between(struct host *host, const struct tcp_endpoint *local,
                        const struct tcp_endpoint *remote);
/* The newest connection that is no listener, or of those with local or remote
 * port PORT (and remote address ADDRESS), if not 0; NULL: none. One that has
 * been given away is found too. */
struct tcb *tcp_find(struct host *host, ipv4 address, uint16_t port);
/* The listener of PORT, or NULL. */
struct tcb *tcp_find_listener(struct host *host, uint16_t port);
/* T is the application's still. */
bool tcp_is_owned(const struct tcb *t);

void tcp_set_nagle(struct tcb *t, bool on);          /* MUST-17 */
void tcp_set_keepalive(struct tcb *t, vtime idle);   /* 0: off (MUST-24) */
void tcp_set_user_timeout(struct tcb *t, vtime time); /* 0: none (MUST-21, RFC 5482) */
void tcp_set_keepalive_probes(struct tcb *t, vtime interval, unsigned probes);
/* Its user, who has shut down sending too or will, reads no more: text that comes after
 * our FIN is answered as after CLOSE (SHLD-3). */
void tcp_set_deaf(struct tcb *t);
/* Nothing but full segments goes while ON; what was held back goes then. */
void tcp_set_cork(struct tcb *t, bool on);
/* Bytes of either buffer, 0: as before. Before OPEN the window scale follows
 * the receive buffer; the window that was promised is never taken back. */
void tcp_set_buffers(struct tcb *t, uint32_t receive, uint32_t send);
/* Largest segment that is accepted and sent, as the setting `mss`; 0: that. */
void tcp_set_mss(struct tcb *t, uint32_t mss);
void tcp_set_ttl(struct tcb *t, uint8_t ttl);         /* 0: the host's (MUST-49) */
void tcp_set_path_mtu_discovery(struct tcb *t, bool on);
void tcp_set_tos(struct tcb *t, uint8_t tos);        /* MUST-48, SHLD-21 */
/* IP options for its datagrams; OPTIONS is copied, at most 40 bytes and a
 * multiple of 4. A source route has the gateways in it, the first one first
 * (MUST-51). */
void tcp_set_ip_options(struct tcb *t, struct span options);

/*
 * Who the ends of connection NUMBER were, also after its end: numbers count
 * from 1 within the host and are never used again. False if there is none.
 */
bool tcp_name(const struct host *host, uint32_t number, struct tcp_endpoint *local,
              struct tcp_endpoint *remote);

#endif
