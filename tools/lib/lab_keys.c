#include "tools/lib/lab_keys.h"

#include <string.h>

#include "layers/host_config.h"
#include "layers/link/switch.h"

const struct config_section lab_switch_section = { "switch", switch_config_keys, 0 };

const struct lab_key_group *const lab_key_groups[] = {
    &lab_file_keys,   &lab_host_keys,      &lab_ip_keys,     &lab_defaults_keys,
    &lab_switch_keys, &lab_hub_keys,       &lab_router_keys, &lab_interface_keys,
    &lab_link_keys,   &lab_toward_keys,    &lab_burst_keys,  &lab_reorder_keys,
    &lab_script_keys, &lab_fault_keys,     &lab_check_keys,  NULL,
};

const struct config_section *lab_section(size_t index)
{
    bool has_tcp = false;
    size_t count = 0;

    for (; host_config_sections[count].name != NULL; count++)
        has_tcp |= strcmp(host_config_sections[count].name, lab_tcp_section.name) == 0;
    if (index < count)
        return &host_config_sections[index];
    return index == count && !has_tcp ? &lab_tcp_section : NULL;
}

const struct config_section *lab_section_find(const char *name)
{
    const struct config_section *section;
    const char *wanted = strcmp(name, "ip-options") == 0 ? "ip" : name;

    for (size_t i = 0; (section = lab_section(i)) != NULL; i++) {
        if (strcmp(section->name, wanted) == 0)
            return section;
    }
    return NULL;
}

bool lab_setting_default(const struct config_section *section, const struct config_key *key,
                         int64_t *value)
{
    struct host_config host;
    struct switch_config of_switch;
    const char *config = (const char *)&host;

    host_config_defaults(&host);
    switch_config_defaults(&of_switch);
    if (section == &lab_tcp_section)
        return false;
    if (section == &lab_switch_section)
        config = (const char *)&of_switch;
    memcpy(value, config + section->offset + key->offset, sizeof *value);
    return true;
}
