#include "layers/udp/udp_config.h"

const struct config_key udp_config_keys[] = {
    { "checksum", UNIT_SWITCH, offsetof(struct udp_config, checksum), 0, 1, NULL,
      "compute the checksum of what is sent; off sends 0, which means none" },
    { "require-checksum", UNIT_SWITCH, offsetof(struct udp_config, require_checksum), 0, 1, NULL,
      "refuse messages that come without a checksum" },
    { "queue", UNIT_COUNT, offsetof(struct udp_config, queue), 1, 10000, NULL,
      "messages that wait on a port whose application does not read" },
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

void udp_config_defaults(struct udp_config *config)
{
    config->checksum = 1;
    config->require_checksum = 0;
    config->queue = 64;
}
