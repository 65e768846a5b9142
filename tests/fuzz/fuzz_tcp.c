/*
 * A script of segments, calls and waits, against host a, which has a listener
 * on port 80 and a connection in any state; it must survive them.
 *
 *   t (10.0.0.9) ---wire--- a (10.0.0.1)
 *
 * The input begins with three bytes: the state to begin in, and settings of a.
 * Then come steps, each a byte that says what (its lower 3 bits), and what this
 * needs: run_script tells. Sequence numbers count from where a would accept
 * them, so that mutations stay near the edges where decisions are made.
 *
 * After each event the connections' numbers, sums and timers must fit together;
 * in the end everything is given back.
 */
#include <string.h>

#include "layers/link/ethernet.h"
#include "layers/net/icmp.h"
#include "layers/net/ip.h"
#include "layers/rule.h"
#include "layers/tcp/tcb.h"
#include "layers/wire/arp_message.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ethernet_header.h"
#include "tests/fuzz/tell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    STEPS_LIMIT = 64,
    EVENTS_LIMIT = 300000,
    A_PORT = 80,
    T_PORT = 5000,
    A_OPENS = 6000, /* a's port where it opens actively */
    TEXT_LIMIT = 1460,
};
#define A_ADDRESS 0x0a000001
#define T_ADDRESS 0x0a000009

struct room {
    struct world *world;
    struct trace trace;
    struct node *tester;
    struct host *a;
    struct tcb *listener, *t; /* t: a's connection, NULL: over or given away */
    bool reads, accepts;
    uint16_t a_port;
    seq32 seq, ack; /* what a accepts next, as far as it is known */
    struct event *alarm;
    uint32_t sent;
};

/* ---- The tester: answers ARP, and swallows the rest ---- */

static struct room *room_of(struct world *world)
{
    return world->script;
}

static void put_in(struct room *room, struct span datagram, uint16_t ethertype)
{
    const size_t least = 60;
    struct packet *p = packet_new(room->world, datagram.len + ETHERNET_HEADER_LEN < least
                                                   ? least
                                                   : datagram.len + ETHERNET_HEADER_LEN);
    uint8_t *at = packet_bytes(p);

    memset(at, 0, p->len);

    put_be16(at, 0x0200);
    put_be32(at + 2, 1);
    put_be16(at + 6, 0x0200);
    put_be32(at + 8, 9);
    put_be16(at + 12, ethertype);
    memcpy(at + ETHERNET_HEADER_LEN, datagram.at, datagram.len);
    packet_stamp(p, 9, room->sent++);
    link_send(&room->tester->ports[0], p);
}

static void tester_receives(struct node *node, struct port *port, struct packet *p)
{
    struct ethernet_header ethernet;
    struct arp_message m;
    struct span payload, rest;
    uint8_t bytes[ARP_MESSAGE_LEN];

    (void)port;
    if (ethernet_header_parse(&ethernet, packet_span(p), &payload) == RULE_NONE &&
        ethernet.ethertype == ETHERTYPE_ARP && arp_message_parse(&m, payload, &rest) == RULE_NONE &&
        m.opcode == ARP_REQUEST && m.target_ip == T_ADDRESS) {
        struct arp_message reply = { ARP_REPLY, mac_from_int64(0x020000000009), T_ADDRESS,
                                     m.sender_mac, m.sender_ip };

        arp_message_emit(&reply, bytes);
        put_in(room_of(node->world), (struct span){ bytes, sizeof(bytes) }, ETHERTYPE_ARP);
    }
    packet_free(node->world, p);
}

static const struct node_ops tester_ops = { "tester", tester_receives, NULL, NULL };

/* ---- a's application ---- */

static void readable(struct tcb *t)
{
    struct room *room = room_of(t->host->node.world);
    uint8_t bytes[512];

    while (room->reads && tcp_receive(t, bytes, sizeof(bytes)) > 0)
        continue;
}

static void ended(struct tcb *t, rule_id why)
{
    struct room *room = room_of(t->host->node.world);

    ASSERT(why != RULE_NONE && why < RULE_COUNT);
    if (room->t == t)
        room->t = NULL;
}

static const struct tcp_events events = { .readable = readable, .ended = ended };

/* The first is our connection; others are turned away. */
static void accept_all(struct room *room)
{
    struct tcb *t;

    while (room->accepts && (t = tcp_accept(room->listener)) != NULL) {
        if (room->t != NULL) {
            tcp_abort(t);
            continue;
        }
        room->t = t;
        tcp_set_application(t, &events, NULL);
    }
}

static void acceptable(struct tcb *t)
{
    accept_all(room_of(t->host->node.world));
}

static const struct tcp_events listener_events = { .acceptable = acceptable };

/* ---- Time, and what must hold all the time ---- */

static void check(const struct tcb *t)
{
    const struct tcp_queue *q = &t->queue;
    uint32_t sacked = 0, lost = 0, resent = 0;
    seq32 next = t->snd.una;

    ASSERT(t->depth == 0);
    if (t->state == STATE_TCP_CLOSED || t->listen != NULL)
        return;
    ASSERT(seq_le(t->snd.una, t->snd.nxt) && seq_le(t->snd.nxt, t->snd.max_sent));
    ASSERT(seq_le(t->snd.nxt, t->snd.end + 1));
    ASSERT(seq_le(t->rcv.nxt, t->rcv.adv) && seq_le(t->rcv.read, t->rcv.nxt));
    for (uint32_t n = q->first; n != q->end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(q, n);

        ASSERT(sent->seq == next && sent->len > 0);
        next += sent->len;
        sacked += sent->sacked ? sent->len : 0;
        lost += sent->lost ? sent->len : 0;
        resent += sent->resent ? sent->len : 0;
    }
    ASSERT(next == t->snd.nxt);
    ASSERT(sacked == q->sacked && lost == q->lost && resent == q->resent);
    ASSERT(t->snd.una == t->snd.nxt || tcp_timer_runs(t, TCP_REXMT));
    ASSERT(t->state != STATE_TCP_TIME_WAIT || tcp_timer_runs(t, TCP_2MSL));
    ASSERT(t->rcv.nxt == t->rcv.acked || tcp_timer_runs(t, TCP_DELAYED));
}

static bool step(struct room *room)
{
    bool more = world_step(room->world);

    ASSERT(room->world->event_count < EVENTS_LIMIT);
    for (const struct tcb *t = tcp_of(room->a)->first; t != NULL; t = t->next)
        check(t);
    return more;
}

static void alarm_rings(struct world *world, struct event *event)
{
    (void)world;
    (void)event;
}

static void wait_for(struct room *room, vtime time)
{
    event_arm(&room->world->queue, room->alarm, room->world->now + time);
    while (event_is_armed(room->alarm) && step(room))
        continue;
}

/* ---- Segments ---- */

/* From t, port FROM, to a's PORT; the checksum is right. */
static void send_raw(struct room *room, struct tcp_header *h, struct span text)
{
    uint8_t bytes[IPV4_HEADER_MIN + TCP_HEADER_MAX + TEXT_LIMIT];
    uint8_t *segment = bytes + IPV4_HEADER_MIN;
    size_t header_len = tcp_header_emit(h, segment);
    struct ipv4_header ip = {
        .ttl = 64, .protocol = IP_PROTOCOL_TCP, .source = T_ADDRESS, .destination = A_ADDRESS
    };
    size_t len = header_len + text.len;

    memcpy(segment + header_len, text.at, text.len);
    put_be16(segment + TCP_CHECKSUM_AT, 0);
    put_be16(segment + TCP_CHECKSUM_AT,
             tcp_checksum(T_ADDRESS, A_ADDRESS, (struct span){ segment, len }));
    ip.total_length = (uint16_t)(IPV4_HEADER_MIN + len);
    ipv4_header_emit(&ip, bytes);
    put_be16(bytes + 10, 0);
    put_be16(bytes + 10, checksum((struct span){ bytes, IPV4_HEADER_MIN }));
    put_in(room, (struct span){ bytes, IPV4_HEADER_MIN + len }, ETHERTYPE_IPV4);
}

/* What a accepts next. Without a connection, numbers stay as they were. */
static void look_at_a(struct room *room)
{
    struct tcb *t = room->t != NULL ? room->t : tcp_find(room->a, 0, T_PORT);

    if (t == NULL || t->state == STATE_TCP_CLOSED)
        return;
    room->seq = t->state == STATE_TCP_SYN_SENT ? room->seq : t->rcv.nxt;
    room->ack = t->snd.nxt;
}

/* Timestamps, where both have agreed on them: without, a would drop it. */
static size_t usual_options(struct room *room, uint8_t *out)
{
    const struct tcb *t = room->t != NULL ? room->t : tcp_find(room->a, 0, T_PORT);

    if (t == NULL || !t->timestamps)
        return 0;
    out[0] = out[1] = 1;
    out[2] = 8;
    out[3] = 10;
    put_be32(out + 4, t->ts_recent + 1);
    put_be32(out + 8, tcp_timestamp(t));
    return 12;
}

/* ACK_BACK: so much less than all that a has sent is acknowledged. */
static void send_plain(struct room *room, uint8_t flags, uint32_t ack_back)
{
    static const uint8_t syn_options[] = { 2, 4,  2, 0, 4, 2, 1, 3, 3, 2,
                                           8, 10, 0, 0, 0, 1, 0, 0, 0, 0 };
    struct tcp_header h = { .source_port = T_PORT, .flags = flags, .window = 8000 };
    uint8_t options[TCP_OPTIONS_MAX];

    look_at_a(room);
    h.destination_port = room->a_port;
    h.sequence = room->seq;
    h.acknowledgment = (flags & TCP_ACK) != 0 ? room->ack - ack_back : 0;
    if ((flags & TCP_SYN) != 0)
        h.options = (struct span){ syn_options, sizeof(syn_options) };
    else
        h.options = (struct span){ options, usual_options(room, options) };
    send_raw(room, &h, (struct span){ options, 0 });
    wait_for(room, 5 * MS);
}

/* ---- The states, each from another ---- */

static void open_actively(struct room *room)
{
    struct tcp_endpoint local = { 0, A_OPENS }, remote = { T_ADDRESS, T_PORT };

    room->a_port = A_OPENS;
    room->t = tcp_open(room->a, local, &events, NULL);
    ASSERT(room->t != NULL && tcp_connect(room->t, remote));
    wait_for(room, 5 * MS);
}

static void establish(struct room *room, bool actively)
{
    if (actively) {
        open_actively(room);
        send_plain(room, TCP_SYN | TCP_ACK, 0);
        return;
    }
    send_plain(room, TCP_SYN, 0);
    send_plain(room, TCP_ACK, 0);
}

static void leave(struct room *room, void how(struct tcb *t))
{
    struct tcb *t = room->t;

    if (t == NULL)
        return;
    if (how != tcp_shutdown)
        room->t = NULL;
    how(t);
    wait_for(room, 5 * MS);
}

static void reach(struct room *room, uint8_t which)
{
    /* clang-format off */
    enum { LISTEN, SYN_SENT, SYN_RECEIVED, CROSSED, ESTABLISHED, CLOSE_WAIT, LAST_ACK, FIN_WAIT_1,
           CLOSING, FIN_WAIT_2, TIME_WAIT, GIVEN_AWAY, STATES } state = which % STATES;
    /* clang-format on */

    if (state == SYN_SENT || state == CROSSED)
        open_actively(room);
    if (state == SYN_RECEIVED || state == CROSSED)
        send_plain(room, TCP_SYN, 0);
    if (state >= ESTABLISHED)
        establish(room, (which & 0x80) != 0);
    if (state == CLOSE_WAIT || state == LAST_ACK)
        send_plain(room, TCP_FIN | TCP_ACK, 0);
    if (state >= LAST_ACK)
        leave(room, state == GIVEN_AWAY ? tcp_close : tcp_shutdown);
    if (state == FIN_WAIT_2)
        send_plain(room, TCP_ACK, 0);
    if (state == CLOSING || state == TIME_WAIT)
        send_plain(room, TCP_FIN | TCP_ACK, state == CLOSING ? 1 : 0);
}

/* ---- The script ---- */

static uint32_t take(struct span *data, unsigned bytes)
{
    uint32_t value = 0;

    for (; bytes > 0; bytes--) {
        value = value << 8 | (data->len > 0 ? data->at[0] : 0);
        data->at += data->len > 0;
        data->len -= data->len > 0;
    }
    return value;
}

/* A number up to 32,768 away from NUMBER. */
static seq32 take_near(struct span *data, seq32 number)
{
    return number + take(data, 2) - 0x8000;
}

static struct span take_span(struct span *data, size_t len)
{
    struct span span = { data->at, min_size(len, data->len) };

    data->at += span.len;
    data->len -= span.len;
    return span;
}

/* Three blocks, from distances to SND.UNA; or timestamps. */
static size_t make_options(struct room *room, struct span *data, unsigned kind, uint8_t *out)
{
    seq32 una = room->t != NULL ? room->t->snd.una : room->ack;

    memset(out, 1, 40);
    if (kind == 1) {
        out[2] = 8;
        out[3] = 10;
        put_be32(out + 4, take(data, 2));
        put_be32(out + 8, take(data, 4));
        return 12;
    }
    out[2] = 5;
    out[3] = 2 + 3 * 8;
    for (unsigned i = 0; i < 6; i++)
        put_be32(out + 4 + 4 * i, take_near(data, una));
    return 28;
}

/* Near: flags, distances of SEQ and ACK, window, length of text; options by
 * the upper bits of WHAT: the usual ones, timestamps, SACK, or bytes as they are. */
static void send_near(struct room *room, struct span *data, uint8_t what)
{
    static const uint8_t text[TEXT_LIMIT];
    struct tcp_header h = { .source_port = T_PORT, .destination_port = room->a_port };
    uint8_t options[40];
    unsigned kind = what >> 3 & 3;
    uint32_t len;

    look_at_a(room);
    h.flags = (uint8_t)take(data, 1);
    h.sequence = take_near(data, room->seq);
    h.acknowledgment = take_near(data, room->ack);
    h.window = (uint16_t)take(data, 2);
    len = take(data, 1) * ((what & 0x20) != 0 ? 5 : 1);
    if ((h.flags & TCP_URG) != 0)
        h.urgent_pointer = (uint16_t)take(data, 2);
    if (kind == 1 || kind == 2)
        h.options = (struct span){ options, make_options(room, data, kind, options) };
    else if (kind == 0)
        h.options = (struct span){ options, usual_options(room, options) };
    else
        h.options = take_span(data, take(data, 1) % (TCP_OPTIONS_MAX + 1));
    send_raw(room, &h, (struct span){ text, len });
}

/* A whole segment as it stands, but for its checksum. */
static void send_given(struct room *room, struct span *data)
{
    struct span segment = take_span(data, take(data, 2) % 512);
    struct tcp_header h;
    struct span text;

    if (tcp_header_parse(&h, segment, &text) == RULE_NONE)
        send_raw(room, &h, (struct span){ text.at, min_size(text.len, TEXT_LIMIT) });
}

/* ICMP about a segment near SND.UNA. */
static void send_error(struct room *room, struct span *data)
{
    uint8_t bytes[IPV4_HEADER_MIN + 8 + IPV4_HEADER_MIN + 8];
    uint8_t *icmp = bytes + IPV4_HEADER_MIN, *quoted = icmp + 8 + IPV4_HEADER_MIN;
    struct ipv4_header ip = { .ttl = 64, .source = T_ADDRESS, .destination = A_ADDRESS };
    struct ipv4_header about = { .ttl = 60, .source = A_ADDRESS, .destination = T_ADDRESS };
    uint32_t una = room->t != NULL ? room->t->snd.una : room->ack;

    ip.protocol = IP_PROTOCOL_ICMP;
    ip.total_length = sizeof(bytes);
    about.protocol = IP_PROTOCOL_TCP;
    about.total_length = 1500;
    ipv4_header_emit(&ip, bytes);
    put_be16(bytes + 10, 0);
    put_be16(bytes + 10, checksum((struct span){ bytes, IPV4_HEADER_MIN }));
    memset(icmp, 0, 8);
    icmp[0] = (uint8_t)take(data, 1);
    icmp[1] = (uint8_t)take(data, 1);
    put_be16(icmp + 6, (uint16_t)take(data, 2));
    ipv4_header_emit(&about, icmp + 8);
    put_be16(quoted, room->a_port);
    put_be16(quoted + 2, T_PORT);
    put_be32(quoted + 4, take_near(data, una));
    put_be16(icmp + 2, checksum((struct span){ icmp, sizeof(bytes) - IPV4_HEADER_MIN }));
    put_in(room, (struct span){ bytes, sizeof(bytes) }, ETHERTYPE_IPV4);
}

/* The application does something. */
static void call(struct room *room, struct span *data)
{
    static const uint8_t text[20000];
    uint32_t what = take(data, 1), n = take(data, 2);

    if (what % 8 == 0) {
        room->accepts = true;
        accept_all(room);
    }
    if (room->t == NULL)
        return;
    switch (what % 8) {
    case 1: tcp_receive(room->t, NULL, n); break;
    case 2: leave(room, tcp_shutdown); break;
    case 3: leave(room, tcp_close); break;
    case 4: leave(room, tcp_abort); break;
    case 5: tcp_set_keepalive(room->t, (vtime)n * MS); break;
    case 6: tcp_set_user_timeout(room->t, (vtime)n * MS); break;
    default: tcp_send(room->t, (struct span){ text, min_size(n, sizeof(text)) }, what >> 3 & 3);
    }
}

static void run_script(struct room *room, struct span data)
{
    for (unsigned i = 0; i < STEPS_LIMIT && data.len > 0; i++) {
        uint8_t what = (uint8_t)take(&data, 1);

        switch (what & 7) {
        case 4: call(room, &data); break;
        case 5: wait_for(room, ((vtime)1 << take(&data, 1) % 28) * US); break;
        case 6: send_given(room, &data); break;
        case 7: send_error(room, &data); break;
        default: send_near(room, &data, what); break;
        }
        if ((what & 0x40) != 0)
            wait_for(room, 3 * MS);
    }
}

/* ---- The room ---- */

static void choose(struct tcp_config *tcp, uint8_t first, uint8_t second)
{
    tcp->cc = first % 5;
    tcp->recovery = first / 5 % 6;
    tcp->rack = (first & 0x40) != 0;
    tcp->sack = (first & 0x80) != 0 || tcp->rack;
    tcp->timestamps = second & 1;
    tcp->ecn = second >> 1 & 1;
    tcp->nagle = second >> 2 & 1;
    tcp->sws_avoidance = second >> 3 & 1;
    tcp->delayed_ack = (second >> 4 & 1) != 0 ? 200 * MS : 0;
    tcp->rcvbuf = (second >> 5 & 1) != 0 ? 300 : 65536;
    tcp->keep_out_of_order = !(second >> 6 & 1);
    tcp->isn = INT64_C(0xfffffff0);
    tcp->retries = 4;
    tcp->msl = 1 * SECONDS;
    tcp->syn_retries = 20 * SECONDS;
    tcp->fin_wait_2 = 20 * SECONDS;
    tcp->backlog = 2;
    tcp->syn_backlog = 3;
}

static void open_room(struct room *room, const struct host_config *host_config)
{
    struct world_config config = { .seed = 1,
                                   .node_limit = 4,
                                   .link_limit = 4,
                                   .until = 10 * HOURS,
                                   .frame_check = ethernet_frame_check };
    struct tcp_endpoint local = { 0, A_PORT };
    struct interface *interface;
    struct link *link;

    ASSERT(trace_open(&room->trace));
    room->world = world_new(&config);
    ASSERT(room->world != NULL);
    world_observe(room->world, &room->trace);
    room->world->script = room;
    room->a = host_new(room->world, "a", 1, false, host_config);
    interface = &room->a->interfaces[0];
    interface->address = A_ADDRESS;
    interface->prefix_len = 24;
    interface->mac = mac_from_int64(0x020000000001);
    interface->mtu = ETHERNET_DATA_MAX;
    host_attach(room->a);
    room->tester = ARENA_NEW(&room->world->arena, struct node);
    world_add_node(room->world, room->tester, &tester_ops, "t", 1);
    link = link_new(room->world, "wire", &room->tester->ports[0], interface->port);
    link->direction[0].config.delay = link->direction[1].config.delay = 1 * MS;
    room->alarm = ARENA_NEW(&room->world->arena, struct event);
    event_init(room->alarm, NODE_NONE, alarm_rings);
    world_start(room->world);
    room->listener = tcp_open(room->a, local, &listener_events, NULL);
    ASSERT(room->listener != NULL && tcp_listen(room->listener, 0));
}

static void close_room(struct room *room)
{
    struct tcp_state *tcp = tcp_of(room->a);

    room->accepts = false; /* while the first one leaves, the next may come */
    if (room->t != NULL)
        leave(room, tcp_abort);
    tcp_close(room->listener);
    while (step(room))
        continue;
    ASSERT(!room->world->stuck && room->world->queue.busy == 0);
    ASSERT(world_live_packets(room->world) == 0);
    ASSERT(tcp->tcbs.live == 0 && tcp->listeners.live == 0 && tcp->memory.live == 0);
    fuzz_tell(&room->trace);
    world_free(room->world);
    trace_close(&room->trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = { data, size };
    struct host_config config;
    struct room room;
    uint8_t state, first, second;

    memset(&room, 0, sizeof(room));
    memset(&config, 0, sizeof(config));
    host_config_defaults(&config);
    state = (uint8_t)take(&left, 1);
    first = (uint8_t)take(&left, 1);
    second = (uint8_t)take(&left, 1);
    choose(&config.tcp, first, second);
    room.a_port = A_PORT;
    room.seq = 1000;
    room.accepts = (state & 0x40) == 0;
    room.reads = (state & 0x20) == 0;
    open_room(&room, &config);
    reach(&room, state);
    run_script(&room, left);
    close_room(&room);
    return 0;
}
