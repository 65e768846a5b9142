#include "layers/wire/bytes.h"
#include "layers/wire/dissect_parts.h"
#include "layers/wire/tcp_option.h"

/* Zero: the sender made none. */
static bool udp_is_right(const struct carrier *carrier, struct span datagram)
{
    if (carrier->ipv6 != NULL)
        return get_be16(datagram.at + UDP_CHECKSUM_AT) == 0 ||
               ipv6_checksum_ok(carrier->ipv6, IP_PROTOCOL_UDP, datagram);
    return udp_checksum_ok(carrier->ipv4->source, carrier->ipv4->destination, datagram);
}

static bool tcp_is_right(const struct carrier *carrier, struct span segment)
{
    if (carrier->ipv6 != NULL)
        return ipv6_checksum_ok(carrier->ipv6, IP_PROTOCOL_TCP, segment);
    return tcp_checksum_ok(carrier->ipv4->source, carrier->ipv4->destination, segment);
}

void dissect_udp(struct dissection *d, struct span in, bool quoted, const struct carrier *carrier)
{
    struct layer *layer = dissect_open(d, LAYER_UDP, in, quoted);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = udp_header_parse(&layer->as.udp, in, &layer->payload);
    layer->parsed = rule != RULE_UDP_TRUNCATED;
    layer->header_len = min_size(in.len, UDP_HEADER_LEN);
    dissect_judge(d, layer, rule, rule == RULE_UDP_TRUNCATED || rule == RULE_UDP_CUT, carrier);
    if (rule == RULE_NONE && dissect_is_whole(d, layer, carrier) &&
        !udp_is_right(carrier, span_first(in, layer->as.udp.length)))
        layer->refused = RULE_UDP_BAD_CHECKSUM;
    if (quoted || !layer->parsed)
        dissect_data(d, layer->payload, quoted);
    else
        dissect_datagram(d, layer->payload, layer->as.udp.source_port,
                         layer->as.udp.destination_port);
}

static rule_id check_tcp_options(const struct tcp_header *h)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, h->options);
    while (tcp_option_next(&reader, &option))
        continue;
    return reader.refused;
}

void dissect_tcp(struct dissection *d, struct span in, bool quoted, const struct carrier *carrier)
{
    struct layer *layer = dissect_open(d, LAYER_TCP, in, quoted);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = tcp_header_parse(&layer->as.tcp, in, &layer->payload);
    layer->parsed = rule != RULE_TCP_TRUNCATED;
    layer->header_len = min_size(in.len, TCP_HEADER_MIN);
    if (rule == RULE_NONE)
        layer->header_len = tcp_header_length(&layer->as.tcp);
    dissect_judge(d, layer, rule, rule == RULE_TCP_TRUNCATED || rule == RULE_TCP_HEADER_CUT,
                  carrier);
    if (rule == RULE_NONE)
        layer->refused = check_tcp_options(&layer->as.tcp);
    if (rule == RULE_NONE && dissect_is_whole(d, layer, carrier) && !tcp_is_right(carrier, in))
        layer->refused = RULE_TCP_BAD_CHECKSUM;
    if (quoted || !layer->parsed)
        dissect_data(d, layer->payload, quoted);
    else
        dissect_stream(d, layer->payload, layer->as.tcp.source_port,
                       layer->as.tcp.destination_port);
}
