/*
 * Feeds one side of the capture. The feeder stands at its host's network layer:
 * what comes to that host tells how far the simulated peer has got; what is due goes out.
 */
#include <string.h>

#include "layers/link/arp.h"
#include "layers/tcp/tcp_seq.h"
#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_option.h"
#include "tools/lib/into_parts.h"

/* How long a segment waits for an answer that does not come: then the peer is helped by an ACK
 * of what it has sent, and at last it is fed all the same. */
#define HELP_AFTER (600 * MS) /* longer than any delayed ACK (RFC 9293, MUST-40) */
#define PATIENCE (5 * SECONDS)

enum { SEGMENT_HEADERS = IPV4_HEADER_MIN + TCP_HEADER_MAX, RESETS_MOST = 16 };

static void go_on(struct feeder *f);

static const struct into_frame *next_frame(const struct feeder *f)
{
    return &f->run->frames[f->next];
}

/* The peer's number REAL of the capture, in the simulated host's. */
static uint32_t simulated(const struct feeder *f, uint32_t real)
{
    return real - into_peer(f->run) + f->iss;
}

static vtime time_of(const struct feeder *f, const struct into_frame *frame)
{
    return f->run->start + frame->s.at - f->run->near;
}

/* ---- Building ---- */

static uint32_t stamp_for(const struct feeder *f, const struct into_frame *frame)
{
    uint32_t kept = f->stamp_count < INTO_STAMPS ? f->stamp_count : INTO_STAMPS;
    uint32_t value = 0;

    for (uint32_t i = 1; i <= kept; i++) {
        unsigned at = (f->stamp_count - i) % INTO_STAMPS;

        value = f->stamps[at].value;
        if (seq_le(f->stamps[at].seq, simulated(f, frame->echo_seq)) &&
            seq_le(f->stamps[at].ack, frame->echo_ack))
            break;
    }
    return value;
}

static void map_sack(const struct feeder *f, uint8_t *data, size_t len)
{
    for (size_t at = 0; at + 4 <= len; at += 4)
        put_be32(data + at, simulated(f, get_be32(data + at)));
}

/* Copies the options of FRAME to OUT, what they say of the peer in its new numbers. */
static void map_options(const struct feeder *f, const struct into_frame *frame, uint8_t *out)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    memcpy(out, frame->s.options, frame->s.options_len);
    tcp_option_begin(&reader, (struct span){ frame->s.options, frame->s.options_len });
    while (tcp_option_next(&reader, &option)) {
        uint8_t *data = out + (option.data.at - frame->s.options);

        if (option.kind == TCP_OPTION_SACK)
            map_sack(f, data, option.data.len);
        else if (option.kind == TCP_OPTION_TIMESTAMPS && frame->echoes)
            put_be32(data + 4, stamp_for(f, frame));
    }
}

/* The window of S, as large as it was, in the scale that holds now. */
static uint16_t window_of(const struct feeder *f, const struct talk_segment *s)
{
    const struct talk_end *fed = &f->run->talk->end[f->run->as];
    uint32_t bytes = capture_talk_window(f->run->talk, s);

    if ((s->flags & TCP_SYN) != 0)
        return s->window;
    if (f->scaled && f->run->fed_scaled && fed->scale > 0)
        bytes >>= fed->scale;
    return (uint16_t)(bytes < UINT16_MAX ? bytes : UINT16_MAX);
}

static size_t build_segment(const struct feeder *f, const struct into_frame *frame, uint32_t ack,
                            uint8_t *out)
{
    const struct capture_talk *talk = f->run->talk;
    const struct talk_segment *s = &frame->s;
    uint8_t options[TCP_OPTIONS_MAX];
    struct tcp_header h;
    size_t len;

    map_options(f, frame, options);
    capture_talk_header(s, &h);
    h.source_port = talk->end[f->run->as].address.port;
    h.destination_port = talk->end[!f->run->as].address.port;
    h.acknowledgment = ack;
    h.window = window_of(f, s);
    h.options.at = options;
    len = tcp_header_emit(&h, out);
    memset(out + len, 0, s->len);
    if (s->captured > 0)
        memcpy(out + len, talk->bytes + s->bytes, s->captured);
    len += s->len;
    put_be16(out + TCP_CHECKSUM_AT,
             tcp_checksum(f->run->fed_address, f->run->address, (struct span){ out, len }));
    return len;
}

/* ---- Sending ---- */

static struct into_answer say(const struct feeder *f, const struct into_frame *frame, uint32_t ack)
{
    const struct talk_end *fed = &f->run->talk->end[f->run->as];
    struct into_answer said;

    memset(&said, 0, sizeof(said)); /* its padding gets into the arena */
    said.at = f->host->node.world->now + f->run->near - f->run->start;
    said.seq = fed->opened ? frame->s.seq - fed->iss : frame->s.seq;
    said.ack = f->syn_seen ? ack - f->iss : ack;
    said.len = frame->s.len;
    said.window = capture_talk_window(f->run->talk, &frame->s);
    said.flags = frame->s.flags;
    return said;
}

static void send(struct feeder *f, const struct into_frame *frame, uint32_t ack)
{
    struct world *world = f->host->node.world;
    struct packet *p = packet_new(world, SEGMENT_HEADERS + frame->s.len);
    struct interface *interface = &f->host->interfaces[0];
    struct ipv4_header ip = { .ttl = 64,
                              .protocol = IP_PROTOCOL_TCP,
                              .dont_fragment = true,
                              .source = f->run->fed_address,
                              .destination = f->run->address };
    uint8_t *out;
    size_t len;

    if (p == NULL)
        return;
    out = packet_bytes(p);
    len = IPV4_HEADER_MIN + build_segment(f, frame, ack, out + IPV4_HEADER_MIN);
    ip.total_length = (uint16_t)len;
    ipv4_header_emit(&ip, out);
    packet_trim(p, len);
    packet_mark(p, PACKET_NETWORK);
    packet_stamp(p, f->host->node.id, f->injected++);
    interface->device->send(interface, p, f->other->interfaces[0].mac, ETHERTYPE_IPV4);
    if ((frame->s.flags & (TCP_ACK | TCP_RST)) == TCP_ACK && seq_gt(ack, f->acked_by_us))
        f->acked_by_us = ack;
}

/* What FRAME acknowledges: never more than there is, if it did not come in time. */
static uint32_t ack_for(const struct feeder *f, const struct into_frame *frame, bool gave_up)
{
    uint32_t ack = simulated(f, frame->s.ack);

    if ((frame->s.flags & TCP_ACK) == 0)
        return 0;
    if (!f->syn_seen)
        return frame->s.ack;
    return gave_up && seq_gt(ack, f->nxt) ? f->nxt : ack;
}

static void feed(struct feeder *f, bool gave_up)
{
    const struct into_frame *frame = next_frame(f);
    struct fed_frame *fed = &f->fed[f->next];
    struct world *world = f->host->node.world;
    uint32_t ack = ack_for(f, frame, gave_up);

    fed->said = say(f, frame, ack);
    fed->gave_up = gave_up;
    send(f, frame, ack);
    fed->frame = world->frame_count;
    f->fed_at = world->now;
    f->next++;
    f->due_set = false;
}

/* Of the options of S leaves none but timestamps: without those it may be dropped. */
static void leave_stamps(struct talk_segment *s)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    uint8_t kept[] = {
        TCP_OPTION_NOP, TCP_OPTION_NOP, TCP_OPTION_TIMESTAMPS, 10, 0, 0, 0, 0, 0, 0, 0, 0
    };

    tcp_option_begin(&reader, (struct span){ s->options, s->options_len });
    s->options_len = 0;
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_TIMESTAMPS) {
            memcpy(kept + 4, option.data.at, 8);
            s->options_len = sizeof(kept);
        }
    memcpy(s->options, kept, s->options_len);
}

/* A pure ACK of all that the peer has sent, for it will send no more without. */
static void help(struct feeder *f)
{
    const struct into_frame *frame = next_frame(f);
    struct into_frame ack = *frame;

    ack.s.len = ack.s.captured = 0;
    ack.s.flags = TCP_ACK;
    leave_stamps(&ack.s);
    if (f->next > 0)
        ack.s.window = frame[-1].s.window;
    if (f->next > 0 && (frame[-1].s.flags & TCP_SYN) != 0)
        ack.s.window = frame->s.window;
    f->helps++;
    f->helped = f->nxt;
    send(f, &ack, f->nxt);
}

/* ---- Waiting ---- */

/* Whether the peer has got as far as it had. */
static bool peer_is_there(const struct feeder *f, const struct into_frame *frame)
{
    if (frame->needs_seq && (!f->syn_seen || seq_lt(f->nxt, simulated(f, frame->need_seq))))
        return false;
    return !frame->needs_ack || (f->acked && seq_ge(f->ack, frame->need_ack));
}

/* A RST that answers a SYN from nowhere needs no number of the peer's. */
static bool cannot_be_mapped(const struct feeder *f, const struct into_frame *frame)
{
    return (frame->s.flags & TCP_ACK) != 0 && !f->syn_seen;
}

/* The time that comes after the segment before, as in the capture. */
static vtime in_its_turn(const struct feeder *f)
{
    const struct into_frame *frame = next_frame(f);

    if (f->run->times == INTO_KEPT || f->next == 0)
        return time_of(f, frame);
    return f->fed_at + (frame->s.at - frame[-1].s.at);
}

static bool is_ready(const struct feeder *f)
{
    const struct into_frame *frame = next_frame(f);

    if (f->run->times == INTO_KEPT)
        return !cannot_be_mapped(f, frame);
    return peer_is_there(f, frame);
}

static vtime later(vtime a, vtime b)
{
    return a > b ? a : b;
}

/* How long after the answers that it waited for it was sent. */
static void set_due(struct feeder *f)
{
    const struct into_frame *frame = next_frame(f);
    vtime now = f->host->node.world->now, due = in_its_turn(f), cause;

    f->due_set = true;
    f->due = due;
    if (f->run->times == INTO_KEPT || !(frame->needs_seq || frame->needs_ack))
        return;
    cause = f->progress_at + later(frame->s.at - frame->need_at - 2 * f->run->near, 0);
    if (cause > due && f->progress_at == now)
        f->due = cause;
}

/* The peer is not there yet. True: something was done about it. */
static bool wait_for_peer(struct feeder *f)
{
    struct event_queue *queue = &f->host->node.world->queue;
    const struct into_frame *frame = next_frame(f);
    vtime now = f->host->node.world->now;
    vtime since = later(in_its_turn(f), f->progress_at) + 2 * (f->run->near + f->run->delay);
    bool can_help = f->syn_seen && f->helped != f->nxt && seq_gt(f->nxt, f->acked_by_us) &&
                    frame->needs_seq && seq_lt(f->nxt, simulated(f, frame->need_seq));

    if (can_help && now >= since + HELP_AFTER) {
        help(f);
        return true;
    }
    if (f->gave_up || now >= since + PATIENCE) {
        f->gave_up = true;
        if (cannot_be_mapped(f, frame)) {
            f->starved = true;
            f->next = f->run->frame_count;
        } else {
            feed(f, true);
        }
        return true;
    }
    event_arm(queue, &f->timer, can_help ? since + HELP_AFTER : since + PATIENCE);
    return false;
}

static bool feed_next(struct feeder *f)
{
    struct world *world = f->host->node.world;

    if (!f->due_set && !is_ready(f)) {
        if (world->now >= in_its_turn(f) || !f->gave_up)
            return wait_for_peer(f);
        event_arm(&world->queue, &f->timer, in_its_turn(f));
        return false;
    }
    if (!f->due_set)
        set_due(f);
    if (f->due > world->now) {
        event_arm(&world->queue, &f->timer, f->due);
        return false;
    }
    feed(f, false);
    return true;
}

static void go_on(struct feeder *f)
{
    while (f->next < f->run->frame_count)
        if (!feed_next(f))
            return;
    if (!f->done)
        f->done_at = f->host->node.world->now;
    f->done = true;
    event_disarm(&f->host->node.world->queue, &f->timer);
}

static void timer_fires(struct world *world, struct event *event)
{
    (void)world;
    go_on(CONTAINER_OF(event, struct feeder, timer));
}

/* ---- What the peer says ---- */

static void note_options(struct feeder *f, const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option)) {
        if (option.kind == TCP_OPTION_WINDOW_SCALE && (h->flags & TCP_SYN) != 0)
            f->scaled = true;
        if (option.kind == TCP_OPTION_TIMESTAMPS) {
            unsigned at = f->stamp_count++ % INTO_STAMPS;

            f->stamps[at].value = get_be32(option.data.at);
            f->stamps[at].seq = h->sequence;
            f->stamps[at].ack = h->acknowledgment;
        }
    }
}

static void note_segment(struct feeder *f, const struct tcp_header *h, size_t len)
{
    uint32_t end =
        h->sequence + (uint32_t)len + ((h->flags & TCP_SYN) != 0) + ((h->flags & TCP_FIN) != 0);
    bool progress = false;

    if ((h->flags & TCP_RST) != 0)
        return;
    if ((h->flags & TCP_SYN) != 0 && !f->syn_seen) {
        f->syn_seen = progress = true;
        f->iss = f->nxt = f->acked_by_us = f->helped = h->sequence;
    }
    if (f->syn_seen && seq_gt(end, f->nxt)) {
        f->nxt = end;
        progress = true;
    }
    if ((h->flags & TCP_ACK) != 0 && (!f->acked || seq_gt(h->acknowledgment, f->ack))) {
        f->ack = h->acknowledgment;
        f->acked = progress = true;
    }
    note_options(f, h);
    if (progress) {
        f->progress_at = f->host->node.world->now;
        f->gave_up = false;
    }
}

/* The side that is fed has reset, so its host has no connection any more, and answers what still
 * comes as such a host does (RFC 9293 3.10.7.1). */
static void answer_as_closed(struct feeder *f, const struct tcp_header *h)
{
    const struct into_frame *last = &f->run->frames[f->run->frame_count - 1];
    struct into_frame reset = *last;

    if (!f->done || (last->s.flags & TCP_RST) == 0 || f->resets == RESETS_MOST ||
        (h->flags & (TCP_RST | TCP_ACK)) != TCP_ACK)
        return;
    reset.s.seq = h->acknowledgment;
    reset.s.len = reset.s.captured = 0;
    reset.s.flags = TCP_RST;
    reset.s.options_len = 0;
    f->resets++;
    send(f, &reset, 0);
}

static void peer_speaks(struct interface *interface, struct packet *p)
{
    const struct network_ops *ops = host_network(interface->host, ETHERTYPE_IPV4);
    struct feeder *f = CONTAINER_OF(ops, struct feeder, network);
    struct span transport, payload;
    struct ipv4_header ip;
    struct tcp_header h;

    if (ipv4_header_parse(&ip, packet_span(p), &transport) == RULE_NONE &&
        ip.protocol == IP_PROTOCOL_TCP && tcp_header_parse(&h, transport, &payload) == RULE_NONE) {
        note_segment(f, &h, payload.len);
        answer_as_closed(f, &h);
    }
    packet_free(interface->host->node.world, p);
    go_on(f);
}

void into_feed_attach(struct into_run *run, struct host *fed, struct host *other)
{
    struct world *world = fed->node.world;
    struct feeder *f = ARENA_NEW(&world->arena, struct feeder);

    f->network = (struct network_ops){ "replay", ETHERTYPE_IPV4, peer_speaks };
    f->run = run;
    f->host = fed;
    f->other = other;
    f->fed = ARENA_ARRAY(&world->arena, struct fed_frame, run->frame_count + 1);
    host_add_network(fed, &f->network);
    event_init(&f->timer, fed->node.id, timer_fires);
    event_arm(&world->queue, &f->timer, run->frame_count > 0 ? time_of(f, &run->frames[0]) : 0);
    run->feeder = f;
}
