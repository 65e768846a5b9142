/*
 * icmp.h - ICMP: echo, and what routers and hosts tell of lost datagrams
 * (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3).
 */
#ifndef RUNG_LAYERS_NET_ICMP_H
#define RUNG_LAYERS_NET_ICMP_H

#include "layers/net/icmp_config.h"
#include "layers/wire/address.h"
#include "layers/wire/icmp_message.h"
#include "sim/packet.h"

struct host;
struct icmp_report;
struct interface;
struct ipv4_header;

extern const struct transport_ops icmp_transport;

/* Gives HOST its ICMP. Set-up time. */
void icmp_attach(struct host *host);

/* Why a datagram ends here, and what its source is told of it. */
struct icmp_refusal {
    rule_id rule;
    int64_t a, b; /* as the rule's sentence prints them */
    uint8_t type, code;
    uint32_t rest; /* second word of the message: a pointer, a next-hop MTU */
};

/* Drops P (network layer marked) and then tells its source, so that in the
 * trace, too, the cause comes first. Takes P. */
void icmp_refuse(struct host *host, struct packet *p, const struct icmp_refusal *refusal);

/*
 * Tells the source of ABOUT (whose network layer is marked; still the
 * caller's) what became of it. REST is the second word of the message: the
 * pointer, or the next-hop MTU. Silent, and false, where RFC 1122 3.2.2 demands
 * silence, and when the rate limit says so.
 */
bool icmp_send_error(struct host *host, const struct packet *about, uint8_t type, uint8_t code,
                     uint32_t rest);

/* Sends an echo request of LEN data bytes. False if it could not go. */
struct icmp_echo {
    ipv4 destination;
    uint16_t id, sequence;
    uint16_t len;
    uint8_t ttl; /* 0: the host's default */
    bool dont_fragment;
};
bool icmp_send_echo(struct host *host, const struct icmp_echo *echo);

/* Who hears of echo replies, and of errors about echo requests, by id. The
 * caller owns LISTENER, in the arena. */
struct icmp_listener {
    struct icmp_listener *next;
    uint16_t id;
    void (*reply)(struct icmp_listener *listener, struct host *host, ipv4 from, uint16_t sequence,
                  size_t len, uint8_t ttl);
    void (*error)(struct icmp_listener *listener, struct host *host,
                  const struct icmp_report *report, uint16_t sequence);
};
void icmp_listen(struct host *host, struct icmp_listener *listener);
void icmp_unlisten(struct host *host, struct icmp_listener *listener);

#endif
