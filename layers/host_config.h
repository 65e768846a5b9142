/*
 * host_config.h - all settings of a host: one struct a module.
 *
 * The keys that name them in lab files stand in each module's *_config.c,
 * gathered in host_config_sections (layers/config.h).
 */
#ifndef RUNG_LAYERS_HOST_CONFIG_H
#define RUNG_LAYERS_HOST_CONFIG_H

#include "layers/config.h"
#include "layers/link/arp_config.h"
#include "layers/net/icmp_config.h"
#include "layers/net/ip_config.h"
#include "layers/tcp/tcp_config.h"
#include "layers/udp/udp_config.h"

struct host_config {
    struct arp_config arp;
    struct ip_config ip;
    struct icmp_config icmp;
    struct udp_config udp;
    struct tcp_config tcp;
};

/* Every setting at its default. */
void host_config_defaults(struct host_config *config);

#endif
