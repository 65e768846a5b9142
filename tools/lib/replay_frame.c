#include "tools/lib/replay_parts.h"

#include <stdio.h>
#include <string.h>

#include "sim/capture_link.h"
#include "sim/hash.h"
#include "tools/lib/text.h"

enum { COOKED_LEN = 16, COOKED_ADDRESS_LEN = 4, COOKED_ADDRESS = 6 };
enum { COOKED2_LEN = 20, COOKED2_ADDRESS_LEN = 11, COOKED2_ADDRESS = 12 };

/* Addresses from the IP header itself. */
static void name_ipv4(struct replay_frame *frame, const struct ipv4_header *ip)
{
    ipv4_format(ip->source, frame->from, sizeof frame->from);
    ipv4_format(ip->destination, frame->to, sizeof frame->to);
    frame->to_group = ip->destination == IPV4_BROADCAST || ipv4_is_multicast(ip->destination);
}

/* Whom a question is about, not who hears it: it is the one to answer. What a host
 * says of itself, it says to all. */
static void name_arp(struct replay_frame *frame, const struct arp_message *arp)
{
    ipv4_format(arp->sender_ip, frame->from, sizeof frame->from);
    frame->to_group = arp->sender_ip == arp->target_ip;
    if (frame->to_group)
        snprintf(frame->to, sizeof frame->to, "%s", _("all"));
    else
        ipv4_format(arp->target_ip, frame->to, sizeof frame->to);
}

static void name_ipv6(struct replay_frame *frame, const struct ipv6_header *ip)
{
    ipv6_format(&ip->source, frame->from, sizeof frame->from);
    ipv6_format(&ip->destination, frame->to, sizeof frame->to);
    frame->to_group = ipv6_is_multicast(&ip->destination);
}

static void name_ethernet(struct replay_frame *frame, const struct ethernet_header *ethernet)
{
    mac_format(ethernet->source, frame->from, sizeof frame->from);
    mac_format(ethernet->destination, frame->to, sizeof frame->to);
    frame->to_group = mac_is_group(ethernet->destination);
}

/* Made up, because the capture has none. */
static bool is_blank(const struct layer *ethernet)
{
    return mac_equal(ethernet->as.ethernet.source, MAC_NONE) &&
           mac_equal(ethernet->as.ethernet.destination, MAC_NONE);
}

static void name_hosts(struct replay_frame *frame, const struct dissection *d)
{
    const struct layer *arp = dissection_find(d, LAYER_ARP), *ip = dissection_find(d, LAYER_IPV4);
    const struct layer *ip6 = dissection_find(d, LAYER_IPV6);
    const struct layer *ethernet = dissection_find(d, LAYER_ETHERNET);
    if (arp != NULL && arp->parsed)
        name_arp(frame, &arp->as.arp);
    else if (ip != NULL && ip->parsed)
        name_ipv4(frame, &ip->as.ipv4);
    else if (ip6 != NULL && ip6->parsed)
        name_ipv6(frame, &ip6->as.ipv6);
    if (frame->from[0] == '\0' && ethernet != NULL && ethernet->parsed && !is_blank(ethernet))
        name_ethernet(frame, &ethernet->as.ethernet);
    else if (ethernet != NULL && ethernet->parsed && arp == NULL)
        frame->to_group |= mac_is_broadcast(ethernet->as.ethernet.destination);
}

static size_t wire_len(const struct capture_frame *captured)
{
    return captured->original_len > captured->bytes.len ? captured->original_len
                                                        : captured->bytes.len;
}

/* The sender's MAC address out of the header of Linux's "any" device. */
static struct mac cooked_sender(const struct capture_frame *captured)
{
    const uint8_t *at = captured->bytes.at;
    if (captured->bytes.len < COOKED_LEN)
        return MAC_NONE;
    if (captured->linktype == LINKTYPE_LINUX_SLL && at[COOKED_ADDRESS_LEN + 1] == MAC_LEN)
        return mac_get(at + COOKED_ADDRESS);
    if (captured->linktype == LINKTYPE_LINUX_SLL2 && captured->bytes.len >= COOKED2_LEN &&
        at[COOKED2_ADDRESS_LEN] == MAC_LEN)
        return mac_get(at + COOKED2_ADDRESS);
    return MAC_NONE;
}

/*
 * Takes PAYLOAD apart as if it had come by Ethernet: overwrites what stands
 * in front of it, which for want of a link header may be nothing.
 */
static void dissect_dressed(struct dissection *d, const struct capture_frame *captured,
                            uint16_t ethertype, struct span payload)
{
    struct ethernet_header ethernet = { .source = cooked_sender(captured), .ethertype = ethertype };
    uint8_t *front = (uint8_t *)(uintptr_t)payload.at - ETHERNET_HEADER_LEN;
    size_t missing = wire_len(captured) - captured->bytes.len;
    struct span dressed = { front, payload.len + ETHERNET_HEADER_LEN };
    ethernet_header_emit(&ethernet, front);
    dissect(d, dressed, dressed.len + missing, LAYER_ETHERNET);
}

static void say_unknown(struct replay_frame *frame, const struct capture_frame *captured)
{
    const char *name = capture_linktype_name(captured->linktype);
    if (name != NULL)
        snprintf(frame->facts, sizeof frame->facts, _("%zu bytes, %s, not IP"), wire_len(captured),
                 name);
    else
        snprintf(frame->facts, sizeof frame->facts,
                 _("%zu bytes of link type %u, which is not known here"), wire_len(captured),
                 captured->linktype);
    memcpy(frame->short_facts, frame->facts, sizeof frame->facts);
}

/* The addresses stand beside the facts already: "IP a > b id=7" -> "IP id=7". */
static void drop_addresses(struct replay_frame *frame)
{
    char front[2 * REPLAY_HOST_SIZE + 8];
    int len = snprintf(front, sizeof front, "IP %s > %s ", frame->from, frame->to);
    char *facts = frame->facts;
    if (len > 0 && strncmp(facts, front, (size_t)len) == 0)
        memmove(facts + 3, facts + len, strlen(facts + len) + 1);
}

/* What a switch or router passes on keeps its identification; what is sent
 * again has another, as far as anybody cares (RFC 6864). */
uint64_t replay_identity(const struct dissection *d)
{
    const struct layer *ip = dissection_find(d, LAYER_IPV4), *tcp = dissection_find(d, LAYER_TCP);
    uint64_t identity;

    if (ip == NULL || !ip->parsed || tcp == NULL || !tcp->parsed || ip->as.ipv4.identification == 0)
        return 0;
    identity = hash_add(hash_mix(ip->as.ipv4.source), ip->as.ipv4.identification);
    identity = hash_add(identity, ip->as.ipv4.destination);
    identity = hash_add(identity, ip->as.ipv4.total_length);
    identity =
        hash_add(identity, (uint64_t)tcp->as.tcp.source_port << 16 | tcp->as.tcp.destination_port);
    identity = hash_add(identity, tcp->as.tcp.sequence);
    return hash_add(identity, (uint64_t)tcp->as.tcp.acknowledgment << 8 | tcp->as.tcp.flags);
}

static void put_facts(struct replay_frame *frame, const struct dissection *d,
                      const struct capture_frame *captured, struct tcp_view *tcp)
{
    struct tcp_sight sight = { captured->time_ns, replay_identity(d), captured->interface };
    struct tcp_segment segment;

    frame->speaks = dissection_application(d) != NULL;
    if (tcp != NULL && tcp_view_take(tcp, d, sight, &segment)) {
        frame->opens = (segment.header->flags & TCP_SYN) != 0 && segment.marks == 0;
        frame->opens = frame->opens && !segment.copy;
        tcp_view_format(tcp, d, &segment, TCP_IN_FULL, frame->facts, SUMMARY_SIZE);
        tcp_view_format(tcp, d, &segment, TCP_CLOSER, frame->closer[0], SUMMARY_SIZE);
        tcp_view_format(tcp, d, &segment, TCP_AS_MARKED, frame->closer[1], SUMMARY_SIZE);
        tcp_view_format(tcp, d, &segment, TCP_IN_SHORT, frame->short_facts, SUMMARY_SIZE);
        return;
    }
    summary_format(d, frame->facts, sizeof frame->facts);
    drop_addresses(frame);
    summary_format_short(d, frame->short_facts, sizeof frame->short_facts);
}

void replay_take_apart(struct replay_packet *packet, const struct capture_frame *captured)
{
    enum { UNKNOWN_ETHERTYPE = 0x88b5 }; /* "local experimental": nobody's */
    bool found;

    packet->ethertype = 0;
    packet->payload = captured->bytes;
    packet->made_up = captured->linktype != LINKTYPE_ETHERNET;
    found =
        capture_payload(captured->linktype, captured->bytes, &packet->ethertype, &packet->payload);
    if (!found) {
        packet->ethertype = 0;
        packet->payload = captured->bytes;
    }
    if (packet->made_up)
        dissect_dressed(&packet->d, captured, found ? packet->ethertype : UNKNOWN_ETHERTYPE,
                        packet->payload);
    else
        dissect(&packet->d, captured->bytes, wire_len(captured), LAYER_ETHERNET);
}

void replay_name_hosts(struct replay_frame *frame, const struct replay_packet *packet)
{
    memset(frame, 0, sizeof(*frame));
    name_hosts(frame, &packet->d);
}

bool replay_dissect(struct dissection *d, const struct capture_frame *captured)
{
    struct replay_packet packet;

    replay_take_apart(&packet, captured);
    *d = packet.d;
    return packet.ethertype != 0 || !packet.made_up;
}

void replay_add_thread(struct replay_frame *frame, const struct capture_frame *captured,
                       struct capture_threads *threads)
{
    struct capture_thread thread;
    struct replay_packet packet;

    replay_take_apart(&packet, captured);
    capture_threads_take(threads, &packet.d, captured->number, &thread);
    capture_thread_format(&thread, false, frame->thread, sizeof frame->thread);
    capture_thread_format(&thread, true, frame->thread_short, sizeof frame->thread_short);
}

void replay_understand(struct replay_frame *frame, const struct capture_frame *captured,
                       struct tcp_view *tcp)
{
    struct span payload = { NULL, 0 };
    struct dissection d;
    uint16_t ethertype = 0;
    bool found = capture_payload(captured->linktype, captured->bytes, &ethertype, &payload);

    memset(frame, 0, sizeof *frame);
    if (captured->linktype == LINKTYPE_ETHERNET) {
        dissect(&d, captured->bytes, wire_len(captured), LAYER_ETHERNET);
    } else if (!found) {
        say_unknown(frame, captured);
        return;
    } else if (ethertype == ETHERTYPE_IPV4) {
        dissect(&d, payload, wire_len(captured) - (captured->bytes.len - payload.len), LAYER_IPV4);
    } else {
        dissect_dressed(&d, captured, ethertype, payload);
    }
    name_hosts(frame, &d);
    put_facts(frame, &d, captured, tcp);
}
