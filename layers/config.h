/*
 * config.h - what can be set on a host, as data.
 *
 * Each module names its settings in a table of keys; the lab file, `--set`,
 * the `set` command, the help and the completion all read these tables, so
 * that a thing has one name everywhere. Every setting is an int64_t: times
 * in ns, sizes in bytes, counts, 0 or 1 for a switch, the index of a choice.
 */
#ifndef RUNG_LAYERS_CONFIG_H
#define RUNG_LAYERS_CONFIG_H

#include <stddef.h>
#include <stdint.h>

enum config_unit {
    UNIT_TIME,   /* 20ms, 1s: a unit is required */
    UNIT_SIZE,   /* 8kB, 8KiB, 1B: a unit is required */
    UNIT_COUNT,  /* a plain integer */
    UNIT_SWITCH, /* on, off, true, false, yes, no */
    UNIT_CHOICE, /* one of `choices` */
};

struct config_key {
    const char *name; /* as in the lab file: "retry-interval" */
    enum config_unit unit;
    size_t offset;       /* of the int64_t in the module's config struct */
    int64_t min, max;    /* inclusive; for UNIT_CHOICE unused */
    /* UNIT_CHOICE: "none|tahoe|reno", index by order. Of any other unit: words
     * for values with a meaning of their own, in or outside of min and max,
     * "auto=-1|off=-2"; or NULL. */
    const char *choices;
    const char *help;    /* one line, lower case, no full stop */
};

/* One section of a host's settings ("arp", "ip", ...). Its keys end with an
 * entry whose name is NULL. */
struct config_section {
    const char *name;
    const struct config_key *keys;
    size_t offset; /* of the module's struct in struct host_config */
};

/* All sections; ends with a NULL name. Defined in layers/host_config.c. */
extern const struct config_section host_config_sections[];

#endif
