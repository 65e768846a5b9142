/*
 * dissect.h - a frame taken apart, header by header.
 *
 *   Ethernet [802.1Q]* [LLC, SNAP]
 *       +- ARP
 *       +- IPv4 -+- ICMP [- IPv4 quoted - UDP, TCP, ICMP]
 *       |        +- UDP -+- DNS, DHCP, HTTP
 *       |        |       +- data
 *       |        +- TCP -+- HTTP, TLS, DNS
 *       |                +- data
 *       +- IPv6 [extension]* - the same, with ICMPv6
 *       +- anything else: data
 *
 * For looking only: summary, packet view, JSON, replay. The protocols parse
 * for themselves. Nothing is reassembled: only the first fragment (offset 0)
 * has a transport header. It never trusts a length, goes as deep as what is
 * there allows, and says per layer which rule would refuse it. A capture cut
 * by its snapshot length is no sin of the sender: such a layer is `cut`, not
 * refused, and checksums of what is not all there are not judged. What
 * applications say is read only as far as one frame shows it, and never refused:
 * bytes that make no sense are data.
 *
 * A dissection owns nothing; spans point into the bytes given.
 */
#ifndef RUNG_LAYERS_WIRE_DISSECT_H
#define RUNG_LAYERS_WIRE_DISSECT_H

#include "layers/rule.h"
#include "layers/wire/arp_message.h"
#include "layers/wire/dhcp_message.h"
#include "layers/wire/dns_message.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/ipv6_header.h"
#include "layers/wire/start_line.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tls_record.h"
#include "layers/wire/udp_header.h"
#include "sim/base.h"

#define DISSECTION_LAYERS_MAX 16
#define DISSECTION_TAGS_MAX 3

enum layer_kind {
    LAYER_ETHERNET,
    LAYER_VLAN,
    LAYER_ARP,
    LAYER_IPV4,
    LAYER_ICMP,
    LAYER_UDP,
    LAYER_TCP,
    LAYER_SNAP, /* LLC and SNAP of an 802.3 frame that carries an EtherType */
    LAYER_IPV6,
    LAYER_IPV6_EXTENSION,
    LAYER_ICMPV6,
    LAYER_DNS,
    LAYER_DHCP,
    LAYER_HTTP,
    LAYER_TLS,
    LAYER_DATA, /* what no other layer claims; header_len 0 */
};

struct layer {
    enum layer_kind kind;
    size_t offset;       /* of the header from the start of the frame */
    size_t header_len;   /* bytes of it that are there */
    struct span payload; /* what it carries, as far as it is there */
    bool quoted;         /* inside an ICMP error: part of another packet */
    bool cut;            /* ends before its own lengths say */
    rule_id refused;     /* first rule that speaks against it, or NONE */
    union {
        struct ethernet_header ethernet; /* ethertype: behind a first tag */
        struct vlan_tag vlan;
        struct arp_message arp;
        struct ipv4_header ipv4;
        struct icmp_message icmp;
        struct udp_header udp;
        struct tcp_header tcp;
        struct ipv6_header ipv6;
        struct ipv6_extension extension;
        struct dns_header dns;
        struct dhcp_header dhcp;
        struct start_line line;
        struct tls_record tls; /* the first of several */
    } as; /* right where parsed is true */
    bool parsed;
};

struct dissection {
    struct layer layers[DISSECTION_LAYERS_MAX];
    size_t count;
    struct span bytes;   /* as given */
    size_t wire_len;     /* as it was on the wire; >= bytes.len */
    bool truncated;      /* bytes are missing at the end */
    size_t padding_len;  /* bytes behind the end of the innermost length */
    rule_id refused;     /* the first layer's that is not quoted, or NONE */
};

/*
 * Takes BYTES apart, which begin with a START header (LAYER_ETHERNET,
 * LAYER_IPV4 or LAYER_IPV6) and were WIRE_LEN long when sent. BYTES must outlive D.
 */
void dissect(struct dissection *d, struct span bytes, size_t wire_len,
             enum layer_kind start);

/* The first unquoted layer of KIND, or NULL. */
const struct layer *dissection_find(const struct dissection *d, enum layer_kind kind);

/* What an application says, if it can be read (LAYER_DNS to LAYER_TLS), or NULL. */
const struct layer *dissection_application(const struct dissection *d);

/* "eth", "vlan", "arp", "ip", "icmp", "udp", "tcp", "ipv6", "dns" ..., "data". */
const char *layer_kind_name(enum layer_kind kind);

#endif
