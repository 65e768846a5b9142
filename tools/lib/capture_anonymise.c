#include "tools/lib/capture_anonymise.h"

#include <stdlib.h>
#include <string.h>

#include "layers/wire/address.h"
#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/udp_header.h"
#include "sim/capture_link.h"
#include "tools/lib/flow_table.h"

enum {
    IPV6_LEN = 16,
    IPV6_HEADER = 40,
    ARP_LEN = 28,
    SUM_IN_ICMP = 2,
    SOURCE_IN_IPV4 = 12,
    COOKED_LENGTH_AT = 5, /* the low byte of two */
    COOKED_ADDRESS_AT = 6,
    COOKED2_LENGTH_AT = 11,
    COOKED2_ADDRESS_AT = 12,
    COOKED_ADDRESS_LEN = 8,
    KINDS = 3
};

/* A set of addresses with their numbers is a flow table whose flows have but one
 * end: the kind stands where the port would. */
struct anonymiser {
    struct flow_table known;
    uint32_t count[KINDS];
};

enum kind { KIND_MAC, KIND_IPV4, KIND_IPV6 };

struct anonymiser *anonymiser_open(void)
{
    struct anonymiser *a = calloc(1, sizeof(*a));

    if (a != NULL && !flow_table_open(&a->known, sizeof(uint32_t))) {
        free(a);
        return NULL;
    }
    return a;
}

void anonymiser_close(struct anonymiser *a)
{
    if (a != NULL)
        flow_table_close(&a->known);
    free(a);
}

/* From 1; 0: no memory, so that all such look the same. */
static uint32_t number_of(struct anonymiser *a, enum kind kind, const uint8_t *at, size_t len)
{
    struct flow_key key;
    struct flow_slot *slot;
    unsigned side;

    memset(&key, 0, sizeof(key));
    memcpy(key.end[0].address, at, len);
    key.end[0].port = key.end[1].port = (uint16_t)kind;
    slot = flow_table_find(&a->known, &key, &side);
    if (slot == NULL && (slot = flow_table_add(&a->known, &key)) != NULL)
        *(uint32_t *)flow_slot_flow(slot) = ++a->count[kind];
    return slot == NULL ? 0 : *(const uint32_t *)flow_slot_flow(slot);
}

static void hide_mac(struct anonymiser *a, uint8_t *at)
{
    static const uint8_t none[MAC_LEN];

    if ((at[0] & 1) != 0 || memcmp(at, none, MAC_LEN) == 0)
        return;
    put_be32(at + 2, number_of(a, KIND_MAC, at, MAC_LEN));
    at[0] = 2;
    at[1] = 0;
}

static void hide_ipv4(struct anonymiser *a, uint8_t *at)
{
    ipv4 address = get_be32(at);

    if (address != 0 && address != IPV4_BROADCAST && !ipv4_is_multicast(address))
        put_be32(at, 0x0a000000u | (number_of(a, KIND_IPV4, at, IPV4_LEN) & 0xffffff));
}

static void hide_ipv6(struct anonymiser *a, uint8_t *at)
{
    static const uint8_t none[IPV6_LEN];
    uint32_t number;

    if (at[0] == 0xff || memcmp(at, none, IPV6_LEN) == 0)
        return;
    number = number_of(a, KIND_IPV6, at, IPV6_LEN);
    memset(at, 0, IPV6_LEN);
    at[0] = 0xfd;
    put_be32(at + 12, number);
}

static void clear_from(uint8_t *at, size_t len, size_t from)
{
    if (from < len)
        memset(at + from, 0, len - from);
}

/* Of the transport header at AT, with its data all zeros, which add nothing to the
 * sum, so that those that were not captured do not matter. ADDRESSES: as they stand in
 * the IP header; WIRE_LEN: bytes of header and data. */
static void put_transport_checksum(uint8_t *at, size_t len, size_t checksum_at, uint8_t protocol,
                                   struct span addresses, uint32_t wire_len)
{
    struct checksum_sum sum = { 0 };

    if (len < checksum_at + 2)
        return;
    put_be16(at + checksum_at, 0);
    if (addresses.len > 0) {
        checksum_add(&sum, addresses);
        checksum_add_long(&sum, wire_len);
        checksum_add_word(&sum, protocol);
    }
    checksum_add(&sum, (struct span){ at, len });
    put_be16(at + checksum_at, checksum_fold(&sum));
}

static void hide_tcp(uint8_t *at, size_t len, struct span addresses, uint32_t wire_len)
{
    size_t header = len > 12 ? (size_t)(at[12] >> 4) * 4 : TCP_HEADER_MIN;

    clear_from(at, len, header < TCP_HEADER_MIN ? TCP_HEADER_MIN : header);
    put_transport_checksum(at, len, TCP_CHECKSUM_AT, IP_PROTOCOL_TCP, addresses, wire_len);
}

static void hide_udp(uint8_t *at, size_t len, struct span addresses)
{
    bool summed = len >= UDP_HEADER_LEN && get_be16(at + UDP_CHECKSUM_AT) != 0;

    clear_from(at, len, UDP_HEADER_LEN);
    if (!summed) /* none was sent (RFC 768) */
        return;
    put_transport_checksum(at, len, UDP_CHECKSUM_AT, IP_PROTOCOL_UDP, addresses, get_be16(at + 4));
    if (get_be16(at + UDP_CHECKSUM_AT) == 0) /* which would say that none was sent */
        put_be16(at + UDP_CHECKSUM_AT, 0xffff);
}

static void hide_ipv4_packet(struct anonymiser *a, uint8_t *at, size_t len, bool quoted);

/* An error quotes a packet, which is hidden too (RFC 792). */
static void hide_icmp(struct anonymiser *a, uint8_t *at, size_t len, bool quoted)
{
    if (len > ICMP_HEADER_LEN && icmp_type_is_error(at[0]) && !quoted)
        hide_ipv4_packet(a, at + ICMP_HEADER_LEN, len - ICMP_HEADER_LEN, true);
    else
        clear_from(at, len, ICMP_HEADER_LEN);
    put_transport_checksum(at, len, SUM_IN_ICMP, IP_PROTOCOL_ICMP, (struct span){ NULL, 0 }, 0);
}

static void hide_transport(struct anonymiser *a, uint8_t *at, size_t len, uint8_t protocol,
                           struct span addresses, uint32_t wire_len, bool quoted)
{
    if (protocol == IP_PROTOCOL_TCP)
        hide_tcp(at, len, addresses, wire_len);
    else if (protocol == IP_PROTOCOL_UDP)
        hide_udp(at, len, addresses);
    else if (protocol == IP_PROTOCOL_ICMP && addresses.len == 2 * IPV4_LEN)
        hide_icmp(a, at, len, quoted);
    else
        clear_from(at, len, 0);
}

static void hide_ipv4_packet(struct anonymiser *a, uint8_t *at, size_t len, bool quoted)
{
    size_t header = len > 0 ? (size_t)(at[0] & 0xf) * 4 : 0, total;

    if (len < IPV4_HEADER_MIN || header < IPV4_HEADER_MIN || header > len || at[0] >> 4 != 4) {
        clear_from(at, len, 0);
        return;
    }
    total = get_be16(at + 2);
    hide_ipv4(a, at + SOURCE_IN_IPV4);
    hide_ipv4(a, at + SOURCE_IN_IPV4 + IPV4_LEN);
    memset(at + IPV4_HEADER_MIN, 0, header - IPV4_HEADER_MIN);
    put_be16(at + IPV4_CHECKSUM_AT, 0);
    put_be16(at + IPV4_CHECKSUM_AT, checksum((struct span){ at, header }));
    if (total >= header && total < len) {
        clear_from(at, len, total);
        len = total;
    }
    if ((get_be16(at + 6) & 0x1fff) != 0) { /* a later fragment: data, all of it */
        clear_from(at, len, header);
        return;
    }
    hide_transport(a, at + header, len - header, at[9],
                   (struct span){ at + SOURCE_IN_IPV4, 2 * IPV4_LEN },
                   total > header ? (uint32_t)(total - header) : (uint32_t)(len - header), quoted);
}

static void hide_ipv6_packet(struct anonymiser *a, uint8_t *at, size_t len)
{
    size_t behind;

    if (len < IPV6_HEADER) {
        clear_from(at, len, 0);
        return;
    }
    hide_ipv6(a, at + 8);
    hide_ipv6(a, at + 24);
    behind = min_size(len - IPV6_HEADER, get_be16(at + 4));
    clear_from(at, len, IPV6_HEADER + behind);
    hide_transport(a, at + IPV6_HEADER, behind, at[6], (struct span){ at + 8, 2 * IPV6_LEN },
                   get_be16(at + 4), false);
}

static void hide_arp(struct anonymiser *a, uint8_t *at, size_t len)
{
    if (len < ARP_LEN) {
        clear_from(at, len, 0);
        return;
    }
    hide_mac(a, at + 8);
    hide_ipv4(a, at + 14);
    hide_mac(a, at + 18);
    hide_ipv4(a, at + 24);
    clear_from(at, len, ARP_LEN);
}

/* The packet of TYPE at AT in FRAME. */
static void hide_packet(struct anonymiser *a, uint8_t *frame, size_t len, size_t at, uint16_t type)
{
    if (type == ETHERTYPE_IPV4)
        hide_ipv4_packet(a, frame + at, len - at, false);
    else if (type == ETHERTYPE_IPV6)
        hide_ipv6_packet(a, frame + at, len - at);
    else if (type == ETHERTYPE_ARP)
        hide_arp(a, frame + at, len - at);
    else
        clear_from(frame, len, at);
}

void anonymise(struct anonymiser *a, uint8_t *frame, size_t len)
{
    size_t at = ETHERNET_HEADER_LEN;
    uint16_t type;

    if (len < ETHERNET_HEADER_LEN) {
        clear_from(frame, len, 0);
        return;
    }
    hide_mac(a, frame);
    hide_mac(a, frame + MAC_LEN);
    type = get_be16(frame + at - 2);
    while ((type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ) && len >= at + VLAN_TAG_LEN) {
        at += VLAN_TAG_LEN;
        type = get_be16(frame + at - 2);
    }
    hide_packet(a, frame, len, at, type);
}

/* A cooked header says who sent, by LENGTH_AT bytes of 8 at ADDRESS_AT. */
static void hide_cooked(struct anonymiser *a, uint8_t *frame, size_t length_at, size_t address_at)
{
    if (frame[length_at] == MAC_LEN) {
        hide_mac(a, frame + address_at);
        memset(frame + address_at + MAC_LEN, 0, COOKED_ADDRESS_LEN - MAC_LEN);
    } else {
        memset(frame + address_at, 0, COOKED_ADDRESS_LEN);
    }
}

void anonymise_link(struct anonymiser *a, uint32_t linktype, uint8_t *frame, size_t len)
{
    struct span packet;
    uint16_t type = 0;

    if (linktype == LINKTYPE_ETHERNET) {
        anonymise(a, frame, len);
        return;
    }
    if (!capture_payload(linktype, (struct span){ frame, len }, &type, &packet)) {
        clear_from(frame, len, 0);
        return;
    }
    if (linktype == LINKTYPE_LINUX_SLL)
        hide_cooked(a, frame, COOKED_LENGTH_AT, COOKED_ADDRESS_AT);
    else if (linktype == LINKTYPE_LINUX_SLL2)
        hide_cooked(a, frame, COOKED2_LENGTH_AT, COOKED2_ADDRESS_AT);
    hide_packet(a, frame, len, len - packet.len, type);
}
