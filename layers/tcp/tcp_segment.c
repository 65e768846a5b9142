#include "layers/tcp/tcb.h"

#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/tcp_option.h"

#include <string.h>

/* ---- From bytes to SEG ---- */

static void read_sack(struct tcp_segment *seg, struct span data)
{
    for (size_t at = 0; at + 8 <= data.len; at += 8) {
        struct tcp_run block = { get_be32(data.at + at), get_be32(data.at + at + 4) };

        if (seg->option.sack_count < TCP_SACK_BLOCKS_MAX)
            seg->option.sack[seg->option.sack_count++] = block;
    }
}

static void read_option(struct tcp_segment *seg, const struct tcp_option *option)
{
    const uint8_t *at = option->data.at;

    switch (option->kind) {
    case TCP_OPTION_MSS:
        seg->option.has_mss = true;
        seg->option.mss = get_be16(at);
        break;
    case TCP_OPTION_WINDOW_SCALE:
        seg->option.has_scale = true;
        seg->option.scale = at[0];
        break;
    case TCP_OPTION_SACK_PERMITTED:
        seg->option.sack_permitted = true;
        break;
    case TCP_OPTION_SACK:
        read_sack(seg, option->data);
        break;
    case TCP_OPTION_TIMESTAMPS:
        seg->option.has_timestamps = true;
        seg->option.tsval = get_be32(at);
        seg->option.tsecr = get_be32(at + 4);
        break;
    default: /* unknown ones are passed over (MUST-6) */
        break;
    }
}

rule_id tcp_segment_read(struct tcp_segment *seg, const struct packet *p,
                         const struct ipv4_header *ip)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    struct tcp_header h;
    rule_id refused;

    memset(seg, 0, sizeof(*seg));
    refused = tcp_header_parse(&h, packet_span(p), &seg->text);
    if (refused != RULE_NONE)
        return refused;
    seg->source = (struct tcp_endpoint){ ip->source, h.source_port };
    seg->destination = (struct tcp_endpoint){ ip->destination, h.destination_port };
    seg->seq = h.sequence;
    seg->ack = h.acknowledgment;
    seg->wnd = h.window;
    seg->up = h.urgent_pointer;
    seg->flags = h.flags;
    seg->ecn = ip->tos & IPV4_ECN_MASK;
    seg->ip = ip;
    seg->packet = p;
    seg->len = (uint32_t)seg->text.len + ((h.flags & TCP_SYN) != 0) + ((h.flags & TCP_FIN) != 0);
    tcp_option_begin(&reader, h.options);
    while (tcp_option_next(&reader, &option))
        read_option(seg, &option);
    return reader.refused;
}

/* ---- Is it sound, and whose is it ---- */

static bool checksum_is_right(struct host *host, const struct packet *p,
                              const struct ipv4_header *ip)
{
    if (host->bugs & BUG_CHECKSUM_WITHOUT_PSEUDO_HEADER)
        return checksum(packet_span(p)) == 0;
    return tcp_checksum_ok(ip->source, ip->destination, packet_span(p));
}

static rule_id refuse(struct host *host, struct tcp_segment *seg, const struct packet *p,
                      const struct ipv4_header *ip)
{
    rule_id rule = tcp_segment_read(seg, p, ip);

    if (p->len >= TCP_HEADER_MIN && !checksum_is_right(host, p, ip))
        return RULE_TCP_BAD_CHECKSUM;
    if (rule != RULE_NONE)
        return rule;
    if (ip_is_broadcast(host, ip->destination) || ipv4_is_multicast(ip->destination) ||
        p->to_group)
        return RULE_TCP_TO_GROUP;
    if (ip->source == 0 || ipv4_is_multicast(ip->source) || ip_is_broadcast(host, ip->source))
        return RULE_TCP_BAD_SOURCE;
    if (host->config.tcp.drop_syn_fin != 0 &&
        (seg->flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN))
        return RULE_TCP_SYN_FIN;
    if (seg->source.port == 0 || seg->destination.port == 0)
        return RULE_TCP_PORT_ZERO;
    return RULE_NONE;
}

void tcp_discard(struct tcb *t, const struct tcp_segment *seg, rule_id rule, int64_t a, int64_t b)
{
    t->host->counters.tcp_dropped++;
    packet_tell_drop(seg->packet, &t->host->node, rule, a, b);
}

static void dispatch(struct host *host, const struct tcp_segment *seg)
{
    struct tcb *t = tcp_lookup(host, &seg->destination, &seg->source);

    if (t == NULL) {
        tcp_closed_arrives(host, seg);
        return;
    }
    tcp_enter(t);
    t->count.segments_received++;
    tcp_segment_arrives(t, seg);
    tcp_leave(t);
}

static void tcp_input(struct interface *interface, struct packet *p, const struct ipv4_header *ip)
{
    struct host *host = interface->host;
    struct tcp_segment seg;
    rule_id rule = refuse(host, &seg, p, ip);

    host->counters.tcp_in++;
    if (rule != RULE_NONE) {
        host->counters.tcp_dropped++;
        packet_drop_with(p, &host->node, rule, ip->source, 0);
        return;
    }
    WHY(&host->node, RULE_TCP_HEADER_OFF, seg.destination.port,
        rule_parts((uint32_t)p->len, (uint16_t)seg.text.len, 0));
    dispatch(host, &seg);
    packet_free(host->node.world, p);
}

const struct transport_ops tcp_transport = {
    .name = "tcp",
    .protocol = IP_PROTOCOL_TCP,
    .input = tcp_input,
    .error = tcp_error,
    .believes = tcp_believes,
};
