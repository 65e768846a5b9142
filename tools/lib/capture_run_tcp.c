#include "tools/lib/capture_run_parts.h"

#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/state.h"
#include "sim/hash.h"

enum {
    SAVE_EVERY = 512, /* frames of a connection */
    TABLE_FIRST = 256,
    OLDER_MAX = 4, /* connections between the same ends that a late SYN may be of */
};

static struct capture_connection *connection_at(const struct capture_run *run, uint32_t index)
{
    return (struct capture_connection *)run->connections.items + index;
}

/* ---- Finding ---- */

/* The same for both directions. */
static uint64_t hash_ends(ipv4 a, uint16_t a_port, ipv4 b, uint16_t b_port)
{
    return hash_mix(hash_mix((uint64_t)a << 16 | a_port) + hash_mix((uint64_t)b << 16 | b_port));
}

static bool is_end(const struct tcp_inferred *end, ipv4 address, uint16_t port)
{
    return end->address == address && end->port == port;
}

/* The side of C that sends from A to B; -1: neither. */
static int sender_in(const struct capture_connection *c, ipv4 a, uint16_t a_port, ipv4 b,
                     uint16_t b_port)
{
    for (int side = 0; side < 2; side++)
        if (is_end(&c->now.end[side], a, a_port) && is_end(&c->now.end[!side], b, b_port))
            return side;
    return -1;
}

static void put_in_table(struct capture_run *run, uint32_t index)
{
    const struct tcp_inferred *end = connection_at(run, index)->now.end;
    uint64_t slot = hash_ends(end[0].address, end[0].port, end[1].address, end[1].port);

    while (run->table[slot % run->table_size] != 0)
        slot++;
    run->table[slot % run->table_size] = index + 1;
}

/* Of connections with the same ends the table has the last; it is never more
 * than half full. */
static bool grow_table(struct capture_run *run)
{
    uint32_t *old = run->table, old_size = run->table_size;
    uint32_t size = old_size == 0 ? TABLE_FIRST : old_size * 2;

    if (run->connections.count < old_size / 2)
        return true;
    run->table = calloc(size, sizeof(*run->table));
    if (run->table == NULL) {
        run->table = old;
        return false;
    }
    run->table_size = size;
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i] != 0)
            put_in_table(run, old[i] - 1);
    free(old);
    return true;
}

/* Where the connection of these ends stands in the table, or could. */
static uint32_t *find_slot(const struct capture_run *run, ipv4 a, uint16_t a_port, ipv4 b,
                           uint16_t b_port, int *sender)
{
    uint64_t slot = hash_ends(a, a_port, b, b_port);

    for (;; slot++) {
        uint32_t *at = &run->table[slot % run->table_size];

        *sender = 0;
        if (*at == 0)
            return at;
        *sender = sender_in(connection_at(run, *at - 1), a, a_port, b, b_port);
        if (*sender >= 0)
            return at;
    }
}

/* ---- Beginning ---- */

static bool grow_host(struct capture_end_host *host)
{
    uint32_t capacity = host->end_capacity == 0 ? 8 : host->end_capacity * 2;
    struct run_ends *ends;
    uint32_t *connections;

    if (host->end_count < host->end_capacity)
        return true;
    ends = realloc(host->ends, capacity * sizeof(*ends));
    if (ends == NULL)
        return false;
    host->ends = ends;
    connections = realloc(host->connections, capacity * sizeof(*connections));
    if (connections == NULL)
        return false;
    host->connections = connections;
    host->end_capacity = capacity;
    return true;
}

/* END of connection INDEX is HOST's next. */
static bool add_end(struct capture_end_host *host, const struct tcp_inferred *end,
                    const struct tcp_inferred *other, uint32_t index, uint32_t *subject)
{
    if (!grow_host(host))
        return false;
    host->ends[host->end_count] =
        (struct run_ends){ { end->address, end->port }, { other->address, other->port } };
    host->connections[host->end_count] = index;
    *subject = ++host->end_count;
    return true;
}

static struct capture_connection *begin(struct capture_run *run, const struct ipv4_header *ip,
                                        const struct tcp_header *tcp, uint16_t from, uint16_t to)
{
    struct capture_connection *c = capture_list_add(&run->connections, sizeof(*c));
    uint32_t index = run->connections.count - 1;
    struct tcp_inferred *end;

    if (c == NULL)
        return NULL;
    tcp_infer_begin(&c->now);
    end = c->now.end;
    end[0].address = ip->source;
    end[0].port = tcp->source_port;
    end[1].address = ip->destination;
    end[1].port = tcp->destination_port;
    c->node[0] = from;
    c->node[1] = to;
    if (!add_end(&run->hosts[from], &end[0], &end[1], index, &c->subject[0]) ||
        !add_end(&run->hosts[to], &end[1], &end[0], index, &c->subject[1]))
        return NULL;
    return c;
}

/* A SYN that is no news, but late: of one of the last few connections before
 * C between the same ends. NULL: it opens a new one. */
static struct capture_connection *find_late(const struct capture_run *run,
                                            const struct capture_connection *c,
                                            const struct ipv4_header *ip,
                                            const struct tcp_header *tcp, int *sender)
{
    uint32_t older = c->older;

    for (unsigned i = 0; i < OLDER_MAX && older != 0; i++) {
        struct capture_connection *before = connection_at(run, older - 1);

        *sender = sender_in(before, ip->source, tcp->source_port, ip->destination,
                            tcp->destination_port);
        if (before->now.end[*sender].sent && before->now.end[*sender].iss == tcp->sequence)
            return before;
        older = before->older;
    }
    return NULL;
}

/* Begins a connection, which takes SLOT of the table from the one before. */
static bool take_slot(struct capture_run *run, uint32_t *slot, uint32_t frame, uint16_t from,
                      uint16_t to, const struct ipv4_header *ip, struct capture_segment *segment)
{
    segment->sender = 0;
    segment->connection = begin(run, ip, segment->header, from, to);
    if (segment->connection == NULL)
        return false;
    segment->connection->first = frame;
    segment->connection->older = *slot;
    *slot = run->connections.count;
    return true;
}

bool capture_tcp_find(struct capture_run *run, const struct dissection *d, uint32_t frame,
                      uint16_t from, uint16_t to, struct capture_segment *segment)
{
    const struct layer *network = dissection_find(d, LAYER_IPV4);
    const struct tcp_header *tcp = NULL;
    const struct ipv4_header *ip;
    uint32_t *slot;

    if (network != NULL) /* of IPv6, no states are inferred */
        tcp = tcp_view_segment(d, &segment->len);
    segment->connection = NULL;
    segment->header = tcp;
    if (tcp == NULL)
        return true;
    if (!grow_table(run))
        return false;
    ip = &network->as.ipv4;
    slot = find_slot(run, ip->source, tcp->source_port, ip->destination, tcp->destination_port,
                     &segment->sender);
    if (*slot != 0)
        segment->connection = connection_at(run, *slot - 1);
    if (*slot != 0 && tcp_infer_is_new(&segment->connection->now, segment->sender, tcp))
        segment->connection = find_late(run, segment->connection, ip, tcp, &segment->sender);
    return segment->connection != NULL || take_slot(run, slot, frame, from, to, ip, segment);
}

/* ---- What is inferred ---- */

struct telling {
    struct capture_run *run;
    const struct capture_connection *connection;
};

static void tell_arrow(void *context, int side, const struct tcp_arrow *arrow)
{
    const struct telling *telling = context;

    capture_run_record(telling->run, telling->connection->node[side],
                       (struct record){ .kind = RECORD_STATE,
                                        .what = MACHINE_TCP,
                                        .subject = telling->connection->subject[side],
                                        .rule = arrow->rule,
                                        .a = arrow->from,
                                        .b = arrow->to });
}

/* A variable of the end SIDE of C is NEW now; OLD is 0 where nobody knew it. */
static void tell_value(struct capture_run *run, const struct capture_connection *c, int side,
                       uint16_t variable, uint32_t old, uint32_t new)
{
    if (old != new)
        capture_run_record(run, c->node[side],
                           (struct record){ .kind = RECORD_VALUE,
                                            .what = variable,
                                            .subject = c->subject[side],
                                            .a = old,
                                            .b = new });
}

void capture_tcp_sent(struct capture_run *run, const struct capture_segment *segment, vtime at)
{
    struct telling telling = { run, segment->connection };
    const struct tcp_infer_sink sink = { tell_arrow, &telling };
    int side = segment->sender;
    struct tcp_inferred old, *end;

    if (segment->connection == NULL)
        return;
    end = &segment->connection->now.end[side];
    old = *end;
    tcp_infer_sent(&segment->connection->now, side, segment->header, segment->len, at, &sink);
    tell_value(run, segment->connection, side, VARIABLE_TCP_SND_NXT, old.nxt, end->nxt);
    tell_value(run, segment->connection, side, VARIABLE_TCP_RCV_NXT, old.rcv_nxt, end->rcv_nxt);
    tell_value(run, segment->connection, side, VARIABLE_TCP_RCV_WND, old.window, end->window);
}

void capture_tcp_arrives(struct capture_run *run, const struct capture_segment *segment, vtime at)
{
    struct telling telling = { run, segment->connection };
    const struct tcp_infer_sink sink = { tell_arrow, &telling };
    struct tcp_inferred old, *end;

    if (segment->connection == NULL)
        return;
    end = &segment->connection->now.end[!segment->sender];
    old = *end;
    tcp_infer_arrives(&segment->connection->now, segment->sender, segment->header, at, &sink);
    tell_value(run, segment->connection, !segment->sender, VARIABLE_TCP_SND_UNA, old.una, end->una);
}

static bool save(struct capture_run *run, struct capture_connection *c, uint32_t frame)
{
    struct capture_saved *saved = capture_list_add(&run->saved, sizeof(*saved));

    if (saved == NULL)
        return false;
    *saved = (struct capture_saved){ c->saved, frame, c->now };
    c->saved = run->saved.count;
    return true;
}

bool capture_tcp_keep(struct capture_run *run, const struct capture_segment *segment,
                      uint32_t frame)
{
    struct capture_connection *c = segment->connection;

    if (c == NULL)
        return true;
    capture_fact_of(run, frame)->connection =
        (uint32_t)(c - (struct capture_connection *)run->connections.items) + 1;
    if (c->last != 0)
        capture_fact_of(run, c->last)->next = frame;
    c->last = frame;
    return ++c->frames % SAVE_EVERY != 0 || save(run, c, frame);
}

/* ---- Asked again ---- */

/* C with nothing of it seen, but its ends. */
static struct tcp_inference unseen(const struct capture_connection *c)
{
    struct tcp_inference state;

    tcp_infer_begin(&state);
    for (int side = 0; side < 2; side++) {
        state.end[side].address = c->now.end[side].address;
        state.end[side].port = c->now.end[side].port;
    }
    return state;
}

static void take_again(const struct capture_run *run, const struct capture_connection *c,
                       uint32_t frame, struct tcp_inference *state)
{
    const struct ipv4_header *ip;
    const struct tcp_header *tcp;
    struct dissection d;
    uint32_t len;
    int sender;
    vtime at = trace_frame(&run->trace, frame)->sent;

    run_dissect(&run->trace, frame, &d);
    tcp = tcp_view_segment(&d, &len);
    if (tcp == NULL)
        return;
    ip = &dissection_find(&d, LAYER_IPV4)->as.ipv4;
    sender = sender_in(c, ip->source, tcp->source_port, ip->destination, tcp->destination_port);
    if (sender < 0)
        return;
    tcp_infer_sent(state, sender, tcp, len, at, NULL);
    if (!capture_fact_of(run, frame)->lost)
        tcp_infer_arrives(state, sender, tcp, at, NULL);
}

bool capture_run_connection(const struct capture_run *run, uint32_t event, uint16_t node,
                            uint32_t subject, struct tcp_inferred end[2])
{
    const struct capture_end_host *host = &run->hosts[node];
    const struct capture_connection *c;
    const struct capture_saved *saved = NULL;
    struct tcp_inference state;
    uint32_t frame;
    int own;

    if (node >= run->host_count || subject == 0 || subject > host->end_count)
        return false;
    c = connection_at(run, host->connections[subject - 1]);
    if (c->first > event) /* an event is a frame */
        return false;
    for (uint32_t i = c->saved; i != 0; i = saved->before) {
        saved = (const struct capture_saved *)run->saved.items + (i - 1);
        if (saved->frame <= event)
            break;
        if (saved->before == 0) {
            saved = NULL;
            break;
        }
    }
    state = saved != NULL ? saved->state : unseen(c);
    frame = saved != NULL ? capture_fact_of(run, saved->frame)->next : c->first;
    for (; frame != 0 && frame <= event; frame = capture_fact_of(run, frame)->next)
        take_again(run, c, frame, &state);
    own = c->node[0] == node && c->subject[0] == subject ? 0 : 1;
    end[0] = state.end[own];
    end[1] = state.end[!own];
    return true;
}
