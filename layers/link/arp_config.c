#include "layers/link/arp_config.h"

#include "sim/vtime.h"

const struct config_key arp_config_keys[] = {
    { "timeout", UNIT_TIME, offsetof(struct arp_config, timeout), 1 * MS, 1000 * HOURS, NULL,
      "how long a confirmed entry is believed before it is checked again" },
    { "retry-interval", UNIT_TIME, offsetof(struct arp_config, retry_interval), 1 * MS,
      1 * HOURS, NULL, "time between two requests for one address" },
    { "tries", UNIT_COUNT, offsetof(struct arp_config, tries), 1, 100, NULL,
      "requests for an address before giving up" },
    { "queue", UNIT_COUNT, offsetof(struct arp_config, queue), 0, 1000, NULL,
      "packets that wait for one answer; 0: none, as in RFC 826" },
    { "announce", UNIT_COUNT, offsetof(struct arp_config, announce), 0, 10, NULL,
      "announcements of its own address when the host starts" },
    { "table", UNIT_COUNT, offsetof(struct arp_config, table), 1, 65536, NULL,
      "most entries of the cache" },
    { "known", UNIT_SWITCH, offsetof(struct arp_config, known), 0, 1, NULL,
      "know all of this network from the start, so that nobody is asked" },
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

/*
 * RFC 1122 2.3.2.1: a timeout of the order of a minute, a request a second.
 * 2.3.2.2 asks for room for one packet at least; here a whole datagram of
 * 64 KiB in fragments may wait, so that nobody loses its tail by surprise.
 */
void arp_config_defaults(struct arp_config *config)
{
    config->timeout = 60 * SECONDS;
    config->retry_interval = 1 * SECONDS;
    config->tries = 3;
    config->queue = 64;
    config->announce = 0;
    config->table = 512;
    config->known = 0;
}
