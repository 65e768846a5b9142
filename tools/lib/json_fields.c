/*
 * The headers of a frame as members of its record, by the tables of
 * layers/wire/field.h.
 */
#include "tools/lib/json_parts.h"

#include <string.h>

#include "layers/wire/item.h"
#include "tools/lib/run_field.h"

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
                                         "arp.dst.proto_ipv4", "dhcp.ip.client",
                                         "dhcp.ip.your", "dhcp.ip.server", "dhcp.ip.relay" };

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

/* ---- Items ---- */

enum { NAMES_MAX = 32 };

/* The items of a layer, name by name: several of one name are one array. */
struct item_names {
    struct json_writer *w;
    const char *names[NAMES_MAX];
    bool repeats[NAMES_MAX];
    size_t count;
    size_t now; /* whose values are being written */
};

static bool note_name(void *context, const struct item *item)
{
    struct item_names *all = context;

    if (item->name == NULL || all->count == NAMES_MAX)
        return true;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->names[i], item->name) == 0)
            return true;
    all->repeats[all->count] = item->repeats;
    all->names[all->count++] = item->name;
    return true;
}

static bool put_value(void *context, const struct item *item)
{
    struct item_names *all = context;
    bool repeats = all->repeats[all->now];
    const char *key = repeats ? NULL : item->name;

    if (item->name == NULL || strcmp(item->name, all->names[all->now]) != 0)
        return true;
    if (item->is_number)
        json_put_integer(all->w, key, item->number);
    else
        json_put_string(all->w, key, item->value);
    return repeats;
}

static void put_items(struct json_writer *w, const struct dissection *d, const struct layer *layer)
{
    struct item_names all = { .w = w };

    item_each(d, layer, note_name, &all);
    for (all.now = 0; all.now < all.count; all.now++) {
        if (all.repeats[all.now])
            json_open(w, all.names[all.now], '[');
        item_each(d, layer, put_value, &all);
        if (all.repeats[all.now])
            json_close(w, ']');
    }
}

void json_put_dissection_fields(struct json_writer *w, const struct dissection *d)
{
    unsigned seen = 0;

    for (size_t i = 0; i < d->count; i++) {
        const struct layer *layer = &d->layers[i];
        struct run_fields fields = run_fields_of(layer->kind);
        struct span header = { d->bytes.at + layer->offset, layer->header_len };

        /* A key stands once in an object: of two tags the first is shown. */
        if (layer->quoted || (seen >> layer->kind & 1) != 0)
            continue;
        seen |= 1u << layer->kind;
        for (size_t f = 0; f < fields.count; f++) {
            uint64_t value;

            if (run_field_applies(layer, &fields.at[f]) &&
                field_read(&fields.at[f], header, &value))
                put_field(w, &fields.at[f], value);
        }
        put_items(w, d, layer);
    }
}

void json_put_frame_fields(struct json_writer *w, struct span bytes)
{
    struct dissection d;

    dissect(&d, bytes, bytes.len, LAYER_ETHERNET);
    json_put_dissection_fields(w, &d);
}
