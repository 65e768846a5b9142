/*
 * icmp_config.h - settings of ICMP ("icmp:" in a lab file).
 */
#ifndef RUNG_LAYERS_NET_ICMP_CONFIG_H
#define RUNG_LAYERS_NET_ICMP_CONFIG_H

#include <stdint.h>

#include "layers/config.h"

struct icmp_config {
    int64_t echo;        /* answer echo requests */
    int64_t errors;      /* send ICMP errors at all */
    int64_t error_rate;  /* most errors a second, on average; 0: no limit */
    int64_t error_burst; /* errors that may go out at once */
};

extern const struct config_key icmp_config_keys[];
void icmp_config_defaults(struct icmp_config *config);

#endif
