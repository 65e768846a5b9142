#include "tools/lib/run_field.h"

#include <string.h>

#include "layers/rule.h"

struct run_fields run_fields_of(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_ETHERNET: return (struct run_fields){ ethernet_fields, ethernet_field_count };
    case LAYER_VLAN: return (struct run_fields){ vlan_fields, vlan_field_count };
    case LAYER_ARP: return (struct run_fields){ arp_fields, arp_field_count };
    case LAYER_IPV4: return (struct run_fields){ ipv4_fields, ipv4_field_count };
    case LAYER_ICMP: return (struct run_fields){ icmp_fields, icmp_field_count };
    case LAYER_UDP: return (struct run_fields){ udp_fields, udp_field_count };
    case LAYER_TCP: return (struct run_fields){ tcp_fields, tcp_field_count };
    case LAYER_IPV6: return (struct run_fields){ ipv6_fields, ipv6_field_count };
    case LAYER_IPV6_EXTENSION:
        return (struct run_fields){ ipv6_fragment_fields, ipv6_fragment_field_count };
    case LAYER_ICMPV6: return (struct run_fields){ icmpv6_fields, icmpv6_field_count };
    case LAYER_DNS: return (struct run_fields){ dns_fields, dns_field_count };
    case LAYER_DHCP: return (struct run_fields){ dhcp_fields, dhcp_field_count };
    case LAYER_TLS: return (struct run_fields){ tls_fields, tls_field_count };
    case LAYER_SNAP:
    case LAYER_HTTP:
    case LAYER_DATA: break;
    }
    return (struct run_fields){ NULL, 0 };
}

/* RFC 1035 4.1.1: who asks can neither be authoritative nor fail. */
static bool dns_field_is_of_answers(const struct field *field)
{
    static const char *const names[] = { "dns.flags.authoritative", "dns.flags.recavail",
                                         "dns.flags.rcode" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(field->name, names[i]) == 0)
            return true;
    return false;
}

bool run_field_applies(const struct layer *layer, const struct field *field)
{
    if (layer->kind == LAYER_IPV6_EXTENSION)
        return layer->parsed && layer->as.extension.kind == IPV6_FRAGMENT;
    if (layer->kind == LAYER_DNS && dns_field_is_of_answers(field))
        return layer->as.dns.response;
    /* Only echoes and their kin have an identifier and a sequence number. */
    if (field->bit < 32 || (layer->kind != LAYER_ICMP && layer->kind != LAYER_ICMPV6))
        return true;
    if (layer->kind == LAYER_ICMPV6)
        return layer->parsed && (layer->as.icmp.type == ICMPV6_ECHO_REPLY ||
                                 layer->as.icmp.type == ICMPV6_ECHO_REQUEST);
    return layer->parsed && icmp_type_has_identifier(layer->as.icmp.type);
}

/* The field of LAYER's header at BIT, counted from the header's first. */
static const char *field_of_header(const struct layer *layer, size_t bit)
{
    struct run_fields fields = run_fields_of(layer->kind);

    for (size_t i = 0; i < fields.count; i++) {
        const struct field *field = &fields.at[i];

        if (bit >= field->bit && bit < (size_t)field->bit + field->bits &&
            run_field_applies(layer, field))
            return field->name;
    }
    return NULL;
}

static const char *payload_name(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_UDP: return "udp.payload";
    case LAYER_TCP: return "tcp.payload";
    default: return "data";
    }
}

const char *run_field_at(struct span frame, int64_t bit)
{
    size_t at = (size_t)bit, byte = at / 8;
    enum layer_kind innermost = LAYER_DATA;
    struct dissection d;

    if (bit < 0)
        return NULL;
    if (byte >= frame.len)
        return byte < frame.len + 4 ? "eth.fcs" : NULL;
    dissect(&d, frame, frame.len, LAYER_ETHERNET);
    if (byte >= frame.len - d.padding_len)
        return "eth.padding";
    for (size_t i = 0; i < d.count && !d.layers[i].quoted; i++) {
        const struct layer *layer = &d.layers[i];

        /* An application's bytes are data of what carries them. */
        if (layer->kind >= LAYER_DNS)
            break;
        if (byte >= layer->offset && byte < layer->offset + layer->header_len)
            return field_of_header(layer, at - layer->offset * 8);
        innermost = layer->kind;
    }
    return payload_name(innermost);
}

static bool find_in_header(const struct layer *layer, const char *name, int64_t *bit)
{
    struct run_fields fields = run_fields_of(layer->kind);

    for (size_t i = 0; i < fields.count; i++) {
        const struct field *field = &fields.at[i];
        size_t end = (size_t)field->bit + field->bits;

        if (strcmp(field->name, name) != 0 || end > layer->header_len * 8 ||
            !run_field_applies(layer, field))
            continue;
        *bit = (int64_t)(layer->offset * 8 + field->bit);
        return true;
    }
    return false;
}

bool run_field_find(struct span frame, const char *name, int64_t *bit)
{
    struct dissection d;

    dissect(&d, frame, frame.len, LAYER_ETHERNET);
    for (size_t i = 0; i < d.count && !d.layers[i].quoted; i++)
        if (find_in_header(&d.layers[i], name, bit))
            return true;
    return false;
}

struct run_damage run_fate_damage(const struct run_view *view, const struct record *record)
{
    struct run_damage damage = { NULL, NULL };
    struct span frame;

    if (record->kind != RECORD_FATE || record->frame == 0)
        return damage;
    frame = trace_frame_bytes(view->trace, record->frame);
    if (record->rule == RULE_LINK_CORRUPT || record->rule == RULE_FAULT_CORRUPT ||
        record->rule == RULE_INTERVENTION_CORRUPT) {
        damage.field = run_field_at(frame, record->a);
    } else if (record->rule == RULE_FAULT_SWAP) {
        damage.field = run_field_at(frame, record->a * 8);
        damage.second = run_field_at(frame, record->b * 8);
    }
    if (damage.field == NULL || damage.second == NULL ||
        strcmp(damage.field, damage.second) == 0)
        damage.second = NULL;
    return damage;
}
