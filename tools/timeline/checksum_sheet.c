#include "tools/timeline/checksum_sheet.h"

#include <stdio.h>

#include "layers/wire/bytes.h"
#include "tools/lib/run_field.h"
#include "tools/lib/text.h"

enum {
    TARGETS_MAX = DISSECTION_LAYERS_MAX,
    PSEUDO_LEN = 12,
    FIELDS_SIZE = 120,
    SUM_COLUMN = 14,
    FIELDS_COLUMN = 24
};

/* A checksum: what it covers, and where it stands in that. */
struct target {
    const char *title;
    const struct layer *layer;
    struct span covered;
    size_t at;   /* offset of the checksum in it */
    bool pseudo; /* the pseudo-header comes first */
};

static struct span whole(const struct dissection *d, const struct layer *layer)
{
    return (struct span){ d->bytes.at + layer->offset, layer->header_len + layer->payload.len };
}

static bool target_of(const struct dissection *d, const struct layer *layer, struct target *target)
{
    *target = (struct target){ .layer = layer, .covered = whole(d, layer) };
    switch (layer->kind) {
    case LAYER_IPV4:
        target->title = _("IPv4 header checksum: the header alone (RFC 791, 3.1)");
        target->covered.len = layer->header_len;
        target->at = 10;
        break;
    case LAYER_ICMP:
        target->title = _("ICMP checksum: the whole message (RFC 792)");
        target->at = 2;
        break;
    case LAYER_UDP:
        target->title = _("UDP checksum: pseudo-header, header and data (RFC 768)");
        target->at = 6;
        target->pseudo = true;
        break;
    case LAYER_TCP:
        target->title = _("TCP checksum: pseudo-header, header and data (RFC 9293, 3.1)");
        target->at = 16;
        target->pseudo = true;
        break;
    case LAYER_ICMPV6:
        target->title = _("ICMPv6 checksum: pseudo-header and the whole message");
        target->at = 2;
        target->pseudo = true;
        break;
    default: return false;
    }
    return layer->parsed && target->covered.len >= target->at + 2;
}

/* From the innermost; those quoted by an error are another packet's. */
static unsigned find_targets(const struct dissection *d, struct target *targets)
{
    unsigned count = 0;

    for (size_t i = d->count; i-- > 0;)
        if (!d->layers[i].quoted && target_of(d, &d->layers[i], &targets[count]))
            count++;
    return count;
}

struct adding {
    struct sheet *sheet;
    uint32_t sum;
    int y;
};

static void add_word(struct adding *adding, const char *place, uint16_t word, bool itself,
                     const char *fields)
{
    struct sheet *sheet = adding->sheet;

    sheet_text(sheet, 0, adding->y, MEANING_DETAIL, place);
    if (itself) {
        sheet_say(sheet, 7, adding->y, MEANING_CHANGED, "[%04x]", word);
        fields = _("the checksum itself: counts as zero");
        word = 0;
    } else {
        sheet_say(sheet, 8, adding->y, MEANING_VALUE, "%04x", word);
    }
    adding->sum += word;
    sheet_say(sheet, SUM_COLUMN, adding->y, MEANING_PLAIN, "= %x", adding->sum);
    sheet_text(sheet, FIELDS_COLUMN, adding->y++, itself ? MEANING_CHANGED : MEANING_DETAIL,
               fields);
}

/* The labels of the fields that touch the word at AT of LAYER's header. */
static void fields_of(const struct layer *layer, size_t at, char *out, size_t size)
{
    struct run_fields fields = run_fields_of(layer->kind);
    size_t len = 0;

    snprintf(out, size, "%s", at >= layer->header_len ? _("data") : "");
    for (size_t i = 0; i < fields.count && len < size; i++) {
        const struct field *field = &fields.at[i];

        if (field->bit + field->bits <= at * 8 || field->bit >= at * 8 + 16 ||
            !run_field_applies(layer, field))
            continue;
        len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", field->label);
    }
    if (out[0] == '\0')
        snprintf(out, size, "%s", _("options"));
}

static void add_pseudo_header(struct adding *adding, const struct ipv4_header *ip, size_t len)
{
    const struct {
        const char *name;
        uint16_t word;
    } words[] = {
        { _("source address"), (uint16_t)(ip->source >> 16) },
        { _("source address"), (uint16_t)ip->source },
        { _("destination address"), (uint16_t)(ip->destination >> 16) },
        { _("destination address"), (uint16_t)ip->destination },
        { _("zero, protocol"), ip->protocol },
        { _("length of header and data"), (uint16_t)len },
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        add_word(adding, _("pseudo"), words[i].word, false, words[i].name);
}

/* IPv6's: longer addresses, and a length and a protocol of 32 bits each. */
static void add_pseudo_header6(struct adding *adding, const struct ipv6_header *ip,
                               const struct target *target)
{
    uint32_t len = (uint32_t)target->covered.len;
    uint16_t protocol = target->layer->kind == LAYER_TCP   ? IP_PROTOCOL_TCP
                        : target->layer->kind == LAYER_UDP ? IP_PROTOCOL_UDP
                                                           : IP_PROTOCOL_ICMPV6;

    for (size_t i = 0; i < IPV6_LEN; i += 2)
        add_word(adding, _("pseudo"), get_be16(ip->source.at + i), false, _("source address"));
    for (size_t i = 0; i < IPV6_LEN; i += 2)
        add_word(adding, _("pseudo"), get_be16(ip->destination.at + i), false,
                 _("destination address"));
    add_word(adding, _("pseudo"), (uint16_t)(len >> 16), false, _("length of header and data"));
    add_word(adding, _("pseudo"), (uint16_t)len, false, _("length of header and data"));
    add_word(adding, _("pseudo"), protocol, false, _("zero, next header"));
}

/* A piece of a datagram. */
static bool is_fragment(const struct dissection *d, const struct layer *target)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);

    for (size_t i = 0; i < d->count && &d->layers[i] != target; i++)
        if (d->layers[i].kind == LAYER_IPV6_EXTENSION && !d->layers[i].quoted &&
            (d->layers[i].as.extension.more_fragments ||
             d->layers[i].as.extension.fragment_offset > 0))
            return true;
    return ip != NULL && ip->parsed && ipv4_header_is_fragment(&ip->as.ipv4) && target != ip;
}

static void add_covered(struct adding *adding, const struct target *target)
{
    struct span covered = target->covered;

    for (size_t at = 0; at < covered.len && adding->y < SHEET_ROWS_MAX - 8; at += 2) {
        uint16_t word = (uint16_t)(covered.at[at] << 8);
        char place[24], fields[FIELDS_SIZE];

        if (at + 1 < covered.len)
            word |= covered.at[at + 1];
        snprintf(place, sizeof(place), "%04zx", at);
        fields_of(target->layer, at, fields, sizeof(fields));
        add_word(adding, place, word, at == target->at, fields);
    }
}

/* Words past the sheet's end are added without being shown. */
static void add_rest(struct adding *adding, const struct target *target, size_t shown)
{
    struct span covered = target->covered;

    if (shown >= covered.len)
        return;
    for (size_t at = shown; at < covered.len; at += 2)
        adding->sum +=
            (uint32_t)(covered.at[at] << 8) + (at + 1 < covered.len ? covered.at[at + 1] : 0u);
    sheet_say(adding->sheet, 0, adding->y++, MEANING_IDLE, _("... %zu bytes more: = %x"),
              covered.len - shown, adding->sum);
}

static void write_end(struct adding *adding, const struct target *target)
{
    struct sheet *sheet = adding->sheet;
    uint16_t there = get_be16(target->covered.at + target->at);
    uint32_t folded = adding->sum;
    uint16_t result;

    while (folded >> 16 != 0) {
        uint32_t once = (folded & 0xffff) + (folded >> 16);

        sheet_say(sheet, 0, adding->y++, MEANING_PLAIN,
                  _("carry  %x + %04x = %x (end-around: ones' complement)"), folded >> 16,
                  folded & 0xffff, once);
        folded = once;
    }
    result = (uint16_t)~folded;
    if (target->layer->kind == LAYER_UDP && result == 0)
        result = 0xffff; /* 0 would say that there is none */
    sheet_say(sheet, 0, adding->y++, MEANING_PLAIN, _("invert ~%04x = %04x"), folded, result);
    if (target->layer->kind == LAYER_UDP && there == 0)
        sheet_text(sheet, 0, adding->y++, MEANING_DETAIL, _("the sender made none (0000)"));
    else
        sheet_say(sheet, 0, adding->y++, result == there ? MEANING_STATE : MEANING_LOST,
                  result == there ? _("it says %04x: right") : _("it says %04x: WRONG"), there);
}

void checksum_sheet_write(const struct dissection *d, unsigned which, struct sheet *sheet, int y)
{
    struct target targets[TARGETS_MAX];
    unsigned count = find_targets(d, targets);
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);
    struct adding adding = { .sheet = sheet, .y = y };
    const struct target *target;
    int before;

    if (count == 0) {
        sheet_wrap(sheet, 0, y, MEANING_PLAIN,
                   _("no checksum in this frame but Ethernet's own, the FCS (a CRC)"));
        return;
    }
    target = &targets[which % count];
    adding.y = sheet_wrap(sheet, 0, y, MEANING_TITLE, target->title);
    if (is_fragment(d, target->layer)) {
        sheet_wrap(sheet, 0, adding.y, MEANING_PLAIN,
                   _("it covers all fragments together: this one alone does not show it"));
        return;
    }
    if (d->truncated) {
        sheet_wrap(sheet, 0, adding.y, MEANING_PLAIN, _("not all bytes of the frame are here"));
        return;
    }
    if (target->pseudo && ip != NULL && ip->parsed)
        add_pseudo_header(&adding, &ip->as.ipv4, target->covered.len);
    else if (target->pseudo && ip6 != NULL && ip6->parsed)
        add_pseudo_header6(&adding, &ip6->as.ipv6, target);
    before = adding.y;
    add_covered(&adding, target);
    add_rest(&adding, target, 2 * (size_t)(adding.y - before));
    write_end(&adding, target);
}
