/*
 * udp_header.h - UDP (RFC 768).
 *
 *    0               1               2               3
 *   +-------------------------------+-------------------------------+
 *   |         Source Port           |       Destination Port        |
 *   +-------------------------------+-------------------------------+
 *   |            Length             |           Checksum            |
 *   +-------------------------------+-------------------------------+
 *
 * The checksum covers a pseudo-header (addresses, protocol 17, length), the
 * header and the data; zero on the wire means that there is none. UDP and
 * the dissector call these.
 */
#ifndef RUNG_LAYERS_WIRE_UDP_HEADER_H
#define RUNG_LAYERS_WIRE_UDP_HEADER_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define UDP_HEADER_LEN 8
#define UDP_CHECKSUM_AT 6

struct udp_header {
    uint16_t source_port;
    uint16_t destination_port;
    uint16_t length; /* header and data */
    uint16_t checksum;
};

/*
 * RULE_NONE, UDP_TRUNCATED, UDP_BAD_LENGTH or UDP_CUT. H is filled where 8
 * bytes are there. PAYLOAD ends where the length says (bytes of the IP
 * datagram behind it are nobody's) or where IN ends; after the first two
 * refusals it is empty.
 */
rule_id udp_header_parse(struct udp_header *h, struct span in, struct span *payload);

/* Writes UDP_HEADER_LEN bytes at OUT, checksum as in H; returns how many. */
size_t udp_header_emit(const struct udp_header *h, uint8_t *out);

/*
 * What to put into the checksum field of DATAGRAM (header and data, as long
 * as its length field says), whatever stands there now. Never 0: a computed
 * 0 is sent as ffff (RFC 768, Fields).
 */
uint16_t udp_checksum(ipv4 source, ipv4 destination, struct span datagram);

/* DATAGRAM carries its right checksum, or 0 for none. False below 8 bytes. */
bool udp_checksum_ok(ipv4 source, ipv4 destination, struct span datagram);

#endif
