/*
 * run_options.h - the command line of `rung run`, read.
 */
#ifndef RUNG_TOOLS_RUNG_RUN_OPTIONS_H
#define RUNG_TOOLS_RUNG_RUN_OPTIONS_H

#include "sim/fault.h"
#include "tools/lib/colour.h"
#include "tools/lib/lab.h"
#include "tools/lib/pkt_profile.h"

enum { PKT_DEFINES_MAX = 64 };
enum { RUN_OVERRIDES_MAX = 256, RUN_INTERVENTIONS_MAX = 256, RUN_CAPTURES_MAX = 8 };

/* --profile and --define, of packet scripts. */
struct script_options {
    enum pkt_profile profile; /* PKT_PROFILES: not given */
    const char *define_at[PKT_DEFINES_MAX];
    struct pkt_defines defines;
};

struct run_options {
    const char *lab;
    const char *overrides[RUN_OVERRIDES_MAX]; /* of --set */
    size_t override_count;
    const char *student; /* --student ID, or NULL */
    bool ask;   /* the timeline asks what the lab asks, from the beginning */
    bool fresh; /* what was answered before is forgotten */
    bool until_given;
    vtime until;
    bool seed_given;
    uint64_t seed;
    struct intervention interventions[RUN_INTERVENTIONS_MAX];
    uint32_t intervention_count;
    const char *captures[RUN_CAPTURES_MAX];
    size_t capture_count;
    const char *at;   /* --at HOST, or NULL */
    const char *to_script; /* --to-script HOST[:PORT], or NULL */
    const char *json; /* --json FILE, or NULL */
    const char *svg;  /* --svg FILE, or NULL */
    const char *plot; /* --plot FILE, or NULL */
    const char *of;   /* --of HOST[:PORT], or NULL */
    bool text;        /* the ladder was asked for by name */
    bool narrate;     /* the run in sentences instead of a ladder */
    bool quiet, ascii;
    unsigned why; /* layers, as in ladder.h */
    bool tables; /* what the nodes know at the end */
    bool absolute; /* sequence numbers */
    bool help;
    int width; /* 0: the terminal's */
    enum colour_choice colour;
    const char *dump;  /* --dump WxH[:KEYS], or NULL */
    const char *theme; /* --theme NAME, or NULL */
    struct script_options script;
};

/* Reads ARGV. False: it has complained. */
bool run_options_read(int argc, char **argv, struct run_options *options);

/* Reads what stands behind --why= (NULL: nothing). False: it has complained. */
bool read_why_option(const char *text, unsigned *layers);

void script_options_begin(struct script_options *options);
/* False: it has complained. */
bool read_profile_option(const char *text, struct script_options *options);
bool read_define_option(const char *text, struct script_options *options);

/* OPTIONS name a packet script (NAME.pkt), not a lab. */
bool run_is_script(const struct run_options *options);
/* Whether they fit what is run, a lab or a script. False: it has complained. */
bool run_options_fit(const struct run_options *options);

/* The help of `rung run`. */
void run_options_help(void);

#endif
