#include "layers/host.h"
#include "layers/net/icmp_parts.h"
#include "layers/net/ip_parts.h"
#include "layers/wire/bytes.h"

#include <string.h>

#define ERROR_DATAGRAM_MAX 576 /* RFC 1812 4.3.2.3 */

/* RFC 1812 4.3.2.5: precedence 6, and the TOS of what it is about. Of the four
 * TOS bits the last is ECN's now (RFC 3168 5), and ECN is between two ends. */
enum { TOS_INTERNETWORK_CONTROL = 0xc0, TOS_KEPT = 0x1c };

/* ---- When to say nothing ---- */

/* SOURCE defines a single host that can be written to (RFC 1122 3.2.2). */
static bool is_single_host(struct host *host, ipv4 source)
{
    bool loopback = ipv4_is_loopback(source);

    /* What this host sent to itself may well be answered within it. */
    return source >> 24 != 0 && !loopback && source != IPV4_BROADCAST &&
           !ip_is_broadcast(host, source) && !ipv4_is_multicast(source) && !ipv4_is_class_e(source);
}

static bool is_icmp_error(const struct ipv4_header *h, struct span data)
{
    return h->protocol == IP_PROTOCOL_ICMP && h->fragment_offset == 0 && data.len > 0 &&
           icmp_type_is_error(data.at[0]);
}

/* The rule for which nothing is said about a datagram, or none. */
static rule_id rule_of_silence(struct host *host, const struct packet *about,
                               const struct ipv4_header *h, struct span data, int64_t *a)
{
    /* Only what never was on a wire has such a source. */
    bool to_self = ipv4_is_loopback(h->source) && ip_is_own(host, h->destination);

    *a = h->fragment_offset;
    if (h->fragment_offset > 0)
        return RULE_ICMP_QUIET_ABOUT_FRAGMENT;
    if (is_icmp_error(h, data))
        return RULE_ICMP_QUIET_ABOUT_ERROR;
    *a = h->destination;
    if (ip_is_broadcast(host, h->destination) || ipv4_is_multicast(h->destination))
        return RULE_ICMP_QUIET_ABOUT_BROADCAST;
    if (about->to_group)
        return RULE_ICMP_QUIET_ABOUT_GROUP_FRAME;
    *a = h->source;
    if (!to_self && !is_single_host(host, h->source))
        return RULE_ICMP_QUIET_TO_SOURCE;
    return host->config.icmp.errors ? RULE_NONE : RULE_ICMP_QUIET_SWITCHED_OFF;
}

/* Takes a token; false if there is none (RFC 1812 4.3.2.8). */
static bool may_speak(struct host *host)
{
    const struct icmp_config *config = &host->config.icmp;
    struct icmp_state *icmp = host->icmp;
    vtime now = host->node.world->now;
    vtime each;

    if (config->error_rate == 0)
        return true;
    each = SECONDS / config->error_rate;
    if (icmp->full_at < now)
        icmp->full_at = now;
    if (icmp->full_at + each > now + config->error_burst * each)
        return false;
    icmp->full_at += each;
    return true;
}

/* ---- Saying it ---- */

static struct packet *build(struct host *host, const struct packet *about, struct span quote,
                            const struct icmp_message *m)
{
    size_t most = ERROR_DATAGRAM_MAX - IPV4_HEADER_MIN - ICMP_HEADER_LEN;
    size_t len = min_size(quote.len, most);
    struct packet *p = packet_new(host->node.world, ICMP_HEADER_LEN + len);
    uint8_t *at;

    if (p == NULL)
        return NULL;
    at = packet_bytes(p);
    icmp_message_emit(m, at);
    memcpy(at + ICMP_HEADER_LEN, quote.at, len);
    put_be16(at + ICMP_CHECKSUM_AT, icmp_checksum(packet_span(p)));
    packet_derive(p, about, (uint64_t)m->type << 8 | m->code);
    p->copy = about->copy;
    return p;
}

static bool send_error(struct host *host, const struct packet *about, const struct ipv4_header *h,
                       const struct icmp_message *m)
{
    struct span quote = packet_from(about, PACKET_NETWORK);
    struct ip_send send = { 0 };
    struct packet *p = build(host, about, quote, m);

    if (p == NULL)
        return false;
    WHY(&host->node, host_rule(host, RULE_ICMP_ERROR_SENT, RULE_ICMP_ERROR_SENT_ROUTER),
        icmp_type_and_code(m->type, m->code),
        rule_parts(p->len - ICMP_HEADER_LEN, (uint16_t)p->len, 0));
    send.destination = h->source;
    send.protocol = IP_PROTOCOL_ICMP;
    if (host->forwards)
        send.tos = (uint8_t)(TOS_INTERNETWORK_CONTROL | (h->tos & TOS_KEPT));
    host->counters.icmp_out++;
    return ip_output(host, p, &send);
}

bool icmp_send_error(struct host *host, const struct packet *about, uint8_t type, uint8_t code,
                     uint32_t rest)
{
    struct icmp_message m = { .type = type, .code = code, .rest = rest };
    struct ipv4_header h;
    struct span data;
    int64_t a = 0;
    rule_id rule = ipv4_header_parse(&h, packet_from(about, PACKET_NETWORK), &data);

    if (rule == RULE_NONE || rule == RULE_IP_DATAGRAM_CUT)
        rule = rule_of_silence(host, about, &h, data, &a);
    else
        rule = RULE_ICMP_QUIET_NO_HEADER;
    if (rule != RULE_NONE) {
        WHY(&host->node, rule, a, 0);
        return false;
    }
    if (!may_speak(host)) {
        WHY(&host->node, RULE_ICMP_RATE_LIMITED, host->config.icmp.error_rate,
            host->config.icmp.error_burst);
        return false;
    }
    return send_error(host, about, &h, &m);
}

void icmp_refuse(struct host *host, struct packet *p, const struct icmp_refusal *refusal)
{
    packet_tell_drop(p, &host->node, refusal->rule, refusal->a, refusal->b);
    icmp_send_error(host, p, refusal->type, refusal->code, refusal->rest);
    packet_free(host->node.world, p);
}

/* ---- Being told ---- */

/* What is wrong with a quotation, or none. H and DATA are filled. */
static rule_id quote_refused(struct host *host, struct span quote, struct ipv4_header *h,
                             struct span *data, int64_t *a)
{
    rule_id rule = ipv4_header_parse(h, quote, data);

    *a = 0;
    /* Routers may have left the checksum of what they quote unmended, and
     * quote only the beginning. */
    if (rule != RULE_NONE && rule != RULE_IP_DATAGRAM_CUT && rule != RULE_IP_BAD_CHECKSUM)
        return RULE_ICMP_QUOTE_UNUSABLE;
    if (data->len < ICMP_QUOTED_DATA_MIN)
        return RULE_ICMP_QUOTE_UNUSABLE;
    *a = h->source;
    if (!ip_is_own(host, h->source))
        return RULE_ICMP_QUOTE_NOT_OURS;
    *a = h->fragment_offset;
    return h->fragment_offset > 0 ? RULE_ICMP_QUOTE_LATER_FRAGMENT : RULE_NONE;
}

static bool is_too_big(const struct icmp_message *m)
{
    return m->type == ICMP_UNREACHABLE && m->code == ICMP_UNREACHABLE_FRAGMENTATION_NEEDED;
}

/* Anybody can send such an error; whoever asks may know better. */
static void learn_path_mtu(struct host *host, const struct icmp_message *m,
                           const struct icmp_report *report)
{
    const struct transport_ops *transport = host_transport(host, report->quoted.protocol);
    const struct ipv4_header *quoted = &report->quoted;
    uint16_t current = path_mtu(host, quoted->destination);
    uint16_t next_hop_mtu = icmp_next_hop_mtu(m);
    uint16_t refused = quoted->total_length;

    if (transport != NULL && transport->believes != NULL && !transport->believes(host, report))
        return;
    if (next_hop_mtu == 0)
        refused = path_mtu_refused_len(quoted, current);
    path_mtu_lower(host, quoted->destination, next_hop_mtu, refused);
}

static void make_report(struct icmp_report *report, const struct packet *p,
                        const struct ipv4_header *ip, const struct icmp_message *m,
                        struct span data)
{
    report->type = m->type;
    report->code = m->code;
    report->next_hop_mtu = is_too_big(m) ? icmp_next_hop_mtu(m) : 0;
    report->from = ip->source;
    report->quoted_transport = data;
    report->identity = p->identity;
}

void icmp_error_input(struct host *host, struct packet *p, const struct ipv4_header *ip,
                      const struct icmp_message *m, struct span quote)
{
    const struct transport_ops *transport;
    struct icmp_report report;
    struct span data;
    int64_t a;
    rule_id rule;

    memset(&report, 0, sizeof(report));
    rule = quote_refused(host, quote, &report.quoted, &data, &a);
    if (rule == RULE_NONE) {
        WHY(&host->node, RULE_ICMP_ERROR_RECEIVED, icmp_type_and_code(m->type, m->code),
            ip->source);
        make_report(&report, p, ip, m, data);
        if (is_too_big(m))
            learn_path_mtu(host, m, &report);
        a = report.quoted.protocol;
        transport = host_transport(host, report.quoted.protocol);
        if (transport == NULL || transport->error == NULL)
            rule = RULE_ICMP_NOBODY_TO_TELL;
    }
    if (rule != RULE_NONE) {
        packet_drop_with(p, &host->node, rule, a, 0);
        return;
    }
    transport->error(host, &report);
    packet_free(host->node.world, p);
}
