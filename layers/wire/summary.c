#include "layers/wire/summary.h"

#include <string.h>

#include "layers/wire/name.h"
#include "layers/wire/summary_parts.h"
#include "layers/wire/text.h"

/* From here down a time to live is worth a word: traceroute's, a neighbour's. */
enum { TTL_SMALL = 16 };

/* Bytes that an IP datagram carries, as its header tells. */
static size_t ip_data_len(const struct layer *ip)
{
    size_t header_len = ipv4_header_length(&ip->as.ipv4);
    size_t total = ip->as.ipv4.total_length;

    return total > header_len ? total - header_len : 0;
}

static void put_ip(struct text *t, ipv4 address)
{
    char string[IPV4_TEXT_SIZE];

    ipv4_format(address, string, sizeof(string));
    text_put(t, string);
}

static void put_mac(struct text *t, struct mac mac)
{
    char string[MAC_TEXT_SIZE];

    mac_format(mac, string, sizeof(string));
    text_put(t, string);
}

/* The last number of an address is what tells neighbours apart. */
static void put_host_part(struct text *t, ipv4 address)
{
    text_format(t, ".%u", (unsigned)(address & 0xff));
}

static void put_arp(struct text *t, const struct arp_message *m)
{
    bool about_itself = m->sender_ip == m->target_ip;

    text_put(t, "ARP ");
    if (m->opcode != ARP_REQUEST && m->opcode != ARP_REPLY) {
        text_format(t, "opcode %u from ", (unsigned)m->opcode);
        put_ip(t, m->sender_ip);
    } else if (about_itself) {
        text_put(t, "announcement ");
        put_ip(t, m->sender_ip);
    } else if (m->opcode == ARP_REPLY) {
        put_ip(t, m->sender_ip);
        text_put(t, " is-at ");
        put_mac(t, m->sender_mac);
    } else if (m->sender_ip == IPV4_ANY) {
        text_put(t, "probe ");
        put_ip(t, m->target_ip);
    } else {
        text_put(t, "who-has ");
        put_ip(t, m->target_ip);
        text_put(t, " tell ");
        put_ip(t, m->sender_ip);
    }
}

static void put_arp_short(struct text *t, const struct arp_message *m)
{
    text_put(t, "ARP ");
    if (m->opcode != ARP_REQUEST && m->opcode != ARP_REPLY) {
        text_format(t, "opcode %u", (unsigned)m->opcode);
    } else if (m->sender_ip == m->target_ip) {
        text_put(t, "announce ");
        put_host_part(t, m->sender_ip);
    } else if (m->opcode == ARP_REPLY) {
        put_host_part(t, m->sender_ip);
        text_format(t, " is-at ..%02x", (unsigned)m->sender_mac.at[MAC_LEN - 1]);
    } else {
        text_put(t, m->sender_ip == IPV4_ANY ? "probe " : "who-has ");
        put_host_part(t, m->target_ip);
    }
}

static size_t udp_data_len(const struct layer *udp)
{
    size_t length = udp->as.udp.length;

    return length > UDP_HEADER_LEN ? length - UDP_HEADER_LEN : 0;
}

/* Who speaks by port, and is not understood; or NULL. */
static const char *service(const struct layer *udp)
{
    const char *name = udp_service_name(udp->as.udp.destination_port);

    return name != NULL ? name : udp_service_name(udp->as.udp.source_port);
}

static void put_udp(struct text *t, const struct dissection *d, const struct layer *udp)
{
    if (summary_put_application(t, d, false))
        return;
    text_format(t, "UDP %u > %u len=%zu", (unsigned)udp->as.udp.source_port,
                (unsigned)udp->as.udp.destination_port, udp_data_len(udp));
    if (service(udp) != NULL)
        text_format(t, " %s", service(udp));
}

/* Of a damaged datagram nobody needs the length. */
static void put_udp_short(struct text *t, const struct dissection *d, const struct layer *udp)
{
    if (summary_put_application(t, d, true))
        return;
    if (service(udp) != NULL)
        text_put(t, service(udp));
    else
        text_format(t, "UDP %u>%u", (unsigned)udp->as.udp.source_port,
                    (unsigned)udp->as.udp.destination_port);
    if (summary_fault(d->refused) == NULL)
        text_format(t, " %zuB", udp_data_len(udp));
}

void summary_put_application_behind(struct text *t, const struct dissection *d, bool brief)
{
    if (dissection_application(d) == NULL)
        return;
    text_put(t, brief ? " " : ": ");
    summary_put_application(t, d, brief);
}

void summary_put_transport(struct text *t, const struct dissection *d,
                           const struct layer *transport, size_t len)
{
    switch (transport->kind) {
    case LAYER_UDP: put_udp(t, d, transport); break;
    case LAYER_TCP:
        summary_put_tcp(t, transport, len);
        summary_put_application_behind(t, d, false);
        break;
    case LAYER_ICMPV6: summary_put_icmpv6(t, d, transport, len); break;
    default: summary_put_icmp(t, d, transport, len); break;
    }
}

void summary_put_transport_short(struct text *t, const struct dissection *d,
                                 const struct layer *transport, size_t len)
{
    switch (transport->kind) {
    case LAYER_UDP: put_udp_short(t, d, transport); break;
    case LAYER_TCP:
        summary_put_tcp_short(t, transport, len);
        summary_put_application_behind(t, d, true);
        break;
    case LAYER_ICMPV6: summary_put_icmpv6_short(t, transport); break;
    default: summary_put_icmp_short(t, d, transport); break;
    }
}

void summary_put_protocol(struct text *t, uint8_t protocol)
{
    const char *name = ip_protocol_name(protocol);

    if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "protocol %u", (unsigned)protocol);
}

static void put_ip_pair(struct text *t, const struct ipv4_header *h)
{
    text_put(t, "IP ");
    put_ip(t, h->source);
    text_put(t, " > ");
    put_ip(t, h->destination);
}

/* The columns of the textbook's table, the same for each fragment. */
static void put_fragment(struct text *t, const struct layer *ip)
{
    const struct ipv4_header *h = &ip->as.ipv4;

    text_format(t, "IP frag id=%u MF=%d offset=%u len=%zu", (unsigned)h->identification,
                h->more_fragments, (unsigned)h->fragment_offset / 8, ip_data_len(ip));
}

static void put_fragment_short(struct text *t, const struct ipv4_header *h)
{
    text_format(t, "frag %u MF=%d off=%u", (unsigned)h->identification, h->more_fragments,
                (unsigned)h->fragment_offset / 8);
}

static void put_small_ttl(struct text *t, const struct ipv4_header *h)
{
    if (h->ttl <= TTL_SMALL)
        text_format(t, " ttl=%u", (unsigned)h->ttl);
}

const struct layer *summary_find_transport(const struct dissection *d)
{
    for (size_t i = 0; i < d->count; i++) {
        enum layer_kind kind = d->layers[i].kind;

        if (d->layers[i].quoted || !d->layers[i].parsed)
            continue;
        if (kind == LAYER_UDP || kind == LAYER_TCP || kind == LAYER_ICMP || kind == LAYER_ICMPV6)
            return &d->layers[i];
    }
    return NULL;
}

static void put_ipv4(struct text *t, const struct dissection *d, const struct layer *ip)
{
    const struct layer *transport = summary_find_transport(d);

    if (ipv4_header_is_fragment(&ip->as.ipv4)) {
        put_fragment(t, ip);
    } else if (transport != NULL) {
        summary_put_transport(t, d, transport, ip_data_len(ip));
    } else {
        put_ip_pair(t, &ip->as.ipv4);
        text_char(t, ' ');
        summary_put_protocol(t, ip->as.ipv4.protocol);
        text_format(t, ", %zu bytes", ip_data_len(ip));
    }
    put_small_ttl(t, &ip->as.ipv4);
}

static void put_ipv4_short(struct text *t, const struct dissection *d,
                           const struct layer *ip)
{
    const struct layer *transport = summary_find_transport(d);
    const struct ipv4_header *h = &ip->as.ipv4;

    if (ipv4_header_is_fragment(h)) {
        put_fragment_short(t, h);
    } else if (transport != NULL) {
        summary_put_transport_short(t, d, transport, ip_data_len(ip));
    } else {
        text_put(t, "IP ");
        summary_put_protocol(t, h->protocol);
        text_format(t, " %zuB", ip_data_len(ip));
    }
    put_small_ttl(t, h);
}

void summary_put_tags(struct text *t, const struct dissection *d, const char *word)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->layers[i].kind != LAYER_VLAN || !d->layers[i].parsed)
            continue;
        text_put(t, word);
        text_format(t, "%u ", (unsigned)(d->layers[i].as.vlan.tci & 0xfff));
    }
}

static void put_line(struct text *t, const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);
    const struct layer *arp = dissection_find(d, LAYER_ARP);

    summary_put_tags(t, d, "vlan ");
    if (arp != NULL && arp->parsed)
        put_arp(t, &arp->as.arp);
    else if (ip != NULL && ip->parsed)
        put_ipv4(t, d, ip);
    else if (ip6 != NULL && ip6->parsed)
        summary_put_ipv6(t, d, ip6);
    else
        text_format(t, "%s, %zu bytes", summary_frame_name(d), d->wire_len);
}

void summary_put_problems(struct text *t, const struct dissection *d)
{
    const char *fault = summary_fault(d->refused);

    if (fault != NULL)
        text_format(t, " [%s]", fault);
    if (d->truncated)
        text_format(t, " [%zu of %zu bytes]", d->bytes.len, d->wire_len);
}

size_t summary_format(const struct dissection *d, char *out, size_t size)
{
    struct text t = text_begin(out, size);

    put_line(&t, d);
    summary_put_problems(&t, d);
    return t.len;
}

size_t summary_format_tail(const struct dissection *d, char *out, size_t size)
{
    struct text t = text_begin(out, size);
    const struct layer *ip = dissection_find(d, LAYER_IPV4);

    summary_put_application_behind(&t, d, false);
    if (ip != NULL && ip->parsed)
        put_small_ttl(&t, &ip->as.ipv4);
    summary_put_problems(&t, d);
    return t.len;
}

size_t summary_format_carried(const struct dissection *d, char *out, size_t size)
{
    const struct layer *transport = summary_find_transport(d);
    struct text t = text_begin(out, size);

    if (transport != NULL)
        summary_put_transport_short(&t, d, transport, 0);
    return t.len;
}

static const char bad[] = " bad";

size_t summary_format_short(const struct dissection *d, char *out, size_t size)
{
    struct text t = text_begin(out, size);
    const struct layer *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);
    const struct layer *arp = dissection_find(d, LAYER_ARP);

    summary_put_tags(&t, d, "v");
    if (arp != NULL && arp->parsed)
        put_arp_short(&t, &arp->as.arp);
    else if (ip != NULL && ip->parsed)
        put_ipv4_short(&t, d, ip);
    else if (ip6 != NULL && ip6->parsed)
        summary_put_ipv6_short(&t, d, ip6);
    else
        text_format(&t, "%s %zuB", summary_frame_name(d), d->wire_len);
    if (summary_fault(d->refused) != NULL)
        text_put(&t, bad);
    return t.len;
}

size_t summary_problems_at(const char *facts)
{
    size_t end = strlen(facts);
    while (end > 0 && facts[end - 1] == ']') {
        size_t open = end;
        while (open > 0 && facts[open] != '[')
            open--;
        if (open == 0)
            break;
        end = open - 1; /* the blank before it */
    }
    return end;
}
