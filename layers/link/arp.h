/*
 * arp.h - from an IPv4 address on this wire to a MAC address.
 *
 * RFC 826 with the cache rules of RFC 1122 2.3.2 and the conflict detection
 * of RFC 5227 2.4. One cache an interface.
 *
 *            a packet to send            an ARP message from there
 *   (none) ------------------> INCOMPLETE -----------------------> REACHABLE
 *     ^                         |  again every second,              |     ^
 *     |                         v  `tries` times           timeout  |     | a
 *     +------------------------ FAILED                              v     | message
 *     |  as long as that took                                     STALE   |
 *     +----------------------------------------------------------/  |     |
 *     |  another timeout without a packet            a packet goes, |     |
 *     |                                              and a poll     v     |
 *     +----------------------------------------------------------- PROBE -+
 *        two polls without an answer
 *
 * Timeout and poll are mechanisms (1) and (2) of RFC 1122 2.3.2.1: an entry
 * that is too old is still used while one unicast request asks whether it
 * holds. FAILED makes packets to a dead host fail at once instead of asking
 * again and again. Reception is RFC 826's algorithm to the letter: what passes
 * by updates an entry that exists, only a message for us makes a new one, and
 * the opcode is looked at last, so that a reply that nobody asked for is
 * believed, too. That this can be abused is a lesson, not an oversight.
 *
 * When somebody else claims our address, we keep it and say so once in ten
 * seconds: RFC 5227 2.4 (c), for hosts whose address is configured.
 *
 *   arp.c         a packet wants out; flush; what the timers do
 *   arp_input.c   "Packet Reception"
 *   arp_output.c  requests, polls, announcements
 *   arp_cache.c   the table
 *
 * Deliberately missing: probing before an address is used (RFC 5227 2.1), for
 * labs give addresses; proxy ARP; advice from other layers (RFC 1122 2.3.2.1,
 * mechanisms 3 and 4).
 */
#ifndef RUNG_LAYERS_LINK_ARP_H
#define RUNG_LAYERS_LINK_ARP_H

#include "layers/link/arp_config.h"
#include "layers/state.h"
#include "layers/wire/address.h"
#include "sim/packet.h"
#include "sim/vtime.h"

struct host;
struct interface;

#define ARP_POLLS 2                         /* RFC 1122 2.3.2.1 (2) */
#define ARP_ANNOUNCE_INTERVAL (2 * SECONDS) /* RFC 5227 1.1 */
#define ARP_DEFEND_INTERVAL (10 * SECONDS)  /* RFC 5227 1.1 */

extern const struct network_ops arp_network;

/* Gives INTERFACE its cache. Set-up time. */
void arp_attach(struct interface *interface);

/* The world begins: announcements, if the lab asks for them. */
void arp_start(struct interface *interface);

/*
 * Sends P (a datagram, beginning with its IPv4 header) to NEXT_HOP, which is
 * on this wire: at once if the cache knows it, or if it is a broadcast or
 * multicast address, else when the answer comes. If none comes,
 * ip_next_hop_failed hears of the waiting packets. Takes P.
 */
void arp_send(struct interface *interface, struct packet *p, ipv4 next_hop);

/* Tells everybody on the wire who has INTERFACE's address (RFC 5227 2.3). */
void arp_announce(struct interface *interface);

/* Enters ADDRESS by hand, as `arp -s` does; it ages like what was learnt.
 * False if the table has no room for it. */
bool arp_set(struct interface *interface, ipv4 address, struct mac mac);

/*
 * Enters ADDRESS for good: it never ages, and that it is known is how the world
 * begins, not something that happens, so no record tells of it. Set-up time.
 */
void arp_know(struct interface *interface, ipv4 address, struct mac mac);

/* Forgets all entries; waiting packets are dropped. The `arp flush` command.
 * Not forgotten is when an address was last asked for: see arp_cache.h. */
void arp_flush(struct interface *interface);

/* For tables and tests: entries in use, that confirmed longest ago first. */
struct arp_view {
    ipv4 address;
    struct mac mac; /* of INCOMPLETE and FAILED: MAC_NONE */
    enum state_id state;
    unsigned waiting; /* packets */
    unsigned tries;   /* requests or polls sent in this state */
    vtime confirmed;  /* 0: never */
};
/* Fills in entry number INDEX; false past the last. */
bool arp_entry(const struct interface *interface, unsigned index, struct arp_view *view);

#endif
