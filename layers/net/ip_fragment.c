#include "layers/net/ip_fragment.h"

#include "layers/host.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/ipv4_option.h"

#include <string.h>

bool ip_fragment_cut(uint32_t first, uint32_t len, size_t header_len, uint16_t mtu,
                     struct ip_cut *cut)
{
    uint32_t room;

    if (mtu < header_len + IPV4_FRAGMENT_UNIT)
        return false;
    room = (uint32_t)(mtu - header_len);
    cut->first = first;
    cut->more = len - first > room;
    cut->len = cut->more ? room - room % IPV4_FRAGMENT_UNIT : len - first;
    return true;
}

size_t ip_fragment_options(struct span options, uint8_t *out)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;
    size_t len = 0;

    ipv4_option_begin(&reader, options);
    while (ipv4_option_next(&reader, &option)) {
        if ((option.type & IPV4_OPTION_COPIED) == 0)
            continue;
        memcpy(out + len, option.raw.at, option.raw.len);
        len += option.raw.len;
    }
    while (len % 4 != 0)
        out[len++] = IPV4_OPTION_END;
    return len;
}

/* One fragment of P, whose data begin at DATA: the part that CUT says. */
static struct packet *make_fragment(struct host *host, const struct packet *p, struct span data,
                                    const struct ipv4_header *h, const struct ip_cut *cut)
{
    size_t header_len = ipv4_header_length(h);
    struct packet *piece = packet_new(host->node.world, header_len + cut->len);
    struct ipv4_header mine = *h;

    if (piece == NULL)
        return NULL;
    mine.fragment_offset = (uint16_t)(h->fragment_offset + cut->first);
    mine.more_fragments = cut->more || h->more_fragments;
    mine.total_length = (uint16_t)(header_len + cut->len);
    ipv4_header_emit(&mine, packet_bytes(piece));
    memcpy(packet_bytes(piece) + header_len, data.at + cut->first, cut->len);
    packet_mark(piece, PACKET_NETWORK);
    packet_derive(piece, p, mine.fragment_offset);
    piece->frame = p->frame;
    piece->copy = p->copy;
    piece->ecn_capable = p->ecn_capable;
    WHY(&host->node, RULE_IP_FRAGMENT,
        rule_parts(mine.fragment_offset, mine.fragment_offset / IPV4_FRAGMENT_UNIT, 0),
        rule_parts(cut->len, (uint16_t)header_len, mine.more_fragments));
    host->counters.fragments_out++;
    return piece;
}

/* What the fragments behind the first carry as header. */
static struct ipv4_header later_header(struct host *host, const struct ipv4_header *h,
                                       uint8_t *options)
{
    struct ipv4_header later = *h;

    later.options = (struct span){ options, ip_fragment_options(h->options, options) };
    if (h->options.len > 0)
        WHY(&host->node, RULE_IP_FRAGMENT_OPTIONS, h->options.len, later.options.len);
    return later;
}

/* False if the packet buffers ran out. */
static bool cut_and_send(struct host *host, struct packet *p, const struct ipv4_header *h,
                         const struct ip_hop *hop)
{
    size_t header_len = ipv4_header_length(h);
    struct span data = { packet_bytes(p) + header_len, p->len - header_len };
    uint8_t options[IPV4_OPTIONS_MAX];
    struct ipv4_header later = later_header(host, h, options);
    struct ip_cut cut = { .more = true };

    for (uint32_t first = 0; cut.more; first += cut.len) {
        const struct ipv4_header *header = first == 0 ? h : &later;
        struct packet *piece;

        if (!ip_fragment_cut(first, (uint32_t)data.len, ipv4_header_length(header), hop->mtu,
                             &cut))
            return false;
        piece = make_fragment(host, p, data, header, &cut);
        if (piece == NULL)
            return false;
        ip_transmit_whole(piece, hop);
    }
    return true;
}

void ip_transmit(struct host *host, struct packet *p, const struct ipv4_header *h,
                 const struct ip_hop *hop)
{
    size_t header_len = ipv4_header_length(h);

    if (p->len <= hop->mtu) {
        ip_transmit_whole(p, hop);
        return;
    }
    if (hop->mtu < header_len + IPV4_FRAGMENT_UNIT) {
        packet_drop_with(p, &host->node, RULE_IP_MTU_TOO_SMALL, (int64_t)header_len, hop->mtu);
        return;
    }
    WHY(&host->node, RULE_IP_FRAGMENTED, p->len, hop->mtu);
    if (cut_and_send(host, p, h, hop))
        packet_free(host->node.world, p);
    else
        packet_drop(p, &host->node, RULE_IP_NO_MEMORY);
}
