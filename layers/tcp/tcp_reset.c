#include "layers/tcp/tcb.h"

#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "sim/hash.h"

/* RFC 9293 3.5.2: resets. They stand in no queue and are never sent again. */

/* Answers ABOUT, which may belong to T, whose route it takes then, and whose
 * timestamps (RFC 7323 5.2). One for nobody has none: for that the RFC only sees
 * room for research, and widespread stacks leave it out. */
static void send_bare(struct host *host, struct tcb *t, const struct tcp_segment *about,
                      seq32 seq, seq32 ack, uint8_t flags)
{
    struct packet *p = packet_new(host->node.world, 0);
    struct tcp_header h = {
        .source_port = about->destination.port,
        .destination_port = about->source.port,
        .sequence = seq,
        .acknowledgment = ack,
        .flags = flags,
    };
    struct ip_send send = {
        .source = about->destination.address,
        .destination = about->source.address,
        .protocol = IP_PROTOCOL_TCP,
    };
    uint8_t options[TCP_OPTIONS_MAX];
    uint64_t what = hash_add((uint64_t)h.source_port << 16 | h.destination_port,
                             (uint64_t)seq << 32 | flags);
    uint8_t *at;

    if (p == NULL)
        return;
    if (t != NULL)
        h.options = (struct span){ options, tcp_options_write(t, flags, 0, options) };
    at = packet_push(p, tcp_header_length(&h));
    tcp_header_emit(&h, at);
    packet_mark(p, PACKET_TRANSPORT);
    put_be16(at + TCP_CHECKSUM_AT, tcp_checksum(send.source, send.destination, packet_span(p)));
    what = hash_add(what, send.destination);
    packet_stamp(p, what, host_sending(host, what));
    if (t != NULL && t->via != 0) {
        send.destination = t->via;
        send.options = (struct span){ t->ip_options, t->ip_options_len };
    }
    host->counters.tcp_out++;
    ip_output(host, p, &send);
}

void tcp_reset_answer(struct host *host, const struct tcp_segment *seg, rule_id why)
{
    WHY(&host->node, why, seg->destination.port, seg->source.port);
    if ((seg->flags & TCP_RST) != 0)
        return;
    tcp_of(host)->resets_sent++;
    if ((seg->flags & TCP_ACK) != 0)
        send_bare(host, NULL, seg, seg->ack, 0, TCP_RST);
    else
        send_bare(host, NULL, seg, 0, seg->seq + seg->len, TCP_RST | TCP_ACK);
}

void tcp_reset_peer(struct tcb *t, rule_id why)
{
    struct tcp_segment about = { .source = t->remote, .destination = t->local };

    TCP_WHY(t, why, tcp_available(t), tcp_unsent(t));
    tcp_of(t->host)->resets_sent++;
    if (tcp_config(t)->reset_with_ack != 0)
        send_bare(t->host, t, &about, t->snd.nxt, t->rcv.nxt, TCP_RST | TCP_ACK);
    else
        send_bare(t->host, t, &about, t->snd.nxt, 0, TCP_RST);
}
