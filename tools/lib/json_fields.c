/*
 * The headers of a frame as members of its record, by the tables of
 * layers/wire/field.h.
 */
#include "tools/lib/json_parts.h"

#include <string.h>

#include "layers/wire/dissect.h"
#include "layers/wire/field.h"

/* Wireshark shows these in bytes, the wire counts them in words. The fragment
 * offset it leaves in units of eight bytes, as the header has it. */
static const struct {
    const char *name;
    unsigned bits, bytes;
} units[] = {
    { "ip.hdr_len", 4, 4 },
    { "tcp.hdr_len", 4, 4 },
};

static unsigned unit_of(const struct field *field)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (field->bits == units[i].bits && strcmp(field->name, units[i].name) == 0)
            return units[i].bytes;
    return 1;
}

/* These 32 bits are an address; ends with the names the tables know. */
static bool is_ipv4(const char *name)
{
    static const char *const names[] = { "ip.src", "ip.dst", "arp.src.proto_ipv4",
                                         "arp.dst.proto_ipv4" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void put_field(struct json_writer *w, const struct field *field, uint64_t value)
{
    char text[MAC_TEXT_SIZE];

    if (field->bits == 48) {
        mac_format(mac_from_int64((int64_t)value), text, sizeof(text));
        json_put_string(w, field->name, text);
    } else if (field->bits == 32 && is_ipv4(field->name)) {
        ipv4_format((ipv4)value, text, sizeof(text));
        json_put_string(w, field->name, text);
    } else {
        json_put_integer(w, field->name, (int64_t)value * unit_of(field));
    }
}

struct fields {
    const struct field *at;
    size_t count;
};

static struct fields fields_of(enum layer_kind kind)
{
    switch (kind) {
    case LAYER_ETHERNET: return (struct fields){ ethernet_fields, ethernet_field_count };
    case LAYER_VLAN: return (struct fields){ vlan_fields, vlan_field_count };
    case LAYER_ARP: return (struct fields){ arp_fields, arp_field_count };
    case LAYER_IPV4: return (struct fields){ ipv4_fields, ipv4_field_count };
    case LAYER_ICMP: return (struct fields){ icmp_fields, icmp_field_count };
    case LAYER_UDP: return (struct fields){ udp_fields, udp_field_count };
    case LAYER_TCP: return (struct fields){ tcp_fields, tcp_field_count };
    case LAYER_DATA: break;
    }
    return (struct fields){ NULL, 0 };
}

/* Only echoes and their kin have an identifier and a sequence number. */
static bool has_field(const struct layer *layer, const struct field *field)
{
    if (layer->kind != LAYER_ICMP || field->bit < 32)
        return true;
    return layer->parsed && (layer->as.icmp.type == ICMP_ECHO_REPLY ||
                             layer->as.icmp.type == ICMP_ECHO_REQUEST);
}

void json_put_frame_fields(struct json_writer *w, struct span bytes)
{
    struct dissection d;
    unsigned seen = 0;

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    for (size_t i = 0; i < d.count; i++) {
        const struct layer *layer = &d.layers[i];
        struct fields fields = fields_of(layer->kind);
        struct span header = { bytes.at + layer->offset, layer->header_len };

        /* A key stands once in an object: of two tags the first is shown. */
        if (layer->quoted || (seen >> layer->kind & 1) != 0)
            continue;
        seen |= 1u << layer->kind;
        for (size_t f = 0; f < fields.count; f++) {
            uint64_t value;

            if (has_field(layer, &fields.at[f]) && field_read(&fields.at[f], header, &value))
                put_field(w, &fields.at[f], value);
        }
    }
}
