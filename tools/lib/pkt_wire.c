#include "tools/lib/pkt_wire.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/tcp_option.h"
#include "layers/wire/udp_header.h"
#include "tools/lib/pkt_world.h"
#include "tools/lib/text.h"

/* ---- The numbers ---- */

void pkt_flow_anchor(struct pkt_flow *flow, const struct pkt_seen *seen, uint32_t expected)
{
    if (!flow->open_isn)
        return;
    flow->open_isn = false;
    flow->offset = seen->real_seq - expected;
}

void pkt_flow_stamp(struct pkt_flow *flow, uint32_t script, uint32_t real)
{
    unsigned at = flow->stamp_count++ % PKT_STAMPS_MAX;

    if (!flow->has_stamp) {
        flow->has_stamp = true;
        flow->stamp_script = script;
        flow->stamp_real = real;
    }
    flow->stamps[at].script = script;
    flow->stamps[at].real = real;
}

/* The real TSval that was sent under the name of SCRIPT. */
static uint32_t real_stamp(const struct pkt_flow *flow, uint32_t script)
{
    unsigned kept = flow->stamp_count < PKT_STAMPS_MAX ? flow->stamp_count : PKT_STAMPS_MAX;

    for (unsigned i = 1; i <= kept; i++) {
        unsigned at = (flow->stamp_count - i) % PKT_STAMPS_MAX;

        if (flow->stamps[at].script == script)
            return flow->stamps[at].real;
    }
    if (!flow->has_stamp || script == 0)
        return script;
    return flow->stamp_real + (script - flow->stamp_script);
}

/* ---- Writing ---- */

static uint8_t *put_option(const struct pkt_tcp_option *option, const struct pkt_flow *flow,
                           uint8_t *at)
{
    *at++ = option->kind;
    switch (option->kind) {
    case TCP_OPTION_MSS:
        *at++ = 4;
        put_be16(at, (uint16_t)option->value);
        return at + 2;
    case TCP_OPTION_WINDOW_SCALE:
        *at++ = 3;
        *at++ = (uint8_t)option->value;
        return at;
    case TCP_OPTION_SACK_PERMITTED:
        *at++ = 2;
        return at;
    case TCP_OPTION_SACK:
        *at++ = (uint8_t)(2 + 8 * option->run_count);
        for (unsigned i = 0; i < option->run_count; i++, at += 8) {
            put_be32(at, option->runs[i][0] + flow->offset);
            put_be32(at + 4, option->runs[i][1] + flow->offset);
        }
        return at;
    case TCP_OPTION_TIMESTAMPS:
        *at++ = 10;
        put_be32(at, option->value);
        put_be32(at + 4, real_stamp(flow, option->echo));
        return at + 8;
    default:
        return at;
    }
}

static size_t build_tcp(const struct pkt_tcp *tcp, struct pkt_flow *flow, uint8_t *out)
{
    uint8_t options[TCP_OPTIONS_MAX], *at = options;
    struct tcp_header h = {
        .source_port = flow->remote_port,
        .destination_port = flow->local_port,
        .sequence = tcp->range.first,
        .flags = tcp->flags,
        .window = tcp->has_window ? tcp->window : flow->window,
        .urgent_pointer = tcp->urgent,
    };
    size_t len;

    if (tcp->has_window)
        flow->window = tcp->window;
    if (tcp->has_ack)
        h.acknowledgment = tcp->ack + flow->offset;
    for (unsigned i = 0; i < tcp->option_count; i++)
        at = put_option(&tcp->options[i], flow, at);
    h.options = (struct span){ options, (size_t)(at - options) };
    len = tcp_header_emit(&h, out);
    memset(out + len, 0, tcp->range.len);
    len += tcp->range.len;
    put_be16(out + TCP_CHECKSUM_AT,
             tcp_checksum(PKT_REMOTE_ADDRESS, PKT_LOCAL_ADDRESS, (struct span){ out, len }));
    return len;
}

static size_t build_udp(uint32_t text, const struct pkt_flow *flow, uint8_t *out)
{
    struct udp_header h = { flow->remote_port, flow->local_port,
                            (uint16_t)(UDP_HEADER_LEN + text), 0 };
    size_t len = udp_header_emit(&h, out);

    memset(out + len, 0, text);
    len += text;
    put_be16(out + UDP_CHECKSUM_AT,
             udp_checksum(PKT_REMOTE_ADDRESS, PKT_LOCAL_ADDRESS, (struct span){ out, len }));
    return len;
}

/* The header of the datagram that ICMP tells of, and 64 bits of what it had. */
static size_t build_quote(const struct pkt_icmp *icmp, const struct pkt_flow *flow, uint8_t *out)
{
    bool udp = icmp->quote == PKT_QUOTE_UDP;
    struct ipv4_header ip = {
        .total_length = (uint16_t)min_size(
            (udp ? IPV4_HEADER_MIN + UDP_HEADER_LEN : IPV4_HEADER_MIN + TCP_HEADER_MIN) +
                (size_t)icmp->range.len,
            IPV4_DATAGRAM_MAX),
        .ttl = 64,
        .protocol = udp ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP,
        .source = PKT_LOCAL_ADDRESS,
        .destination = PKT_REMOTE_ADDRESS,
    };
    size_t len = ipv4_header_emit(&ip, out);

    put_be16(out + len, flow->local_port);
    put_be16(out + len + 2, flow->remote_port);
    if (udp)
        put_be32(out + len + 4, (UDP_HEADER_LEN + icmp->range.len) << 16);
    else
        put_be32(out + len + 4, icmp->range.first + flow->offset);
    return len + ICMP_QUOTED_DATA_MIN;
}

static size_t build_icmp(const struct pkt_icmp *icmp, const struct pkt_flow *flow,
                         struct span quoted, uint8_t *out)
{
    struct icmp_message m = { icmp->type, icmp->code, 0, icmp->mtu };
    size_t len = icmp_message_emit(&m, out);

    if (icmp->quote != PKT_QUOTE_NOTHING) {
        len += build_quote(icmp, flow, out + len);
    } else if (quoted.len > 0) {
        size_t part = min_size(quoted.len, IPV4_HEADER_MIN + ICMP_QUOTED_DATA_MIN);

        memcpy(out + len, quoted.at, part);
        len += part;
    }
    put_be16(out + ICMP_CHECKSUM_AT, icmp_checksum((struct span){ out, len }));
    return len;
}

static uint8_t tos_of(const struct pkt_ip *ip)
{
    static const uint8_t bits[] = {
        [PKT_ECN_ECT0] = IPV4_ECN_ECT0,  [PKT_ECN_ECT1] = IPV4_ECN_ECT1,
        [PKT_ECN_ECT01] = IPV4_ECN_ECT0, [PKT_ECN_CE] = IPV4_ECN_CE,
    };

    return (uint8_t)(ip->tos | bits[ip->ecn]);
}

size_t pkt_wire_build(const struct pkt_packet *packet, struct pkt_flow *flow, struct span quoted,
                      uint8_t *out)
{
    static const uint8_t protocols[] = {
        [PKT_TCP] = IP_PROTOCOL_TCP, [PKT_UDP] = IP_PROTOCOL_UDP, [PKT_ICMP] = IP_PROTOCOL_ICMP
    };
    struct ipv4_header ip = {
        .tos = tos_of(&packet->ip),
        .ttl = packet->ip.has_ttl ? packet->ip.ttl : 64,
        .protocol = protocols[packet->protocol],
        .source = PKT_REMOTE_ADDRESS,
        .destination = PKT_LOCAL_ADDRESS,
    };
    uint8_t *body = out + IPV4_HEADER_MIN;
    size_t len = packet->protocol == PKT_TCP   ? build_tcp(&packet->tcp, flow, body)
                 : packet->protocol == PKT_UDP ? build_udp(packet->udp_len, flow, body)
                                               : build_icmp(&packet->icmp, flow, quoted, body);

    ip.total_length = (uint16_t)(IPV4_HEADER_MIN + len);
    return ipv4_header_emit(&ip, out) + len;
}
