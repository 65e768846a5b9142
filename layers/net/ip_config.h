/*
 * ip_config.h - settings of IPv4 ("ip:" in a lab file).
 */
#ifndef RUNG_LAYERS_NET_IP_CONFIG_H
#define RUNG_LAYERS_NET_IP_CONFIG_H

#include <stdint.h>

#include "layers/config.h"

struct ip_config {
    int64_t ttl;                /* of what this host sends */
    int64_t first_id;           /* Identification of its first datagram; -1: by seed */
    int64_t dont_fragment;      /* set DF on what it sends */
    int64_t reassembly_timeout; /* ns from a datagram's first fragment */
    int64_t reassembly_memory;  /* bytes of fragments held at once */
    int64_t path_mtu_timeout;   /* ns until a learnt path MTU is forgotten; 0: never */
    int64_t directed_broadcast; /* routers: forward broadcasts into own networks */
};

extern const struct config_key ip_config_keys[];
void ip_config_defaults(struct ip_config *config);

#endif
