#include "tools/lib/lab_keys.h"

#include <string.h>

#include "layers/host_config.h"
#include "layers/link/switch.h"

const struct config_section lab_switch_section = { "switch", switch_config_keys, 0 };

const struct lab_key_group *const lab_key_groups[] = {
    &lab_file_keys,   &lab_host_keys,      &lab_ip_keys,     &lab_defaults_keys,
    &lab_switch_keys, &lab_hub_keys,       &lab_router_keys, &lab_interface_keys,
    &lab_link_keys,   &lab_toward_keys,    &lab_burst_keys,  &lab_reorder_keys,
    &lab_script_keys, &lab_fault_keys,     &lab_check_keys,
    &lab_vary_keys,   &lab_page_keys,      &lab_question_keys, &lab_mistake_keys,
    &lab_choice_keys, &lab_item_keys,      &lab_task_keys,  &lab_moment_keys,
    NULL,
};

const struct config_section *lab_section(size_t index)
{
    size_t count = 0;

    while (count < index && host_config_sections[count].name != NULL)
        count++;
    return host_config_sections[count].name != NULL ? &host_config_sections[count] : NULL;
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

int64_t lab_setting_default(const struct config_section *section, const struct config_key *key)
{
    struct host_config host;
    struct switch_config of_switch;
    const char *config = (const char *)&host;
    int64_t value;

    host_config_defaults(&host);
    switch_config_defaults(&of_switch);
    if (section == &lab_switch_section)
        config = (const char *)&of_switch;
    memcpy(&value, config + section->offset + key->offset, sizeof value);
    return value;
}
