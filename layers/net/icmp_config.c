#include "layers/net/icmp_config.h"

#include "layers/config.h"

const struct config_key icmp_config_keys[] = {
    { "echo", UNIT_SWITCH, offsetof(struct icmp_config, echo), 0, 1, NULL,
      "answer echo requests (ping)" },
    { "errors", UNIT_SWITCH, offsetof(struct icmp_config, errors), 0, 1, NULL,
      "send ICMP errors at all" },
    { "error-rate", UNIT_COUNT, offsetof(struct icmp_config, error_rate), 0, 1000000, NULL,
      "most ICMP errors a second on average; 0: no limit" },
    { "error-burst", UNIT_COUNT, offsetof(struct icmp_config, error_burst), 1, 1000000, NULL,
      "ICMP errors that may go out at once" },
    { NULL, UNIT_COUNT, 0, 0, 0, NULL, NULL },
};

void icmp_config_defaults(struct icmp_config *config)
{
    config->echo = 1;
    config->errors = 1;
    config->error_rate = 100;
    config->error_burst = 10;
}
