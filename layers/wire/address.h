/*
 * address.h - the two kinds of address: who on this wire, who in the world.
 *
 * An `ipv4` is a number in host order, so that masks and comparisons are
 * plain arithmetic; a MAC address has no arithmetic and stays six bytes.
 * Everybody uses these. Classes A to C are deliberately missing: networks
 * are prefixes (RFC 1122 3.2.1.3 as changed by RFC 4632).
 */
#ifndef RUNG_LAYERS_WIRE_ADDRESS_H
#define RUNG_LAYERS_WIRE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t ipv4;

#define MAC_LEN 6
#define IPV4_LEN 4
#define IPV4_TEXT_SIZE 16 /* "255.255.255.255" and its end */
#define MAC_TEXT_SIZE 18  /* "02:00:00:00:00:01" and its end */

#define IPV4_ANY ((ipv4)0)
#define IPV4_BROADCAST ((ipv4)0xffffffff)

struct mac {
    uint8_t at[MAC_LEN];
};

extern const struct mac MAC_BROADCAST;
extern const struct mac MAC_NONE; /* all zero: not known yet */

bool mac_equal(struct mac a, struct mac b);

/* The group bit is set: for several stations. Broadcast is a group too. */
bool mac_is_group(struct mac mac);
bool mac_is_broadcast(struct mac mac);

/* A MAC address as the integer of a rule, {a:mac}: 48 bits, first byte high. */
int64_t mac_to_int64(struct mac mac);
struct mac mac_from_int64(int64_t value);

/* Reads six bytes at AT; writes six bytes at AT. */
struct mac mac_get(const uint8_t *at);
void mac_put(uint8_t *at, struct mac mac);

/*
 * Write an address as text, always terminated; return the length it would
 * have had, as snprintf does.
 */
size_t ipv4_format(ipv4 address, char *out, size_t size);
size_t mac_format(struct mac mac, char *out, size_t size);

/*
 * Read an address that is all of TEXT: four decimal numbers without leading
 * zeros; six pairs of hex digits between colons (or all hyphens). False, and
 * nothing written, if TEXT is anything else.
 */
bool ipv4_parse(const char *text, ipv4 *address);
bool mac_parse(const char *text, struct mac *mac);

/* The mask of a prefix of 0 to 32 bits: ipv4_mask(24) is 255.255.255.0. */
ipv4 ipv4_mask(int prefix_len);

/* A and B agree in their first PREFIX_LEN bits. */
bool ipv4_same_network(ipv4 a, ipv4 b, int prefix_len);

bool ipv4_is_loopback(ipv4 address);  /* 127/8, RFC 1122 3.2.1.3 (g) */
bool ipv4_is_multicast(ipv4 address); /* class D, RFC 1122 3.2.1.3 */
bool ipv4_is_class_e(ipv4 address);   /* 240/4 without 255.255.255.255 */

#endif
