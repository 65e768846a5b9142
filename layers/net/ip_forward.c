#include "layers/host.h"
#include "layers/net/icmp.h"
#include "layers/net/ip_options.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"

/*
 * RFC 1812 5.2.1.2, steps 5 to 11. Not modelled: redirects (5.2.7.2), filters,
 * multicast routing, type of service, source address validation (5.3.8, which
 * must be off by default anyway).
 */

static void drop(struct host *host, struct packet *p, rule_id rule, int64_t a, int64_t b)
{
    host->counters.ip_dropped++;
    packet_drop_with(p, &host->node, rule, a, b);
}

/* The same, and the source is told. */
static void refuse(struct host *host, struct packet *p, const struct icmp_refusal *refusal)
{
    host->counters.ip_dropped++;
    icmp_refuse(host, p, refusal);
}

/* Step 5: where to. Drops P if nowhere. */
static bool find_hop(struct host *host, struct packet *p, const struct ipv4_header *h,
                     struct ip_hop *hop)
{
    const struct route *route = route_find(host, h->destination);
    bool source_routed = ip_source_route_type(h) != 0;
    struct icmp_refusal refusal = {
        .rule = RULE_IP_NET_UNREACHABLE,
        .a = h->destination,
        .type = ICMP_UNREACHABLE,
        .code = source_routed ? ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED : ICMP_UNREACHABLE_NET,
    };

    if (route == NULL) {
        refuse(host, p, &refusal);
        return false;
    }
    *hop = ip_hop_by_route(host, route, h->destination);
    return true;
}

/* Step 6: may it go there. */
static rule_id forwarding_refused(const struct host *host, const struct packet *p,
                                  const struct ip_hop *hop)
{
    if (p->to_group)
        return RULE_IP_FORWARD_GROUP_FRAME;
    if (hop->broadcast && !host->config.ip.directed_broadcast)
        return RULE_IP_DIRECTED_BROADCAST_OFF;
    return RULE_NONE;
}

/* Step 7. The checksum is mended, not made anew: whatever was wrong in the
 * header stays visible (RFC 1812 4.2.2.5, RFC 1624). */
static void decrement_ttl(struct host *host, struct packet *p, struct ipv4_header *h)
{
    uint8_t *header = packet_bytes(p);
    uint16_t old_word = get_be16(header + IPV4_TTL_AT);
    uint16_t old_checksum = get_be16(header + IPV4_CHECKSUM_AT);
    uint16_t new_checksum;

    header[IPV4_TTL_AT]--;
    new_checksum = checksum_update(old_checksum, old_word, get_be16(header + IPV4_TTL_AT));
    put_be16(header + IPV4_CHECKSUM_AT, new_checksum);
    WHY(&host->node, RULE_IP_FORWARD_TTL, h->ttl, h->ttl - 1);
    WHY(&host->node, RULE_IP_CHECKSUM_UPDATED, old_checksum, new_checksum);
    h->ttl--;
    h->checksum = new_checksum;
}

/* Step 8. False if P was dropped. */
static bool write_options(struct host *host, struct packet *p, const struct ipv4_header *h,
                          const struct ip_hop *hop)
{
    uint8_t at = 0;
    rule_id rule;

    if (h->options.len == 0)
        return true;
    rule = ip_options_update(host, p, h, hop->interface->address,
                             IP_OPTIONS_ROUTE | IP_OPTIONS_TIME, &at);
    if (rule == RULE_NONE)
        return true;
    refuse(host, p, &(struct icmp_refusal){
        .rule = rule,
        .a = at,
        .type = ICMP_PARAMETER_PROBLEM,
        .code = ICMP_PARAMETER_AT_POINTER,
        .rest = icmp_rest_pointer(at),
    });
    return false;
}

/* Step 9, as far as it can fail. False if P was dropped. */
static bool may_be_cut(struct host *host, struct packet *p, const struct ipv4_header *h,
                       const struct ip_hop *hop)
{
    if (p->len <= hop->mtu || !h->dont_fragment)
        return true;
    refuse(host, p, &(struct icmp_refusal){
        .rule = RULE_IP_DF_SET,
        .a = p->len,
        .b = hop->mtu,
        .type = ICMP_UNREACHABLE,
        .code = ICMP_UNREACHABLE_FRAGMENTATION_NEEDED,
        .rest = hop->mtu,
    });
    return false;
}

void ip_forward(struct interface *interface, struct packet *p, const struct ipv4_header *received)
{
    struct host *host = interface->host;
    struct ipv4_header h = *received;
    struct ip_hop hop;
    rule_id rule;

    if (!find_hop(host, p, &h, &hop))
        return;
    rule = forwarding_refused(host, p, &hop);
    if (rule != RULE_NONE) {
        drop(host, p, rule, h.destination, 0);
        return;
    }
    if (h.ttl <= 1) {
        refuse(host, p, &(struct icmp_refusal){
            .rule = RULE_IP_TTL_EXPIRED,
            .a = h.ttl,
            .type = ICMP_TIME_EXCEEDED,
            .code = ICMP_EXCEEDED_IN_TRANSIT,
        });
        return;
    }
    decrement_ttl(host, p, &h);
    if (!write_options(host, p, &h, &hop) || !may_be_cut(host, p, &h, &hop))
        return;
    host->counters.ip_forwarded++;
    ip_transmit(host, p, &h, &hop);
}
