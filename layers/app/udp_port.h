/*
 * udp_port.h - programs that wait on a UDP port: a sink, and an echo server.
 *
 * `udp bind 9` opens a sink: it tells of each message and throws it away.
 * `udp echo 7` sends each message back to whom it came from, from the address
 * that it was sent to (RFC 1122 4.1.3.5), unless that would start two echo
 * servers talking for ever. Messages and ICMP errors become APP_UDP_* records
 * whose subject is the port.
 */
#ifndef RUNG_LAYERS_APP_UDP_PORT_H
#define RUNG_LAYERS_APP_UDP_PORT_H

#include "sim/base.h"

struct host;
struct udp_socket;

enum udp_port_kind { UDP_PORT_SINK, UDP_PORT_ECHO };

/* Opens PORT (0: an ephemeral one) on any address of HOST. NULL, and the
 * reason in the trace, if it is taken or there are too many. */
struct udp_socket *udp_port_open(struct host *host, uint16_t port, enum udp_port_kind kind);

/* Closes PORT and ends who waits there. False, and the reason in the trace,
 * if it is not open. */
bool udp_port_close(struct host *host, uint16_t port);

/* When SOCKET was opened: struct application's `started`; 0 if it is nobody's. */
uint32_t udp_port_started(const struct udp_socket *socket);

#endif
