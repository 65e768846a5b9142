#include "layers/app/tcp_talk.h"

#include "layers/app/tcp_request.h"
#include "layers/app/tcp_source.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"

#include <string.h>

static void talk_stop(struct application *application);

static const struct application_ops talk_ops = { "tcp", talk_stop };

static void talk_stop(struct application *application)
{
    tcp_talk_abort(CONTAINER_OF(application, struct tcp_talk, application));
}

void tcp_talk_tell(const struct tcp_talk *talk, uint16_t what, int64_t a, int64_t b)
{
    node_app(&talk->application.host->node, what, talk->number, a, b);
}

/* ---- The end ---- */

/* The connection is no more the program's. */
static void let_go(struct tcp_talk *talk)
{
    talk->tcb = NULL;
    tcp_source_end_all(talk);
    tcp_request_end(talk);
    talk->application.ended = true;
}

static void leave_now(struct tcp_talk *talk)
{
    struct tcb *t = talk->tcb;

    if (talk->leaving == TCP_SHUTS_DOWN) {
        talk->leaving = TCP_STAYS;
        talk->shut = true;
        tcp_talk_tell(talk, APP_TCP_SHUT_DOWN, 0, 0);
        tcp_shutdown(t);
        return;
    }
    tcp_talk_tell(talk, APP_TCP_CLOSED, 0, 0);
    let_go(talk);
    tcp_close(t);
}

void tcp_talk_go_on(struct tcp_talk *talk)
{
    bool room = talk->tcb != NULL && tcp_source_write(talk);

    if (room && talk->leaving != TCP_STAYS && talk->sources == NULL)
        leave_now(talk);
}

void tcp_talk_leave(struct tcp_talk *talk, enum tcp_leaving how)
{
    talk->leaving = how;
    tcp_talk_go_on(talk);
}

void tcp_talk_abort(struct tcp_talk *talk)
{
    struct tcb *t = talk->tcb;

    if (t == NULL)
        return;
    tcp_talk_tell(talk, APP_TCP_ABORTED, 0, 0);
    let_go(talk);
    tcp_abort(t);
}

/* ---- What the program does with the bytes ---- */

static void tell_message(void *ctx, uint32_t length, struct span start)
{
    struct tcp_talk *talk = ctx;
    struct tcp_order order = { .size = talk->duty.reply, .count = 1 };

    if (talk->duty.role != TCP_ROLE_REPLY)
        tcp_talk_tell(talk, APP_TCP_MESSAGE, length, rule_text_of(start, length));
    else if (talk->tcb != NULL)
        tcp_source_start(talk, &order);
}

static bool has_framing(const struct tcp_talk *talk)
{
    return talk->duty.role == TCP_ROLE_LINES || talk->duty.role == TCP_ROLE_MESSAGES ||
           talk->duty.role == TCP_ROLE_REPLY;
}

/* Consumes WANT bytes, all of which are there. They may lie in two pieces, but
 * it is one read: TCP is to offer one window for it. */
static void consume(struct tcp_talk *talk, size_t want)
{
    for (size_t seen = 0; has_framing(talk) && seen < want && talk->tcb != NULL;) {
        struct span piece = tcp_peek(talk->tcb, seen);

        piece.len = min_size(piece.len, want - seen);
        ASSERT(piece.len > 0);
        tcp_framing_take(&talk->framing, piece, tell_message, talk);
        seen += piece.len;
    }
    if (talk->tcb != NULL)
        tcp_receive(talk->tcb, NULL, want);
}

/* Tells of a read of LEN bytes, whose first characters may lie in two pieces. */
static void tell_read(struct tcp_talk *talk, size_t len)
{
    uint8_t start[RULE_TEXT_MAX];
    size_t have = 0, want = min_size(len, sizeof(start));

    while (have < want) {
        struct span piece = tcp_peek(talk->tcb, have);

        piece.len = min_size(piece.len, want - have);
        memcpy(start + have, piece.at, piece.len);
        have += piece.len;
    }
    talk->received += len;
    talk->reads++;
    tcp_talk_tell(talk, APP_TCP_RECEIVED, (int64_t)len,
                  rule_text_of((struct span){ start, have }, len));
}

/* One read of at most LIMIT bytes. */
static void read_once(struct tcp_talk *talk, size_t limit)
{
    size_t len = min_size(tcp_available(talk->tcb), limit);

    tell_read(talk, len);
    consume(talk, len);
    if (talk->request != NULL)
        tcp_request_received(talk, len);
}

/* Moves what has come to the send buffer. All of it is offered, so that TCP
 * knows to tell when there is room for more. */
static void send_back(struct tcp_talk *talk)
{
    size_t sent = 0, left;
    bool full = false;

    while (!full && talk->tcb != NULL && (left = tcp_available(talk->tcb) - sent) > 0) {
        struct span piece = tcp_peek(talk->tcb, sent);
        size_t took = tcp_send(talk->tcb, piece, piece.len < left ? TCP_SEND_MORE : 0);

        full = took < piece.len;
        sent += took;
    }
    if (talk->tcb != NULL)
        tcp_receive(talk->tcb, NULL, sent);
}

static void echo(struct tcp_talk *talk)
{
    size_t len = min_size(tcp_available(talk->tcb), tcp_send_room(talk->tcb));

    if (tcp_available(talk->tcb) == 0 || talk->shut)
        return;
    if (len > 0) {
        tell_read(talk, len);
        tcp_talk_tell(talk, APP_TCP_SENT, (int64_t)len, 0);
    }
    send_back(talk);
}

static void see_end(struct tcp_talk *talk)
{
    if (talk->at_end)
        return;
    talk->at_end = true;
    tcp_talk_tell(talk, APP_TCP_END_OF_STREAM, (int64_t)talk->received, talk->reads);
    if (has_framing(talk) && tcp_framing_pending(&talk->framing) > 0)
        tcp_talk_tell(talk, APP_TCP_MESSAGE_CUT, tcp_framing_pending(&talk->framing), 0);
    if (talk->duty.role != TCP_ROLE_SINK)
        tcp_talk_leave(talk, TCP_CLOSES);
}

/* Reads what it may; then perhaps there is no more. */
static void take_in(struct tcp_talk *talk)
{
    if (talk->duty.role == TCP_ROLE_ECHO && talk->reading) {
        echo(talk);
    } else if (tcp_available(talk->tcb) > 0 && (talk->reading || talk->read_limit > 0)) {
        size_t limit = talk->reading ? SIZE_MAX : (size_t)talk->read_limit;

        talk->read_limit = 0;
        read_once(talk, limit);
    }
    if (talk->tcb != NULL && tcp_at_end(talk->tcb) && (talk->reading || talk->read_limit > 0)) {
        talk->read_limit = 0;
        see_end(talk);
    }
}

/* ---- What TCP tells ---- */

static void on_established(struct tcb *t)
{
    struct tcp_talk *talk = tcp_application(t);
    struct tcp_status status;

    tcp_status(t, &status);
    talk->established = true;
    tcp_talk_tell(talk, APP_TCP_ESTABLISHED, status.remote.address, status.remote.port);
    tcp_talk_go_on(talk);
}

static void on_readable(struct tcb *t)
{
    take_in(tcp_application(t));
}

static void on_writable(struct tcb *t)
{
    struct tcp_talk *talk = tcp_application(t);

    tcp_talk_go_on(talk);
    if (talk->tcb != NULL && talk->duty.role == TCP_ROLE_ECHO)
        take_in(talk);
}

static void on_soft_error(struct tcb *t, int type_and_code)
{
    struct tcp_talk *talk = tcp_application(t);

    if (type_and_code < 0)
        tcp_talk_tell(talk, APP_TCP_NO_ANSWER, 0, 0);
    else
        tcp_talk_tell(talk, APP_TCP_SOFT_ERROR, type_and_code, 0);
}

static void on_urgent(struct tcb *t)
{
    tcp_talk_tell(tcp_application(t), APP_TCP_URGENT, (int64_t)tcp_urgent_left(t), 0);
}

static void on_ended(struct tcb *t, rule_id why)
{
    struct tcp_talk *talk = tcp_application(t);

    tcp_talk_tell(talk, talk->established ? APP_TCP_ENDED : APP_TCP_NOT_CONNECTED, why, 0);
    let_go(talk);
}

static const struct tcp_events talk_events = {
    .established = on_established,
    .readable = on_readable,
    .writable = on_writable,
    .urgent = on_urgent,
    .soft_error = on_soft_error,
    .ended = on_ended,
};

/* ---- Beginning ---- */

static struct tcp_talk *talk_new(struct host *host, struct tcb *t, struct tcp_duty duty)
{
    struct application *application = application_new(host, &talk_ops, sizeof(struct tcp_talk));
    struct tcp_talk *talk = CONTAINER_OF(application, struct tcp_talk, application);
    struct application kept = *application;
    struct tcp_status status;

    memset(talk, 0, sizeof(*talk));
    talk->application = kept;
    tcp_status(t, &status);
    talk->tcb = t;
    talk->number = status.number;
    talk->duty = duty;
    talk->reading = !host->reads_later;
    talk->framing.kind =
        duty.role == TCP_ROLE_MESSAGES ? TCP_FRAMING_LENGTHS : TCP_FRAMING_LINES;
    tcp_set_application(t, &talk_events, talk);
    return talk;
}

struct tcp_talk *tcp_talk_connect(struct host *host, struct tcp_endpoint remote, uint16_t from,
                                  struct tcp_duty duty)
{
    struct tcb *t = tcp_open(host, (struct tcp_endpoint){ IPV4_ANY, from }, NULL, NULL);
    struct tcp_talk *talk;

    if (t == NULL) {
        WHY(&host->node, RULE_APP_TCP_FULL, 0, 0);
        return NULL;
    }
    talk = talk_new(host, t, duty);
    if (tcp_connect(t, remote))
        return talk;
    WHY(&host->node, RULE_APP_CANNOT_CONNECT, remote.address, remote.port);
    let_go(talk);
    tcp_abort(t);
    return NULL;
}

void tcp_talk_accept(struct host *host, struct tcb *t, struct tcp_duty duty, bool reading)
{
    struct tcp_talk *talk = talk_new(host, t, duty);
    struct tcp_status status;

    tcp_status(t, &status);
    talk->established = true;
    talk->reading = reading;
    tcp_talk_tell(talk, APP_TCP_ACCEPTED, status.remote.address, status.remote.port);
    take_in(talk);
}

/* ---- Orders ---- */

static bool is_meant(const struct tcp_talk *talk, ipv4 address, uint16_t port)
{
    struct tcp_status status;

    if (talk->tcb == NULL)
        return false;
    tcp_status(talk->tcb, &status);
    if (address != 0)
        return status.remote.address == address && status.remote.port == port;
    return port == 0 || status.local.port == port || status.remote.port == port;
}

struct tcp_talk *tcp_talk_find(struct host *host, ipv4 address, uint16_t port)
{
    struct tcp_talk *found = NULL;

    for (struct application *a = host->applications; a != NULL; a = a->next) {
        struct tcp_talk *talk = CONTAINER_OF(a, struct tcp_talk, application);

        if (a->ops != &talk_ops || a->ended || !is_meant(talk, address, port))
            continue;
        if (found == NULL || a->started > found->application.started)
            found = talk;
    }
    return found;
}

void tcp_talk_set_reading(struct tcp_talk *talk, bool reading)
{
    talk->reading = reading;
    talk->read_limit = 0;
    if (reading)
        take_in(talk);
}

void tcp_talk_read(struct tcp_talk *talk, int64_t limit)
{
    talk->read_limit = limit;
    take_in(talk);
}
