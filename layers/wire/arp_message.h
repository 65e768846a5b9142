/*
 * arp_message.h - ARP for IPv4 over Ethernet (RFC 826, Packet format).
 *
 *   0       2       4   5   6       8
 *   +-------+-------+---+---+-------+
 *   | hrd 1 | 0800  | 6 | 4 | op    |
 *   +-------+-------+---+---+-------+-------+
 *   | sender MAC (sha)      | sender IP     |      bytes 8 to 18
 *   +-----------------------+---------------+
 *   | target MAC (tha)      | target IP     |      bytes 18 to 28
 *   +-----------------------+---------------+
 *
 * The first five fields are constants here; other values are refused, each
 * by its own rule, in the order of the questions in "Packet Reception". Any
 * opcode parses: it is the last thing that the reception algorithm looks at.
 */
#ifndef RUNG_LAYERS_WIRE_ARP_MESSAGE_H
#define RUNG_LAYERS_WIRE_ARP_MESSAGE_H

#include "layers/rule.h"
#include "layers/wire/address.h"
#include "sim/base.h"

#define ARP_MESSAGE_LEN 28
#define ARP_HARDWARE_ETHERNET 1

enum arp_opcode { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp_message {
    uint16_t opcode;
    struct mac sender_mac;
    ipv4 sender_ip;
    struct mac target_mac;
    ipv4 target_ip;
};

/*
 * RULE_NONE or one of ARP_TRUNCATED, ARP_BAD_HARDWARE_TYPE,
 * ARP_BAD_HARDWARE_LENGTH, ARP_BAD_PROTOCOL_TYPE, ARP_BAD_PROTOCOL_LENGTH.
 * PAYLOAD is what follows the 28 bytes: Ethernet's padding.
 */
rule_id arp_message_parse(struct arp_message *m, struct span in, struct span *payload);

/* Writes ARP_MESSAGE_LEN bytes at OUT and returns how many. */
size_t arp_message_emit(const struct arp_message *m, uint8_t *out);

#endif
