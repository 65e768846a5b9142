/*
 * traceroute.h - who stands on the way: errors as a measuring device.
 *
 *   ttl 1   a --> r1 x            time exceeded, says r1
 *   ttl 2   a --> r1 --> r2 x     time exceeded, says r2
 *   ttl 3   a --> r1 --> r2 --> b port unreachable, says b: reached
 *
 * As the classic program did it: UDP datagrams to ports that nobody listens
 * on, from 33434 up, one port a probe, so that each error can be told from
 * the others by the ports it quotes (RFC 1812 4.3.3.4 and 5.3.1 make routers
 * answer; RFC 1122 3.2.2.1 the host). One probe is under way at a time. What
 * it finds are APP_TRACEROUTE_* records; their {a} is the hop.
 */
#ifndef RUNG_LAYERS_APP_TRACEROUTE_H
#define RUNG_LAYERS_APP_TRACEROUTE_H

#include "layers/wire/address.h"
#include "sim/vtime.h"

struct host;

#define TRACEROUTE_PORT 33434
#define TRACEROUTE_HOPS_MAX 30
#define TRACEROUTE_PROBES_MAX 10 /* of each hop */
#define TRACEROUTE_SIZE 32       /* data bytes of a probe */
#define TRACEROUTE_WAIT (5 * SECONDS)

/* Starts tracing the way to DESTINATION with PROBES (1 to
 * TRACEROUTE_PROBES_MAX) of each hop. False if no socket can be had. */
bool traceroute_start(struct host *host, ipv4 destination, unsigned probes);

#endif
