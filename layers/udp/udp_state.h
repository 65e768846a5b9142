/*
 * udp_state.h - what UDP keeps for a host. For udp.c and udp_socket.c only.
 */
#ifndef RUNG_LAYERS_UDP_UDP_STATE_H
#define RUNG_LAYERS_UDP_UDP_STATE_H

#include "layers/udp/udp.h"

struct udp_state {
    struct pool sockets;
    struct udp_socket *first, *last; /* in the order of binding */
    struct udp_socket **table;       /* by port; NULL before the first socket */
    uint32_t table_size;             /* a power of two */
    uint16_t next_ephemeral;
    /* The message that an application is being told of, and how many were
     * sent because of it: what answers a message derives its luck from it. */
    const struct packet *delivering;
    uint32_t answers;
};

/* Takes P, a datagram for SOCKET (transport layer marked, in hand: data). */
void udp_deliver(struct udp_socket *socket, struct packet *p);

/* Around each call into the application: it may close the socket inside. */
void udp_callback_begins(struct udp_socket *socket);
void udp_callback_ends(struct udp_socket *socket);

#endif
