/*
 * ethernet_header.h - Ethernet II (RFC 894) with at most one 802.1Q tag read.
 *
 *   0                   6                   12      14
 *   +-------------------+-------------------+-------+
 *   | destination       | source            | type  |            no tag
 *   +-------------------+-------------------+-------+-------+-------+
 *   | destination       | source            | 8100  | TCI   | type  |   tag
 *   +-------------------+-------------------+-------+-------+-------+
 *
 * A type below 1536 is not a type but a length: an 802.3 frame, whose data
 * begin with an LLC header (RFC 1122 2.3.3). A second tag is not read:
 * ethertype is then 8100 and the payload begins with the second TCI.
 * Device drivers, switches and the dissector call these. Preamble and FCS
 * (fcs.h) are not part of the header.
 */
#ifndef RUNG_LAYERS_WIRE_ETHERNET_HEADER_H
#define RUNG_LAYERS_WIRE_ETHERNET_HEADER_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define ETHERNET_HEADER_LEN 14
#define VLAN_TAG_LEN 4
#define SNAP_LEN 8 /* LLC and SNAP, where the type is a length */
#define ETHERNET_DATA_MIN 46
#define ETHERNET_DATA_MAX 1500
#define ETHERNET_FRAME_MIN 60   /* without FCS; 64 with it */
#define ETHERNET_FRAME_MAX 1514 /* without FCS; 1518 with it */
#define ETHERNET_FRAME_MIN_FCS 64
#define ETHERNET_FRAME_MAX_FCS 1518
#define ETHERNET_TAGGED_MAX (ETHERNET_FRAME_MAX + VLAN_TAG_LEN)
#define ETHERNET_TAGGED_MAX_FCS (ETHERNET_FRAME_MAX_FCS + VLAN_TAG_LEN)

#define ETHERTYPE_FIRST 0x0600 /* below: a length (802.3) */
#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_QINQ 0x88a8
#define ETHERTYPE_LLDP 0x88cc

struct ethernet_header {
    struct mac destination;
    struct mac source;
    uint16_t ethertype; /* of the payload: behind the tag if there is one */
    bool tagged;
    uint16_t tci; /* priority 3, DEI 1, VLAN 12 bits; only if tagged */
};

/* What follows the 8100 of a tag. */
struct vlan_tag {
    uint16_t tci;
    uint16_t ethertype;
};

/* RULE_NONE, ETHERNET_TRUNCATED or VLAN_TRUNCATED. PAYLOAD lies in IN. */
rule_id ethernet_header_parse(struct ethernet_header *h, struct span in,
                              struct span *payload);

/* Bytes that the header takes: 14, or 18 with a tag. */
size_t ethernet_header_length(const struct ethernet_header *h);

/* Writes ethernet_header_length(h) bytes at OUT and returns how many. */
size_t ethernet_header_emit(const struct ethernet_header *h, uint8_t *out);

/* Reads the four bytes behind an 8100. RULE_NONE or VLAN_TRUNCATED. */
rule_id vlan_tag_parse(struct vlan_tag *tag, struct span in, struct span *payload);

/* Writes VLAN_TAG_LEN bytes at OUT and returns how many. */
size_t vlan_tag_emit(const struct vlan_tag *tag, uint8_t *out);

#endif
