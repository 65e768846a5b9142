#include "layers/host_config.h"

const struct config_section host_config_sections[] = {
    { "arp", arp_config_keys, offsetof(struct host_config, arp) },
    { "ip", ip_config_keys, offsetof(struct host_config, ip) },
    { "icmp", icmp_config_keys, offsetof(struct host_config, icmp) },
    { "udp", udp_config_keys, offsetof(struct host_config, udp) },
    { "tcp", tcp_config_keys, offsetof(struct host_config, tcp) },
    { NULL, NULL, 0 },
};

void host_config_defaults(struct host_config *config)
{
    arp_config_defaults(&config->arp);
    ip_config_defaults(&config->ip);
    icmp_config_defaults(&config->icmp);
    udp_config_defaults(&config->udp);
    tcp_config_defaults(&config->tcp);
}
