#include "layers/tcp/tcb.h"

#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "sim/hash.h"

/* One segment, from sequence numbers to IP. */

enum { HEADERS = 40 /* IPv4 and TCP, without options */ };

/* MUST-16: what the peer takes, what the path lets through, less options. */
uint32_t tcp_effective_mss(struct tcb *t)
{
    uint32_t path = path_mtu(t->host, tcp_first_hop(t));
    uint32_t options = (uint32_t)tcp_options_length(t) + t->ip_options_len;
    uint32_t mss;

    path = path > HEADERS ? path - HEADERS : 0;
    mss = path < t->snd.mss ? path : t->snd.mss;
    return mss > options ? mss - options : 1;
}

/* ---- Identity: what a segment carries, and which sending of it it is ---- */

static void stamp(const struct tcb *t, struct packet *p, const struct tcp_header *h,
                  uint32_t text_len, uint32_t nth)
{
    uint64_t what = hash_add(t->host->node.id, (uint64_t)h->source_port << 48 |
                                                   (uint64_t)h->destination_port << 32 |
                                                   t->remote.address);
    uint32_t number = text_len == 0 && (h->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0
                          ? h->acknowledgment - t->irs /* an ACK is what it acknowledges */
                          : h->sequence - t->iss;

    what = hash_add(what, (uint64_t)number << 32 | text_len << 8 |
                              (h->flags & (TCP_SYN | TCP_FIN | TCP_RST)));
    packet_stamp(p, what, nth);
}

/* ---- The header ---- */

static uint32_t acknowledgment(const struct tcb *t)
{
    bool off = tcp_has_bug(t, BUG_ACK_OFF_BY_ONE) && t->rcv.nxt - t->irs > 1;

    return off ? t->rcv.nxt - 1 : t->rcv.nxt;
}

static uint16_t window_field(struct tcb *t, uint8_t flags)
{
    uint32_t window;

    if ((flags & TCP_SYN) != 0 && (flags & TCP_ACK) == 0)
        return (uint16_t)min_i64(t->rcv.size, UINT16_MAX);
    if ((flags & TCP_SYN) != 0)
        return (uint16_t)min_i64(tcp_receive_window(t), UINT16_MAX);
    window = tcp_offer_window(t);
    return (uint16_t)min_i64(window >> t->rcv.scale, UINT16_MAX);
}

/* RFC 3168 6.1: on the SYNs, ECE and CWR ask and answer; later they tell, CWR
 * on the first new text after the reduction. */
static uint8_t ecn_flags(struct tcb *t, uint8_t flags, bool new_text)
{
    if ((flags & TCP_SYN) != 0) {
        if ((flags & TCP_ACK) != 0)
            return t->ecn ? TCP_ECE : 0;
        return tcp_config(t)->ecn != 0 ? TCP_ECE | TCP_CWR : 0;
    }
    flags = 0;
    if (t->ecn_echo)
        flags |= TCP_ECE;
    if (t->ecn_reduced_due && new_text) {
        flags |= TCP_CWR;
        t->ecn_reduced_due = false;
    }
    return flags;
}

static void push_header(struct tcb *t, struct packet *p, struct tcp_header *h)
{
    uint8_t *at = packet_push(p, tcp_header_length(h));

    tcp_header_emit(h, at);
    packet_mark(p, PACKET_TRANSPORT);
    if (tcp_has_bug(t, BUG_CHECKSUM_WITHOUT_PSEUDO_HEADER))
        h->checksum = checksum(packet_span(p));
    else
        h->checksum = tcp_checksum(t->local.address, t->remote.address, packet_span(p));
    put_be16(at + TCP_CHECKSUM_AT, h->checksum);
}

/* ---- Sending ---- */

/* An ACK has gone: nothing waits for one. */
static void acknowledged(struct tcb *t)
{
    t->rcv.acked = t->rcv.nxt;
    t->unacked_bytes = t->unacked_segments = 0;
    t->ack_now = false;
    if (tcp_timer_runs(t, TCP_DELAYED))
        tcp_timer_stop(t, TCP_DELAYED);
}

/* RFC 3168 6.1.4 to 6.1.6: only new data may be marked; not pure ACKs, not
 * what is sent again, not probes. */
static bool is_new_text(const struct tcb *t, seq32 seq, uint32_t text_len, uint32_t nth)
{
    return text_len > 0 && nth == 0 && seq_lt(seq, t->snd.una + t->snd.wnd);
}

static uint8_t tos_of(const struct tcb *t, bool new_text)
{
    return (uint8_t)((t->tos & ~IPV4_ECN_MASK) | (t->ecn && new_text ? IPV4_ECN_ECT0 : 0));
}

static void to_ip(struct tcb *t, struct packet *p, uint8_t tos)
{
    struct ip_send send = {
        .source = t->local.address,
        .destination = tcp_first_hop(t),
        .protocol = IP_PROTOCOL_TCP,
        .ttl = t->ttl,
        .tos = tos,
        .dont_fragment = t->path_mtu_discovery,
        .options = { t->ip_options, t->ip_options_len },
    };

    t->count.segments_sent++;
    t->host->counters.tcp_out++;
    ip_output(t->host, p, &send);
}

void tcp_transmit(struct tcb *t, seq32 seq, uint32_t text_len, uint8_t flags, uint32_t nth)
{
    struct packet *p = packet_new(t->host->node.world, text_len);
    bool new_text = is_new_text(t, seq, text_len, nth);
    uint8_t options[TCP_OPTIONS_MAX];
    struct tcp_header h = {
        .source_port = t->local.port,
        .destination_port = t->remote.port,
        .sequence = seq,
        .acknowledgment = (flags & TCP_ACK) != 0 ? acknowledgment(t) : 0,
        .flags = flags,
    };

    if (p == NULL) {
        TCP_WHY(t, RULE_TCP_NO_MEMORY, 0, 0);
        return;
    }
    tcp_ring_read(&t->snd.ring, seq, packet_bytes(p), text_len);
    h.flags |= ecn_flags(t, flags, new_text);
    h.window = window_field(t, flags);
    h.options = (struct span){ options, tcp_options_write(t, flags, text_len, options) };
    if (t->snd.urgent && seq_gt(t->snd.up, seq) && t->snd.up - seq <= UINT16_MAX) {
        h.flags |= TCP_URG;
        h.urgent_pointer = (uint16_t)(t->snd.up - seq);
    }
    push_header(t, p, &h);
    stamp(t, p, &h, text_len, nth);
    /* A keep-alive has an old number: the peer answers, but reads no ACK in it. */
    if ((flags & TCP_ACK) != 0 && seq_ge(seq, t->snd.una))
        acknowledged(t);
    if (text_len > 0)
        t->last_sent = tcp_now(t);
    to_ip(t, p, tos_of(t, new_text));
}

void tcp_send_ack(struct tcb *t)
{
    tcp_transmit(t, t->snd.nxt, 0, TCP_ACK, t->ack_repeats++);
}

/* RFC 5961 7: an attacker must not make us answer without end. */
bool tcp_may_challenge(struct tcb *t)
{
    struct tcp_state *tcp = tcp_of(t->host);
    vtime second = tcp_now(t) / SECONDS;

    if (tcp->challenge_second != second) {
        tcp->challenge_second = second;
        tcp->challenge_count = 0;
    }
    if (tcp_config(t)->challenge_acks > 0 &&
        tcp->challenge_count >= tcp_config(t)->challenge_acks) {
        TCP_WHY(t, RULE_TCP_CHALLENGE_LIMIT, tcp_config(t)->challenge_acks, 0);
        return false;
    }
    tcp->challenge_count++;
    return true;
}

void tcp_challenge(struct tcb *t, rule_id rule)
{
    if (!tcp_may_challenge(t))
        return;
    TCP_WHY(t, rule, t->rcv.nxt, 0);
    t->ack_now = true;
}
