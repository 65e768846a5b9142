/*
 * arp_config.h - settings of ARP ("arp:" in a lab file).
 */
#ifndef RUNG_LAYERS_LINK_ARP_CONFIG_H
#define RUNG_LAYERS_LINK_ARP_CONFIG_H

#include "layers/config.h"

struct arp_config {
    int64_t timeout;        /* ns: a confirmed entry is believed this long */
    int64_t retry_interval; /* ns between two requests for one address */
    int64_t tries;          /* requests before giving up */
    int64_t queue;          /* packets that wait for one answer */
    int64_t announce;       /* announcements sent when the host starts */
    int64_t table;          /* most entries of the cache */
    int64_t known;          /* the neighbours are entered before the world begins */
};

extern const struct config_key arp_config_keys[];
void arp_config_defaults(struct arp_config *config);

#endif
