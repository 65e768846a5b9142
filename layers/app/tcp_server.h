/*
 * tcp_server.h - a program that listens on a TCP port.
 *
 * It accepts each connection at once and gives it the duty that `listen`
 * names (tcp_talk.h); one with TCP_ROLE_NONE leaves connections waiting in
 * the backlog until it is told to accept one, which is then a sink.
 */
#ifndef RUNG_LAYERS_APP_TCP_SERVER_H
#define RUNG_LAYERS_APP_TCP_SERVER_H

#include "layers/app/tcp_talk.h"

struct tcp_server;

/* Listens on PORT; BACKLOG 0: as configured. False, and the reason in the
 * trace, if the port is taken or the host is full. */
bool tcp_server_start(struct host *host, uint16_t port, unsigned backlog, struct tcp_duty duty);

/* The newest server, or that of PORT if not 0; or NULL. When it was started. */
struct tcp_server *tcp_server_find(struct host *host, uint16_t port);
uint32_t tcp_server_started(const struct tcp_server *server);

/* Accepts one connection: now, or the next that comes. False, and it says so:
 * this server accepts all by itself. */
bool tcp_server_accept(struct tcp_server *server);

/* Whether the connections that it accepts from now on are read at once. */
void tcp_server_set_reading(struct tcp_server *server, bool reading);

/* Listens no more; what waits in the backlog is reset. */
void tcp_server_close(struct tcp_server *server);

/* The port that it listens on. */
uint16_t tcp_server_port(const struct tcp_server *server);

#endif
