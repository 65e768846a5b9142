#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/tcp_option.h"
#include "layers/wire/udp_header.h"
#include "tools/lib/pkt_wire.h"
#include "tools/lib/text.h"

/* What came out of the stack, back into a script's words. */

static void read_option(struct pkt_tcp_option *to, const struct tcp_option *from)
{
    const uint8_t *at = from->data.at;

    to->kind = from->kind;
    switch (from->kind) {
    case TCP_OPTION_MSS:
        to->value = get_be16(at);
        break;
    case TCP_OPTION_WINDOW_SCALE:
        to->value = at[0];
        break;
    case TCP_OPTION_SACK:
        for (size_t i = 0; i + 8 <= from->data.len && to->run_count < PKT_SACK_MAX; i += 8) {
            to->runs[to->run_count][0] = get_be32(at + i);
            to->runs[to->run_count++][1] = get_be32(at + i + 4);
        }
        break;
    case TCP_OPTION_TIMESTAMPS:
        to->value = get_be32(at);
        to->echo = get_be32(at + 4);
        break;
    default:
        break;
    }
}

static void read_tcp(struct pkt_seen *seen, struct span segment)
{
    struct tcp_option_reader reader;
    struct tcp_option option;
    struct tcp_header h;
    struct span text;

    if (tcp_header_parse(&h, segment, &text) != RULE_NONE) {
        seen->flaw = _("its TCP header is broken");
        return;
    }
    if (!tcp_checksum_ok(seen->ip.source, seen->ip.destination, segment))
        seen->flaw = _("its TCP checksum is wrong");
    seen->source_port = h.source_port;
    seen->destination_port = h.destination_port;
    seen->real_seq = h.sequence;
    seen->tcp = (struct pkt_tcp){
        .flags = h.flags,
        .range = { h.sequence, h.sequence + (uint32_t)text.len, (uint32_t)text.len },
        .ack = h.acknowledgment,
        .has_ack = (h.flags & TCP_ACK) != 0,
        .window = h.window,
        .has_window = true,
        .urgent = h.urgent_pointer,
        .has_urgent = (h.flags & TCP_URG) != 0,
        .options = seen->options,
    };
    tcp_option_begin(&reader, h.options);
    while (tcp_option_next(&reader, &option) && seen->tcp.option_count < PKT_TCP_OPTIONS_MAX)
        read_option(&seen->options[seen->tcp.option_count++], &option);
    if (reader.refused != RULE_NONE)
        seen->flaw = _("its TCP options are broken");
}

static void read_udp(struct pkt_seen *seen, struct span datagram)
{
    struct udp_header h;
    struct span text;

    if (udp_header_parse(&h, datagram, &text) != RULE_NONE ||
        !udp_checksum_ok(seen->ip.source, seen->ip.destination, datagram)) {
        seen->flaw = _("its UDP header or checksum is wrong");
        return;
    }
    seen->source_port = h.source_port;
    seen->destination_port = h.destination_port;
    seen->udp_len = (uint32_t)text.len;
}

static void read_quote(struct pkt_icmp *icmp, struct span quoted)
{
    struct ipv4_header ip;
    struct span data;
    size_t headers;

    ipv4_header_parse(&ip, quoted, &data);
    if (data.len < ICMP_QUOTED_DATA_MIN)
        return;
    icmp->quote = ip.protocol == IP_PROTOCOL_TCP   ? PKT_QUOTE_TCP
                  : ip.protocol == IP_PROTOCOL_UDP ? PKT_QUOTE_UDP
                                                   : PKT_QUOTE_NOTHING;
    headers = ipv4_header_length(&ip) +
              (icmp->quote == PKT_QUOTE_UDP ? UDP_HEADER_LEN : TCP_HEADER_MIN);
    icmp->range.first = get_be32(data.at + 4);
    icmp->range.len = ip.total_length > headers ? (uint32_t)(ip.total_length - headers) : 0;
    icmp->range.last = icmp->range.first + icmp->range.len;
}

static void read_icmp(struct pkt_seen *seen, struct span message)
{
    struct icmp_message m;
    struct span data;

    if (icmp_message_parse(&m, message, &data) != RULE_NONE || !icmp_checksum_ok(message)) {
        seen->flaw = _("its ICMP header or checksum is wrong");
        return;
    }
    seen->icmp.type = m.type;
    seen->icmp.code = m.code;
    seen->icmp.mtu = icmp_next_hop_mtu(&m);
    if (icmp_type_is_error(m.type))
        read_quote(&seen->icmp, data);
}

void pkt_wire_read(struct span datagram, struct pkt_seen *seen)
{
    struct span payload;

    memset(seen, 0, sizeof(*seen));
    if (ipv4_header_parse(&seen->ip, datagram, &payload) != RULE_NONE) {
        seen->flaw = _("its IP header is broken");
        return;
    }
    switch (seen->ip.protocol) {
    case IP_PROTOCOL_TCP:
        seen->protocol = PKT_TCP;
        read_tcp(seen, payload);
        break;
    case IP_PROTOCOL_UDP:
        seen->protocol = PKT_UDP;
        read_udp(seen, payload);
        break;
    case IP_PROTOCOL_ICMP:
        seen->protocol = PKT_ICMP;
        read_icmp(seen, payload);
        break;
    default:
        seen->flaw = _("it is neither TCP nor UDP nor ICMP");
        break;
    }
    seen->sound = seen->flaw == NULL;
}

/* TSvals stay real: pkt_match.c compares how they run, not what they are. */
void pkt_wire_map(struct pkt_seen *seen, const struct pkt_flow *flow)
{
    seen->tcp.range.first -= flow->offset;
    seen->tcp.range.last -= flow->offset;
}
