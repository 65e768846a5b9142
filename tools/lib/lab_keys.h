/*
 * lab_keys.h - every key of a lab file, with an example and a line of help.
 *
 * The reader works off these tables, `rung help lab` prints them and
 * completion offers them, so that a key cannot exist in one place only. The
 * settings of protocols (arp, ip, tcp ...) are tables of the same kind in
 * layers/config.h; lab_section finds those.
 */
#ifndef RUNG_TOOLS_LAB_KEYS_H
#define RUNG_TOOLS_LAB_KEYS_H

#include "layers/config.h"
#include "tools/lib/yaml_tree.h"

struct lab_reader;

struct lab_key {
    const char *name;    /* "delay"; in script, "NAME" is any node or link */
    const char *example; /* a value to write: "20ms" */
    const char *help;    /* one line, lower case, no full stop */
    /* Reads VALUE into the struct INTO, at `offset` where that makes sense. */
    void (*read)(struct lab_reader *r, const struct lab_key *key, const struct yaml_node *value,
                 void *into);
    size_t offset;
};

/* The keys of one kind of map. They end with a NULL name. */
struct lab_key_group {
    const char *name; /* "lab", "host", "link": "a link has ..." */
    const char *help;
    const struct lab_key *keys;
    bool has_sections; /* the sections of lab_section are keys here too */
    const struct lab_key_group *also; /* its keys are keys here too, or NULL */
    size_t also_at; /* where, in the struct read into, that of `also` begins */
};

/* All groups; ends with a NULL name. */
extern const struct lab_key_group *const lab_key_groups[];

extern const struct lab_key_group lab_file_keys, lab_host_keys, lab_router_keys, lab_switch_keys,
    lab_hub_keys, lab_interface_keys, lab_ip_keys, lab_defaults_keys, lab_link_keys,
    lab_toward_keys, lab_burst_keys, lab_reorder_keys, lab_script_keys, lab_fault_keys,
    lab_check_keys, lab_vary_keys, lab_page_keys, lab_question_keys, lab_mistake_keys,
    lab_choice_keys, lab_item_keys, lab_task_keys, lab_moment_keys;

/* Section INDEX of the settings of a host; NULL past the last. */
const struct config_section *lab_section(size_t index);

/* The section that a host's key NAME means, or NULL. `ip-options` means ip. */
const struct config_section *lab_section_find(const char *name);

/* The settings of a switch. */
extern const struct config_section lab_switch_section;

/* The value of KEY of SECTION where a lab says nothing. */
int64_t lab_setting_default(const struct config_section *section, const struct config_key *key);

#endif
