#include "layers/net/ip_config.h"

#include "layers/config.h"
#include "sim/vtime.h"

const struct config_key ip_config_keys[] = {
    { "ttl", UNIT_COUNT, offsetof(struct ip_config, ttl), 1, 255, NULL,
      "time to live of the datagrams that this host sends" },
    { "first-id", UNIT_COUNT, offsetof(struct ip_config, first_id), -1, 65535, NULL,
      "identification of its first datagram; -1: drawn from the seed" },
    { "dont-fragment", UNIT_SWITCH, offsetof(struct ip_config, dont_fragment), 0, 1, NULL,
      "set the don't-fragment flag on what it sends (path MTU discovery)" },
    { "reassembly-timeout", UNIT_TIME, offsetof(struct ip_config, reassembly_timeout), 1 * MS,
      1 * HOURS, NULL, "how long fragments wait for the rest of their datagram" },
    { "reassembly-memory", UNIT_SIZE, offsetof(struct ip_config, reassembly_memory), 0,
      64 * 1024 * 1024, NULL, "bytes of fragments, with their headers, held at once" },
    { "path-mtu-timeout", UNIT_TIME, offsetof(struct ip_config, path_mtu_timeout), 0,
      1000 * HOURS, NULL, "how long a learnt path MTU is believed; 0s: for ever" },
    { "directed-broadcast", UNIT_SWITCH, offsetof(struct ip_config, directed_broadcast), 0, 1,
      NULL, "a router forwards broadcasts into its own networks" },
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

void ip_config_defaults(struct ip_config *config)
{
    config->ttl = 64;
    config->first_id = -1;
    config->dont_fragment = 0;
    config->reassembly_timeout = 60 * SECONDS;
    config->reassembly_memory = 1024 * 1024;
    config->path_mtu_timeout = 10 * MINUTES;
    config->directed_broadcast = 1;
}
