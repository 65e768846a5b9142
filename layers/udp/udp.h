/*
 * udp.h - UDP: ports, and messages whose boundaries are kept (RFC 768,
 * RFC 1122 4.1).
 *
 *   udp_send                    received / error (struct udp_events)
 *      | one copy, checksum        ^         ^
 *      v                           | queue   |
 *   ip_output                   udp_transport.input, .error
 *
 * A socket is a port with a bounded queue of datagrams. An application that
 * reads is called with each datagram at once; one that has stopped reading
 * leaves them in the queue, and what does not fit is lost, visibly.
 *
 * Sockets come from a pool and are found by a table of ports that grows with
 * them. A socket bound to one of the host's addresses goes before one that
 * is bound to any. Applications (layers/app) and students call this.
 *
 *   udp.c         sending, receiving, ICMP errors
 *   udp_socket.c  binding, closing, reading
 *
 * Deliberately missing: connected sockets, several sockets on one port and
 * address, multicast groups.
 */
#ifndef RUNG_LAYERS_UDP_UDP_H
#define RUNG_LAYERS_UDP_UDP_H

#include "layers/udp/udp_config.h"
#include "layers/wire/address.h"
#include "sim/packet.h"
#include "sim/watch.h"

struct host;
struct icmp_report;
struct ipv4_header;

extern const struct transport_ops udp_transport;

#define UDP_SOCKETS_MAX 1024 /* a host */
#define UDP_EPHEMERAL_FIRST 49152
#define UDP_PAYLOAD_MAX 65507

struct udp_endpoint {
    ipv4 address;
    uint16_t port;
};

struct udp_socket;

/* What the application behind a socket is told. Any of them may be NULL. All
 * may send, stop reading and close the socket. */
struct udp_events {
    /* A message arrived. Its bytes are only good during the call. */
    void (*received)(struct udp_socket *socket, struct udp_endpoint from, struct span message);
    /* ICMP says that a message to TO could not be delivered. */
    void (*error)(struct udp_socket *socket, struct udp_endpoint to,
                  const struct icmp_report *report);
};

struct udp_socket {
    struct udp_socket *next;    /* in the order in which they were bound */
    struct udp_socket *sharing; /* the next of its place in the table */
    struct host *host;
    const struct udp_events *events;
    void *application;
    ipv4 address; /* 0: any of the host's */
    uint16_t port;
    bool reading; /* hands messages over at once */
    bool closed;  /* inside a callback: goes when that returns */
    uint8_t callbacks; /* in progress */
    /* How its messages are sent; the application may set these. 0: as usual. */
    uint8_t ttl, tos;
    bool dont_fragment;
    struct span options; /* IP options, as struct ip_send takes them */
    struct packet_list queue;
    uint64_t messages_received, bytes_received, messages_lost;
    uint64_t messages_sent, bytes_sent;
    uint32_t sending; /* counts its datagrams, for their identity */
    struct udp_endpoint stamped_to; /* the last of them, and what that gave */
    uint64_t stamp;
    struct watch watch_queued, watch_delivered;
};

/* Gives HOST its UDP. Set-up time. */
void udp_attach(struct host *host);

/* A socket on PORT (0: an ephemeral one) and ADDRESS (0: any of the host's),
 * or NULL if that is taken, ADDRESS is not the host's, or there are too many.
 * EVENTS may be NULL: messages are then only counted. It reads at once. */
struct udp_socket *udp_bind(struct host *host, ipv4 address, uint16_t port,
                            const struct udp_events *events, void *application);

/* Ends SOCKET; what waits unread is dropped. */
void udp_close(struct udp_socket *socket);

/* The socket that a datagram to ADDRESS and PORT is for, or NULL. */
struct udp_socket *udp_lookup(struct host *host, ipv4 address, uint16_t port);
/* The socket bound to PORT, of several the first bound; or NULL. */
struct udp_socket *udp_find(struct host *host, uint16_t port);
/* Socket number INDEX, in a stable order, or NULL past the last. */
struct udp_socket *udp_socket_at(struct host *host, unsigned index);

/* The newest socket, or NULL. */
struct udp_socket *udp_newest(struct host *host);

/* Sends one message. False if it could not go: too long, or no route; the
 * trace knows why. A socket bound to any address gets that of the interface
 * which the message leaves by (RFC 1122 4.1.3.5). */
bool udp_send(struct udp_socket *socket, struct udp_endpoint to, struct span message);

/* During `received`: the IP header of the message, with its specific
 * destination, type of service and options (RFC 1122 4.1.3.5, 4.1.3.2, 4.1.4).
 * False outside of it. */
bool udp_arrival(const struct udp_socket *socket, struct ipv4_header *ip);

/* Stops or resumes reading; resuming delivers what waits. */
void udp_set_reading(struct udp_socket *socket, bool reading);
/* Reads at most one waiting message. False if none waits. */
bool udp_read_one(struct udp_socket *socket);

#endif
