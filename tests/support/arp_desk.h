/*
 * arp_desk.h - a desk (net.h) for the tests of ARP: host a, 10.0.0.1/24, and
 * a tester t, 10.0.0.9, that answers nothing by itself.
 */
#ifndef RUNG_TESTS_SUPPORT_ARP_DESK_H
#define RUNG_TESTS_SUPPORT_ARP_DESK_H

#include "layers/link/arp.h"
#include "tests/support/net.h"

#define A_IP "10.0.0.1"
#define T_IP "10.0.0.9"
#define OTHER_IP "10.0.0.77"
#define OTHER_MAC "02:00:00:00:77:77"

struct arp_desk {
    struct net net;
    struct host *a;
    struct tester *t;
    struct interface *eth; /* of a */
};

/* CONFIGURE may be NULL; else it sets a's settings first. */
void arp_desk_open(struct arp_desk *d, void (*configure)(struct arp_config *config));
void arp_desk_close(struct arp_desk *d);

/* T says OPCODE in a frame to TO: sender T's MAC and SENDER, target TARGET. */
void arp_desk_say(struct arp_desk *d, uint16_t opcode, const char *sender, const char *target,
                  struct mac to);

/* The same with a MAC address of another station as the sender's. */
void arp_desk_say_as(struct arp_desk *d, uint16_t opcode, const char *mac, const char *sender,
                     const char *target, struct mac to);

/* A datagram of LEN bytes, numbered NTH, from a's ARP to next hop TO. */
void arp_desk_datagram(struct arp_desk *d, const char *to, size_t len, uint16_t nth);

/* The state of a's entry of ADDRESS; STATE_NONE if there is none. */
enum state_id arp_desk_state(const struct arp_desk *d, const char *address);
/* The entry itself; false if there is none. */
bool arp_desk_entry(const struct arp_desk *d, const char *address, struct arp_view *view);
unsigned arp_desk_entries(const struct arp_desk *d);

/* a has asked for T and was answered: T's entry is REACHABLE. */
void arp_desk_resolve(struct arp_desk *d);

/* How many ARP (or IPv4) frames T has. */
unsigned arp_desk_heard(const struct arp_desk *d, uint16_t ethertype);

#endif
