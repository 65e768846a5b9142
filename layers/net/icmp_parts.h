/*
 * icmp_parts.h - what icmp.c and icmp_error.c know of each other.
 */
#ifndef RUNG_LAYERS_NET_ICMP_PARTS_H
#define RUNG_LAYERS_NET_ICMP_PARTS_H

#include "layers/net/icmp.h"
#include "sim/vtime.h"

struct icmp_state {
    struct icmp_listener *listeners;
    /* A bucket of error-burst tokens, one more each 1/error-rate: written as
     * the time at which it will be full again. */
    vtime full_at;
};

/* An ICMP error arrived for HOST; M is its header, QUOTE what follows. Takes
 * P, whose IP header is IP. */
void icmp_error_input(struct host *host, struct packet *p, const struct ipv4_header *ip,
                      const struct icmp_message *m, struct span quote);

/* Somebody says that an echo request of ours was lost. */
void icmp_echo_failed(struct host *host, const struct icmp_report *report);

#endif
