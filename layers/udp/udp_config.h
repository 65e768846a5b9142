/*
 * udp_config.h - settings of UDP ("udp:" in a lab file).
 */
#ifndef RUNG_LAYERS_UDP_UDP_CONFIG_H
#define RUNG_LAYERS_UDP_UDP_CONFIG_H

#include "layers/config.h"

struct udp_config {
    int64_t checksum;         /* compute it; off sends 0, "none" */
    int64_t require_checksum; /* refuse what comes without one */
    int64_t queue;            /* datagrams that wait for an application, per port */
};

extern const struct config_key udp_config_keys[];
void udp_config_defaults(struct udp_config *config);

#endif
