/*
 * field.h - every field of every header, by name and bit.
 *
 * A row says which bits of a header a field takes, counted from the first
 * bit of the header as it travels, high bit first, as the RFCs' pictures do.
 * Names are Wireshark's, so that what is learnt here works as a display
 * filter there. The packet view and the JSON read these; a test emits every
 * header, flips every field and looks at which bits moved. Options and data
 * have no rows: what is at no fixed place is an item (item.h). Texts are
 * English, lower case, without full stop.
 */
#ifndef RUNG_LAYERS_WIRE_FIELD_H
#define RUNG_LAYERS_WIRE_FIELD_H

#include "sim/base.h"

struct field {
    const char *name;  /* "ip.ttl" */
    const char *label; /* "Time to Live" */
    uint16_t bit;      /* of its first bit, from the start of the header */
    uint16_t bits;
    const char *help; /* one sentence for a student */
};

extern const struct field ethernet_fields[];
extern const size_t ethernet_field_count;
extern const struct field vlan_fields[]; /* of the 4 bytes behind an 8100 */
extern const size_t vlan_field_count;
extern const struct field arp_fields[];
extern const size_t arp_field_count;
extern const struct field ipv4_fields[];
extern const size_t ipv4_field_count;
extern const struct field icmp_fields[];
extern const size_t icmp_field_count;
extern const struct field udp_fields[];
extern const size_t udp_field_count;
extern const struct field tcp_fields[];
extern const size_t tcp_field_count;
extern const struct field ipv6_fields[]; /* without the addresses: item.h */
extern const size_t ipv6_field_count;
extern const struct field ipv6_fragment_fields[]; /* of a fragment header alone */
extern const size_t ipv6_fragment_field_count;
extern const struct field icmpv6_fields[];
extern const size_t icmpv6_field_count;
extern const struct field dns_fields[]; /* of the 12 bytes before the records */
extern const size_t dns_field_count;
extern const struct field dhcp_fields[]; /* up to the client's MAC address */
extern const size_t dhcp_field_count;
extern const struct field tls_fields[]; /* of the first record */
extern const size_t tls_field_count;

/*
 * The number in field F of HEADER. Fields above 64 bits do not exist; false,
 * and nothing written, if HEADER is too short to hold it.
 */
bool field_read(const struct field *f, struct span header, uint64_t *value);

/* The row called NAME in any of the tables, or NULL. */
const struct field *field_find(const char *name);

#endif
