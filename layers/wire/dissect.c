#include "layers/wire/dissect.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/dissect_parts.h"
#include "layers/wire/ipv4_option.h"

struct layer *dissect_open(struct dissection *d, enum layer_kind kind, struct span in, bool quoted)
{
    struct layer *layer;

    if (d->count == DISSECTION_LAYERS_MAX)
        return NULL;
    layer = &d->layers[d->count++];
    *layer = (struct layer){ .kind = kind, .quoted = quoted };
    layer->offset = d->bytes.len == 0 ? 0 : (size_t)(in.at - d->bytes.at);
    layer->payload = span_empty(in);
    return layer;
}

void dissect_data(struct dissection *d, struct span in, bool quoted)
{
    struct layer *layer;

    if (in.len == 0)
        return;
    layer = dissect_open(d, LAYER_DATA, in, quoted);
    if (layer == NULL)
        return;
    layer->payload = in;
    layer->parsed = true;
}

void dissect_judge(const struct dissection *d, struct layer *layer, rule_id rule, bool wants_more,
                   const struct carrier *carrier)
{
    bool missing = layer->quoted || d->truncated || (carrier != NULL && carrier->more_fragments);

    if (wants_more && missing)
        layer->cut = true;
    else
        layer->refused = rule;
}

bool dissect_is_whole(const struct dissection *d, const struct layer *layer,
                      const struct carrier *carrier)
{
    return !layer->quoted && !layer->cut && !d->truncated && !carrier->fragment;
}

static void dissect_ipv4(struct dissection *d, struct span in, bool quoted);

static void dissect_icmp(struct dissection *d, struct span in, bool quoted,
                         const struct carrier *carrier)
{
    struct layer *layer = dissect_open(d, LAYER_ICMP, in, quoted);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = icmp_message_parse(&layer->as.icmp, in, &layer->payload);
    layer->parsed = rule == RULE_NONE;
    layer->header_len = min_size(in.len, ICMP_HEADER_LEN);
    dissect_judge(d, layer, rule, rule != RULE_NONE, carrier);
    if (rule != RULE_NONE)
        return;
    if (dissect_is_whole(d, layer, carrier) && !icmp_checksum_ok(in))
        layer->refused = RULE_ICMP_BAD_CHECKSUM;
    /* A quotation within a quotation is nobody's business: one is enough,
     * and the depth stays bounded. */
    if (icmp_type_is_error(layer->as.icmp.type) && !quoted)
        dissect_ipv4(d, layer->payload, true);
    else
        dissect_data(d, layer->payload, quoted);
}

static void dissect_transport(struct dissection *d, struct span in, bool quoted,
                              const struct ipv4_header *ip)
{
    struct carrier carrier = { .ipv4 = ip,
                               .fragment = ipv4_header_is_fragment(ip),
                               .more_fragments = ip->more_fragments };

    if (ip->fragment_offset > 0) {
        dissect_data(d, in, quoted);
        return;
    }
    switch (ip->protocol) {
    case IP_PROTOCOL_ICMP:
        dissect_icmp(d, in, quoted, &carrier);
        break;
    case IP_PROTOCOL_TCP:
        dissect_tcp(d, in, quoted, &carrier);
        break;
    case IP_PROTOCOL_UDP:
        dissect_udp(d, in, quoted, &carrier);
        break;
    default:
        dissect_data(d, in, quoted);
    }
}

static rule_id check_ipv4_options(const struct ipv4_header *h)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;

    ipv4_option_begin(&reader, h->options);
    while (ipv4_option_next(&reader, &option))
        continue;
    return reader.refused;
}

/*
 * With a wrong checksum or version the rest is still worth a look; with a
 * header or total length that cannot be, nobody knows where the data start.
 */
static bool knows_payload(rule_id rule)
{
    return rule == RULE_NONE || rule == RULE_IP_BAD_CHECKSUM ||
           rule == RULE_IP_DATAGRAM_CUT;
}

/* Bytes of IN behind a total length that can be true. */
static size_t padding_behind(const struct layer *layer, struct span in)
{
    size_t total = layer->as.ipv4.total_length;

    return total >= layer->header_len && total < in.len ? in.len - total : 0;
}

static void dissect_ipv4(struct dissection *d, struct span in, bool quoted)
{
    struct layer *layer = dissect_open(d, LAYER_IPV4, in, quoted);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = ipv4_header_parse(&layer->as.ipv4, in, &layer->payload);
    layer->parsed = rule != RULE_IP_TRUNCATED;
    layer->header_len = min_size(in.len, IPV4_HEADER_MIN);
    if (layer->parsed)
        layer->header_len = min_size(in.len, ipv4_header_length(&layer->as.ipv4));
    dissect_judge(d, layer, rule,
          rule == RULE_IP_TRUNCATED || rule == RULE_IP_HEADER_CUT ||
          rule == RULE_IP_DATAGRAM_CUT,
          NULL);
    if (layer->parsed && layer->as.ipv4.total_length > in.len)
        layer->cut = true;
    if (rule == RULE_NONE)
        layer->refused = check_ipv4_options(&layer->as.ipv4);
    if (!knows_payload(rule))
        return;
    if (!quoted)
        d->padding_len = padding_behind(layer, in);
    dissect_transport(d, layer->payload, quoted, &layer->as.ipv4);
}

static void dissect_arp(struct dissection *d, struct span in)
{
    struct layer *layer = dissect_open(d, LAYER_ARP, in, false);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = arp_message_parse(&layer->as.arp, in, &layer->payload);
    layer->parsed = rule == RULE_NONE;
    layer->header_len = min_size(in.len, ARP_MESSAGE_LEN);
    dissect_judge(d, layer, rule, rule == RULE_ARP_TRUNCATED, NULL);
    if (rule == RULE_NONE)
        d->padding_len = layer->payload.len;
    layer->payload.len = 0;
}

static void dissect_ethertype(struct dissection *d, struct span in, uint16_t ethertype,
                              int tags);

static void dissect_tag(struct dissection *d, struct span in, int tags)
{
    struct layer *layer = dissect_open(d, LAYER_VLAN, in, false);
    rule_id rule;

    if (layer == NULL)
        return;
    rule = vlan_tag_parse(&layer->as.vlan, in, &layer->payload);
    layer->parsed = rule == RULE_NONE;
    layer->header_len = min_size(in.len, VLAN_TAG_LEN);
    dissect_judge(d, layer, rule, rule != RULE_NONE, NULL);
    if (rule == RULE_NONE)
        dissect_ethertype(d, layer->payload, layer->as.vlan.ethertype, tags + 1);
}

/* An 802.3 frame: LENGTH stands where the type would. With LLC and SNAP (aa aa 03, three
 * zeros) the type comes behind them. */
static void dissect_length(struct dissection *d, struct span in, uint16_t length)
{
    static const uint8_t snap[] = { 0xaa, 0xaa, 3, 0, 0, 0 };
    struct span data = span_first(in, length);
    struct layer *layer;

    if (data.len < SNAP_LEN || memcmp(data.at, snap, sizeof(snap)) != 0) {
        dissect_data(d, in, false);
        return;
    }
    layer = dissect_open(d, LAYER_SNAP, data, false);
    if (layer == NULL)
        return;
    layer->parsed = true;
    layer->header_len = SNAP_LEN;
    layer->payload = span_after(data, SNAP_LEN);
    dissect_ethertype(d, layer->payload, get_be16(data.at + sizeof(snap)), DISSECTION_TAGS_MAX);
    d->padding_len += in.len - data.len;
}

static void dissect_ethertype(struct dissection *d, struct span in, uint16_t ethertype,
                              int tags)
{
    if (ethertype == ETHERTYPE_IPV4)
        dissect_ipv4(d, in, false);
    else if (ethertype == ETHERTYPE_ARP)
        dissect_arp(d, in);
    else if (ethertype == ETHERTYPE_IPV6)
        dissect_ipv6(d, in, false);
    else if ((ethertype == ETHERTYPE_VLAN || ethertype == ETHERTYPE_QINQ) &&
             tags < DISSECTION_TAGS_MAX)
        dissect_tag(d, in, tags);
    else if (ethertype < ETHERTYPE_FIRST && tags < DISSECTION_TAGS_MAX)
        dissect_length(d, in, ethertype);
    else
        dissect_data(d, in, false);
}

/* The 14 bytes only: tags are layers of their own. */
static void dissect_ethernet(struct dissection *d, struct span in)
{
    struct layer *layer = dissect_open(d, LAYER_ETHERNET, in, false);
    struct span behind;
    rule_id rule = ethernet_header_parse(&layer->as.ethernet, in, &behind);
    bool tagged;

    layer->parsed = rule != RULE_ETHERNET_TRUNCATED;
    layer->header_len = min_size(in.len, ETHERNET_HEADER_LEN);
    if (!layer->parsed) {
        dissect_judge(d, layer, rule, true, NULL);
        return;
    }
    tagged = layer->as.ethernet.tagged;
    layer->payload = span_after(in, ETHERNET_HEADER_LEN);
    dissect_ethertype(d, layer->payload,
                      tagged ? ETHERTYPE_VLAN : layer->as.ethernet.ethertype, 0);
}

void dissect(struct dissection *d, struct span bytes, size_t wire_len,
             enum layer_kind start)
{
    d->count = 0;
    d->bytes = bytes;
    d->padding_len = 0;
    d->refused = RULE_NONE;
    d->wire_len = wire_len > bytes.len ? wire_len : bytes.len;
    d->truncated = d->wire_len > bytes.len;
    if (start == LAYER_ETHERNET)
        dissect_ethernet(d, bytes);
    else if (start == LAYER_IPV6)
        dissect_ipv6(d, bytes, false);
    else
        dissect_ipv4(d, bytes, false);
    for (size_t i = 0; i < d->count && d->refused == RULE_NONE; i++)
        if (!d->layers[i].quoted)
            d->refused = d->layers[i].refused;
}

const struct layer *dissection_find(const struct dissection *d, enum layer_kind kind)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->layers[i].kind == kind && !d->layers[i].quoted)
            return &d->layers[i];
    return NULL;
}

const struct layer *dissection_application(const struct dissection *d)
{
    for (size_t i = d->count; i-- > 0;)
        if (d->layers[i].kind >= LAYER_DNS && d->layers[i].kind <= LAYER_TLS)
            return &d->layers[i];
    return NULL;
}

const char *layer_kind_name(enum layer_kind kind)
{
    static const char *const names[] = {
        [LAYER_ETHERNET] = "eth", [LAYER_VLAN] = "vlan", [LAYER_ARP] = "arp",
        [LAYER_IPV4] = "ip",      [LAYER_ICMP] = "icmp", [LAYER_UDP] = "udp",
        [LAYER_TCP] = "tcp",      [LAYER_DATA] = "data",
        [LAYER_IPV6] = "ipv6",    [LAYER_IPV6_EXTENSION] = "ipv6.ext",
        [LAYER_ICMPV6] = "icmpv6", [LAYER_DNS] = "dns",
        [LAYER_DHCP] = "dhcp",    [LAYER_HTTP] = "http",
        [LAYER_TLS] = "tls",      [LAYER_SNAP] = "llc",
    };

    ASSERT((size_t)kind < ARRAY_LEN(names));
    return names[kind];
}
