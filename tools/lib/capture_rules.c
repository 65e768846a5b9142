#include "tools/lib/capture_rules.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_option.h"
#include "layers/wire/pseudo_header.h"
#include "layers/wire/span.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tcp_option.h"
#include "layers/wire/udp_header.h"
#include "sim/capture_link.h"
#include "tools/lib/capture_rules_parts.h"

enum {
    ETHERNET_MTU = 1500,
    RESERVED_BITS = 0xe, /* the fourth was RFC 3540's, and is tried again */
    PORT_DNS = 53,
    PORT_DHCP_SERVER = 67,
    PORT_DHCP_CLIENT = 68,
    TIMESTAMPS_LEN = 12, /* NOP, NOP, timestamps: what nearly all segments have */
};

#define TIMESTAMPS_ONLY 0x0101080au

struct capture_rules *capture_rules_open(void)
{
    return calloc(1, sizeof(struct capture_rules));
}

void capture_rules_close(struct capture_rules *rules)
{
    if (rules != NULL)
        capture_breaks_free(&rules->breaks);
    free(rules);
}

void rules_report(struct capture_rules *rules, uint64_t frame, rule_id rule, uint64_t other,
                  int64_t a, int64_t b)
{
    capture_breaks_add(
        &rules->breaks,
        &(struct capture_break){ .frame = frame, .other = other, .rule = rule, .a = a, .b = b });
}

/* ---- Checksums ---- */

/* The field holds 0, or the sum of the pseudo-header, with or without the length: the card
 * goes on from there. */
static bool is_unfilled(uint16_t field, const struct ipv4_header *ip, size_t len)
{
    struct checksum_sum with = { 0 }, without = { 0 };
    unsigned filled = (uint16_t) ~(unsigned)field;

    pseudo_header_add(&with, ip->source, ip->destination, ip->protocol, len);
    pseudo_header_add(&without, ip->source, ip->destination, ip->protocol, 0);
    return field == 0 || filled == checksum_fold(&with) || filled == checksum_fold(&without);
}

static void judge_sum(struct capture_rules *rules, const struct rules_frame *frame,
                      const struct ipv4_header *ip, enum capture_sum sum, bool good, uint16_t field,
                      size_t len)
{
    if (good)
        capture_sums_good(&rules->sums, ip->source, 1u << sum);
    else
        capture_sums_bad(&rules->sums, &rules->breaks, ip->source, sum, is_unfilled(field, ip, len),
                         frame->number);
}

/* ---- Transport ---- */

static rule_id refused_option(struct span options)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, options);
    while (tcp_option_next(&reader, &option))
        continue;
    return reader.refused;
}

static bool has_mss(struct span options)
{
    struct tcp_option_reader reader;
    struct tcp_option option;

    tcp_option_begin(&reader, options);
    while (tcp_option_next(&reader, &option))
        if (option.kind == TCP_OPTION_MSS)
            return true;
    return false;
}

static void judge_tcp_options(struct capture_rules *rules, const struct rules_frame *frame,
                              const struct tcp_header *h)
{
    rule_id refused;

    if (h->options.len == 0 ||
        (h->options.len == TIMESTAMPS_LEN && get_be32(h->options.at) == TIMESTAMPS_ONLY))
        return;
    refused = refused_option(h->options);
    if (refused != RULE_NONE)
        rules_report(rules, frame->number, refused, 0, 0, 0);
    if ((h->flags & TCP_SYN) == 0 && has_mss(h->options))
        rules_report(rules, frame->number, RULE_SEEN_TCP_MSS_LATE, 0, 0, 0);
}

static void judge_tcp(struct capture_rules *rules, const struct rules_frame *frame,
                      const struct ipv4_header *ip, struct span in, bool whole)
{
    struct tcp_header h;
    struct span data;
    rule_id rule = tcp_header_parse(&h, in, &data);

    if (rule != RULE_NONE) {
        if (whole || rule == RULE_TCP_BAD_DATA_OFFSET)
            rules_report(rules, frame->number, rule, 0, 0, 0);
        return;
    }
    if ((h.reserved & RESERVED_BITS) != 0)
        rules_report(rules, frame->number, RULE_SEEN_TCP_RESERVED, 0, h.reserved, 0);
    if ((h.flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN))
        rules_report(rules, frame->number, RULE_SEEN_TCP_SYN_FIN, 0, 0, 0);
    judge_tcp_options(rules, frame, &h);
    if (whole)
        judge_sum(rules, frame, ip, SUM_TCP, tcp_checksum_ok(ip->source, ip->destination, in),
                  h.checksum, in.len);
}

static void judge_udp(struct capture_rules *rules, const struct rules_frame *frame,
                      const struct ipv4_header *ip, struct span in, bool whole)
{
    struct udp_header h;
    struct span data;
    rule_id rule = udp_header_parse(&h, in, &data);

    if (rule != RULE_NONE && (whole || rule == RULE_UDP_BAD_LENGTH))
        rules_report(rules, frame->number, rule, 0, 0, 0);
    if (rule != RULE_NONE)
        return;
    if (whole && h.checksum != 0)
        judge_sum(rules, frame, ip, SUM_UDP,
                  udp_checksum_ok(ip->source, ip->destination, span_first(in, h.length)),
                  h.checksum, h.length);
    if (h.source_port == PORT_DNS || h.destination_port == PORT_DNS)
        rules_dns(rules, frame, ip, h.source_port, h.destination_port, data);
    if (h.source_port == PORT_DHCP_SERVER && h.destination_port == PORT_DHCP_CLIENT)
        rules_dhcp(rules, frame, ip, data);
}

static void judge_icmp(struct capture_rules *rules, const struct rules_frame *frame,
                       const struct ipv4_header *ip, struct span in, bool whole)
{
    if (whole && in.len < ICMP_HEADER_LEN)
        rules_report(rules, frame->number, RULE_ICMP_TRUNCATED, 0, 0, 0);
    if (in.len < ICMP_HEADER_LEN)
        return;
    if (whole) /* no pseudo-header: only 0 is unfilled */
        judge_sum(rules, frame, ip, SUM_ICMP, icmp_checksum_ok(in), get_be16(in.at + 2), 0);
    rules_icmp(rules, frame, ip, in);
}

/* ---- IP ---- */

static void judge_addresses(struct capture_rules *rules, const struct rules_frame *frame,
                            const struct ipv4_header *ip)
{
    bool first_steps = ip->protocol == IP_PROTOCOL_UDP || ip->protocol == IP_PROTOCOL_IGMP;

    if (ipv4_is_multicast(ip->source) || ipv4_is_class_e(ip->source) ||
        ip->source == IPV4_BROADCAST || (ip->source >> 24 == 0 && !first_steps))
        rules_report(rules, frame->number, RULE_SEEN_IP_SOURCE, 0, ip->source, 0);
    if (ip->destination >> 24 == 0 || ipv4_is_class_e(ip->destination))
        rules_report(rules, frame->number, RULE_SEEN_IP_DESTINATION, 0, ip->destination, 0);
    if (!frame->on_wire)
        return;
    if (ipv4_is_loopback(ip->source) || ipv4_is_loopback(ip->destination))
        rules_report(rules, frame->number, RULE_SEEN_IP_LOOPBACK, 0,
                     ipv4_is_loopback(ip->source) ? ip->source : ip->destination, 0);
    else if (ip->source == ip->destination && ip->source != 0)
        rules_report(rules, frame->number, RULE_SEEN_LAND, 0, ip->source, 0);
}

static void judge_ip_options(struct capture_rules *rules, const struct rules_frame *frame,
                             const struct ipv4_header *ip)
{
    struct ipv4_option_reader reader;
    struct ipv4_option option;

    ipv4_option_begin(&reader, ip->options);
    while (ipv4_option_next(&reader, &option))
        continue;
    if (reader.refused != RULE_NONE)
        rules_report(rules, frame->number, reader.refused, 0, 0, 0);
}

/* One note a host is enough. */
static void note_big(struct capture_rules *rules, const struct rules_frame *frame, ipv4 host,
                     size_t len)
{
    for (uint32_t i = 0; i < rules->big_host_count; i++)
        if (rules->big_hosts[i] == host)
            return;
    if (rules->big_host_count == BIG_HOSTS)
        return;
    rules->big_hosts[rules->big_host_count++] = host;
    rules_report(rules, frame->number, RULE_SEEN_SEGMENT_OFFLOAD, 0, host, (int64_t)len);
}

/* The last frame that was cut was the only one of its length. */
static void tell_cut(struct capture_rules *rules)
{
    if (rules->cut_frame != 0 && !rules->cut_told)
        rules_report(rules, rules->cut_frame, RULE_IP_DATAGRAM_CUT, 0, 0, 0);
}

/*
 * A frame shorter than its IP header says. Two of the same length were cut by somebody
 * who has not noted how long they had been; one may be a lie.
 */
static void note_cut(struct capture_rules *rules, const struct rules_frame *frame)
{
    size_t len = frame->captured->bytes.len;

    if (rules->cut_frame != 0 && rules->cut_len == len) {
        if (!rules->cut_told)
            rules_report(rules, rules->cut_frame, RULE_SEEN_CUT_BEFORE, 0, (int64_t)len, 0);
        rules->cut_told = true;
        return;
    }
    tell_cut(rules);
    rules->cut_frame = frame->number;
    rules->cut_len = len;
    rules->cut_told = false;
}

/* The headers of IN cannot be what somebody meant: says so. False: go no further. */
static bool judge_header(struct capture_rules *rules, const struct rules_frame *frame,
                         struct span in, struct ipv4_header *ip, rule_id rule, struct span *payload)
{
    bool cut = frame->missing > 0 && (rule == RULE_IP_TRUNCATED || rule == RULE_IP_HEADER_CUT);

    if (rule == RULE_IP_BAD_CHECKSUM) {
        capture_sums_bad(&rules->sums, &rules->breaks, ip->source, SUM_IP, ip->checksum == 0,
                         frame->number);
        return ip->checksum == 0;
    }
    if (rule == RULE_NONE || rule == RULE_IP_DATAGRAM_CUT)
        capture_sums_good(&rules->sums, ip->source, 1u << SUM_IP);
    if (rule == RULE_IP_BAD_TOTAL_LENGTH && ip->total_length == 0 && in.len > ETHERNET_MTU) {
        note_big(rules, frame, ip->source, in.len + frame->missing);
        *payload = span_after(in, ipv4_header_length(ip));
        return true;
    }
    if (rule == RULE_NONE || cut ||
        (rule == RULE_IP_DATAGRAM_CUT && in.len + frame->missing >= ip->total_length))
        return !cut;
    if (rule == RULE_IP_DATAGRAM_CUT)
        note_cut(rules, frame);
    else
        rules_report(rules, frame->number, rule, 0, 0, 0);
    return rule == RULE_IP_DATAGRAM_CUT;
}

static void judge_transport(struct capture_rules *rules, const struct rules_frame *frame,
                            const struct ipv4_header *ip, struct span payload, bool whole)
{
    if (ip->protocol == IP_PROTOCOL_TCP)
        judge_tcp(rules, frame, ip, payload, whole);
    else if (ip->protocol == IP_PROTOCOL_UDP)
        judge_udp(rules, frame, ip, payload, whole);
    else if (ip->protocol == IP_PROTOCOL_ICMP)
        judge_icmp(rules, frame, ip, payload, whole);
}

static void judge_ipv4(struct capture_rules *rules, const struct rules_frame *frame, struct span in)
{
    struct ipv4_header ip;
    struct span payload;
    rule_id rule = ipv4_header_parse(&ip, in, &payload);
    uint32_t len, header;

    if (!judge_header(rules, frame, in, &ip, rule, &payload))
        return;
    header = (uint32_t)ipv4_header_length(&ip);
    len = ip.total_length >= header ? ip.total_length - header : (uint32_t)payload.len;
    if (ip.ttl == 0)
        rules_report(rules, frame->number, RULE_SEEN_IP_TTL_ZERO, 0, 0, 0);
    if (ip.reserved_flag)
        rules_report(rules, frame->number, RULE_SEEN_IP_RESERVED_FLAG, 0, 0, 0);
    judge_addresses(rules, frame, &ip);
    if (ip.options.len > 0)
        judge_ip_options(rules, frame, &ip);
    if (ip.total_length > ETHERNET_MTU && frame->captured->linktype == LINKTYPE_ETHERNET)
        note_big(rules, frame, ip.source, ip.total_length);
    if (ip.dont_fragment && rules->too_bigs > 0)
        rules_path_mtu(rules, frame, &ip);
    if (ipv4_header_is_fragment(&ip))
        rules_fragment(rules, frame, &ip, payload, len);
    else
        judge_transport(rules, frame, &ip, payload, frame->missing == 0 && payload.len == len);
}

/* ---- A frame ---- */

static void note_time(struct capture_rules *rules, const struct capture_frame *captured)
{
    if (!captured->has_time)
        return;
    if (!rules->started)
        rules->first_ns = captured->time_ns;
    rules->started = true;
    rules->now_ns = captured->time_ns;
}

static struct rules_frame look(const struct capture_frame *captured)
{
    struct rules_frame frame = { .captured = captured, .number = captured->number };

    if (captured->original_len > captured->bytes.len)
        frame.missing = captured->original_len - captured->bytes.len;
    if (captured->linktype != LINKTYPE_ETHERNET || captured->bytes.len < ETHERNET_HEADER_LEN)
        return frame;
    frame.to = mac_get(captured->bytes.at);
    frame.from = mac_get(captured->bytes.at + MAC_LEN);
    frame.on_wire = !mac_equal(frame.from, frame.to) && !mac_equal(frame.from, MAC_NONE);
    return frame;
}

void capture_rules_frame(struct capture_rules *rules, const struct capture_frame *captured)
{
    struct rules_frame frame;
    struct span packet;
    uint16_t ethertype;

    note_time(rules, captured);
    if (rules_frame_is_plain(rules, captured))
        return;
    frame = look(captured);
    if (!capture_payload(captured->linktype, captured->bytes, &ethertype, &packet))
        return;
    if (ethertype == ETHERTYPE_IPV4)
        judge_ipv4(rules, &frame, packet);
    else if (ethertype == ETHERTYPE_ARP)
        rules_arp(rules, &frame, packet);
}

void capture_rules_end(struct capture_rules *rules)
{
    rules_fragments_finish(rules);
    rules_shapes_finish(rules);
    tell_cut(rules);
    capture_sums_note(&rules->sums, &rules->breaks);
}

void capture_rules_finish(struct capture_rules *rules)
{
    capture_rules_end(rules);
    capture_sums_excuse(&rules->sums, &rules->breaks);
    capture_breaks_sort(&rules->breaks);
}

const struct capture_breaks *capture_rules_breaks(const struct capture_rules *rules)
{
    return &rules->breaks;
}

bool capture_rules_explained(const struct capture_rules *rules, const struct capture_break *broken)
{
    return capture_sums_explain(&rules->sums, broken);
}
