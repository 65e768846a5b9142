/*
 * The program on the host that answers: it does what the real peer's program did, when it has
 * read as much, after as long a pause. It looks after each segment that TCP has taken.
 */
#include <string.h>

#include "layers/app/tcp_server.h"
#include "layers/app/tcp_source.h"
#include "layers/app/tcp_talk.h"
#include "layers/state.h"
#include "layers/tcp/tcp_seq.h"
#include "layers/wire/ipv4_header.h"
#include "tools/lib/into_parts.h"

enum { SHARP = 32 }; /* a part of the delay that may be due to chance */

static const struct talk_deed *next_deed(const struct player *p)
{
    return &p->run->deeds[p->next];
}

static const struct talk_end *fed_end(const struct player *p)
{
    return &p->run->talk->end[p->run->as];
}

static const struct talk_end *own_end(const struct player *p)
{
    return &p->run->talk->end[!p->run->as];
}

static struct tcp_talk *talk_of(const struct player *p)
{
    return tcp_talk_find(p->host, p->run->fed_address, fed_end(p)->address.port);
}

/* ---- What can be done now ---- */

/* How much of the deed's causes has come, in numbers behind the fed side's SYN. */
static uint32_t heard(const struct talk_deed *deed)
{
    return (uint32_t)deed->heard + deed->heard_fin;
}

/* It is to be ended, but TCP has not handed it over: the handshake is not done. */
static bool ends_early(const struct player *p)
{
    return next_deed(p)->kind == TALK_ABORTS && talk_of(p) == NULL &&
           tcp_find(p->host, p->run->fed_address, fed_end(p)->address.port) != NULL;
}

/* The segment that shows DEED has an ACK, so its host had the other's SYN. */
static bool follows_syn(const struct player *p, const struct talk_deed *deed)
{
    return (p->run->talk->segments[deed->segment].flags & TCP_ACK) != 0;
}

static bool is_ready(const struct player *p)
{
    const struct talk_deed *deed = next_deed(p);

    switch (deed->kind) {
    case TALK_CONNECTS:
    case TALK_LISTENS:
    case TALK_REFUSES: return true;
    default:
        return seq_ge(p->received, heard(deed)) &&
               ((talk_of(p) != NULL && (p->synchronized || !follows_syn(p, deed))) ||
                ends_early(p));
    }
}

static vtime later(vtime a, vtime b)
{
    return a > b ? a : b;
}

/* When it is to be done, now that it can be. */
static vtime due_time(const struct player *p)
{
    const struct into_run *run = p->run;
    const struct talk_deed *deed = next_deed(p);
    vtime own = later(run->start + deed->at - run->delay, 0), pause;

    if (p->next == 0 || run->times == INTO_KEPT)
        return own;
    if (heard(deed) == heard(deed - 1))
        return p->done_at + (deed->at - deed[-1].at);
    pause = deed->at - deed->heard_at - 2 * run->delay;
    if (pause < run->delay / SHARP) /* the round trip was not shorter than this one's alone */
        pause = 0;
    return later(p->done_at, p->received_at + pause);
}

/* ---- Doing it ---- */

static void content(const void *ctx, uint64_t offset, uint8_t *out, size_t len)
{
    const struct into_run *run = ctx;

    capture_talk_text(run->talk, !run->as, offset, out, len);
}

static void write_text(const struct player *p, struct tcp_talk *talk)
{
    const struct talk_deed *deed = next_deed(p);
    struct tcp_order order;

    memset(&order, 0, sizeof(order)); /* its padding gets into the arena */
    order.size = (int64_t)deed->len;
    order.count = 1;
    order.content = content;
    order.first = deed->offset;
    order.ctx = p->run;
    tcp_source_start(talk, &order);
}

static void do_with_talk(const struct player *p, struct tcp_talk *talk)
{
    const struct talk_deed *deed = next_deed(p);

    switch (deed->kind) {
    case TALK_WRITES: write_text(p, talk); break;
    case TALK_STOPS: tcp_talk_set_reading(talk, false); break;
    case TALK_READS: tcp_talk_read(talk, (int64_t)deed->len); break;
    case TALK_READS_ON: tcp_talk_set_reading(talk, true); break;
    case TALK_SHUTS: tcp_talk_leave(talk, TCP_SHUTS_DOWN); break;
    case TALK_CLOSES: tcp_talk_leave(talk, TCP_CLOSES); break;
    case TALK_ABORTS: tcp_talk_abort(talk); break;
    default: break;
    }
}

static void do_next(struct player *p)
{
    const struct tcp_duty sink = { TCP_ROLE_SINK, 0 };
    const struct tcp_endpoint remote = { p->run->fed_address, fed_end(p)->address.port };
    uint16_t port = own_end(p)->address.port;
    struct tcp_server *server = tcp_server_find(p->host, port);
    struct tcp_talk *talk;

    switch (next_deed(p)->kind) {
    case TALK_CONNECTS: tcp_talk_connect(p->host, remote, port, sink); break;
    case TALK_LISTENS: tcp_server_start(p->host, port, 0, sink); break;
    case TALK_REFUSES: break;
    default:
        talk = talk_of(p);
        if (talk != NULL)
            do_with_talk(p, talk);
        else if (ends_early(p) && server != NULL)
            tcp_server_close(server); /* with whom it has not accepted */
        break;
    }
}

static void go_on(struct player *p)
{
    struct world *world = p->host->node.world;

    while (p->next < p->run->deed_count && (p->due_set || is_ready(p))) {
        if (!p->due_set)
            p->due = later(due_time(p), world->now);
        p->due_set = true;
        if (p->due > world->now) {
            event_arm(&world->queue, &p->alarm, p->due);
            return;
        }
        do_next(p);
        p->done_at = world->now;
        p->due_set = false;
        p->next++;
    }
}

static void alarm_rings(struct world *world, struct event *event)
{
    (void)world;
    go_on(CONTAINER_OF(event, struct player, alarm));
}

/* ---- Looking ---- */

static void look(struct player *p)
{
    struct tcb *t = tcp_find(p->host, p->run->fed_address, fed_end(p)->address.port);
    struct tcp_status status;
    uint32_t received;

    if (t == NULL)
        return;
    tcp_status(t, &status);
    p->synchronized =
        p->synchronized || (status.state != STATE_TCP_SYN_SENT && status.state != STATE_TCP_CLOSED);
    received = status.rcv.nxt - status.irs - 1;
    if (!seq_gt(received, p->received))
        return;
    p->received = received;
    p->received_at = p->host->node.world->now;
}

static void segment_arrives(struct interface *interface, struct packet *packet,
                            const struct ipv4_header *ip)
{
    const struct transport_ops *ops = host_transport(interface->host, ip->protocol);
    struct player *p = CONTAINER_OF(ops, struct player, ops);

    p->real->input(interface, packet, ip);
    look(p);
    go_on(p);
}

void into_play_attach(struct into_run *run, struct host *host)
{
    struct world *world = host->node.world;
    struct player *p = ARENA_NEW(&world->arena, struct player);

    p->run = run;
    p->host = host;
    for (size_t i = 0; i < HOST_TRANSPORTS; i++) {
        const struct transport_ops *real = host->transports[i];

        if (real == NULL || real->protocol != IP_PROTOCOL_TCP)
            continue;
        p->real = real;
        p->ops = *real;
        p->ops.input = segment_arrives;
        host->transports[i] = &p->ops;
        break;
    }
    event_init(&p->alarm, host->node.id, alarm_rings);
    event_arm(&world->queue, &p->alarm, 0);
    run->player = p;
}
