#include "tools/rung/lab_argument.h"

#include <stdio.h>

#include "tools/lib/simulation.h"
#include "tools/rung/rung.h"

int lab_argument_load(const char *name, const struct lab_overrides *overrides, char *path,
                      struct lab **lab)
{
    struct diagnostics d;
    bool sound, unreadable;

    if (!lab_find(name, path, LAB_PATH_LIMIT)) {
        char why[LAB_MISSING_SIZE];

        lab_missing(name, why, sizeof(why));
        complain("%s", why);
        return EXIT_USAGE;
    }
    diagnostics_init(&d);
    sound = lab_load(path, overrides, &simulation_hooks, lab, &d);
    unreadable = d.unreadable;
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    if (sound)
        return EXIT_DONE;
    return unreadable ? EXIT_UNREADABLE : EXIT_USAGE;
}
