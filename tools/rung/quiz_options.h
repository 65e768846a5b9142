/*
 * quiz_options.h - the command line of `rung quiz`, read.
 */
#ifndef RUNG_TOOLS_RUNG_QUIZ_OPTIONS_H
#define RUNG_TOOLS_RUNG_QUIZ_OPTIONS_H

#include "sim/base.h"
#include "tools/lib/colour.h"

enum {
    QUIZ_OVERRIDES_MAX = 64,
    QUIZ_ROWS = 120, /* of a part of the ladder, unless all are asked for */
};

struct quiz_options_read {
    const char *lab;
    const char *student;                       /* or NULL */
    const char *answers;                       /* --answers FILE, or NULL */
    const char *submit;                        /* --submit FILE, or NULL */
    const char *overrides[QUIZ_OVERRIDES_MAX]; /* of --set and --seed */
    size_t override_count;
    char seed[40]; /* "seed=7" */
    bool fresh, narrate, all, ascii, help;
    int width; /* 0: the terminal's */
    enum colour_choice colour;
};

/* Reads ARGV. False: it has complained. */
bool quiz_options_read(int argc, char **argv, struct quiz_options_read *o);

void quiz_options_help(void);

#endif
