#include "layers/wire/bytes.h"
#include "layers/wire/dissect_parts.h"

enum { EXTENSIONS_MAX = 6 }; /* more are a trick, not a packet */

/* A quotation within a quotation is nobody's business, as in ICMP. */
static void dissect_icmpv6(struct dissection *d, struct span in, bool quoted,
                           const struct carrier *carrier)
{
    struct layer *layer = dissect_open(d, LAYER_ICMPV6, in, quoted);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = icmp_message_parse(&layer->as.icmp, in, &layer->payload);
    layer->parsed = rule == RULE_NONE;
    layer->header_len = min_size(in.len, ICMP_HEADER_LEN);
    dissect_judge(d, layer, rule, rule != RULE_NONE, carrier);
    if (rule != RULE_NONE)
        return;
    if (dissect_is_whole(d, layer, carrier) &&
        !ipv6_checksum_ok(carrier->ipv6, IP_PROTOCOL_ICMPV6, in))
        layer->refused = RULE_ICMP_BAD_CHECKSUM;
    if (layer->as.icmp.type < ICMPV6_FIRST_INFORMATION && !quoted)
        dissect_ipv6(d, layer->payload, true);
    else
        dissect_data(d, layer->payload, quoted);
}

static void dissect_transport(struct dissection *d, uint8_t protocol, struct span in, bool quoted,
                              const struct carrier *carrier)
{
    switch (protocol) {
    case IP_PROTOCOL_ICMPV6: dissect_icmpv6(d, in, quoted, carrier); break;
    case IP_PROTOCOL_TCP: dissect_tcp(d, in, quoted, carrier); break;
    case IP_PROTOCOL_UDP: dissect_udp(d, in, quoted, carrier); break;
    default: dissect_data(d, in, quoted);
    }
}

/* Takes one extension header off *IN. False: what follows is not to be read. */
static bool dissect_extension(struct dissection *d, uint8_t *kind, struct span *in, bool quoted,
                              struct carrier *carrier)
{
    struct layer *layer = dissect_open(d, LAYER_IPV6_EXTENSION, *in, quoted);
    struct ipv6_extension *extension;
    rule_id rule;

    if (layer == NULL)
        return false;
    extension = &layer->as.extension;
    rule = ipv6_extension_parse(extension, *kind, *in, &layer->payload);
    layer->parsed = rule == RULE_NONE;
    layer->header_len = layer->parsed ? in->len - layer->payload.len : 0;
    dissect_judge(d, layer, rule, rule != RULE_NONE, carrier);
    if (!layer->parsed)
        return false;
    *kind = extension->next_header;
    *in = layer->payload;
    if (extension->kind != IPV6_FRAGMENT)
        return true;
    carrier->fragment = extension->more_fragments || extension->fragment_offset > 0;
    carrier->more_fragments = extension->more_fragments;
    if (extension->fragment_offset == 0)
        return true;
    dissect_data(d, *in, quoted);
    return false;
}

void dissect_ipv6(struct dissection *d, struct span in, bool quoted)
{
    struct layer *layer = dissect_open(d, LAYER_IPV6, in, quoted);
    struct carrier carrier = { .ipv4 = NULL };
    uint8_t kind;
    rule_id rule;

    if (layer == NULL)
        return;
    rule = ipv6_header_parse(&layer->as.ipv6, in, &layer->payload);
    layer->parsed = rule != RULE_IPV6_TRUNCATED;
    layer->header_len = min_size(in.len, IPV6_HEADER_LEN);
    dissect_judge(d, layer, rule, rule == RULE_IPV6_TRUNCATED || rule == RULE_IPV6_CUT, NULL);
    layer->cut = layer->cut || rule == RULE_IPV6_CUT;
    if (rule != RULE_NONE && rule != RULE_IPV6_CUT)
        return;
    if (!quoted)
        d->padding_len = in.len - layer->header_len - layer->payload.len;
    carrier.ipv6 = &layer->as.ipv6;
    carrier.more_fragments = layer->cut;
    carrier.fragment = layer->cut; /* for a checksum, as bad as a piece */
    kind = layer->as.ipv6.next_header;
    in = layer->payload;
    for (int i = 0; i < EXTENSIONS_MAX && ipv6_is_extension(kind); i++)
        if (!dissect_extension(d, &kind, &in, quoted, &carrier))
            return;
    dissect_transport(d, kind, in, quoted, &carrier);
}
