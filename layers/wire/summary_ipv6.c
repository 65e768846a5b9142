#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/name.h"
#include "layers/wire/span.h"
#include "layers/wire/summary_parts.h"

enum { HOPS_SMALL = 16 };

static void put_ip(struct text *t, const struct ipv6 *address)
{
    char string[IPV6_TEXT_SIZE];

    ipv6_format(address, string, sizeof(string));
    text_put(t, string);
}

/* ---- ICMPv6 ---- */

/* The address that begins what a message of neighbours carries. */
static void put_target(struct text *t, const struct layer *icmp)
{
    struct ipv6 target;

    if (icmp->payload.len < IPV6_LEN)
        return;
    memcpy(target.at, icmp->payload.at, IPV6_LEN);
    put_ip(t, &target);
}

/* Its options: type, length in eights, data; 1 and 2 are link addresses. */
static bool find_link_address(const struct layer *icmp, struct mac *mac)
{
    struct span left = icmp->payload;

    if (left.len < IPV6_LEN)
        return false;
    left = span_after(left, IPV6_LEN);
    while (left.len >= 2 + MAC_LEN && left.at[1] != 0) {
        if (left.at[0] == 1 || left.at[0] == 2) {
            *mac = mac_get(left.at + 2);
            return true;
        }
        left = span_after(left, min_size(left.len, (size_t)left.at[1] * 8));
    }
    return false;
}

static void put_link_address(struct text *t, const struct layer *icmp)
{
    char string[MAC_TEXT_SIZE];
    struct mac mac;

    if (!find_link_address(icmp, &mac))
        return;
    mac_format(mac, string, sizeof(string));
    text_format(t, " is-at %s", string);
}

/* Whom the packet was for that an error quotes. */
static void put_quoted(struct text *t, const struct dissection *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->layers[i].kind == LAYER_IPV6 && d->layers[i].quoted && d->layers[i].parsed) {
            text_put(t, ", ");
            put_ip(t, &d->layers[i].as.ipv6.destination);
        }
}

static void put_type(struct text *t, const struct icmp_message *m)
{
    const char *name = icmpv6_type_name(m->type);

    if (name != NULL)
        text_format(t, "ICMPv6 %s", name);
    else
        text_format(t, "ICMPv6 type %u code %u", (unsigned)m->type, (unsigned)m->code);
}

static void put_error(struct text *t, const struct dissection *d, const struct icmp_message *m)
{
    const char *name = icmpv6_unreachable_name(m->code);

    if (m->type == ICMPV6_UNREACHABLE && name != NULL)
        text_format(t, ": %s", name);
    if (m->type == ICMPV6_TOO_BIG)
        text_format(t, ", next-hop MTU %lu", (unsigned long)m->rest);
    put_quoted(t, d);
}

void summary_put_icmpv6(struct text *t, const struct dissection *d, const struct layer *icmp,
                        size_t len)
{
    const struct icmp_message *m = &icmp->as.icmp;

    put_type(t, m);
    switch (m->type) {
    case ICMPV6_ECHO_REQUEST:
    case ICMPV6_ECHO_REPLY:
        text_format(t, " id=%u seq=%u len=%zu", (unsigned)icmp_identifier(m),
                    (unsigned)icmp_sequence(m), len > ICMP_HEADER_LEN ? len - ICMP_HEADER_LEN : 0);
        break;
    case ICMPV6_NEIGHBOUR_SOLICITATION:
        text_put(t, ": who-has ");
        put_target(t, icmp);
        break;
    case ICMPV6_NEIGHBOUR_ADVERTISEMENT:
        text_put(t, ": ");
        put_target(t, icmp);
        put_link_address(t, icmp);
        break;
    default:
        if (m->type < ICMPV6_FIRST_INFORMATION)
            put_error(t, d, m);
    }
}

void summary_put_icmpv6_short(struct text *t, const struct layer *icmp)
{
    const struct icmp_message *m = &icmp->as.icmp;

    if (m->type == ICMPV6_NEIGHBOUR_SOLICITATION) {
        text_put(t, "ICMPv6 who-has ");
        put_target(t, icmp);
    } else if (m->type == ICMPV6_NEIGHBOUR_ADVERTISEMENT) {
        text_put(t, "ICMPv6 here is ");
        put_target(t, icmp);
    } else {
        put_type(t, m);
    }
    if (m->type == ICMPV6_ECHO_REQUEST || m->type == ICMPV6_ECHO_REPLY)
        text_format(t, " seq=%u", (unsigned)icmp_sequence(m));
}

/* ---- IPv6 ---- */

/* The header of a fragment, if it is one; and what its innermost extension announces. */
static const struct ipv6_extension *find_fragment(const struct dissection *d, uint8_t *carries,
                                                  size_t *headers)
{
    const struct ipv6_extension *fragment = NULL;

    for (size_t i = 0; i < d->count; i++) {
        const struct layer *layer = &d->layers[i];

        if (layer->kind != LAYER_IPV6_EXTENSION || layer->quoted || !layer->parsed)
            continue;
        *carries = layer->as.extension.next_header;
        *headers += layer->header_len;
        if (layer->as.extension.kind == IPV6_FRAGMENT &&
            (layer->as.extension.more_fragments || layer->as.extension.fragment_offset > 0))
            fragment = &layer->as.extension;
    }
    return fragment;
}

static void put_unknown(struct text *t, uint8_t carries)
{
    if (carries == IPV6_NOTHING)
        text_put(t, "nothing");
    else
        summary_put_protocol(t, carries);
}

static void put_small_hop_limit(struct text *t, const struct ipv6_header *h)
{
    if (h->hop_limit <= HOPS_SMALL && !ipv6_is_multicast(&h->destination))
        text_format(t, " hlim=%u", (unsigned)h->hop_limit);
}

static void put_fragment(struct text *t, const struct ipv6_extension *fragment, size_t len)
{
    text_format(t, "IPv6 frag id=0x%lx MF=%d", (unsigned long)fragment->identification,
                fragment->more_fragments);
    text_format(t, " offset=%u len=%zu", (unsigned)fragment->fragment_offset / 8, len);
}

void summary_put_ipv6(struct text *t, const struct dissection *d, const struct layer *ip)
{
    const struct layer *transport = summary_find_transport(d);
    const struct ipv6_header *h = &ip->as.ipv6;
    uint8_t carries = h->next_header;
    size_t headers = 0, len;
    const struct ipv6_extension *fragment = find_fragment(d, &carries, &headers);

    len = h->payload_length > headers ? h->payload_length - headers : 0;
    if (fragment != NULL) {
        put_fragment(t, fragment, len);
    } else if (transport != NULL) {
        summary_put_transport(t, d, transport, len);
    } else {
        text_put(t, "IPv6 ");
        put_ip(t, &h->source);
        text_put(t, " > ");
        put_ip(t, &h->destination);
        text_char(t, ' ');
        put_unknown(t, carries);
        text_format(t, ", %zu bytes", len);
    }
    put_small_hop_limit(t, h);
}

void summary_put_ipv6_short(struct text *t, const struct dissection *d, const struct layer *ip)
{
    const struct layer *transport = summary_find_transport(d);
    uint8_t carries = ip->as.ipv6.next_header;
    size_t headers = 0, len;
    const struct ipv6_extension *fragment = find_fragment(d, &carries, &headers);

    len = ip->as.ipv6.payload_length > headers ? ip->as.ipv6.payload_length - headers : 0;
    if (fragment != NULL) {
        text_format(t, "frag 0x%lx MF=%d off=%u", (unsigned long)fragment->identification,
                    fragment->more_fragments, (unsigned)fragment->fragment_offset / 8);
    } else if (transport != NULL) {
        summary_put_transport_short(t, d, transport, len);
    } else {
        text_put(t, "IPv6 ");
        put_unknown(t, carries);
        text_format(t, " %zuB", len);
    }
    put_small_hop_limit(t, &ip->as.ipv6);
}
