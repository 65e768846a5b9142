/*
 * tcp_talk.h - a program at one end of a TCP connection.
 *
 * Both ends run the same program, whoever opened the connection; what it does
 * with what it reads is its duty:
 *
 *   sink      tells of each read, and throws the bytes away
 *   echo      sends them back; reads no more than it can send
 *   lines     cuts the stream at each newline, and tells of each line
 *   messages  cuts it where four bytes in front of each message say (`framed`)
 *   reply N   answers each line with N bytes
 *
 * A sink leaves closing to the script, so that CLOSE-WAIT can be seen; the
 * others close when they have seen the end of the stream and answered. What
 * is to be sent comes from tcp_source.h; closing waits until that is written.
 * Everything becomes an APP_TCP_* record whose subject is the connection.
 */
#ifndef RUNG_LAYERS_APP_TCP_TALK_H
#define RUNG_LAYERS_APP_TCP_TALK_H

#include "layers/app/tcp_framing.h"
#include "layers/application.h"
#include "layers/tcp/tcp.h"

enum tcp_role {
    TCP_ROLE_SINK,
    TCP_ROLE_ECHO,
    TCP_ROLE_LINES,
    TCP_ROLE_MESSAGES,
    TCP_ROLE_REPLY,
    TCP_ROLE_NONE, /* of a server: does not accept by itself */
    TCP_ROLES
};

struct tcp_duty {
    enum tcp_role role;
    int64_t reply; /* bytes, TCP_ROLE_REPLY */
};

enum tcp_leaving { TCP_STAYS, TCP_SHUTS_DOWN, TCP_CLOSES };

struct tcp_source;
struct tcp_request;

struct tcp_talk {
    struct application application;
    struct tcb *tcb; /* NULL: over, or given away */
    uint32_t number; /* of the connection */
    struct tcp_duty duty;
    bool established;
    bool reading;       /* reads all that comes, at once */
    int64_t read_limit; /* of one read that is still to be done; 0: none */
    bool at_end;        /* has seen the end of the stream */
    enum tcp_leaving leaving; /* as soon as all is written */
    bool shut;                /* has been told to end sending */
    struct tcp_source *sources; /* what is to be sent, in order */
    struct tcp_request *request; /* waits for a reply, or NULL */
    uint64_t received;
    uint32_t reads;
    struct tcp_framing framing;
};

/* Opens a connection to REMOTE, from port FROM (0: an ephemeral one). NULL,
 * and the reason in the trace, if that cannot be. */
struct tcp_talk *tcp_talk_connect(struct host *host, struct tcp_endpoint remote, uint16_t from,
                                  struct tcp_duty duty);

/* Takes over T, which a listener has accepted. */
void tcp_talk_accept(struct host *host, struct tcb *t, struct tcp_duty duty, bool reading);

/* The newest connection with local or remote port PORT (and remote ADDRESS),
 * where these are not 0; NULL: none that a program still has. */
struct tcp_talk *tcp_talk_find(struct host *host, ipv4 address, uint16_t port);

/* Reads at once from now on, or no more. */
void tcp_talk_set_reading(struct tcp_talk *talk, bool reading);
/* Does one read of at most LIMIT bytes: now, or when something comes. */
void tcp_talk_read(struct tcp_talk *talk, int64_t limit);

/* Ends sending, or all, as soon as what it was told to send is written. */
void tcp_talk_leave(struct tcp_talk *talk, enum tcp_leaving how);
void tcp_talk_abort(struct tcp_talk *talk);

/* Goes on writing, and leaves if it is time to. For the files of app/. */
void tcp_talk_go_on(struct tcp_talk *talk);

/* An APP_TCP_* record about the connection. */
void tcp_talk_tell(const struct tcp_talk *talk, uint16_t what, int64_t a, int64_t b);

#endif
