#include "tests/support/tcp_world.h"

#include <string.h>

#include "sim/hash.h"

/* The programs at the ends of the conversations. */

enum { CHUNK = 4096 };

/* The bytes that END of a talk writes, from OFFSET on: a function of nothing else. */
static void fill(const struct program *p, unsigned end, uint64_t offset, uint8_t *out, size_t len)
{
    uint64_t key = hash_mix((uint64_t)p->town->plan->seed << 32 | p->talk << 24 | end << 16);
    uint64_t word = 0;

    for (size_t i = 0; i < len; i++) {
        uint64_t at = offset + i;

        if (i == 0 || (at & 7) == 0)
            word = hash_mix(key ^ (at >> 3));
        out[i] = (uint8_t)(word >> (at & 7) * 8);
    }
}

static void arm(struct program *p, struct event *event, vtime after)
{
    struct world *world = p->host->node.world;

    event_arm(&world->queue, event, world->now + after);
}

/* No timer of it may go off any more. */
static void over(struct program *p)
{
    struct event_queue *queue = &p->host->node.world->queue;

    p->t = NULL;
    event_disarm(queue, &p->write);
    event_disarm(queue, &p->read_next);
    event_disarm(queue, &p->kill);
}

/* ---- Writing ---- */

/* How much the next write offers: a function of which write it is. */
static size_t next_piece(const struct program *p)
{
    uint64_t luck = hash_add(p->town->plan->seed * 64 + p->talk * 2 + p->end, p->writes);
    uint64_t left = p->side->bytes - p->written;
    uint64_t piece = 1 + luck % p->side->piece;

    return (size_t)(piece < left ? piece : left);
}

static unsigned flags_of_write(const struct program *p, size_t len)
{
    bool urgent = p->side->urgent_every > 0 && (p->writes + 1) % p->side->urgent_every == 0;
    bool more = p->writes % 5 == 3 && p->written + len < p->side->bytes;

    return (urgent ? TCP_SEND_URGENT : 0) | (more ? TCP_SEND_MORE : 0);
}

/* One write of up to a piece. False if there was no room for all of it. */
static bool write_piece(struct program *p)
{
    uint8_t bytes[CHUNK];
    size_t len = min_size(next_piece(p), sizeof(bytes));
    unsigned flags = flags_of_write(p, len);
    size_t taken, offered;

    /* One byte more than fits shows, too, that the buffer is full. */
    offered = min_size(len, tcp_send_room(p->t) + 1);
    fill(p, p->end, p->written, bytes, offered);
    taken = tcp_send(p->t, (struct span){ bytes, offered }, flags);
    p->written += taken;
    if (taken > 0)
        p->writes++;
    if (taken > 0 && (flags & TCP_SEND_URGENT) != 0)
        p->urgent_to = p->written;
    return taken == len;
}

static bool may_write(const struct program *p)
{
    return p->t != NULL && !p->shut && p->written < p->side->bytes &&
           (p->established || p->side->early) && (!p->side->answers || p->at_end);
}

static void end_stream(struct program *p);

static void go_on_writing(struct program *p)
{
    while (may_write(p) && !event_is_armed(&p->write)) {
        bool all = write_piece(p);

        if (p->side->write_pause > 0 && p->written < p->side->bytes)
            arm(p, &p->write, p->side->write_pause);
        if (!all)
            break;
    }
    end_stream(p);
}

static void leave_if_done(struct program *p)
{
    struct tcb *t = p->t;

    if (t == NULL || !p->shut || !p->at_end || p->side->waits)
        return;
    over(p);
    p->left = true;
    tcp_close(t);
}

static void end_stream(struct program *p)
{
    /* A connection that is still opening would end with this: 3.10.4. */
    if (p->t == NULL || p->shut || p->written < p->side->bytes || !p->established ||
        ((p->side->answers || p->side->lingers) && !p->at_end))
        return;
    p->shut = true;
    tcp_shutdown(p->t);
    leave_if_done(p);
}

/* ---- Reading ---- */

static void check_bytes(struct program *p, const uint8_t *bytes, size_t len)
{
    uint8_t want[CHUNK];

    fill(p, !p->end, p->read, want, len);
    for (size_t i = 0; i < len && p->wrong_at == 0; i++)
        if (bytes[i] != want[i])
            p->wrong_at = p->read + i + 1;
    p->hash = hash_add(p->hash, (uint64_t)p->host->node.world->now);
    p->hash = hash_bytes(p->hash, bytes, len);
    p->read += len;
}

static size_t read_some(struct program *p, size_t most)
{
    uint8_t bytes[CHUNK];
    size_t total = 0, len;

    do {
        len = tcp_receive(p->t, bytes, min_size(sizeof(bytes), most - total));
        check_bytes(p, bytes, len);
        total += len;
    } while (len > 0 && total < most);
    return total;
}

static void go_on_reading(struct program *p)
{
    if (p->t == NULL || !p->reading || event_is_armed(&p->read_next))
        return;
    if (p->side->read_piece == 0) {
        read_some(p, SIZE_MAX);
    } else if (read_some(p, p->side->read_piece) > 0 && p->side->read_pause > 0) {
        arm(p, &p->read_next, p->side->read_pause);
    }
    if (p->t != NULL && tcp_at_end(p->t) && !p->at_end) {
        p->at_end = true;
        p->hash = hash_add(p->hash, UINT64_MAX);
        go_on_writing(p);
    }
    leave_if_done(p);
}

/* ---- What happens to it ---- */

static void established(struct tcb *t)
{
    struct program *p = tcp_application(t);

    p->established = true;
    go_on_writing(p);
}

static void readable(struct tcb *t)
{
    go_on_reading(tcp_application(t));
}

static void writable(struct tcb *t)
{
    go_on_writing(tcp_application(t));
}

static void urgent(struct tcb *t)
{
    struct program *p = tcp_application(t);

    p->urgent_told++;
}

static void ended(struct tcb *t, rule_id why)
{
    struct program *p = tcp_application(t);

    ASSERT(p->t == t);
    p->at_end |= why == RULE_TCP_ENDED_CLOSED && tcp_at_end(t);
    p->ended = why;
    over(p);
}

static const struct tcp_events events = {
    .established = established,
    .readable = readable,
    .writable = writable,
    .urgent = urgent,
    .ended = ended,
};

static void write_timer(struct world *world, struct event *event)
{
    (void)world;
    go_on_writing(CONTAINER_OF(event, struct program, write));
}

static void read_timer(struct world *world, struct event *event)
{
    struct program *p = CONTAINER_OF(event, struct program, read_next);

    (void)world;
    p->reading = true;
    go_on_reading(p);
}

static void kill_timer(struct world *world, struct event *event)
{
    struct program *p = CONTAINER_OF(event, struct program, kill);
    struct tcb *t = p->t;

    (void)world;
    if (t == NULL)
        return;
    over(p);
    p->cut_short = true;
    if (p->side->abort_at > 0)
        tcp_abort(t);
    else
        tcp_close(t);
}

/* T is its connection from now on. */
static void take(struct program *p, struct tcb *t)
{
    struct tcp_status status;
    vtime kill = p->side->abort_at > 0 ? p->side->abort_at : p->side->close_at;

    tcp_status(t, &status);
    p->t = t;
    p->number = status.number;
    p->began = true;
    p->reading = p->side->read_from == 0;
    if (!p->reading)
        arm(p, &p->read_next, p->side->read_from);
    if (kill > 0)
        arm(p, &p->kill, kill);
}

/* ---- The client; both ends of a crossed opening ---- */

static void begin_timer(struct world *world, struct event *event)
{
    struct program *p = CONTAINER_OF(event, struct program, begin);
    const struct plan_talk *talk = &p->town->plan->talk[p->talk];
    struct host *other = p->town->hosts[p->end == 0 ? talk->server : talk->client];
    uint16_t client = (uint16_t)(PLAN_CLIENT_PORT + p->talk);
    uint16_t crossed = (uint16_t)(PLAN_CROSSED_PORT + p->talk);
    struct tcp_endpoint local = { 0, p->end == 0 ? client : crossed };
    struct tcp_endpoint remote = { other->interfaces[0].address,
                                   p->end == 1 ? client : PLAN_LISTEN_PORT };
    struct tcb *t = tcp_open(p->host, local, &events, p);

    (void)world;
    ASSERT(t != NULL);
    if (talk->opening != PLAN_TO_LISTENER && p->end == 0)
        remote.port = crossed; /* where nobody listens */
    take(p, t);
    if (!tcp_connect(t, remote)) {
        over(p);
        p->cut_short = true;
        tcp_abort(t);
        return;
    }
    go_on_writing(p);
}

/* ---- The server ---- */

/* Whose connection this is. Old duplicates may bring one to life again where
 * initial sequence numbers are always the same: that is nobody's. */
static struct program *program_for(struct server *server, struct tcb *t)
{
    const struct tcp_plan *plan = server->town->plan;
    struct tcp_status status;
    unsigned talk;

    tcp_status(t, &status);
    talk = status.remote.port - (unsigned)PLAN_CLIENT_PORT;
    ASSERT(talk < plan->talks &&
           server->town->hosts[plan->talk[talk].client]->interfaces[0].address ==
               status.remote.address);
    return server->town->programs[talk][1].began ? NULL : &server->town->programs[talk][1];
}

/* Takes one that waits. False if none does. */
static bool accept_one(struct server *server)
{
    struct tcb *t = tcp_accept(server->t);
    struct program *p;

    if (t == NULL)
        return false;
    p = program_for(server, t);
    if (p == NULL) {
        server->ghosts++;
        tcp_abort(t);
        return true;
    }
    take(p, t);
    p->established = true;
    tcp_set_application(t, &events, p);
    go_on_writing(p);
    return true;
}

static void acceptable(struct tcb *t)
{
    struct server *server = tcp_application(t);
    struct world *world = server->town->hosts[0]->node.world;

    if (server->pause == 0)
        while (accept_one(server))
            continue;
    else if (!event_is_armed(&server->accept))
        event_arm(&world->queue, &server->accept, world->now + server->pause);
}

static void accept_timer(struct world *world, struct event *event)
{
    struct server *server = CONTAINER_OF(event, struct server, accept);

    if (accept_one(server))
        event_arm(&world->queue, &server->accept, world->now + server->pause);
}

static const struct tcp_events listener_events = { .acceptable = acceptable };

void server_listen(struct tcp_town *town, unsigned host)
{
    struct server *server = &town->servers[host];
    struct tcp_endpoint local = { 0, PLAN_LISTEN_PORT };

    server->town = town;
    server->pause = town->plan->accept_pause[host];
    event_init(&server->accept, town->hosts[host]->node.id, accept_timer);
    server->t = tcp_open(town->hosts[host], local, &listener_events, server);
    ASSERT(server->t != NULL && tcp_listen(server->t, 0));
}

void program_init(struct tcp_town *town, unsigned talk, unsigned end)
{
    struct program *p = &town->programs[talk][end];
    const struct plan_talk *plan = &town->plan->talk[talk];

    p->town = town;
    p->talk = talk;
    p->end = end;
    p->side = &plan->side[end];
    p->host = town->hosts[end == 0 ? plan->client : plan->server];
    event_init(&p->begin, p->host->node.id, begin_timer);
    event_init(&p->write, p->host->node.id, write_timer);
    event_init(&p->read_next, p->host->node.id, read_timer);
    event_init(&p->kill, p->host->node.id, kill_timer);
    if (end == 0 || plan->opening == PLAN_CROSSED)
        event_arm(&p->host->node.world->queue, &p->begin, plan->at);
}
