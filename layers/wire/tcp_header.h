/*
 * tcp_header.h - the TCP header (RFC 9293 3.1).
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |          Source Port          |       Destination Port        |
 *   +-------------------------------+-------------------------------+
 *   |                        Sequence Number                        |
 *   +---------------------------------------------------------------+
 *   |                    Acknowledgment Number                      |
 *   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *   |  Data | Rsrvd |C|E|U|A|P|R|S|F|            Window             |
 *   | Offset|       |W|C|R|C|S|S|Y|I|                               |
 *   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *   |           Checksum            |         Urgent Pointer        |
 *   +-------------------------------+-------------------------------+
 *   |                           [Options]                           |
 *   +---------------------------------------------------------------+
 *
 * The data offset is not in the struct: it follows from the options, which
 * are a window into other bytes and are read with tcp_option.h.
 */
#ifndef RUNG_LAYERS_WIRE_TCP_HEADER_H
#define RUNG_LAYERS_WIRE_TCP_HEADER_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define TCP_HEADER_MIN 20
#define TCP_HEADER_MAX 60
#define TCP_OPTIONS_MAX 40
#define TCP_CHECKSUM_AT 16

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20
#define TCP_ECE 0x40
#define TCP_CWR 0x80

struct tcp_header {
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t sequence;
    uint32_t acknowledgment;
    uint8_t reserved; /* 4 bits, must be zero; kept as they came */
    uint8_t flags;    /* TCP_SYN | ... */
    uint16_t window;
    uint16_t checksum;
    uint16_t urgent_pointer;
    struct span options; /* with their padding when parsed */
};

/*
 * RULE_NONE, TCP_TRUNCATED, TCP_BAD_DATA_OFFSET or TCP_HEADER_CUT. H is
 * filled, but for the options, where 20 bytes are there. PAYLOAD is empty if
 * refused.
 */
rule_id tcp_header_parse(struct tcp_header *h, struct span in, struct span *payload);

/* Bytes that the header takes with its options, padded to 32 bits. */
size_t tcp_header_length(const struct tcp_header *h);

/* Writes tcp_header_length(h) bytes at OUT, checksum as in H; returns how
 * many. At most 40 option bytes; the padding is zero (MUST-69). */
size_t tcp_header_emit(const struct tcp_header *h, uint8_t *out);

/* The right checksum of SEGMENT, whatever stands in its checksum field. */
uint16_t tcp_checksum(ipv4 source, ipv4 destination, struct span segment);

/* SEGMENT carries its right checksum. False below 20 bytes. */
bool tcp_checksum_ok(ipv4 source, ipv4 destination, struct span segment);

#endif
