/*
 * inbox.h - a UDP application for tests, and UDP datagrams by hand.
 *
 * An inbox is bound to a port and keeps the last message and error that it
 * was told of. It lives on the test's stack, outside the world.
 */
#ifndef RUNG_TESTS_SUPPORT_INBOX_H
#define RUNG_TESTS_SUPPORT_INBOX_H

#include "layers/udp/udp.h"
#include "layers/wire/udp_header.h"
#include "tests/support/net.h"

struct inbox {
    struct udp_socket *socket;
    unsigned count, errors;
    size_t lens[16]; /* of the first messages */
    struct udp_endpoint from;
    struct ipv4_header ip; /* of the last message */
    size_t len;
    uint8_t bytes[UDP_PAYLOAD_MAX];
    struct udp_endpoint error_to;
    uint8_t type, code;
    ipv4 error_from;
    /* What it does inside the callback. */
    bool closes, stops;
    unsigned answers; /* how many it sends back */
};

/* Binds INBOX (cleared) to PORT of HOST, any address; the socket or NULL. */
struct udp_socket *inbox_open(struct inbox *inbox, struct host *host, uint16_t port);
struct udp_socket *inbox_open_at(struct inbox *inbox, struct host *host, const char *address,
                                 uint16_t port);

/* A datagram that a tester sends. What is left 0 is filled in rightly. */
struct udp_shot {
    ipv4 source, destination;
    uint16_t source_port, destination_port;
    size_t length;     /* field; 0: header and data */
    bool no_checksum;  /* sends 0 */
    uint16_t spoil;    /* xor of the right checksum */
    uint16_t trailing; /* bytes of the IP datagram behind the UDP datagram */
    size_t cut;        /* bytes left out at the end */
    struct span data;
    uint8_t tos;
    struct span options;
};
void tester_send_udp(struct tester *t, const struct udp_shot *shot);

/* Reads a UDP datagram that arrived; a failed expectation if it is none. */
bool tester_read_udp(const struct tester_frame *frame, struct ipv4_header *ip,
                     struct udp_header *h, struct span *data);

/* The bytes of a string, without its end. */
struct span bytes_of(const char *text);

static inline struct udp_endpoint endpoint(const char *address, uint16_t port)
{
    return (struct udp_endpoint){ net_ip(address), port };
}

#endif
